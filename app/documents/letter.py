"""A table on the branch's letterhead: as PDF by typst, and as docx for those who write around it.

Both come from one content and say the same words. Every text enters as data, never as markup.
"""

import io
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.documents.docx import same_bytes
from app.documents.fonts import check_fonts, check_shapes
from app.documents.printed import TEMPLATES
from app.kit.errors.base import BranchError
from app.kit.errors.documents import template_not_usable

TEMPLATE = "report_letter.typ"
FONT = "Noto Sans CJK SC"
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


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
        import typst

        check_fonts(fonts_dir)
        self._fonts_dir = fonts_dir
        self._compiler = typst.Compiler(
            templates / TEMPLATE,
            root=templates,
            font_paths=typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[fonts_dir],
            ),
            ignore_system_fonts=True,
        )

    def press(self, letter: Letter) -> bytes:
        """Render a letter; the same letter gives the same bytes.

        Raises BranchError E-DOC-GLYPH where the font has no shape for a character, E-DOC-TEMPLATE
        where the template does not compile.
        """
        import typst

        fields = json.dumps(_fields(letter), ensure_ascii=False)
        check_shapes(fields, self._fonts_dir)
        try:
            made = self._compiler.compile(
                format="pdf",
                sys_inputs={"letter": fields},
                timestamp=int(letter.written.timestamp()),
                pdf_tags=False,
            )
        except typst.TypstError as error:
            raise BranchError(template_not_usable(TEMPLATE)) from error
        if not isinstance(made, bytes):
            raise BranchError(template_not_usable(TEMPLATE))
        return made


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
    """Leave out control and direction characters, halves of surrogate pairs: paper has none."""
    return _UNSEEN.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))
