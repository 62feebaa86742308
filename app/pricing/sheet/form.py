"""The words of a roster: headings, their synonyms, and what may stand in the cells.

They are a resource (``resources/rules/roster_headings.json``): they are the customers' words
and not ours.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

T = TypeVar("T")

Field = Literal[
    "name",
    "id_type",
    "id_no",
    "sex",
    "birth",
    "job",
    "job_class",
    "gpa_si",
    "gma_si",
    "deductible",
    "pay_ratio",
    "social",
]
FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True, slots=True)
class RosterForm:
    """The words of a roster, each in its folded form (`folded`), the official one first."""

    official: Mapping[Field, str]
    """Field → the heading we print."""
    fields: Mapping[str, Field]
    """Heading → field."""
    ignored: frozenset[str]
    """Headings of columns that are not read."""
    sexes: Mapping[str, Literal["M", "F"]]
    social: Mapping[str, bool]
    classes: Mapping[str, int]
    amount_units: Mapping[str, int]
    amount_signs: frozenset[str]
    nothing: frozenset[str]
    """Words that say "this cover is not bought", like an empty cell."""
    date_separators: str


def folded(text: str) -> str:
    """Bring a word to the form it is compared in: half-width, lower case, no spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if not sign.isspace())


def read_roster_form(content: bytes) -> RosterForm:
    """Read the words from their JSON; raises ValueError where a word stands for two things."""
    plain: Mapping[str, Any] = json.loads(content)
    if set(plain["headings"]) != set(FIELDS):
        raise ValueError("the headings do not name each field of a roster once")
    return RosterForm(
        official={field: str(plain["headings"][field][0]) for field in FIELDS},
        fields=_by_word({field: plain["headings"][field] for field in FIELDS}),
        ignored=frozenset(_words(plain["ignored"])),
        sexes=_by_word({"M": plain["sexes"]["M"], "F": plain["sexes"]["F"]}),
        social=_by_word({True: plain["social"]["yes"], False: plain["social"]["no"]}),
        classes=_by_word({int(number): words for number, words in plain["classes"].items()}),
        amount_units={folded(unit): int(times) for unit, times in plain["amount_units"].items()},
        amount_signs=frozenset(_words(plain["amount_signs"])),
        nothing=frozenset(_words(plain["nothing"])),
        date_separators=unicodedata.normalize("NFKC", str(plain["date_separators"])),
    )


def _words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(word) for word in words))


def _by_word(lists: Mapping[T, Sequence[str]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for value, words in lists.items():
        for word in _words(words):
            if found.setdefault(word, value) != value:
                raise ValueError(f"{word!r} stands for two things in a roster")
    return found
