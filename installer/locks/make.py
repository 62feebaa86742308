"""Makes the lock files again from pyproject.toml: ``python -m installer.locks.make``.

Needs `uv` beside the interpreter (extra ``locks``) and the package index; nothing else in the
project does. One resolution serves Linux, Windows and macOS. Written are

* ``run.txt`` and ``test.txt``: every package with its version, its marker and the SHA-256 of every
  file the index has for it, in pip's requirements form (pip checks them with --require-hashes);
* ``wheels.json``: for each package the wheel that Windows on CPython 3.11 takes, or null. The check
  compares it with the locks, so it cannot go stale unseen.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "installer" / "locks"
HEAD = "# Made by `python -m installer.locks.make`; do not edit.\n"
# The build runs on CPython 3.11 alone: wheels of other versions would only lengthen the files.
PYTHON = 'requires-python = "==3.11.*"'


def main() -> int:
    """Resolve anew, write the two locks and the table of Windows wheels."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write_project(folder)
        _uv(folder, "lock")
        for name, extras in (("run", ["setup"]), ("test", ["setup", "test"])):
            text = HEAD + _exported(folder, extras)
            (LOCKS / f"{name}.txt").write_text(text, encoding="utf-8")
        resolved = tomllib.loads((folder / "uv.lock").read_text("utf-8"))
    table = {
        f"{package['name']}=={package['version']}": windows_wheel(package.get("wheels", []))
        for package in resolved["package"]
        if "registry" in package["source"]
    }
    text = json.dumps(table, indent=1, sort_keys=True) + "\n"
    (LOCKS / "wheels.json").write_text(text, encoding="utf-8")
    print(f"{len(table)} packages locked")
    return 0


def windows_wheel(wheels: list[dict[str, str]]) -> dict[str, str] | None:
    """Pick the wheel that Windows on CPython 3.11 installs: {file, sha256}, or None."""
    for wheel in wheels:
        file = wheel["url"].rsplit("/", 1)[-1]
        if _fits_windows(file):
            return {"file": file, "sha256": wheel["hash"].removeprefix("sha256:")}
    return None


def _fits_windows(file: str) -> bool:
    """Read the tags of a wheel's name (PEP 427: …-python-abi-platform.whl)."""
    python, abi, platform = file.removesuffix(".whl").split("-")[-3:]
    if not {"any", "win_amd64"} & set(platform.split(".")):
        return False
    if abi == "none":
        return bool({"py3", "py311", "cp311"} & set(python.split(".")))
    if abi == "abi3":
        return any(tag.startswith("cp3") and int(tag[3:]) <= 11 for tag in python.split("."))
    return abi == "cp311"


def _write_project(folder: Path) -> None:
    """Copy pyproject.toml, narrowed to the Python we run on."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    wide = 'requires-python = ">=3.11"'
    if wide not in text:
        raise SystemExit(f"pyproject.toml no longer says {wide}: adapt installer/locks/make.py")
    (folder / "pyproject.toml").write_text(text.replace(wide, PYTHON), encoding="utf-8")


def _exported(folder: Path, extras: list[str]) -> str:
    wanted = [word for extra in extras for word in ("--extra", extra)]
    return _uv(
        folder,
        "export",
        "--frozen",
        "--no-emit-project",
        "--no-header",
        "--no-annotate",
        "--no-dev",
        *wanted,
    )


def _uv(folder: Path, *words: str) -> str:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        raise SystemExit("uv is missing: pip install -e '.[locks]'")
    done = subprocess.run(
        [uv, "--quiet", *words], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
