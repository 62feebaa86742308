"""How Chinese is read in Latin letters: what people type when they look for a name.

The readings are data of ``resources/pinyin``: one per character, words in which characters are read
otherwise (the bank is not read like the journey), surnames, second readings. Tones are left out, u
with two dots is v. Names are short: a sign is read by the word it stands in, else alone.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice, product
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "pinyin"
FILES = ("characters.txt", "words.txt", "surnames.txt", "also.txt", "starts.txt")
MOST_READINGS = 4
"""Ways one name is read at most; a name with more second readings loses the rarest mixtures."""
PERSON_SIGNS = 4
"""A name of at most so many signs may begin with a surname."""
PIECES_AT_MOST = 32

Reading = tuple[str, ...]
"""One syllable for each sign; a sign that is not Chinese reads as itself, others are empty."""


@dataclass(frozen=True)
class Pinyin:
    """The readings; `words` and `surnames` give one syllable per sign."""

    signs: Mapping[str, str]
    words: Mapping[str, Reading]
    surnames: Mapping[str, tuple[Reading, ...]]
    also: Mapping[str, Reading]
    borders: frozenset[str]
    """Signs that end the name of a place: behind them the name proper begins."""

    def readings(self, text: str) -> tuple[Reading, ...]:
        """Give the ways a folded text is read, the likeliest first; at most four."""
        plain = self._read(text)
        ways = dict.fromkeys(self._as_surname(text))
        if self.also.keys().isdisjoint(text):
            ways[tuple(plain)] = None
        else:
            read = islice(product(*self._choices(text, plain)), MOST_READINGS)
            ways |= dict.fromkeys(read)
        return tuple(islice(ways, MOST_READINGS))

    def starts(self, text: str) -> tuple[int, ...]:
        """Give the places of a text people begin to type at.

        Its start, and in a long name two signs on and behind the name of a place.
        """
        if len(text) <= PERSON_SIGNS:
            return (0,)
        behind = [place + 1 for place, sign in enumerate(text[:8]) if sign in self.borders]
        found = {0, 2, *behind[-1:]}
        return tuple(sorted(place for place in found if place + 1 < len(text)))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The first signs of the words: no word is looked for behind another."""
        return frozenset(word[0] for word in self.words)

    @cached_property
    def syllables(self) -> frozenset[str]:
        """Every syllable there is."""
        return frozenset(self.signs.values())

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Everything a syllable begins with, whole syllables included."""
        return frozenset(said[:size] for said in self.syllables for size in range(1, len(said) + 1))

    def cut(self, letters: str) -> list[str]:
        """Give the initials that typed letters may stand for, a syllable or an initial at a time.

        `wangxm` gives `wxm` among others; the last piece may be the beginning of a syllable.
        """
        return list(dict.fromkeys(islice(self._cut(letters), PIECES_AT_MOST)))

    def _cut(self, letters: str) -> Iterator[str]:
        if not letters:
            yield ""
            return
        for size in range(min(6, len(letters)), 0, -1):
            piece = letters[:size]
            last = size == len(letters) and piece in self.beginnings
            if size == 1 or last or piece in self.syllables:
                for rest in self._cut(letters[size:]):
                    yield piece[0] + rest

    def _read(self, text: str) -> list[str]:
        read: list[str] = []
        heads, words, alone = self.heads, self.words, self.alone
        place, end = 0, len(text)
        while place < end:
            first = text[place]
            said = None
            if first in heads:
                said = words.get(text[place : place + 3]) or words.get(text[place : place + 2])
            if said:
                read.extend(said)
            else:
                read.append(alone.get(first, ""))
            place = len(read)
        return read

    @cached_property
    def alone(self) -> Mapping[str, str]:
        """How each sign reads that stands in no word: letters and digits read as themselves."""
        plain = {sign: sign for sign in map(chr, range(0x80)) if sign.isalnum()}
        return {**self.signs, **plain}

    def _as_surname(self, text: str) -> Iterator[Reading]:
        if len(text) > PERSON_SIGNS:
            return
        for size in (2, 1):
            for said in self.surnames.get(text[:size], ()):
                yield (*said, *self._read(text[size:]))

    def _choices(self, text: str, plain: list[str]) -> Iterator[tuple[str, ...]]:
        for sign, said in zip(text, plain, strict=True):
            yield tuple(dict.fromkeys((said, *self.also.get(sign, ()))))


def covered(reading: Reading, letters: str) -> int:
    """Say how many signs from the start typed letters cover; 0 where they do not fit.

    Each sign takes a beginning of its syllable, so whole syllables, initials and both mixed fit.
    """
    return _covered(reading, 0, letters)


def _covered(reading: Reading, place: int, letters: str) -> int:
    while place < len(reading) and not reading[place]:
        place += 1
    if not letters:
        return place
    if place == len(reading):
        return 0
    said = reading[place]
    same = 0
    while same < min(len(said), len(letters)) and said[same] == letters[same]:
        same += 1
    for size in range(same, 0, -1):
        if size == len(letters):
            return place + 1
        end = _covered(reading, place + 1, letters[size:])
        if end:
            return end
    return 0


@cache
def shipped_pinyin() -> Pinyin:
    """Read the readings that come with the program (some milliseconds, once)."""
    characters, words, surnames, also, starts = (_lines(name) for name in FILES)
    named: dict[str, list[Reading]] = {}
    for *said, word in surnames:
        named.setdefault(word, []).append(tuple(said))
    second: dict[str, list[str]] = {}
    for said_so, sign in also:
        second.setdefault(sign, []).append(said_so)
    return Pinyin(
        signs={sign: said_so for said_so, signs in characters for sign in signs},
        words={word: tuple(said) for *said, word in words},
        surnames={word: tuple(ways) for word, ways in named.items()},
        also={sign: tuple(ways) for sign, ways in second.items()},
        borders=frozenset(sign for line in starts for part in line for sign in part),
    )


@cache
def pinyin_print() -> str:
    """Give a short print of the files: an index made by other readings is made again."""
    whole = hashlib.sha256()
    for name in FILES:
        whole.update((FOLDER / name).read_bytes())
    return whole.hexdigest()[:16]


def _lines(name: str) -> list[list[str]]:
    text = (FOLDER / name).read_text("utf-8")
    return [line.split(" ") for line in text.splitlines() if line and not line.startswith("#")]
