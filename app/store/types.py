"""The column types of the house: the same on SQLite and PostgreSQL, the same in Python.

Each type also knows its form on the wire (plain JSON), so a row travels without its own code.
"""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, SafeUUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Dialect,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.types import TypeEngine
from typing_extensions import override

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_new, _put = object.__new__, object.__setattr__

Plain = None | bool | int | str | list[Any] | dict[str, Any]
"""What JSON can say without a float."""


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, stored as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros_of(value)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment_of(value)


class Spelled(str):
    """A plain value as its canonical JSON text: one that is long is spelled once."""

    __slots__ = ()


class Json(TypeDecorator[Any]):
    """A plain value, stored as its canonical JSON text: sorted keys, no spaces, UTF-8."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(spelled(value))

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


IdType = Uuid(as_uuid=True)
FenType = BigInteger()
IntType = BigInteger()
BoolType = Boolean(create_constraint=False)
DayType = Date()
UtcType = Utc()
TextType = Text()
CodeType = String(64)
"""A short code or number: a state, a contract number, a person id."""
ShaType = String(64)
"""A SHA-256 as 64 lower-case hex digits."""
JsonType = Json()
BytesType = LargeBinary()


def canonical_json(value: object) -> str:
    """Write plain JSON the one way: sorted keys, no spaces, no escapes beyond what JSON needs."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def spelled(value: object) -> Spelled:
    """Give the canonical JSON of a plain value, or of one that is spelled already."""
    return value if isinstance(value, Spelled) else Spelled(canonical_json(value))


def micros_of(moment: datetime) -> int:
    """Count the microseconds since 1970 of an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a stored moment must be aware")
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(micros: int) -> datetime:
    """Give the moment of a count of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def to_plain(value: object) -> Plain:
    """Give the wire form of a column's value."""
    match value:
        case None | bool() | int() | str() | list() | dict():
            return value
        case UUID():
            return value.hex
        case datetime():
            return micros_of(value)
        case date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            raise TypeError(f"{type(value).__name__} has no wire form")


def id_of(held: str) -> UUID:
    """Read an id as SQLite holds it: 32 hex digits.

    A search makes fifty of them and a page of a list a hundred, and most of what one costs is what
    UUID checks of its many ways to be given: its two slots are filled here as its pickling does.
    """
    made = _new(UUID)
    _put(made, "int", int(held, 16))
    _put(made, "is_safe", SafeUUID.unknown)
    return made


def from_plain(kind: TypeEngine[Any], plain: Plain) -> Any:
    """Read a column's value from its wire form; raises ValueError or TypeError."""
    if plain is None:
        return None
    match kind, plain:
        case Uuid(), str():
            return UUID(hex=plain)
        case Utc(), int() if not isinstance(plain, bool):
            return moment_of(plain)
        case Date(), str():
            return date.fromisoformat(plain)
        case LargeBinary(), str():
            return base64.b64decode(plain, validate=True)
        case Json(), _:
            return plain
        case Boolean(), bool():
            return plain
        case BigInteger(), int() if not isinstance(plain, bool):
            return plain
        case String(), str():
            return plain
        case _:
            raise TypeError(f"{plain!r} does not fit {kind!r}")
