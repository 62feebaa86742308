"""Finding quotes by what is typed: the customer's name."""

from app.access.leave import Leave
from app.pricing.queries import QuoteCard, quote_card
from app.pricing.records import Quote
from app.store.search.asking import find_below
from app.store.session import Session


def search_quotes(
    session: Session, leave: Leave, office: str, typed: str, *, limit: int = 50
) -> tuple[QuoteCard, ...]:
    """Give the quotes of an office and below it that fit and may be seen, at most ``limit``."""
    if not leave.anywhere("quote"):
        return ()
    found = find_below(session, Quote, office, typed, limit=limit)
    cards = (quote_card(session, id) for id in found)
    return tuple(card for card in cards if leave.sees("quote", card.scope))
