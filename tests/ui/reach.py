"""How a screen is reached without a mouse or without eyes: Tab, focus, the accessibility tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from ui.shell.picture_structure import ours, where
from ui.theme.tokens import contrast

MOST_STOPS = 200
"""More stops than any screen has; a walk that long goes in a circle beside some control."""
TOLERANCE = 6
"""Device-independent pixels two things may differ in height and still stand in one line."""
PLAIN_TO_SEE = 24
"""Changed pixels that a caret alone does not make."""
EDGE_CONTRAST = 3.0
ROLES_WITH_NAMES = {
    QAccessible.Role.PushButton, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton,
    QAccessible.Role.EditableText, QAccessible.Role.ComboBox, QAccessible.Role.Table,
    QAccessible.Role.List, QAccessible.Role.PageTab, QAccessible.Role.ListItem,
    QAccessible.Role.ColumnHeader, QAccessible.Role.ButtonMenu, QAccessible.Role.Link,
    QAccessible.Role.Window, QAccessible.Role.MenuItem,
}  # fmt: skip


def stops(window: QWidget) -> list[QWidget]:
    """Press Tab from the first control of a window until it comes round; give what had the focus.

    The event goes to the widget with the focus, as from the keyboard: one that keeps Tab for itself
    ends the walk.
    """
    first = first_stop(window)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    found = [first]
    for _ in range(MOST_STOPS):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None, f"Tab leads nowhere from {where(found[-1])}"
        if focused is first:
            return found
        assert focused is not found[-1], f"{where(focused)} keeps Tab for itself"
        found.append(focused)
    raise AssertionError(f"Tab goes round without {where(first)}")


def first_stop(window: QWidget) -> QWidget:
    """Give the control that stands first, from the top and from the left."""
    return min(
        (one for one in controls(window) if takes_tab(one)),
        key=lambda one: (place(one, window).top() // TOLERANCE, place(one, window).left()),
    )


def controls(window: QWidget) -> list[QWidget]:
    """Give the controls a person can use now."""
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)
    return [
        one
        for one in ours(window)
        if isinstance(one, kinds) and one.isEnabled() and not isinstance(one, QHeaderView)
    ]


def takes_tab(widget: QWidget) -> bool:
    """Say whether Tab stops at a widget."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def unreached(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Name the controls Tab passed by; one without the focus must be driven from another."""
    return [
        where(one)
        for one in controls(window)
        if one not in reached and not driven_from_elsewhere(one)
    ]


def driven_from_elsewhere(widget: QWidget) -> bool:
    """Say whether a control is part of one that is reached: a list under a field being typed in."""
    return widget.focusPolicy() is Qt.FocusPolicy.NoFocus and isinstance(widget, QAbstractItemView)


def out_of_order(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Name the steps that go back: the next stop stands neither below nor to the right."""
    return [
        f"{where(one)} {place(one, window).getRect()} → {where(other)}"
        f" {place(other, window).getRect()}"
        for one, other in pairwise(reached)
        if goes_back(one, other, window)
    ]


def goes_back(one: QWidget, other: QWidget, window: QWidget) -> bool:
    """Say whether a step leads against the way one reads."""
    here, there = place(one, window), place(other, window)
    if one.isAncestorOf(other):
        return False
    below = there.bottom() > here.bottom() + TOLERANCE or there.top() >= here.bottom() - TOLERANCE
    right = there.left() >= here.right() - TOLERANCE
    return not (below or right)


def place(widget: QWidget, window: QWidget) -> QRect:
    """Give where a widget stands in its window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def unseen_focus(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Name the stops that look the same with the focus and without."""
    found = []
    for one in reached:
        one.setFocus(Qt.FocusReason.TabFocusReason)
        with_focus = drawn(one, window)
        one.clearFocus()
        if changed(drawn(one, window), with_focus) < PLAIN_TO_SEE:
            found.append(where(one))
    return found


def drawn(widget: QWidget, window: QWidget) -> QImage:
    """Draw a widget and a little around it, as it is now."""
    QCoreApplication.sendPostedEvents()
    around = place(widget, window).adjusted(-2, -2, 2, 2) & window.rect()
    return window.grab(around).toImage().convertToFormat(QImage.Format.Format_RGB32)


def changed(before: QImage, after: QImage) -> int:
    """Count the pixels that are plainly other than they were."""
    if before.size() != after.size():
        return PLAIN_TO_SEE
    old, new = (memoryview(bytes(one.constBits())).cast("I").tolist() for one in (before, after))
    pairs = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    kinds = {pair: contrast(*(f"#{one & 0xFFFFFF:06x}" for one in pair)) for pair in set(pairs)}
    return sum(kinds[pair] >= EDGE_CONTRAST for pair in pairs)


@dataclass(frozen=True)
class Spoken:
    """What a screen reader has of one thing: its role, its name, its value."""

    role: QAccessible.Role
    name: str
    value: str
    what: str


def spoken(window: QWidget) -> Iterator[Spoken]:
    """Walk the tree a screen reader walks; only what is to be seen now."""
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    yield from _spoken_under(root)


def _spoken_under(node: QAccessibleInterface) -> Iterator[Spoken]:
    if not node.isValid() or node.state().invisible:
        return
    widget = node.object()
    what = where(widget) if isinstance(widget, QWidget) else str(node.role())
    name, value = node.text(QAccessible.Text.Name), node.text(QAccessible.Text.Value)
    yield Spoken(node.role(), name, value, what)
    if isinstance(widget, QAbstractItemView) or node.role() is QAccessible.Role.Table:
        return
    for at in range(node.childCount()):
        child = node.child(at)
        if child is not None:
            yield from _spoken_under(child)


def unsaid(window: QWidget) -> list[str]:
    """Name what a screen reader has no word for."""
    return [
        f"{one.role} {one.what}"
        for one in spoken(window)
        if one.role in ROLES_WITH_NAMES and not one.name and not _inside(one)
    ]


def _inside(one: Spoken) -> bool:
    """Leave out what Qt puts inside a control that has a name."""
    return "QHeaderView" in one.what or "QScrollBar" in one.what
