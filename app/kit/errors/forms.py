"""What is said when a form as a whole does not stand."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def rule_not_kept(fields: Text, says: Text) -> Problem:
    """Say which fields do not go together by a rule of the form, in the rule's own words."""
    return _refused(t("A rule of the form over {fields}: {says}", fields=fields, says=says))


def field_missing(field: Text) -> Problem:
    """Say which field the form needs."""
    return _refused(t("The form needs the field “{field}”.", field=field))


def _refused(what: Text) -> Problem:
    return Problem(
        code="E-FORM-RULE",
        what=what,
        safe=t("Nothing was saved; what you typed is still there."),
        next=t("Correct the field and save again."),
    )
