"""What the contracts screen says: states, files, the links of the chain."""

from collections.abc import Mapping

from app.documents.archive import LinkKind
from app.kit.words import Text, t
from ui.shell.record_states import CONTRACTS, state_in
from ui.theme.tokens import Mood

TO_DRAW_UP = "to_draw_up"
"""An approved quote that has no contract yet; it stands in the same list."""

STATES: Mapping[str, tuple[Text, Mood]] = {
    TO_DRAW_UP: (t("To draw up"), Mood.WARN),
    **CONTRACTS,
}

LINKS: dict[LinkKind, Text] = {
    LinkKind.DRAFT: t("Drawn up"),
    LinkKind.SIGNED: t("Signed"),
    LinkKind.SEALED: t("Sealed"),
    LinkKind.PHOTO: t("Photograph"),
}

HASH_SHOWN = 12
"""Hex digits of a hash that are shown; the whole is copied."""


def short(sha256: str) -> str:
    """Write a hash so that two can be told apart at a glance."""
    return f"{sha256[:HASH_SHOWN]}…" if sha256 else "–"


def state_words(state: str) -> tuple[Text, Mood]:
    """Say how a contract stands; a state we do not know is shown as it is stored."""
    return state_in(STATES, state)
