"""The sign-in page: who you are, before anything else is loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent
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
from ui.widgets.filled import FilledButton
from ui.widgets.label import PlainLabel, button_text, named, tip
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken

if TYPE_CHECKING:
    from PySide6.QtWidgets import QGridLayout, QMenu

LANGUAGE_NAMES = {"zh_CN": t("Chinese"), "en": t("English")}
THEME_NAMES = {SYSTEM: t("As the system"), "light": t("Light"), "dark": t("Dark")}
CARD_WIDTH = 400
PAUSE_MS = 1_200
"""How long nobody may have pressed a key for the typing to be over."""


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
    stirred = Signal()
    """Somebody begins to type."""
    forgotten = Signal(str)
    """The number of somebody who is no longer to be offered."""
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
        self.enter = FilledButton()
        self.language, self.look = ChoiceBox(theme), ChoiceBox(theme)
        self.problem = ProblemPanel(closable=False)
        self._people: QGridLayout | None = None
        self.known: list[KnownButton] = []
        self._resting = QTimer(self)
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
        self._column = column = QVBoxLayout(card)
        column.setContentsMargins(FAR, FAR, FAR, FAR)
        column.setSpacing(TIGHT)
        column.addWidget(PlainLabel(t("Sealdesk"), size="welcome"))
        column.addWidget(self.branch)
        column.addSpacing(NEAR)
        self._known_at = column.count()
        column.addSpacing(NEAR)
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
        for line in (self.number, self.password, self.code):
            line.textEdited.connect(self._stir)
        self._resting.setSingleShot(True)
        self._resting.setInterval(PAUSE_MS)
        self.setFocusProxy(self.number)

    @property
    def typing(self) -> bool:
        """Whether somebody is in the middle of typing."""
        return self._resting.isActive()

    def typed(self) -> Credentials:
        """Give what is typed so far."""
        return Credentials(self.number.text(), self.password.text(), self.code.text())

    def begin_for(self, number: str) -> None:
        """Ask for the password of one person; the code is asked for where she needs one."""
        self.number.setText(number)
        self._ask_for_code()
        self.password.setFocus()

    def restore(self, typed: Credentials) -> None:
        """Put back what was typed before another page came between."""
        self.number.setText(typed.number)
        self.password.setText(typed.password)
        self.code.setText(typed.code)
        self._ask_for_code()
        first = self._first_empty() or self.password
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def offer_people(self, people: Sequence[tuple[str, str]]) -> None:
        """Offer people by number and name; one press fills in the number."""
        for button in self.known:
            button.hide()
            button.deleteLater()
        self.known = [KnownButton(number, name) for number, name in people]
        for place, button in enumerate(self.known):
            button.picked.connect(self._pick)
            button.dropped.connect(self._drop)
            self._known_grid().addWidget(button, *divmod(place, 2))

    def _known_grid(self) -> "QGridLayout":
        """Give where they stand, made for the first of them: nobody is known at the first paint."""
        if self._people is None:
            from PySide6.QtWidgets import QGridLayout

            self._people = QGridLayout()
            self._people.setContentsMargins(0, 0, 0, 0)
            self._people.setSpacing(TIGHT)
            self._column.insertLayout(self._known_at, self._people)
        return self._people

    @Slot(str)
    def _pick(self, number: str) -> None:
        self.number.setText(number)
        self._ask_for_code()
        self._stir()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _drop(self, number: str) -> None:
        self.offer_people([(one.number, one.name) for one in self.known if one.number != number])
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)
        self.forgotten.emit(number)

    @Slot()
    def _stir(self) -> None:
        self._resting.start()
        self.stirred.emit()

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


class KnownButton(Spoken, QPushButton):
    """Somebody who signed in here before. Delete, or its menu, takes the name off the list."""

    picked = Signal(str)
    dropped = Signal(str)

    def __init__(self, number: str, name: str) -> None:
        super().__init__()
        self.number, self.name = number, name
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._offer)
        self.clicked.connect(self._pick)
        self.say()

    def menu_of(self) -> "QMenu":
        """Make the menu that takes the name off the list."""
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(button_text(t("Take this name off the list"))).triggered.connect(self._drop)
        return menu

    @Slot(QPoint)
    def _offer(self, point: QPoint) -> None:
        self.menu_of().popup(self.mapToGlobal(point))

    @Slot()
    def _pick(self) -> None:
        self.picked.emit(self.number)

    @Slot()
    def _drop(self) -> None:
        self.dropped.emit(self.number)

    @override
    def say(self) -> None:
        whole = t("{name} ({number})", name=self.name, number=self.number)
        width = CARD_WIDTH // 2 - FAR - WIDE
        fitted = self.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideRight, width)
        self.setText(button_text(t("{name}", name=fitted)))
        named(self, whole)
        tip(self, t("{person}. Delete takes the name off this list.", person=whole))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._drop()
        else:
            super().keyPressEvent(event)


def branch_line(name: str, code: str) -> Text:
    """Say which branch this desk belongs to."""
    return t("{branch} ({code})", branch=name, code=code)
