"""Reading quotes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.pricing.records import Quote
from app.pricing.roster import unnamed_people


@dataclass(frozen=True)
class QuoteCard:
    """A quote as a page shows it; money in fen, hashes in hex.

    ``pending`` says that head office has not answered every step yet.
    """

    id: UUID
    scope: str
    customer_id: UUID
    customer_name: str
    state: str
    request: dict[str, Any]
    roster_sha256: str
    people: int
    cover_from: date
    cover_to: date
    input_hash: str
    tariff_id: str
    tariff_version: str
    tariff_sha256: str
    premium_fen: int
    minimum_applied: bool
    lines: tuple[dict[str, Any], ...]
    level: int
    level_name: str
    reasons: tuple[tuple[str, ...], ...]
    case_id: UUID | None
    priced_by: str
    priced_at: datetime
    pending: bool

    @property
    def unnamed(self) -> int:
        """Count the insured people who stand on no roster: a contract can name none of them."""
        return unnamed_people(self.request, self.roster_sha256)


def quote_card(session: Session, quote_id: UUID) -> QuoteCard:
    """Give one quote."""
    return _card(session.scalars(select(Quote).where(Quote.id == quote_id)).one())


def quotes_here(session: Session, at_most: int = 200) -> list[QuoteCard]:
    """List quotes, the newest first."""
    rows = session.scalars(
        select(Quote).order_by(Quote.priced_at.desc(), Quote.id.desc()).limit(at_most)
    )
    return [_card(row) for row in rows]


def _card(row: Quote) -> QuoteCard:
    return QuoteCard(
        id=row.id,
        scope=row.scope,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        state=row.state,
        request=row.request,
        roster_sha256=row.roster_sha256,
        people=row.people,
        cover_from=row.cover_from,
        cover_to=row.cover_to,
        input_hash=row.input_hash,
        tariff_id=row.tariff_id,
        tariff_version=row.tariff_version,
        tariff_sha256=row.tariff_sha256,
        premium_fen=row.premium_fen,
        minimum_applied=row.minimum_applied,
        lines=tuple(row.lines),
        level=row.level,
        level_name=row.level_name,
        reasons=tuple(tuple(reason) for reason in row.reasons),
        case_id=row.case_id,
        priced_by=row.priced_by,
        priced_at=row.priced_at,
        pending=bool(row.pending),
    )
