"""What is under way in an office, each thing with the step it waits for, by when, and on whom.

One list is gathered in one snapshot; the workbench, its cards, the load of each person and of each
step are all chosen from it, so a figure and the list behind it cannot differ. No Qt here.

How soon a thing must be done (its urgency):

* an approval is late after its due time; until then it is for today;
* a contract that is not signed or sealed when its cover begins is late, from two days before it is
  for today;
* a quote runs out when its cover begins or its approval ends, whichever comes first: late on the
  last day, for today from five days before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.access.leave import Leave
from app.access.queries import AwaitedPerson, awaited_people
from app.access.rules import reaches
from app.approvals.queries import CaseLine, cases_about, open_cases, people_in_cases
from app.approvals.rules import BRANCH_LEVELS, LEVEL_OF_ROLE
from app.contracts.queries import ContractLine, contracts_in, quotes_drawn
from app.contracts.rules import DRAFTED, SEALED, SIGNED
from app.kit.calendar import SHANGHAI
from app.kit.words import Text
from app.pricing.queries import QuoteLine, quotes_in
from app.pricing.quoting import APPROVED, PRICED, PROVISIONAL, RETURNED
from app.seals.queries import JobLine, MachineCard, frozen_machines, jobs_in
from app.store.actor import Actor
from app.store.session import Session
from ui.shell.ports import Desk
from ui.shell.unsettled import ProblemLine, unsettled
from ui.workbench import texts
from ui.workbench.steps import ROLES_OF, Step, Urgency

RUNS_OUT = timedelta(days=5)
LAST_DAY = timedelta(days=1)
SIGN_AHEAD = timedelta(days=2)


OF_PROBLEM: Mapping[str, Step] = {
    "seal": Step.SETTLE,
    "signature": Step.SIGN_LEFT,
    "report": Step.RECHECK,
    "import": Step.LETTER,
    "refused": Step.LETTER,
    "conflict": Step.LETTER,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits; ``page`` and ``target`` open it, an empty page opens nothing.

    ``person`` is the one whose turn it is where only one may, else empty; ``barred`` may not.
    ``by`` is who left it there. ``level`` is that of an approval, else 0.
    """

    step: Step
    urgency: Urgency
    what: Text
    scope: str
    by: str
    since: datetime
    due: datetime | None
    page: str
    target: object
    level: int = 0
    person: str = ""
    barred: frozenset[str] = frozenset()

    @property
    def harm(self) -> tuple[int, int, bool, datetime]:
        """Give what things are ordered by, the most harmful first."""
        return (self.urgency, self.step, self.due is None, self.due or self.since)

    def waits_on(self, actor: Actor) -> bool:
        """Say whether it is this person's turn."""
        if actor.person in self.barred or self.person not in ("", actor.person):
            return False
        if self.step is Step.LETTER:
            return True
        if self.step is Step.DECIDE:
            mine = any(LEVEL_OF_ROLE.get(role) == self.level for role in actor.roles)
            reach = "own" if self.level in BRANCH_LEVELS else "below"
            return mine and reaches(actor.scope, self.scope, reach)  # type: ignore[arg-type]  # a Reach
        return bool(ROLES_OF[self.step] & actor.roles)


def gathered(desk: Desk) -> tuple[Waiting, ...]:
    """Gather what is under way and this person may see, the most harmful first; blocks."""
    now = desk.clock.now()
    found = [_problem(desk, one) for one in unsettled(desk)]
    found += desk.read(_under_way, desk.seeing, now)
    return tuple(sorted(found, key=lambda one: one.harm))


def _under_way(session: Session, leave: Leave, now: datetime) -> list[Waiting]:
    return [
        *_machines(frozen_machines(session), leave, now),
        *_cases(session, leave, now),
        *_contracts(session, leave, now),
        *_quotes(session, leave, now),
        *_people(awaited_people(session), leave, now),
    ]


def _problem(desk: Desk, one: ProblemLine) -> Waiting:
    step = OF_PROBLEM[one.source]
    # A kept report is its keeper's own; the rest is whoever's turn its step makes it.
    person = desk.actor.person if one.source == "report" else ""
    return Waiting(step, Urgency.STOP, one.what, desk.scope, "", one.at, None, one.page, one.target,
                   person=person)  # fmt: skip


def _machines(machines: Iterable[MachineCard], leave: Leave, now: datetime) -> Iterator[Waiting]:
    for one in machines:
        if leave.sees("seal_job", one.scope):
            yield Waiting(Step.THAW, Urgency.STOP, texts.frozen(one.name), one.scope, "", now,
                          None, "register", None)  # fmt: skip


