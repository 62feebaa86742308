"""What stands in the index for a record, and what a typed text asks of it: pure functions.

A text is folded sign by sign (half-width, lower case, no spaces), so that a place in the folded
text leads back to a place in the text as it is shown.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from app.kit.pinyin import Pinyin, pinyin_print
from app.store.base import Searched, Shared, shared_classes

FORM = "1"
"""Counted up when what stands in the index for a record changes: every desk then makes it anew."""
INITIALS, WHOLE = 8, 20
"""Letters of initials and of pinyin that are indexed; what is typed beyond is compared."""
PART_INITIALS, PART_WHOLE = 6, 10
"""The same for a name that is entered behind its place name."""
NUMBER, TAIL = "#", "~"
NUMBER_SIGNS = 32
TAIL_AT_LEAST = 3
"""Fewer last places of a number are no question: too many numbers end so."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How records of one kind are searched."""

    kind: str
    searched: tuple[Searched, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The searched columns, in order."""
        return tuple(one.column for one in self.searched)

    @property
    def print(self) -> str:
        """A short print of everything the index of this kind depends on."""
        said = repr((FORM, self.kind, [(one.column, one.how) for one in self.searched]))
        return hashlib.sha256(f"{said} {pinyin_print()}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared; ``places`` gives the place of each sign in the text itself."""

    signs: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the part of the text itself that a part of the folded text comes from."""
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Entries:
    """What the index holds of one record."""

    signs: frozenset[str]
    words: frozenset[str]


def plans() -> dict[str, Plan]:
    """Give the kinds that are searched, from their record classes."""
    return {kind: plan for kind, of in sorted(shared_classes().items()) if (plan := plan_of(of))}


def plan_of(of: type[Shared]) -> Plan | None:
    """Give the plan of a record class; None where it is not searched."""
    return Plan(of.__tablename__, of.searched) if of.searched else None


def folded(text: str) -> Folded:
    """Fold a text sign by sign; a half of a surrogate pair, which no store can hold, goes."""
    signs = [_folded_sign(sign) for sign in text]
    places = [place for place, some in enumerate(signs) for _ in some]
    return Folded("".join(signs), tuple(places))


@cache
def _folded_sign(sign: str) -> str:
    """Fold one sign: mostly one, none for a space, several for a ligature."""
    folding = unicodedata.normalize("NFKC", sign).casefold()
    return "".join(one for one in folding if not one.isspace() and not "\ud800" <= one <= "\udfff")


def entries(plan: Plan, values: Sequence[str | None], pinyin: Pinyin) -> Entries:
    """Give what stands in the index for a record with these values in its searched columns."""
    signs: set[str] = set()
    words: set[str] = set()
    for searched, value in zip(plan.searched, values, strict=True):
        text = "".join(map(_folded_sign, value or ""))
        if searched.how == "name":
            signs.update(pieces(text))
            words.update(spellings(text, pinyin))
        else:
            words.update(_number_words(text))
    return Entries(frozenset(signs), frozenset(words))


def pieces(text: str) -> Iterator[str]:
    """Give the signs beyond ASCII and the pairs of signs of a folded text."""
    yield from (sign for sign in text if sign >= "\x80")
    for run in _WORDS.findall(text):
        yield from map("".join, pairwise(run))


_WORDS = re.compile(r"[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
"""Runs of signs that are each part of a word to the tokenizer (`_counts`)."""


def asked_pieces(text: str) -> list[str]:
    """Give the pieces a text must have to hold this folded text; none where the index is no help.

    Pairs say more than signs, so signs are asked only where there is no pair around them.
    """
    pairs = [a + b for a, b in pairwise(text) if _counts(a) and _counts(b)]
    if pairs:
        return list(dict.fromkeys(pairs))
    return list(dict.fromkeys(sign for sign in text if sign >= "\x80"))


def spellings(text: str, pinyin: Pinyin) -> Iterator[str]:
    """Give the initials and the pinyin of a folded name, from each place people begin at."""
    ways = pinyin.readings(text)
    for start in pinyin.starts(text):
        initials, whole = (PART_INITIALS, PART_WHOLE) if start else (INITIALS, WHOLE)
        for way in ways:
            said = way[start:]
            yield "".join([one[:1] for one in said])[:initials]
            yield "".join(said)[:whole]


def number_asked(typed: str) -> str:
    """Bring a typed text to the form numbers are compared in; empty where it can be none."""
    number = "".join(sign for sign in typed if sign not in "-\u2010\u2013").upper()
    return number if number.isascii() and number.isalnum() else ""


def number_form(text: str) -> str:
    """Bring a folded number to the form it is compared in: letters and digits, upper case."""
    return "".join(sign for sign in text if sign.isalnum()).upper()


def _number_words(text: str) -> Iterator[str]:
    number = number_form(text)
    if number:
        yield NUMBER + number[:NUMBER_SIGNS]
        yield TAIL + number[::-1][:NUMBER_SIGNS]


def _counts(sign: str) -> bool:
    """Say whether a sign is part of a word to the tokenizer."""
    return sign >= "\x80" or sign.isalnum()
