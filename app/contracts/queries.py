"""Reading contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.leave import Leave
from app.access.queries import seen_by
from app.contracts.records import Contract, links_of
from app.documents.archive import ArchiveLink
from app.documents.places import Place
from app.store.chunks import in_parts


@dataclass(frozen=True)
class ContractCard:
    """A contract as a page shows it; money in fen, hashes in hex (empty while not there)."""

    id: UUID
    scope: str
    number: str
    version: int
    quote_id: UUID
    customer_id: UUID
    customer_name: str
    premium_fen: int
    cover_from: date
    cover_to: date
    state: str
    inputs_sha256: str
    content_sha256: str
    pdf_sha256: str
    docx_sha256: str
    signed_sha256: str
    photo_sha256: str
    pages: int
    sign_place: Place
    seal_place: Place
    chain: tuple[ArchiveLink, ...]
    drawn_by: str
    drawn_at: datetime
    pending: bool


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract in a list; money in fen, hashes in hex (empty while not there)."""

    id: UUID
    scope: str
    number: str
    quote_id: UUID
    customer_id: UUID
    customer_name: str
    premium_fen: int
    cover_from: date
    state: str
    pdf_sha256: str
    docx_sha256: str
    signed_sha256: str
    photo_sha256: str
    drawn_by: str
    drawn_at: datetime


_LINE: tuple[Any, ...] = (
    Contract.id,
    Contract.scope,
    Contract.number,
    Contract.quote_id,
    Contract.customer_id,
    Contract.customer_name,
    Contract.premium_fen,
    Contract.cover_from,
    Contract.state,
    Contract.pdf_sha256,
    Contract.docx_sha256,
    Contract.signed_sha256,
    Contract.photo_sha256,
    Contract.drawn_by,
    Contract.drawn_at,
)


def contract_line(session: Session, scope: str, contract_id: UUID) -> ContractLine | None:
    """Give one contract of an office in short; None where it is not here."""
    wanted = select(*_LINE).where(Contract.scope == scope, Contract.id == contract_id)
    row = session.execute(wanted).first()
    return None if row is None else ContractLine(*row)


def contracts_of(session: Session, quotes: Sequence[UUID]) -> tuple[ContractLine, ...]:
    """List the contracts drawn from some quotes, the newest first."""
    found: list[ContractLine] = []
    for some in in_parts(quotes):
        wanted = select(*_LINE).where(Contract.quote_id.in_(some))
        found += (ContractLine(*row) for row in session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.drawn_at, one.id), reverse=True))


def contracts_in(session: Session, states: Sequence[str]) -> tuple[ContractLine, ...]:
    """List the contracts in some states, the oldest first."""
    wanted = select(*_LINE).where(Contract.state.in_(states))
    found = (ContractLine(*row) for row in session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.drawn_at, one.id)))


def quotes_drawn(session: Session, quotes: Sequence[UUID]) -> frozenset[UUID]:
    """Say from which of some quotes a contract was drawn."""
    drawn: set[UUID] = set()
    for some in in_parts(quotes):
        drawn.update(session.scalars(select(Contract.quote_id).where(Contract.quote_id.in_(some))))
    return frozenset(drawn)


def contract_card(session: Session, contract_id: UUID) -> ContractCard:
    """Give one contract."""
    return _card(session.scalars(select(Contract).where(Contract.id == contract_id)).one())


def contract_here(session: Session, scope: str, contract_id: UUID) -> ContractCard | None:
    """Give one contract by its office and id, or of another office this desk holds; else None."""
    row = session.get(Contract, (scope, contract_id))
    if row is None:
        row = session.scalars(select(Contract).where(Contract.id == contract_id)).first()
    return None if row is None else _card(row)


def contracts_here(session: Session, leave: Leave | None, at_most: int = 200) -> list[ContractCard]:
    """List contracts, the newest first; ``leave`` is None where no person asks."""
    rows = session.scalars(
        select(Contract)
        .where(seen_by(leave, "contract", Contract.scope))
        .order_by(Contract.drawn_at.desc(), Contract.id.desc())
        .limit(at_most)
    )
    return [_card(row) for row in rows]


def contract_of_quote(session: Session, quote_id: UUID) -> ContractCard | None:
    """Give the newest contract drawn from a quote."""
    row = session.scalars(
        select(Contract).where(Contract.quote_id == quote_id).order_by(Contract.drawn_at.desc())
    ).first()
    return None if row is None else _card(row)


def _card(row: Contract) -> ContractCard:
    return ContractCard(
        id=row.id,
        scope=row.scope,
        number=row.number,
        version=row.version,
        quote_id=row.quote_id,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        premium_fen=row.premium_fen,
        cover_from=row.cover_from,
        cover_to=row.cover_to,
        state=row.state,
        inputs_sha256=row.inputs_sha256,
        content_sha256=row.content_sha256,
        pdf_sha256=row.pdf_sha256,
        docx_sha256=row.docx_sha256,
        signed_sha256=row.signed_sha256,
        photo_sha256=row.photo_sha256,
        pages=row.pages,
        sign_place=Place(**row.sign_place),
        seal_place=Place(**row.seal_place),
        chain=links_of(row.chain),
        drawn_by=row.drawn_by,
        drawn_at=row.drawn_at,
        pending=bool(row.pending),
    )
