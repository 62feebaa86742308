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
from app.documents.printed import TEMPLATES
from app.documents.typesetting import Typesetter
from app.kit.signs import without_hidden

TEMPLATE = "report_letter.typ"
FONT = "Noto Sans CJK SC"


@dataclass(frozen=True)
class Heading:
    """The heading of a column; figures stand to the right."""

    text: str
    number: bool = False


@dataclass(frozen=True)
class Letter:
    """What stands on the paper. ``facts`` come before the table, ``notes`` after it."""

    company: str
    office: str
    title: str
    about: str
    facts: tuple[tuple[str, str], ...]
    heading: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...]
    written: datetime


class LetterPress:
    """Renders letters to PDF; keep it, a warm compiler is ten times faster. One lane at a time.

    Raises BranchError E-DOC-FONT, E-DOC-FONT-CHANGED when made.
    """

    def __init__(self, fonts_dir: Path, templates: Path = TEMPLATES) -> None:
        self._typesetter = Typesetter(TEMPLATE, fonts_dir, templates)

    def press(self, letter: Letter) -> bytes:
        """Render a letter; the same letter gives the same bytes.

        Raises BranchError E-DOC-GLYPH where the font has no shape for a character, E-DOC-TEMPLATE
        where the template does not compile.
        """
        fields = json.dumps(_fields(letter), ensure_ascii=False)
        self._typesetter.check_shapes(fields)
        return self._typesetter.pdf({"letter": fields}, letter.written)


def letter_docx(letter: Letter) -> bytes:
    """Write a letter as docx; the same letter gives the same bytes."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    page = docx.Document()
    _use_font(page)
    section = page.sections[0]
    if len(letter.heading) > 6:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    head = section.header.paragraphs[0].add_run(_seen(f"{letter.company}    {letter.office}"))
    head.bold, head.font.size = True, Pt(12)
    title = page.add_heading(_seen(letter.title), level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page.add_paragraph(_seen(letter.about))
    for name, said in letter.facts:
        page.add_paragraph(_seen(f"{name}  {said}"))
    _add_table(page, letter)
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


def _add_table(page: Any, letter: Letter) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = page.add_table(rows=0, cols=len(letter.heading), style="Light Grid Accent 1")
    for texts in (tuple(one.text for one in letter.heading), *letter.rows):
        cells = table.add_row().cells
        for cell, text, heading in zip(cells, texts, letter.heading, strict=True):
            cell.text = _seen(text)
            if heading.number:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _fields(letter: Letter) -> dict[str, Any]:
    """Name every field of the template; what cannot be seen is left out of every text."""
    plain = asdict(letter)
    del plain["written"]
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
