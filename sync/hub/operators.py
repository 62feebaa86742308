"""What those who run the hub may see and do: workstations, what they may follow, taking it away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, select

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.hub import no_workstation
from sync.hub import workstations
from sync.hub.tables import device, device_head, scope_grant

State = Literal["in use", "shut out", "to wipe", "wiped"]


@dataclass(frozen=True)
class StationLine:
    """A workstation as the list shows it; ``pushed`` is the number of its last mutation."""

    device: str
    name: str
    state: State
    enrolled_at: datetime
    seen_at: datetime | None
    pushed: int
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    taken: tuple[str, ...]


def stations(connection: Connection) -> list[StationLine]:
    """List every workstation with what it may follow, the newest first."""
    grants: dict[str, list[tuple[str, bool, bool]]] = {}
    for id, scope, revoked, read_only in connection.execute(
        select(
            scope_grant.c.device,
            scope_grant.c.scope,
            scope_grant.c.revoked,
            scope_grant.c.read_only,
        ).order_by(scope_grant.c.scope)
    ):
        grants.setdefault(id, []).append((scope, revoked, read_only))
    rows = connection.execute(
        select(device, device_head.c.seen_at, device_head.c.last_mseq)
        .join(device_head, device_head.c.device == device.c.device)
        .order_by(device.c.enrolled_at.desc(), device.c.device)
    )
    return [
        StationLine(
            device=row.device,
            name=row.name,
            state=_state(revoked=row.revoked, wipe=row.wipe, wiped=row.wiped_at is not None),
            enrolled_at=row.enrolled_at,
            seen_at=row.seen_at,
            pushed=row.last_mseq,
            writes=tuple(s for s, gone, reads in grants.get(row.device, ()) if not gone | reads),
            reads=tuple(s for s, gone, reads in grants.get(row.device, ()) if reads and not gone),
            taken=tuple(s for s, gone, _ in grants.get(row.device, ()) if gone),
        )
        for row in rows
    ]


def grant(connection: Connection, id: str, scope: str, *, read_only: bool) -> None:
    """Let a workstation follow a scope; raises BranchError E-HUB-NO-WORKSTATION."""
    _must_know(connection, id)
    workstations.grant(connection, id, scope, read_only=read_only)


def take_scope(
    connection: Connection, id: str, scope: str, days: int, clock: Clock, *, keep: bool
) -> None:
    """Take a scope away; for so many days what was made before may still come in."""
    _must_know(connection, id)
    until = clock.now() + timedelta(days=days)
    workstations.revoke(connection, id, scope, until, keep=keep)


def take_workstation(
    connection: Connection, id: str, days: int, clock: Clock, *, wipe: bool
) -> None:
    """Shut a workstation out at once, or tell it to hand in its work and wipe itself."""
    _must_know(connection, id)
    if wipe:
        workstations.order_wiping(connection, id, clock.now() + timedelta(days=days))
    else:
        workstations.revoke_device(connection, id)


def _must_know(connection: Connection, id: str) -> None:
    if workstations.find(connection, id) is None:
        raise BranchError(no_workstation(id))


def _state(*, revoked: bool, wipe: bool, wiped: bool) -> State:
    if wipe:
        return "to wipe"
    if wiped:
        return "wiped"
    return "shut out" if revoked else "in use"
