"""The PDF: same content same bytes, texts as typed, codes on every page, places, tables."""

import hashlib
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from app.documents.content import ContractContent, Product, content_hash
from app.documents.fonts import fonts_folder
from app.documents.page_codes import PageCode, read_codes
from app.documents.pages import page_count, page_png
from app.documents.pdf import PdfPress, PressedPdf
from app.kit.errors.base import BranchError
from tests.documents.conftest import contract, people

ROOT = Path(__file__).resolve().parents[2]
ALONE = """
import hashlib, sys
from app.documents.fonts import fonts_folder
from app.documents.pdf import PdfPress
from tests.documents.conftest import contract
press = PdfPress(fonts_folder())
if "warm" in sys.argv:
    press.press(contract(40))
print(hashlib.sha256(press.press(contract()).pdf).hexdigest())
"""


def text_of(pdf: bytes, page: int | None = None) -> str:
    """Extract the text of one page or all, without white space."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[page - 1]] if page else list(document)
        return "".join("".join(one.get_textpage().get_text_range().split()) for one in pages)


def test_same_content_same_bytes_in_other_processes(pressed: PressedPdf) -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", ALONE, how],
            cwd=ROOT,
            env={"PATH": "/usr/bin", "TZ": zone, "LANG": "C", "HOME": "/nonexistent"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for how, zone in (("cold", "America/New_York"), ("warm", "Asia/Shanghai"))
    }
    assert made == {hashlib.sha256(pressed.pdf).hexdigest()}


def test_the_press_remembers_nothing_of_another_contract(
    press: PdfPress, pressed: PressedPdf
) -> None:
    press.press(contract(3))
    assert press.press(contract()).pdf == pressed.pdf


def test_other_content_other_bytes(press: PdfPress, pressed: PressedPdf) -> None:
    other = press.press(replace(contract(), approval="三级"))
    assert other.pdf != pressed.pdf
    assert other.content_hash != pressed.content_hash


@pytest.mark.parametrize(
    "name",
    ['#image("x")', "*_<b>$x$@ref`raw`//c", "\\u{4e00} #let a=1", "[a](b)~-- ... '\"", "<i>&amp;"],
)
def test_a_name_is_printed_as_typed(
    press: PdfPress, named: Callable[[str], ContractContent], name: str
) -> None:
    assert "".join(name.split()) in text_of(press.press(named(name)).pdf, 1)


def test_a_contract_of_130_people_has_its_pages(pressed: PressedPdf) -> None:
    assert pressed.pages == page_count(pressed.pdf) >= 4
    for page in range(1, pressed.pages + 1):
        assert f"第{page}页共{pressed.pages}页" in text_of(pressed.pdf, page)


def test_the_list_goes_on_over_pages_with_its_head(pressed: PressedPdf) -> None:
    pages_of_list = [
        page
        for page in range(1, pressed.pages + 1)
        if "序号姓名证件类型" in text_of(pressed.pdf, page)
    ]
    assert pages_of_list == [4, 5, 6]
    everything = text_of(pressed.pdf)
    for one in contract().insured:
        assert one.name in everything
    assert "36,216.00" in text_of(pressed.pdf, 6)


def test_every_page_carries_its_code(pressed: PressedPdf) -> None:
    for page in range(1, pressed.pages + 1):
        assert read_codes(page_png(pressed.pdf, page, dpi=110)) == (
            PageCode("PA7901-2026-000123", 1, page, pressed.pages, pressed.content_hash[:16]),
        )


@pytest.mark.parametrize("terms", [0, 30])
def test_codes_count_the_pages_that_came_out(press: PdfPress, terms: int) -> None:
    """A fresh press guesses pages by people; long terms make any guess wrong."""
    fresh = PdfPress(fonts_folder())
    content = replace(contract(12), special_terms=("约定" * 300,) * terms)
    made = fresh.press(content)
    assert made.pdf == press.press(content).pdf
    for page in range(1, page_count(made.pdf) + 1):
        (code,) = read_codes(page_png(made.pdf, page, dpi=110)) or ()
        assert (code.page, code.pages) == (page, page_count(made.pdf))


def dark_pixels(png: bytes, margin: int) -> int:
    """Count dark pixels in the code's place, widened by a margin (0.2 mm a pixel)."""
    right, bottom = 1050 - 60, 1485 - 45
    with Image.open(io.BytesIO(png)) as picture:
        box = (right - 95 - margin, bottom - 95 - margin, right + margin, bottom + margin)
        return sum(picture.convert("L").crop(box).histogram()[:128])


def test_the_code_stands_bottom_right_on_every_page(pressed: PressedPdf) -> None:
    for page in range(1, pressed.pages + 1):
        png = page_png(pressed.pdf, page, dpi=127)
        assert 0.35 < dark_pixels(png, 0) / 95**2 < 0.65
        assert dark_pixels(png, 12) == dark_pixels(png, 2)  # the quiet zone is white


