"""The code on every page: which contract, version, page and content a sheet of paper claims to be.

Text of a code, capitals only so that the QR symbol stays small (alphanumeric mode, ISO/IEC 18004):
``SD1:<contract no.>:<version>:<page>:<pages>:<first 16 hex digits of the content hash>``.

A code says what a sheet claims; the signature and the hash of the file say whether it is true.
"""

import io
import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from app.documents.content import NUMBER_FORM

if TYPE_CHECKING:
    from PIL.Image import Image

MARK = "SD1"
LARGEST_PHOTO = 24 * 1024 * 1024
"""Bytes of a photograph that are looked at."""
MOST_PIXELS = 60_000_000
"""Pixels of a photograph that are unpacked: a small file may claim a huge picture."""

_TEXT = re.compile(
    rf"{MARK}:({NUMBER_FORM.pattern}):([1-9]\d{{0,2}}):([1-9]\d{{0,3}}):([1-9]\d{{0,3}})"
    r":([0-9A-F]{16})",
    re.ASCII,
)


@dataclass(frozen=True)
class PageCode:
    """What one page says about itself; ``hash16`` is lower case."""

    number: str
    version: int
    page: int
    pages: int
    hash16: str


class PhotoFinding(Enum):
    """What a photograph of a page shows."""

    MATCH = "match"
    WRONG_PAGE = "wrong page"
    NO_CODE = "no code"
    OTHER_CONTRACT = "other contract"
    OTHER_VERSION = "other version"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class PhotoVerdict:
    """The finding, and every page code that was read."""

    finding: PhotoFinding
    codes: tuple[PageCode, ...] = ()

    @property
    def matches(self) -> bool:
        """Say whether the page may be stamped or archived."""
        return self.finding is PhotoFinding.MATCH


def encode(code: PageCode) -> str:
    """Write a code as text; raises ValueError where it could not be read back."""
    text = ":".join(
        (MARK, code.number, str(code.version), str(code.page), str(code.pages), code.hash16.upper())
    )
    if parse(text) != code:
        raise ValueError("the page code has a part that does not fit")
    return text


def parse(text: str) -> PageCode | None:
    """Read the text of a code, or None where it is not one of ours."""
    match = _TEXT.fullmatch(text)
    if match is None:
        return None
    number, version, page, pages, hash16 = match.groups()
    if int(page) > int(pages):
        return None
    return PageCode(number, int(version), int(page), int(pages), hash16.lower())


def page_code_svg(code: PageCode) -> str:
    """Draw a code as SVG without a quiet zone (the page leaves white around it), level Q."""
    import segno

    drawn = io.BytesIO()
    segno.make_qr(encode(code), error="q", boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return drawn.getvalue().decode("ascii")


def page_code_png(code: PageCode, module_px: int) -> bytes:
    """Draw a code as PNG with its quiet zone of four modules."""
    import segno

    drawn = io.BytesIO()
    segno.make_qr(encode(code), error="q", boost_error=False).save(
        drawn, kind="png", scale=module_px, border=4
    )
    return drawn.getvalue()


def read_codes(photo: bytes) -> tuple[PageCode, ...] | None:
    """Read our page codes from a JPEG or PNG, sorted; None where it is not a picture we open.

    Never raises on foreign bytes; pictures beyond the limits are not opened.
    """
    image = _open(photo)
    if image is None:
        return None
    for picture in _attempts(image):
        found = _decode(picture)
        if found:
            return tuple(sorted(found, key=encode))
    return ()


def check_photo(
    photo: bytes, *, number: str, version: int, pages_allowed: Collection[int], content_hash: str
) -> PhotoVerdict:
    """Compare the codes in a photograph with what may lie there. Never raises on foreign bytes.

    One foreign code is enough to refuse: a strip with the right code on top of a wrong page is the
    oldest trick. ``content_hash`` may be whole or the 16 digits of the code.
    """
    codes = read_codes(photo)
    if codes is None:
        return PhotoVerdict(PhotoFinding.UNREADABLE)
    if not codes:
        return PhotoVerdict(PhotoFinding.NO_CODE)
    if any(code.number != number for code in codes):
        return PhotoVerdict(PhotoFinding.OTHER_CONTRACT, codes)
    if any((code.version, code.hash16) != (version, content_hash[:16]) for code in codes):
        return PhotoVerdict(PhotoFinding.OTHER_VERSION, codes)
    if len(codes) > 1 or codes[0].page not in pages_allowed:
        return PhotoVerdict(PhotoFinding.WRONG_PAGE, codes)
    return PhotoVerdict(PhotoFinding.MATCH, codes)


def _open(photo: bytes) -> "Image | None":
    """Unpack a picture to grey within the limits; any trouble means "not a picture"."""
    from PIL import Image

    if len(photo) > LARGEST_PHOTO:
        return None
    try:
        with Image.open(io.BytesIO(photo), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            return image.convert("L")
    except (
        OSError,
        ValueError,
        SyntaxError,
        ArithmeticError,
        LookupError,
        TypeError,
        MemoryError,
        struct.error,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


def _attempts(image: "Image") -> "list[Image]":
    """Give the picture as it is, and prepared for weak light, blur and noise."""
    from PIL import ImageFilter, ImageOps

    stretched = ImageOps.autocontrast(image, cutoff=1)
    attempts = [image, stretched, stretched.filter(ImageFilter.MedianFilter(3))]
    if image.width * image.height <= MOST_PIXELS // 8:
        attempts.append(stretched.resize((image.width * 2, image.height * 2)))
    return attempts


def _decode(image: "Image") -> set[PageCode]:
    import zxingcpp

    read = zxingcpp.read_barcodes(
        image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    codes = (parse(one.text) for one in read)
    return {code for code in codes if code is not None}
