"""What covers, regions and the triggers of the authority table are called, in one place."""

from collections.abc import Mapping

from app.kit.words import Text, t

COVERS: Mapping[str, Text] = {
    "GPA": t("Accident"),
    "GMA": t("Accident medical"),
    "GHI": t("Hospital medical"),
    "GHC": t("Hospital cash"),
}
TRIGGERS: Mapping[str, Text] = {
    "discretion": t("Discretion"),
    "SI per person": t("Highest sum insured per person, yuan"),
    "policy premium": t("Premium of the policy, yuan"),
    "max occupation class": t("Highest occupation class"),
    "share of class 5-6": t("Share of classes 5 and 6"),
    "share of age>60": t("Share of people over 60"),
    "age>65 present": t("Highest age"),
    "3y loss ratio": t("Loss ratio of three years"),
    "location accumulation": t("Sum at one location, yuan"),
}
IN_FEN = frozenset({"SI per person", "policy premium", "location accumulation"})
"""Triggers whose plain value is fen."""
IN_BASIS_POINTS = frozenset(
    {"discretion", "share of class 5-6", "share of age>60", "3y loss ratio"}
)
REGIONS: Mapping[str, Text] = {"A": t("Region A"), "B": t("Region B"), "C": t("Region C")}


def cover(code: str) -> Text:
    """Name a cover."""
    return COVERS.get(code) or t("{code}", code=code)


def trigger(code: str) -> Text:
    """Name what the authority table looks at."""
    return TRIGGERS.get(code) or t("{code}", code=code)


def region(code: str) -> Text:
    """Name a region of the tariff."""
    return REGIONS.get(code) or t("{code}", code=code)
