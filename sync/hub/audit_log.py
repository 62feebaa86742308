"""Head office's log of audit heads: a Merkle log (RFC 6962), only ever added to.

Heads that were verified wait in ``hub_log_due``, written by the push that brought them, so that a
push touches its own scope only. ``sequence`` gives them their places, in one transaction that holds
the log's queue: two hub processes at once give no place twice and leave none out. Full subtrees are
kept, so that a proof reads a few dozen rows however long the log is.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from app.kit.clock import Clock
from app.store.types import micros_of
from sync.hub.database import HubDatabase
from sync.hub.tables import log_due, log_entry, log_head, log_node
from sync.wire.merkle import (
    consistency_path,
    grown,
    inclusion_path,
    leaf_hash,
    root_of,
)
from sync.wire.tree_log import (
    LogConsistency,
    LogLeaf,
    LogProof,
    TreeHead,
    head_bytes,
    leaf_bytes,
)

QUEUE = "audit log"
AT_ONCE = 1_000
"""Heads given their places in one transaction."""


@dataclass(frozen=True)
class HeadKey:
    """The key that signs tree heads."""

    key_id: str
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class AuditLog:
    """The log in a hub's database."""

    database: HubDatabase
    key: HeadKey
    clock: Clock

    def sequence(self) -> int:
        """Give every head that waits its place, and sign the log's new head; gives how many."""
        done = 0
        while self.database.read(_waiting):
            done += self.database.write(self._sequence, queue=QUEUE)
        return done

    def head(self) -> TreeHead:
        """Give the newest tree head, with everything that waited in it."""
        self.sequence()
        found = self.database.read(_newest_head)
        return found or self.database.write(self._sign_head, queue=QUEUE)

    def prove(self, chain: str, n: int) -> LogProof:
        """Prove that a chain's head stands in the log; raises LookupError where it does not."""
        head = self.head()

        def look(connection: Connection) -> LogProof:
            row = connection.execute(
                select(log_entry)
                .where(log_entry.c.chain == chain, log_entry.c.n == n)
                .where(log_entry.c.place < head.size)
                .order_by(log_entry.c.place)
                .limit(1)
            ).first()
            if row is None:
                raise LookupError(f"{chain} {n}")
            path = inclusion_path(row.place, head.size, _Nodes(connection))
            leaf = LogLeaf(row.device, row.chain, row.n, row.hash, row.signature)
            return LogProof(leaf, row.place, [step.hex() for step in path], head)

        return self.database.read(look)

    def prove_growth(self, first: int) -> LogConsistency:
        """Prove how the log began; raises LookupError for a length it never had."""
        head = self.head()
        if not 0 <= first <= head.size:
            raise LookupError(first)
        if first == 0:
            return LogConsistency(0, [], head)
        path = self.database.read(lambda c: consistency_path(first, head.size, _Nodes(c)))
        return LogConsistency(first, [step.hex() for step in path], head)

    def _sequence(self, connection: Connection) -> int:
        waiting = connection.execute(
            select(log_due)
            .order_by(log_due.c.at, log_due.c.scope, log_due.c.chain, log_due.c.n, log_due.c.hash)
            .limit(AT_ONCE)
        ).all()
        size, nodes = _size(connection), _Nodes(connection)
        for row in waiting:
            where = (log_due.c.scope == row.scope, log_due.c.chain == row.chain)
            connection.execute(
                delete(log_due).where(*where, log_due.c.n == row.n, log_due.c.hash == row.hash)
            )
            if _is_in(connection, row.chain, row.n, row.hash):
                continue
            leaf = LogLeaf(row.device, row.chain, row.n, row.hash, row.signature)
            hashed = leaf_hash(leaf_bytes(leaf))
            connection.execute(
                insert(log_entry).values(
                    place=size,
                    chain=leaf.chain,
                    n=leaf.n,
                    hash=leaf.hash,
                    device=leaf.device,
                    signature=leaf.signature,
                    leaf=hashed.hex(),
                    at=self.clock.now(),
                )
            )
            nodes.add(grown(size, hashed, nodes))
            size += 1
        if waiting:
            self._sign_head(connection)
        return len(waiting)

    def _sign_head(self, connection: Connection) -> TreeHead:
        """Sign the log as it is, unless this length is signed already: it is told for good."""
        size = _size(connection)
        known = _newest_head(connection)
        if known is not None and known.size == size:
            return known
        root, now = root_of(size, _Nodes(connection)).hex(), self.clock.now()
        signature = self.key.sign(head_bytes(size, root, micros_of(now)))
        text = base64.b64encode(signature).decode("ascii")
        connection.execute(
            insert(log_head).values(
                size=size, root=root, key_id=self.key.key_id, signature=text, at=now
            )
        )
        return TreeHead(size, root, micros_of(now), self.key.key_id, text)


