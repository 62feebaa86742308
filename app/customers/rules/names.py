"""Names as they are compared: for search, and for the weak key of duplicates (domain.md 1.1)."""

import json
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words that say the legal form only and are left out when organisations are compared."""

    legal_forms: tuple[str, ...]
    """Longest first, so that a form is not cut in two."""


def read_name_words(content: bytes) -> NameWords:
    """Read the words from their JSON (``resources/rules/organisation_names.json``)."""
    words = [_folded(str(word)) for word in json.loads(content)["legal_forms"]]
    return NameWords(tuple(sorted(set(words), key=lambda word: (-len(word), word))))


def search_form(name: str) -> str:
    """Bring a name to the form it is searched in: half-width, lower case, no spaces."""
    return "".join(_folded(name).split())


def organisation_key(name: str, words: NameWords) -> str:
    """Bring an organisation's name to the key near-duplicates share.

    Legal forms, brackets and punctuation go. A name made of nothing else keeps its search form.
    """
    bare = "".join(sign for sign in search_form(name) if sign.isalnum())
    for word in words.legal_forms:
        bare = bare.replace(word, "")
    return bare or search_form(name)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
