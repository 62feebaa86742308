"""A table on the branch's letterhead: as PDF by typst, and as docx for those who write around it.

Both come from one content and say the same words. Every text enters as data, never as markup.
"""

import io
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.documents.docx import same_bytes
from app.documents.pages import page_png
from app.documents.printed import TEMPLATES
from app.documents.typesetting import Typesetter
from app.kit.signs import without_hidden

TEMPLATE = "report_letter.typ"
PICTURE_TEMPLATE = "report_picture.typ"
PICTURE_DPI = 200
PICTURE_MM = 165
"""How wide the picture stands in the docx; the room between the margins of an A4 page."""
MOST_UPRIGHT = 6
"""Columns that stand on an upright page; a wider table lies on its side."""
FONT = "Noto Sans CJK SC"


@dataclass(frozen=True)
class Heading:
    """The heading of a column; figures stand to the right."""

    text: str
    number: bool = False


Part = tuple[int, int, int]
"""Where a part of a bar begins, how long it is (ten-thousandths of the width), of which series."""


@dataclass(frozen=True)
class Bar:
    """One bar: its label, what it says in figures, its parts."""

    label: str
    said: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class BarPicture:
    """Bars one under another. ``nought`` is where nothing stands, in ten-thousandths."""

    title: str
    series: tuple[str, ...]
    nought: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Table:
    """A table under a title of its own."""

    title: str
    heading: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Letter:
    """What stands on the paper. ``facts`` come before the table, ``notes`` after it.

    ``picture`` stands between facts and table, ``cross`` (a table of its own) between picture and
    table; None where there is nothing to draw or to cross.
    """

    company: str
    office: str
    title: str
    about: str
    facts: tuple[tuple[str, str], ...]
    heading: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...]
    written: datetime
    picture: BarPicture | None = None
    cross: Table | None = None

    @property
    def widest(self) -> int:
        """How many columns the widest of its tables has."""
        return max(len(self.heading), len(self.cross.heading) if self.cross else 0)


class LetterPress:
    """Renders letters to PDF; keep it, a warm compiler is ten times faster. One lane at a time.

    Raises BranchError E-DOC-FONT, E-DOC-FONT-CHANGED when made.
    """

    def __init__(self, fonts_dir: Path, templates: Path = TEMPLATES) -> None:
        self._typesetter = Typesetter(TEMPLATE, fonts_dir, templates)
        self._fonts_dir, self._templates = fonts_dir, templates

    def press(self, letter: Letter) -> bytes:
        """Render a letter; the same letter gives the same bytes.

        Raises BranchError E-DOC-GLYPH where the font has no shape for a character, E-DOC-TEMPLATE
        where the template does not compile.
        """
        fields = json.dumps(_fields(letter), ensure_ascii=False)
        self._typesetter.check_shapes(fields)
        return self._typesetter.pdf({"letter": fields}, letter.written)

    def picture(self, letter: Letter) -> bytes:
        """Draw the picture of a letter alone, as PNG; empty where it has none.

        Drawn by the same lines of the same template as in the PDF; raises what ``press`` raises.
        """
        if letter.picture is None:
            return b""
        drawing = Typesetter(PICTURE_TEMPLATE, self._fonts_dir, self._templates)
        fields = json.dumps(_fields(letter), ensure_ascii=False)
        drawing.check_shapes(fields)
        return page_png(drawing.pdf({"letter": fields}, letter.written), 1, dpi=PICTURE_DPI)


def letter_docx(letter: Letter, picture: bytes = b"") -> bytes:
    """Write a letter as docx, with its picture (PNG); the same of both gives the same bytes."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    page = docx.Document()
    _use_font(page)
    section = page.sections[0]
    if letter.widest > MOST_UPRIGHT:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    head = section.header.paragraphs[0].add_run(_seen(f"{letter.company}    {letter.office}"))
    head.bold, head.font.size = True, Pt(12)
    title = page.add_heading(_seen(letter.title), level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page.add_paragraph(_seen(letter.about))
    for name, said in letter.facts:
        page.add_paragraph(_seen(f"{name}  {said}"))
    if picture and letter.picture is not None:
        _add_picture(page, picture, letter.picture)
    if letter.cross is not None:
        page.add_paragraph().add_run(_seen(letter.cross.title)).bold = True
        _add_table(page, letter.cross.heading, letter.cross.rows)
        page.add_paragraph()
    _add_table(page, letter.heading, letter.rows)
    for name, said in letter.notes:
        note = page.add_paragraph()
        note.add_run(_seen(name)).bold = True
        note.add_run(_seen(f"  {said}"))
    page.core_properties.title = _seen(letter.title)[:255]
    page.core_properties.author = _seen(letter.company)[:255]
    page.core_properties.created = page.core_properties.modified = letter.written.replace(
        tzinfo=None, microsecond=0
    )
    written = io.BytesIO()
    page.save(written)
    return same_bytes(written.getvalue())


def _use_font(page: Any) -> None:
    """Name the font for Latin and for Chinese letters: Word takes them from two places."""
    from docx.oxml.ns import qn

    for style in (page.styles["Normal"], page.styles["Heading 1"]):
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)


def _add_picture(page: Any, png: bytes, picture: BarPicture) -> None:
    """Put the picture in, with words for who cannot see it."""
    from docx.shared import Mm

    shape = page.add_picture(io.BytesIO(png), width=Mm(PICTURE_MM))
    said = "; ".join(f"{one.label} {one.said}" for one in picture.bars)
    shape._inline.docPr.set("descr", _seen(f"{picture.title}: {said}"))


def _add_table(page: Any, heading: tuple[Heading, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = page.add_table(rows=0, cols=len(heading), style="Light Grid Accent 1")
    for texts in (tuple(one.text for one in heading), *rows):
        cells = table.add_row().cells
        for cell, text, head in zip(cells, texts, heading, strict=True):
            cell.text = _seen(text)
            if head.number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _fields(letter: Letter) -> dict[str, Any]:
    """Name every field of the template; what cannot be seen is left out of every text."""
    plain = asdict(letter)
    del plain["written"]
    plain["wide"] = letter.widest > MOST_UPRIGHT
    return {name: _all_seen(value) for name, value in plain.items()}


def _all_seen(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _all_seen(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_all_seen(inner) for inner in value]
    return _seen(value) if isinstance(value, str) else value


def _seen(text: str) -> str:
    """Put room where nobody sees anything: paper has no controls and no direction marks."""
    return without_hidden(text, kept="\n\t", instead=" ")
