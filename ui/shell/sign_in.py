"""The sign-in page: who you are, before anything else is loaded."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import LANGUAGES, Text, language_in_use, t
from ui.shell.bridge import Bridge
from ui.theme.theme import SYSTEM, Theme
from ui.theme.tokens import FAR, NEAR, TIGHT, WIDE
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken

LANGUAGE_NAMES = {"zh_CN": t("Chinese"), "en": t("English")}
THEME_NAMES = {SYSTEM: t("As the system"), "light": t("Light"), "dark": t("Dark")}
CARD_WIDTH = 400


@dataclass(frozen=True)
class Credentials:
    """What was typed at sign-in; the secrets do not show when it is printed."""

    number: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)


class SignInView(Spoken, QWidget):
    """Asks for number, password and, where the person needs one, the second-factor code.

    ``attempt`` (argon2id, 250 ms and more) and ``needs_code`` run on the lane; ``signed_in``
    carries what the attempt returned. A BranchError stands inside the card. ``painted`` comes once.
    """

    signed_in = Signal(object)
    painted = Signal()
    language_asked = Signal(str)
    theme_asked = Signal(str)

    def __init__(
        self,
        theme: Theme,
        bridge: Bridge,
        lane: Lane,
        *,
        branch: str,
        attempt: Callable[[Credentials], object],
        needs_code: Callable[[str], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._bridge, self._lane = theme, bridge, lane
        self._attempt, self._needs_code = attempt, needs_code
        self._asked_number = ""
        self._was_painted = self._busy = False
        self.branch = PlainLabel(branch, size="label", wrap=True)
        self.number, self.password, self.code = QLineEdit(), QLineEdit(), QLineEdit()
        self.number_label, self.password_label, self.code_label = (
            PlainLabel(text, size="small")
            for text in (t("Person number"), t("Password"), t("Verification code"))
        )
        self.enter = QPushButton()
        self.language, self.look = ChoiceBox(theme), ChoiceBox(theme)
        self.problem = ProblemPanel(closable=False)
        self._build()
        self._wire()
        self.say()

    def _build(self) -> None:
        self.setProperty("look", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.code.setMaxLength(10)
        self.enter.setProperty("look", "filled")
        for code, words in LANGUAGE_NAMES.items():
            self.language.addItem(words.in_language(code), code)
        for key in THEME_NAMES:
            self.look.addItem("", key)
        self.language.setCurrentIndex(LANGUAGES.index(language_in_use()))
        self.look.setCurrentIndex(list(THEME_NAMES).index(self._theme.choice))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(FAR, FAR, FAR, FAR)
        whole.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._card())
        middle.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(3)
        self._show_code(False)

    def _card(self) -> QWidget:
        card = QFrame()
        card.setProperty("look", "surface")
        card.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(FAR, FAR, FAR, FAR)
        column.setSpacing(TIGHT)
        column.addWidget(PlainLabel(t("Sealdesk"), size="title"))
        column.addWidget(self.branch)
        column.addSpacing(WIDE)
        for label, editor in (
            (self.number_label, self.number),
            (self.password_label, self.password),
            (self.code_label, self.code),
        ):
            label.setBuddy(editor)
            column.addWidget(label)
            column.addWidget(editor)
            column.addSpacing(NEAR)
        column.addWidget(self.problem)
        column.addSpacing(NEAR)
        column.addWidget(self.enter)
        column.addSpacing(WIDE)
        below = QHBoxLayout()
        below.setSpacing(NEAR)
        below.addWidget(self.language, 1)
        below.addWidget(self.look, 1)
        column.addLayout(below)
        return card

    def _wire(self) -> None:
        self.number.editingFinished.connect(self._ask_for_code)
        self.number.returnPressed.connect(self._on_number)
        self.password.returnPressed.connect(self._on_password)
        self.code.returnPressed.connect(self.try_now)
        self.enter.clicked.connect(self.try_now)
        self.language.activated.connect(self._pick_language)
        self.look.activated.connect(self._pick_theme)
        self.setFocusProxy(self.number)

    @override
    def say(self) -> None:
        names = (
            (self.number, t("Person number")),
            (self.password, t("Password")),
            (self.code, t("Verification code")),
            (self.language, t("Language")),
            (self.look, t("Theme")),
        )
        for widget, words in names:
            named(widget, words)
        self._say_enter()
        for place, words in enumerate(THEME_NAMES.values()):
            self.look.setItemText(place, str(words))

    def set_busy(self, busy: bool) -> None:
        """Say that the password is being checked, and take no second attempt meanwhile."""
        self._busy = busy
        self._say_enter()

    def _say_enter(self) -> None:
        self.enter.setText(button_text(t("Checking…") if self._busy else t("Sign in")))

    @Slot()
    def try_now(self) -> None:
        """Try what is typed, unless something is missing or a check is under way."""
        empty = self._first_empty()
        if empty is not None:
            empty.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.enter.isEnabled():
            return
        self._lock(True)
        self.problem.clear()
        given = Credentials(self.number.text().strip(), self.password.text(), self._code())
        self._bridge.run(
            self._lane,
            self._attempt,
            given,
            done=self._on_done,
            failed=self._on_failed,
            busy=self,
            owner=self,
        )

    def _code(self) -> str:
        return self.code.text().replace(" ", "")

    def _first_empty(self) -> QLineEdit | None:
        asked = (self.number, self.password, self.code)
        return next((line for line in asked if not line.isHidden() and not line.text()), None)

    def _lock(self, locked: bool) -> None:
        for widget in (self.number, self.password, self.code, self.enter):
            widget.setDisabled(locked)

    def _on_done(self, result: object) -> None:
        self._lock(False)
        self.password.clear()
        self.code.clear()
        self.signed_in.emit(result)

    def _on_failed(self, problem: Problem) -> None:
        self._lock(False)
        self.problem.show_problem(problem)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.selectAll()
        self.code.clear()
        self._asked_number = ""
        self._ask_for_code()

    @Slot()
    def _on_number(self) -> None:
        self.password.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_password(self) -> None:
        if self.code.isHidden():
            self.try_now()
        else:
            self.code.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _ask_for_code(self) -> None:
        number = self.number.text().strip()
        if number and number != self._asked_number:
            self._asked_number = number
            self._bridge.run(self._lane, self._needs_code, number, done=self._show_code, owner=self)

    def _show_code(self, needed: bool) -> None:
        self.code_label.setVisible(needed)
        self.code.setVisible(needed)

    @Slot(int)
    def _pick_language(self, place: int) -> None:
        self.language_asked.emit(self.language.itemData(place))

    @Slot(int)
    def _pick_theme(self, place: int) -> None:
        self.theme_asked.emit(self.look.itemData(place))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()


def branch_line(name: str, code: str) -> Text:
    """Say which branch this desk belongs to."""
    return t("{branch} ({code})", branch=name, code=code)
