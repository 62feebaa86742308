"""Fields as data: what a form asks, and what is said about an answer. No Qt in here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeVar

from app.kit.money import Fen
from app.kit.words import Text
from app.packs.form_kinds import Kind as Kind
from app.packs.form_kinds import Value as Value
from app.packs.form_sums import Place

T = TypeVar("T")


class Standing(Enum):
    """How an answer stands; only WRONG holds a verb back."""

    OK = "ok"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    WARNED = "warned"


@dataclass(frozen=True)
class FieldNote:
    """What is said about an answer, in words beside the field."""

    standing: Standing
    reason: Text | None = None


FINE = FieldNote(Standing.OK)


@dataclass(frozen=True)
class Choice:
    """One answer to choose: what is stored and what is shown."""

    key: str
    label: Text


@dataclass(frozen=True)
class Field:
    """One question of a form.

    ``check`` gets the read value while it is typed and never an empty one; its note stands beside
    the field. ``hint`` stands there while there is nothing to say. ``below_zero``: an amount may be
    one that is given back. ``section`` is the title above it, where one begins. ``theirs`` is
    filled by head office and only read here, ``computed`` is reckoned from other fields.
    ``remembered``: what a person typed last is offered again. ``columns`` are those of rows.
    """

    key: str
    label: Text
    kind: Kind = Kind.TEXT
    required: bool = False
    hint: Text | None = None
    check: Callable[[Value], FieldNote] | None = None
    choices: tuple[Choice, ...] = ()
    longest: int = 200
    below_zero: bool = False
    section: Text | None = None
    theirs: bool = False
    computed: Place | None = None
    remembered: bool = False
    columns: tuple["Field", ...] = ()

    @property
    def typed_here(self) -> bool:
        """Whether a person at this desk fills it in."""
        return not (self.theirs or self.kind is Kind.THEIRS or self.computed is not None)


@dataclass(frozen=True)
class Draft:
    """A form as it was typed, letter by letter: what is stored for the day the power fails."""

    texts: tuple[tuple[str, str], ...]

    def text(self, key: str) -> str:
        """Give what was typed into a field, nothing where the field was not there."""
        return dict(self.texts).get(key, "")


class Answers:
    """The read values of a form, each asked for by its type."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def asks(self, key: str) -> bool:
        """Say whether the form has a field at all."""
        return key in self._values

    def value(self, key: str) -> Value:
        """Give a value of any kind; nothing for a field the form does not have."""
        return self._values.get(key)

    def text(self, key: str) -> str:
        """Give a text, empty where nothing was typed; raises TypeError for another kind."""
        value = self._values[key]
        return "" if value is None else _as(str, value, key)

    def fen(self, key: str) -> Fen | None:
        """Give an amount in fen; raises TypeError for a field of another kind."""
        value = self._values[key]
        return None if value is None else Fen(_as(int, value, key))

    def number(self, key: str) -> int | None:
        """Give a whole number or basis points; raises TypeError for a field of another kind."""
        value = self._values[key]
        return None if value is None else _as(int, value, key)

    def day(self, key: str) -> date | None:
        """Give a day; raises TypeError for a field of another kind."""
        value = self._values[key]
        return None if value is None else _as(date, value, key)


def _as(kind: type[T], value: object, key: str) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"the field {key!r} holds {type(value).__name__}, not {kind.__name__}")
    return value
