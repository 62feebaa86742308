"""Page codes: text, symbol, photographs, and what is no photograph."""

import io
import random
import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from app.documents.page_codes import (
    LARGEST_PHOTO,
    PageCode,
    PhotoFinding,
    PhotoVerdict,
    check_photo,
    encode,
    page_code_png,
    parse,
    read_codes,
)
from app.documents.pages import page_png
from app.documents.pdf import PdfPress, PressedPdf
from tests.documents.conftest import contract

CODE = PageCode("PA7901-2026-000123", 1, 3, 6, "0123456789abcdef")

codes = st.builds(
    PageCode,
    number=st.from_regex(r"[0-9A-Z][0-9A-Z.-]{0,23}", fullmatch=True),
    version=st.integers(1, 999),
    page=st.integers(1, 500),
    pages=st.integers(500, 9999),
    hash16=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)


def photograph(
    page: bytes, seed: int, *, angle: float = 3.0, quality: int = 60, cover: bool = False
) -> bytes:
    """Photograph a page as the camera of a machine would: turned, skewed, dim, noisy, JPEG."""
    dice = random.Random(seed)
    with Image.open(io.BytesIO(page)) as opened:
        sheet = opened.convert("RGB")
    width, height = sheet.size
    if cover:
        ImageDraw.Draw(sheet).rectangle((width * 0.8, height * 0.88, width, height), fill="black")
    table = Image.new("RGB", (width + 200, height + 200), (90, 80, 70))
    table.paste(sheet, (100, 100))
    table = table.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(90, 80, 70))
    skew = (1, dice.uniform(-0.03, 0.03), 0, dice.uniform(-0.02, 0.02), 1, 0, 1e-5, 1e-5)
    table = table.transform(table.size, Image.Transform.PERSPECTIVE, skew, Image.Resampling.BICUBIC)
    table = table.filter(ImageFilter.GaussianBlur(0.7)).point(lambda value: int(value * 0.7 + 20))
    noise = Image.frombytes("RGB", table.size, dice.randbytes(table.width * table.height * 3))
    table = Image.blend(table, noise, 0.06)
    out = io.BytesIO()
    table.save(out, "JPEG", quality=quality)
    return out.getvalue()


def judged(photo: bytes, pressed: PressedPdf, pages: set[int]) -> PhotoVerdict:
    """Check a photograph against the ordinary contract."""
    return check_photo(
        photo,
        number="PA7901-2026-000123",
        version=1,
        pages_allowed=pages,
        content_hash=pressed.content_hash,
    )


@given(codes)
def test_a_code_reads_back(code: PageCode) -> None:
    assert parse(encode(code)) == code


@given(st.text(max_size=60))
def test_any_other_text_is_no_code(text: str) -> None:
    assert parse(text) is None or encode(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "SD2:PA1:1:1:1:0123456789ABCDEF",
        "SD1:PA1:1:2:1:0123456789ABCDEF",
        "SD1:PA1:0:1:1:0123456789ABCDEF",
        "SD1:PA1:1:01:1:0123456789ABCDEF",
        "SD1:PA1:1:1:1:0123456789abcdef",
        "SD1:PA1:1:1:1:0123456789ABCDE",
        "SD1:PA1:1:1:1:0123456789ABCDEF\n",
        "SD1:PA１:1:1:1:0123456789ABCDEF",
        "SD1::1:1:1:0123456789ABCDEF",
    ],
)
def test_texts_that_only_look_like_a_code(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "wrong",
    [
        replace(CODE, number="PA:1"),
        replace(CODE, number="pa1"),
        replace(CODE, page=7),
        replace(CODE, version=0),
        replace(CODE, hash16="0123456789ABCDEF"),
        replace(CODE, hash16="0"),
    ],
)
def test_a_code_that_could_not_be_read_back_is_not_written(wrong: PageCode) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(wrong)


def test_the_symbol_reads_back() -> None:
    assert read_codes(page_code_png(CODE, 4)) == (CODE,)


@pytest.mark.parametrize("angle", [-12.0, -3.0, 2.0, 8.0, 90.0, 178.0])
def test_a_bad_photograph_of_the_right_page_matches(pressed: PressedPdf, angle: float) -> None:
    photo = photograph(page_png(pressed.pdf, 3, dpi=130), seed=int(angle) + 50, angle=angle)
    verdict = judged(photo, pressed, {3})
    assert verdict.finding is PhotoFinding.MATCH
    assert verdict.matches
    assert verdict.codes[0].page == 3


def test_page_4_for_page_3_is_refused(pressed: PressedPdf) -> None:
    verdict = judged(photograph(page_png(pressed.pdf, 4, dpi=130), seed=4), pressed, {3})
    assert verdict.finding is PhotoFinding.WRONG_PAGE
    assert not verdict.matches


