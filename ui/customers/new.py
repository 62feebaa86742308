"""Taking customers up and correcting them: forms of head office, kept as they are typed.

Numbers are checked while typing, doubles of an organisation shown while typing, a resident number
fills in sex and birth. A form that changed with a new bundle is built anew when it is opened next.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from app.customers.queries import CustomerLine, FormerValue
from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from app.kit.written import written_moment
from ui.customers.fields import (
    CustomerForm,
    HeadForm,
    correction_form,
    new_form,
    place_of,
)
from ui.customers.presenter import CustomersPresenter
from ui.customers.presenter_forms import (
    DRAFTS,
    CustomerForms,
    Holding,
    Saved,
    Texts,
    correction_draft,
    head_draft,
    typed_of,
)
from ui.customers.texts import double_by_code, double_by_name
from ui.forms.address import AddressEditor
from ui.forms.editors import Sources
from ui.forms.fields import Answers, Draft
from ui.forms.popups import Former, Memory
from ui.forms.view import FormView
from ui.shell.attaching import DeskFiles
from ui.shell.bridge import BusyWidgets, Job
from ui.shell.desk_places import DeskPlaces
from ui.shell.draft_keeper import DraftKeeper
from ui.shell.page import Surroundings
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.header import RecordHead, RecordHeader
from ui.widgets.offer import OfferLine
from ui.widgets.picker import Pick
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbBar

LOOKS_AFTER_MS = 200
"""How long typing rests before the records are searched for doubles."""
MOST_SHOWN = 3
STORED = {
    None: (t("Draft, kept as you type"), Mood.WAIT),
    False: (t("Not stored yet"), Mood.WARN),
    True: (t("Draft stored"), Mood.OK),
}
"""How what is typed stands: nothing typed yet, not stored yet, stored."""


class CustomerSheet(Spoken, QWidget):
    """A form of a customer. ``saved`` carries what was Saved, ``left`` says one step back."""

    saved = Signal(object)
    left = Signal()
    open_other = Signal(object)
    """The id of a customer who is there already."""

    def __init__(self, at: Surroundings, lane: Lane, forms: CustomerForms, party: str) -> None:
        super().__init__()
        self._at, self._lane, self._forms, self._party = at, lane, forms, party
        self._places = DeskPlaces(at.bridge, lane, forms.places, self)
        self._stands: bool | None = None
        self._saving = False
        self._version = ""
        self.header = RecordHeader(at.theme)
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._around = QVBoxLayout()
        self._drafts = DraftKeeper(at.bridge, lane, self._keep_draft, self)
        self.form = self._make_form()
        self._set_up()

    # -- what a kind of sheet says -------------------------------------------------------------

    @abstractmethod
    def pack_form(self) -> CustomerForm:
        """Give the fields asked here, as the form in force says."""

    @abstractmethod
    def title(self) -> Text:
        """Name what is done here."""

    @abstractmethod
    def draft_key(self) -> str:
        """Name the draft what is typed is kept under."""

    @abstractmethod
    def store(self, answers: Answers) -> Saved:
        """Save what was typed; it runs on the lane."""

    def memory(self) -> Memory:
        """Give what fields held before."""
        return TypedBefore(self._at, self._lane, self._forms, self._party, self)

    # -- what may be done ----------------------------------------------------------------------

    def freshen(self) -> None:
        """Build the form anew where head office has another one in force by now."""
        if self._forms.form(self._party).origin.sha256 == self._version:
            return
        draft, former = self.form.draft(), self.form
        self.form = self._make_form()
        self._around.replaceWidget(former, self.form)
        former.hide()
        former.deleteLater()
        self.setFocusProxy(self.form)
        self.form.restore(draft)

    def blank(self) -> None:
        """Begin with an empty form."""
        self.restore(tuple((key, "") for key, _ in self.form.draft().texts))
        self._drafts.forget()
        self._note_standing(None)

    def restore(self, texts: Texts) -> None:
        """Go on with what was being typed."""
        self.form.restore(Draft(texts))
        self.problem.clear()

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
        """Save, or show what is still missing."""
        if self._saving:
            return
        if not self.form.complete():
            self.form.focus_first_open()
            return
        self._saving = True
        self.problem.clear()
        self._at.bridge.run(
            self._lane,
            self.store,
            self.form.answers(),
            done=self._saved,
            failed=self._refused,
            busy=BusyWidgets(self.bar),
            owner=self,
        )

    def discard(self) -> None:
        """Throw the draft away."""
        self.blank()
        self._drop_draft()
        self.left.emit()

    # -- building ------------------------------------------------------------------------------

    def _make_form(self) -> FormView:
        pack = self.pack_form()
        self._version = self._forms.form(self._party).origin.sha256
        files = DeskFiles(self._at.bridge, self._lane, self._forms.desk, self)
        form = FormView(
            self._at.theme,
            self._at.clock,
            pack.fields,
            name=self.title(),
            next_verb=self.save,
            pack=pack,
            sources=Sources(self._find_people, files, self._places),
            memory=self.memory(),
        )
        form.changed.connect(self._on_changed)
        form.stepped_back.connect(self.left)
        return form

    def _judge_again(self) -> None:
        self.form.judge_again()

    def _set_up(self) -> None:
        body = QWidget()
        body.setLayout(self._around)
        self._around.setContentsMargins(0, 0, 0, 0)
        self._around.setSpacing(PLAIN)
        self._around.addWidget(self.form)
        self._around.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setProperty("look", "facts")
        body.setProperty("look", "window")
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        column.addWidget(scroll, 1)
        # Not in what scrolls: what is wrong with the whole is seen wherever she types.
        self._add_below(column)
        column.addWidget(self.problem)
        below = QHBoxLayout()
        below.setSpacing(NEAR)
        below.addWidget(self.bar)
        column.addLayout(below)
        self.setFocusProxy(self.form)
        self._drafts.stands.connect(self._note_standing)
        self._tell_head()
        self.bar.offer(self.verbs())
        self._places.when_read(self._judge_again)

    def _add_below(self, column: QVBoxLayout) -> None:
        """Put what stands under the form."""

    @override
    def say(self) -> None:
        self._tell_head()
        self.bar.offer(self.verbs())

    def _tell_head(self) -> None:
        words, mood = STORED[self._stands]
        self.header.show_head(RecordHead(str(self.title()), words, mood))

    @Slot(bool)
    def _note_standing(self, stands: bool | None) -> None:
        if stands is not self._stands:
            self._stands = stands
            self._tell_head()

    @Slot(object)
    def _on_changed(self, draft: Draft) -> None:
        self._drafts.typed(draft.texts)

    def _keep_draft(self, texts: Texts) -> None:
        self._forms.keep_draft(self.draft_key(), texts)

    def _drop_draft(self) -> None:
        self._at.bridge.run(self._lane, self._forms.drop_draft, self.draft_key())

    def _find_people(self, words: str, take: Callable[[Sequence[Pick]], object]) -> None:
        def done(found: Sequence[CustomerLine]) -> None:
            take([Pick(line.id, line.name, line.id_no) for line in found])

        self._at.bridge.run(self._lane, self._forms.find_people, words, done=done, owner=self)

    def _saved(self, saved: Saved) -> None:
        self._saving = False
        self.blank()
        self._drop_draft()
        self.saved.emit(saved)

    def _refused(self, problem: Problem) -> None:
        self._saving = False
        place = place_of(self._party, problem.code)
        if place and self.form.has(place):
            self.form.refuse(place, problem.what)
        self.problem.show_problem(problem)


class NewCustomer(CustomerSheet):
    """Takes a customer up."""

    @override
    def pack_form(self) -> CustomerForm:
        return new_form(self._forms, self._party)

    @override
    def draft_key(self) -> str:
        return DRAFTS[self._party]

    @override
    def store(self, answers: Answers) -> Saved:
        saved = self._forms.register(self._party, answers)
        self._forms.remember(self._party, answers)
        return saved


class NewOrganisation(NewCustomer):
    """Takes an organisation up; doubles are shown while it is typed."""

    def __init__(self, at: Surroundings, lane: Lane, presenter: CustomersPresenter) -> None:
        self._presenter = presenter
        self._looking: Job | None = None
        self.doubles = [OfferLine(at.theme) for _ in range(MOST_SHOWN)]
        super().__init__(at, lane, presenter.forms, "organisation")
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOKS_AFTER_MS)
        self._look.timeout.connect(self._look_for_doubles)

    @override
    def title(self) -> Text:
        return t("New organisation")

    @override
    def restore(self, texts: Texts) -> None:
        super().restore(texts)
        self._show_doubles(())

    @override
    def _add_below(self, column: QVBoxLayout) -> None:
        for line in self.doubles:
            column.addWidget(line)

    @Slot(object)
    @override
    def _on_changed(self, draft: Draft) -> None:
        super()._on_changed(draft)
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


class NewPerson(NewCustomer):
    """Takes a private person up; a resident number says sex and birth."""

    def __init__(self, at: Surroundings, lane: Lane, presenter: CustomersPresenter) -> None:
        super().__init__(at, lane, presenter.forms, "person")

    @override
    def title(self) -> Text:
        return t("New person")

    @Slot(object)
    @override
    def _on_changed(self, draft: Draft) -> None:
        super()._on_changed(draft)
        told = self._forms.said_by_number(draft.text("id_type"), draft.text("id_no"))
        empty = [(key, text) for key, text in told if not draft.text(key).strip()]
        if empty:
            self.form.restore(Draft(tuple(empty)))
        self._offer_place(draft)

    def _offer_place(self, draft: Draft) -> None:
        if not self.form.has("address"):
            return
        editor = self.form.editor("address")
        if isinstance(editor, AddressEditor):
            said = self._forms.place_said_by(draft.text("id_type"), draft.text("id_no"))
            editor.offer(said, self._places.name_of(said))


class Correction(CustomerSheet):
    """Corrects a customer; Alt+Up shows what a field held before, by whom and when."""

    def __init__(
        self, at: Surroundings, lane: Lane, presenter: CustomersPresenter, holding: Holding
    ) -> None:
        self._holding = holding
        super().__init__(at, lane, presenter.forms, holding.party)
        self._fill()

    @property
    def holding(self) -> Holding:
        """What the customer held when the form was opened."""
        return self._holding

    @override
    def pack_form(self) -> CustomerForm:
        return correction_form(self._forms, self._holding.party)

    @override
    def title(self) -> Text:
        return t("Correct {name}", name=self._holding.name)

    @override
    def draft_key(self) -> str:
        return correction_draft(self._holding.customer_id)

    @override
    def store(self, answers: Answers) -> Saved:
        return self._forms.correct(self._holding, answers)

    @override
    def memory(self) -> Memory:
        return HeldBefore(self._at, self._lane, self._forms, self._holding, self)

    @override
    def blank(self) -> None:
        self._fill()
        self._drafts.forget()
        self._note_standing(None)

    def _fill(self) -> None:
        form = self._forms.form(self._party)
        held = self._holding.texts
        self.form.fill(
            {
                field.key: typed_of(field, held.get(field.key, ""))
                for field in form.fields
                if self.form.has(field.key) and field.computed is None
            }
        )
        self._drafts.forget()
        self._note_standing(None)


class HeadFields(Correction):
    """Fills in the fields of a customer that head office owns, and none besides."""

    @override
    def pack_form(self) -> CustomerForm:
        return HeadForm(self._forms.form(self._party), self._forms, self._holding)

    @override
    def title(self) -> Text:
        return t("Head office's fields of {name}", name=self._holding.name)

    @override
    def draft_key(self) -> str:
        return head_draft(self._holding.customer_id)

    @override
    def store(self, answers: Answers) -> Saved:
        return self._forms.fill(self._holding, answers)


class TypedBefore(Memory):
    """What a person typed last into the fields of a new form that are remembered."""

    def __init__(
        self, at: Surroundings, lane: Lane, forms: CustomerForms, party: str, owner: QWidget
    ) -> None:
        self._at, self._lane, self._forms, self._party = at, lane, forms, party
        self._owner = owner

    @override
    def has(self, key: str) -> bool:
        field = self._forms.form(self._party).field(key)
        return field is not None and field.remembered

    @override
    def ask(self, key: str, take: Callable[[Sequence[Former]], object]) -> None:
        def done(texts: Sequence[str]) -> None:
            take([Former(text, text) for text in texts])

        self._at.bridge.run(
            self._lane, self._forms.remembered, self._party, key, done=done, owner=self._owner
        )


class HeldBefore(Memory):
    """What a field of a customer held before, by whom and until when."""

    def __init__(
        self, at: Surroundings, lane: Lane, forms: CustomerForms, holding: Holding, owner: QWidget
    ) -> None:
        self._at, self._lane, self._forms, self._holding = at, lane, forms, holding
        self._owner = owner

    @override
    def has(self, key: str) -> bool:
        return self._forms.form(self._holding.party).field(key) is not None

    @override
    def ask(self, key: str, take: Callable[[Sequence[Former]], object]) -> None:
        customer, scope = self._holding.customer_id, self._holding.scope

        def done(held: Sequence[FormerValue]) -> None:
            take([self._former(key, one) for one in held])

        self._at.bridge.run(
            self._lane, self._forms.former, customer, key, scope, done=done, owner=self._owner
        )

    def _former(self, key: str, held: FormerValue) -> Former:
        detail = str(t("until {at}, {person}", at=written_moment(held.at), person=held.person))
        shown = str(self._forms.shown(self._holding.party, key, held.before)) or str(t("empty"))
        return Former(self._forms.typed_again(self._holding.party, key, held.before), shown, detail)
