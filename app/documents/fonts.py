"""The fonts of paper: pinned by SHA-256, brought by set-up, the system's own fonts ignored.

Noto Sans CJK (SIL Open Font License 1.1) as Debian's fonts-noto-cjk ships it: the same font bytes
everywhere are half of "same content, same PDF bytes". Also reads the fonts' character maps, so
that a character without a shape is found before it becomes an empty box on a contract.
"""

import hashlib
import shutil
import struct
from functools import lru_cache
from pathlib import Path

from app.kit.errors.base import BranchError
from app.kit.errors.documents import character_without_shape, font_changed, font_missing

FAMILY = "Noto Sans CJK SC"
REGULAR = "NotoSansCJK-Regular.ttc"
FONTS = {
    REGULAR: "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
    "NotoSansCJK-Bold.ttc": "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
}
"""File name to SHA-256 of the fonts documents are set in."""

_SC_FACE = 2
"""In the collection: 0 Japanese, 1 Korean, 2 Simplified Chinese, 3 and 4 Traditional."""


def fonts_folder() -> Path:
    """Give the folder set-up brings the fonts to, inside the environment of this copy."""
    return Path(__file__).resolve().parents[2] / ".venv" / "share" / "sealdesk" / "fonts"


def check_fonts(folder: Path) -> None:
    """Read the fonts and compare them with their pins.

    Raises BranchError E-DOC-FONT (missing) or E-DOC-FONT-CHANGED.
    """
    for name, pinned in FONTS.items():
        path = folder / name
        if not path.is_file():
            raise BranchError(font_missing(name, str(folder)))
        if _digest(path) != pinned:
            raise BranchError(font_changed(name, str(folder)))


def install_fonts(source: Path, target: Path) -> None:
    """Bring the pinned fonts from ``source`` to ``target``; files already right are left alone.

    A font that is not the pinned one never arrives: it is checked before it takes its name.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name, pinned in FONTS.items():
        if (target / name).is_file() and _digest(target / name) == pinned:
            continue
        if not (source / name).is_file():
            raise BranchError(font_missing(name, str(source)))
        coming = target / f"{name}.coming"
        shutil.copyfile(source / name, coming)
        if _digest(coming) != pinned:
            coming.unlink()
            raise BranchError(font_changed(name, str(source)))
        coming.replace(target / name)


def check_shapes(text: str, folder: Path) -> None:
    """Refuse characters the fonts have no shape for: BranchError E-DOC-GLYPH names them."""
    known = _characters(folder / REGULAR)
    unknown = sorted({one for one in text if ord(one) not in known and not one.isspace()})
    if unknown:
        raise BranchError(
            character_without_shape(" ".join(f"{one} (U+{ord(one):04X})" for one in unknown[:10]))
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=2)
def _characters(path: Path) -> frozenset[int]:
    """Read the code points a face maps (OpenType: ttc header, table directory, cmap format 12)."""
    with path.open("rb") as file:
        file.seek(12 + 4 * _SC_FACE)
        (face,) = struct.unpack(">I", file.read(4))
        file.seek(face + 4)
        (count,) = struct.unpack(">H", file.read(2))
        file.seek(face + 12)
        tables = dict(_table(file.read(16)) for _ in range(count))
        start, length = tables[b"cmap"]
        file.seek(start)
        return _code_points(file.read(length))


def _table(entry: bytes) -> tuple[bytes, tuple[int, int]]:
    tag, _checksum, offset, length = struct.unpack(">4sIII", entry)
    return tag, (offset, length)


def _code_points(cmap: bytes) -> frozenset[int]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    found: set[int] = set()
    for place in range(count):
        (offset,) = struct.unpack_from(">I", cmap, 4 + 8 * place + 4)
        if struct.unpack_from(">H", cmap, offset)[0] != 12:
            continue
        (groups,) = struct.unpack_from(">I", cmap, offset + 12)
        for group in range(groups):
            first, last, glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * group)
            found.update(range(first + (glyph == 0), last + 1))
    return frozenset(found)
