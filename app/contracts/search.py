"""Finding contracts by what is typed: their number, the customer's name."""

from app.access.leave import Leave
from app.contracts.queries import ContractCard, contract_card
from app.contracts.records import Contract
from app.store.search.asking import find_below
from app.store.session import Session


def search_contracts(
    session: Session, leave: Leave, office: str, typed: str, *, limit: int = 50
) -> tuple[ContractCard, ...]:
    """Give the contracts of an office and below it that fit and may be seen, at most ``limit``."""
    if not leave.anywhere("contract"):
        return ()
    found = find_below(session, Contract, office, typed, limit=limit)
    cards = (contract_card(session, id) for id in found)
    return tuple(card for card in cards if leave.sees("contract", card.scope))
