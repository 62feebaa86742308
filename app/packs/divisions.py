"""The places of the country by GB/T 2260: a pack of kind ``divisions``, and what is found in it.

``places`` and ``struck`` are lines ``<code> <name>`` and ``<code> <name> <last year>``, by code;
``as_of`` is the day the list was true on, ``source`` says in words whose list it is. A code has six
figures: two of the province, two of the city, two of the county. Counties are founded every year,
so that a code nobody knows here is told with the day of the list and never refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.kit.pinyin import Pinyin, covered
from app.kit.words import Text, t
from app.kit.written import written_day
from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading

GBT2260 = "GBT2260"
"""The id of the pack that lists the places of the country."""
DIRECT = "90"
"""Third and fourth figure of counties that belong to no city; the line above them is no place."""
LONGEST_NAME = 40
MOST_FOUND = 12
_CODE = re.compile(r"\d{6}", re.ASCII)
_STRUCK = re.compile(r"(\d{6}) (\S+)(?: (\d{4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Struck:
    """A code that was struck off: what the place was called, the last year where it is known."""

    name: str
    year: str


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place that fits what was typed."""

    code: str
    name: str


@dataclass(frozen=True)
class Divisions:
    """Every place of the list, by code."""

    origin: PackOrigin
    as_of: date
    source: Text
    names: Mapping[str, str]
    struck: Mapping[str, Struck]

    def whole_name(self, code: str) -> str:
        """Write a place from its province down; empty for a code that never was in the list."""
        own = self.names.get(code) or (self.struck[code].name if code in self.struck else "")
        if not own:
            return ""
        above = [self.names.get(one, "") for one in _above(code)]
        return "".join(dict.fromkeys(name for name in (*above, own) if len(name) > 1))

    def province_of(self, code: str) -> str:
        """Name the province a code begins with; empty where there is none."""
        return self.names.get(f"{code[:2]}0000", "")

    def doubt(self, code: str, line: str = "") -> Text | None:
        """Say what is doubtful about a code and the line behind it; None where nothing is."""
        if code in self.struck:
            return _said_struck(code, self.whole_name(code), self.struck[code].year)
        if code not in self.names:
            day = written_day(self.as_of)
            return t("The list of {day} has no place with the code {code}.", day=day, code=code)
        named = next((name for name in self._provinces if line.startswith(name)), "")
        if named and named != self.province_of(code):
            return t("The line says {line}, the place lies in {place}.", line=named,
                     place=self.province_of(code))  # fmt: skip
        return None

    def ever(self, code: str) -> bool:
        """Say whether a code is or was that of a place."""
        return code in self.names or code in self.struck

    def split(self, text: str) -> tuple[str, str]:
        """Take a place off the front of a line: code and the rest; no code where none is there.

        The place is written as `whole_name` writes it, with or without room between its parts.
        """
        plain = text.lstrip()
        if _CODE.fullmatch(plain[:6]) and not plain[6:7].isdigit():
            return plain[:6], plain[6:].lstrip()
        bare = "".join(plain.split())
        for size in range(min(len(bare), LONGEST_NAME), 1, -1):
            code = self._by_name.get(bare[:size])
            if code is not None:
                return code, _behind(plain, size)
        return "", text

    def code_of(self, text: str) -> str:
        """Give the code of a place that is written out or given as its code; empty where unclear.

        A county's own name is enough where only one place is called so.
        """
        code, rest = self.split(text)
        if code and not rest:
            return code
        return self._alone.get("".join(text.split()), "")

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for code in self.names:
            if not _is_mere(code, self.names[code]):
                # The province before the city of the same name (a city under the state itself).
                found.setdefault(self.whole_name(code), code)
        return found

    @cached_property
    def _alone(self) -> Mapping[str, str]:
        """Own name → code, where only one place is called so."""
        found: dict[str, str] = {}
        for code, name in self.names.items():
            if not _is_mere(code, name):
                found[name] = "" if name in found else code
        return found

    @cached_property
    def _provinces(self) -> tuple[str, ...]:
        return tuple(name for code, name in self.names.items() if code.endswith("0000"))


