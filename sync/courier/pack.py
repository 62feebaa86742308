"""Packs on a stick: written whole or not at all, read chunk by chunk, believed only as a whole.

Layout: MAGIC; the head's length in four bytes and the head; chunks, each with its length in four
bytes, whose first bit says that it is the last; the signature's length in two bytes and the
signature over PURPOSE and the SHA-256 of everything before it. Nothing may follow.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.kit.errors.base import BranchError
from app.kit.errors.courier import (
    courier_disk,
    pack_cut,
    pack_damaged,
    pack_form,
    pack_newer,
    pack_signer,
)
from app.kit.files import sync_folder
from sync.courier.sealing import CHUNK, TAG, SealError, open_chunk, open_key, seal_chunk, seal_key
from sync.wire.body import decode, encode
from sync.wire.faults import WireError
from sync.wire.packs import FORMAT, MAGIC, MAX_HEAD, Frame, FrameKind, PackHead, frame_bytes, frames

PURPOSE = b"sealdesk courier pack 1\n"
"""Stands before the hash of a pack under its signature."""
SUFFIX = ".sdpack"
LAST = 1 << 31
"""The first bit of a chunk's length: no chunk follows."""


@dataclass(frozen=True)
class Purport:
    """What a pack that is written is: everything of its head but what sealing adds."""

    direction: str
    device: str
    number: int
    answers: int
    nonce: str
    at: int
    reply_key: str
    signer: str

    @property
    def file_name(self) -> str:
        """The name of the pack on the stick."""
        return f"sealdesk-{self.device[-8:]}-{self.direction}-{self.number:06}{SUFFIX}"

    @property
    def bound(self) -> bytes:
        """What the sealed key is bound to."""
        return f"{self.device}\n{self.direction}\n{self.number}\n{self.nonce}".encode()


def purport_of(head: PackHead) -> Purport:
    """Give what a head says the pack is."""
    return Purport(
        head.direction,
        head.device,
        head.number,
        head.answers,
        head.nonce,
        head.at,
        head.reply_key,
        head.signer,
    )


class PackWriter:
    """Writes one pack under another name; ``finish`` makes it durable, ``show`` gives it its own.

    Memory: one chunk. Use it inside ``writing``, which leaves no half pack behind.
    """

    def __init__(self, file: BinaryIO, part: Path, path: Path, head: PackHead, key: bytes) -> None:
        self.path = path
        self._written = 0
        self._file = file
        self._part = part
        self._key = key
        self._hash = hashlib.sha256()
        self._held = bytearray()
        self._n = 0
        said = encode(head)
        begun = MAGIC + len(said).to_bytes(4, "big") + said
        self._head = hashlib.sha256(begun).digest()
        self._write(begun)

    @property
    def size(self) -> int:
        """The bytes of the pack so far."""
        return self._written + len(self._held)

    def add(self, kind: FrameKind, body: bytes) -> None:
        """Add a frame."""
        self._held += frame_bytes(kind, body)
        while len(self._held) > CHUNK:
            self._chunk(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def finish(self, sign: Callable[[bytes], bytes]) -> None:
        """Seal the rest, sign the whole, and bring it to the disk, still under the other name."""
        self._chunk(bytes(self._held), last=True)
        self._held.clear()
        signature = sign(PURPOSE + self._hash.digest())
        self._write(len(signature).to_bytes(2, "big") + signature)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def show(self) -> Path:
        """Give the finished pack its own name; gives its path."""
        self._part.replace(self.path)
        sync_folder(self.path.parent)
        return self.path

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        sealed = seal_chunk(self._key, self._n, plain, self._head, last=last)
        self._write((len(sealed) | (LAST if last else 0)).to_bytes(4, "big") + sealed)
        self._n += 1

    def _write(self, raw: bytes) -> None:
        self._hash.update(raw)
        self._file.write(raw)
        self._written += len(raw)


@contextmanager
def writing(folder: Path, purport: Purport, to: str, to_id: str) -> Iterator[PackWriter]:
    """Begin a pack in a folder, sealed to a public key; what is not shown at the end is removed.

    Parts that a kill left are removed too. Raises BranchError E-COURIER-DISK for what the disk
    refuses.
    """
    key = secrets.token_bytes(32)
    head = PackHead(
        format=FORMAT,
        direction=purport.direction,
        device=purport.device,
        number=purport.number,
        answers=purport.answers,
        nonce=purport.nonce,
        at=purport.at,
        key_id=to_id,
        sealed=seal_key(key, to, purport.bound),
        reply_key=purport.reply_key,
        signer=purport.signer,
    )
    path = folder / purport.file_name
    part = path.with_name(f".{path.name}.part")
    with disk_said():
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f".sealdesk-{purport.device[-8:]}-{purport.direction}-*.part"):
            left.unlink(missing_ok=True)
        try:
            with part.open("xb") as file:
                yield PackWriter(file, part, path, head, key)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def disk_said() -> Iterator[None]:
    """Turn what a disk or stick refuses into words."""
    try:
        yield
    except OSError as error:
        raise BranchError(courier_disk(error.strerror or type(error).__name__)) from error


