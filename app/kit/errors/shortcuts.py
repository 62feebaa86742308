"""What is said when a person wants keys for an action that it cannot have."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t

_SAFE = t("The keys are as they were.")


def keys_taken(keys: str, label: Text) -> Problem:
    """Say that another action has the keys."""
    return Problem(
        code="E-KEYS-TAKEN",
        what=t("{keys} already does something else here: {label}.", keys=keys, label=label),
        safe=_SAFE,
        next=t("Choose other keys, or give that action other keys first."),
    )


def keys_not_free(keys: str) -> Problem:
    """Say that the keys belong to text, to the pages or to the system."""
    return Problem(
        code="E-KEYS-RESERVED",
        what=t("{keys} is kept for texts, pages, machines or the system.", keys=keys),
        safe=_SAFE,
        next=t("Choose keys with Ctrl or Alt and a letter, or a function key."),
    )


def keys_plain(keys: str) -> Problem:
    """Say that keys without Ctrl or Alt would be typed."""
    return Problem(
        code="E-KEYS-PLAIN",
        what=t("{keys} alone would be typed into a field.", keys=keys),
        safe=_SAFE,
        next=t("Choose keys with Ctrl or Alt and a letter, or a function key."),
    )