def test_sign_and_seal_places_lie_where_the_page_shows_them(pressed: PressedPdf) -> None:
    sign, seal = pressed.sign_place, pressed.seal_place
    assert sign.page == seal.page == 3
    assert (sign.width, sign.height) == (620, 240)
    left, bottom, right, top = sign.pdf_rect()
    with pypdfium2.PdfDocument(pressed.pdf) as document:
        page = document[sign.page - 1].get_textpage()
        inside = page.get_text_bounded(left + 1, bottom + 1, right - 1, top - 1)
        below = page.get_text_bounded(left, bottom - 25, right, bottom)
        seal_left, seal_bottom, seal_right, seal_top = seal.pdf_rect()
        in_seal = page.get_text_bounded(seal_left, seal_bottom, seal_right, seal_top)
    assert inside.strip() == ""
    assert "签字人" in below
    assert in_seal.strip() == "用印处"
    assert seal.centre == (seal.x + 220, seal.y + 220)


def test_four_covers_fit_and_nothing_runs_off_the_page(press: PdfPress) -> None:
    plain = contract(30)
    wide = (
        *plain.products,
        Product("GHI", "团体住院医疗保险", "住院保额（元）", "示例备案〔2026〕医疗004号", "GHI-1"),
        Product(
            "GHC", "附加住院津贴保险", "住院津贴（元/天）", "示例备案〔2026〕医疗005号", "GHC-1"
        ),
    )
    insured = tuple(
        replace(
            one,
            name="阿卜杜热合曼·买买提明",
            id_type="港澳居民来往内地通行证",
            sums_fen=(*one.sums_fen, 5_000_000, 20_000),
        )
        for one in plain.insured
    )
    pdf = press.press(replace(plain, products=wide, insured=insured)).pdf
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for index in range(text.count_rects()):
                left, _, right, _ = text.get_rect(index)
                assert left >= 40
                assert right <= 595 - 30
    assert "住院津贴（元/天）" in text_of(pdf)


def test_a_very_long_run_breaks_inside_its_cell(
    press: PdfPress, named: Callable[[str], ContractContent]
) -> None:
    pdf = press.press(named("W" * 120)).pdf
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        assert max(text.get_rect(index)[2] for index in range(text.count_rects())) < 560


def test_an_empty_box_never_reaches_paper(
    press: PdfPress, named: Callable[[str], ContractContent]
) -> None:
    with pytest.raises(BranchError) as refused:
        press.press(named("欢乐😀公司"))
    assert refused.value.code == "E-DOC-GLYPH"


def test_only_the_pinned_font_is_embedded(pressed: PressedPdf) -> None:
    fonts = subprocess.run(
        ["pdffonts", "-"], input=pressed.pdf, check=True, capture_output=True
    ).stdout.decode()
    named = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert named
    assert all("NotoSansCJKsc" in one for one in named)


def test_a_broken_template_is_said_so(tmp_path: Path, templates: Path) -> None:
    copy = tmp_path / "templates"
    shutil.copytree(templates, copy)
    source = copy / "group_accident.typ"
    source.write_text(source.read_text("utf-8") + "\n#c.no-such-field\n", "utf-8")
    with pytest.raises(BranchError) as refused:
        PdfPress(fonts_folder(), copy).press(contract(3))
    assert refused.value.code == "E-DOC-TEMPLATE"


def test_the_hash_on_paper_is_the_hash_of_the_content(pressed: PressedPdf) -> None:
    assert pressed.content_hash == content_hash(contract())
    assert f"校验{pressed.content_hash[:16]}" in text_of(pressed.pdf, 1)


def test_a_large_roster_is_printed_whole(press: PdfPress) -> None:
    made = press.press(replace(contract(1000), insured=people(1000)))
    assert "1000" in text_of(made.pdf, made.pages)
    assert read_codes(page_png(made.pdf, made.pages)) == (
        PageCode("PA7901-2026-000123", 1, made.pages, made.pages, made.content_hash[:16]),
    )


@pytest.mark.parametrize("page", [0, 7, -1])
def test_a_page_that_is_not_there(pressed: PressedPdf, page: int) -> None:
    with pytest.raises(BranchError) as refused:
        page_png(pressed.pdf, page)
    assert refused.value.code == "E-DOC-PAGE"


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"\x89PNG", b"x" * 2000])
def test_what_is_no_pdf_has_no_pages(junk: bytes) -> None:
    for ask in (page_count, lambda pdf: page_png(pdf, 1)):
        with pytest.raises(BranchError) as refused:
            ask(junk)
        assert refused.value.code == "E-DOC-PDF"


@pytest.mark.parametrize("dpi", [0, 19, 401, 10_000])
def test_a_resolution_without_sense(pressed: PressedPdf, dpi: int) -> None:
    with pytest.raises(ValueError, match="dots per inch"):
        page_png(pressed.pdf, 1, dpi=dpi)