class _Nodes:
    """The log's full subtrees, read as they are asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, place: int) -> bytes:
        if (level, place) not in self._known:
            found = self._connection.scalar(
                select(log_node.c.hash).where(log_node.c.level == level, log_node.c.place == place)
            )
            if found is None:
                raise LookupError(f"the log lacks its subtree {level}/{place}")
            self._known[level, place] = bytes.fromhex(found)
        return self._known[level, place]

    def add(self, whole: list[tuple[int, int, bytes]]) -> None:
        """Keep the subtrees a new leaf completed."""
        self._known.update({(level, place): hashed for level, place, hashed in whole})
        self._connection.execute(
            insert(log_node),
            [{"level": one, "place": at, "hash": hashed.hex()} for one, at, hashed in whole],
        )


def log_fault(connection: Connection, holds: Callable[[TreeHead], bool]) -> str:
    """Build the whole log again from its entries; gives the first thing that does not hold, or "".

    Every leaf, every subtree and every signed head is compared; ``holds`` checks signatures.
    """
    heads = {row.size: row for row in connection.execute(select(log_head))}
    nodes: dict[tuple[int, int], bytes] = {}
    kept = {
        (row.level, row.place): bytes.fromhex(row.hash)
        for row in connection.execute(select(log_node))
    }

    def node(level: int, place: int) -> bytes:
        return nodes[level, place]

    size, in_order = 0, select(log_entry).order_by(log_entry.c.place)
    for size, row in enumerate(connection.execute(in_order), 1):
        leaf = LogLeaf(row.device, row.chain, row.n, row.hash, row.signature)
        hashed = leaf_hash(leaf_bytes(leaf))
        if row.place != size - 1 or row.leaf != hashed.hex():
            return f"entry {size - 1} was changed or is missing"
        nodes |= {(level, place): one for level, place, one in grown(row.place, hashed, node)}
        head = heads.get(size)
        if head is not None and head.root != root_of(size, node).hex():
            return f"the tree head of length {size} names another root"
    for head in heads.values():
        told = TreeHead(head.size, head.root, micros_of(head.at), head.key_id, head.signature)
        if head.size > size:
            return f"a tree head tells of {head.size} entries, here are {size}"
        if not holds(told):
            return f"the tree head of length {head.size} is not signed by head office"
    return "" if kept == nodes else "a subtree was changed"


def _size(connection: Connection) -> int:
    last = connection.scalar(select(func.max(log_entry.c.place)))
    return 0 if last is None else int(last) + 1


def _waiting(connection: Connection) -> bool:
    return connection.execute(select(log_due.c.n).limit(1)).first() is not None


def _is_in(connection: Connection, chain: str, n: int, hash: str) -> bool:
    found = select(log_entry.c.place).where(
        log_entry.c.chain == chain, log_entry.c.n == n, log_entry.c.hash == hash
    )
    return connection.execute(found).first() is not None


def _newest_head(connection: Connection) -> TreeHead | None:
    row = connection.execute(select(log_head).order_by(log_head.c.size.desc()).limit(1)).first()
    if row is None:
        return None
    return TreeHead(row.size, row.root, micros_of(row.at), row.key_id, row.signature)
