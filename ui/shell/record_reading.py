"""What stands around a record: its timeline, and what belongs to it. No Qt here.

The timeline joins two sources. The record's own moments (priced, decided, drawn up, stamped) come
from everywhere the record was worked on; the audit log has every act done at this desk, also those
that leave no moment behind (a price before the last one, an archiving). An act of the log that a
moment already tells is not told twice: it only proves it. The log is read backwards by its primary
key, a stride at a time, and no further back than the record is old.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.access.leave import Leave, SeenKind
from app.access.queries import NOBODY_NAMED, names_of_people
from app.approvals.queries import CaseLine, case_line, cases_about, given_steps
from app.audit.queries import Act, acts_before
from app.contracts.queries import ContractLine, contract_line, contracts_of
from app.customers.queries import timeline
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.pricing.queries import QuoteLine, quote_line, quotes_of
from app.seals.queries import JobCard, job_card, jobs_about, jobs_of
from app.signing.queries import signatures_of
from app.store.queries import files_of
from app.store.session import Session
from ui.shell import record_acts as acts
from ui.shell.ports import Desk
from ui.shell.record_states import (
    CASES,
    CONTRACTS,
    FILES,
    QUOTES,
    SEAL_JOBS,
    SIGNATURES,
    Standing,
    state_in,
)
from ui.shell.targets import FilesOf

RecordKind = Literal["customer", "quote", "approval_case", "contract", "seal_job"]
PAGE = 40
"""Entries of a timeline that make a page."""
STRIDE = 500
"""Lines of the log read at once."""
STRIDES = 4
"""Strides in one go on a lane, so that nobody waits long behind it."""
TOGETHER = timedelta(seconds=60)
"""How far the clock of a moment and that of its line in the log may stand apart."""
OLDER = timedelta(days=1)
"""How much older than its own id a record's first line may be, where clocks were put right."""
MOST_EVENTS = 2_000
KINDS: Mapping[SeenKind, Text] = {
    "customer": t("Customer"),
    "quote": t("Quote"),
    "approval_case": t("Approval"),
    "contract": t("Contract"),
    "signature": t("Signature"),
    "seal_job": t("Seal job"),
    "file": t("File"),
}


@dataclass(frozen=True)
class RecordKey:
    """Which record it is; ``scope`` is its office."""

    kind: RecordKind
    scope: str
    id: UUID


@dataclass(frozen=True)
class RelatedLine:
    """A record that belongs to another: what it is, how it stands, where it opens."""

    kind: SeenKind
    title: str
    standing: Standing | None
    page: str
    target: object
    at: datetime | None = None


@dataclass(frozen=True)
class TimelineEntry:
    """One thing somebody did. ``line`` is its number in the log, 0 where this desk has none."""

    at: datetime
    person: str
    what: Text
    detail: str
    page: str
    target: object
    line: int = 0


@dataclass(frozen=True)
class TimelinePage:
    """Some entries, the newest first; ``more`` while the reading is not at its end."""

    entries: tuple[TimelineEntry, ...]
    more: bool


@dataclass(frozen=True)
class _Moment:
    """A moment a record keeps itself: the row it stands on and the acts that write it."""

    entry: TimelineEntry
    row: UUID
    actions: frozenset[str]
    kind: SeenKind
    scope: str

    def told_by(self, act: Act) -> bool:
        """Say whether a line of the log is about this very moment."""
        return (
            self.row.hex in act.ids
            and (not self.actions or act.action in self.actions)
            and abs(act.at - self.entry.at) <= TOGETHER
        )


@dataclass(frozen=True)
class _Around:
    """The records that hang together with one of them."""

    quotes: tuple[QuoteLine, ...]
    cases: tuple[CaseLine, ...]
    contracts: tuple[ContractLine, ...]


