"""A report on paper: the same words as PDF and as docx, whatever a customer is called."""

import io
import subprocess
from pathlib import Path

import docx
import pytest

from app.documents.fonts import fonts_folder
from app.documents.letter import Letter, LetterPress, letter_docx
from app.reports.export import letter_of
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
    assert len(wide.heading) == 7
    section = docx.Document(io.BytesIO(letter_docx(wide))).sections[0]
    assert section.page_width is not None and section.page_height is not None
    assert section.page_width > section.page_height
    assert press.press(wide).startswith(b"%PDF")
