"""Sentences kept in a timeline: msgid and values, said in the reader's language later."""

from collections.abc import Mapping
from typing import Any

from app.kit.errors.base import BugError
from app.kit.words import Text, Wording, wording

Kept = dict[str, Any]
"""Value by name: a text, a whole number, a sentence as ``{"msgid": …, "values": …}``, or words of
head office as ``{"said": {language: …}}``."""


def stored_values(text: Text) -> Kept:
    """Give the values of a sentence as plain JSON; raises BugError where one has no such form."""
    return {name: _kept(value) for name, value in text.values.items()}


def said_again(msgid: str, values: Mapping[str, Any]) -> Text:
    """Make the sentence from what was kept."""
    return Text(msgid, {name: _value(kept) for name, kept in values.items()})


def _kept(value: object) -> str | int | Kept:
    match value:
        case Wording():
            return {"said": dict(value.said)}
        case Text():
            return {"msgid": value.msgid, "values": stored_values(value)}
        case str() | int():
            return value
        case _:
            raise BugError(f"{type(value).__name__} cannot stand in a timeline")


def _value(kept: str | int | Kept) -> object:
    if not isinstance(kept, dict):
        return kept
    if "said" in kept:
        return wording(kept["said"])
    return said_again(kept["msgid"], kept["values"])
