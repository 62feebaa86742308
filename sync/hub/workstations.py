"""Workstations: taking them in, knowing their requests, letting them go (sync.md 6.9).

Every request is signed by the workstation's key, its nonce counts once within the window, its
sequence only rises; both are written in a transaction of their own before anything else is read, so
that a request that comes again does nothing again.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from app.kit.clock import Clock
from app.kit.ids import new_id
from sync.hub import usage
from sync.hub.tables import (
    applied,
    device,
    device_head,
    enrol_token,
    nonce,
    scope_grant,
)
from sync.hub.usage import Asked, Quotas
from sync.wire.messages import EnrolRequest
from sync.wire.signature import WINDOW, SignedBy, public_key_of

TOKEN_LIFE = timedelta(hours=24)
KEPT = timedelta(days=35)
"""How long the final words are kept: longer than any backup reaches back."""


class NotAdmittedError(Exception):
    """A workstation is not let in; ``code`` and ``detail`` are those of a wire Trouble."""

    def __init__(self, code: str, detail: dict[str, int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail or {}


@dataclass(frozen=True)
class Workstation:
    """A workstation head office knows, with its public key in base64.

    ``wipe``: it is revoked, and is to empty itself once it has handed in its work.
    """

    device: str
    algorithm: str
    public_key: str
    revoked: bool
    wipe: bool = False


def make_token(
    connection: Connection,
    scopes: Sequence[str],
    note: str,
    clock: Clock,
    *,
    read_only: Sequence[str] = (),
) -> str:
    """Make a one-time code of 128 bits for one workstation; good for 24 hours.

    It may write for ``scopes`` and only follow those of ``read_only``.
    """
    token = secrets.token_urlsafe(16)
    connection.execute(
        insert(enrol_token).values(
            token_sha256=_hash(token),
            scopes=[*scopes, *(scope for scope in read_only if scope not in scopes)],
            read_only=[scope for scope in read_only if scope not in scopes],
            note=note,
            until=clock.now() + TOKEN_LIFE,
            used_by=None,
        )
    )
    return token


def enrol(connection: Connection, asked: EnrolRequest, clock: Clock) -> tuple[UUID, list[str]]:
    """Take a workstation in; gives its id and scopes.

    The same key with the same code gets the same id again, because the first answer may have been
    lost. Raises NotAdmittedError token_used, and WireError for a key that is none.
    """
    public_key_of(asked.algorithm, asked.public_key)
    token = connection.execute(
        select(enrol_token).where(enrol_token.c.token_sha256 == _hash(asked.token))
    ).first()
    if token is None or token.until < clock.now():
        raise NotAdmittedError("token_used")
    if token.used_by is not None:
        return _enrolled_before(connection, asked, token.used_by), token.scopes
    id = new_id(clock)
    taken = connection.execute(
        update(enrol_token)
        .where(enrol_token.c.token_sha256 == _hash(asked.token), enrol_token.c.used_by.is_(None))
        .values(used_by=id.hex)
    )
    if taken.rowcount != 1:
        raise NotAdmittedError("token_used")
    _take_in(connection, id.hex, asked, clock)
    _grant_all(connection, id.hex, token.scopes, token.read_only)
    return id, token.scopes


def _enrolled_before(connection: Connection, asked: EnrolRequest, used_by: str) -> UUID:
    known = find(connection, used_by)
    if known is None or known.revoked or known.public_key != asked.public_key:
        raise NotAdmittedError("token_used")
    return UUID(hex=used_by)


def _take_in(connection: Connection, id: str, asked: EnrolRequest, clock: Clock) -> None:
    connection.execute(
        insert(device).values(
            device=id,
            name=asked.name,
            algorithm=asked.algorithm,
            public_key=asked.public_key,
            revoked=False,
            enrolled_at=clock.now(),
        )
    )
    connection.execute(
        insert(device_head).values(device=id, last_mseq=0, last_request=0, seen_at=None)
    )


def _grant_all(
    connection: Connection, id: str, scopes: Sequence[str], read_only: Sequence[str]
) -> None:
    for scope in scopes:
        grant(connection, id, scope, read_only=scope in read_only)


def find(connection: Connection, id: str) -> Workstation | None:
    """Find a workstation by its id."""
    row = connection.execute(
        select(
            device.c.device,
            device.c.algorithm,
            device.c.public_key,
            device.c.revoked,
            device.c.wipe,
        ).where(device.c.device == id)
    ).first()
    return None if row is None else Workstation(*row)


def count_request(
    connection: Connection,
    signed: SignedBy,
    clock: Clock,
    asked: Asked | None = None,
    quotas: Quotas | None = None,
) -> None:
    """Let a verified request count once, and against the quotas if there are any.

    Raises NotAdmittedError replayed for one seen before, and QuotaError.
    """
    if asked is not None and quotas is not None:
        usage.count(connection, signed.key_id, asked, quotas, clock)
    seen = connection.scalar(
        select(nonce.c.nonce).where(nonce.c.device == signed.key_id, nonce.c.nonce == signed.nonce)
    )
    raised = connection.execute(
        update(device_head)
        .where(
            device_head.c.device == signed.key_id,
            device_head.c.last_request < signed.sequence,
        )
        .values(last_request=signed.sequence, seen_at=clock.now())
    )
    if seen is not None or raised.rowcount != 1:
        last = connection.scalar(
            select(device_head.c.last_request).where(device_head.c.device == signed.key_id)
        )
        raise NotAdmittedError("replayed", {"last": int(last or 0)})
    connection.execute(
        insert(nonce).values(device=signed.key_id, nonce=signed.nonce, at=clock.now())
    )


def grant(connection: Connection, id: str, scope: str, *, read_only: bool = False) -> None:
    """Let a workstation follow one more scope, or again one that was taken from it."""
    where = scope_grant.c.device == id, scope_grant.c.scope == scope
    connection.execute(delete(scope_grant).where(*where))
    connection.execute(
        insert(scope_grant).values(
            device=id, scope=scope, revoked=False, push_until=None, read_only=read_only
        )
    )


def revoke(
    connection: Connection, id: str, scope: str, push_until: datetime, *, keep: bool = False
) -> None:
    """Take a scope from a workstation; what it made before may still come in until then.

    ``keep``: what it holds of the scope stays with it to be read, instead of being dropped.
    """
    connection.execute(
        update(scope_grant)
        .where(scope_grant.c.device == id, scope_grant.c.scope == scope)
        .values(revoked=True, push_until=push_until, keep=keep)
    )


def revoke_device(connection: Connection, id: str) -> None:
    """Shut a workstation out: from now on nothing it signs is listened to."""
    connection.execute(update(device).where(device.c.device == id).values(revoked=True, wipe=False))


def order_wiping(connection: Connection, id: str, push_until: datetime) -> None:
    """Tell a workstation to empty itself; until ``push_until`` it may hand in what it made.

    It gets nothing any more from now on, but hears the order at its next contact, however late.
    """
    connection.execute(
        update(device)
        .where(device.c.device == id)
        .values(revoked=True, wipe=True, push_until=push_until)
    )
    connection.execute(
        update(scope_grant)
        .where(scope_grant.c.device == id, scope_grant.c.revoked.is_(False))
        .values(revoked=True, push_until=push_until)
    )


def note_wiped(connection: Connection, id: str, clock: Clock) -> None:
    """Note that a workstation has emptied itself; after that it is shut out like any other."""
    connection.execute(
        update(device).where(device.c.device == id).values(wipe=False, wiped_at=clock.now())
    )


def sweep(connection: Connection, clock: Clock) -> None:
    """Throw away nonces beyond their window, words beyond their 35 days, codes that are over."""
    codes = enrol_token.c.until < clock.now() - KEPT
    connection.execute(delete(nonce).where(nonce.c.at < clock.now() - 2 * WINDOW))
    connection.execute(delete(applied).where(applied.c.at < clock.now() - KEPT))
    connection.execute(delete(enrol_token).where(codes))
    usage.sweep(connection, clock)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
