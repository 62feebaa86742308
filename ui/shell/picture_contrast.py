"""Contrast as it is on the screen: measured on the pixels of a picture, not on the theme's table.

A text is measured against the ground it stands on, the outline of a field or button against what
is around it. The formula is WCAG 2.1's; a control that cannot be used has no outline to find.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QTabBar,
    QTableView,
    QWidget,
)
from typing_extensions import override

from ui.shell.picture_structure import covered, floats, ours, where
from ui.theme.tokens import EDGE_CONTRAST, NEAR, TEXT_CONTRAST, contrast
from ui.widgets.badge import SHAPE, StateBadge

FINENESS = 2
"""How much finer than the screen a picture is taken for measuring: the inside of a thin stroke is
then a pixel of its own and not mixed with its ground."""
ENOUGH = 6
"""Pixels a colour needs to count as the ink of a text; a stray pixel of an edge is none."""
OUTSIDE, INSIDE = 2, 4
"""How far around the edge of a control its outline is looked for, in device-independent pixels."""
NO_EDGE = ("ghost", "link")
"""Looks of buttons that are found by their words alone."""


@dataclass(frozen=True)
class Faint:
    """A text or an outline that is hard to see: what it is, and the contrast it has."""

    what: str
    found: float
    needed: float

    @override
    def __str__(self) -> str:
        return f"{self.what} has a contrast of {self.found:.2f}, {self.needed} is needed"


class Pixels:
    """A picture of a window that is asked for the colours of a part of it."""

    def __init__(self, window: QWidget, fineness: int = FINENESS) -> None:
        self._fineness = fineness
        size = window.size() * fineness
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(fineness)
        window.render(image, QPoint(0, 0))
        self._width = image.width()
        self._box = QRect(QPoint(0, 0), size)
        # Four bytes a pixel and no padding in this format, so a row is a plain stretch of words.
        self._words = memoryview(bytes(image.constBits())).cast("I")

    def colours(self, box: QRect) -> Counter[int]:
        """Count the colours (0xffrrggbb) in a box of device-independent pixels."""
        fine = QRect(box.topLeft() * self._fineness, box.size() * self._fineness) & self._box
        found: Counter[int] = Counter()
        for row in range(fine.top(), fine.bottom() + 1):
            start = row * self._width + fine.left()
            found.update(self._words[start : start + fine.width()].tolist())
        return found


def faint(window: QWidget) -> list[Faint]:
    """Measure every text and every outline that is visible in a window now."""
    pixels = Pixels(window)
    found: list[_Writing | _Outline] = [*_texts(window), *_edges(window)]
    measured = (one.measure(pixels) for one in found)
    return [one for one in measured if one is not None and one.found < one.needed]


@dataclass(frozen=True)
class _Writing:
    """A text and the box, in the window, that holds it and nothing else."""

    what: str
    box: QRect

    def measure(self, pixels: Pixels) -> Faint | None:
        counted = pixels.colours(self.box)
        if len(counted) < 2:
            return None
        ground = counted.most_common(1)[0][0]
        ranked = sorted(counted, key=lambda one: -_contrast(one, ground))
        enough = 0
        for ink in ranked:
            enough += counted[ink]
            if enough >= ENOUGH:
                return Faint(self.what, _contrast(ink, ground), TEXT_CONTRAST)
        return None


@dataclass(frozen=True)
class _Outline:
    """The four sides of a control, each as the strip around its middle and what lies outside it."""

    what: str
    sides: tuple[tuple[QRect, QRect], ...]

    def measure(self, pixels: Pixels) -> Faint | None:
        found = [_side_contrast(pixels, strip, around) for strip, around in self.sides]
        seen = [one for one in found if one is not None]
        # A required field has one thick side of its own; the outline is as good as its worst one.
        return Faint(self.what, min(seen), EDGE_CONTRAST) if seen else None


def _side_contrast(pixels: Pixels, strip: QRect, around: QRect) -> float | None:
    ground = pixels.colours(around)
    line = pixels.colours(strip)
    if not ground or not line:
        return None
    outside = ground.most_common(1)[0][0]
    return max(_contrast(one, outside) for one, times in line.items() if times >= ENOUGH)


def _contrast(one: int, other: int) -> float:
    return contrast(f"#{one & 0xFFFFFF:06x}", f"#{other & 0xFFFFFF:06x}")


def _texts(window: QWidget) -> Iterator[_Writing]:
    under = covered(window)
    for widget in ours(window):
        for box, what in _written(widget):
            placed = QRect(widget.mapTo(window, box.topLeft()), box.size())
            seen = _in_view(widget, window, placed)
            if floats(widget) or not under.intersects(seen):
                yield _Writing(f"{what!r} of {where(widget)}", seen)


def _in_view(widget: QWidget, window: QWidget, box: QRect) -> QRect:
    """Leave out what a scroll area or another holder hides of a box."""
    seen = widget.visibleRegion().boundingRect()
    return box & QRect(widget.mapTo(window, seen.topLeft()), seen.size())


def _written(widget: QWidget) -> Iterator[tuple[QRect, str]]:
    """Give the boxes of the words a widget shows, in its own pixels."""
    if isinstance(widget, QLabel):
        if widget.text() and widget.pixmap().isNull():
            yield widget.contentsRect(), widget.text()
    elif isinstance(widget, QAbstractButton):
        yield from _on_button(widget)
    elif isinstance(widget, QLineEdit):
        words = widget.text() or widget.placeholderText()
        yield widget.rect().adjusted(NEAR, INSIDE, -NEAR, -INSIDE), words
    elif isinstance(widget, StateBadge):
        start = NEAR + SHAPE
        yield widget.rect().adjusted(start, INSIDE, -NEAR, -INSIDE), widget.text()
    elif isinstance(widget, QTabBar):
        for place in range(widget.count()):
            yield widget.tabRect(place).adjusted(NEAR, NEAR, -NEAR, -INSIDE), widget.tabText(place)
    elif isinstance(widget, QTableView):
        yield from _in_cells(widget)
    elif isinstance(widget, QListView):
        yield from _in_lines(widget)


def _on_button(button: QAbstractButton) -> Iterator[tuple[QRect, str]]:
    words = button.text().replace("&&", "&")
    if not words:
        return
    whole = button.rect()
    if isinstance(button, QCheckBox | QRadioButton):
        option = QStyleOptionButton()
        button.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxContents
        if isinstance(button, QRadioButton):
            part = QStyle.SubElement.SE_RadioButtonContents
        yield button.style().subElementRect(part, option, button), words
        return
    wide = button.fontMetrics().horizontalAdvance(words)
    sign = QSize(0, 0) if button.icon().isNull() else button.iconSize()
    left = whole.center().x() - (wide + sign.width()) // 2 + sign.width() + INSIDE
    box = QRect(left, whole.top() + INSIDE, wide - 2 * INSIDE, whole.height() - 2 * INSIDE)
    yield box & whole.adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE), words


def _in_cells(table: QTableView) -> Iterator[tuple[QRect, str]]:
    """Give the cells in view, the chosen line among them."""
    model, view = table.model(), table.viewport()
    last = table.rowAt(view.height() - 1)
    rows = range(max(table.rowAt(0), 0), (last if last >= 0 else model.rowCount() - 1) + 1)
    shift = view.mapTo(table, QPoint(0, 0))
    for row in list(rows)[:CELL_ROWS]:
        for column in range(model.columnCount()):
            index = model.index(row, column)
            box = table.visualRect(index)
            words = str(index.data() or "")
            if words and view.rect().contains(box):
                # A badge begins with its shape, which has the colour of the words behind it.
                yield box.translated(shift).adjusted(NEAR, INSIDE, -NEAR, -INSIDE), words


def _in_lines(lines: QListView) -> Iterator[tuple[QRect, str]]:
    """Give the lines of a list in view, without their icons."""
    model, view = lines.model(), lines.viewport()
    shift = view.mapTo(lines, QPoint(0, 0))
    icon = NEAR + max(lines.iconSize().width(), 2 * NEAR)
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        box = lines.visualRect(index) & view.rect()
        if index.data() and not box.isEmpty():
            inner = box.translated(shift).adjusted(icon, INSIDE, -NEAR, -INSIDE)
            yield inner, str(index.data())


CELL_ROWS = 8
"""Rows of a table that are measured: as many as there are moods and states, and some more."""


def _edges(window: QWidget) -> Iterator[_Outline]:
    under = covered(window)
    for widget in ours(window):
        if not widget.isEnabled() or not _has_edge(widget):
            continue
        whole = widget.visibleRegion().boundingRect() == widget.rect()
        part = _outlined(widget)
        box = QRect(widget.mapTo(window, part.topLeft()), part.size())
        if whole and (floats(widget) or not under.intersects(box)):
            yield _Outline(where(widget), _sides(box))


def _outlined(widget: QWidget) -> QRect:
    """Give what of a widget its outline goes around: a tick box has one about its sign alone."""
    if not isinstance(widget, QCheckBox | QRadioButton):
        return widget.rect()
    option = QStyleOptionButton()
    widget.initStyleOption(option)
    part = QStyle.SubElement.SE_CheckBoxIndicator
    if isinstance(widget, QRadioButton):
        part = QStyle.SubElement.SE_RadioButtonIndicator
    return widget.style().subElementRect(part, option, widget)


def _has_edge(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractButton):
        quiet = widget.property("look") in NO_EDGE or widget.property("flat")
        kinds = QPushButton | QCheckBox | QRadioButton
        return isinstance(widget, kinds) and not quiet and not _in_strip(widget)
    return isinstance(widget, QLineEdit | QComboBox | QPlainTextEdit) and not isinstance(
        widget, QAbstractItemView
    )


def _in_strip(widget: QWidget) -> bool:
    holder = widget.parentWidget()
    return holder is not None and holder.property("look") in ("strip", "bar")


def _sides(box: QRect) -> tuple[tuple[QRect, QRect], ...]:
    """Give the middle of each side: a strip across the outline, and one just outside it."""
    third, half = max(box.width() // 3, 1), max(box.height() // 3, 1)
    across, along = box.center().x() - third // 2, box.center().y() - half // 2
    return (
        (QRect(box.left(), along, INSIDE, half), QRect(box.left() - OUTSIDE, along, OUTSIDE, half)),
        (
            QRect(box.right() - INSIDE + 1, along, INSIDE, half),
            QRect(box.right() + 1, along, OUTSIDE, half),
        ),
        (
            QRect(across, box.top(), third, INSIDE),
            QRect(across, box.top() - OUTSIDE, third, OUTSIDE),
        ),
        (
            QRect(across, box.bottom() - INSIDE + 1, third, INSIDE),
            QRect(across, box.bottom() + 1, third, OUTSIDE),
        ),
    )
