"""The words for the states that error sentences name; a code without a word is said as it is."""

from app.kit.words import Text, t

_WORDS = {
    "priced": t("priced"),
    "submitted": t("submitted"),
    "approved": t("approved"),
    "provisional": t("provisionally approved"),
    "returned": t("returned for changes"),
    "declined": t("declined"),
    "waiting": t("waiting"),
    "superseded": t("superseded"),
    "drafted": t("drawn up"),
    "signed": t("signed"),
    "sealed": t("sealed"),
    "archived": t("archived"),
    "requested": t("requested"),
    "permitted": t("permitted"),
    "closed_short": t("closed with impressions left"),
    "begun": t("begun"),
    "abandoned": t("abandoned"),
    "open": t("open"),
    "agreed": t("agreed"),
    "closed": t("closed"),
}


def state_word(state: str) -> Text | str:
    """Give the word for a state's code."""
    return _WORDS.get(state, state)
