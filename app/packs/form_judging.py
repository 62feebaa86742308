"""A whole form judged where it is saved, by the rules the window showed while it was typed.

Whoever brings an order (a window, a command, a desk with an older form) is held to the form in
force at the end that saves it.
"""

from collections.abc import Collection, Mapping

from app.kit.errors.base import BranchError
from app.kit.errors.forms import field_missing, rule_not_kept
from app.kit.written import joined
from app.packs.form_kinds import Value
from app.packs.form_rules import Rule, speaking
from app.packs.forms import FieldSpec, FormSpec


def hold_to_rules(
    form: FormSpec, values: Mapping[str, Value], touched: Collection[str] | None = None
) -> None:
    """Refuse values a rule between fields calls wrong or incomplete; a warning lets them pass.

    ``touched``: only rules over one of these fields are asked, because who corrects one thing does
    not answer for what stood there before. Raises BranchError E-FORM-RULE.
    """
    kinds = {field.key: field.kind for field in form.fields}
    asked = (rule for rule in form.rules if touched is None or _about(rule) & set(touched))
    for rule in speaking(asked, values, kinds).values():
        if rule.stands != "warned":
            labels = joined(field.label for field in form.fields if field.key in _about(rule))
            raise BranchError(rule_not_kept(labels, rule.says))


def hold_to_needs(fields: Collection[FieldSpec], values: Mapping[str, Value]) -> None:
    """Refuse a form in which a field that must be filled is empty (E-FORM-RULE)."""
    for field in fields:
        if field.required and values.get(field.key) in (None, ""):
            raise BranchError(field_missing(field.label))


def _about(rule: Rule) -> set[str]:
    """Name every field a rule speaks of."""
    return {rule.at} | {key for test in rule.when for key in (test.key, test.other) if key}
