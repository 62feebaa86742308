"""The form of a new organisation: numbers checked while typing, doubles shown while typing."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.customers.queries import CustomerLine
from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import t
from ui.customers.fields import draft_of, organisation_fields, place_of
from ui.customers.presenter import CustomersPresenter, Registered
from ui.customers.texts import double_by_code, double_by_name
from ui.forms.fields import Draft
from ui.forms.view import FormView
from ui.shell.bridge import BusyWidgets, Job
from ui.shell.draft_keeper import DraftKeeper
from ui.shell.page import Surroundings
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.header import RecordHead, RecordHeader
from ui.widgets.offer import OfferLine
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbBar

LOOKS_AFTER_MS = 200
"""How long typing rests before the records are searched for doubles."""
MOST_SHOWN = 3


class NewOrganisation(Spoken, QWidget):
    """Takes an organisation up. ``saved`` carries the Registered, ``left`` says one step back."""

    saved = Signal(object)
    left = Signal()
    open_other = Signal(object)
    """The id of a customer who is there already."""
    verbs_changed = Signal()

    def __init__(self, at: Surroundings, lane: Lane, presenter: CustomersPresenter) -> None:
        super().__init__()
        self._at, self._lane, self._presenter = at, lane, presenter
        self._looking: Job | None = None
        self.header = RecordHeader(at.theme)
        self.form = FormView(
            at.theme,
            at.clock,
            organisation_fields(presenter),
            name=t("New organisation"),
            next_verb=self.save,
        )
        self.doubles = [OfferLine(at.theme) for _ in range(MOST_SHOWN)]
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._drafts = DraftKeeper(at.bridge, lane, presenter.keep_draft, self)
        self._look = QTimer(self)
        self._saving = False
        self._build()
        self._wire()
        self.blank()

    def blank(self) -> None:
        """Begin with an empty form."""
        self.restore(tuple((key, "") for key, _ in self.form.draft().texts))
        self._drafts.forget()

    def restore(self, texts: tuple[tuple[str, str], ...]) -> None:
        """Go on with what was being typed."""
        self.form.restore(Draft(texts))
        self.problem.clear()
        self._show_doubles(())
        self._offer()

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done here, saving first."""
        return (
            Verb("save", t("Save customer"), self.save, "save"),
            Verb("discard", t("Discard draft"), self.discard, "clear"),
            Verb("back", t("Back to the list"), self.left.emit, "back"),
        )

    def keep(self) -> None:
        """Store what is typed, now."""
        self._drafts.now()

    def save(self) -> None:
        """Take the organisation up, or show what is still missing."""
        if self._saving:
            return
        if not self.form.complete():
            self.form.focus_first_open()
            return
        self._saving = True
        self.problem.clear()
        self._at.bridge.run(
            self._lane,
            self._presenter.register_organisation,
            draft_of(self.form.answers()),
            done=self._saved,
            failed=self._refused,
            busy=BusyWidgets(self.bar),
            owner=self,
        )

    def discard(self) -> None:
        """Throw the draft away."""
        self.blank()
        self._at.bridge.run(self._lane, self._presenter.drop_draft)
        self.left.emit()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        column.addWidget(self.form)
        for line in self.doubles:
            column.addWidget(line)
        column.addWidget(self.problem)
        column.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(NEAR)
        below.addWidget(self.bar)
        column.addLayout(below)
        self.setFocusProxy(self.form)

    def _wire(self) -> None:
        self.form.changed.connect(self._on_changed)
        self.form.stepped_back.connect(self.left)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOKS_AFTER_MS)
        self._look.timeout.connect(self._look_for_doubles)

    @override
    def say(self) -> None:
        self._offer()

    def _offer(self) -> None:
        draft = t("Draft, kept as you type")
        self.header.show_head(RecordHead(str(t("New organisation")), draft, Mood.WAIT))
        self.bar.offer(self.verbs())

    @Slot(object)
    def _on_changed(self, draft: Draft) -> None:
        self._drafts.typed(draft.texts)
        self._look.start()

    @Slot()
    def _look_for_doubles(self) -> None:
        draft = self.form.draft()
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._at.bridge.run(
            self._lane,
            self._presenter.doubles,
            draft.text("name"),
            draft.text("credit_code"),
            done=self._show_doubles,
            owner=self,
        )

    def _show_doubles(self, found: Sequence[CustomerLine]) -> None:
        code = self.form.draft().text("credit_code").strip().upper()
        for line in self.doubles:
            line.withdraw()
        for line, double in zip(self.doubles, found, strict=False):
            same = double.id_no == code
            if same:
                self.form.refuse("credit_code", t("Already registered."))
            words = (
                double_by_code(double.name) if same else double_by_name(double.name, double.id_no)
            )
            verb = Verb("open", t("Open that customer"), self._opener(double), "next")
            line.offer(words, (verb,), Mood.STOP if same else Mood.WARN)

    def _opener(self, line: CustomerLine) -> Callable[[], None]:
        return partial(self.open_other.emit, line.id)

    def _saved(self, registered: Registered) -> None:
        self._saving = False
        self.blank()
        self._at.bridge.run(self._lane, self._presenter.drop_draft)
        self.saved.emit(registered)

    def _refused(self, problem: Problem) -> None:
        self._saving = False
        place = place_of(problem.code)
        if place:
            self.form.refuse(place, problem.what)
        self.problem.show_problem(problem)
