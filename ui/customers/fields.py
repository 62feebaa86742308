"""The form of a new organisation, as data."""

from collections.abc import Callable

from app.customers.rules.check import Check
from app.customers.rules.fields import LABELS
from app.kit.words import t
from ui.customers.presenter import CustomersPresenter, OrganisationDraft
from ui.forms.fields import Answers, Field, FieldNote, Kind, Standing, Value

STANDINGS = {
    "ok": Standing.OK,
    "incomplete": Standing.INCOMPLETE,
    "warned": Standing.WARNED,
    "wrong": Standing.WRONG,
}
PLACES = {
    "E-USCC": "credit_code",
    "E-ID": "operator_id",
    "E-MOBILE": "mobile",
    "E-CUSTOMER-DOUBLE": "credit_code",
}
"""Which field a refusal is about, by the beginning of its code."""


def organisation_fields(presenter: CustomersPresenter) -> tuple[Field, ...]:
    """Ask what an organisation and its operator are; every number is judged while it is typed."""
    return (
        Field("name", LABELS["name"], required=True, hint=t("As on the business licence.")),
        Field(
            "credit_code",
            LABELS["credit_code"],
            Kind.USCC,
            required=True,
            hint=t("18 characters."),
            check=_checked(presenter.check_credit_code),
            longest=18,
        ),
        Field("operator", t("Operator"), required=True, hint=t("Who acts for the organisation.")),
        Field(
            "operator_id",
            t("Operator's ID number"),
            Kind.ID_NUMBER,
            required=True,
            hint=t("Resident identity card."),
            check=_checked(presenter.check_resident_id),
            longest=18,
        ),
        Field(
            "mobile",
            LABELS["mobile"],
            Kind.PHONE,
            required=True,
            check=_checked(presenter.check_mobile),
        ),
        Field("address", LABELS["address"]),
        Field("industry", LABELS["industry"]),
        Field("headcount", LABELS["headcount"], Kind.INTEGER),
        Field("legal_representative", LABELS["legal_representative"]),
    )


def draft_of(answers: Answers) -> OrganisationDraft:
    """Take the organisation from a form that is complete."""
    return OrganisationDraft(
        name=answers.text("name"),
        credit_code=answers.text("credit_code"),
        operator=answers.text("operator"),
        operator_id=answers.text("operator_id"),
        mobile=answers.text("mobile"),
        address=answers.text("address"),
        industry=answers.text("industry"),
        headcount=answers.number("headcount"),
        legal_representative=answers.text("legal_representative"),
    )


def place_of(code: str) -> str:
    """Say which field a refusal is about; empty where it is about none."""
    return next((place for start, place in PLACES.items() if code.startswith(start)), "")


def _checked(check: Callable[[str], Check]) -> Callable[[Value], FieldNote]:
    def judge(value: Value) -> FieldNote:
        found = check(str(value))
        return FieldNote(STANDINGS[found.state], found.reason)

    return judge
