"""Making a quote: customer and terms, roster and groups mended where they are wrong, the price.

Three steps, each with one next verb. Everything typed is kept as a draft while it is typed: terms
and groups letter by letter, the roster's file by its hash with every cell that was typed over.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.customers.queries import CustomerLine
from app.kit.errors.base import BranchError, Problem
from app.kit.errors.pricing import request_file_missing
from app.kit.lanes import Lane
from app.kit.money import yuan_grouped
from app.kit.words import Text, t, tn
from app.pricing.groups import TypedGroup
from app.pricing.labels import region
from ui.forms.editors import Sources
from ui.forms.fields import Draft
from ui.forms.view import LABEL_WIDTH, NOTE_WIDTH, FormView
from ui.pricing.fields import (
    further_of,
    half_told,
    past_fields,
    past_of,
    term_note,
    terms_form,
    terms_of,
)
from ui.pricing.people_page import PeoplePage
from ui.pricing.presenter import (
    NO_GROUPS,
    GroupsWork,
    PricedQuote,
    QuoteDraft,
    QuotePresenter,
    RosterWork,
    TermsDraft,
    Typed,
)
from ui.pricing.price_tabs import PriceTabs
from ui.pricing.workings import workings_of
from ui.shell.attaching import DeskFiles
from ui.shell.draft_keeper import DraftKeeper
from ui.shell.page import Surroundings
from ui.shell.targets import NewQuoteFor
from ui.theme.tokens import NEAR, PLAIN, WIDE, Mood
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.label import PlainLabel
from ui.widgets.picker import Pick, RecordPicker
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.spoken import Spoken
from ui.widgets.stepper import Step, Stepper
from ui.widgets.verb import Verb, VerbBar

Answer = TypeVar("Answer")
STEPS = (
    Step("terms", t("Customer and terms")),
    Step("roster", t("Insured people")),
    Step("price", t("Price")),
)
TERMS = ("start", "end", "region", "discretion")


class QuoteComposer(Spoken, QWidget):
    """``kept`` carries the id of the quote that was stored; ``left`` says one step back."""

    kept = Signal(object)
    left = Signal()
    verbs_changed = Signal()
    undoable = Signal(object, object)

    def __init__(self, at: Surroundings, lane: Lane, presenter: QuotePresenter) -> None:
        super().__init__()
        self._at, self._lane, self._presenter = at, lane, presenter
        self._draft = QuoteDraft()
        self._work: RosterWork | None = None
        self._priced: PricedQuote | None = None
        self._busy = False
        self._version = ""
        self._drafts = DraftKeeper(at.bridge, lane, presenter.keep_draft, self)
        self._slices = self._building()
        self._built = False
        QTimer.singleShot(0, self, self._build_on)

    # -- built a slice a turn, so that no turn of the event loop is long -----------------------

    def missing(self) -> Callable[[], object] | None:
        """Give the next slice, None when all are built."""
        return None if self._built else partial(next, self._slices, None)

    @Slot()
    def _build_on(self) -> None:
        if next(self._slices, None) is not None:
            QTimer.singleShot(0, self, self._build_on)

    def finish(self) -> None:
        """Build what is not built yet: somebody begins now."""
        for _ in self._slices:
            pass

    def _building(self) -> Iterator[str]:
        theme = self._at.theme
        self.header = RecordHeader(theme)
        self.stepper = Stepper(theme, STEPS)
        self.customer = RecordPicker(theme, t("Customer"), self._search)
        self.form = self._make_form()
        yield "terms"
        self.past = FormView(
            theme,
            self._at.clock,
            past_fields(self._presenter),
            name=t("Claims of former years"),
            next_verb=self.go_on,
            columns=2,
        )
        yield "claims"
        browse = Verb("file", t("Choose a file"), self.choose_file, "import")
        self.people = PeoplePage(theme, self._judge_groups, browse)
        self.file, self.grid, self.groups = self.people.file, self.people.grid, self.people.groups
        self.standing, self.cell = self.people.standing, self.people.cell
        yield "people"
        self.price = PriceTabs(theme)
        yield "price"
        self.progress = ProgressLine(self._at.clock)
        self.problem = ProblemPanel()
        self.bar = VerbBar(theme)
        self._build()
        yield "around"
        self._wire()
        self.price.say()
        self._built = True

    def _make_form(self) -> FormView:
        self._pack = pack = terms_form(self._presenter, self._today)
        self._version = pack.spec.origin.sha256
        files = DeskFiles(self._at.bridge, self._lane, self._presenter.desk, self)
        return FormView(
            self._at.theme,
            self._at.clock,
            pack.fields,
            name=t("Terms"),
            next_verb=self.go_on,
            pack=pack,
            sources=Sources(self._find_people, files),
        )

    def _find_people(self, words: str, take: Callable[[Sequence[Pick]], object]) -> None:
        self._look(self._presenter.find_people, words, take)

    def _freshen(self) -> None:
        """Build the form of the terms anew where head office has another one in force by now."""
        self.finish()
        if self._presenter.terms_form().origin.sha256 == self._version:
            return
        former, self.form = self.form, self._make_form()
        self._terms_column.replaceWidget(former, self.form)
        former.hide()
        former.deleteLater()
        self._wire_form()

    # -- how it begins -------------------------------------------------------------------------

    def begin(self, given: NewQuoteFor | None = None) -> None:
        """Begin a quote with the usual terms, for a customer or for one still to choose."""
        self._freshen()
        usual = self._presenter.usual_terms()
        draft = QuoteDraft(
            start=usual.start.isoformat(),
            end=usual.end.isoformat(),
            region=usual.region,
            discretion=usual.discretion,
        )
        if given is not None:
            draft = replace(draft, customer=given.customer_id.hex, customer_name=given.name)
        self.resume(draft)

    def resume(self, draft: QuoteDraft) -> None:
        """Go on with a draft: the terms as typed, the roster as mended."""
        self._freshen()
        self._draft = draft
        self._work, self._priced = None, None
        named_one = Pick(UUID(draft.customer), draft.customer_name) if draft.customer else None
        self.customer.choose(named_one)
        known = tuple((key, getattr(draft, key)) for key in TERMS)
        self.form.restore(Draft((*_over_nothing(self.form, draft.further), *known)))
        self.past.restore(Draft(_over_nothing(self.past, draft.past)))
        self.past_part.setVisible(_anything(draft.past))
        self.groups.put(self._judge_groups(draft.groups))
        self._show_roster(None)
        self.file.clear()
        self._to("roster" if draft.customer and draft.groups and not draft.roster else "terms")
        start = self.form.answers().day("start")
        if draft.roster and start is not None:
            self._run(
                partial(
                    self._presenter.read_again, draft.roster, draft.typed, draft.left_out, start
                ),
                self._resumed,
                t("Reading the roster again…"),
            )

    @property
    def draft(self) -> QuoteDraft:
        """The quote as far as it is made."""
        return self._draft

    @property
    def work(self) -> RosterWork | None:
        """The roster on the table."""
        return self._work

    @property
    def step(self) -> str:
        """The key of the step that is open."""
        return STEPS[self._pile.currentIndex()].key

    def keep(self) -> None:
        """Store what is typed, now."""
        self._drafts.now()

    # -- verbs ---------------------------------------------------------------------------------

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done at this step, the next verb first."""
        back = Verb("back", t("Back"), self._back_verb, "back")
        discard = Verb("discard", t("Discard draft"), self.discard, "clear")
        if self.step == "terms":
            past = Verb("past", t("Claims of former years"), self.tell_past, "calendar")
            return (Verb("roster", t("Go on to the people"), self.go_on, "next"), past, discard)
        if self.step == "roster":
            return (*self._roster_verbs(), back, discard)
        keep = Verb("keep", t("Keep the quote"), self.store, "save")
        return (keep, back, discard)

    def go_on(self) -> None:
        """Go to the next step where this one is in order; show what is missing where it is not."""
        if self.step == "terms":
            if self._terms_good():
                self._to("roster")
        elif self.step == "roster":
            self.price_now()
        else:
            self.store()

    def step_back(self) -> bool:
        """Go one step back, at last to the list; nothing typed is lost."""
        self._rest()
        if self.problem.isVisible():
            self.problem.clear()
        elif self.step == "terms":
            self.keep()
            self.left.emit()
        else:
            self._to(STEPS[self._pile.currentIndex() - 1].key)
        return True

    def tell_past(self) -> None:
        """Open the form of former years' claims: a group that was insured before has some."""
        self.past_part.show()
        self.past.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_file(self) -> None:
        """Open the system's file chooser for a roster."""
        chooser = QFileDialog(self, str(t("Choose the roster")))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilter(str(t("Rosters (*.xlsx *.csv *.txt)")))
        chooser.fileSelected.connect(self.read_file)
        chooser.open()

    @Slot(str)
    def read_file(self, path: str) -> None:
        """Read a roster from a file."""
        self.file.setText(path)
        self._take(partial(_content, Path(path)))

    @Slot(str)
    def read_pasted(self, text: str) -> None:
        """Read a roster that was copied from a spreadsheet, its headings included."""
        self._take(lambda: text.encode())

    def price_now(self) -> None:
        """Price roster and groups by the terms, or go to what is wrong."""
        if self._work is None and not self.groups.work.bought:
            self.file.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self._people_good():
            self._next_wrong()
            return
        if not self._terms_good():
            self._to("terms")
            return
        work, groups = self._work, self.groups.work
        preview = work.preview if work is not None else None
        call = partial(self._presenter.price, preview, self._terms(), groups)

        def done(priced: PricedQuote) -> None:
            # A price is shown for the very people it was asked for: typing goes on meanwhile.
            if work is self._work and groups is self.groups.work:
                self._show_price(priced)

        self._run(call, done, t("Pricing…"))

    def store(self) -> None:
        """Keep the quote."""
        if self._priced is None or not self._draft.customer:
            return
        call = partial(
            self._presenter.keep,
            UUID(self._draft.customer),
            self._draft.customer_name,
            self._work.preview if self._work is not None else None,
            self._priced,
            UUID(self._draft.quote) if self._draft.quote else None,
        )
        self._run(call, self._stored, t("Keeping the quote…"))

    def discard(self) -> None:
        """Throw the draft away."""
        self.finish()
        self._forget()
        self.left.emit()

    # -- parts ---------------------------------------------------------------------------------

    def _roster_verbs(self) -> Sequence[Verb]:
        choose = Verb("file", t("Choose a file"), self.choose_file, "import")
        paste = Verb("paste", t("Paste from a spreadsheet"), self._paste, "copy")
        groups = self.groups.verbs()
        out = Verb("out", t("Leave the row out"), self._leave_out, "reject")
        row = (out,) if self._work is not None else ()
        if not self._people_good():
            wrong = Verb("wrong", t("Next wrong place"), self._next_wrong, "next")
            return (wrong, *row, *groups, choose, paste)
        if self._work is None and not self.groups.work.bought:
            return (choose, paste, *groups)
        return (Verb("price", t("Price"), self.price_now, "pricing"), choose, paste, *row, *groups)

    def _people_good(self) -> bool:
        """Say whether nothing of roster and groups holds the price back."""
        return (self._work is None or self._work.preview.good) and self.groups.work.good

    @Slot()
    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.read_pasted(text)

    @Slot()
    def _back_verb(self) -> None:
        self.step_back()

    @Slot()
    def _next_wrong(self) -> None:
        self.people.go_to_next_wrong()

    @Slot()
    def _leave_out(self) -> None:
        number, before = self.grid.current_row_number(), self._work
        if number is None or before is None:
            return
        undo = Verb("undo", t("Undo"), partial(self._show_roster, before), "undo")
        told = t("Row {row} is left out.", row=number)

        def done(work: RosterWork) -> None:
            self._show_roster(work)
            self.undoable.emit(told, undo)

        self._run(partial(self._presenter.leave_out, before, (number,)), done)

    @Slot(object)
    def _type_over(self, typed: Typed) -> None:
        if self._work is not None:
            # The lane keeps the order; each call takes the work the former one left behind.
            self._at.bridge.run(
                self._lane,
                self._judge,
                typed,
                done=self._show_roster,
                failed=self._refused,
                owner=self,
            )

    def _judge(self, typed: Typed) -> RosterWork:
        assert self._work is not None
        self._work = self._presenter.type_over(self._work, typed)
        return self._work

    def _judge_groups(self, typed: tuple[TypedGroup, ...]) -> GroupsWork:
        """Judge groups at every letter; without a tariff there is nothing to judge them by."""
        try:
            return self._presenter.read_groups(typed)
        except BranchError as error:
            self.problem.show_problem(error.problem)
            return replace(NO_GROUPS, typed=typed)

    @Slot(object)
    def _on_groups(self, work: GroupsWork) -> None:
        self._note(groups=work.typed)
        self.people.lay_out()
        self._drop_price()
        self._tell_head()
        # At every letter the same verbs: they are offered anew only when they are others.
        if [verb.key for verb in self.verbs()] != [verb.key for verb in self.bar.verbs]:
            self._offer()

    def _drop_price(self) -> None:
        """Forget a price whose people are others now, and go back to where they stand."""
        self._priced = None
        if self.step == "price":
            self._to("roster")

    def _take(self, content: Callable[[], bytes]) -> None:
        start = self.form.answers().day("start")
        if start is None:
            self._to("terms")
            self.form.focus_first_open()
            return
        first = start

        def call() -> RosterWork:
            return self._presenter.take_roster(content(), first)

        self._run(call, self._taken, t("Reading the roster…"))

    def _taken(self, work: RosterWork) -> None:
        self._show_roster(work)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if not work.preview.good:
            self.grid.go_to_next_wrong()
        else:
            self.bar.focus_next()

    def _resumed(self, work: RosterWork) -> None:
        self._show_roster(work)
        if self._draft.customer:
            self._to("roster")

    def _show_roster(self, work: RosterWork | None) -> None:
        self._work = work
        self.people.show_roster(work)
        if work is not None:
            self._note(roster=work.sha256, typed=work.typed, left_out=tuple(sorted(work.left_out)))
        self._drop_price()
        self._offer()

    def _show_price(self, priced: PricedQuote) -> None:
        self._priced = priced
        workings = workings_of(priced.answer)
        self.price.show_workings(workings, workings.lines, workings.level_name)
        self._to("price")
        self.bar.focus_next()

    def _stored(self, quote_id: UUID) -> None:
        self._forget()
        self.kept.emit(quote_id)

    def _forget(self) -> None:
        self._drafts.forget()
        self._draft = QuoteDraft()
        self._at.bridge.run(self._lane, self._presenter.drop_draft)

    def _terms_good(self) -> bool:
        if self.customer.pick is None:
            self._to("terms")
            self.customer.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        answers = self.form.answers()
        note = term_note(answers.day("start"), answers.day("end"))
        if note.reason is not None:
            self.form.refuse("end", note.reason)
        if not self.form.complete():
            self._to("terms")
            self.form.focus_first_open()
            return False
        return self._past_good()

    def _past_good(self) -> bool:
        for key in half_told(self.past.answers()):
            self.past.refuse(key, t("Needed beside the other one; empty both for a new group."))
        if not self.past.complete():
            self._to("terms")
            self.past_part.show()
            self.past.focus_first_open()
            return False
        return True

    def _terms(self) -> TermsDraft:
        answers, past = self.form.answers(), past_of(self.past.answers())
        return terms_of(answers, past, further_of(self._pack.spec, answers))

    def _today(self) -> date:
        return self._presenter.today()

    def _run(
        self, call: Callable[[], Answer], done: Callable[[Answer], object], what: Text | None = None
    ) -> None:
        """Do one thing on the lane; the step's verbs rest meanwhile."""
        if self._busy:
            return
        self._busy = True
        self.problem.clear()
        if what is not None:
            self.progress.begin(what)

        def finished(answer: Answer) -> None:
            self._rest()
            done(answer)

        self._at.bridge.run(self._lane, call, done=finished, failed=self._refused, owner=self)

    def _rest(self) -> None:
        self._busy = False
        self.progress.end()

    def _refused(self, problem: Problem) -> None:
        self._rest()
        self.problem.show_problem(problem)

    def _search(self, words: str, take: Callable[[Sequence[Pick]], object]) -> None:
        self._look(self._presenter.find_customers, words, take)

    def _look(
        self,
        finder: Callable[[str], Sequence[CustomerLine]],
        words: str,
        take: Callable[[Sequence[Pick]], object],
    ) -> None:
        def done(found: Sequence[CustomerLine]) -> None:
            take([Pick(line.id, line.name, line.id_no) for line in found])

        self._at.bridge.run(self._lane, finder, words, done=done, owner=self)

    def _note(self, **changed: object) -> None:
        """Change the draft and have it kept."""
        fresh = replace(self._draft, **changed)  # type: ignore[arg-type]  # names of its fields
        if fresh != self._draft:
            self._draft = fresh
            self._drafts.typed(fresh.texts())

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        body = QWidget()
        self._pile = QStackedLayout(body)
        for page in (self._terms_page(), self.people, self.price):
            self._pile.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        column.addWidget(self.stepper)
        column.addWidget(body, 1)
        for part in (self.progress, self.problem, self.bar):
            column.addWidget(part)
        self.setAcceptDrops(True)

    def _terms_page(self) -> QWidget:
        page = QWidget()
        top = QGridLayout()
        top.setHorizontalSpacing(PLAIN)
        label = PlainLabel(t("Customer"), size="label")
        label.setMinimumWidth(LABEL_WIDTH)
        label.setBuddy(self.customer)
        self.customer.setFixedWidth(340)
        hint = PlainLabel(
            t("Type a part of the name or the last places of the code."), size="small"
        )
        hint.setMinimumWidth(NOTE_WIDTH)
        for place, part in enumerate((label, self.customer, hint)):
            top.addWidget(part, 0, place)
        top.setColumnStretch(2, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, WIDE, 0, 0)
        column.setSpacing(NEAR)
        column.addLayout(top)
        self._terms_column = column
        column.addWidget(self.form)
        self.past_part = QWidget()
        inner = QVBoxLayout(self.past_part)
        inner.setContentsMargins(0, WIDE, 0, 0)
        inner.setSpacing(NEAR)
        inner.addWidget(PlainLabel(t("Claims of former years"), size="label"))
        inner.addWidget(self.past)
        column.addWidget(self.past_part)
        column.addStretch(1)
        # Head office may ask for more than fits.
        page.setProperty("look", "window")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setProperty("look", "facts")
        scroll.setWidget(page)
        return scroll

    def _wire(self) -> None:
        self._wire_form()
        self.past.changed.connect(self._on_past)
        self.past.stepped_back.connect(self._back_verb)
        self.customer.picked.connect(self._on_customer)
        self.file.returnPressed.connect(self._on_path)
        self.grid.typed.connect(self._type_over)
        self.grid.pasted_whole.connect(self.read_pasted)
        self.groups.typed.connect(self._on_groups)
        self.groups.undoable.connect(self.undoable)
        self.setFocusProxy(self.customer)

    def _wire_form(self) -> None:
        self.form.changed.connect(self._on_terms)
        self.form.stepped_back.connect(self._back_verb)
        self.customer.entered.connect(self.form.setFocus)

    def _to(self, key: str) -> None:
        """Open a step."""
        place = [step.key for step in STEPS].index(key)
        self._pile.setCurrentIndex(place)
        self.stepper.go(key)
        self._offer()
        if key == "terms":
            first: QWidget = self.customer if self.customer.pick is None else self.form
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == "roster":
            self.people.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self) -> None:
        self._tell_head()
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()

    def _tell_head(self) -> None:
        name = self._draft.customer_name or str(t("New quote"))
        words = (
            t("Price anew, kept as you type") if self._draft.quote else t("Draft, kept as you type")
        )
        self.header.show_head(RecordHead(name, words, Mood.WAIT, self._facts()))

    def _facts(self) -> tuple[Fact, ...]:
        facts = []
        if self.step != "terms":
            cover = t("{start} to {end}", start=self._draft.start, end=self._draft.end)
            facts.append(Fact(t("Term of cover"), cover))
            facts.append(Fact(t("Region"), region(self._draft.region)))
        if self.step != "terms":
            people = len(self._work.preview.people) if self._work is not None else 0
            people += self.groups.work.read.heads
            facts.append(Fact(t("People"), tn("{n} person", "{n} people", people)))
        if self._priced is not None and self.step == "price":
            fen = self._priced.quotation.policy_premium_fen
            facts.append(Fact(t("Premium, yuan"), yuan_grouped(fen)))
        return tuple(facts)

    @Slot(object)
    def _on_terms(self, draft: Draft) -> None:
        before = self._draft
        further = tuple((key, text) for key, text in draft.texts if key not in TERMS and text)
        self._note(**{key: draft.text(key) for key in TERMS}, further=further)
        if draft.text("start") != before.start:
            self._follow_start(before)

    @Slot(object)
    def _on_past(self, draft: Draft) -> None:
        self._note(past=tuple((key, text) for key, text in draft.texts if text))

    def _follow_start(self, before: QuoteDraft) -> None:
        """Let the last day follow a new first one, and judge the roster's ages anew."""
        start = self.form.answers().day("start")
        if start is None:
            return
        end = self._presenter.end_for(start)
        if before.start and self._was_usual_end(before):
            self.form.fill({"end": end.isoformat()})
        if self._work is not None:
            work = self._work
            call = partial(
                self._presenter.read_again, work.sha256, work.typed, work.left_out, start
            )
            self._run(call, self._show_roster)

    def _was_usual_end(self, before: QuoteDraft) -> bool:
        try:
            usual = self._presenter.end_for(date.fromisoformat(before.start)).isoformat()
        except ValueError:
            return True
        return before.end in ("", usual)

    @Slot(object)
    def _on_customer(self, pick: Pick | None) -> None:
        if pick is None or not isinstance(pick.id, UUID):
            self._note(customer="", customer_name="")
        else:
            self._note(customer=pick.id.hex, customer_name=pick.name)
        self._offer()

    @Slot()
    def _on_path(self) -> None:
        if self.file.text().strip():
            self.read_file(self.file.text().strip())

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local and self.step == "roster":
            self.read_file(local[0])

    @override
    def say(self) -> None:
        if self._built:
            self.price.say()
            self._show_again()

    def _show_again(self) -> None:
        if self._priced is not None:
            workings = workings_of(self._priced.answer)
            self.price.show_workings(workings, workings.lines, workings.level_name)
        self._offer()


def _content(path: Path) -> bytes:
    """Read a file; raises BranchError E-PRICE-FILE where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BranchError(request_file_missing(path.name)) from error


def _over_nothing(
    form: FormView, texts: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Give every field of a form its text, and nothing to those without one."""
    kept = dict(texts)
    return tuple((key, kept.get(key, "")) for key, _ in form.draft().texts)


def _anything(texts: tuple[tuple[str, str], ...]) -> bool:
    return any(text.strip() for _, text in texts)
