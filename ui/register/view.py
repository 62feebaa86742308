"""The seal register: every impression with its record, and machines that wait to be reopened.

A machine that was taken out of service is reopened by two offices: the branch manager says what
was found, head office closes the case by a fresh code for this very case.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.words import Text, t
from app.kit.written import written_count, written_digest, written_moment
from app.seals.queries import LogPlace, SealCaseCard
from ui.forms.fields import Field, FieldNote, Kind, Standing, Value
from ui.forms.view import FormView
from ui.register.presenter import (
    Impression,
    MachineCase,
    RegisterLine,
    RegisterPresenter,
    place_of,
)
from ui.register.texts import CASE_KINDS, CASE_STATES, STAMP_STATES
from ui.shell.lanes import DeskLanes
from ui.shell.list_record import ListRecordPage
from ui.shell.page import Page, Surroundings
from ui.shell.ports import Desk
from ui.shell.record_reading import RecordKey
from ui.shell.record_states import state_in
from ui.theme.tokens import Mood
from ui.widgets.empty import EmptyState
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact, RecordHead
from ui.widgets.rows import Column, Row
from ui.widgets.verb import Verb

COLUMNS = (
    Column("number", t("Register no."), 104, numeric=True),
    Column("what", t("Contract or machine"), 180, stretch=True),
    Column("page", t("Page"), 56, numeric=True, hidden=True),
    Column("state", t("State"), 108, badge=True),
    Column("by", t("Person"), 104),
    Column("at", t("Time"), 132),
)
LONGEST_SAID = 500


def register_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of the seal register."""
    return Page(
        "register",
        t("Seal register"),
        "register",
        lambda at: RegisterView(at, lanes, RegisterPresenter(desk)),
    )


