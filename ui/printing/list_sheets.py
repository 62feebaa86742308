"""A list drawn on sheets: headings on each, page n of m, who printed it and as of when.

Every line is as high as every other, so the number of pages is known before a row is read. Text is
drawn with QPainter as plain characters; nothing in a cell is ever markup. What does not fit a
column ends in an ellipsis, as on the screen; letters shrink with the columns' widths down to
SMALLEST, so that what fits on the screen fits on paper.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from typing_extensions import override

from app.kit.listing import Stride
from app.kit.words import Text, t, tn
from app.kit.written import spoken_moment, written_count
from ui.printing.paper import write_pdf
from ui.printing.printout import Printing, Printout
from ui.printing.setup import PageSetup, PrintSetup
from ui.shell.ports import Desk
from ui.theme.theme import body_font
from ui.widgets.list_paper import Line, PaperLines, PaperList

USUAL, SMALLEST = 34, 20
"""Height of the letters in 0.1 mm at 100 percent: a printed book's, and the smallest one reads."""
SCREEN_LETTER = 14
"""Height of a letter on the screen, in pixels: what the columns' widths are made for."""
AIR = 1.9
"""How high a line is, in letters."""
TOP, FOOT = 150, 70
"""What title and foot take of a page, in 0.1 mm."""
MARGIN_MM = 12
WIDE_LIST = 760
"""Pixels of columns from which a sheet lies on its side."""
INK, PALE, RULE, BAND = "#000000", "#404040", "#b0b0b0", "#eeeeee"
CHOSEN, ALL = "chosen", "all"


