"""The forms of customers as fields: head office's, with the checks only code can make."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from typing_extensions import override

from app.customers.rules.check import Check
from app.packs.form_kinds import Kind, Value
from app.packs.form_values import address_of
from app.packs.forms import FieldSpec, FormSpec, SectionSpec
from app.pricing.labels import COVERS
from ui.customers.presenter_forms import CustomerForms, Holding, kept_or_none
from ui.customers.texts import offered_place
from ui.forms.by_pack import Additions, PackForm
from ui.forms.fields import FINE, Answers, Choice, FieldNote, Standing

STANDINGS = {
    "ok": Standing.OK,
    "incomplete": Standing.INCOMPLETE,
    "warned": Standing.WARNED,
    "wrong": Standing.WRONG,
}
PLACES: Mapping[str, Mapping[str, str]] = {
    "organisation": {
        "E-USCC": "credit_code",
        "E-ID": "operator_id",
        "E-MOBILE": "mobile",
        "E-CUSTOMER-DOUBLE": "credit_code",
    },
    "person": {"E-ID": "id_no", "E-MOBILE": "mobile", "E-CUSTOMER-DOUBLE": "id_no"},
}
"""Which field a refusal is about, by the beginning of its code."""
DOCUMENT = ("id_type", "id_no", "sex", "birth")


class CustomerForm(PackForm):
    """A form of customers; a person's number is judged by what stands beside it."""

    def __init__(self, spec: FormSpec, forms: CustomerForms) -> None:
        products = tuple(Choice(code, label) for code, label in COVERS.items())
        super().__init__(spec, Additions(_checks(spec, forms), {}, forms.hint, products))
        self._forms = forms

    @override
    def judge(self, values: Mapping[str, Value]) -> Mapping[str, FieldNote]:
        notes = dict(super().judge(values))
        if all(key in values for key in DOCUMENT):
            found = self._forms.check_document(Answers(values))
            if found is not None and found.state != "ok":
                notes["id_no"] = _note(found)
        place = self.place_offered(values)
        if place:
            name = self._forms.places.known_name(place)
            notes.setdefault("address", FieldNote(Standing.OK, offered_place(name)))
        return notes

    def place_offered(self, values: Mapping[str, Value]) -> str:
        """Give the code of the place a person's number names, while the address is empty."""
        if values.get("address") or not {"address", *DOCUMENT} <= values.keys():
            return ""
        return self._forms.place_said_by(str(values["id_type"] or ""), str(values["id_no"] or ""))


def new_form(forms: CustomerForms, party: str) -> CustomerForm:
    """Give the form a customer is taken up with."""
    return CustomerForm(forms.form(party), forms)


def correction_form(forms: CustomerForms, party: str) -> CustomerForm:
    """Give the fields that are corrected on the record, and what is reckoned from them."""
    spec = forms.form(party)
    kept = {field.key for field in forms.correctable(spec)}
    kept |= {field.key for field in spec.fields if field.theirs or field.computed is not None}
    sections = [replace(one, fields=_only(one, kept)) for one in spec.sections]
    shown = tuple(section for section in sections if section.fields)
    rules = tuple(
        rule
        for rule in spec.rules
        if rule.at in kept and all(test.key in kept for test in rule.when)
    )
    return CustomerForm(replace(spec, sections=shown, rules=rules), forms)


class HeadForm(CustomerForm):
    """The fields head office owns, typed here; rules see what the branch filled in beside them."""

    def __init__(self, spec: FormSpec, forms: CustomerForms, holding: Holding) -> None:
        whole = {field.key: field.kind for field in spec.fields}
        held = {key: text for key, text in holding.texts.items() if key in whole}
        sections = [replace(one, fields=_hers(one)) for one in spec.sections]
        shown = tuple(section for section in sections if section.fields)
        owned = {field.key for section in shown for field in section.fields}
        rules = tuple(rule for rule in spec.rules if rule.at in owned)
        super().__init__(replace(spec, sections=shown, rules=rules), forms)
        self._kinds = whole
        self._beside = {
            key: kept_or_none(whole[key], text) for key, text in held.items() if key not in owned
        }

    @override
    def judge(self, values: Mapping[str, Value]) -> Mapping[str, FieldNote]:
        notes = super().judge({**self._beside, **values})
        return {key: note for key, note in notes.items() if key in values}


def place_of(party: str, code: str) -> str:
    """Say which field a refusal is about; empty where it is about none."""
    places = PLACES[party]
    return next((place for start, place in places.items() if code.startswith(start)), "")


def _hers(section: SectionSpec) -> tuple[FieldSpec, ...]:
    """Give head office's fields as ones that are typed here."""
    return tuple(
        replace(field, theirs=False, kind=Kind.TEXT if field.kind is Kind.THEIRS else field.kind)
        for field in section.fields
        if field.theirs
    )


def _only(section: SectionSpec, keys: set[str]) -> tuple[FieldSpec, ...]:
    return tuple(field for field in section.fields if field.key in keys)


def _checks(spec: FormSpec, forms: CustomerForms) -> dict[str, Callable[[Value], FieldNote]]:
    """Give every number that checks itself its check, further fields among them."""
    by_kind = {Kind.USCC: forms.check_credit_code, Kind.ID_NUMBER: forms.check_resident_id}
    checks = {
        field.key: _checked(by_kind[field.kind]) for field in spec.fields if field.kind in by_kind
    }
    places = {field.key: _placed(forms) for field in spec.fields if field.kind is Kind.ADDRESS}
    return {"mobile": _checked(forms.check_mobile), **checks, **places}


def _placed(forms: CustomerForms) -> Callable[[Value], FieldNote]:
    """Give the check of an address: what the list of places doubts is a warning, never more."""

    def judge(value: Value) -> FieldNote:
        divisions, (code, line) = forms.places.here, address_of(str(value))
        reason = divisions.doubt(code, line) if divisions is not None and code else None
        return FINE if reason is None else FieldNote(Standing.WARNED, reason)

    return judge


def _checked(check: Callable[[str], Check]) -> Callable[[Value], FieldNote]:
    return lambda value: _note(check(str(value)))


def _note(found: Check) -> FieldNote:
    return FieldNote(STANDINGS[found.state], found.reason)
