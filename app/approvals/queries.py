"""Reading approval cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.access.leave import Leave
from app.access.queries import seen_by
from app.approvals.records import ApprovalCase, ApprovalStep
from app.approvals.rules import levels_of
from app.store.actor import Actor
from app.store.chunks import in_parts

_LINE: tuple[Any, ...] = (
    ApprovalCase.id,
    ApprovalCase.scope,
    ApprovalCase.subject_kind,
    ApprovalCase.subject_id,
    ApprovalCase.subject_hash,
    ApprovalCase.summary,
    ApprovalCase.requester,
    ApprovalCase.needed,
    ApprovalCase.level,
    ApprovalCase.state,
    ApprovalCase.opened_at,
    ApprovalCase.due_at,
    ApprovalCase.expires_at,
)


@dataclass(frozen=True)
class StepLine:
    """One decision as a list shows it."""

    level: int
    person: str
    choice: str
    opinion: str
    at: datetime
    signature: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list, without its decisions."""

    id: UUID
    scope: str
    subject_kind: str
    subject_id: UUID
    subject_hash: str
    summary: str
    requester: str
    needed: int
    level: int
    state: str
    opened_at: datetime
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class CaseCard(CaseLine):
    """A case with its decisions; ``pending`` says that head office has not answered yet."""

    pending: bool
    steps: tuple[StepLine, ...]

    def waits_on(self, actor: Actor) -> bool:
        """Say whether it is this person's turn: their level, and no part in it yet."""
        took_part = actor.person == self.requester or any(
            step.person == actor.person for step in self.steps
        )
        turn = self.state == "waiting" and self.level in levels_of(actor.roles)
        return turn and not took_part


@dataclass(frozen=True, slots=True)
class GivenStep:
    """One decision as a timeline tells it."""

    id: UUID
    case_id: UUID
    level: int
    person: str
    choice: str
    opinion: str
    at: datetime


def cases_about(
    session: Session, subject_kind: str, subjects: Sequence[UUID]
) -> tuple[CaseLine, ...]:
    """List the cases about some subjects, the newest first; those of an older price among them."""
    found: list[CaseLine] = []
    for some in in_parts(subjects):
        wanted = select(*_LINE).where(
            ApprovalCase.subject_kind == subject_kind, ApprovalCase.subject_id.in_(some)
        )
        found += (CaseLine(*row) for row in session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.opened_at, one.id), reverse=True))


def case_line(session: Session, scope: str, case_id: UUID) -> CaseLine | None:
    """Give one case of an office in short; None where it is not here."""
    wanted = select(*_LINE).where(ApprovalCase.scope == scope, ApprovalCase.id == case_id)
    row = session.execute(wanted).first()
    return None if row is None else CaseLine(*row)


def open_cases(session: Session) -> tuple[CaseLine, ...]:
    """List every case that waits for a decision, on any level, the one due first on top."""
    wanted = select(*_LINE).where(ApprovalCase.state == "waiting")
    found = [CaseLine(*row) for row in session.execute(wanted)]
    return tuple(sorted(found, key=lambda one: (one.due_at, one.id)))


def people_in_cases(session: Session, cases: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """Say who has decided in each of these cases so far."""
    people: dict[UUID, set[str]] = {case_id: set() for case_id in cases}
    for some in in_parts(cases):
        wanted = select(ApprovalStep.case_id, ApprovalStep.person).where(
            ApprovalStep.case_id.in_(some)
        )
        for case_id, person in session.execute(wanted):
            people[case_id].add(person)
    return {case_id: frozenset(those) for case_id, those in people.items()}


def given_steps(session: Session, cases: Sequence[UUID]) -> tuple[GivenStep, ...]:
    """List the decisions given in some cases, the newest first."""
    found: list[GivenStep] = []
    for some in in_parts(cases):
        wanted = select(
            ApprovalStep.id,
            ApprovalStep.case_id,
            ApprovalStep.level,
            ApprovalStep.person,
            ApprovalStep.choice,
            ApprovalStep.opinion,
            ApprovalStep.at,
        ).where(ApprovalStep.case_id.in_(some))
        found += (GivenStep(*row) for row in session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))


def cases_waiting_on(session: Session, actor: Actor) -> list[CaseCard]:
    """List the cases this person decides now, the one due first on top."""
    found = waiting_cases(session, levels_of(actor.roles))
    return [case for case in found if case.waits_on(actor)]


def waiting_cases(session: Session, levels: frozenset[int]) -> list[CaseCard]:
    """List the cases that wait on one of these levels, the one due first on top."""
    rows = session.scalars(
        select(ApprovalCase)
        .where(ApprovalCase.state == "waiting", ApprovalCase.level.in_(sorted(levels)))
        .order_by(ApprovalCase.due_at, ApprovalCase.id)
    )
    return [_card(session, row) for row in rows]


def all_cases(session: Session, leave: Leave | None, at_most: int = 200) -> list[CaseCard]:
    """List cases, the newest first; ``leave`` is None where no person asks."""
    rows = session.scalars(
        select(ApprovalCase)
        .where(seen_by(leave, "approval_case", ApprovalCase.scope))
        .order_by(ApprovalCase.opened_at.desc(), ApprovalCase.id)
        .limit(at_most)
    )
    return [_card(session, row) for row in rows]


def case_of(session: Session, subject_kind: str, subject_id: UUID) -> CaseCard | None:
    """Give the case that stands about a subject: one whose inputs changed since comes last."""
    row = session.scalars(
        select(ApprovalCase)
        .where(ApprovalCase.subject_kind == subject_kind, ApprovalCase.subject_id == subject_id)
        .order_by(
            case({"superseded": 2, "declined": 1}, value=ApprovalCase.state, else_=0),
            ApprovalCase.opened_at.desc(),
            ApprovalCase.id.desc(),
        )
        .limit(1)
    ).first()
    return None if row is None else _card(session, row)


def case_here(session: Session, scope: str, case_id: UUID) -> CaseCard | None:
    """Give one case by its office and id, or of another office this desk holds; else None."""
    row = session.get(ApprovalCase, (scope, case_id))
    if row is None:
        row = session.scalars(select(ApprovalCase).where(ApprovalCase.id == case_id)).first()
    return None if row is None else _card(session, row)


def case_card(session: Session, case_id: UUID) -> CaseCard:
    """Give one case."""
    return _card(
        session, session.scalars(select(ApprovalCase).where(ApprovalCase.id == case_id)).one()
    )


def _card(session: Session, row: ApprovalCase) -> CaseCard:
    steps = session.scalars(
        select(ApprovalStep)
        .where(ApprovalStep.scope == row.scope, ApprovalStep.case_id == row.id)
        .order_by(ApprovalStep.level, ApprovalStep.at)
    )
    return CaseCard(
        id=row.id,
        scope=row.scope,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_hash=row.subject_hash,
        summary=row.summary,
        requester=row.requester,
        needed=row.needed,
        level=row.level,
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        pending=bool(row.pending),
        steps=tuple(
            StepLine(step.level, step.person, step.choice, step.opinion, step.at, step.signature)
            for step in steps
        ),
    )
