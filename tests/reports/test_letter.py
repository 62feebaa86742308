"""A report on paper: the same words as PDF and as docx, whatever a customer is called."""

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from PIL import Image

from app.documents.fonts import fonts_folder
from app.documents.letter import Letter, LetterPress, letter_docx
from app.reports.export import bar_picture, letter_of
from app.reports.queries.reading import run
from app.reports.rules.declared import Asked
from tests.reports.conftest import NOW, Branch, sync_round

ODD = '#image("x") *b* <img src=x> \u202e=cmd()\x07'


@pytest.fixture(scope="module")
def press() -> LetterPress:
    return LetterPress(fonts_folder())


@pytest.fixture
def letter(branch: Branch) -> Letter:
    branch.add(
        sync_round(1, "2026-02-01T08:00:00", ODD, 3, 10),
        sync_round(2, "2026-02-02T08:00:00", "done", 1_234, 0),
    )
    asked = Asked("sync", "outcome")
    ran = branch.read(run, branch.reader(), asked, NOW, lambda _done, _total: None)
    return letter_of(ran, "示例财产保险股份有限公司", "示例市城东支公司")


def words_of_pdf(pdf: bytes, folder: Path) -> str:
    (folder / "a.pdf").write_bytes(pdf)
    words = ["pdftotext", "-layout", str(folder / "a.pdf"), "-"]
    said = subprocess.run(words, capture_output=True, check=True, text=True).stdout
    return "".join(said.replace("\u200b", "").split())


def words_of_docx(content: bytes) -> set[str]:
    page = docx.Document(io.BytesIO(content))
    texts = [one.text for one in page.paragraphs]
    texts += [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    texts += [one.text for one in page.sections[0].header.paragraphs]
    return {word for text in texts for word in text.split()}


def test_both_say_every_word(letter: Letter, press: LetterPress, tmp_path: Path) -> None:
    pdf, copy = words_of_pdf(press.press(letter), tmp_path), words_of_docx(letter_docx(letter))
    for texts in (
        [letter.company, letter.office, letter.title],
        [text for row in letter.rows for text in row],
        [said for _, said in letter.facts],
        [name for name, _ in letter.notes],
        [one.text for one in letter.heading],
    ):
        for text in texts:
            for word in text.replace("\u202e", " ").replace("\x07", " ").split():
                assert word in copy, word
                assert word in pdf, word
    assert "1,234" in pdf


def test_nothing_typed_is_markup(letter: Letter, press: LetterPress, tmp_path: Path) -> None:
    pdf = words_of_pdf(press.press(letter), tmp_path)
    assert '#image("x")*b*<imgsrc=x>=cmd()' in pdf


def test_the_same_letter_has_the_same_bytes(letter: Letter, press: LetterPress) -> None:
    assert press.press(letter) == press.press(letter) == LetterPress(fonts_folder()).press(letter)
    assert letter_docx(letter) == letter_docx(letter)


def test_a_wide_table_lies_on_its_side(branch: Branch, press: LetterPress) -> None:
    asked = Asked("quotes", "month", "state")
    ran = branch.read(run, branch.reader(), asked, NOW, lambda _done, _total: None)
    wide = letter_of(ran, "x", "y")
    assert len(wide.heading) == 7 and wide.cross is not None and len(wide.cross.heading) == 5
    section = docx.Document(io.BytesIO(letter_docx(wide))).sections[0]
    assert section.page_width is not None and section.page_height is not None
    assert section.page_width > section.page_height
    assert press.press(wide).startswith(b"%PDF")


def test_bars_are_as_long_as_their_figures(letter: Letter) -> None:
    """Two rounds, one of each ending: both bars are the whole width, and say what they are."""
    picture = letter.picture
    assert picture is not None and picture.nought == 0 and picture.series == ()
    assert [(one.said, one.parts) for one in picture.bars] == [
        ("1", ((0, 10_000, 0),)),
        ("1", ((0, 10_000, 0),)),
    ]
    assert {one.label for one in picture.bars} == {row[0] for row in letter.rows[:-1]}


def test_parts_of_a_bar_follow_one_another(branch: Branch, press: LetterPress) -> None:
    moments = ("2026-02-01T08:00:00", "2026-02-01T09:00:00", "2026-02-02T08:00:00")
    endings = ("done", "stopped", "done")
    branch.add(
        *(
            sync_round(n, at, end, 1, 1)
            for n, (at, end) in enumerate(zip(moments, endings, strict=True), 1)
        )
    )
    asked = Asked("sync", "day", "outcome")
    ran = branch.read(run, branch.reader(), asked, NOW, lambda _done, _total: None)
    picture = bar_picture(ran, "rounds")
    assert picture is not None and len(picture.series) == 2
    first, second = picture.bars
    assert first.parts == ((0, 5_000, 0), (5_000, 5_000, 1)) and first.said == "2"
    assert [part[1] for part in second.parts] == [5_000] and second.said == "1"
    share = bar_picture(ran, "whole")
    assert share is not None and len(share.bars) == 3, "shares do not add up: a bar each"
    assert [one.parts for one in share.bars if one.said == "0.00%"] == [()]


def test_the_picture_stands_on_paper_and_in_the_docx(
    letter: Letter, press: LetterPress, tmp_path: Path
) -> None:
    assert letter.picture is not None
    said = words_of_pdf(press.press(letter), tmp_path)
    assert "".join(letter.picture.title.split()) in said
    bare = words_of_pdf(press.press(replace(letter, picture=None)), tmp_path)
    assert "".join(letter.picture.title.split()) not in bare
    drawn = press.picture(letter)
    with Image.open(io.BytesIO(drawn)) as picture:
        inks = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
        assert (0x22, 0x49, 0xBF) in inks and (0xC4, 0x57, 0x0E) not in inks
        assert picture.width > 4 * picture.height
    page = docx.Document(io.BytesIO(letter_docx(letter, drawn)))
    (shape,) = page.inline_shapes
    assert letter.picture.bars[0].said in shape._inline.docPr.get("descr")
    assert shape.width < page.sections[0].page_width
    assert press.picture(replace(letter, picture=None)) == b""
    assert not docx.Document(io.BytesIO(letter_docx(letter))).inline_shapes


def test_nothing_to_draw_is_no_picture(branch: Branch) -> None:
    ran = branch.read(run, branch.reader(), Asked("sync", "day"), NOW, lambda _done, _total: None)
    assert bar_picture(ran, "rounds") is None
    branch.add(
        *(sync_round(n, f"2026-02-{n % 28 + 1:02d}T08:00:00", f"e{n}", 1, 1) for n in range(1, 42))
    )
    ran = branch.read(
        run, branch.reader(), Asked("sync", "outcome"), NOW, lambda _done, _total: None
    )
    assert bar_picture(ran, "rounds") is None, "too many bars for a sheet"
