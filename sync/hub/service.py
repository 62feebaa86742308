"""What the hub does for each call, without the web around it: one method per endpoint.

All state is in the database; any number of processes may serve the same one.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, func, select, update

from app.kit.clock import Clock
from app.store.outbox import SCHEMA
from app.store.types import micros_of
from sync.hub import chains, numbers, pull, push, usage, workstations
from sync.hub.audit_log import AuditLog, HeadKey
from sync.hub.blobs import BlobStore, may_see
from sync.hub.chains import ChainBook
from sync.hub.database import HubDatabase
from sync.hub.door import HubDoor
from sync.hub.keys import HubKeys, PublicKeys, public_keys
from sync.hub.pull import Head
from sync.hub.seen import Seen
from sync.hub.snapshots import SNAPSHOT_FROM, Ready, SnapshotStore
from sync.hub.tables import scope_head
from sync.hub.usage import Quotas, asked_of
from sync.hub.workstations import NotAdmittedError, Workstation
from sync.wire.body import encode
from sync.wire.messages import (
    PROTO,
    CheckRequest,
    EnrolReply,
    EnrolRequest,
    FetchRequest,
    LiveReply,
    LiveRequest,
    Message,
    Page,
    Receipt,
    Result,
    ScopeEvent,
    ScopeGrant,
    SessionReply,
    SessionRequest,
    SnapReply,
    SyncReply,
    SyncRequest,
    Txn,
)
from sync.wire.receipts import seal, sha256
from sync.wire.signature import Signable, SignedBy, key_id_in, public_key_of, verify_request

SESSION = timedelta(minutes=15)
OLDEST_SCHEMA = 1
PUSH_OF_ONE_TRANSACTION = 1_000
"""Mutations taken in one database transaction, whole branch transactions only."""


@dataclass(frozen=True)
class Call:
    """One verified request: who sent it, its body as it came unpacked, its nonce."""

    station: Workstation
    signed: SignedBy
    body: bytes
    seen: Seen = field(default_factory=Seen)


@dataclass(frozen=True)
class HubService:
    """Head office as the workstations meet it."""

    database: HubDatabase
    receipt_key: Ed25519PrivateKey
    public: PublicKeys
    door: HubDoor
    clock: Clock
    blobs: BlobStore
    snapshots: SnapshotStore
    epoch: str
    chains: ChainBook
    log: AuditLog
    snapshot_from: int = SNAPSHOT_FROM
    """From how many live rows on a scope's first load goes by a snapshot."""
    quotas: Quotas | None = None
    """What each workstation may ask for; without them nothing is counted."""

    @classmethod
    def over(
        cls,
        database: HubDatabase,
        keys: HubKeys,
        door: HubDoor,
        clock: Clock,
        files: Path,
        quotas: Quotas | None = None,
    ) -> "HubService":
        """Serve a database with the keys of a hub folder; files lie in ``files``.

        The epoch new feeds begin with is that of the feeds there are, else a new one.
        """
        found = database.read(lambda c: c.scalar(select(func.max(scope_head.c.epoch))))
        epoch = found or secrets.token_hex(8)
        receipt, public = keys.receipt_key(), public_keys(keys)
        return cls(
            database=database,
            receipt_key=receipt,
            public=public,
            door=door,
            clock=clock,
            blobs=BlobStore(files, database, clock),
            snapshots=SnapshotStore(files / "snapshots", database, clock, epoch),
            epoch=epoch,
            chains=ChainBook(receipt.public_key(), clock),
            log=AuditLog(database, HeadKey(public.receipt_id, receipt.sign), clock),
            quotas=quotas,
        )

    def sweep(self) -> None:
        """Throw away what is over: nonces, words, codes, unfinished files, old snapshots."""
        self.database.write(lambda connection: workstations.sweep(connection, self.clock))
        self.blobs.sweep()
        self.snapshots.sweep()
        self.log.sequence()

    def close(self) -> None:
        """Finish what works beside the requests; the database stays open."""
        self.snapshots.close()

    def admit(
        self,
        request: Signable,
        body: bytes,
        unpacked: bytes,
        seen: Seen | None = None,
        *,
        wiping: bool = False,
    ) -> Call:
        """Verify a request and let it count once.

        ``body`` is as it came over the line, ``unpacked`` without its coding; what is learnt is
        noted in ``seen``. ``wiping``: one that is to empty itself may ask too. Raises
        NotAdmittedError, QuotaError and WireError.
        """
        id = key_id_in(request.headers.get("signature-input", ""))
        station = self.database.read(lambda connection: workstations.find(connection, id))
        if station is None:
            raise NotAdmittedError("unknown_device")
        key = public_key_of(station.algorithm, station.public_key)
        signed = verify_request(request, body, station.algorithm, key, self.clock)
        seen = seen or Seen()
        seen.device = station.device
        if station.revoked and not (station.wipe and wiping):
            raise NotAdmittedError("device_revoked")
        asked = asked_of(request.method, request.url, request.headers, body)
        self.database.write(
            lambda c: workstations.count_request(c, signed, self.clock, asked, self.quotas)
        )
        return Call(station, signed, unpacked, seen)

    def enrol(self, request: Signable, body: bytes, unpacked: bytes, asked: EnrolRequest) -> bytes:
        """Take a workstation in; the request is signed with the very key it brings."""
        key = public_key_of(asked.algorithm, asked.public_key)
        signed = verify_request(request, body, asked.algorithm, key, self.clock)
        id, scopes = self.database.write(lambda c: workstations.enrol(c, asked, self.clock))
        heads = self.database.read(lambda c: pull.heads_of(c, scopes, self.epoch))
        reply = EnrolReply(
            device=id.hex,
            scopes=[ScopeGrant(head.scope, head.epoch, head.seq) for head in heads.values()],
            receipt_key=self.public.receipt,
            permit_key=self.public.permit,
            escrow_key=self.public.escrow,
            ca_pem=self.public.ca_pem,
            server_time=self._micros(),
            courier_key=self.public.courier,
        )
        return self._answer("enrol", id.hex, signed.nonce, unpacked, reply)

    def session(self, call: Call, asked: SessionRequest) -> bytes:
        """Open 15 minutes for a workstation; raises NotAdmittedError bad_signature."""
        if asked.device != call.station.device:
            raise NotAdmittedError("bad_signature")
        until = micros_of(self.clock.now() + SESSION)
        reply = SessionReply(
            token=self._token(call.station.device, until),
            until=until,
            server_time=self._micros(),
            min_proto=PROTO,
            schema_from=OLDEST_SCHEMA,
            schema_to=SCHEMA,
            courier_key=self.public.courier,
        )
        return self._answer_to("session", call, reply)

    def check_token(self, call: Call, token: str) -> None:
        """Raise NotAdmittedError session_needed unless the token is its own and fresh."""
        until, _, signature = token.partition(".")
        try:
            self.receipt_key.public_key().verify(
                base64.urlsafe_b64decode(signature), _token_bytes(call.station.device, until)
            )
            fresh = int(until) > self._micros()
        except (InvalidSignature, ValueError):
            fresh = False
        if not fresh:
            raise NotAdmittedError("session_needed")

    def sync(self, call: Call, asked: SyncRequest) -> bytes:
        """Take what is pushed, then give what is new; a program too old to receive gets no pages.

        Raises MseqForkError, CursorTooOldError, HubBusyError; what was taken before stays taken
        and gets its word when it comes again.
        """
        device = call.station.device
        if asked.device != device:
            raise NotAdmittedError("bad_signature")
        results = self._take(device, asked)
        call.seen.rows_in += len(results)
        call.seen.results.update(result.status for result in results)
        if call.station.wipe:
            return self._wipe_order(call, asked, results)
        too_old = asked.proto < PROTO or asked.schema < OLDEST_SCHEMA
        scopes = self.database.read(lambda c: pull.granted(c, device))
        leases = []
        if asked.wishes:
            leases = self.database.write(
                lambda c: numbers.lend(c, device, asked.wishes, scopes, self.clock),
                queue=f"numbers {asked.wishes[0].scope}",
            )

        def look(connection: Connection) -> tuple[SyncReply, dict[str, Head]]:
            heads = pull.heads_of(connection, scopes, self.epoch)
            if too_old:
                upgrade = ScopeEvent("upgrade", "", "", 0)
                return SyncReply(results, [], [upgrade], leases, self._micros(), 0), heads
            whole = _loaded_whole(asked, heads, self.snapshot_from)
            cursors = [cursor for cursor in asked.cursors if cursor.scope not in whole]
            pages = pull.pages_for(connection, cursors, heads, pull.Budget.of(asked))
            events = pull.scope_events(asked.cursors, heads, pull.left_to_read(connection, device))
            events += [ScopeEvent("snapshot", s, heads[s].epoch, heads[s].seq) for s in whole]
            return SyncReply(results, pages, events, leases, self._micros(), 0), heads

        reply, heads = self.database.read(look)
        call.seen.rows_out += sum(_rows_of(page) for page in reply.pages)
        lines = _lines_of(asked, results)
        return self._answer_to("sync", call, reply, lines, [h.line() for h in heads.values()])

    def _wipe_order(self, call: Call, asked: SyncRequest, results: list[Result]) -> bytes:
        """Give the words on what was handed in, and the signed order to wipe; nothing else."""
        order = ScopeEvent("wipe", "", "", 0)
        reply = SyncReply(results, [], [order], [], self._micros(), 0)
        return self._answer_to("sync", call, reply, _lines_of(asked, results))

    def wiped(self, call: Call) -> None:
        """Hear that a workstation has emptied itself; it is shut out from now on."""
        device = call.station.device
        if not call.station.wipe:
            raise NotAdmittedError("not_found")
        self.database.write(lambda c: workstations.note_wiped(c, device, self.clock))

    def check(self, call: Call, asked: CheckRequest) -> bytes:
        """Compare a scope bucket by bucket; raises NotAdmittedError not_found."""
        head = self._head_for(call, asked.scope)
        reply = self.database.read(
            lambda c: pull.check(c, pull.heads_of(c, [head], self.epoch)[head], asked.buckets)
        )
        return self._answer_to("check", call, reply)

    def fetch(self, call: Call, asked: FetchRequest) -> bytes:
        """Give single rows; raises NotAdmittedError not_found."""
        head = self._head_for(call, asked.scope)
        reply = self.database.read(
            lambda c: pull.fetch(c, pull.heads_of(c, [head], self.epoch)[head], asked.rows)
        )
        return self._answer_to("fetch", call, reply)

    def snapshot(self, call: Call, scope: str, schema: int) -> bytes:
        """Offer a scope's snapshot, or say that it is being built.

        Raises NotAdmittedError not_found for a scope this workstation does not follow, upgrade for
        a schema head office does not write.
        """
        self._head_for(call, scope)
        if schema != SCHEMA:
            raise NotAdmittedError("upgrade")
        ready = self.snapshots.offer(scope)
        return self._answer_to("snapshot", call, _offered(scope, ready))

    def snapshot_bytes(
        self, call: Call, scope: str, sha256: str, start: int, end: int | None
    ) -> tuple[bytes, int]:
        """Give a stretch of a snapshot and its size; raises NotAdmittedError not_found."""
        self._head_for(call, scope)
        try:
            return self.snapshots.read(scope, sha256, start, end)
        except FileNotFoundError as error:
            raise NotAdmittedError("not_found") from error

    def log_head(self, call: Call) -> bytes:
        """Give the newest tree head of the log of audit heads."""
        return self._answer_to("log_head", call, self.log.head())

    def log_proof(self, call: Call, chain: str, n: int) -> bytes:
        """Prove that a chain's head stands in the log.

        Raises NotAdmittedError not_found for one that does not, and for a chain of a scope this
        workstation does not follow.
        """
        device = call.station.device
        if not self.database.read(lambda c: chains.may_ask(c, pull.granted(c, device), chain)):
            raise NotAdmittedError("not_found")
        try:
            return self._answer_to("log_proof", call, self.log.prove(chain, n))
        except LookupError as error:
            raise NotAdmittedError("not_found") from error

    def log_growth(self, call: Call, first: int) -> bytes:
        """Prove how the log began; raises NotAdmittedError not_found for a length it never had."""
        try:
            return self._answer_to("log_growth", call, self.log.prove_growth(first))
        except LookupError as error:
            raise NotAdmittedError("not_found") from error

    def heads(self, call: Call, asked: LiveRequest) -> list[tuple[str, int]]:
        """Give the heads of the scopes a workstation asks about and may follow."""
        wanted = {scope for scope, _ in asked.heads}

        def look(connection: Connection) -> list[tuple[str, int]]:
            scopes = [s for s in pull.granted(connection, call.station.device) if s in wanted]
            heads = pull.heads_of(connection, scopes, self.epoch)
            return [(head.scope, head.seq) for head in heads.values()]

        return self.database.read(look)

    def followed(self, device: str) -> dict[str, int]:
        """Give the scopes a workstation follows with their heads; none for one shut out."""

        def look(connection: Connection) -> dict[str, int]:
            station = workstations.find(connection, device)
            if station is None or station.revoked:
                return {}
            scopes = pull.granted(connection, device)
            heads = pull.heads_of(connection, scopes, self.epoch)
            return {scope: head.seq for scope, head in heads.items()}

        return self.database.read(look)

    def heads_now(self, scopes: Sequence[str]) -> dict[str, int]:
        """Give the heads of many scopes in one query, whoever asked for them."""
        found = self.database.read(lambda c: pull.heads_of(c, scopes, self.epoch))
        return {scope: head.seq for scope, head in found.items()}

    def session_over(self, token: str) -> bool:
        """Say whether a token that was good is good no more."""
        return int(token.partition(".")[0]) <= self._micros()

    def live(self, call: Call, heads: Sequence[tuple[str, int]]) -> bytes:
        """Answer a live request."""
        return self._answer_to("live", call, LiveReply(list(heads)))

    def may_see_file(self, call: Call, sha256: str, *, handing_in: bool = False) -> bool:
        """Say whether a row this workstation follows names a file.

        ``handing_in``: a row of a scope that was taken from it counts too, in its time.
        """

        def look(connection: Connection) -> bool:
            device = call.station.device
            scopes = pull.granted(connection, device)
            scopes += pull.handing_in(connection, device, self.clock.now()) if handing_in else []
            return may_see(connection, scopes, sha256)

        return self.database.read(look)

    def _take(self, device: str, asked: SyncRequest) -> list[Result]:
        sender = push.Sender(device)
        results: list[Result] = []
        for txns in _batches(asked):
            queue = txns[0].mutations[0].scope
            results += self.database.write(
                lambda c, txns=txns: self._take_part(c, sender, txns),  # type: ignore[misc]
                queue=queue,
            )
        return results

    def _take_part(
        self, connection: Connection, sender: push.Sender, txns: list[Txn]
    ) -> list[Result]:
        """Take a part of a push in one transaction, within the sender's quota."""
        if self.quotas is not None:
            pushed = sum(len(txn.mutations) for txn in txns)
            usage.count_mutations(connection, sender.device, pushed, self.quotas, self.clock)
        return push.take_push(
            connection,
            txns,
            sender=sender,
            door=self.door,
            clock=self.clock,
            epoch=self.epoch,
            chains=self.chains,
        )

    def count_bytes(self, call: Call, n: int) -> None:
        """Count a stretch of a file that is given against the workstation's quota."""
        if self.quotas is not None:
            device = call.station.device
            self.database.write(lambda c: usage.count_bytes(c, device, n, self.clock))

    def _head_for(self, call: Call, scope: str) -> str:
        if scope not in self.database.read(lambda c: pull.granted(c, call.station.device)):
            raise NotAdmittedError("not_found")
        return scope

    def _answer_to(
        self,
        what: str,
        call: Call,
        reply: Message,
        results: Sequence[tuple[int, str, str, str, int, int]] = (),
        heads: Sequence[tuple[str, str, int, str]] = (),
    ) -> bytes:
        device = call.station.device
        return self._answer(what, device, call.signed.nonce, call.body, reply, results, heads)

    def _answer(
        self,
        what: str,
        device: str,
        nonce: str,
        request: bytes,
        reply: Message,
        results: Sequence[tuple[int, str, str, str, int, int]] = (),
        heads: Sequence[tuple[str, str, int, str]] = (),
    ) -> bytes:
        said = encode(reply)
        receipt = Receipt(
            what=what,
            device=device,
            nonce=nonce,
            request=sha256(request),
            reply=sha256(said),
            at=self._micros(),
            results=list(results),
            heads=list(heads),
        )
        return seal(receipt, said, self.public.receipt_id, self.receipt_key.sign)

    def _token(self, device: str, until: int) -> str:
        signature = self.receipt_key.sign(_token_bytes(device, str(until)))
        return f"{until}.{base64.urlsafe_b64encode(signature).decode()}"

    def _micros(self) -> int:
        return micros_of(self.clock.now())


