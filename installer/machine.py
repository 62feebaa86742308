"""What the machine itself must have: Python 3.11 and, on Linux, a few system libraries.

On Debian 12 missing packages are installed by apt, as root or through sudo; only what is missing,
and the package lists are fetched only then. Elsewhere, relatives of Debian and other releases of it
included, names and versions differ: nothing is installed, and all that is missing is named at once.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from installer.services import server_folders
from installer.terminal import Stop, step

ROOT = Path(__file__).resolve().parents[1]
OS_RELEASE = Path("/etc/os-release")
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


def python_for_us() -> str | None:
    """Give a Python 3.11: this one, or the one on the path; None when there is none."""
    if platform.python_version().startswith("3.11."):
        return sys.executable
    return shutil.which("python3.11")


def bring_machine(level: str) -> str:
    """Bring the machine to a level and give its Python 3.11; raises Stop with what is missing."""
    wanted = packages_for(level)
    python = python_for_us()
    if python is None or not _is_debian_12():
        lacking = _lacking(wanted)
        if python is None or lacking:
            raise Stop(_in_words(python, lacking))
        return python
    there = _installed(wanted)
    missing = [package.name for package in wanted if package.name not in there]
    if missing:
        with step(f"system packages: {' '.join(missing)}"):
            _install(missing)
    return python


def _is_debian_12() -> bool:
    release = _os_release()
    ours = release.get("ID") == "debian" and release.get("VERSION_ID") == "12"
    return ours and shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None


def _os_release() -> dict[str, str]:
    """Read the system's description of itself (freedesktop's os-release); empty without one."""
    try:
        words = shlex.split(OS_RELEASE.read_text("utf-8"), comments=True)
    except (FileNotFoundError, ValueError):
        return {}
    return dict(word.split("=", 1) for word in words if "=" in word)


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
    """Install by apt; it waits for another apt (a machine that has just started updates itself)."""
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    as_root = [] if os.geteuid() == 0 else _sudo(install)
    before = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    # One source of several that cannot be read ends `update` with an error; the packages may still
    # come from the others, so only the second command decides.
    updated = _said([*before, "apt-get", "update", "-q"])
    done = _said([*before, *install, "-o", "DPkg::Lock::Timeout=300"])
    if done.returncode:
        said = [*updated.stdout.splitlines()[-10:], *done.stdout.splitlines()[-20:]]
        raise Stop(f"{' '.join(install)} ended with {done.returncode}:\n" + "\n".join(said))


def _sudo(install: list[str]) -> list[str]:
    if shutil.which("sudo"):
        return ["sudo"]
    raise Stop(
        "System packages are missing, and there is no sudo. As root, run: "
        f"apt-get update && {' '.join(install)}"
    )


def _said(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def _lacking(wanted: list[Package]) -> list[Package]:
    return [package for package in wanted if not _proven(package.proof)]


def _in_words(python: str | None, lacking: list[Package]) -> str:
    here = _os_release().get("PRETTY_NAME") or platform.system()
    lines = [f"Nothing was installed: this is {here}. Missing here:"]
    if python is None:
        lines.append(f"  Python 3.11, as python3.11 on the path; this is {sys.version.split()[0]}")
    lines += [f"  {one.proof:55} {one.reason} (Debian 12: {one.name})" for one in lacking]
    return "\n".join(lines)


def _proven(proof: str) -> bool:
    kind, _, name = proof.partition(":")
    if kind == "command":
        places = [os.environ.get("PATH", ""), *map(str, server_folders())]
        return shutil.which(name, path=os.pathsep.join(places)) is not None
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
