"""Taking answers in from a stick: checked as a whole, then by the way of every answer.

A pack is read twice: once to its end to see that every byte is head office's and answers what
this desk asked, then again to take it in. What a power cut leaves half taken in is gone on with
when the same answer is taken again: words come once, pages begin where the desk stands.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.kit.errors.base import BranchError
from app.kit.errors.courier import answer_unknown, pack_damaged, pack_other, pack_signer, pack_taken
from app.kit.errors.sync import hub_refused
from app.store.courier_book import OpenPack
from sync.client.faults import HubError, HubFault
from sync.client.link import said
from sync.courier.conversation import Progress, Told, following, hear_nothing, nonce_of
from sync.courier.pack import PackReader, disk_said
from sync.courier.sealing import key_id, raw_public
from sync.engine.packing import CourierDesk
from sync.engine.taking import SyncReport, Taking, believe, report_of, take
from sync.wire.body import decode, encode
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import SnapReply, SyncReply, SyncRequest, Trouble
from sync.wire.packs import IN, FilesHeld, Frame, FrameKind
from sync.wire.receipts import Answer, sha256, unseal
from sync.wire.signature import verify_bytes

_BAD_REQUEST = 400


@dataclass(frozen=True)
class Imported:
    """An answer that was taken in: its number, the pack it answers, files head office now has."""

    number: int
    answers: int
    report: SyncReport
    files: int
    hub_time: datetime | None


def import_answer(at: CourierDesk, path: Path, *, told: Told = hear_nothing) -> Imported:
    """Take head office's answer in; everything in it is checked before the first of it is written.

    Raises BranchError E-COURIER-… with nothing changed, and Cancelled where ``told`` does: what was
    taken in until then stays, the rest comes when the same answer is taken again.
    """
    pack = PackReader(path)
    answered = _admitted(at, pack)
    whole = sum(1 for one in _spoken(at, pack, answered, Offers()) if isinstance(one, Exchange))
    with disk_said(), tempfile.TemporaryDirectory(dir=_spool(at), prefix="pack-") as folder:
        offers = Offers(Path(folder))
        now = Taking(at.desk, offers, at.settings)
        files = 0
        for one in _spoken(at, pack, answered, offers):
            files += _take_in(at, now, one)
            told(Progress("answers", now.rounds, whole))
        report = report_of(now, "done")
    at.book.note_taken_in(pack.head.number, pack.head.answers)
    return Imported(pack.head.number, pack.head.answers, report, files, report.hub_time)


def _spool(at: CourierDesk) -> Path:
    """Give the folder snapshots lie in while a pack is taken in, beside the store."""
    folder = at.desk.snapshot_folder.with_name("courier")
    folder.mkdir(exist_ok=True)
    return folder


def _admitted(at: CourierDesk, pack: PackReader) -> OpenPack:
    """Say which pack an answer is to; raises what is wrong with it."""
    head, name = pack.head, pack.path.name
    mine = head.direction == IN and head.device == at.settings.device
    if not mine or head.key_id != key_id(raw_public(at.key)):
        raise BranchError(pack_other(name))
    key = at.hub_keys.get(head.signer)
    if key is None:
        raise BranchError(pack_signer(name))
    pack.check(lambda signature, whole: verify_bytes(key, signature, whole))
    standing = at.book.standing()
    if head.number <= standing.taken_in:
        raise BranchError(pack_taken(head.number, standing.taken_in))
    found = standing.waiting_for(head.answers, head.nonce)
    if found is None:
        raise BranchError(answer_unknown(head.answers))
    return found


@dataclass(frozen=True)
class Exchange:
    """One request of this desk with head office's answer to it."""

    asked: SyncRequest
    answer: Answer[SyncReply]


Spoken = Exchange | FilesHeld | Trouble


