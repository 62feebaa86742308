"""Every message between a branch and head office (sync.md 6.1), as it stands on the wire.

All are arrays, in the order of the fields here: a new field goes to the end with a default, so an
older reader passes it by. What names a choice is an open code: a choice this version does not know
is read, and taken as docs/protocol.md says. Ids are 32 hex digits, moments are whole microseconds
since 1970 (UTC), digests are 16 hex digits, hashes are SHA-256 in hex.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

PROTO = 1
"""The major version of this protocol."""

Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Sha = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{1,16}$")]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
MaybeCode = Annotated[str, Meta(max_length=64)]
Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
Micros = Annotated[int, Meta(ge=-(1 << 62), le=1 << 62)]
Status = Code
"""ok, merged, conflict, rejected, duplicate or superseded; one of tomorrow counts as rejected."""
Op = Code
"""insert, patch, delete or command; another one is rejected with its code, not as a request."""


class Message(Struct, array_like=True, frozen=True):
    """The base of all messages: an array on the wire."""


class EnrolRequest(Message, frozen=True):
    """A workstation asks to be taken in; ``public_key`` is its raw key in base64."""

    token: Annotated[str, Meta(min_length=16, max_length=128)]
    algorithm: Literal["ed25519", "ecdsa-p256-sha256"]
    public_key: Annotated[str, Meta(max_length=256)]
    name: Annotated[str, Meta(max_length=64)]
    app: MaybeCode
    schema: Count


class ScopeGrant(Message, frozen=True):
    """A scope this workstation may follow, with the feed's epoch and head."""

    scope: Code
    epoch: MaybeCode
    head: Count


class EnrolReply(Message, frozen=True):
    """What a workstation must keep: its id, its scopes, the keys it will trust."""

    device: Hex32
    scopes: list[ScopeGrant]
    receipt_key: str
    permit_key: str
    escrow_key: str
    ca_pem: str
    server_time: Micros
    courier_key: str = ""
    """Head office's X25519 key for packs (raw, base64); "" where it takes none."""


class SessionRequest(Message, frozen=True):
    """A workstation begins to talk: which version it is."""

    device: Hex32
    proto: Count
    app: MaybeCode
    schema: Count


class SessionReply(Message, frozen=True):
    """A token for 15 minutes, bound to the workstation's key, and what the hub speaks."""

    token: str
    until: Micros
    server_time: Micros
    min_proto: Count
    schema_from: Count
    schema_to: Count
    courier_key: str = ""
    """As in EnrolReply: a workstation taken in earlier, or before a new key, learns it here."""


class Mutation(Message, frozen=True):
    """One change made at a branch; ``patch`` is ``{field: [old, new]}`` or ``{verb, order}``."""

    mseq: Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
    n: Count
    scope: Code
    kind: Code
    id: Hex32
    op: Op
    base_ver: Count
    patch: dict[str, Any]
    schema: Count
    at: Micros
    actor: MaybeCode
    hash: Sha


class Txn(Message, frozen=True):
    """Mutations that are taken together or not at all."""

    id: Hex32
    mutations: Annotated[list[Mutation], Meta(min_length=1, max_length=20_000)]


class Cursor(Message, frozen=True):
    """How far a workstation has followed one scope."""

    scope: Code
    epoch: MaybeCode
    seq: Count
    digest: Digest


class LeaseWish(Message, frozen=True):
    """A series of numbers that runs low; ``have`` names the leases already here."""

    scope: Code
    series: Code
    size: Annotated[int, Meta(ge=1, le=10_000)]
    have: list[Hex32]


class SyncRequest(Message, frozen=True):
    """Push and pull in one round trip."""

    device: Hex32
    proto: Count
    schema: Count
    push: Annotated[list[Txn], Meta(max_length=5_000)]
    cursors: Annotated[list[Cursor], Meta(max_length=64)]
    budget: Annotated[int, Meta(ge=1, le=100_000)]
    wishes: Annotated[list[LeaseWish], Meta(max_length=64)] = []
    snapshots: bool = False
    """Whether this workstation loads a large scope by a snapshot, if it is told to."""
    budget_bytes: Count = 0
    """Bytes of pages it will take in the answer, before packing; 0: as many as the hub gives."""


class Result(Message, frozen=True):
    """The hub's final word on one mutation; ``seq`` and ``ver`` are the row's place and version."""

    mseq: Count
    status: Status
    code: str
    text: str
    scope: MaybeCode
    seq: Count
    ver: Count
    fields: list[str]
    hub: dict[str, Any] | None

    def at_place(self, seq: int) -> "Result":
        """Give the same word with the row's place in the feed."""
        return msgspec.structs.replace(self, seq=seq)

    def word(self) -> list[Any]:
        """Give everything but the mutation's number, as the hub keeps it."""
        return list(msgspec.structs.astuple(self)[1:])


class KindRows(Message, frozen=True):
    """Rows of one kind with the same columns, column by column."""

    kind: Code
    cols: list[str]
    ids: list[Hex32]
    seqs: list[Count]
    vers: list[Count]
    columns: list[list[Any]]


