"""Files on their way into a form: what is taken, and who keeps them. No Qt in here.

What a file is, is read from its first bytes; its name only tells the kinds of zip apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from app.kit.errors.attachments import (
    file_empty,
    file_kind_wrong,
    file_not_read,
    file_too_large,
    no_scanner,
)
from app.kit.errors.base import BranchError, Problem
from app.packs.form_values import KeptFile

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
LONGEST_NAME = 120


@dataclass(frozen=True)
class Incoming:
    """A file that is taken: its name, its bytes, what it is."""

    name: str
    content: bytes
    extension: str
    mime: str


@dataclass(frozen=True)
class FileKind:
    """A kind of file: how it begins, and the names it may have where that is not enough."""

    begins: tuple[bytes, ...]
    extension: str
    mime: str
    named: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = (
    FileKind((b"%PDF-",), "pdf", "application/pdf"),
    FileKind((b"\x89PNG\r\n\x1a\n",), "png", "image/png"),
    FileKind((b"\xff\xd8\xff",), "jpg", "image/jpeg"),
    FileKind((b"II*\x00", b"MM\x00*"), "tif", "image/tiff"),
    FileKind((b"PK\x03\x04",), "docx", f"{_OFFICE}.wordprocessingml.document", named=True),
    FileKind((b"PK\x03\x04",), "xlsx", f"{_OFFICE}.spreadsheetml.sheet", named=True),
)

Source = Callable[[], Incoming]
"""Reads one file; it runs on a lane and may raise BranchError E-FILE-… or E-SCAN-…."""


class FileKeeper(Protocol):
    """Keeps files for a form."""

    def keep(
        self,
        sources: Sequence[Source],
        *,
        done: Callable[[KeptFile], object],
        failed: Callable[[Problem], object],
    ) -> None:
        """Read and keep files off the GUI thread; each is answered for itself."""
        ...

    def scan(
        self, *, done: Callable[[KeptFile], object], failed: Callable[[Problem], object]
    ) -> None:
        """Scan a page with the desk's scanner and keep it."""
        ...

    def open(self, file: KeptFile, *, failed: Callable[[Problem], object]) -> None:
        """Show a kept file in the system's own viewer (E-FILE-RUNS, -VIEWER, E-VAULT-…)."""
        ...

    def save(self, file: KeptFile, path: Path, *, failed: Callable[[Problem], object]) -> None:
        """Write a copy of a kept file where the person said (E-FILE-PLACE, E-VAULT-…)."""
        ...


class Scanner(Protocol):
    """The scanner of a desk."""

    def scan(self) -> Incoming:
        """Scan one page; raises BranchError where that does not come about."""
        ...


class NoScanner(Scanner):
    """A desk without a scanner."""

    @override
    def scan(self) -> Incoming:
        # E-SCAN-NONE, in words.
        raise BranchError(no_scanner())


def judged(name: str, content: bytes) -> Incoming:
    """Take a file by what it is; raises BranchError E-FILE-EMPTY, -LARGE or -KIND."""
    if not content:
        raise BranchError(file_empty(name))
    if len(content) > LARGEST:
        raise BranchError(file_too_large(name, LARGEST // MEGABYTE))
    for kind in KINDS:
        fits = content.startswith(kind.begins)
        if fits and (not kind.named or name.lower().endswith(f".{kind.extension}")):
            return Incoming(_plain_name(name), content, kind.extension, kind.mime)
    raise BranchError(file_kind_wrong(name))


def read_path(path: Path) -> Incoming:
    """Read a file of this machine; no more of it than may be taken (E-FILE-READ and `judged`)."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as gone:
        raise BranchError(file_not_read(path.name)) from gone
    return judged(path.name, content)


def shown_size(size: int) -> str:
    """Write a size as people read it: ``340 KB``, ``1.2 MB``."""
    if size < MEGABYTE:
        return f"{-(-size // 1024)} KB"
    tenths = size * 10 // MEGABYTE
    return f"{tenths // 10}.{tenths % 10} MB"


def _plain_name(name: str) -> str:
    """Give a name without what cannot be seen, short enough for a list."""
    plain = "".join(sign for sign in name if sign.isprintable()) or "file"
    stem, dot, end = plain.rpartition(".")
    short = stem[: LONGEST_NAME - len(end) - 1] if dot else ""
    return f"{short}.{end}" if dot and len(end) < 10 else plain[:LONGEST_NAME]
