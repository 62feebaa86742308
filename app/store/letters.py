"""Letters: what head office or this desk refused, and conflicts. A person reads them and puts them
away.

Most are head office's own words on a mutation (`outbox.settle`). A part of an order that was
refused while the rest of it went on has a letter of its own, with the part in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.desk_tables import InboxRow, OutboxRow
from app.store.types import Plain

REFUSED = "rejected"


@dataclass(frozen=True)
class RefusedCommand:
    """A command head office did not take, as its letter has it; ``parts`` is what it named."""

    letter: UUID
    mseq: int
    scope: str
    actor: str
    code: str
    text: str
    order: dict[str, Any]
    parts: Mapping[UUID, tuple[str, str]]
    """Code and words by the record each part is about; empty where none was named."""
    rest: bool
    """True for what is left of one that was divided: it has not been sent since."""


@dataclass(frozen=True)
class PartLetter:
    """The letter of one refused part; ``part`` is plain and its room's own."""

    id: UUID
    at: datetime
    row_id: UUID
    code: str
    text: str
    part: dict[str, Any]


def put_away(session: Session, letter: UUID) -> None:
    """Mark a letter as settled by a person; it stays in the store and leaves the problem list."""
    row = session.get(InboxRow, letter)
    if row is not None:
        row.settled = True


def refused_commands(session: Session, verb: str) -> list[tuple[UUID, str]]:
    """Name the letters of refused commands of a verb nobody has settled, and the code of each."""
    found = session.execute(
        select(InboxRow.id, InboxRow.code)
        .where(
            InboxRow.status == REFUSED,
            InboxRow.settled.is_(False),
            func.json_extract(InboxRow.detail, "$.patch.verb") == verb,
        )
        .order_by(InboxRow.mseq)
    )
    return [(row.id, row.code) for row in found]


def refused_command(session: Session, letter: UUID) -> RefusedCommand | None:
    """Read the command of a letter; None where it is settled, or by whom it was is not known."""
    row = session.get(InboxRow, letter)
    sent = None if row is None else session.get(OutboxRow, row.mseq)
    if row is None or sent is None or row.settled:
        return None
    hub = (row.detail.get("hub") or {}).get("hub") or {}
    return RefusedCommand(
        letter=row.id,
        mseq=row.mseq,
        scope=row.scope,
        actor=sent.actor,
        code=row.code,
        text=row.text,
        order=row.detail["patch"]["order"],
        parts={UUID(hex=id): (code, text) for id, (code, text) in hub.get("parts", {}).items()},
        rest=bool(row.detail.get("rest")),
    )


def keep_rest(session: Session, letter: UUID, order: Plain) -> None:
    """Leave in a letter only what was not sent again yet."""
    row = session.get_one(InboxRow, letter)
    patch = {**row.detail["patch"], "order": order}
    row.detail = {**row.detail, "patch": patch, "rest": True}


def close_letter(session: Session, letter: UUID) -> None:
    """Settle a letter whose command went out again, each refused part with a letter of its own."""
    row = session.get_one(InboxRow, letter)
    row.settled = True
    row.detail = {"hub": row.detail.get("hub")}


def write_part(session: Session, kind: str, scope: str, part: PartLetter, *, mseq: int = 0) -> None:
    """Write the letter of a refused part; the same one again takes its place."""
    session.merge(
        InboxRow(
            id=part.id,
            at=part.at,
            mseq=mseq,
            kind=kind,
            scope=scope,
            row_id=part.row_id,
            status=REFUSED,
            code=part.code,
            text=part.text,
            detail={"part": part.part},
            settled=False,
        )
    )


def part_letters(session: Session, kind: str) -> list[PartLetter]:
    """Give the letters of refused parts nobody has settled, in the order they came."""
    rows = session.scalars(
        select(InboxRow)
        .where(
            InboxRow.kind == kind,
            InboxRow.status == REFUSED,
            InboxRow.settled.is_(False),
            func.json_type(InboxRow.detail, "$.part") == "object",
        )
        .order_by(InboxRow.at, InboxRow.id)
    )
    return [
        PartLetter(row.id, row.at, row.row_id, row.code, row.text, row.detail["part"])
        for row in rows
    ]
