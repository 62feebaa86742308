"""Long lists of ids asked for some at a time: a statement takes only so many values."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 500
"""Values in one statement; SQLite's own limit is far above, its plans stay small below."""


def in_parts(values: Sequence[T], at_once: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Give the values in order, so many at a time; nothing for none."""
    for first in range(0, len(values), at_once):
        yield values[first : first + at_once]