class PackReader:
    """Reads one pack; the file stays where it is and is read from its start for each pass.

    Memory: one chunk and one frame.
    """

    def __init__(self, path: Path) -> None:
        """Read the head; raises BranchError E-COURIER-FORM, -VERSION, -CUT or -DISK.

        Nothing of it is believed before ``check`` held.
        """
        self.path = path
        with disk_said(), path.open("rb") as file:
            self._begun = self._read_head(file)
        said = self._begun[len(MAGIC) + 4 :]
        try:
            self.head = decode(PackHead, said)
        except WireError as error:
            raise BranchError(pack_form(path.name)) from error
        if self.head.format > FORMAT:
            raise BranchError(pack_newer(path.name, self.head.format))
        self._digest = hashlib.sha256(self._begun).digest()

    def _read_head(self, file: BinaryIO) -> bytes:
        begun = file.read(len(MAGIC) + 4)
        if not begun.startswith(MAGIC[: len(begun)]) or not begun:
            raise BranchError(pack_form(self.path.name))
        size = int.from_bytes(begun[len(MAGIC) :], "big")
        if len(begun) < len(MAGIC) + 4:
            raise BranchError(pack_cut(self.path.name))
        if size > MAX_HEAD:
            raise BranchError(pack_form(self.path.name))
        said = file.read(size)
        if len(said) < size:
            raise BranchError(pack_cut(self.path.name))
        return begun + said

    def check(self, verify: Callable[[bytes, bytes], None]) -> None:
        """Check the signature over the whole file, from its first byte to its last.

        ``verify`` takes signature and bytes, and raises WireError for one that does not hold.
        Raises BranchError E-COURIER-CUT, -DAMAGED or -SIGNER.
        """
        with disk_said(), self._opened() as file:
            whole = hashlib.sha256(self._begun)
            for length, sealed in self._chunks(file):
                whole.update(length + sealed)
            signature = self._exactly(file, int.from_bytes(self._exactly(file, 2), "big"))
            if file.read(1):
                raise BranchError(pack_damaged(self.path.name, "bytes behind the signature"))
        try:
            verify(signature, PURPOSE + whole.digest())
        except WireError as error:
            raise BranchError(pack_signer(self.path.name)) from error

    def frames(self, key: X25519PrivateKey) -> Iterator[Frame]:
        """Open the stream and give its frames.

        Raises BranchError E-COURIER-DAMAGED or -CUT where a chunk is not what was signed.
        """
        name = self.path.name
        try:
            with disk_said(), self._opened() as file:
                stream_key = open_key(self.head.sealed, key, purport_of(self.head).bound)
                yield from frames(_Stream(self._plain(file, stream_key)).read)
        except (SealError, WireError) as error:
            raise BranchError(pack_damaged(name, str(error))) from error

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """Open the file behind its head, which must still be the one that was read first."""
        with self.path.open("rb") as file:
            if file.read(len(self._begun)) != self._begun:
                raise BranchError(pack_damaged(self.path.name, "another file lies there now"))
            yield file

    def _chunks(self, file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
        """Give each chunk with the four bytes before it."""
        last = False
        while not last:
            length = self._exactly(file, 4)
            said = int.from_bytes(length, "big")
            last, size = bool(said & LAST), said & ~LAST
            if not TAG <= size <= CHUNK + TAG:
                raise BranchError(pack_damaged(self.path.name, f"a chunk of {size} bytes"))
            yield length, self._exactly(file, size)

    def _plain(self, file: BinaryIO, key: bytes) -> Iterator[bytes]:
        for n, (length, sealed) in enumerate(self._chunks(file)):
            last = bool(int.from_bytes(length, "big") & LAST)
            yield open_chunk(key, n, sealed, self._digest, last=last)

    def _exactly(self, file: BinaryIO, size: int) -> bytes:
        raw = file.read(size)
        if len(raw) < size:
            raise BranchError(pack_cut(self.path.name))
        return raw


class _Stream:
    """Chunks as one stream of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        """Give so many bytes, fewer only at the end."""
        while len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held += chunk
        raw = bytes(self._held[:size])
        del self._held[:size]
        return raw
