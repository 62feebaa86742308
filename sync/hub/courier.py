"""Head office's half of the courier: a desk's pack is performed by the very calls a line makes.

How far each desk's courier has come stands in ``device_head`` under ``courier:`` and the desk's id:
the last pack taken, the last answer given (docs/decisions/0019). A pack counts once its answer is
on the disk; what stops before that is done again by taking the same pack again, and nothing counts
twice, because every change has its number.
"""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from app.kit.errors.base import BranchError
from app.kit.errors.courier import (
    courier_refused,
    pack_damaged,
    pack_desk_unknown,
    pack_gap,
    pack_other,
    pack_taken,
)
from app.kit.logs import event
from app.store.outbox import SCHEMA
from app.store.types import micros_of
from sync.courier.conversation import Progress, Told, following, hear_nothing, nonce_of
from sync.courier.pack import PackReader, PackWriter, Purport, writing
from sync.courier.sealing import is_key, key_id, raw_public
from sync.hub import workstations
from sync.hub.blobs import OffsetError, WrongHashError
from sync.hub.database import HubBusyError
from sync.hub.pull import CursorTooOldError
from sync.hub.push import MseqForkError
from sync.hub.service import Call, HubService
from sync.hub.tables import device_head
from sync.hub.workstations import Workstation
from sync.wire.body import decode, encode
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import Envelope, SnapReply, SyncReply, SyncRequest, Trouble
from sync.wire.packs import IN, OUT, PART, FileHead, FilesHeld, Frame, FrameKind
from sync.wire.signature import SignedBy, public_key_of, verify_bytes

ANSWER_BYTES = 512 * 1024 * 1024
"""From this size on an answer is ended; what is behind it comes with the next pack."""
LOOK_AGAIN = 0.5
"""Seconds between two questions whether a snapshot is built."""
LOOKS = 600
_log = logging.getLogger("sealdesk.hub.courier")


@dataclass(frozen=True)
class TakenPack:
    """A pack that was taken and its answer: numbers, changes with their words, files now whole."""

    path: Path
    device: str
    pack: int
    number: int
    results: int
    files: int
    size: int
    whole: bool
    """Whether everything head office has for the desk is in the answer."""


def take_pack(
    hub: HubService,
    key: X25519PrivateKey,
    path: Path,
    folder: Path,
    *,
    answer_bytes: int = ANSWER_BYTES,
    told: Told = hear_nothing,
) -> TakenPack:
    """Take one pack of a desk and write its answer into a folder.

    ``key`` is head office's courier key. Everything of the pack is checked before the first of it
    is performed. Raises BranchError E-COURIER-…: with nothing changed, but for -REFUSED and -DISK,
    after which the same pack may be taken again; Cancelled where ``told`` raises it.
    """
    pack = PackReader(path)
    station = _admitted(hub, key, pack)
    whole = sum(1 for frame in _checked(pack, key) if frame.kind == FrameKind.ASK)
    taken, given = hub.database.read(lambda c: _standing(c, station.device))
    head = pack.head
    if head.number <= taken:
        raise BranchError(pack_taken(head.number, taken))
    if head.answers > given:
        raise BranchError(pack_gap(head.answers, given))
    purport = Purport(
        direction=IN,
        device=station.device,
        number=given + 1,
        answers=head.number,
        nonce=head.nonce,
        at=micros_of(hub.clock.now()),
        reply_key="",
        signer=hub.public.receipt_id,
    )
    with writing(folder, purport, head.reply_key, key_id(head.reply_key)) as answer:
        work = _Taking(hub, station, head.nonce, answer, answer_bytes, told, whole)
        work.perform(_checked(pack, key))
        answer.finish(hub.receipt_key.sign)
        written = answer.show()
        hub.database.write(lambda c: _count(c, hub, station.device, head.number, purport.number))
    event(_log, logging.INFO, "pack_taken", device=station.device, number=head.number,
          rows=work.results, bytes=answer.size)  # fmt: skip
    return TakenPack(
        written, station.device, head.number, purport.number, work.results, len(work.held),
        answer.size, work.caught_up,
    )  # fmt: skip


