"""The drill beside the desk: a small window that stays above the page being tried.

A page of its own would hide the page that waits for the pen or the paper. This window is a tool of
the desk's window: while it has the keyboard the desk's own keys go on working (Ctrl+Enter does the
desk's next verb), so one person lays paper in, presses Ctrl+Enter, and sees both.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from ui.drill.presenter import DrillPresenter
from ui.drill.view import DrillView, Sit
from ui.shell.page import Surroundings
from ui.theme.theme import dress
from ui.theme.tokens import NEAR, PLAIN, WIDE
from ui.widgets.label import PlainLabel
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken

SIZE = (500, 620)
TOLD_MS = 6_000
TOOL = Qt.WindowType.Tool


def place_beside(desk: QRect, screen: QRect, size: QSize) -> QRect:
    """Say where the drill stands: beside the desk's window where the screen has room, else over it.

    Over it, on its left: ink, photograph and the next verb are on the right of every page.
    """
    height = min(size.height(), screen.height(), desk.height() - 4 * WIDE)
    top = max(desk.bottom() - height - 3 * WIDE, screen.top())
    if screen.right() - desk.right() >= size.width():
        left = desk.right() + 1
    elif desk.left() - screen.left() >= size.width():
        left = desk.left() - size.width()
    else:
        left = max(desk.left(), screen.left()) + WIDE
    return QRect(left, top, size.width(), height)


class DrillWindow(Spoken, QWidget):
    """Follows whatever window of the desk is in front; ``watched`` hears that somebody is here."""

    def __init__(
        self,
        at: Surroundings,
        presenter: DrillPresenter,
        hands: Lane,
        sit: Sit,
        *,
        watched: Callable[[QObject], None],
    ) -> None:
        super().__init__(None, TOOL)
        self._watched = watched
        self._placed = False
        self.view = DrillView(at, presenter, hands, sit)
        self.problem = ProblemPanel()
        self.said = PlainLabel(size="small", wrap=True)
        self._quiet = QTimer(self)
        self._build()

    def follow(self, top: QWidget) -> None:
        """Belong to another window of the desk, in the same place, without taking its keys."""
        if self.parentWidget() is top:
            return
        shown, place = self.isVisible(), self.geometry()
        self.setParent(top, TOOL)
        self.setGeometry(place)
        if shown:
            self.show()

    def call_up(self, top: QWidget) -> None:
        """Come up over a window of the desk with the keyboard; called from here, give it back."""
        if self.isActiveWindow():
            top.activateWindow()
            return
        self.put_beside(top)
        self.activateWindow()
        self.view.panels[self.view.part].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put_beside(self, top: QWidget, part: str = "") -> None:
        """Show it beside a window the first time, later where it was left."""
        self.follow(top)
        if part:
            self.view.open_part(part)
        if not self._placed:
            self._placed = True
            self.setGeometry(
                place_beside(
                    top.frameGeometry(),
                    top.screen().availableGeometry(),
                    self.minimumSizeHint().expandedTo(QSize(*SIZE)),
                )
            )
        self.show()
        self.raise_()

    def _build(self) -> None:
        dress(self, look="window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.resize(*SIZE)
        column = QVBoxLayout(self)
        column.setContentsMargins(PLAIN, PLAIN, PLAIN, NEAR)
        column.setSpacing(NEAR)
        column.addWidget(self.problem)
        column.addWidget(self.view, 1)
        column.addWidget(self.said)
        self.view.told.connect(self._tell)
        self.view.troubled.connect(self._show_problem)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(TOLD_MS)
        self._quiet.timeout.connect(self._hush)
        self.say()

    @override
    def say(self) -> None:
        self.setWindowTitle(str(t("Drill – Sealdesk")))

    @Slot(object)
    def _tell(self, words: Text) -> None:
        self.said.tell(words)
        self._quiet.start()

    @Slot()
    def _hush(self) -> None:
        self.said.tell("")

    @Slot(object)
    def _show_problem(self, problem: Problem) -> None:
        self.problem.show_problem(problem)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            top = self.parentWidget()
            self.hide()
            if top is not None:
                top.activateWindow()
        else:
            super().keyPressEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            self._watched(handle)
