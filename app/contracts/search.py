"""Finding contracts by what is typed: their number, the customer's name."""

from app.contracts.queries import ContractCard, contract_card
from app.contracts.records import Contract
from app.store.search.asking import find_below
from app.store.session import Session


def search_contracts(
    session: Session, office: str, typed: str, *, limit: int = 50
) -> tuple[ContractCard, ...]:
    """Give the contracts of an office and below it that fit, at most ``limit``."""
    found = find_below(session, Contract, office, typed, limit=limit)
    return tuple(contract_card(session, id) for id in found)
