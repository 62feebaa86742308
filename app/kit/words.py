"""Sentences that wait to be said until the language is known.

A Text keeps its English msgid and its values; str() gives it in the language in use. Chinese stands
only in ``resources/locale/<language>/*.po``, one file per room, compiled into one per language;
the English text is its own translation. The language is one per process because one person sits at
a desk.
"""

import gettext
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import unpack_from

from typing_extensions import override

LOCALES = Path(__file__).resolve().parents[2] / "resources" / "locale"
LANGUAGES = ("zh_CN", "en")
COMPILED = "sealdesk.mo"
"""The words of all rooms in one language."""
_current = ["zh_CN"]


@dataclass(frozen=True)
class Text:
    """A sentence with its values, in no language yet."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int = 0

    @override
    def __str__(self) -> str:
        return self.in_language(_current[0])

    def in_language(self, language: str) -> str:
        """Give the sentence in one language; a value that is a Text follows it."""
        values = {
            name: value.in_language(language) if isinstance(value, Text) else value
            for name, value in self.values.items()
        }
        if self.plural is None:
            return say(self.msgid, language).format_map(values)
        return say_many(self.msgid, self.plural, self.count, language).format_map(values)


@dataclass(frozen=True)
class Wording(Text):
    """Words that come with what they stand on (a signed pack), not from a catalogue.

    ``said`` holds them by language; a language that is missing says the English ones, the msgid.
    """

    said: tuple[tuple[str, str], ...] = ()

    @override
    def in_language(self, language: str) -> str:
        return dict(self.said).get(language, self.msgid)


def wording(said: Mapping[str, str]) -> Wording:
    """Make words from what they are in each language, English among them."""
    return Wording(said["en"], said=tuple(said.items()))


def t(msgid: str, **values: object) -> Text:
    """Make a sentence; ``{name}`` in the msgid is filled from the values."""
    return Text(msgid, values)


def tn(one: str, many: str, n: int, **values: object) -> Text:
    """Make a sentence that counts; ``{n}`` is always among its values."""
    return Text(one, {**values, "n": n}, many, n)


def say(msgid: str, language: str) -> str:
    """Translate one msgid without values."""
    words = _catalogue(language)
    return msgid if words is None else words.one(msgid)


def say_many(one: str, many: str, n: int, language: str) -> str:
    """Translate a counting msgid."""
    words = _catalogue(language)
    return _english(one, many, n) if words is None else words.many(one, many, n)


def use_language(language: str) -> None:
    """Choose the language of this process; raises ValueError for one we do not speak."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}")
    _current[0] = language


def language_in_use() -> str:
    """Say which language texts come out in now."""
    return _current[0]


class _Words:
    """The compiled words of one language, looked up where they lie (the .mo file of gettext).

    Of two thousand sentences the first window says a dozen: none is read before it is said, and the
    table of the file is searched by halves, as its order allows.
    """

    def __init__(self, octets: mmap) -> None:
        self._octets = octets
        _magic, _revision, self._count, self._keys, self._values = unpack_from("<5I", octets)
        self._said: dict[str, tuple[str, ...]] = {}
        header = " ".join(self.forms("") or ())
        rule = header.partition("plural=")[2].partition(";")[0]
        self._plural = gettext.c2py(rule or "n != 1")

    def forms(self, key: str) -> tuple[str, ...] | None:
        """Give what a msgid is called, each plural form for itself; None where nobody said it."""
        if key not in self._said:
            wanted = key.encode()
            place = bisect_left(range(self._count), wanted, key=partial(self._at, self._keys))
            found = self._at(self._keys, place) if place < self._count else b""
            # The words of one stand with those of many, behind them and a zero octet.
            if found != wanted and not found.startswith(wanted + b"\0"):
                return None
            self._said[key] = tuple(self._at(self._values, place).decode().split("\0"))
        return self._said[key]

    def one(self, msgid: str) -> str:
        """Say a msgid; one that is not there is said as it is."""
        forms = self.forms(msgid)
        return forms[0] if forms else msgid

    def many(self, one: str, many: str, n: int) -> str:
        """Say a msgid that counts."""
        forms = self.forms(f"{one}\0{many}")
        return forms[self._plural(n)] if forms else _english(one, many, n)

    def _at(self, table: int, place: int) -> bytes:
        length, start = unpack_from("<2I", self._octets, table + 8 * place)
        return bytes(self._octets[start : start + length])


def _english(one: str, many: str, n: int) -> str:
    return one if n == 1 else many


@cache
def _catalogue(language: str) -> _Words | None:
    """Open the compiled words of a language; None for one that is its own translation."""
    path = LOCALES / language / COMPILED
    if not path.exists():
        return None
    with path.open("rb") as file:
        return _Words(mmap(file.fileno(), 0, access=ACCESS_READ))
