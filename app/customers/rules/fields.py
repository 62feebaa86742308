"""What the fields of a customer are called, in one place."""

from collections.abc import Iterable, Mapping

from app.kit.words import Text, t
from app.kit.written import joined

LABELS: Mapping[str, Text] = {
    "name": t("Name"),
    "id_type": t("Kind of document"),
    "id_no": t("Document number"),
    "credit_code": t("Unified social credit code"),
    "sex": t("Sex"),
    "birth": t("Date of birth"),
    "mobile": t("Mobile number"),
    "email": t("E-mail"),
    "region": t("Region code"),
    "address": t("Address"),
    "industry": t("Industry"),
    "headcount": t("Number of employees"),
    "legal_representative": t("Legal representative"),
    "job": t("Job"),
    "role": t("Role"),
    "note": t("Note"),
    "reason": t("Reason"),
}


def label(field: str) -> Text:
    """Give a field's label; a field nobody knows is named by its own code."""
    return LABELS.get(field) or t("{code}", code=field[:40])


def listed(fields: Iterable[str]) -> Text:
    """Name several fields, in the order given; nothing for none."""
    return joined(label(field) for field in fields)