class RegisterView(ListRecordPage[RegisterLine]):
    """Impressions and cases beside the one under the cursor."""

    shares = (700, 440)

    def __init__(self, at: Surroundings, lanes: DeskLanes, presenter: RegisterPresenter) -> None:
        self._presenter, self._lanes = presenter, lanes
        empty = EmptyState(
            at.theme,
            t("Nothing has been sealed yet."),
            t("Every impression stands here, and every machine taken out of service."),
            icon="seals",
        )
        super().__init__(
            at,
            lanes.desk,
            COLUMNS,
            name=t("Seal register"),
            empty=empty,
            reader=presenter.reader(),
            seen=presenter.sees,
        )
        self.facts = FactSheet(t("Facts"))
        self.record.add_tab(t("Facts"), self.facts)
        self.agreeing = FormView(
            at.theme, at.clock, AGREE_FIELDS, name=t("What was found"), next_verb=self.agree
        )
        self.reopening = FormView(
            at.theme, at.clock, REOPEN_FIELDS, name=t("Reopen the machine"), next_verb=self.reopen
        )
        self._settling = QWidget()
        column = QVBoxLayout(self._settling)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.agreeing)
        column.addWidget(self.reopening)
        self.record.put_below_tabs(self._settling)
        self._settling.hide()
        self._asked: UUID | None = None

    @override
    def read_all(self) -> Sequence[RegisterLine]:
        return self._presenter.lines()

    @override
    def read_one(self, wanted: object) -> RegisterLine | None:
        return self._presenter.found(wanted) if isinstance(wanted, UUID) else None

    @override
    def id_of(self, record: RegisterLine) -> object:
        return record.id

    @override
    def row_of(self, record: RegisterLine) -> Row:
        words, mood = _state(record)
        at, people = written_moment(record.at), self._presenter.staff
        if isinstance(record, MachineCase):
            case = record.case
            cells = ("", case.device_id, "", str(words), people.of(case.opened_by), at)
        else:
            job = record.job
            number = str(job.register_no) if job.register_no else ""
            page = str(record.stamp.page)
            by = people.of(job.operator)
            cells = (number, job.subject_number, page, str(words), by, at)
        return Row(record.id, cells, (Mood.PLAIN, Mood.PLAIN, Mood.PLAIN, mood))

    @override
    def head_of(self, record: RegisterLine) -> RecordHead:
        words, mood = _state(record)
        if isinstance(record, MachineCase):
            return RecordHead(record.case.device_id, words, mood)
        job = record.job
        facts = (Fact(t("Page"), str(record.stamp.page)), Fact(t("Seal"), job.seal_id))
        return RecordHead(job.subject_number, words, mood, facts)

    @override
    def around_of(self, record: RegisterLine) -> RecordKey | None:
        if isinstance(record, MachineCase):
            return None
        return RecordKey("seal_job", record.job.scope, record.job.id)

    @override
    def show_record(self, record: RegisterLine) -> None:
        if isinstance(record, Impression):
            self.facts.show_facts(self._impression_facts(record))
            self._settling.hide()
            return
        case = record.case
        self.facts.show_facts(self._case_facts(case))
        form = self._form_of(case)
        self._settling.setVisible(form is not None)
        self.agreeing.setVisible(form is self.agreeing)
        self.reopening.setVisible(form is self.reopening)
        if form is not None and self._asked != case.id:
            self._asked = case.id
            self.agreeing.fill({"opinion": ""})
            place = place_of(case)
            self.reopening.fill(
                {
                    "total": place.total,
                    "sequence": place.log_sequence,
                    "head": place.log_head,
                    "statement": "",
                    "code": "",
                }
            )

    @override
    def offered(self, record: RegisterLine | None) -> Sequence[Verb]:
        if isinstance(record, Impression):
            return (Verb("open", t("Open the contract"), self._open_contract, "contracts"),)
        if record is None:
            return ()
        if self._presenter.may_agree(record.case):
            return (Verb("agree", t("Agree to reopen"), self.agree, "approve"),)
        if self._presenter.may_reopen(record.case):
            return (Verb("reopen", t("Reopen the machine"), self.reopen, "lock"),)
        return ()

    def agree(self) -> None:
        """Say for the branch what was found; the machine says where it stands, if it answers."""
        record = self.current
        if not isinstance(record, MachineCase) or not self._good(self.agreeing):
            return
        opinion = self.agreeing.answers().text("opinion").strip()[:LONGEST_SAID]
        case = record.case

        def say(place: LogPlace | None) -> None:
            self.act(partial(self._presenter.agree, case, opinion, place), done=self._agreed)

        ask = partial(self._presenter.machine_now, case.device_id)
        self.act(ask, done=say, lane=self._lanes.machine)

    def reopen(self) -> None:
        """Close the case for head office; the code holds for this case alone."""
        record = self.current
        if not isinstance(record, MachineCase) or not self._good(self.reopening):
            return
        answers = self.reopening.answers()
        total, sequence = answers.number("total"), answers.number("sequence")
        assert total is not None and sequence is not None
        place = LogPlace(total, sequence, _plain_digest(answers.text("head")))
        statement = answers.text("statement").strip()[:LONGEST_SAID]
        call = partial(
            self._presenter.reopen, record.case, place, statement, answers.text("code").strip()
        )
        self.reopening.fill({"code": ""})
        self.act(call, done=self._reopened, failed=self._not_reopened)

    def _good(self, form: FormView) -> bool:
        if not form.complete():
            form.focus_first_open()
            return False
        return True

    def _agreed(self, _nothing: None) -> None:
        self._asked = None
        self.tell(t("Agreed; head office reopens the machine."))
        self.refresh()

    def _reopened(self, _nothing: None) -> None:
        self._asked = None
        self.tell(t("The case is closed."))
        self.refresh()

    def _not_reopened(self, problem: Problem) -> None:
        self.record.problem.show_problem(problem)
        self.reopening.focus_first_open()

    def _form_of(self, case: SealCaseCard) -> FormView | None:
        if self._presenter.may_agree(case):
            return self.agreeing
        return self.reopening if self._presenter.may_reopen(case) else None

    def _open_contract(self) -> None:
        if isinstance(self.current, Impression):
            self.asked_for.emit("contracts", self.current.job.subject_id)

    def _impression_facts(self, record: Impression) -> tuple[Fact, ...]:
        job, stamp, people = record.job, record.stamp, self._presenter.staff
        after = "–" if stamp.counter_after is None else written_count(stamp.counter_after)
        return (
            Fact(t("Register no."), str(job.register_no or "–")),
            Fact(t("Contract no."), job.subject_number),
            Fact(t("Impression"), t("{k} of {n}", k=stamp.index, n=job.impressions)),
            Fact(t("Page"), str(stamp.page)),
            Fact(t("Seal"), job.seal_id),
            Fact(t("Seal custodian"), people.of(job.operator)),
            Fact(t("Witness"), people.of(job.witness)),
            Fact(t("Counter"), f"{written_count(stamp.counter_before)} → {after}"),
            Fact(t("Permit"), str(job.permit_id or "–")),
            Fact(t("Document"), written_digest(job.document_sha256)),
            Fact(t("Begun"), written_moment(stamp.begun_at)),
            Fact(t("Finished"), written_moment(stamp.finished_at) if stamp.finished_at else ""),
        )

    def _case_facts(self, case: SealCaseCard) -> tuple[Fact, ...]:
        people = self._presenter.staff
        return (
            Fact(t("Machine"), case.device_id),
            Fact(t("Why it was stopped"), CASE_KINDS.get(case.kind) or case.kind),
            Fact(t("What was said"), case.statement),
            Fact(t("Stopped by"), people.of(case.opened_by)),
            *_place_facts(t("Last known"), case.known),
            *(_place_facts(t("The machine says"), case.told) if case.told else ()),
            Fact(t("Branch manager"), people.of(case.agreed_by)),
            Fact(t("What was found"), case.opinion),
            Fact(t("Closed by"), people.of(case.closed_by)),
            Fact(t("Head office's word"), case.ruling),
        )


