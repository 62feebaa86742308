"""What a courier's pack is made of (docs/protocol.md, "The courier"): its head and its frames.

A pack is a head in the clear, one sealed stream cut into chunks, and a signature over all of it.
The stream holds frames one behind the other: a byte that says what it is, four bytes of length, the
bytes. Messages in frames are those of the line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from msgspec import Meta

from sync.wire.body import MAX_UNPACKED, ZSTD, pack, unpack
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import Code, Count, Hex32, MaybeCode, Message, Micros, Sha

FORMAT = 1
"""The version of packs; a newer one is refused in words."""
MAGIC = b"SDCOURIER\n"
OUT = "out"
"""From a desk to head office."""
IN = "in"
"""From head office to a desk."""
MAX_HEAD = 4_096
PART = 1024 * 1024
"""Bytes of one part of a file in a pack at most."""
_PACKED = 0x80
_HEADER = 5

KeyText = Annotated[str, Meta(max_length=64)]


class PackHead(Message, frozen=True):
    """What a pack says of itself in the clear; all of it is signed and bound to the sealed stream.

    ``number`` counts the packs of one desk in one direction, from 1, without a gap. ``answers``: in
    an answer, the number of the pack it answers; in a request, that of the last answer that was
    taken in there. ``nonce`` is the request's own, and repeated by its answer.
    """

    format: Annotated[int, Meta(ge=1, le=255)]
    direction: Code
    device: Hex32
    number: Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
    answers: Count
    nonce: Hex32
    at: Micros
    key_id: Code
    """The key it is sealed to: the first 16 hex digits of the SHA-256 of the raw public key."""
    sealed: Annotated[str, Meta(max_length=256)]
    """The stream's key, sealed by HPKE (RFC 9180), in base64."""
    reply_key: KeyText
    """In a request: the desk's X25519 key the answer is sealed to (raw, base64); else ""."""
    signer: MaybeCode
    """The desk, or the id of head office's receipt key."""


class FileHead(Message, frozen=True):
    """A file whose parts follow; ``size`` in bytes."""

    sha256: Sha
    size: Count


class FilesHeld(Message, frozen=True):
    """The files of a pack that head office now has whole and verified."""

    files: list[Sha]


class FrameKind(IntEnum):
    """What a frame holds; a kind this version does not know is passed by."""

    ASK = 1
    ANSWER = 2
    FILE = 3
    PART = 4
    SNAPSHOT = 5
    HELD = 6
    TROUBLE = 7


@dataclass(frozen=True)
class Frame:
    """One frame, unpacked."""

    kind: int
    body: bytes


def frame_bytes(kind: FrameKind, body: bytes) -> bytes:
    """Write a frame; messages are packed where it pays, parts of files go as they are."""
    coding = ""
    if kind is not FrameKind.PART:
        body, coding = pack(body)
    first = kind | _PACKED if coding else kind
    return bytes([first]) + len(body).to_bytes(4, "big") + body


def frames(read: Callable[[int], bytes]) -> Iterator[Frame]:
    """Read frames to the end of a stream, one at a time.

    ``read`` gives as many bytes as asked for, fewer only at the end. Raises WireError WRONG_SHAPE
    for a stream that ends inside a frame, TOO_LARGE, NOT_ZSTD or BOMB.
    """
    while header := read(_HEADER):
        if len(header) < _HEADER:
            raise WireError(WireFault.WRONG_SHAPE, "the stream ends inside a frame")
        size = int.from_bytes(header[1:], "big")
        if size > MAX_UNPACKED:
            raise WireError(WireFault.TOO_LARGE, f"a frame of {size} bytes")
        body = read(size)
        if len(body) < size:
            raise WireError(WireFault.WRONG_SHAPE, "the stream ends inside a frame")
        packed = header[0] & _PACKED
        yield Frame(
            header[0] & ~_PACKED,
            unpack(body, ZSTD, packed_limit=MAX_UNPACKED) if packed else body,
        )