def _lines_of(
    asked: SyncRequest, results: Sequence[Result]
) -> list[tuple[int, str, str, str, int, int]]:
    """Give the words as a receipt names them, each with the hash of what it answers."""
    hashes = {m.mseq: m.hash for txn in asked.push for m in txn.mutations}
    return [(r.mseq, hashes[r.mseq], r.status, r.scope, r.seq, r.ver) for r in results]


def _rows_of(page: Page) -> int:
    return sum(len(kind.ids) for kind in page.kinds) + len(page.gone)


def _loaded_whole(asked: SyncRequest, heads: dict[str, Head], rows: int) -> list[str]:
    """Give the scopes whose pages are left out because a snapshot takes their place."""
    return pull.by_snapshot(asked.cursors, heads, rows) if asked.snapshots else []


def _offered(scope: str, ready: Ready | None) -> SnapReply:
    if ready is None:
        return SnapReply("building", scope)
    trailer = ready.trailer
    return SnapReply(
        state="ready",
        scope=scope,
        sha256=ready.sha256,
        key=ready.key.hex(),
        size=ready.size,
        epoch=trailer.epoch,
        head=trailer.head,
        schema=trailer.schema,
        rows=trailer.rows,
        digest=trailer.digest,
    )


def _batches(asked: SyncRequest) -> list[list[Txn]]:
    """Cut a push into database transactions, never inside a branch's transaction."""
    batches: list[list[Txn]] = []
    room = 0
    for txn in asked.push:
        if room < len(txn.mutations) or not batches:
            batches.append([])
            room = PUSH_OF_ONE_TRANSACTION
        batches[-1].append(txn)
        room -= len(txn.mutations)
    return batches


def _token_bytes(device: str, until: str) -> bytes:
    return f"sealdesk session 1\n{device}\n{until}".encode()


def new_epoch(connection: Connection) -> str:
    """Give every feed a new epoch, as the operator does after a restore; gives it."""
    epoch = secrets.token_hex(8)
    connection.execute(update(scope_head).values(epoch=epoch))
    return epoch
