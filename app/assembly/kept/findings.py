"""What a look at a kept day can find: faults that name their file, and the checks made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.assembly.kept.reading import Kept
from app.kit.words import Text, t


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold, and the file (below the folder) where it shows."""

    file: str
    what: Text


Look = Callable[[Kept], Iterable[Fault]]


@dataclass(frozen=True)
class Check:
    """One thing that is looked at; ``file`` is blamed where a record cannot be read at all."""

    name: str
    file: str
    look: Look


def differs(file: str, name: str, holds: bool) -> Iterator[Fault]:
    """Report a field of a file that is not what the evidence gives."""
    if not holds:
        yield Fault(file, t("{name} is not what the evidence gives.", name=name))


def same(file: str, said: object, given: object, name: str) -> Iterator[Fault]:
    """Report a field of a file that says something else than what was worked out afresh."""
    yield from differs(file, name, type(said) is type(given) and said == given)
