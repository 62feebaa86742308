"""Reading plain CBOR maps with integer keys into typed values, one complaint for all of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from devices.kit import cbor

T = TypeVar("T")


class Malformed(ValueError):  # noqa: N818 - it names what was seen
    """A signed or framed value does not have the shape its format says."""


class Fields:
    """One CBOR map with unsigned keys, read field by field. Raises Malformed."""

    def __init__(self, octets: bytes, what: str) -> None:
        try:
            value = cbor.decode(octets) if octets else {}
        except cbor.NotCanonical as error:
            raise Malformed(f"{what}: {error}") from error
        if not isinstance(value, Mapping) or not all(
            isinstance(key, int) and key >= 0 for key in value
        ):
            raise Malformed(f"{what}: not a map with unsigned keys")
        self._map: dict[int, object] = {int(key): item for key, item in value.items()}
        self._what = what

    def has(self, key: int) -> bool:
        """Say whether a field is there."""
        return key in self._map

    def need(self, key: int, kind: type[T]) -> T:
        """Give a field that must be there, of exactly this kind (True is no number)."""
        value = self._map.get(key)
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise Malformed(f"{self._what}: field {key} is not {kind.__name__}")
        return value

    def may(self, key: int, kind: type[T]) -> T | None:
        """Give a field that may be missing."""
        return self.need(key, kind) if key in self._map else None

    def octets(self, key: int, length: int) -> bytes:
        """Give a byte string of exactly this length."""
        value = self.need(key, bytes)
        if len(value) != length:
            raise Malformed(f"{self._what}: field {key} is not {length} octets")
        return value

    def count(self, key: int) -> int:
        """Give a number that is not negative."""
        value = self.need(key, int)
        if value < 0:
            raise Malformed(f"{self._what}: field {key} is negative")
        return value

    def octets_or_count(self, key: int) -> bytes | int:
        """Give a field that is a byte string or a number that is not negative."""
        value = self._map.get(key)
        return value if isinstance(value, bytes) else self.count(key)

    def moment(self, key: int) -> datetime:
        """Give a time that is written as whole seconds since 1970, UTC."""
        return from_seconds(self.count(key))

    def texts(self, key: int) -> tuple[str, ...]:
        """Give a list of texts."""
        return _all_of(self.need(key, list), str, self._what)

    def counts(self, key: int) -> tuple[int, ...]:
        """Give a list of numbers."""
        return _all_of(self.need(key, list), int, self._what)


def seconds(at: datetime) -> int:
    """Write a time as whole seconds since 1970. Raises ValueError for a naive or finer one."""
    if at.tzinfo is None or at.microsecond:
        raise ValueError("a time on the wire is aware and has whole seconds")
    return int(at.timestamp())


def from_seconds(value: int) -> datetime:
    """Read whole seconds since 1970. Raises Malformed beyond the calendar."""
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Malformed(f"{value} is not a time") from error


def _all_of(values: list[object], kind: type[T], what: str) -> tuple[T, ...]:
    found = tuple(value for value in values if isinstance(value, kind))
    if len(found) != len(values) or any(isinstance(value, bool) for value in values):
        raise Malformed(f"{what}: a list holds something else than {kind.__name__}")
    return found
