"""Files of the vault laid open for the system's own viewer, for as long as a person sits there.

The vault never writes a plain file; a viewer needs one. It is written into one folder beside the
store that only this user may enter, read-only, under a name of ours with the ending of what it is.
Everything in it goes when the person leaves the seat, and, after a power cut, when the desk opens
again. What is not a plain document or picture is not laid open at all: it could run.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path

from app.kit.errors.attachments import file_may_run, place_not_made
from app.kit.errors.base import BranchError

SHOWN = frozenset({"pdf", "png", "jpg", "tif", "docx", "xlsx"})
"""Endings that are laid open: none of them starts a program or carries a macro."""
_PLAIN = re.compile(r"[^\w\u4e00-\u9fff ()-]+")
LONGEST_STEM = 60


class LaidOpen:
    """The place where a desk lays files open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lay(self, sha256: str, name: str, extension: str, content: bytes) -> Path:
        """Write a file to be looked at and give its path; the same file is written once.

        Raises BranchError E-FILE-RUNS for a kind that is not laid open and E-FILE-PLACE where the
        disk refuses.
        """
        if extension not in SHOWN:
            raise BranchError(file_may_run(name))
        try:
            return self._write(sha256, f"{_stem(name)}.{extension}", content)
        except OSError as error:
            raise BranchError(place_not_made()) from error

    def clear(self) -> int:
        """Take everything away; gives how many files a viewer still holds fast (Windows)."""
        if not self._folder.is_dir():
            return 0
        for path in sorted(self._folder.rglob("*"), reverse=True):
            with contextlib.suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    path.rmdir()
                else:
                    path.parent.chmod(0o700)
                    path.unlink()
        left = sum(1 for path in self._folder.rglob("*") if path.is_file())
        if not left:
            shutil.rmtree(self._folder, ignore_errors=True)
        return left

    def _write(self, sha256: str, name: str, content: bytes) -> Path:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._folder.chmod(0o700)
        own = self._folder / sha256[:16]
        own.mkdir(mode=0o700, exist_ok=True)
        path = own / name
        if not path.is_file():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        return path


def _stem(name: str) -> str:
    """Give a name without its ending and without a sign that means something to a system."""
    plain = _PLAIN.sub(" ", name.rpartition(".")[0] if "." in name else name).strip(" .")
    return plain[:LONGEST_STEM].strip() or "file"