def test_a_covered_code_is_refused(pressed: PressedPdf) -> None:
    photo = photograph(page_png(pressed.pdf, 3, dpi=130), seed=5, cover=True)
    assert judged(photo, pressed, {3}).finding is PhotoFinding.NO_CODE


def test_other_contract_and_other_version(press: PdfPress, pressed: PressedPdf) -> None:
    number = press.press(replace(contract(), number="PA7901-2026-000124"))
    version = press.press(replace(contract(), version=2))
    text = press.press(replace(contract(), approval="一级"))
    for made, finding in (
        (number, PhotoFinding.OTHER_CONTRACT),
        (version, PhotoFinding.OTHER_VERSION),
        (text, PhotoFinding.OTHER_VERSION),
    ):
        photo = photograph(page_png(made.pdf, 3, dpi=130), seed=6)
        assert judged(photo, pressed, {3}).finding is finding


def test_a_right_code_laid_on_a_wrong_page_does_not_help(pressed: PressedPdf) -> None:
    with Image.open(io.BytesIO(page_png(pressed.pdf, 4, dpi=130))) as opened:
        page = opened.convert("RGB")
    right = PageCode("PA7901-2026-000123", 1, 3, pressed.pages, pressed.content_hash[:16])
    with Image.open(io.BytesIO(page_code_png(right, 3))) as strip:
        page.paste(strip.convert("RGB"), (100, 1000))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    verdict = judged(out.getvalue(), pressed, {3})
    assert {code.page for code in verdict.codes} == {3, 4}
    assert verdict.finding is PhotoFinding.WRONG_PAGE


def test_a_foreign_qr_beside_the_code_is_not_ours() -> None:
    page = Image.new("L", (900, 500), 255)
    import segno

    drawn = io.BytesIO()
    segno.make_qr("https://example.invalid/").save(drawn, kind="png", scale=6)
    for png, left in ((drawn.getvalue(), 20), (page_code_png(CODE, 6), 450)):
        with Image.open(io.BytesIO(png)) as one:
            page.paste(one.convert("L"), (left, 40))
    out = io.BytesIO()
    page.save(out, "PNG")
    assert read_codes(out.getvalue()) == (CODE,)


def test_an_empty_table_has_no_code(pressed: PressedPdf) -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), (200, 200, 200)).save(out, "JPEG")
    assert judged(out.getvalue(), pressed, {1}).finding is PhotoFinding.NO_CODE


def png_that_claims(width: int, height: int) -> bytes:
    """Make a tiny PNG with a huge size in its header."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_000, 8_000), (2**31 - 1, 1), (0, 0)])
def test_a_pixel_flood_is_not_unpacked(pressed: PressedPdf, size: tuple[int, int]) -> None:
    assert judged(png_that_claims(*size), pressed, {1}).finding is PhotoFinding.UNREADABLE


def test_a_true_picture_beyond_the_limit_is_not_unpacked() -> None:
    with Image.open(io.BytesIO(page_code_png(CODE, 12))) as code:
        small = code.convert("1")
    for side, seen in ((4000, (CODE,)), (8000, None)):
        picture = Image.new("1", (side, side), 1)
        picture.paste(small, (1000, 1000))
        out = io.BytesIO()
        picture.save(out, "PNG")
        assert len(out.getvalue()) < 100_000
        assert read_codes(out.getvalue()) == seen


def test_a_huge_file_is_not_looked_at(pressed: PressedPdf) -> None:
    photo = photograph(page_png(pressed.pdf, 3, dpi=60), seed=1) + bytes(LARGEST_PHOTO)
    assert judged(photo, pressed, {3}).finding is PhotoFinding.UNREADABLE


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(noise: bytes) -> None:
    for photo in (noise, b"\xff\xd8\xff\xe0" + noise, b"\x89PNG\r\n\x1a\n" + noise):
        assert read_codes(photo) in (None, ())


def test_a_damaged_photograph_gets_a_verdict() -> None:
    whole = bytearray(page_code_png(CODE, 4))
    jpeg = io.BytesIO()
    with Image.open(io.BytesIO(bytes(whole))) as picture:
        picture.convert("L").save(jpeg, "JPEG", quality=70)
    for start in (bytes(whole), jpeg.getvalue()):
        for place in range(0, len(start), 7):
            damaged = bytearray(start)
            damaged[place] ^= 0x5A
            assert read_codes(bytes(damaged)) in (None, (), (CODE,))
            assert read_codes(start[:place]) in (None, (), (CODE,))
