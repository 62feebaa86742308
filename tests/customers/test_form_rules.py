"""Rules between fields hold where a customer is saved, not only in the window that asks."""

import itertools
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.customers.actions import (
    ContactDetails,
    CorrectCustomer,
    FieldEdit,
    RegisterOrganisation,
    RegisterPerson,
    correct_customer,
    register_organisation,
    register_person,
)
from app.customers.further import FurtherValue
from app.customers.queries import customer_card, further_facts
from app.customers.rules.credit_code import with_checks
from app.customers.rules.names import NameWords
from app.kit.errors.base import BranchError
from app.packs.form_kinds import Value
from app.packs.form_needs import ORGANISATION, PERSON
from app.packs.forms import FormSpec, read_form
from app.packs.header import pack_path, read_pack
from app.packs.publish import shipped_sources
from tests.customers.conftest import Office
from ui.forms.by_pack import Additions, PackForm
from ui.forms.fields import Standing

WOMAN = "790101198802290047"


def said(english: str) -> dict[str, str]:
    return {"zh_CN": english, "en": english}


RULES: list[dict[str, Any]] = [
    {"when": [{"field": "site", "is": "one_of", "of": ["hired"]}], "at": "address",
     "stands": "needed", "says": said("Hired premises need an address.")},
    {"when": [{"field": "fleet", "is": "above", "than": {"field": "headcount"}}], "at": "fleet",
     "stands": "wrong", "says": said("More vehicles than employees.")},
    {"when": [{"field": "fleet", "is": "above", "than": "100"}], "at": "fleet",
     "stands": "warned", "says": said("Many vehicles.")},
    {"when": [{"field": "operator", "is": "empty"}, {"field": "fleet", "is": "filled"}],
     "at": "operator", "stands": "wrong", "says": said("A fleet has an operator.")},
]  # fmt: skip
FIELDS: list[dict[str, Any]] = [
    {"key": "fleet", "kind": "integer", "label": said("Vehicles")},
    {"key": "site", "kind": "choice", "label": said("Premises"),
     "choices": [{"key": "own", "label": said("Owned")},
                 {"key": "hired", "label": said("Hired")}]},
    {"key": "per_head", "kind": "decimal", "label": said("Per head"),
     "computed": {"quotient": [{"field": "fleet"}, {"field": "headcount"}]}},
]  # fmt: skip


def form(form_id: str = ORGANISATION, *, needed: bool = False) -> FormSpec:
    """Give a form as head office might sign it, with three more fields and rules over them."""
    path = pack_path("forms", form_id)
    tree = json.loads(shipped_sources()[path])
    tree["sections"][-1]["fields"] += FIELDS[: 3 if form_id == ORGANISATION else 2]
    if needed:
        tree["sections"][-1]["fields"].append(
            {"key": "channel", "kind": "text", "label": said("Channel"), "required": True}
        )
    tree["rules"] = RULES if form_id == ORGANISATION else RULES[:1]
    return read_form(*read_pack(json.dumps(tree).encode(), path, "forms"))


class Desk:
    """One office whose forms can be changed while it works."""

    def __init__(self, office: Office, words: NameWords) -> None:
        self.office, self.words = office, words
        self.forms = {ORGANISATION: form(), PERSON: form(PERSON)}
        self.serial = itertools.count(1)

    def register(self, *, operator: bool = True, **typed: Any) -> UUID:
        """Take an organisation up; fields of the program by name, others as further ones."""
        known = {key: typed.pop(key) for key in ("address", "headcount") if key in typed}
        who = ContactDetails(
            self.office.id(), "operator", "Wang", "111", WOMAN, "13800138000"
        )  # fmt: skip
        order = RegisterOrganisation(
            customer_id=self.office.id(),
            event_id=self.office.id(),
            name=f"云岭第{next(self.serial)}物流有限公司",
            credit_code=with_checks(f"91790000MA{next(self.serial):06d}"),
            contacts=(who,) if operator else (),
            further=tuple(FurtherValue(key, str(value)) for key, value in typed.items()),
            **known,
        )
        self.office.act(
            lambda work: register_organisation(work, order, words=self.words, forms=self.forms.get)
        )
        return order.customer_id

    def correct(self, customer: UUID, **typed: str) -> None:
        edits = tuple(FieldEdit(key, value) for key, value in typed.items())
        order = CorrectCustomer(customer, self.office.id(), edits)
        self.office.act(
            lambda work: correct_customer(work, order, words=self.words, forms=self.forms.get)
        )

    def refused(self, call: Any, *given: Any, **typed: Any) -> str:
        """Give what is said, in English; the code is that of a form's rule."""
        with pytest.raises(BranchError) as caught:
            call(*given, **typed)
        assert caught.value.code == "E-FORM-RULE"
        return caught.value.problem.what.in_language("en")


@pytest.fixture
def desk(office: Office, words: NameWords) -> Desk:
    return Desk(office, words)


