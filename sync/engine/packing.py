"""A desk's packs for head office: what a line would carry now, on a stick.

An export holds every change without an answer, oldest first, the cursors, the wishes for numbers,
files up to a size. Nothing is taken as handed over by writing it: each export tells everything that
is still open, so a lost pack costs its errand and nothing else.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.kit.clock import Clock
from app.kit.errors.base import BranchError, BugError, Problem
from app.store.courier_book import CourierBook, OpenPack
from app.store.follow import Follower, Outgoing
from app.store.types import micros_of
from sync.courier.conversation import Progress, Told, hear_nothing
from sync.courier.pack import PackWriter, Purport, writing
from sync.courier.sealing import key_id, raw_public
from sync.engine.taking import RoundSettings, Taking, request
from sync.wire.body import encode
from sync.wire.messages import SnapReply, SyncRequest
from sync.wire.packs import OUT, PART, FileHead, FrameKind

FILES_LOOKED_AT = 10_000
ROWS_ASKED = 100_000
"""Rows of pages one request of a pack asks for: nobody waits for the answer."""


@dataclass(frozen=True)
class CourierDesk:
    """A desk as its courier needs it.

    ``sign`` signs with the workstation's key; ``hub_keys`` are head office's receipt keys by id.
    """

    desk: Follower
    book: CourierBook
    settings: RoundSettings
    clock: Clock
    sign: Callable[[bytes], bytes]
    hub_keys: dict[str, Ed25519PublicKey]

    @property
    def key(self) -> X25519PrivateKey:
        """The key answers are sealed to."""
        return X25519PrivateKey.from_private_bytes(self.book.reply_key())


@dataclass(frozen=True)
class Exported:
    """A pack that was written: its number, what it carries, its bytes; files it left out."""

    path: Path
    number: int
    mutations: int
    files: int
    size: int
    files_left: int
    problems: tuple[Problem, ...]


def export_pack(
    at: CourierDesk,
    folder: Path,
    hub_key: str,
    open_file: Callable[[str], bytes],
    *,
    files_bytes: int,
    told: Told = hear_nothing,
) -> Exported:
    """Write the next pack into a folder; ``open_file`` gives a file of the vault by its SHA-256.

    ``hub_key`` is head office's courier key in base64; ``files_bytes`` bounds the files that go
    with it. The pack's number is on the disk here before the pack has its name there. Raises
    BranchError E-COURIER-DISK, and Cancelled where ``told`` does; nothing half is left.
    """
    standing = at.book.standing()
    purport = Purport(
        direction=OUT,
        device=at.settings.device,
        number=standing.written + 1,
        answers=standing.taken_in,
        nonce=secrets.token_hex(16),
        at=micros_of(at.clock.now()),
        reply_key=raw_public(at.key),
        signer=at.settings.device,
    )
    out = _Export(at, told)
    with writing(folder, purport, hub_key, key_id(hub_key)) as pack:
        for asked in _asks(at):
            out.ask(pack, asked)
        out.files_of(pack, open_file, files_bytes)
        pack.finish(at.sign)
        at.book.note_written(OpenPack(purport.number, purport.nonce, tuple(out.asks)))
        path = pack.show()
    return Exported(
        path, purport.number, out.mutations, out.files, pack.size, out.files_left,
        tuple(out.problems),
    )  # fmt: skip


@dataclass
class _Export:
    """What went into a pack so far."""

    at: CourierDesk
    told: Told
    asks: list[str] = field(default_factory=list)
    mutations: int = 0
    files: int = 0
    files_left: int = 0
    problems: list[Problem] = field(default_factory=list)

    def ask(self, pack: PackWriter, asked: SyncRequest) -> None:
        raw = encode(asked)
        pack.add(FrameKind.ASK, raw)
        self.asks.append(hashlib.sha256(raw).hexdigest())
        self.mutations += sum(len(txn.mutations) for txn in asked.push)
        self.told(Progress("changes", self.mutations, self.at.desk.left()))

    def files_of(
        self, pack: PackWriter, open_file: Callable[[str], bytes], files_bytes: int
    ) -> None:
        """Add files, small ones first; one the vault cannot give is told and left."""
        waiting = self.at.desk.files_waiting(FILES_LOOKED_AT)
        for one in waiting:
            if one.size > files_bytes:
                break
            try:
                content = open_file(one.sha256)
            except BranchError as error:
                self.problems.append(error.problem)
                continue
            files_bytes -= one.size
            _add_file(pack, one.sha256, content)
            self.files += 1
            self.told(Progress("files", self.files, len(waiting)))
        self.files_left = len(waiting) - self.files


def _add_file(pack: PackWriter, sha256: str, content: bytes) -> None:
    pack.add(FrameKind.FILE, encode(FileHead(sha256, len(content))))
    for start in range(0, len(content), PART):
        pack.add(FrameKind.PART, content[start : start + PART])


def _asks(at: CourierDesk) -> Iterator[SyncRequest]:
    """Give the requests of a pack: pushes alone, then the last push with cursors and wishes."""
    settings = replace(at.settings, budget=ROWS_ASKED, budget_bytes=0)
    now = Taking(at.desk, NoLine(), settings)
    outgoing: Sequence[Outgoing] = at.desk.outgoing(settings.at_most)
    while outgoing:
        behind = at.desk.outgoing(settings.at_most, after=outgoing[-1].mseq)
        if not behind:
            break
        yield _push_only(request(now, outgoing, []))
        outgoing = behind
    yield request(now, outgoing, at.desk.followed())


def _push_only(asked: SyncRequest) -> SyncRequest:
    """Give a request that only pushes: what it wishes goes with the last one of the pack."""
    return SyncRequest(
        asked.device, asked.proto, asked.schema, asked.push, [], 1, [], snapshots=False
    )


class NoLine:
    """Stands where a line would: while a pack is written nothing can be asked."""

    def snapshot(self, scope: str) -> SnapReply:
        """Never comes to pass."""
        raise BugError(f"a snapshot of {scope} was asked for while a pack is written")

    def snapshot_bytes(self, scope: str, sha256: str, start: int, size: int) -> bytes:
        """Never comes to pass."""
        raise BugError(f"bytes {start}+{size} of {sha256} ({scope}) were asked for")
