"""What is wrong with how a screen is laid out, read off its widgets as they stand.

Cut words, widgets that lie over one another or stick out of what holds them, distances that are not
on the grid of four pixels. What Qt puts inside its own widgets is Qt's affair and left out.
"""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QBoxLayout,
    QCalendarWidget,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QSplitterHandle,
    QTabBar,
    QTabWidget,
    QWidget,
)

from ui.theme.tokens import SPACES
from ui.widgets.label import ElidedLabel

GRID = SPACES[0]
"""Every distance is a multiple of this many device-independent pixels."""
FLOATING = ("toast", "overlay")
"""Looks of what lies over a page on purpose, for a moment."""
_FOREIGN = (
    QAbstractItemView,
    QAbstractSpinBox,
    QCalendarWidget,
    QComboBox,
    QLineEdit,
    QMenu,
    QTabBar,
)
"""Widgets whose children Qt makes and places."""
_ANY_HEIGHT = 10_000


def layout_defects(window: QWidget) -> list[str]:
    """Name everything of this module that is wrong with what is visible now."""
    # What has just been said otherwise is laid out with the next turn of the event loop.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    return [*cut_off(window), *overlapping(window), *sticking_out(window), *off_grid(window)]


def cut_off(window: QWidget) -> list[str]:
    """Name the visible texts that have less room than they need."""
    return [
        f"{where(widget)} cuts {words!r}"
        for widget in ours(window)
        for words in (*_cut_text(widget), *_cut_headings(widget), *_cut_tabs(widget))
    ]


def overlapping(window: QWidget) -> list[str]:
    """Name the pairs of siblings of which one lies over the other."""
    return [
        f"{where(one)} and {type(other).__name__} {other.objectName()} lie over one another"
        for holder in (window, *ours(window))
        for one, other in combinations(_laid_out(holder), 2)
        if one.geometry().intersects(other.geometry())
    ]


def sticking_out(window: QWidget) -> list[str]:
    """Name the widgets a part of which their holder cuts away."""
    return [
        f"{where(one)} sticks out of what holds it"
        for holder in (window, *ours(window))
        if not _scrolled(holder)
        for one in _laid_out(holder)
        if not holder.rect().contains(one.geometry())
    ]


def off_grid(window: QWidget) -> list[str]:
    """Name the layouts whose margins or distances are no multiple of the grid."""
    found = []
    for holder in (window, *ours(window)):
        layout = holder.layout()
        # Others, of a stack or a main window, have margins that nothing stands by.
        if isinstance(layout, QBoxLayout | QGridLayout | QFormLayout):
            odd = sorted({one for one in _distances(layout) if one % GRID})
            found += [f"{where(holder)} has distances {odd}"] if odd else []
    return found


def ours(window: QWidget) -> Iterator[QWidget]:
    """Give the visible widgets under a window that are not inside one of Qt's own."""
    for child in window.children():
        if not isinstance(child, QWidget) or child.isWindow() or not child.isVisible():
            continue
        yield child
        if isinstance(child, QAbstractScrollArea):
            yield from _scrolled_widgets(child)
        elif not isinstance(child, _FOREIGN):
            yield from ours(child)


def covered(window: QWidget) -> QRegion:
    """Give what floats over a window now; what lies under it is not seen."""
    under = QRegion()
    for one in ours(window):
        if one.property("look") in FLOATING:
            under += QRect(one.mapTo(window, QPoint(0, 0)), one.size())
    return under


def floats(widget: QWidget) -> bool:
    """Say whether a widget belongs to something that floats over the page."""
    holder: QWidget | None = widget
    while holder is not None and holder.property("look") not in FLOATING:
        holder = holder.parentWidget()
    return holder is not None


def where(widget: QWidget) -> str:
    """Say which widget is meant, by what it shows and what it stands in."""
    holders: list[str] = []
    holder = widget.parentWidget()
    while holder is not None and len(holders) < 3:
        if type(holder).__name__ not in ("QWidget", "QFrame", "QStackedWidget"):
            holders.append(type(holder).__name__)
        holder = holder.parentWidget()
    return f"{type(widget).__name__} {_shown(widget)!r} in {'/'.join(reversed(holders))}"


def _scrolled_widgets(area: QAbstractScrollArea) -> Iterator[QWidget]:
    """Go on inside a scroll area, but not inside a view of rows, whose inside is painted."""
    if isinstance(area, QAbstractItemView):
        yield from (one for one in area.findChildren(QHeaderView) if one.isVisible())
    else:
        yield area.viewport()
        yield from ours(area.viewport())


