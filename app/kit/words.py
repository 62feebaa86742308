"""Sentences that wait to be said until the language is known.

A Text keeps its English msgid and its values; str() gives it in the language in use. Chinese stands
only in ``resources/locale/<language>/*.po``, one file per room, compiled into one per language;
the English text is its own translation. The language is one per process because one person sits at
a desk.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

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
    return _catalogue(language).gettext(msgid)


def say_many(one: str, many: str, n: int, language: str) -> str:
    """Translate a counting msgid."""
    return _catalogue(language).ngettext(one, many, n)


def use_language(language: str) -> None:
    """Choose the language of this process; raises ValueError for one we do not speak."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}")
    _current[0] = language


def language_in_use() -> str:
    """Say which language texts come out in now."""
    return _current[0]


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Open the compiled words of a language; one without a file says what it is given."""
    path = LOCALES / language / COMPILED
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
