"""Orders as plain values: what a command carries to head office.

An order is a frozen dataclass of str, int, bool, date, datetime, UUID, bytes, enums, tuples and
further frozen dataclasses. Money is an integer, so a float has no place in it and is refused.
"""

from typing import Any, TypeVar

import msgspec

from sync.wire.faults import WireError, WireFault

T = TypeVar("T")

Plain = None | bool | int | str | list[Any] | dict[str, Any]
"""What JSON can say without a float."""


def to_plain(order: object) -> Any:
    """Give the plain form of an order; raises WireError FLOAT or WRONG_SHAPE."""
    try:
        plain = msgspec.to_builtins(order, order="deterministic")
    except (TypeError, msgspec.ValidationError) as error:
        raise WireError(WireFault.WRONG_SHAPE, str(error)) from error
    _refuse_floats(plain)
    return plain


def plain_text(order: object) -> bytes:
    """Write what is kept at this end and read back by `from_plain`: the plain form as JSON."""
    return msgspec.json.encode(order, order="deterministic")


def sorted_text(plain: object) -> str:
    """Spell a plain order the one way app.store.types does, at a sixth of its cost.

    An order holds no float (`to_plain`). Raises ValueError for half a surrogate pair, which this
    way of spelling does not have.
    """
    return msgspec.json.encode(plain, order="sorted").decode()


def from_plain(kind: type[T], plain: object) -> T:
    """Read an order strictly; raises WireError FLOAT or WRONG_SHAPE."""
    _refuse_floats(plain)
    try:
        return msgspec.convert(plain, kind, strict=True)
    except (TypeError, msgspec.ValidationError) as error:
        raise WireError(WireFault.WRONG_SHAPE, str(error)) from error


def _refuse_floats(plain: object) -> None:
    """Look at every value; an order may hold some ten thousand, most of them texts."""
    left = [plain]
    for one in left:
        if isinstance(one, float):
            raise WireError(WireFault.FLOAT, repr(one))
        if isinstance(one, dict):
            left += [value for value in one.values() if not isinstance(value, str)]
        elif isinstance(one, list | tuple):
            left += [value for value in one if not isinstance(value, str)]
