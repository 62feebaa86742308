"""Finding cases by what is typed: whom and what they are about."""

from app.access.leave import Leave
from app.approvals.queries import CaseCard, case_card
from app.approvals.records import ApprovalCase
from app.store.search.asking import find_below
from app.store.session import Session


def search_cases(
    session: Session, leave: Leave, office: str, typed: str, *, limit: int = 50
) -> tuple[CaseCard, ...]:
    """Give the cases of an office and below it that fit and may be seen, at most ``limit``."""
    if not leave.anywhere("approval_case"):
        return ()
    found = find_below(session, ApprovalCase, office, typed, limit=limit)
    cards = (case_card(session, id) for id in found)
    return tuple(card for card in cards if leave.sees("approval_case", card.scope))