class PlaceIndex:
    """The places of a list, ready to be searched; made on a lane, some 50 ms."""

    def __init__(self, divisions: Divisions, pinyin: Pinyin) -> None:
        self._places = [
            _Entry(code, name, divisions.whole_name(code), *_spelled(divisions, code, pinyin))
            for code, name in divisions.names.items()
            if not _is_mere(code, name)
        ]

    def find(self, typed: str, *, most: int = MOST_FOUND) -> tuple[PlaceFound, ...]:
        """Find places by the start of a code, by a part of a name, by syllables or initials.

        Own names that begin so come first, then names that hold it, then the way down to a place.
        """
        words = typed.split()
        if not words:
            return ()
        ranked = [(rank, place) for place in self._places if (rank := _rank(place, words)) < _NONE]
        ranked.sort(key=lambda found: (found[0], found[1].level, found[1].code))
        return tuple(PlaceFound(place.code, place.whole) for _, place in ranked[:most])


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    name: str
    whole: str
    own: tuple[tuple[str, ...], ...]
    ways: tuple[tuple[str, ...], ...]
    """The way down from the province, whole and without the last sign of each name above."""

    @property
    def level(self) -> int:
        """0 for a province, 1 for a city, 2 for a county."""
        return 0 if self.code.endswith("0000") else 1 if self.code.endswith("00") else 2


_NONE = 9


def read_divisions(origin: PackOrigin, content: Mapping[str, Any]) -> Divisions:
    """Read a list of places; raises BranchError E-PACK-CONTENT.

    Every line is a code and a name, by code; every county lies in a province of the list.
    """
    reading = Reading(content, pack_path(origin.kind, origin.id))
    reading.only("as_of", "source", "places", "struck")
    names: dict[str, str] = {}
    struck: dict[str, Struck] = {}
    for code, name, year in _lines(reading.at("places")):
        if year or f"{code[:2]}0000" not in {code, *names}:
            raise reading.wrong("places")
        names[code] = name
    for code, name, year in _lines(reading.at("struck")):
        if code in names:
            raise reading.wrong("struck")
        struck[code] = Struck(name, year)
    return Divisions(origin, reading.at("as_of").day(), reading.at("source").words(), names, struck)


def _lines(reading: Reading) -> Iterator[tuple[str, str, str]]:
    before = ""
    for line in reading.text().split("\n"):
        match = _STRUCK.fullmatch(line)
        if match is None or match[1] <= before or len(match[2]) > LONGEST_NAME:
            raise reading.wrong()
        before = match[1]
        yield match[1], match[2], match[3] or ""


def _above(code: str) -> Iterator[str]:
    if not code.endswith("0000"):
        yield f"{code[:2]}0000"
    if not code.endswith("00") and code[2:4] != DIRECT:
        yield f"{code[:4]}00"


def _is_mere(code: str, name: str) -> bool:
    """Tell a heading of the list from a place somebody can live in."""
    return len(name) < 2 or (code[2:4] == DIRECT and code.endswith("00"))


def _behind(text: str, size: int) -> str:
    """Give what stands behind so many signs that are no room."""
    for place, sign in enumerate(text):
        if not sign.isspace():
            size -= 1
        if not size:
            return text[place + 1 :].lstrip()
    return ""


def _said_struck(code: str, name: str, year: str) -> Text:
    if year:
        return t("{place} ({code}) was struck off, its last year was {year}.", place=name,
                 code=code, year=year)  # fmt: skip
    return t("{place} ({code}) was struck off.", place=name, code=code)


def _spelled(
    divisions: Divisions, code: str, pinyin: Pinyin
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """Spell a place's own name in the ways it is read, and the ways down to it in the likeliest."""
    own = pinyin.readings(divisions.names[code])
    above = dict.fromkeys(divisions.names.get(one, "") for one in _above(code))
    said = [pinyin.readings(name)[0] for name in above if len(name) > 1]
    whole = (*(one for name in said for one in name), *own[0])
    short = (*(one for name in said for one in name[:-1]), *own[0])
    return own, (whole, short)


def _rank(place: _Entry, words: Sequence[str]) -> int:
    """Say how well a place fits all of some words; _NONE where one of them does not fit."""
    return max((_rank_of(place, word.casefold()) for word in words), default=_NONE)


def _rank_of(place: _Entry, word: str) -> int:
    if word.isdigit():
        return 0 if place.code.startswith(word) else _NONE
    if not word.isascii():
        if place.name.startswith(word):
            return 0
        return 1 if word in place.whole else _NONE
    if any(covered(reading, word) for reading in place.own):
        return 2
    return 3 if any(covered(way, word) for way in place.ways) else _NONE