def _admitted(hub: HubService, key: X25519PrivateKey, pack: PackReader) -> Workstation:
    """Say whose pack this is; raises what is wrong with it."""
    head, name = pack.head, pack.path.name
    if head.direction != OUT or head.key_id != key_id(raw_public(key)):
        raise BranchError(pack_other(name))
    station = hub.database.read(lambda c: workstations.find(c, head.device))
    if station is None or _shut_out(station) or head.signer != head.device:
        raise BranchError(pack_desk_unknown(name))
    public = public_key_of(station.algorithm, station.public_key)
    pack.check(lambda signature, whole: verify_bytes(public, signature, whole))
    if not is_key(head.reply_key):
        raise BranchError(pack_damaged(name, "the key for the answer is none"))
    return station


def _shut_out(station: Workstation) -> bool:
    """Say whether a desk is blocked; one that is to empty itself still hands in, as by the line."""
    return station.revoked and not station.wipe


def _checked(pack: PackReader, key: X25519PrivateKey) -> Iterator[Frame]:
    """Give a pack's frames, each read as what it says it is; raises E-COURIER-DAMAGED."""
    due = 0
    try:
        for frame in pack.frames(key):
            if frame.kind == FrameKind.PART:
                due -= len(frame.body)
            elif due:
                due = -1
            if due < 0:
                raise WireError(WireFault.WRONG_SHAPE, "a file's parts do not fit its size")
            if frame.kind == FrameKind.ASK:
                if decode(SyncRequest, frame.body).device != pack.head.device:
                    raise WireError(WireFault.WRONG_SHAPE, "a request of another desk")
            elif frame.kind == FrameKind.FILE:
                due = decode(FileHead, frame.body).size
            yield frame
        if due:
            raise WireError(WireFault.WRONG_SHAPE, "the last file is not whole")
    except WireError as error:
        raise BranchError(pack_damaged(pack.path.name, str(error))) from error


