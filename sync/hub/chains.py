"""The branches' audit chains, verified as they come; their signed heads go on to the log.

A line that does not follow the one before it, or is not what its hash says, is taken all the same:
it is evidence. But the chain's first fault is kept, counted and never forgotten, and no head of a
chain with a fault goes into the log.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import Connection, insert, select, update

from app.audit.actions import head_bytes
from app.audit.chain import ZERO, Line
from app.audit.records import AuditHead, AuditLine
from app.kit.clock import Clock
from app.kit.logs import event
from sync.hub.feed import FeedDraft, Key
from sync.hub.tables import audit_chain, log_due
from sync.hub.workstations import find
from sync.wire.signature import PublicKey, public_key_of

LINE, HEAD = AuditLine.__tablename__, AuditHead.__tablename__
_log = logging.getLogger("sealdesk.hub.chains")


@dataclass(frozen=True)
class ChainBook:
    """Who signs which chain: a workstation its own, by its id; head office all others."""

    own_key: Ed25519PublicKey
    clock: Clock

    def take_in(
        self, connection: Connection, draft: FeedDraft, sender: str, pushed: set[Key]
    ) -> None:
        """Verify what a transaction adds to audit chains; ``pushed``: the rows that were sent."""
        fresh = [
            (key, now.body)
            for key, before, now in draft.changed()
            if key[1] in (LINE, HEAD) and not before.ver and now.body is not None
        ]
        lines: dict[tuple[str, str], list[tuple[Key, dict[str, Any]]]] = {}
        heads: dict[tuple[str, str], list[tuple[Key, dict[str, Any]]]] = {}
        for key, body in fresh:
            into = lines if key[1] == LINE else heads
            into.setdefault((key[0], str(body["chain"])), []).append((key, body))
        for scope, chain in sorted(lines.keys() | heads.keys()):
            added = sorted(lines.get((scope, chain), []), key=lambda one: int(one[1]["n"]))
            state = _State.of(connection, scope, chain, added)
            for key, body in added:
                state.follow(body, foreign=_is_foreign(key, chain, sender, pushed))
            for key, body in heads.get((scope, chain), []):
                fault = state.fault or self._head_fault(connection, key, body, sender, pushed)
                if fault:
                    state.fault = state.fault or fault
                else:
                    self._due(connection, scope, body, sender if key in pushed else "")
            state.keep(connection, self.clock)

    def _head_fault(
        self, connection: Connection, key: Key, body: dict[str, Any], sender: str, pushed: set[Key]
    ) -> str:
        chain, n = str(body["chain"]), int(body["n"])
        if _is_foreign(key, chain, sender, pushed):
            return f"the head at line {n} was sent by another"
        line = connection.scalar(
            select(AuditLine.hash).where(
                AuditLine.scope == key[0], AuditLine.chain == chain, AuditLine.n == n
            )
        )
        if line != body["hash"]:
            return f"the head at line {n} is not the hash of that line"
        signer = self._key_of(connection, chain)
        said = head_bytes(chain, n, str(body["hash"]))
        return (
            ""
            if _signed(signer, said, str(body["signature"]))
            else f"the head at line {n} is not signed"
        )

    def _key_of(self, connection: Connection, chain: str) -> PublicKey:
        station = find(connection, chain)
        if station is None:
            return self.own_key
        return public_key_of(station.algorithm, station.public_key)

    def _due(self, connection: Connection, scope: str, body: dict[str, Any], device: str) -> None:
        """Let a head wait for its place; one that waits already waits once."""
        head = {"scope": scope, "chain": body["chain"], "n": body["n"], "hash": body["hash"]}
        there = select(log_due.c.n).where(*(log_due.c[name] == head[name] for name in head))
        if connection.execute(there).first() is None:
            more = {"device": device, "signature": body["signature"], "at": self.clock.now()}
            connection.execute(insert(log_due).values(**head, **more))


def may_ask(connection: Connection, scopes: list[str], chain: str) -> bool:
    """Say whether a chain belongs to one of these scopes."""
    found = select(audit_chain.c.n).where(
        audit_chain.c.chain == chain, audit_chain.c.scope.in_(scopes)
    )
    return connection.execute(found.limit(1)).first() is not None


@dataclass
class _State:
    """How far one chain is verified while a transaction adds to it."""

    scope: str
    chain: str
    n: int
    hash: str
    fault: str
    known: bool

    @classmethod
    def of(
        cls,
        connection: Connection,
        scope: str,
        chain: str,
        added: Iterable[tuple[Key, dict[str, Any]]],
    ) -> "_State":
        """Read where a chain stands; one older than this book begins at its last line here."""
        row = connection.execute(
            select(audit_chain.c.n, audit_chain.c.hash, audit_chain.c.fault).where(
                audit_chain.c.scope == scope, audit_chain.c.chain == chain
            )
        ).first()
        if row is not None:
            return cls(scope, chain, row.n, row.hash, row.fault, known=True)
        first = min((int(body["n"]) for _, body in added), default=0)
        last = connection.execute(
            select(AuditLine.n, AuditLine.hash)
            .where(AuditLine.scope == scope, AuditLine.chain == chain, AuditLine.n < first)
            .order_by(AuditLine.n.desc())
            .limit(1)
        ).first()
        n, hash = (last[0], last[1]) if last else (0, ZERO)
        return cls(scope, chain, n, hash, "", known=False)

    def follow(self, body: dict[str, Any], *, foreign: bool) -> None:
        """Take the next line; the first fault stays."""
        line = _line_of(body)
        if foreign:
            self.fault = self.fault or f"line {line.n} was sent by another"
            return
        if not self.fault:
            self.fault = _fault(self, line, str(body["hash"]))
        self.n, self.hash = line.n, str(body["hash"])

    def keep(self, connection: Connection, clock: Clock) -> None:
        """Write down where the chain stands now."""
        values = {"n": self.n, "hash": self.hash, "fault": self.fault, "at": clock.now()}
        if self.fault:
            event(_log, logging.ERROR, "audit_chain_fault", scope=self.scope, device=self.chain)
        if self.known:
            connection.execute(
                update(audit_chain)
                .where(audit_chain.c.scope == self.scope, audit_chain.c.chain == self.chain)
                .values(**values)
            )
        else:
            connection.execute(
                insert(audit_chain).values(scope=self.scope, chain=self.chain, **values)
            )


def _fault(state: _State, line: Line, stored: str) -> str:
    if line.n != state.n + 1:
        return f"line {line.n} follows line {state.n}"
    if line.prev != state.hash:
        return f"line {line.n} does not name the line before it"
    return "" if line.hash() == stored else f"line {line.n} is not what its hash says"


def _is_foreign(key: Key, chain: str, sender: str, pushed: set[Key]) -> bool:
    """Say whether a workstation speaks for a chain that is not its own."""
    return key in pushed and chain != sender


def _line_of(body: dict[str, Any]) -> Line:
    """Read a line from its wire form."""
    return Line(
        chain=str(body["chain"]),
        n=int(body["n"]),
        prev=str(body["prev"]),
        actor=str(body["actor"]),
        action=str(body["action"]),
        objects=body["objects"],
        commitment=str(body["commitment"]),
        boot=str(body["boot"]),
        mono_ms=int(body["mono_ms"]),
        wall_us=int(body["wall"]),
    )


def _signed(key: PublicKey, said: bytes, signature: str) -> bool:
    try:
        raw = bytes.fromhex(signature)
        if isinstance(key, Ed25519PublicKey):
            key.verify(raw, said)
        else:
            key.verify(raw, said, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
