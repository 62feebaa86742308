"""A chart with all that belongs to it: title, legend, the values that are read, a table, export."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import BranchError
from app.kit.errors.sheets import sheet_not_written
from app.kit.figures import figure_text
from app.kit.files import atomic_write
from app.kit.sheets.writing import CellKind, Sheet, SheetColumn
from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import BODY, NEAR, PLAIN, TIGHT
from ui.widgets.chart import ChartPicture
from ui.widgets.chart_series import Chart
from ui.widgets.label import ElidedLabel, PlainLabel
from ui.widgets.rows import Column, FixedRows, Row
from ui.widgets.table import ListTable

PICTURE_SCALE = 2
"""A picture for a document has twice the pixels of the screen."""
MOST_ROWS = 2_000
"""Rows of the table under a picture; a longer line is read by its export."""


class ChartPanel(QWidget):
    """Shows one chart at a time; ``face`` is what a saved picture shows."""

    def __init__(self, theme: Theme, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.face = QFrame()
        self.face.setProperty("look", "surface")
        self.picture = ChartPicture(theme, chart)
        self.table: ListTable | None = None
        self._title = PlainLabel(size="label")
        self._legend = QHBoxLayout()
        self._reading = ElidedLabel(size="small")
        self._column = QVBoxLayout(self)
        self._build()
        self.show_chart(chart)

    def show_chart(self, chart: Chart) -> None:
        """Show another chart, its legend and its table."""
        self.picture.show_chart(chart)
        self._title.tell(chart.title)
        self._reading.tell(t("Point at the picture, or go to it and press Left or Right."))
        self._fill_legend(chart)
        if self.table is not None:
            self._column.removeWidget(self.table)
            self.table.deleteLater()
        columns = columns_of(chart)
        source = FixedRows(columns, rows_of(chart))
        self.table = ListTable(
            self._theme, columns, source, name=t("The values of the picture"), filtering=False
        )
        self._column.addWidget(self.table, 2)

    def save_png(self, path: Path) -> None:
        """Save the picture with title and legend, at twice the screen's pixels.

        Raises BranchError E-SHEET-WRITE.
        """
        image = QImage(self.face.size() * PICTURE_SCALE, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(PICTURE_SCALE)
        painter = QPainter(image)
        self.face.render(painter, QPoint())
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        _write(path, bytes(buffer.data().data()))

    def save_svg(self, path: Path) -> None:
        """Save the picture as lines and letters that stay sharp at any size.

        Raises BranchError E-SHEET-WRITE.
        """
        buffer = QBuffer()
        drawing = QSvgGenerator()
        drawing.setOutputDevice(buffer)
        drawing.setTitle(str(self.picture.chart.title))
        drawing.setSize(self.face.size())
        drawing.setViewBox(QRect(QPoint(), self.face.size()))
        painter = QPainter(drawing)
        self.face.render(painter, QPoint())
        painter.end()
        _write(path, bytes(buffer.data().data()))

    def _build(self) -> None:
        inside = QVBoxLayout(self.face)
        inside.setContentsMargins(PLAIN, NEAR, PLAIN, NEAR)
        inside.setSpacing(NEAR)
        top = QHBoxLayout()
        top.setSpacing(PLAIN)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addLayout(self._legend)
        inside.addLayout(top)
        inside.addWidget(self.picture, 1)
        inside.addWidget(self._reading)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)
        self._column.addWidget(self.face, 3)
        self.picture.pointed.connect(self._read)
        self.setFocusProxy(self.picture)

    def _fill_legend(self, chart: Chart) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._legend.setSpacing(TIGHT)
        for number, one in enumerate(chart.series):
            self._legend.addSpacing(NEAR)
            self._legend.addWidget(Swatch(self.picture, number))
            self._legend.addWidget(PlainLabel(one.name, size="small"))

    def _read(self, place: int) -> None:
        self._reading.tell(self.picture.reading())
        if self.table is not None:
            self.table.choose(place)


class Swatch(QWidget):
    """The colour of a series, as the picture has it now."""

    def __init__(self, picture: ChartPicture, number: int) -> None:
        super().__init__()
        self._picture, self._number = picture, number

    @override
    def sizeHint(self) -> QSize:
        return QSize(BODY, BODY)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._picture.colour_of(self._number))
        painter.end()


def columns_of(chart: Chart) -> tuple[Column, ...]:
    """Give the columns of the table under a chart: the label, then each series."""
    figures = (
        Column(str(place), _as_typed(one.name), 160, numeric=True, sortable=False)
        for place, one in enumerate(chart.series)
    )
    return (Column("label", t("Value of"), 220, sortable=False, stretch=True), *figures)


def rows_of(chart: Chart) -> tuple[Row, ...]:
    """Give the rows of the table under a chart, at most MOST_ROWS."""
    return tuple(
        Row(
            place,
            (
                chart.labels[place],
                *(figure_text(chart.unit, one.at(place)) for one in chart.series),
            ),
        )
        for place in range(min(chart.width, MOST_ROWS))
    )


def sheet_of(chart: Chart) -> Sheet:
    """Give the values of a chart as a sheet, all of them."""
    columns = (
        SheetColumn(str(t("Value of")), CellKind.TEXT, 24),
        *(SheetColumn(one.name, chart.unit, 18) for one in chart.series),
    )
    rows = (
        (label, *(one.at(place) for one in chart.series))
        for place, label in enumerate(chart.labels)
    )
    return Sheet(str(chart.title), columns, rows)


def _as_typed(name: str) -> Text:
    """Make a person's words a Text that says them as they are."""
    return Text("{name}", {"name": name})


def _write(path: Path, content: bytes) -> None:
    try:
        atomic_write(path, content)
    except OSError as error:
        raise BranchError(sheet_not_written(path.name, error.strerror or str(error))) from error
