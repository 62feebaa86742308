"""A form of a signed pack as fields of the screen: what head office declared, and what code adds.

Code adds only what data cannot say: the check of a number against a register, the choices another
pack brings, the hint a handbook gives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.kit.words import Text
from app.packs.form_kinds import Kind, Value
from app.packs.form_rules import speaking
from app.packs.form_sums import Reckoned, reckon
from app.packs.form_values import beyond
from app.packs.forms import FieldSpec, FormSpec, HandbookPlace, in_order
from ui.forms.fields import FINE, Choice, Field, FieldNote, Standing

Check = Callable[[Value], FieldNote]
Hint = Callable[[HandbookPlace], Text | None]
STANDS = {
    "needed": Standing.INCOMPLETE,
    "warned": Standing.WARNED,
    "wrong": Standing.WRONG,
}


@dataclass(frozen=True)
class Additions:
    """What code adds to a form: checks and choices by field, and the reader of handbooks."""

    checks: Mapping[str, Check]
    choices: Mapping[str, tuple[Choice, ...]]
    hint: Hint
    products: tuple[Choice, ...] = ()
    """What a field that asks for a product finds."""


class PackForm:
    """The fields of one form, its rules and what it reckons."""

    def __init__(self, spec: FormSpec, added: Additions) -> None:
        self.spec = spec
        self.fields = tuple(_fields(spec, added))
        self._kinds = {field.key: field.kind for field in spec.fields}
        self._labels: Mapping[str, Text] = {field.key: field.label for field in spec.fields}
        self._reckoned = tuple(in_order(spec))

    def reckon(self, values: Mapping[str, Value]) -> Mapping[str, Reckoned]:
        """Reckon the computed fields from the values typed, each with its trace."""
        known = dict(values)
        answers = {}
        for field in self._reckoned:
            assert field.computed is not None
            found = reckon(field.computed, field.kind, known, self._kinds, self._labels)
            known[field.key] = found.value
            answers[field.key] = found
        return answers

    def judge(self, values: Mapping[str, Value]) -> Mapping[str, FieldNote]:
        """Say which rules between fields speak, the gravest one for each field."""
        spoken = speaking(self.spec.rules, values, self._kinds)
        return {key: FieldNote(STANDS[rule.stands], rule.says) for key, rule in spoken.items()}


def _fields(spec: FormSpec, added: Additions) -> list[Field]:
    fields = []
    for section in spec.sections:
        for place, field in enumerate(section.fields):
            made = _field(field, added)
            fields.append(replace(made, section=section.title) if place == 0 else made)
    return fields


def _field(spec: FieldSpec, added: Additions) -> Field:
    own = tuple(Choice(choice.key, choice.label) for choice in spec.choices)
    if spec.kind is Kind.PRODUCT:
        own = added.products
    hint = added.hint(spec.hint) if isinstance(spec.hint, HandbookPlace) else spec.hint
    return Field(
        key=spec.key,
        label=spec.label,
        kind=spec.kind,
        required=spec.required,
        hint=hint,
        check=_check(spec, added.checks.get(spec.key)),
        choices=added.choices.get(spec.key, own),
        longest=spec.longest,
        theirs=spec.theirs,
        computed=spec.computed,
        remembered=spec.remembered,
        columns=tuple(_field(column, added) for column in spec.columns),
    )


def _check(spec: FieldSpec, more: Check | None) -> Check | None:
    """Join the form's limits with what code checks; the limits speak first."""
    if not spec.least and not spec.most:
        return more

    def judge(value: Value) -> FieldNote:
        reason = beyond(spec.kind, value, spec.least, spec.most)
        if reason is not None:
            return FieldNote(Standing.WRONG, reason)
        return more(value) if more is not None else FINE

    return judge
