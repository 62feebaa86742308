"""Reads the repository's own files for the tests of its shape."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "ui", "sync", "devices")
BINARY = frozenset(
    {".png", ".jpg", ".docx", ".pdf", ".xlsx", ".ttc", ".mo", ".zst", ".db", ".bin", ".sdpack"}
)


@cache
def files() -> tuple[Path, ...]:
    """Name every file git has or would take: tracked, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def texts() -> list[Path]:
    """Name the files that people read."""
    return [path for path in files() if path.suffix not in BINARY]


def python(*packages: str) -> list[Path]:
    """Name the Python files of some top folders."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in packages
    ]


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file once."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def name(path: Path) -> str:
    """Name a file as a person would: from the root of the repository."""
    return str(path.relative_to(ROOT))
