"""Checks of an Office file before any parser sees it (security: bombs, entities, macros).

At most 2,000 parts, 100 MB unpacked and a ratio of 100; no part twice, none encrypted, no name that
leads out, no macro, UTF-8 only and no DTD in any part. Nothing is ever unpacked to disk.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from app.kit.errors.base import BranchError
from app.kit.errors.sheets import (
    sheet_broken,
    sheet_too_big,
    sheet_with_dtd,
    sheet_with_macro,
)

MOST_PARTS = 2_000
MOST_BYTES = 100_000_000
MOST_RATIO = 100
SMALL_PART = 1_000_000
"""Bytes; below it a part may be packed tighter than the ratio: it can do no harm."""
CHUNK = 1 << 18

_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_OTHER_STARTS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"<\x00", b"\x00<", b"\x4c\x6f\xa7")
"""UTF-16, UTF-32 and EBCDIC hide a DTD from a search for its letters."""
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an Office file; what the archive itself cannot give is raised as E-SHEET-BROKEN."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            refuse_odd_parts(package)
            yield package
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise BranchError(sheet_broken()) from error


def refuse_odd_parts(package: zipfile.ZipFile) -> None:
    """Judge the list of parts: their number, names, encryption; raises BranchError."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise BranchError(sheet_too_big())
    names = [part.filename.casefold() for part in parts]
    if len(set(names)) != len(names) or any(map(_leads_out, names)):
        raise BranchError(sheet_broken())
    if any(part.flag_bits & 0x1 for part in parts):
        raise BranchError(sheet_broken())
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BranchError(sheet_with_macro())


def refuse_bomb(package: zipfile.ZipFile) -> None:
    """Judge the sizes; zipfile itself never gives more of a part than its entry declares."""
    parts = package.infolist()
    if sum(part.file_size for part in parts) > MOST_BYTES:
        raise BranchError(sheet_too_big())
    for part in parts:
        if part.file_size > max(SMALL_PART, MOST_RATIO * part.compress_size):
            raise BranchError(sheet_too_big())


def refuse_dtd(package: zipfile.ZipFile) -> None:
    """Read every part once and refuse a DTD or an encoding that could hide one."""
    for part in package.infolist():
        tail = b""
        for place, chunk in enumerate(chunks(package, part.filename)):
            if place == 0 and _hides(chunk[:512]):
                raise BranchError(sheet_with_dtd())
            if any(word in tail + chunk for word in _FORBIDDEN):
                raise BranchError(sheet_with_dtd())
            tail = chunk[-len(_FORBIDDEN[0]) :]


def chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Unpack one part piece by piece; raises BranchError E-SHEET-BROKEN where it is not there."""
    try:
        entry = package.getinfo(part)
    except KeyError as error:
        raise BranchError(sheet_broken()) from error
    with package.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _hides(head: bytes) -> bool:
    if head.startswith(_OTHER_STARTS):
        return True
    if not head.removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml"):
        return False
    said = _ENCODING.search(head.partition(b"?>")[0])
    return said is not None and said[1].lower() not in _PLAIN_ENCODINGS