def _cases(session: Session, leave: Leave, now: datetime) -> Iterator[Waiting]:
    cases = [one for one in open_cases(session) if leave.sees("approval_case", one.scope)]
    took_part = people_in_cases(session, [one.id for one in cases])
    for one in cases:
        if now >= one.expires_at:
            yield _ended(one)
            continue
        yield Waiting(
            Step.DECIDE,
            Urgency.STOP if one.due_at < now else Urgency.WARN,
            texts.decide(one.level, one.summary),
            one.scope,
            one.requester,
            one.opened_at,
            one.due_at,
            "approvals",
            one.id,
            level=one.level,
            barred=took_part[one.id] | {one.requester},
        )


def _ended(one: CaseLine) -> Waiting:
    what = texts.approval_ended(one.summary)
    return Waiting(Step.ASK_AGAIN, Urgency.STOP, what, one.scope, one.requester, one.opened_at,
                   one.expires_at, "pricing", one.subject_id)  # fmt: skip


def _contracts(session: Session, leave: Leave, now: datetime) -> Iterator[Waiting]:
    jobs: dict[UUID, JobLine] = {
        one.subject_id: one for one in jobs_in(session, ("requested", "permitted"))
    }
    for one in contracts_in(session, (DRAFTED, SIGNED, SEALED)):
        if leave.sees("contract", one.scope):
            yield _contract(one, jobs.get(one.id), now)


def _contract(one: ContractLine, job: JobLine | None, now: datetime) -> Waiting:
    due = _day_begins(one.cover_from)
    if one.state == SEALED:
        what = texts.paper(Step.ARCHIVE, one.number, one.customer_name)
        return Waiting(Step.ARCHIVE, Urgency.WAIT, what, one.scope, one.drawn_by,
                       one.drawn_at, None, "contracts", one.id)  # fmt: skip
    begun = job is not None and one.state == SIGNED
    step = Step.SIGN if one.state == DRAFTED else Step.SEAL_ON if begun else Step.SEAL
    page = "signing" if one.state == DRAFTED else "seals"
    return Waiting(
        step,
        _soon(due, now, today=SIGN_AHEAD, at_once=timedelta(0)),
        texts.paper(step, one.number, one.customer_name),
        one.scope,
        one.drawn_by,
        one.drawn_at,
        due,
        page,
        one.id,
    )


def _quotes(session: Session, leave: Leave, now: datetime) -> Iterator[Waiting]:
    found = quotes_in(session, (PRICED, RETURNED, PROVISIONAL, APPROVED))
    seen = [one for one in found if leave.sees("quote", one.scope)]
    drawn = quotes_drawn(session, [one.id for one in seen if one.state == APPROVED])
    open_ones = [one for one in seen if one.id not in drawn and not _unnamed(one)]
    asked = [one.id for one in open_ones if one.state == APPROVED]
    ends = {case.id: case.expires_at for case in cases_about(session, "quote", asked)}
    for one in open_ones:
        yield _quote(one, ends.get(one.case_id) if one.case_id else None, now)


def _unnamed(one: QuoteLine) -> bool:
    """Say whether a quote goes no further by itself: no contract names people counted by groups."""
    return one.state == APPROVED and bool(one.unnamed)


def _quote(one: QuoteLine, ends: datetime | None, now: datetime) -> Waiting:
    step = {
        PRICED: Step.SUBMIT,
        RETURNED: Step.CHANGE,
        PROVISIONAL: Step.CONFIRM,
        APPROVED: Step.DRAW_UP,
    }[one.state]
    begins = _day_begins(one.cover_from)
    due = min(begins, ends) if ends is not None else begins
    if step is Step.DRAW_UP and ends is not None and now >= ends:
        step = Step.ASK_AGAIN
    at_once = LAST_DAY if step in (Step.DRAW_UP, Step.ASK_AGAIN) else timedelta(0)
    urgency = _soon(due, now, today=RUNS_OUT, at_once=at_once)
    if step in (Step.SUBMIT, Step.CHANGE, Step.CONFIRM):
        # A price nobody has asked for yet binds nobody: it is never worse than for today.
        urgency = max(urgency, Urgency.WARN)
    person = one.priced_by if step is Step.SUBMIT else ""
    what = texts.quote(step, one.customer_name, one.premium_fen)
    return Waiting(step, urgency, what, one.scope, one.priced_by, one.priced_at, due, "pricing",
                   one.id, person=person)  # fmt: skip


def _people(people: Iterable[AwaitedPerson], leave: Leave, now: datetime) -> Iterator[Waiting]:
    for one in people:
        if leave.may("access.see_people", one.office):
            what = texts.first_sign_in(one.name, one.number)
            yield Waiting(Step.FIRST_SIGN_IN, Urgency.WAIT, what, one.office, "", now, None, "",
                          None)  # fmt: skip


def _soon(due: datetime, now: datetime, *, today: timedelta, at_once: timedelta) -> Urgency:
    left = due - now
    if left <= at_once:
        return Urgency.STOP
    return Urgency.WARN if left <= today else Urgency.WAIT


def _day_begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
