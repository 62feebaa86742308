"""Bodies: messages to bytes and back, strictly and within limits.

JSON by msgspec; zstd level 1 above 512 bytes. Nothing larger than 8 MB comes in, nothing unpacks
to more than 64 MB, whatever its header claims.
"""

from typing import TypeVar

import msgspec
import zstandard

from sync.wire.faults import WireError, WireFault

M = TypeVar("M")

MAX_BODY = 8 * 1024 * 1024
"""Bytes of one body on the wire."""
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of one body unpacked."""
WORTH_PACKING = 512
"""Below this many bytes zstd saves nothing worth its header."""
ZSTD = "zstd"
TROUBLE_HEADER = "Sealdesk-Trouble"
"""Carries a Trouble where the answer may have no body (HEAD)."""
JSON_TYPE = "application/json"

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(message: object) -> bytes:
    """Write a message as JSON."""
    return _encoder.encode(message)


def decode(kind: type[M], raw: bytes) -> M:
    """Read a message strictly; raises WireError NOT_JSON, WRONG_SHAPE or TOO_LARGE."""
    if len(raw) > MAX_UNPACKED:
        raise WireError(WireFault.TOO_LARGE, f"{len(raw)} bytes")
    try:
        return msgspec.json.decode(raw, type=kind, strict=True)
    except msgspec.ValidationError as error:
        raise WireError(WireFault.WRONG_SHAPE, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(WireFault.NOT_JSON, str(error)) from error


def pack(raw: bytes) -> tuple[bytes, str]:
    """Compress a body where it pays; gives the bytes and the Content-Encoding ("" for none)."""
    if len(raw) < WORTH_PACKING:
        return raw, ""
    return zstandard.ZstdCompressor(level=1).compress(raw), ZSTD


def unpack(
    body: bytes, coding: str, *, limit: int = MAX_UNPACKED, packed_limit: int = MAX_BODY
) -> bytes:
    """Undo ``pack``; raises WireError TOO_LARGE, UNKNOWN_CODING, NOT_ZSTD or BOMB."""
    if len(body) > packed_limit:
        raise WireError(WireFault.TOO_LARGE, f"{len(body)} bytes")
    match coding:
        case "" | "identity":
            return body
        case "zstd":
            return _unzstd(body, limit)
        case _:
            raise WireError(WireFault.UNKNOWN_CODING, coding[:40])


def _unzstd(body: bytes, limit: int) -> bytes:
    """Unpack the one frame a body is; it must say its size, so that a bomb is refused unopened."""
    try:
        size = zstandard.frame_content_size(body)
        if size < 0:
            raise WireError(WireFault.NOT_ZSTD, "the frame does not say its size")
        if size > limit:
            raise WireError(WireFault.BOMB, f"{size} bytes")
        return zstandard.ZstdDecompressor(max_window_size=MAX_UNPACKED).decompress(
            body, allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise WireError(WireFault.NOT_ZSTD, str(error)) from error
