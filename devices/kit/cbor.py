"""Deterministic CBOR (RFC 8949, 4.2.1) of the plain kinds our formats use, and nothing looser.

Allowed: integers, byte strings, text, True, False, None, lists, and maps whose keys are all
integers or all texts. Floats and tags are refused: the first are not needed, the second are
written by hand where a format wants one (``devices.kit.cose``).
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import cbor2

from app.kit.errors.base import BugError

Plain: TypeAlias = (
    int | bytes | str | Sequence["Plain"] | Mapping[int, "Plain"] | Mapping[str, "Plain"] | None
)
_DEEPEST = 16


class NotCanonical(ValueError):  # noqa: N818 - it names what was seen, as house errors do
    """The octets are not the one encoding of a plain value."""


def encode(value: Plain) -> bytes:
    """Give the one encoding of a value. Raises BugError for a kind that is not plain."""
    return cbor2.dumps(_ordered(value, 0))


def decode(octets: bytes) -> Plain:
    """Read exactly one value. Raises NotCanonical for anything but its one encoding."""
    try:
        value: Plain = cbor2.loads(octets)
        again = encode(value)
    except (cbor2.CBORError, BugError) as error:
        raise NotCanonical(str(error)) from error
    if again != octets:
        raise NotCanonical("another encoding of the same value, or octets behind it")
    return value


def _ordered(value: object, depth: int) -> object:
    """Copy a value with its map keys in the order of their encodings."""
    if depth > _DEEPEST:
        raise BugError("nested deeper than any format of ours")
    if value is None or isinstance(value, int | bytes | str):
        return value
    if isinstance(value, list | tuple):
        return [_ordered(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        _check_keys(value)
        pairs = sorted(value.items(), key=lambda pair: cbor2.dumps(pair[0]))
        return {key: _ordered(item, depth + 1) for key, item in pairs}
    raise BugError(f"{type(value).__name__} is not a plain value")


def _check_keys(value: Mapping[object, object]) -> None:
    kinds = {type(key) for key in value}
    if kinds not in ({int}, {str}, set()):
        raise BugError("map keys must all be integers or all be texts")
