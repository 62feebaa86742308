"""What the machine itself must have: Python 3.11 and, on Linux, a few system libraries.

On Debian missing packages are installed by apt, as root or through sudo; only what is missing, and
the package lists are fetched only then. Elsewhere nothing is installed: what is missing is named.
"""

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from installer.terminal import Stop, step

ROOT = Path(__file__).resolve().parents[1]
LISTS = {"run": ("packages-run.txt",), "test": ("packages-run.txt", "packages-test.txt")}


@dataclass(frozen=True)
class Package:
    """One Debian package, what proves its content is there, and why it is needed."""

    name: str
    proof: str
    reason: str


def packages_for(level: str) -> list[Package]:
    """Read the packages of a level: ``run`` or ``test`` (which includes ``run``)."""
    folder = ROOT / "installer" / "linux"
    lines = [line for name in LISTS[level] for line in (folder / name).read_text().splitlines()]
    return [_package(line) for line in lines if line and not line.startswith("#")]


def python_for_us() -> str:
    """Give a Python 3.11: this one, or the one on the path; raises Stop when there is none."""
    if platform.python_version().startswith("3.11."):
        return sys.executable
    found = shutil.which("python3.11")
    if found:
        return found
    raise Stop(
        f"Python 3.11 is missing (this is {platform.python_version()}). "
        "Install it and run this command with it: python3.11 installer/dev.py …"
    )


def bring_packages(level: str) -> None:
    """Install what is missing (Debian) or name it (elsewhere, by Stop)."""
    wanted = packages_for(level)
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        _name_what_is_missing(wanted)
        return
    missing = [package.name for package in wanted if package.name not in _installed(wanted)]
    if missing:
        with step(f"system packages: {' '.join(missing)}"):
            _install(missing)


def _package(line: str) -> Package:
    name, proof, reason = (word.strip() for word in line.split("|"))
    return Package(name, proof, reason)


def _installed(wanted: list[Package]) -> set[str]:
    """Ask dpkg in one call; names it has never heard of are simply not in its answer."""
    form = "${Package} ${db:Status-Status}\n"
    done = subprocess.run(
        ["dpkg-query", "-W", f"-f={form}", *(package.name for package in wanted)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    return {line[0] for line in lines if line[1:] == ["installed"]}


def _install(missing: list[str]) -> None:
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    as_root = [] if os.geteuid() == 0 else _sudo(install)
    for words in (["apt-get", "update", "-q"], install):
        _apt([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *words])


def _sudo(install: list[str]) -> list[str]:
    if shutil.which("sudo"):
        return ["sudo"]
    raise Stop(f"System packages are missing. As root, run: {' '.join(install)}")


def _apt(words: list[str]) -> None:
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-20:])
        raise Stop(f"{' '.join(words)} ended with {done.returncode}:\n{said}")


def _name_what_is_missing(wanted: list[Package]) -> None:
    lacking = [package for package in wanted if not _proven(package.proof)]
    if lacking:
        lines = [f"  {one.proof:55} {one.reason} (Debian: {one.name})" for one in lacking]
        raise Stop(
            "This is not Debian, so nothing was installed. Missing here:\n" + "\n".join(lines)
        )


def _proven(proof: str) -> bool:
    kind, _, name = proof.partition(":")
    if kind == "command":
        return shutil.which(name) is not None
    if kind == "module":
        return importlib.util.find_spec(name) is not None
    if kind == "file":
        # The typeface may also be put straight where set-up would bring it.
        brought = ROOT / ".venv" / "share" / "sealdesk" / "fonts" / Path(name).name
        return Path(name).exists() or brought.exists()
    return sys.platform != "linux" or _loads(name)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
