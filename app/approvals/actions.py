"""Verbs of the approval engine; an area opens a case, people decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from app.access.queries import person_by_number
from app.approvals.records import ApprovalCase, ApprovalStep
from app.approvals.rules import (
    Choice,
    Delegation,
    after_decision,
    due_at,
    expires_at,
    statement,
)
from app.kit.errors.approvals import (
    case_expired,
    case_not_waiting,
    case_other_level,
    case_other_person,
    case_stale,
    signature_wrong,
)
from app.kit.errors.base import BranchError
from app.store.work import Changes, Finished, Work


@dataclass(frozen=True)
class DecideCase:
    """Order: one decision; ``subject_hash`` is what the person saw, ``signature`` is hex."""

    case_id: UUID
    step_id: UUID
    level: int
    choice: Choice
    opinion: str
    subject_hash: str
    signature: str


def open_case(
    work: Work,
    *,
    case_id: UUID,
    subject_kind: str,
    subject_id: UUID,
    subject_hash: str,
    summary: str,
    needed: int,
) -> ApprovalCase:
    """Ask the approvers about one hash; an older question about the subject is superseded."""
    supersede_cases(work, subject_kind, subject_id)
    case = ApprovalCase(
        scope=work.scope,
        id=case_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_hash=subject_hash,
        summary=summary,
        requester=work.actor.person,
        needed=needed,
        level=1,
        state="waiting",
        opened_at=work.at,
        due_at=due_at(work.at),
        expires_at=expires_at(work.at),
    )
    work.session.add(case)
    return case


def supersede_cases(work: Work, subject_kind: str, subject_id: UUID) -> None:
    """Close what was asked or granted about a subject, because its inputs changed."""
    for case in work.session.scalars(
        select(ApprovalCase).where(
            ApprovalCase.subject_kind == subject_kind,
            ApprovalCase.subject_id == subject_id,
            ApprovalCase.state.in_(("waiting", "provisional", "approved", "returned")),
        )
    ):
        case.state = "superseded"


def decide_case(
    work: Work, order: DecideCase, *, delegations: Sequence[Delegation] = ()
) -> Changes:
    """Write one decision and move the case on.

    Raises BranchError where the case is not waiting, expired, on another level, about another hash,
    decided by this person before, or where the signature is not theirs.
    """
    case = work.session.scalars(select(ApprovalCase).where(ApprovalCase.id == order.case_id)).one()
    _refuse_unfit(work, case, order)
    steps = _steps(work, case.id)
    if work.actor.person == case.requester or any(
        step.person == work.actor.person for step in steps
    ):
        raise BranchError(case_other_person())
    _check_signature(work, order)
    step = ApprovalStep(
        scope=case.scope,
        id=order.step_id,
        case_id=case.id,
        level=order.level,
        person=work.actor.person,
        choice=order.choice,
        opinion=order.opinion,
        at=work.at,
        signature=order.signature,
    )
    work.session.add(step)
    outcome = after_decision(
        state="waiting",
        level=order.level,
        needed=case.needed,
        choice=order.choice,
        side=work.side,
        delegated=any(leave.covers(case.scope, order.level, work.at) for leave in delegations),
    )
    case.state, case.level = outcome.state, outcome.level
    case.due_at = due_at(work.at)
    changes = Changes.of(case, step)
    return changes + Changes(finished=_finished(case)) if outcome.final else changes


def _finished(case: ApprovalCase) -> tuple[Finished, ...]:
    what = {"returned": "returned", "declined": "declined"}.get(case.state, "approved")
    return (Finished(what, case.subject_kind, case.subject_id),)  # type: ignore[arg-type]


def _refuse_unfit(work: Work, case: ApprovalCase, order: DecideCase) -> None:
    if case.state != "waiting":
        raise BranchError(case_not_waiting(case.state))
    if work.at >= case.expires_at:
        raise BranchError(case_expired())
    if order.level != case.level:
        raise BranchError(case_other_level(case.level))
    if order.subject_hash != case.subject_hash:
        raise BranchError(case_stale())


def _steps(work: Work, case_id: UUID) -> list[ApprovalStep]:
    return list(work.session.scalars(select(ApprovalStep).where(ApprovalStep.case_id == case_id)))


def _check_signature(work: Work, order: DecideCase) -> None:
    person = person_by_number(work.session, work.actor.person)
    if person is None or not person.public_key:
        raise BranchError(signature_wrong())
    said = statement(order.case_id.hex, order.subject_hash, order.level, order.choice)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(person.public_key)).verify(
            bytes.fromhex(order.signature), said
        )
    except (InvalidSignature, ValueError) as error:
        raise BranchError(signature_wrong()) from error
