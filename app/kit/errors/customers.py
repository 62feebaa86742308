"""What is said when a customer cannot be registered or changed."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def identifier_wrong(code: str, reason: Text) -> Problem:
    """Say why an identity number, credit code or mobile number cannot stand."""
    return Problem(
        code=code,
        what=reason,
        safe=t("Nothing was saved; what you typed is still there."),
        next=t("Compare the number with the document and correct it."),
    )


def customer_double(name: str, number: str) -> Problem:
    """Say that the identity number is already a customer's; the number comes masked."""
    return Problem(
        code="E-CUSTOMER-DOUBLE",
        what=t("{name} is already registered under {number}.", name=name, number=number),
        safe=t("Nothing was saved; the customer there is unchanged."),
        next=t("Open that customer and go on from there."),
    )


def customer_unknown() -> Problem:
    """Say that no such customer stands here."""
    return Problem(
        code="E-CUSTOMER-UNKNOWN",
        what=t("This customer is not in the records of this office."),
        safe=t("Nothing was saved or changed."),
        next=t("Search again; head office may have merged it with another one."),
    )


def field_of_head_office() -> Problem:
    """Say that a branch cannot write a field that head office owns."""
    return Problem(
        code="E-CUSTOMER-OWNER",
        what=t("Head office fills this field, a branch only reads it."),
        safe=t("Head office's value stands; what else was saved with it is not taken either."),
        next=t("Correct the customer again without that field."),
    )


def office_not_above() -> Problem:
    """Say that head office's fields are filled in from an office above the customer's."""
    return Problem(
        code="E-CUSTOMER-OFFICE",
        what=t("Fields of head office are filled in by an office above the customer's."),
        safe=t("Nothing was saved; what you typed is still there."),
        next=t("Ask head office to fill them in."),
    )


def field_not_taken(field: Text, reason: Text) -> Problem:
    """Say which field cannot be saved, and why."""
    return Problem(
        code="E-CUSTOMER-FIELD",
        what=t("The field “{field}” cannot be saved: {reason}", field=field, reason=reason),
        safe=t("Nothing was saved; what you typed is still there."),
        next=t("Correct the field and save again."),
    )


def batch_empty() -> Problem:
    """Say that a batch names nobody."""
    return Problem(
        code="E-IMPORT-EMPTY-BATCH",
        what=t("This part of the list names no customer."),
        safe=t("Nothing was saved or changed."),
        next=t("Choose the file again."),
    )


def import_headings(reason: Text) -> Problem:
    """Say that no column of a list can be read."""
    return Problem(
        code="E-IMPORT-HEADINGS",
        what=reason,
        safe=t("Nothing was saved or changed."),
        next=t("Write the headings above the rows: name and document number at least."),
    )


def import_nobody() -> Problem:
    """Say that no row of a list can be taken."""
    return Problem(
        code="E-IMPORT-NOBODY",
        what=t("No row of this file can be taken up."),
        safe=t("Nothing was saved or changed."),
        next=t("Mend the wrong rows, or choose another file."),
    )


def import_under_way(name: str, taken: int, parts: int) -> Problem:
    """Say that another import was begun and cut off."""
    return Problem(
        code="E-IMPORT-UNDER-WAY",
        what=t(
            "The import of {name} was cut off: {taken} of {parts} parts were taken up.",
            name=name,
            taken=taken,
            parts=parts,
        ),
        safe=t("What was taken up is kept; nobody is taken up twice."),
        next=t("Go on with it, or leave the rest, then choose this file again."),
    )