@dataclass
class _Taking:
    """One pack while it is performed."""

    hub: HubService
    station: Workstation
    nonce: str
    answer: PackWriter
    answer_bytes: int
    told: Told
    whole: int
    n: int = 0
    results: int = 0
    held: list[str] = field(default_factory=list)
    caught_up: bool = True
    _file: FileHead | None = None
    _received: int = 0
    _place: int = 0

    def perform(self, frames: Iterator[Frame]) -> None:
        """Perform a pack frame by frame; what is refused as a whole is told and ends it."""
        last: tuple[SyncRequest, SyncReply] | None = None
        for frame in frames:
            match frame.kind:
                case FrameKind.ASK:
                    last = self._ask(frame.body)
                    if last is None:
                        return
                case FrameKind.FILE:
                    self._begin_file(decode(FileHead, frame.body))
                case FrameKind.PART:
                    self._take_part(frame.body)
                case _:
                    continue
        self._carry_on(last)
        if self.held:
            self.answer.add(FrameKind.HELD, encode(FilesHeld(self.held)))

    def _carry_on(self, last: tuple[SyncRequest, SyncReply] | None) -> None:
        """Ask for the desk what it would ask next, until nothing is behind or the pack is full."""
        while last is not None:
            behind = following(*last)
            if behind is None:
                return
            if self.answer.size > self.answer_bytes:
                self.caught_up = False
                return
            last = self._ask(encode(behind))

    def _ask(self, raw: bytes) -> tuple[SyncRequest, SyncReply] | None:
        """Put one request to the hub and write it with its answer; None where it was refused."""
        asked = decode(SyncRequest, raw)
        try:
            said = self.hub.sync(self._call(raw), asked)
        except (MseqForkError, CursorTooOldError) as error:
            self.answer.add(FrameKind.TROUBLE, encode(_trouble(error, self.hub)))
            return None
        except HubBusyError as error:
            raise BranchError(courier_refused("busy")) from error
        reply = decode(SyncReply, bytes(decode(Envelope, said).reply))
        for scope in (one.scope for one in reply.events if one.event == "snapshot"):
            self._add_snapshot(scope)
        self.answer.add(FrameKind.ASK, raw)
        self.answer.add(FrameKind.ANSWER, said)
        self.n += 1
        self.results += len(reply.results)
        self.told(Progress("answers", self.n, self.whole))
        return asked, reply

    def _call(self, raw: bytes) -> Call:
        """Stand in for the line: the pack's signature covered this request."""
        nonce = nonce_of(self.nonce, self.n)
        at = int(self.hub.clock.now().timestamp())
        return Call(self.station, SignedBy(self.station.device, nonce, 0, nonce, at), raw)

    def _add_snapshot(self, scope: str) -> None:
        """Put a scope's snapshot in front of the answer that speaks of it, once it is built."""
        call = self._call(b"")
        for _ in range(LOOKS):
            said = self.hub.snapshot(call, scope, SCHEMA)
            offer = decode(SnapReply, bytes(decode(Envelope, said).reply))
            if offer.state == "ready":
                break
            threading.Event().wait(LOOK_AGAIN)
        else:
            raise BranchError(courier_refused("snapshot"))
        self.answer.add(FrameKind.SNAPSHOT, said)
        for start in range(0, offer.size, PART):
            part, _ = self.hub.snapshot_bytes(call, scope, offer.sha256, start, start + PART)
            self.answer.add(FrameKind.PART, part)

    def _begin_file(self, file: FileHead) -> None:
        """Begin a file where head office has it; one no record here names is passed over."""
        self._file, self._place = None, 0
        if not self.hub.may_see_file(self._call(b""), file.sha256):
            return
        standing = self.hub.blobs.standing(self.station.device, file.sha256)
        if standing.whole:
            self.held.append(file.sha256)
            return
        self._file, self._received = file, standing.received

    def _take_part(self, part: bytes) -> None:
        start, self._place = self._place, self._place + len(part)
        if self._file is None or self._place <= self._received:
            return
        part = part[max(0, self._received - start) :]
        sha256, size = self._file.sha256, self._file.size
        try:
            now = self.hub.blobs.take_part(self.station.device, sha256, self._received, size, part)
        except (OffsetError, WrongHashError):
            self._file = None
            return
        self._received = now.received
        if now.whole:
            self.held.append(sha256)
            self._file = None


def _trouble(error: MseqForkError | CursorTooOldError, hub: HubService) -> Trouble:
    now = micros_of(hub.clock.now())
    if isinstance(error, MseqForkError):
        return Trouble("mseq_fork", "", now, 0, {"mseq": error.mseq})
    return Trouble("cursor_too_old", "", now, 0, {"scope": error.scope})


def _name(device: str) -> str:
    return f"courier:{device}"


def _standing(connection: Connection, device: str) -> tuple[int, int]:
    """Give the numbers of the last pack taken and of the last answer given; 0 for none."""
    found = connection.execute(
        select(device_head.c.last_mseq, device_head.c.last_request).where(
            device_head.c.device == _name(device)
        )
    ).first()
    return (0, 0) if found is None else (found[0], found[1])


def _count(connection: Connection, hub: HubService, device: str, pack: int, answer: int) -> None:
    """Let a pack count, once: of two who took it at the same time the later is told so."""
    values = {"last_mseq": pack, "last_request": answer, "seen_at": hub.clock.now()}
    taken, given = _standing(connection, device)
    if taken >= pack or given >= answer:
        raise BranchError(pack_taken(pack, taken))
    raised = connection.execute(
        update(device_head)
        .where(device_head.c.device == _name(device), device_head.c.last_mseq == taken)
        .values(**values)
    )
    if raised.rowcount == 0:
        connection.execute(insert(device_head).values(device=_name(device), **values))
