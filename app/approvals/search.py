"""Finding cases by what is typed: whom and what they are about."""

from app.approvals.queries import CaseCard, case_card
from app.approvals.records import ApprovalCase
from app.store.search.asking import find_below
from app.store.session import Session


def search_cases(
    session: Session, office: str, typed: str, *, limit: int = 50
) -> tuple[CaseCard, ...]:
    """Give the cases of an office and below it that fit, at most ``limit``."""
    found = find_below(session, ApprovalCase, office, typed, limit=limit)
    return tuple(case_card(session, id) for id in found)
