"""Reading the chain back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions import head_bytes
from app.audit.chain import ZERO, Anchor, ChainVerdict, Line, verify_chain
from app.audit.records import AuditHead, AuditLine
from app.store.types import micros_of


@dataclass(frozen=True)
class SignedHead:
    """A signed head as it lies in the store; signature in hex."""

    chain: str
    n: int
    hash: str
    signature: str


def chain_lines(session: Session, chain: str) -> list[tuple[Line, str]]:
    """Give a chain's lines in order, each with its stored hash."""
    rows = session.scalars(select(AuditLine).where(AuditLine.chain == chain).order_by(AuditLine.n))
    return [(_line(row), row.hash) for row in rows]


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log as a timeline tells it; ``ids`` are those of every record it changed."""

    id: UUID
    chain: str
    n: int
    person: str
    action: str
    ids: frozenset[str]
    at: datetime


def acts_before(
    session: Session, scope: str, before: UUID | None, since: UUID, at_most: int
) -> tuple[Act, ...]:
    """Give lines of an office's log, the newest first: those before one of them, if it is named.

    The primary key is the order (ids are made by the time); nothing older than ``since`` is read.
    """
    wanted = select(
        AuditLine.id,
        AuditLine.chain,
        AuditLine.n,
        AuditLine.actor,
        AuditLine.action,
        AuditLine.objects,
        AuditLine.wall,
    ).where(AuditLine.scope == scope, AuditLine.id >= since)
    if before is not None:
        wanted = wanted.where(AuditLine.id < before)
    rows = session.execute(wanted.order_by(AuditLine.id.desc()).limit(at_most))
    return tuple(
        Act(id, chain, n, actor, action, _ids(objects), wall)
        for id, chain, n, actor, action, objects, wall in rows
    )


def _ids(objects: Any) -> frozenset[str]:
    return frozenset(row_id for _kind, row_id in objects)


def signed_heads(session: Session, chain: str) -> list[SignedHead]:
    """Give the signed heads of a chain, shortest first."""
    rows = session.scalars(select(AuditHead).where(AuditHead.chain == chain).order_by(AuditHead.n))
    return [SignedHead(row.chain, row.n, row.hash, row.signature) for row in rows]


HeadCheck = Callable[[bytes, bytes], bool]
"""Says whether a signature (second) over some bytes (first) is the workstation's."""


def check_chain(
    session: Session, chain: str, anchors: list[Anchor], *, signed_by: HeadCheck | None = None
) -> ChainVerdict:
    """Check a chain against outside anchors and its own signed heads.

    With ``signed_by`` each head's signature is checked first: who rewrites the lines can rewrite
    the heads beside them, but cannot sign them.
    """
    heads = signed_heads(session, chain)
    for head in heads:
        if signed_by is not None and not _head_holds(head, signed_by):
            return ChainVerdict(0, ZERO, f"the signed head at line {head.n} is not the desk's own")
    own = [Anchor("a signed head", head.n, head.hash) for head in heads]
    return verify_chain(chain_lines(session, chain), [*anchors, *own])


def _head_holds(head: SignedHead, signed_by: HeadCheck) -> bool:
    try:
        signature = bytes.fromhex(head.signature)
    except ValueError:
        return False
    return signed_by(head_bytes(head.chain, head.n, head.hash), signature)


def _line(row: AuditLine) -> Line:
    return Line(
        chain=row.chain,
        n=row.n,
        prev=row.prev,
        actor=row.actor,
        action=row.action,
        objects=row.objects,
        commitment=row.commitment,
        boot=row.boot,
        mono_ms=row.mono_ms,
        wall_us=micros_of(row.wall),
    )