class Gone(Message, frozen=True):
    """A row that is no more: deleted (del), or dropped from this scope (drop)."""

    seq: Count
    kind: Code
    id: Hex32
    op: Code


class Page(Message, frozen=True):
    """A stretch of one scope's feed, cut where a hub transaction ended.

    ``digest`` is that of the head; it can be compared only where ``next`` equals ``head``.
    """

    scope: Code
    epoch: Code
    start: Count
    next: Count
    head: Count
    digest: Digest
    kinds: list[KindRows]
    gone: list[Gone]

    @property
    def more(self) -> bool:
        """Whether the feed goes on behind this page."""
        return self.next < self.head


class ScopeEvent(Message, frozen=True):
    """A scope was granted to this workstation, taken from it, or put back from a backup.

    ``event`` is grant, revoke, epoch, upgrade or snapshot. ``upgrade`` (of no scope): this program
    is too old to receive; what it pushed was taken. ``snapshot``: the scope is loaded by a snapshot
    instead of pages. ``keep``: the scope was taken, its rows stay to be read. ``wipe`` (of no
    scope): this workstation is to hand in what it made and then empty itself. An event of tomorrow
    is passed by.
    """

    event: Code
    scope: MaybeCode
    epoch: MaybeCode
    head: Count


class Lease(Message, frozen=True):
    """A block of numbers lent to this workstation, first and last included."""

    id: Hex32
    scope: Code
    series: Code
    first: Count
    last: Count
    until: Micros


class SyncReply(Message, frozen=True):
    """The answer to a SyncRequest; ``pages`` only for scopes whose head has moved."""

    results: list[Result]
    pages: list[Page]
    events: list[ScopeEvent]
    leases: list[Lease]
    server_time: Micros
    backoff: Count


class CheckRequest(Message, frozen=True):
    """Asks for the versions of the rows of some buckets, because two digests differ."""

    scope: Code
    buckets: list[Annotated[int, Meta(ge=0, le=255)]]


class CheckReply(Message, frozen=True):
    """``sums``: one digest per bucket; ``rows``: ``[kind, id, ver]`` of the buckets asked for."""

    epoch: Code
    head: Count
    digest: Digest
    sums: list[Digest]
    rows: list[tuple[Code, Hex32, Count]]


class FetchRequest(Message, frozen=True):
    """Asks for single rows by name, after a check."""

    scope: Code
    rows: Annotated[list[tuple[Code, Hex32]], Meta(max_length=2_000)]


class SnapReply(Message, frozen=True):
    """A scope as one encrypted file; unless ``state`` is ready, everything else stands at nought.

    ``key`` is the file's raw key in hex, ``size`` its bytes; ``rows`` and ``digest`` are those of
    its trailer.
    """

    state: Code
    scope: Code
    sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    key: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    size: Count = 0
    epoch: MaybeCode = ""
    head: Count = 0
    schema: Count = 0
    rows: Count = 0
    digest: Digest = "0"


class LiveRequest(Message, frozen=True):
    """Waits until one of the heads has moved past what is known here."""

    heads: Annotated[list[tuple[Code, Count]], Meta(max_length=64)]
    wait: Annotated[int, Meta(ge=0, le=50)]


class LiveReply(Message, frozen=True):
    """The heads as they are now; data always comes by a sync."""

    heads: list[tuple[Code, Count]]


class Receipt(Message, frozen=True):
    """What the hub signs: who asked what, what it answered, where each feed stands.

    ``request`` and ``reply`` are SHA-256 of the exact bytes; ``results`` holds
    ``[mseq, hash, status, scope, seq, ver]``, ``heads`` holds ``[scope, epoch, seq, digest]``.
    """

    what: Code
    device: str
    nonce: str
    request: Sha
    reply: Sha
    at: Micros
    results: list[tuple[Count, Sha, Status, MaybeCode, Count, Count]]
    heads: list[tuple[Code, Code, Count, Digest]]


class Envelope(Message, frozen=True):
    """A signed answer: the receipt's exact bytes, the hub's signature over them, the reply."""

    key_id: str
    receipt: msgspec.Raw
    signature: str
    reply: msgspec.Raw


class Trouble(Message, frozen=True):
    """An answer that is not one: no mutation has been taken because of it.

    ``code`` is one of: bad_message, bad_signature, skewed, replayed, unknown_device,
    device_revoked, session_needed, token_used, epoch_changed, mseq_fork, cursor_too_old, upgrade,
    too_large, too_slow, busy, not_found, offset, wrong_hash, bug.
    """

    code: Code
    text: str = ""
    server_time: Micros = 0
    retry_after: Count = 0
    detail: dict[str, Any] = {}

    def silent(self) -> "Trouble":
        """Give the same without words, fit for a header: plain ASCII on one line."""
        numbers = {name: value for name, value in self.detail.items() if isinstance(value, int)}
        return msgspec.structs.replace(self, text="", detail=numbers)