def _shown(widget: QWidget) -> str:
    said = widget.accessibleName()
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        said = said or widget.text()
    return said[:40]


def _laid_out(holder: QWidget) -> list[QWidget]:
    """Give the children that have a place of their own beside one another."""
    if isinstance(holder, (*_FOREIGN, QAbstractScrollArea, QHeaderView, QTabWidget)):
        return []
    return [
        child
        for child in holder.children()
        if isinstance(child, QWidget)
        and child.isVisible()
        and not child.isWindow()
        and not isinstance(child, QSplitterHandle)
        and child.property("look") not in FLOATING
    ]


def _scrolled(holder: QWidget) -> bool:
    area = holder.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is holder


def _distances(layout: QLayout) -> Iterator[int]:
    margins = layout.contentsMargins()
    yield from (margins.left(), margins.top(), margins.right(), margins.bottom())
    held = [layout.itemAt(place) for place in range(layout.count())]
    items = [item for item in held if item is not None]
    if sum(not item.isEmpty() for item in items) > 1:
        yield max(layout.spacing(), 0)
    for item in items:
        inner, gap = item.layout(), item.spacerItem()
        if inner is not None:
            yield from _distances(inner)
        if gap is not None and not gap.expandingDirections():
            yield from (gap.sizeHint().width(), gap.sizeHint().height())


def _cut_text(widget: QWidget) -> list[str]:
    """Look at labels, buttons, and what a field shows while it is empty."""
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text()] if _is_cut(widget) else []
    if isinstance(widget, QLineEdit) and not widget.text():
        room = widget.width() - 2 * GRID
        words = widget.placeholderText()
        return [words] if widget.fontMetrics().horizontalAdvance(words) > room else []
    if isinstance(widget, QComboBox):
        needed = widget.fontMetrics().horizontalAdvance(widget.currentText())
        return [widget.currentText()] if needed > widget.width() - 2 * GRID else []
    return []


def _is_cut(widget: QLabel | QAbstractButton) -> bool:
    if not widget.text() or isinstance(widget, ElidedLabel):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        room = QRect(0, 0, max(widget.contentsRect().width(), 1), _ANY_HEIGHT)
        flags = int(widget.alignment()) | int(Qt.TextFlag.TextWordWrap)
        needed = widget.fontMetrics().boundingRect(room, flags, widget.text())
        return needed.height() > widget.height() + 1 or needed.width() > room.width() + 1
    return _less(widget.size(), widget.sizeHint())


def _less(room: QSize, needed: QSize) -> bool:
    return room.width() + 1 < needed.width() or room.height() + 1 < needed.height()


def _cut_headings(widget: QWidget) -> list[str]:
    """Look at the headings of a table that are in view."""
    if not isinstance(widget, QHeaderView) or widget.orientation() is Qt.Orientation.Vertical:
        return []
    model, along = widget.model(), Qt.Orientation.Horizontal
    return [
        str(model.headerData(place, along))
        for place in range(widget.count())
        if not widget.isSectionHidden(place)
        and widget.sectionViewportPosition(place) + widget.sectionSize(place) <= widget.width() + 1
        and _heading_is_cut(widget, place, str(model.headerData(place, along) or ""))
    ]


def _heading_is_cut(header: QHeaderView, place: int, words: str) -> bool:
    """Say whether a heading has no room, on several lines where its header wraps."""
    room = QRect(0, 0, header.sectionSize(place) - 2 * GRID, _ANY_HEIGHT)
    along, role = Qt.Orientation.Horizontal, int(Qt.ItemDataRole.TextAlignmentRole)
    side = header.model().headerData(place, along, role)
    wraps = int(side or 0) & int(Qt.TextFlag.TextWordWrap)
    needed = header.fontMetrics().boundingRect(room, wraps, words)
    return needed.width() > room.width() or needed.height() > header.height()


def _cut_tabs(widget: QWidget) -> list[str]:
    """Look at tabs that have no room, or that have been scrolled away."""
    if not isinstance(widget, QTabBar):
        return []
    return [
        widget.tabText(place)
        for place in range(widget.count())
        if widget.tabRect(place).width() < widget.fontMetrics().horizontalAdvance(
            widget.tabText(place)
        )
        or not widget.rect().adjusted(-1, 0, 1, 0).contains(widget.tabRect(place))
    ]  # fmt: skip
