"""Tab in the order one reads: as the layouts have it, from top to bottom, column after column.

Qt goes in the order in which widgets were made, and leaves out what stands inside a widget that
hands its focus on. Both are accidents of code; where a thing stands on the screen is not.
"""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLayout,
    QLineEdit,
    QMainWindow,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QWidget,
)

_WHOLE = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)
"""Widgets that are one stop, whatever Qt has put inside them."""


def reading_order(window: QWidget) -> list[QWidget]:
    """Give what Tab stops at in a window now, in the order one reads."""
    # Qt keeps a pile of its own under tabs and scroll areas: what is in it comes by twice.
    return [widget for widget in dict.fromkeys(_read(window)) if _stops(widget)]


def step(window: QWidget, *, forward: bool) -> bool:
    """Move the focus to the next stop of a window, or the one before; False where there is none."""
    order = reading_order(window)
    if not order:
        return False
    place = _place(order, window.focusWidget())
    if place is None:
        target = order[0 if forward else -1]
    else:
        target = order[(place + (1 if forward else -1)) % len(order)]
    reasons = Qt.FocusReason
    target.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
    return True


def _place(order: list[QWidget], focused: QWidget | None) -> int | None:
    """Find where the focus is: on a stop or, where it is inside one, on that."""
    while focused is not None:
        if focused in order:
            return order.index(focused)
        focused = focused.parentWidget()
    return None


def _stops(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return takes and widget.isEnabled() and widget.isVisible()


def _read(widget: QWidget) -> Iterator[QWidget]:
    """Give a widget and what is inside it, as laid out; what nobody laid out comes last."""
    yield widget
    if isinstance(widget, _WHOLE):
        return
    inside = list(_inside(widget))
    for child in inside:
        yield from _read(child)
    for one in widget.children():
        if isinstance(one, QWidget) and one not in inside and _loose(one):
            yield from _read(one)


def _loose(widget: QWidget) -> bool:
    """Say whether a widget floats over its window: a toast, a list that has been opened."""
    return widget.isVisible() and not widget.isWindow()


def _inside(widget: QWidget) -> Iterator[QWidget]:
    if isinstance(widget, QMainWindow):
        yield from _present(widget.centralWidget())
    elif isinstance(widget, QTabWidget):
        yield widget.tabBar()
        yield from _present(widget.currentWidget())
    elif isinstance(widget, QStackedWidget):
        yield from _present(widget.currentWidget())
    elif isinstance(widget, QSplitter):
        for place in range(widget.count()):
            yield from _present(widget.widget(place))
    elif isinstance(widget, QScrollArea):
        yield from _present(widget.widget())
    else:
        layout = widget.layout()
        if layout is not None:
            yield from _laid_out(layout)


def _present(widget: QWidget | None) -> Iterator[QWidget]:
    if widget is not None:
        yield widget


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    if isinstance(layout, QStackedLayout):
        yield from _present(layout.currentWidget())
        return
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)
