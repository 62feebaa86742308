"""The answer to "is this number right?", asked while it is typed and again when it is final."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

from app.kit.words import Text

State = Literal["incomplete", "ok", "warned", "wrong"]


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found; ``value`` is the form to store, ``code`` is empty where all is well.

    ``incomplete`` may still become right by typing on, ``warned`` may be saved, ``wrong`` not.
    """

    state: State
    value: str
    code: str = ""
    reason: Text | None = None

    @property
    def stands(self) -> bool:
        """True if the value may be saved."""
        return self.state in ("ok", "warned")


def normalised(typed: str) -> str:
    """Bring a number to the form it is compared in: half-width, upper case, no spaces or dashes."""
    if typed.isascii() and typed.isalnum():
        return typed.upper()
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in folded if not sign.isspace() and sign not in "-\u2010\u2013")


def unfinished(value: str, code: str, reason: Text, *, final: bool) -> Check:
    """Say that something is missing: bearable while typing, wrong once the number is final."""
    return Check("wrong" if final else "incomplete", value, code, reason)
