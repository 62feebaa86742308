"""Reading quotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.access.leave import Leave
from app.access.queries import seen_by
from app.customers.queries import FurtherFact
from app.pricing.records import Quote, QuoteFurther
from app.pricing.roster import unnamed_people
from app.store.chunks import in_parts


@dataclass(frozen=True, slots=True)
class FurtherTerm(FurtherFact):
    """A further term of a quote; ``reckoned`` where nobody typed it."""

    reckoned: bool = False


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
    further: tuple[FurtherTerm, ...] = ()
    """The terms head office added to the form, those with a value, by key."""

    @property
    def typed_terms(self) -> tuple[tuple[str, str], ...]:
        """Give the further terms that were typed: what the quote is bound to."""
        return tuple((one.key, one.value) for one in self.further if not one.reckoned)

    @property
    def unnamed(self) -> int:
        """Count the insured people who stand on no roster: a contract can name none of them."""
        return unnamed_people(self.request, self.roster_sha256)


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A quote in a list, without its lines; money in fen.

    ``unnamed`` counts the insured people who stand on no roster.
    """

    id: UUID
    scope: str
    customer_id: UUID
    customer_name: str
    state: str
    premium_fen: int
    people: int
    cover_from: date
    case_id: UUID | None
    roster_sha256: str
    priced_by: str
    priced_at: datetime
    unnamed: int


_LINE: tuple[Any, ...] = (
    Quote.id,
    Quote.scope,
    Quote.customer_id,
    Quote.customer_name,
    Quote.state,
    Quote.premium_fen,
    Quote.people,
    Quote.cover_from,
    Quote.case_id,
    Quote.roster_sha256,
    Quote.priced_by,
    Quote.priced_at,
    Quote.request,
)


def quotes_of(session: Session, customer_id: UUID, at_most: int = 200) -> tuple[QuoteLine, ...]:
    """List the quotes of a customer, the newest first."""
    wanted = (
        select(*_LINE)
        .where(Quote.customer_id == customer_id)
        .order_by(Quote.priced_at.desc(), Quote.id.desc())
        .limit(at_most)
    )
    return tuple(map(_line, session.execute(wanted)))


def quotes_in(session: Session, states: Sequence[str]) -> tuple[QuoteLine, ...]:
    """List the quotes in some states, the oldest first."""
    wanted = select(*_LINE).where(Quote.state.in_(states))
    found = map(_line, session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.priced_at, one.id)))


def quote_line(session: Session, scope: str, quote_id: UUID) -> QuoteLine | None:
    """Give one quote of an office in short; None where it is not here."""
    row = session.execute(select(*_LINE).where(Quote.scope == scope, Quote.id == quote_id)).first()
    return None if row is None else _line(row)


def _line(row: Row[Any]) -> QuoteLine:
    return QuoteLine(
        id=row.id,
        scope=row.scope,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        state=row.state,
        premium_fen=row.premium_fen,
        people=row.people,
        cover_from=row.cover_from,
        case_id=row.case_id,
        roster_sha256=row.roster_sha256,
        priced_by=row.priced_by,
        priced_at=row.priced_at,
        unnamed=unnamed_people(row.request, row.roster_sha256),
    )


def quote_card(session: Session, quote_id: UUID) -> QuoteCard:
    """Give one quote."""
    return _whole(session, session.scalars(select(Quote).where(Quote.id == quote_id)).one())


def quote_here(session: Session, scope: str, quote_id: UUID) -> QuoteCard | None:
    """Give one quote by its office and id, or of another office this desk holds; else None."""
    row = session.get(Quote, (scope, quote_id))
    if row is None:
        row = session.scalars(select(Quote).where(Quote.id == quote_id)).first()
    return None if row is None else _whole(session, row)


def quotes_here(session: Session, leave: Leave | None, at_most: int = 200) -> list[QuoteCard]:
    """List quotes, the newest first; ``leave`` is None where no person asks."""
    rows = session.scalars(
        select(Quote)
        .where(seen_by(leave, "quote", Quote.scope))
        .order_by(Quote.priced_at.desc(), Quote.id.desc())
        .limit(at_most)
    ).all()
    further = terms_of(session, [row.id for row in rows])
    return [_card(row, further.get(row.id, ())) for row in rows]


def terms_of(session: Session, quotes: Sequence[UUID]) -> Mapping[UUID, tuple[FurtherTerm, ...]]:
    """Give the further terms of some quotes, by key; a quote without any is not among them."""
    found: dict[UUID, tuple[FurtherTerm, ...]] = {}
    for some in in_parts(quotes):
        wanted = (
            select(QuoteFurther)
            .where(QuoteFurther.quote_id.in_(some), QuoteFurther.value != "")
            .order_by(QuoteFurther.field)
        )
        for row in session.scalars(wanted):
            term = FurtherTerm(row.field, row.kind, row.value, row.reckoned)
            found[row.quote_id] = (*found.get(row.quote_id, ()), term)
    return found


def further_rows_of(session: Session, quote_id: UUID) -> Sequence[QuoteFurther]:
    """Give every row of a quote's further terms, for verbs; also those that say nothing now."""
    return session.scalars(select(QuoteFurther).where(QuoteFurther.quote_id == quote_id)).all()


def _whole(session: Session, row: Quote) -> QuoteCard:
    return _card(row, terms_of(session, [row.id]).get(row.id, ()))


def _card(row: Quote, further: tuple[FurtherTerm, ...]) -> QuoteCard:
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
        further=further,
    )