def _state(record: RegisterLine) -> tuple[Text, Mood]:
    if isinstance(record, MachineCase):
        return state_in(CASE_STATES, record.case.state)
    return state_in(STAMP_STATES, record.stamp.state)


def _place_facts(label: Text, place: LogPlace) -> tuple[Fact, ...]:
    """Say where a machine stands, and the whole hash head office compares."""
    total = written_count(place.total)
    if not place.log_head:
        return (Fact(label, t("counter {total}, no log yet", total=total)),)
    sequence = written_count(place.log_sequence)
    words = t("counter {total}, log no. {sequence}", total=total, sequence=sequence)
    hashed = Fact(t("Hash of the last log entry"), written_digest(place.log_head))
    return (Fact(label, words), hashed)


def _plain_digest(text: str) -> str:
    """Take a hash as it is stored; it may have been copied from where it is written in groups."""
    return "".join(text.split()).lower()


def _hash(value: Value) -> FieldNote:
    text = _plain_digest(str(value))
    if len(text) == 64 and all(sign in "0123456789abcdef" for sign in text):
        return FieldNote(Standing.OK)
    return FieldNote(Standing.WRONG, t("A hash has 64 digits and letters a to f."))


def _not_below(value: Value) -> FieldNote:
    if isinstance(value, int) and value < 0:
        return FieldNote(Standing.WRONG, t("Not less than {number}.", number="0"))
    return FieldNote(Standing.OK)


AGREE_FIELDS = (Field("opinion", t("What was found"), Kind.TEXT, True),)
REOPEN_FIELDS = (
    Field("total", t("Counter"), Kind.INTEGER, True, check=_not_below),
    Field("sequence", t("Log no."), Kind.INTEGER, True, check=_not_below),
    Field("head", t("Hash of the last log entry"), Kind.TEXT, True, check=_hash, longest=80),
    Field("statement", t("Head office's word"), Kind.TEXT, True),
    Field("code", t("Verification code for this case"), Kind.HIDDEN, True),
)