@dataclass
class Offers:
    """The snapshots of a pack, as a line would offer them; without a folder they are only read."""

    folder: Path | None = None
    _found: dict[str, SnapReply] = field(default_factory=dict)

    def add(self, offer: SnapReply, parts: Iterator[bytes]) -> None:
        """Keep a snapshot that the pack brings; raises WireError where it is another one."""
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
            if self.folder is not None:
                with (self.folder / offer.sha256).open("ab") as file:
                    file.write(part)
        if digest.hexdigest() != offer.sha256:
            raise WireError(WireFault.WRONG_DIGEST, "a snapshot is not what its name says")
        self._found[offer.scope] = offer

    def snapshot(self, scope: str) -> SnapReply:
        """Give the offer that came with the pack; raises HubError NOT_FOUND."""
        found = self._found.get(scope)
        if found is None:
            raise HubError(HubFault.NOT_FOUND, hub_refused("not_found"))
        return found

    def snapshot_bytes(self, scope: str, sha256: str, start: int, size: int) -> bytes:
        """Give a stretch of it."""
        assert self.folder is not None, f"{scope} is loaded from a pack that is taken in"
        with (self.folder / sha256).open("rb") as file:
            file.seek(start)
            return file.read(size)


def _spoken(
    at: CourierDesk, pack: PackReader, answered: OpenPack, offers: Offers
) -> Iterator[Spoken]:
    """Give what an answer says, each part checked; snapshots go into ``offers`` on the way.

    Raises BranchError E-COURIER-DAMAGED for anything that does not answer what was asked.
    """
    try:
        yield from _Script(at, answered, pack.head.nonce, offers).read(pack.frames(at.key))
    except WireError as error:
        raise BranchError(pack_damaged(pack.path.name, str(error))) from error
    except HubError as error:
        raise BranchError(pack_damaged(pack.path.name, str(error.problem.what))) from error


@dataclass
class _Script:
    """The order an answer must keep: our requests one by one, each with its answer behind it."""

    at: CourierDesk
    answered: OpenPack
    nonce: str
    offers: Offers
    n: int = 0
    last: Exchange | None = None

    def read(self, frames: Iterator[Frame]) -> Iterator[Spoken]:
        for frame in frames:
            match frame.kind:
                case FrameKind.SNAPSHOT:
                    self._snapshot(frame.body, frames)
                case FrameKind.ASK:
                    self.last = self._exchange(frame.body, next(frames, None))
                    self.n += 1
                    yield self.last
                case FrameKind.HELD:
                    yield decode(FilesHeld, frame.body)
                case FrameKind.TROUBLE:
                    yield decode(Trouble, frame.body)
                case FrameKind.ANSWER | FrameKind.FILE | FrameKind.PART:
                    raise WireError(WireFault.WRONG_SHAPE, "a frame out of its order")
                case _:
                    continue

    def _exchange(self, asked: bytes, answer: Frame | None) -> Exchange:
        if answer is None or answer.kind != FrameKind.ANSWER or not self._ours(asked):
            raise WireError(WireFault.WRONG_SHAPE, f"request {self.n} is not this desk's")
        nonce = nonce_of(self.nonce, self.n)
        read = unseal(SyncReply, answer.body, self.at.hub_keys, request=asked, nonce=nonce)
        exchange = Exchange(decode(SyncRequest, asked), read)
        believe(exchange.asked, read, self.at.settings.device)
        return exchange

    def _ours(self, asked: bytes) -> bool:
        """Say whether a request is the next of those written, or what follows the last of them."""
        if self.n < len(self.answered.asks):
            return sha256(asked) == self.answered.asks[self.n]
        if self.last is None:
            return False
        behind = following(self.last.asked, self.last.answer.reply)
        return behind is not None and asked == encode(behind)

    def _snapshot(self, body: bytes, frames: Iterator[Frame]) -> None:
        nonce = nonce_of(self.nonce, self.n)
        offer = unseal(SnapReply, body, self.at.hub_keys, request=b"", nonce=nonce).reply
        self.offers.add(offer, _parts(frames, offer.size))


def _parts(frames: Iterator[Frame], size: int) -> Iterator[bytes]:
    """Give the parts of a file of so many bytes; raises WireError where they are others."""
    while size > 0:
        part = next(frames, None)
        if part is None or part.kind != FrameKind.PART or not 0 < len(part.body) <= size:
            raise WireError(WireFault.WRONG_SHAPE, "a file's parts do not fit its size")
        size -= len(part.body)
        yield part.body


def _take_in(at: CourierDesk, now: Taking, one: Spoken) -> int:
    """Take in one thing the answer says; gives how many files it was about."""
    match one:
        case Exchange(asked, answer):
            take(now, asked, answer)
            return 0
        case FilesHeld(files):
            return sum(at.desk.file_is_held(sha256) for sha256 in files)
        case Trouble():
            now.problems.append(said(one, _BAD_REQUEST).problem)
            return 0