def test_what_is_wrong_between_fields_is_refused_with_their_names(desk: Desk) -> None:
    told = desk.refused(desk.register, fleet=9, headcount=8)
    assert "More vehicles than employees." in told
    assert "Vehicles" in told and "employees" in told.split(":")[0]
    desk.register(fleet=8, headcount=8)


def test_what_is_needed_is_refused_until_it_is_there(desk: Desk) -> None:
    assert "Hired premises" in desk.refused(desk.register, site="hired")
    desk.register(site="hired", address="云岭市江川路1号")


def test_a_warning_lets_it_pass(desk: Desk) -> None:
    desk.register(fleet=101, headcount=500)


def test_a_rule_reads_the_operator_and_what_is_reckoned(desk: Desk) -> None:
    assert "operator" in desk.refused(desk.register, operator=False, fleet=1, headcount=5)
    customer = desk.register(fleet=1, headcount=4)
    kept = desk.office.read(further_facts, desk.office.actor.scope, customer)
    assert {one.key: one.value for one in kept} == {"fleet": "1", "per_head": "0.25"}


def test_nothing_of_a_refused_customer_is_there(desk: Desk) -> None:
    office = desk.office
    before = office.read(lambda s: len(s.connection().exec_driver_sql(
        "SELECT id FROM customer").all()))  # fmt: skip
    desk.refused(desk.register, fleet=9, headcount=8)
    after = office.read(lambda s: len(s.connection().exec_driver_sql(
        "SELECT id FROM customer").all()))  # fmt: skip
    assert after == before


def test_a_correction_answers_for_what_it_touches(desk: Desk) -> None:
    desk.forms[ORGANISATION] = form()
    customer = desk.register(fleet=5, headcount=10)
    assert "More vehicles" in desk.refused(desk.correct, customer, fleet="11")
    assert "More vehicles" in desk.refused(desk.correct, customer, headcount="4")
    desk.correct(customer, headcount="4", fleet="4")
    assert "Hired" in desk.refused(desk.correct, customer, site="hired")
    desk.correct(customer, site="hired", address="云岭市江川路1号")
    assert "Hired" in desk.refused(desk.correct, customer, address="")


def test_what_stood_there_before_a_rule_does_not_hold_up_another_correction(desk: Desk) -> None:
    rules, spec = RULES, desk.forms[ORGANISATION]
    desk.forms[ORGANISATION] = FormSpec(spec.origin, spec.sections, ())
    customer = desk.register(fleet=50, headcount=10)
    desk.forms[ORGANISATION] = spec
    assert len(rules) == 4
    desk.correct(customer, industry="物流")
    shown = desk.office.read(customer_card, desk.office.actor.scope, customer)
    assert shown is not None and shown.industry == "物流"
    assert "More vehicles" in desk.refused(desk.correct, customer, fleet="40")


def test_a_field_the_form_needs_cannot_be_left_out_or_emptied(desk: Desk) -> None:
    desk.forms[ORGANISATION] = form(needed=True)
    assert "Channel" in desk.refused(desk.register)
    customer = desk.register(channel="直销")
    assert "Channel" in desk.refused(desk.correct, customer, channel="")
    desk.correct(customer, industry="物流")


def test_people_are_held_to_the_rules_of_their_form_too(desk: Desk) -> None:
    def take(**more: Any) -> None:
        order = RegisterPerson(
            desk.office.id(), desk.office.id(), "李静", "111", WOMAN, "F", date(1988, 2, 29),
            further=(FurtherValue("site", "hired"),), **more,
        )  # fmt: skip
        desk.office.act(lambda work: register_person(work, order, forms=desk.forms.get))

    assert "Hired" in desk.refused(take)
    take(address="云岭市江川路1号")


def test_window_and_action_say_the_same_of_every_answer(desk: Desk) -> None:
    """Every mixture of answers: the window holds the verb back exactly where the action refuses."""
    shown = PackForm(desk.forms[ORGANISATION], Additions({}, {}, lambda _: None))
    stops = {Standing.WRONG, Standing.INCOMPLETE}
    refusals = 0
    for fleet, site, heads, address in itertools.product(
        (None, 3, 200), (None, "own", "hired"), (None, 5, 900), ("", "云岭市江川路1号")
    ):
        values: dict[str, Value] = {
            "name": "x", "operator": "Wang", "fleet": fleet, "site": site, "headcount": heads,
            "address": address,
        }  # fmt: skip
        held = any(note.standing in stops for note in shown.judge(values).values())
        typed = {"fleet": fleet, "site": site, "headcount": heads, "address": address}
        given = {key: value for key, value in typed.items() if value not in (None, "")}
        if held:
            desk.refused(desk.register, **given)
            refusals += 1
        else:
            desk.register(**given)
    assert refusals == 9 + 6 - 1, "hired without address, a big fleet of few people, both"
