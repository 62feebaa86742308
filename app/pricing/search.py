"""Finding quotes by what is typed: the customer's name."""

from app.pricing.queries import QuoteCard, quote_card
from app.pricing.records import Quote
from app.store.search.asking import find_below
from app.store.session import Session


def search_quotes(
    session: Session, office: str, typed: str, *, limit: int = 50
) -> tuple[QuoteCard, ...]:
    """Give the quotes of an office and below it that fit, at most ``limit``."""
    found = find_below(session, Quote, office, typed, limit=limit)
    return tuple(quote_card(session, id) for id in found)