class RecordReader:
    """Reads what stands around the records of a desk; everything blocks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def related(self, key: RecordKey) -> tuple[RelatedLine, ...]:
        """List what belongs to a record and may be seen, kind by kind, the newest first."""
        return self._desk.read(related, self._desk.seeing, key)

    def timeline(self, key: RecordKey) -> "TimelineReading":
        """Begin to read a timeline."""
        return TimelineReading(self._desk, key)


class TimelineReading:
    """Reads one timeline backwards, page by page; whoever holds it asks on one lane."""

    def __init__(self, desk: Desk, key: RecordKey) -> None:
        self._desk, self._key = desk, key
        self._leave = desk.seeing
        self._moments: list[_Moment] | None = None
        self._about: frozenset[str] = frozenset()
        self._names = NOBODY_NAMED
        self._held: list[TimelineEntry] = []
        self._before: UUID | None = None
        self._ended = False

    def page(self) -> TimelinePage:
        """Read on until a page is full, the end is reached or others should have their turn."""
        ready: list[TimelineEntry] = []
        for _ in range(STRIDES):
            if self._ended or len(ready) >= PAGE:
                break
            ready += self._desk.read(self._stride)
        return TimelinePage(tuple(ready), not self._ended)

    def _stride(self, session: Session) -> list[TimelineEntry]:
        if self._moments is None:
            self._begin(session)
        assert self._moments is not None
        found = acts_before(session, self._desk.scope, self._before, _birth(self._key.id), STRIDE)
        for one in found:
            self._take(one, self._moments)
        self._ended = len(found) < STRIDE
        if found:
            self._before = found[-1].id
        return self._release(None if self._ended else found[-1].at + TOGETHER)

    def _begin(self, session: Session) -> None:
        self._names = names_of_people(session)
        around = _around(session, self._key)
        seen = [one for one in _moments(session, self._key, around) if self._sees(one)]
        self._moments = seen
        cases = {one.id.hex for one in around.cases} if self._key.kind == "quote" else set()
        self._about = frozenset({self._key.id.hex} | cases)

    def _sees(self, moment: _Moment) -> bool:
        return self._leave.sees(moment.kind, moment.scope)

    def _take(self, act: Act, moments: list[_Moment]) -> None:
        """Let a line prove the moments it is about, or stand for itself.

        Lines come the newest first, so a moment that was written over belongs to the first of them.
        """
        proved = [
            place for place, one in enumerate(moments) if not one.entry.line and one.told_by(act)
        ]
        for place in proved:
            one = moments[place]
            moments[place] = replace(one, entry=replace(one.entry, line=act.n))
        if not proved and self._about & act.ids:
            page, target = PAGES[self._key.kind], self._key.id
            entry = TimelineEntry(act.at, act.person, acts.act(act.action), "", page, target, act.n)
            self._held.append(entry)

    def _release(self, until: datetime | None) -> list[TimelineEntry]:
        """Give what no line still to come can prove any more, the newest first."""
        assert self._moments is not None
        waiting = [*self._held, *(one.entry for one in self._moments)]
        ready = [one for one in waiting if until is None or one.at > until]
        self._held = [one for one in self._held if until is not None and one.at <= until]
        self._moments = [
            one for one in self._moments if until is not None and one.entry.at <= until
        ]
        named = (replace(one, person=self._names.of(one.person)) for one in ready)
        return sorted(named, key=lambda one: (one.at, one.line), reverse=True)


PAGES: Mapping[SeenKind, str] = {
    "customer": "customers",
    "quote": "pricing",
    "approval_case": "approvals",
    "contract": "contracts",
    "signature": "signing",
    "seal_job": "register",
    "file": "contracts",
}
"""The page a record of a kind opens on."""


def page_open_to(leave: Leave, page: str) -> bool:
    """Say whether a page can have anything for this person; a page of no records is for all."""
    kinds = [kind for kind, where in PAGES.items() if where == page]
    if page == "seals":
        kinds.append("seal_job")
    return not kinds or any(leave.anywhere(kind) for kind in kinds)


def related(session: Session, leave: Leave, key: RecordKey) -> tuple[RelatedLine, ...]:
    """List what belongs to a record, within a leave; the record itself is not among it."""
    around = _around(session, key)
    lines: list[RelatedLine] = []
    if key.kind != "customer":
        lines += _customer(leave, around.quotes)
    lines += [
        RelatedLine("quote", _quote_title(one), state_in(QUOTES, one.state), "pricing", one.id,
                    one.priced_at)
        for one in around.quotes if one.id != key.id and leave.sees("quote", one.scope)
    ]  # fmt: skip
    lines += [
        RelatedLine("approval_case", one.summary, state_in(CASES, one.state), "approvals", one.id,
                    one.opened_at)
        for one in around.cases if one.id != key.id and leave.sees("approval_case", one.scope)
    ]  # fmt: skip
    lines += [
        RelatedLine("contract", one.number, state_in(CONTRACTS, one.state), "contracts", one.id,
                    one.drawn_at)
        for one in around.contracts if one.id != key.id and leave.sees("contract", one.scope)
    ]  # fmt: skip
    lines += _papers(session, leave, key, around.contracts)
    return tuple(lines)


def _around(session: Session, key: RecordKey) -> _Around:
    contracts: tuple[ContractLine, ...] | None = None
    if key.kind == "customer":
        quotes = quotes_of(session, key.id)
    elif key.kind == "quote":
        quotes = _quote(session, key.scope, key.id)
    elif key.kind == "approval_case":
        case = case_line(session, key.scope, key.id)
        quotes = () if case is None else _quote(session, case.scope, case.subject_id)
    elif key.kind == "seal_job":
        return _around_job(session, key)
    else:
        contract = contract_line(session, key.scope, key.id)
        contracts = () if contract is None else (contract,)
        quotes = () if contract is None else _quote(session, key.scope, contract.quote_id)
    ids = [one.id for one in quotes]
    cases = cases_about(session, "quote", ids)
    drawn = contracts_of(session, ids) if contracts is None else contracts
    return _Around(quotes, cases, drawn)


def _around_job(session: Session, key: RecordKey) -> _Around:
    """Give what stands behind a seal job: the contract that was sealed, and all around that."""
    job = job_card(session, key.id)
    return _around(session, RecordKey("contract", job.scope, job.subject_id))


def _quote(session: Session, scope: str, quote_id: UUID) -> tuple[QuoteLine, ...]:
    line = quote_line(session, scope, quote_id)
    return () if line is None else (line,)


def _customer(leave: Leave, quotes: Sequence[QuoteLine]) -> Iterable[RelatedLine]:
    for one in quotes[:1]:
        if leave.sees("customer", one.scope):
            yield RelatedLine("customer", one.customer_name, None, "customers", one.customer_id)


def _quote_title(one: QuoteLine) -> str:
    return f"{yuan_grouped(one.premium_fen)} · {one.cover_from.isoformat()}"


def _papers(
    session: Session, leave: Leave, key: RecordKey, contracts: Sequence[ContractLine]
) -> Iterable[RelatedLine]:
    """List signatures, seal jobs and files of contracts."""
    for one in contracts:
        if leave.sees("signature", one.scope):
            for card in signatures_of(session, "contract", one.id):
                yield RelatedLine("signature", card.signer, state_in(SIGNATURES, card.state),
                                  "contracts", one.id, card.begun_at)  # fmt: skip
    for job in jobs_about(session, "contract", [one.id for one in contracts]):
        if job.id != key.id and leave.sees("seal_job", job.scope):
            name = f"№ {job.register_no}" if job.register_no else job.subject_number
            yield RelatedLine("seal_job", name, state_in(SEAL_JOBS, job.state), "register",
                              job.id, job.requested_at)  # fmt: skip
    yield from _files(session, leave, contracts)


def _files(
    session: Session, leave: Leave, contracts: Sequence[ContractLine]
) -> Iterable[RelatedLine]:
    kept = {one.id: _hashes(one) for one in contracts if leave.sees("file", one.scope)}
    known = files_of(session, [sha256 for hashes in kept.values() for sha256 in hashes])
    for contract_id, hashes in kept.items():
        for sha256 in hashes:
            file = known.get(sha256)
            name = file.name if file is not None else sha256[:12]
            state = FILES[file.at_hub] if file is not None else None
            yield RelatedLine("file", name, state, "contracts", FilesOf(contract_id))


def _hashes(one: ContractLine) -> list[str]:
    found = (one.pdf_sha256, one.docx_sha256, one.signed_sha256, one.photo_sha256)
    return [sha256 for sha256 in found if sha256]


def _moments(session: Session, key: RecordKey, around: _Around) -> list[_Moment]:
    """Gather the moments the records themselves keep."""
    found: list[_Moment] = []
    if key.kind == "seal_job":
        return list(_job_moments(job_card(session, key.id)))
    if key.kind == "customer":
        found += _events(session, key)
    if key.kind in ("customer", "quote"):
        found += map(_priced, around.quotes)
    if key.kind == "contract":
        for one in around.contracts:
            found += (_drawn(one), *_signatures(session, one), *_stamps(session, one))
        return found
    cases = [one for one in around.cases if key.kind != "approval_case" or one.id == key.id]
    found += map(_submitted, cases)
    found += _steps(session, cases)
    if key.kind != "approval_case":
        found += map(_drawn, around.contracts)
    return found


def _events(session: Session, key: RecordKey) -> Iterable[_Moment]:
    for one in timeline(session, key.scope, key.id, limit=MOST_EVENTS):
        page = PAGES["quote"] if one.subject_kind == "quote" else PAGES["customer"]
        target = one.subject_id if one.subject_kind == "quote" else key.id
        entry = TimelineEntry(one.at, one.person, one.text, "", page, target)
        yield _Moment(entry, one.id, frozenset(), "customer", key.scope)


def _priced(one: QuoteLine) -> _Moment:
    entry = TimelineEntry(one.priced_at, one.priced_by, acts.priced(one.premium_fen), "",
                          "pricing", one.id)  # fmt: skip
    return _Moment(entry, one.id, frozenset({"pricing.price_quote"}), "quote", one.scope)


def _submitted(one: CaseLine) -> _Moment:
    entry = TimelineEntry(one.opened_at, one.requester, acts.submitted(one.needed), "",
                          "approvals", one.id)  # fmt: skip
    actions = frozenset({"pricing.submit_quote"})
    return _Moment(entry, one.id, actions, "approval_case", one.scope)


def _steps(session: Session, cases: Sequence[CaseLine]) -> Iterable[_Moment]:
    scopes = {one.id: one.scope for one in cases}
    for step in given_steps(session, list(scopes)):
        words = acts.decided(step.level, step.choice)
        entry = TimelineEntry(step.at, step.person, words, step.opinion, "approvals", step.case_id)
        yield _Moment(entry, step.id, frozenset(), "approval_case", scopes[step.case_id])


def _drawn(one: ContractLine) -> _Moment:
    entry = TimelineEntry(one.drawn_at, one.drawn_by, acts.drawn_up(one.number), "",
                          "contracts", one.id)  # fmt: skip
    return _Moment(entry, one.id, frozenset({"contracts.draft_contract"}), "contract", one.scope)


def _signatures(session: Session, contract: ContractLine) -> Iterable[_Moment]:
    for one in signatures_of(session, "contract", contract.id):
        begun = TimelineEntry(one.begun_at, one.begun_by, acts.signing_begun(one.signer), "",
                              "contracts", contract.id)  # fmt: skip
        actions = frozenset({"signing.begin_signature"})
        yield _Moment(begun, one.id, actions, "signature", contract.scope)
        if one.signed_at is not None:
            signed = replace(begun, at=one.signed_at, what=acts.signed_by(one.signer))
            actions = frozenset({"signing.finish_signature"})
            yield _Moment(signed, one.id, actions, "signature", contract.scope)


def _stamps(session: Session, contract: ContractLine) -> Iterable[_Moment]:
    for job in jobs_of(session, "contract", contract.id):
        yield from _job_moments(job)


def _job_moments(job: JobCard) -> Iterable[_Moment]:
    def moment(row: UUID, at: datetime, person: str, what: Text, action: str) -> _Moment:
        entry = TimelineEntry(at, person, what, "", "register", row)
        return _Moment(entry, row, frozenset({action}), "seal_job", job.scope)

    asked = acts.permit_asked(job.impressions)
    yield moment(job.id, job.requested_at, job.requested_by, asked, "seals.request_permit")
    for one in job.stamps:
        begun = acts.stamp_begun(one.index, one.page)
        yield moment(one.id, one.begun_at, job.operator, begun, "seals.begin_stamp")
        if one.finished_at is not None:
            done = acts.stamp_done(one.index, one.page)
            yield moment(one.id, one.finished_at, job.operator, done, "seals.finish_stamp")
    if job.closed_at is not None:
        closed = acts.act("seals.close_job")
        yield moment(job.id, job.closed_at, job.operator, closed, "seals.close_job")


def _birth(record: UUID) -> UUID:
    """Give the least id a line about a record can have: its own moment, less a day."""
    if record.version != 7:
        return UUID(int=0)
    millis = (record.int >> 80) - int(OLDER.total_seconds() * 1000)
    return UUID(int=max(0, millis) << 80)
