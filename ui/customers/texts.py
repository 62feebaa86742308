"""The words of the customers screen that carry values or are chosen by what a record says."""

from collections.abc import Mapping

from app.kit.words import Text, t

PARTIES: Mapping[str, Text] = {"organisation": t("Organisation"), "person": t("Private person")}
ROLES: Mapping[str, Text] = {
    "operator": t("Operator"),
    "contact": t("Contact"),
    "finance": t("Finance contact"),
}
SEXES: Mapping[str, Text] = {"M": t("Male"), "F": t("Female")}


def party(code: str) -> Text:
    """Name what kind of customer it is."""
    return PARTIES.get(code) or t("{code}", code=code)


def role(code: str) -> Text:
    """Name what a contact does."""
    return ROLES.get(code) or t("{code}", code=code)


def double_by_code(name: str) -> Text:
    """Say who already has the credit code that is being typed."""
    return t("This code is already registered: {name}.", name=name)


def double_by_name(name: str, number: str) -> Text:
    """Say which organisation has nearly the same name."""
    return t("Nearly the same name in the same region: {name}, {number}.", name=name, number=number)


def offered_place(name: str) -> Text:
    """Offer the place a number of a person names, for an address that is empty."""
    return t("The number names {place}: Down and Enter take it.", place=name)


def draft_kept(party: str, name: str) -> Text:
    """Offer the customer that was being typed."""
    if party == "person":
        return t("A new person you were typing is kept: {name}.", name=name or t("no name yet"))
    if not name:
        return t("A new organisation you were typing is kept.")
    return t("A new organisation you were typing is kept: {name}.", name=name)
