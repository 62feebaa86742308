"""Reading the desk's own tables: what waits, what came back, how syncs went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.chunks import in_parts
from app.store.desk_tables import BlobLocal, InboxRow, OutboxRow, SyncLog


@dataclass(frozen=True)
class WaitingLine:
    """One mutation on its way; ``what`` is the verb or the kind of edit."""

    mseq: int
    what: str
    at: datetime
    state: str
    actor: str


@dataclass(frozen=True)
class InboxLine:
    """A refusal or a conflict a person must read."""

    id: UUID
    at: datetime
    kind: str
    row_id: UUID
    status: str
    code: str
    text: str


@dataclass(frozen=True)
class SyncLine:
    """One sync round."""

    at: datetime
    outcome: str
    pushed: int
    pulled: int


def waiting_lines(session: Session, at_most: int = 200) -> list[WaitingLine]:
    """List what has no answer yet, the oldest first."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state.in_(("new", "sent")))
        .order_by(OutboxRow.mseq)
        .limit(at_most)
    )
    return [
        WaitingLine(row.mseq, _what(row.op, row.kind, row.patch), row.at, row.state, row.actor)
        for row in rows
    ]


def inbox_lines(session: Session) -> list[InboxLine]:
    """List what a person must still read, the newest first.

    Letters of refused parts (`app.store.letters`) are their own rooms' to tell.
    """
    rows = session.scalars(
        select(InboxRow)
        .where(InboxRow.settled.is_(False), func.json_type(InboxRow.detail, "$.part").is_(None))
        .order_by(InboxRow.at.desc())
    )
    return [
        InboxLine(row.id, row.at, row.kind, row.row_id, row.status, row.code, row.text)
        for row in rows
    ]


def sync_lines(session: Session, at_most: int = 50) -> list[SyncLine]:
    """List the last sync rounds, the newest first."""
    rows = session.scalars(select(SyncLog).order_by(SyncLog.n.desc()).limit(at_most))
    return [SyncLine(row.at, row.outcome, row.pushed, row.pulled) for row in rows]


def files_left(session: Session) -> int:
    """Count the files head office does not have yet."""
    return (
        session.scalar(
            select(func.count()).select_from(BlobLocal).where(BlobLocal.at_hub.is_(False))
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the vault as this desk knows it; size in bytes."""

    sha256: str
    name: str
    mime: str
    size: int
    at_hub: bool


def files_of(session: Session, hashes: Sequence[str]) -> dict[str, FileLine]:
    """Give what this desk knows of some files of the vault, by their SHA-256."""
    found: dict[str, FileLine] = {}
    for some in in_parts(hashes):
        wanted = select(
            BlobLocal.sha256, BlobLocal.name, BlobLocal.mime, BlobLocal.size, BlobLocal.at_hub
        ).where(BlobLocal.sha256.in_(some))
        found.update((row.sha256, FileLine(*row)) for row in session.execute(wanted))
    return found


def _what(op: str, kind: str, patch: Any) -> str:
    return str(patch.get("verb", kind)) if op == "command" else f"{kind} {op}"
