"""Signs nobody sees: controls, direction marks, joiners, halves of a character."""

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Their Unicode categories.

Private and unassigned places are not among them: rare characters of people's names stand there, or
did when this Python's tables were made.
"""


def without_hidden(text: str, *, kept: str = "", instead: str = "") -> str:
    """Leave out what nobody sees, but for the signs of ``kept``; ``instead`` takes its place."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign in kept or unicodedata.category(sign) not in HIDDEN else instead
        for sign in text
    )


def plainly_seen(text: str) -> bool:
    """Say whether every sign has a shape and every room between them is a plain space.

    Not ``str.isprintable``: it refuses what came into Unicode after this Python was made, and so
    rare characters of people's names.
    """
    return text.isprintable() or all(
        sign == " " or unicodedata.category(sign) not in HIDDEN | {"Zs"} for sign in text
    )
