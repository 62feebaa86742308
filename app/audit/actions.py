"""Writing the chain, in the same transaction as the act it tells of."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import ZERO, Line, commitment
from app.audit.records import AuditHead, AuditLine
from app.kit.ids import new_id
from app.store.types import Plain, micros_of
from app.store.work import Work

HEAD_EVERY = 100
BOOT = uuid.uuid4().hex[:16]
"""One value per run of the program; with the monotonic time it orders lines within a run."""


@dataclass(frozen=True)
class HeadSigner:
    """Signs chain heads with the workstation's key; gives the signature in hex."""

    sign: Callable[[bytes], bytes]

    def over(self, chain: str, n: int, digest: str) -> str:
        """Sign a length with its hash."""
        return self.sign(head_bytes(chain, n, digest)).hex()


def head_bytes(chain: str, n: int, digest: str) -> bytes:
    """Give the exact bytes a head's signature covers."""
    return f"sealdesk/audit-head/v1\n{chain}\n{n}\n{digest}".encode()


def append_line(
    work: Work,
    action: str,
    objects: Plain,
    payload: Plain,
    *,
    chain: str,
    scope: str,
    signer: HeadSigner | None,
    seal_head: bool,
) -> AuditLine:
    """Chain one line; every hundredth, and each that asks for it, also gets a signed head."""
    last = work.session.execute(
        select(AuditLine.n, AuditLine.hash)
        .where(AuditLine.chain == chain)
        .order_by(AuditLine.n.desc())
        .limit(1)
    ).first()
    salt = secrets.token_hex(16)
    wall = work.clock.now()
    line = Line(
        chain=chain,
        n=(last[0] if last else 0) + 1,
        prev=last[1] if last else ZERO,
        actor=work.actor.person,
        action=action,
        objects=objects,
        commitment=commitment(salt, payload),
        boot=BOOT,
        mono_ms=int(work.clock.monotonic() * 1000),
        wall_us=micros_of(wall),
    )
    row = AuditLine(
        scope=scope,
        id=new_id(work.clock),
        chain=line.chain,
        n=line.n,
        prev=line.prev,
        hash=line.hash(),
        actor=line.actor,
        action=line.action,
        objects=line.objects,
        salt=salt,
        commitment=line.commitment,
        boot=line.boot,
        mono_ms=line.mono_ms,
        wall=wall,
    )
    work.session.add(row)
    if signer is not None and (seal_head or line.n % HEAD_EVERY == 0):
        work.session.add(
            AuditHead(
                scope=scope,
                id=new_id(work.clock),
                chain=chain,
                n=line.n,
                hash=row.hash,
                signature=signer.over(chain, line.n, row.hash),
                wall=wall,
            )
        )
    return row


def head_of(session: Session, chain: str) -> tuple[int, str]:
    """Give the length and the last hash of a chain."""
    last = session.execute(
        select(AuditLine.n, AuditLine.hash)
        .where(AuditLine.chain == chain)
        .order_by(AuditLine.n.desc())
        .limit(1)
    ).first()
    return (last[0], last[1]) if last else (0, ZERO)
