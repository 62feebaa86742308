"""What stands in the window before anybody can sign in: a passphrase to open the store, or work."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.words import Text, t
from ui.shell.sign_in import CARD_WIDTH
from ui.theme.tokens import FAR, NEAR, TIGHT, WIDE
from ui.widgets.filled import FilledButton
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken


class _Card(QWidget):
    """A card in the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QFrame()
        card.setProperty("look", "surface")
        card.setFixedWidth(CARD_WIDTH)
        self.column = QVBoxLayout(card)
        self.column.setContentsMargins(FAR, FAR, FAR, FAR)
        self.column.setSpacing(TIGHT)
        self.column.addWidget(PlainLabel(t("Sealdesk"), size="welcome"))
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(middle)
        whole.addStretch(3)


class PassphraseView(Spoken, _Card):
    """Asks for the passphrase of a store that no keyring opens; ``given`` carries what was typed.

    The passphrase is never shown and leaves the field when it was given.
    """

    given = Signal(str)

    def __init__(self, words: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.enter = FilledButton()
        self.enter.setProperty("look", "filled")
        self.problem = ProblemPanel(closable=False)
        label = PlainLabel(t("Passphrase of the store"), size="small")
        label.setBuddy(self.passphrase)
        for part in (PlainLabel(words, size="label", wrap=True), label, self.passphrase):
            self.column.addSpacing(NEAR)
            self.column.addWidget(part)
        self.column.addSpacing(NEAR)
        self.column.addWidget(self.problem)
        self.column.addSpacing(NEAR)
        self.column.addWidget(self.enter)
        self.passphrase.returnPressed.connect(self._give)
        self.enter.clicked.connect(self._give)
        self.setFocusProxy(self.passphrase)
        self.say()

    def refuse(self, problem: Problem) -> None:
        """Say why the passphrase did not open the store, and ask again."""
        self.problem.show_problem(problem)
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _give(self) -> None:
        typed = self.passphrase.text()
        if typed:
            self.passphrase.clear()
            self.problem.clear()
            self.given.emit(typed)

    @override
    def say(self) -> None:
        named(self.passphrase, t("Passphrase of the store"))
        self.enter.setText(button_text(t("Open")))


class WorkingView(_Card):
    """Says what is being done before the desk can open, step by step."""

    def __init__(self, words: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = PlainLabel(size="label", wrap=True)
        self.problem = ProblemPanel(closable=False)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        named(self._bar, words)
        self.column.addWidget(PlainLabel(words, wrap=True))
        self.column.addSpacing(WIDE)
        for part in (self._bar, self.step, self.problem):
            self.column.addWidget(part)

    def tell(self, words: Text) -> None:
        """Say what is being done now."""
        self.step.tell(words)

    def stop(self, problem: Problem) -> None:
        """Say why it cannot go on."""
        self._bar.hide()
        self.step.hide()
        self.problem.show_problem(problem)
