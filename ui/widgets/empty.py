"""What stands where nothing is yet: what will be here, and how to get it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, PLAIN, WIDE
from ui.widgets.label import PlainLabel
from ui.widgets.verb import Verb, VerbButton

PICTURE = 40


class EmptyState(QWidget):
    """An icon, one sentence what will be here, one how to get it, and the verb that does."""

    def __init__(
        self,
        theme: Theme,
        what: Text,
        how: Text,
        *,
        verb: Verb | None = None,
        icon: str = "empty",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._icon = QLabel()
        self._what = PlainLabel(what, size="strong")
        self._how = PlainLabel(how, size="label", wrap=True)
        self._verb = VerbButton(verb, theme, look="filled") if verb is not None else None
        self._build()
        theme.changed.connect(self._draw)
        self._draw()

    def tell(self, what: Text, how: Text) -> None:
        """Say something else is missing, for instance after a filter found nothing."""
        self._what.tell(what)
        self._how.tell(how)

    def offer(self, shown: bool) -> None:
        """Show its verb, or not where a bar beside it offers the same: one button is filled."""
        if self._verb is not None:
            self._verb.setVisible(shown)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(NEAR)
        column.addStretch(2)
        for label in (self._icon, self._what, self._how):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        if self._verb is not None:
            column.addSpacing(PLAIN)
            column.addWidget(self._verb, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @Slot()
    def _draw(self) -> None:
        self._icon.setPixmap(self._theme.icon(self._icon_name).pixmap(PICTURE, PICTURE))


def tell_unseen(empty: EmptyState) -> None:
    """Say that a list is empty because its records are not for this person to see."""
    empty.tell(
        t("These records are not yours to see."),
        t("Your role and your office have no part in them; who leads the office can show you."),
    )
