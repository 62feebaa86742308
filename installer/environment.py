"""The `.venv`: locked packages with hashes, our own code, compiled words, pinned fonts.

Every step may be run again and may be killed at any point: the stamp that says "done" is written
last, and a step that finds its work done does nothing. The stamp is a hash of everything set-up
reads, so a second start only compares it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from installer.machine import ROOT, bring_machine
from installer.terminal import Stop, say, step

VENV = ROOT / ".venv"
STAMP = VENV / "sealdesk-set-up.json"
BEGUN = VENV / "sealdesk-set-up.begun"
"""Stands while pip works: found at the start, a kill has left packages half copied."""
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / ("python.exe" if sys.platform == "win32" else "python")
SYSTEM_FONTS = Path("/usr/share/fonts/opentype/noto")
FONTS = VENV / "share" / "sealdesk" / "fonts"
ROOMS = ("app", "ui", "sync", "devices")


def set_up(level: str) -> None:
    """Bring machine and `.venv` to a level, ``run`` or ``test``; raises Stop with the reason."""
    if _stamped(level) == _fingerprint(level) and PYTHON.exists():
        return
    say(f"Setting up ({level}) in {VENV}")
    _make_venv(bring_machine(level))
    lock = ROOT / "installer" / "locks" / f"{level}.txt"
    with step("locked Python packages"):
        _pip("install", "--require-hashes", "-r", str(lock))
    with step("the command sealdesk"):
        _pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    with step("Chinese and English words"):
        _run(str(PYTHON), "-m", "installer.catalogues")
    with step("compiled modules"):
        # Without them the first start pays, and every start where Python may not write them.
        _run(str(PYTHON), "-m", "compileall", "-q", *(str(ROOT / room) for room in ROOMS))
    with step("fonts"):
        _bring_fonts()
    _write_stamp(level)


_OURS = "sys.version_info[1] == 11 and sys.prefix != sys.base_prefix"
"""What a sound `.venv` says of itself; one that lost its pyvenv.cfg is the machine's own Python."""


def _make_venv(python: str) -> None:
    """Make the `.venv`, or make it anew when it is broken, half filled or of another Python.

    Raises Stop for one that is a link: to make it anew would empty what belongs to somebody else.
    """
    if VENV.is_symlink():
        raise Stop(f"{VENV} is a link to {VENV.resolve()}. Remove the link and start again.")
    if not BEGUN.exists() and _answers(str(PYTHON), f"import pip, sys; assert {_OURS}"):
        return
    with step(".venv"):
        _run(python, "-m", "venv", "--clear", str(VENV))


def _answers(python: str, code: str) -> bool:
    if not Path(python).exists():
        return False
    done = subprocess.run([python, "-c", code], capture_output=True, check=False)
    return done.returncode == 0


def _pip(*words: str) -> None:
    """Run pip; it cleans up after an error of its own, but not after a kill: see BEGUN."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    BEGUN.touch()
    try:
        _run(str(PYTHON), "-m", "pip", *quiet, *words)
    except Stop:
        BEGUN.unlink()
        raise
    BEGUN.unlink()


def _bring_fonts() -> None:
    """Copy the pinned typeface; a byte off and it is refused (app.documents.fonts)."""
    code = (
        "import sys; from pathlib import Path; from app.documents.fonts import install_fonts; "
        "install_fonts(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    _run(str(PYTHON), "-c", code, str(SYSTEM_FONTS), str(FONTS))


def _run(*words: str) -> None:
    done = subprocess.run(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-30:])
        raise Stop(f"{' '.join(words)} ended with {done.returncode}:\n{said}")


def _read_by_set_up(level: str) -> list[Path]:
    """Name the files whose content decides what set-up makes."""
    installer = ROOT / "installer"
    return [
        ROOT / "pyproject.toml",
        installer / "locks" / f"{level}.txt",
        *sorted((installer / "linux").glob("packages-*.txt")),
        *sorted(installer.glob("*.py")),
        ROOT / "app" / "documents" / "fonts.py",
        *sorted((ROOT / "resources" / "locale").glob("*/*.po")),
    ]


def _fingerprint(level: str) -> str:
    digest = hashlib.sha256(str(ROOT).encode())
    for path in _read_by_set_up(level):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamped(level: str) -> str | None:
    try:
        stamps: dict[str, str] = json.loads(STAMP.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return stamps.get(level)


def _write_stamp(level: str) -> None:
    """Write the stamp whole or not at all; what tests need includes what a run needs."""
    reached = ["run", "test"] if level == "test" else ["run"]
    old = {"test": _stamped("test")} if level == "run" else {}
    stamps = {**old, **{one: _fingerprint(one) for one in reached}}
    coming = STAMP.with_suffix(".coming")
    coming.write_text(json.dumps(stamps), encoding="utf-8")
    coming.replace(STAMP)
