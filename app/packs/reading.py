"""Reads the content of a pack once, strictly, into typed values.

Every place knows its path, so that a wrong pack is refused with the place at which it is wrong.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.money import money_not_readable
from app.kit.errors.packs import pack_content_wrong
from app.kit.money import Fen, fen_of
from app.kit.words import LANGUAGES, Wording, wording
from app.packs.exact import Exact, exact_of

_RANGE = re.compile(r"(\d{1,7})-(\d{1,7})|>(\d{1,7})", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)


class Reading:
    """One place of a pack's content; every getter raises BranchError E-PACK-CONTENT."""

    def __init__(self, content: object, pack: str, place: str = "") -> None:
        self._content, self._pack, self._place = content, pack, place

    def wrong(self, key: str = "") -> BranchError:
        """Make the refusal that names this place."""
        return BranchError(pack_content_wrong(self._pack, self._at(key) or "/"))

    def only(self, *keys: str) -> None:
        """Refuse a key that nobody will read."""
        for key in self._mapping():
            if key not in keys:
                raise self.wrong(key)

    def at(self, key: str) -> "Reading":
        """Go one level down."""
        mapping = self._mapping()
        if key not in mapping:
            raise self.wrong(key)
        return Reading(mapping[key], self._pack, self._at(key))

    def is_mapping(self) -> bool:
        """Say whether keys stand here, and not a plain value."""
        return isinstance(self._content, Mapping)

    def has(self, key: str) -> bool:
        """Say whether a key is there at all."""
        return key in self._mapping()

    def keys(self) -> tuple[str, ...]:
        """Name what is here, in the order it was written; never empty."""
        keys = tuple(self._mapping())
        if not keys:
            raise self.wrong()
        return keys

    def items(self) -> Iterator["Reading"]:
        """Walk a list; never empty."""
        if not isinstance(self._content, list) or not self._content:
            raise self.wrong()
        for number, item in enumerate(self._content):
            yield Reading(item, self._pack, f"{self._place}[{number}]")

    def pair(self) -> tuple["Reading", "Reading"]:
        """Take a list of exactly two."""
        items = list(self.items())
        if len(items) != 2:
            raise self.wrong()
        return items[0], items[1]

    def text(self) -> str:
        """Take a text that says something."""
        if not isinstance(self._content, str) or not self._content.strip():
            raise self.wrong()
        return self._content

    def whole(self, least: int = 0) -> int:
        """Take a whole number."""
        if type(self._content) is not int or self._content < least:
            raise self.wrong()
        return self._content

    def flag(self) -> bool:
        """Take true or false."""
        if not isinstance(self._content, bool):
            raise self.wrong()
        return self._content

    def day(self) -> date:
        """Take an ISO day."""
        try:
            return date.fromisoformat(self.text())
        except ValueError as unreadable:
            raise self.wrong() from unreadable

    def words(self) -> Wording:
        """Take words in every language of the desk."""
        self.only(*LANGUAGES)
        return wording({language: self.at(language).text() for language in LANGUAGES})

    def exact(self) -> Exact:
        """Take a decimal that was written as text."""
        try:
            return exact_of(self.text())
        except ValueError as unreadable:
            raise self.wrong() from unreadable

    def positive(self) -> Exact:
        """Take a decimal above zero."""
        number = self.exact()
        if number.num == 0:
            raise self.wrong()
        return number

    def fen(self) -> Fen:
        """Take an amount in yuan written as text, not negative."""
        try:
            amount = fen_of(self.text())
        except BranchError as unreadable:
            if unreadable.code != money_not_readable("").code:
                raise
            raise self.wrong() from unreadable
        if amount < 0:
            raise self.wrong()
        return amount

    def by_whole(self) -> dict[int, Exact]:
        """Take decimals above zero by whole number (``{"1": "0.60", …}``)."""
        return {self._whole_key(key): self.at(key).positive() for key in self.keys()}

    def by_text(self) -> dict[str, Exact]:
        """Take decimals above zero by name."""
        return {key: self.at(key).positive() for key in self.keys()}

    def range(self, text: str) -> tuple[int, int | None]:
        """Read ``"16-55"`` or ``">3000"`` as first and last, both included; open end is None."""
        match = _RANGE.fullmatch(text)
        if match is None:
            raise self.wrong(text)
        if match[3] is not None:
            return int(match[3]) + 1, None
        first, last = int(match[1]), int(match[2])
        if last < first:
            raise self.wrong(text)
        return first, last

    def _whole_key(self, key: str) -> int:
        if not _WHOLE.fullmatch(key):
            raise self.wrong(key)
        return int(key)

    def _mapping(self) -> Mapping[str, Any]:
        if not isinstance(self._content, Mapping):
            raise self.wrong()
        return self._content

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place and key else self._place or key
