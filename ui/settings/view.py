"""The settings page: what is chosen takes effect at once; what cannot be is refused beside it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout
from typing_extensions import override

from app.kit.words import Text, t
from ui.forms.fields import Answers, Standing
from ui.forms.view import FormView
from ui.settings.presenter import Change, SettingsPresenter
from ui.shell.page import Page, PageView, Surroundings
from ui.theme.tokens import NEAR, WIDE
from ui.widgets.label import PlainLabel
from ui.widgets.verb import Verb

KEY = "settings"
SETTLE_MS = 600
"""How long typing a number rests before it takes effect."""
RIGHT = (Standing.OK, Standing.WARNED)


class SettingsPage(PageView):
    """Two forms: the person's own, and what holds for the desk."""

    def __init__(self, at: Surroundings, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.own = FormView(at.theme, at.clock, presenter.own_fields(), name=t("Your own settings"))
        self.desk = FormView(
            at.theme, at.clock, presenter.desk_fields(), name=t("Settings of this desk")
        )
        self.lock = PlainLabel(wrap=True)
        self._settle = QTimer(self)
        self._filling = False
        self._build()
        self.refresh()

    @override
    def refresh(self) -> None:
        """Show the settings as they are now."""
        self._filling = True
        self.own.fill(self._presenter.own_values())
        self.desk.fill(self._presenter.desk_values())
        self._filling = False
        self._say_lock()

    @override
    def verbs(self) -> Sequence[Verb]:
        return ()

    @override
    def keep(self) -> None:
        if self._settle.isActive():
            self._take()

    @override
    def say(self) -> None:
        # The language, or a theme from the palette, may be another by now.
        self.refresh()

    def _say_lock(self) -> None:
        if self._presenter.may_set_desk:
            self.lock.tell("")
        else:
            minutes = self._presenter.minutes
            self.lock.tell(
                t(
                    "The desk locks after {n} minutes of rest. The branch manager or an"
                    " administrator sets this.",
                    n=minutes,
                )
            )
        self.lock.setVisible(not self._presenter.may_set_desk)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        for title, words, form in (
            (t("Yours"), t("They go with you to your next sign-in at this desk."), self.own),
            (t("This desk"), t("They hold for everybody who signs in here."), self.desk),
        ):
            column.addWidget(PlainLabel(title, size="title"))
            column.addWidget(PlainLabel(words, size="small"))
            column.addWidget(form)
            column.addSpacing(WIDE)
        column.insertWidget(column.count() - 2, self.lock)
        column.addStretch(1)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._take)
        self.own.changed.connect(self._chosen)
        self.desk.changed.connect(self._typed)
        self.setFocusProxy(self.own)

    @Slot(object)
    def _chosen(self, _draft: object) -> None:
        if not self._filling:
            self._take_form(self.own, self._presenter.take_own)

    @Slot(object)
    def _typed(self, _draft: object) -> None:
        if not self._filling:
            self._settle.start()

    @Slot()
    def _take(self) -> None:
        self._settle.stop()
        self._take_form(self.desk, self._presenter.take_desk)

    def _take_form(self, form: FormView, take: Callable[[Answers], Sequence[Change]]) -> None:
        """Let a form take effect where nothing in it is wrong; what was changed can be undone."""
        if any(note.standing not in RIGHT for note in form.notes().values()):
            return
        for change in take(form.answers()):
            back: Callable[[], None] = partial(self._take_back, change)
            self.undoable.emit(change.words, Verb("undo", t("Undo"), back, "undo"))

    def _take_back(self, change: Change) -> None:
        change.back()
        self.refresh()


def settings_page(presenter: SettingsPresenter) -> Page:
    """Declare the page of settings."""
    return Page(KEY, TITLE, KEY, lambda at: SettingsPage(at, presenter))


TITLE: Text = t("Settings")