class ListSheets(Printout):
    """The sheets of a list; ``as_of`` is when its rows were read, ``by`` who had them printed."""

    def __init__(self, paper: PaperList, lines: PaperLines, as_of: datetime, by: str) -> None:
        self._paper, self._lines = paper, lines
        self._as_of, self._by = as_of, by

    @override
    def count(self, page: PageSetup) -> int:
        return max(1, -(-self._lines.count // _lines_on(self._paper, page)))

    @override
    def draw(self, painter: QPainter, page: PageSetup, number: int, dpi: int) -> None:
        fits = _lines_on(self._paper, page)
        letter = letter_height(self._paper, page)
        sheet = _Sheet(painter, page, letter, self._paper)
        sheet.title(self._title(), self._remark(), self._page_words(page, number))
        sheet.headings()
        for place, line in enumerate(self._lines.lines((number - 1) * fits, fits), 1):
            sheet.line(place, line)
        sheet.foot(self._stamp())

    def _title(self) -> str:
        return self._paper.shown.name

    def _remark(self) -> str:
        """Say how many rows there are, and by what the list was narrowed."""
        records = self._lines.records
        rows = tn("{shown} row", "{shown} rows", records, shown=written_count(records))
        asked = self._paper.shown.asked
        said = [str(rows)]
        if asked.words.strip():
            said.append(str(t("Filtered by “{words}”", words=asked.words.strip())))
        if asked.filters:
            narrowed = tn("{n} filter by column", "{n} filters by column", len(asked.filters))
            said.append(str(narrowed))
        return " · ".join(said)

    def _page_words(self, page: PageSetup, number: int) -> str:
        of = written_count(self.count(page))
        return str(t("Page {n} of {of}", n=written_count(number), of=of))

    def _stamp(self) -> str:
        return str(
            t("As of {moment}. Printed by {person}.", moment=spoken_moment(self._as_of),
              person=self._by)
        )  # fmt: skip


class ListPrinting(Printing):
    """A list on its way to paper, all of it or what was selected."""

    def __init__(self, desk: Desk, paper: PaperList) -> None:
        self._desk, self._paper = desk, paper

    @property
    @override
    def name(self) -> Text:
        return t("{list}", list=self._paper.shown.name)

    @property
    @override
    def file_name(self) -> str:
        return f"{self._paper.shown.name}.pdf"

    @property
    @override
    def exact(self) -> bool:
        return False

    @property
    @override
    def usual(self) -> PageSetup:
        return PageSetup(landscape=sum(self._paper.widths) > WIDE_LIST, margin=MARGIN_MM)

    @property
    @override
    def parts(self) -> Sequence[tuple[str, Text]]:
        chosen = self._paper.chosen_count
        if not chosen:
            return ()
        words = tn("The {shown} chosen row", "The {shown} chosen rows", chosen,
                   shown=written_count(chosen))  # fmt: skip
        return ((CHOSEN, words), (ALL, t("All rows of the list")))

    @override
    def open(self, part: str, stride: Stride) -> ListSheets:
        as_of = self._desk.clock.now()
        lines = PaperLines(self._paper, chosen_only=part == CHOSEN, stride=stride)
        actor = self._desk.actor
        return ListSheets(self._paper, lines, as_of, f"{actor.name} ({actor.person})")

    @override
    def save(self, printout: Printout, page: PageSetup, path: Path, stride: Stride) -> None:
        write_pdf(printout, page, path, self._paper.shown.name, stride.step)

    @override
    def last_setup(self) -> PrintSetup | None:
        return PrintSetup.of(self._desk.read_draft(self._key()))

    @override
    def keep_setup(self, setup: PrintSetup) -> None:
        self._desk.keep_draft(self._key(), setup.texts())

    def _key(self) -> str:
        return f"printing.list.{self._paper.key}"


def letter_height(paper: PaperList, page: PageSetup) -> float:
    """Give the height of a letter in 0.1 mm: so that a cell that fits the screen fits the paper."""
    width, _ = page.room
    fitting = SCREEN_LETTER * width / max(1, sum(paper.widths))
    return max(SMALLEST, min(USUAL, fitting)) * page.scale / 100


def _lines_on(paper: PaperList, page: PageSetup) -> int:
    """Say how many lines a sheet takes below the headings, one at least."""
    _, height = page.room
    line = letter_height(paper, page) * AIR
    return max(1, int((height - TOP - FOOT) / line) - 1)


class _Sheet:
    """One page being drawn."""

    def __init__(self, painter: QPainter, page: PageSetup, letter: float, paper: PaperList) -> None:
        self._painter, self._letter = painter, letter
        self._width, self._height = page.room
        self._high = letter * AIR
        self._columns = [column for _, column in paper.shown.columns]
        whole = max(1, sum(paper.widths))
        edges = [0, *accumulate(paper.widths)]
        self._edges = [edge * self._width / whole for edge in edges]

    def title(self, title: str, remark: str, page: str) -> None:
        """Draw what stands above the headings."""
        half = self._width * 0.7
        self._write(QRectF(0, 0, half, 70), title, self._font(48, bold=True))
        self._write(QRectF(half, 0, self._width - half, 70), page, self._font(30), right=True)
        self._write(QRectF(0, 75, self._width, 50), remark, self._font(28), ink=PALE)

    def headings(self) -> None:
        """Draw the titles of the columns over a rule."""
        titles = tuple(str(column.title) for column in self._columns)
        self._cells(TOP, titles, self._font(self._letter, bold=True))
        self._rule(TOP + self._high, INK, 3)

    def line(self, place: int, line: Line) -> None:
        """Draw a line at its place below the headings, from 1."""
        top = TOP + place * self._high
        bold = self._font(self._letter, bold=True)
        if line.head is not None:
            box = QRectF(0, top, self._width, self._high)
            self._painter.fillRect(box, QColor(BAND))
            self._write(box.adjusted(10, 0, -10, 0), line.head or "–", bold)
            return
        if line.total:
            self._rule(top, INK, 3)
        self._cells(top, line.cells, bold if line.total else self._font(self._letter))
        self._rule(top + self._high, RULE, 1)

    def foot(self, words: str) -> None:
        """Draw the stamp at the lower edge."""
        top = self._height - FOOT + 20
        self._write(QRectF(0, top, self._width, 50), words, self._font(26), ink=PALE)

    def _cells(self, top: float, cells: Sequence[str], font: QFont) -> None:
        for place, (column, words) in enumerate(zip(self._columns, cells, strict=True)):
            left, right = self._edges[place], self._edges[place + 1]
            box = QRectF(left + 8, top, right - left - 16, self._high)
            self._write(box, words, font, right=column.numeric)

    def _write(
        self, box: QRectF, words: str, font: QFont, *, right: bool = False, ink: str = INK
    ) -> None:
        if not words or box.width() <= 0:
            return
        flat = " ".join(words.split())
        fitted = QFontMetricsF(font).elidedText(flat, Qt.TextElideMode.ElideRight, box.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._painter.setFont(font)
        self._painter.setPen(QColor(ink))
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        self._painter.drawText(box, int(flags), fitted)

    def _rule(self, top: float, ink: str, width: int) -> None:
        pen = QPen(QColor(ink))
        pen.setWidthF(width)
        self._painter.setPen(pen)
        self._painter.drawLine(0, round(top), self._width, round(top))

    def _font(self, height: float, *, bold: bool = False) -> QFont:
        font = body_font()
        font.setPixelSize(max(1, round(height)))
        font.setBold(bold)
        # The regional forms of digits have no sign of their own in the fonts Qt embeds: a saved PDF
        # would be read and searched without them.
        font.setFeature(QFont.Tag("locl"), 0)
        return font
