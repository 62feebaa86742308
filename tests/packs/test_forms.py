"""Forms as packs: what is read, what is refused and where, reckoning with its trace, rules."""

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import words
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.kit.words import LANGUAGES
from app.packs.form_kinds import Kind, Value
from app.packs.form_needs import NEEDS, ORGANISATION, TERMS
from app.packs.form_sums import reckon
from app.packs.form_values import (
    KeptFile,
    beyond,
    files_of,
    kept_files,
    kept_person,
    kept_rows,
    kept_text,
    kept_value,
    person_of,
    rows_of,
    shown_value,
    wrong_with,
)
from app.packs.forms import FormSpec, HandbookPlace, in_order, read_form
from app.packs.header import pack_path, read_pack
from app.packs.publish import PackKeys, first_root, publish, shipped_sources
from app.packs.resources import resource_bytes
from app.packs.shipped import held_packs, is_former, offers_former, shipped_packs
from app.packs.sources import BytesSource
from app.packs.trust import PackStore
from tests.packs.conftest import EXPIRES, Files, edited

OLD = Path(__file__).resolve().parents[1] / "data" / "packs_before_forms"
"""The bundle the program shipped before there were forms, byte for byte."""
ORG = pack_path("forms", ORGANISATION)
Change = Callable[[Any], object]


def word(text: str) -> dict[str, str]:
    return {"zh_CN": f"中{text}", "en": text}


def asked(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "label": word(key), **more}


def form_of(change: Change = lambda _: None) -> FormSpec:
    content = edited(resource_bytes(f"forms/{ORGANISATION}.json"), change)
    return read_form(*read_pack(content, ORG, "forms"))


def adding(*fields: dict[str, Any], rules: tuple[dict[str, Any], ...] = ()) -> Change:
    def change(tree: Any) -> None:
        tree["sections"][-1]["fields"] += deepcopy(list(fields))
        if rules:
            tree["rules"] = deepcopy(list(rules))

    return change


def refused(change: Change) -> tuple[str, str]:
    with pytest.raises(BranchError) as caught:
        form_of(change)
    return caught.value.code, str(caught.value.problem.what)


def test_every_shipped_form_has_words_in_both_languages_and_what_the_program_needs(
    clock: FixedClock,
) -> None:
    packs = shipped_packs(clock)
    for form_id, needs in NEEDS.items():
        form = packs.form(form_id)
        assert set(needs.must) <= {field.key for field in form.fields}
        assert all(field.theirs for field in form.further()), "a branch is asked what columns hold"
        assert bool(form.further()) == needs.theirs, form_id
        for field in form.fields:
            said = {field.label.in_language(language) for language in LANGUAGES}
            assert len(said) == 2, field.key


def test_a_form_keeps_the_order_and_words_of_head_office() -> None:
    form = form_of(adding(asked("fleet", "integer"), asked("site", "month")))
    assert [field.key for field in form.fields][-2:] == ["fleet", "site"]
    assert [field.key for field in form.further() if not field.theirs] == ["fleet", "site"]
    fleet = form.field("fleet")
    assert fleet is not None
    assert [fleet.label.in_language(language) for language in LANGUAGES] == ["中fleet", "fleet"]
    assert form.field("nobody") is None


def test_words_of_a_pack_are_never_filled_in() -> None:
    form = form_of(adding(asked("odd", "text") | {"label": word("{x} {0}")}))
    field = form.field("odd")
    assert field is not None and str(field.label) == "中{x} {0}"


ONE = {"key": "a", "label": word("a")}
TWICE_ONE = [{"number": "1"}] * 2
WRONG: list[tuple[str, Change]] = [
    ("unknown kind", adding(asked("x", "telepathy"))),
    ("a secret", adding(asked("x", "hidden"))),
    ("a key twice", adding(asked("x", "text"), asked("x", "text"))),
    ("a known key twice", adding(asked("name", "text"))),
    ("a key with a blank", adding(asked("x y", "text"))),
    ("an unknown word of the spec", adding(asked("x", "text", colour="red"))),
    ("words in one language", adding({"key": "x", "kind": "text", "label": {"en": "x"}})),
    ("choices missing", adding(asked("x", "choice"))),
    ("choices on a text", adding(asked("x", "text", choices=[ONE]))),
    ("a choice twice", adding(asked("x", "choice", choices=[ONE, ONE]))),
    ("rows without columns", adding(asked("x", "rows"))),
    ("files in rows", adding(asked("x", "rows", columns=[asked("y", "attachments")]))),
    ("a limit on a text", adding(asked("x", "text", least="1"))),
    ("a limit that is a float", adding(asked("x", "integer", least=1.5))),
    ("a day that is none", adding(asked("x", "date", most="2026-02-30"))),
    ("too long a field", adding(asked("x", "text", longest=1_000_000))),
    ("an owner nobody knows", adding(asked("x", "text", owner="somebody"))),
    ("needed, but theirs", adding(asked("x", "text", owner="head_office", required=True))),
    ("remembered identity", adding(asked("x", "id_number", remembered=True))),
    ("remembered telephone", adding(asked("x", "phone", remembered=True))),
    ("required that is a word", adding(asked("x", "text", required="yes"))),
    ("reckoned text", adding(asked("x", "text", computed={"number": "1"}))),
    ("reckoned from nobody", adding(asked("x", "money", computed={"field": "nobody"}))),
    ("reckoned from words", adding(asked("x", "money", computed={"field": "name"}))),
    ("reckoned from itself", adding(asked("x", "money", computed={"field": "x"}))),
    ("a round", adding(asked("x", "money", computed={"field": "y"}),
                       asked("y", "money", computed={"field": "x"}))),
    ("one part of a sum", adding(asked("x", "money", computed={"sum": [{"number": "1"}]}))),
    ("three parts of a difference",
     adding(asked("x", "money", computed={"difference": [{"number": "1"}] * 3}))),
    ("an unknown operation", adding(asked("x", "money", computed={"power": TWICE_ONE}))),
    ("days between numbers",
     adding(asked("x", "integer", computed={"days_between": [{"field": "headcount"}] * 2}))),
    ("a rule at nobody",
     adding(rules=({"when": [{"field": "name", "is": "filled"}], "at": "nobody",
                    "stands": "wrong", "says": word("no")},))),
    ("a rule about nobody",
     adding(rules=({"when": [{"field": "nobody", "is": "filled"}], "at": "name",
                    "stands": "wrong", "says": word("no")},))),
    ("a rule that never speaks",
     adding(rules=({"when": [], "at": "name", "stands": "wrong", "says": word("no")},))),
    ("a rule that stands oddly",
     adding(rules=({"when": [{"field": "name", "is": "filled"}], "at": "name",
                    "stands": "sad", "says": word("no")},))),
    ("words compared by size",
     adding(rules=({"when": [{"field": "name", "is": "above", "than": "1"}], "at": "name",
                    "stands": "wrong", "says": word("no")},))),
    ("a number held against words",
     adding(rules=({"when": [{"field": "headcount", "is": "above", "than": {"field": "name"}}],
                    "at": "name", "stands": "wrong", "says": word("no")},))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change"), WRONG, ids=[what for what, _ in WRONG])
def test_a_wrong_form_is_refused_at_its_place(what: str, change: Change) -> None:
    code, said = refused(change)
    assert code in ("E-PACK-CONTENT", "E-PACK-HEADER"), what
    assert ORG in said


def deep() -> dict[str, Any]:
    place: dict[str, Any] = {"number": "1"}
    for _ in range(100):
        place = {"sum": [place, {"number": "1"}]}
    return place


def test_an_endless_expression_is_refused() -> None:
    assert refused(adding(asked("x", "money", computed=deep())))[0] == "E-PACK-CONTENT"


def test_a_form_without_a_field_the_program_needs_is_refused_in_words() -> None:
    def without(tree: Any) -> None:
        tree["sections"][0]["fields"].pop(1)

    code, said = refused(without)
    assert code == "E-PACK-FORM" and "credit_code" in said

    def another_kind(tree: Any) -> None:
        tree["sections"][0]["fields"][1]["kind"] = "text"

    assert refused(another_kind)[0] == "E-PACK-FORM"

    def not_needed(tree: Any) -> None:
        tree["sections"][0]["fields"][0]["required"] = False

    assert refused(not_needed)[0] == "E-PACK-FORM"


def terms_with(*fields: dict[str, Any]) -> FormSpec:
    content = edited(resource_bytes(f"forms/{TERMS}.json"), adding(*fields))
    return read_form(*read_pack(content, pack_path("forms", TERMS), "forms"))


def test_the_terms_of_a_quote_take_further_fields_and_say_which_are_printed() -> None:
    spec = terms_with(asked("mood", "text"), asked("place", "text", printed=True))
    assert [(field.key, field.printed) for field in spec.further()] == [
        ("mood", False),
        ("place", True),
    ]


def test_a_term_nobody_could_fill_is_refused() -> None:
    with pytest.raises(BranchError) as caught:
        terms_with(asked("mood", "text", owner="head_office"))
    assert caught.value.code == "E-PACK-FORM" and "mood" in str(caught.value.problem.what)


def test_what_is_printed_is_a_further_term_that_names_nobody() -> None:
    for kind in ("person", "phone", "id_number", "attachments", "theirs"):
        with pytest.raises(BranchError) as caught:
            terms_with(asked("mood", kind, printed=True))
        assert caught.value.code == "E-PACK-CONTENT", kind

    def known(tree: Any) -> None:
        tree["sections"][0]["fields"][0]["printed"] = True

    content = edited(resource_bytes(f"forms/{TERMS}.json"), known)
    with pytest.raises(BranchError):
        read_form(*read_pack(content, pack_path("forms", TERMS), "forms"))
    with pytest.raises(BranchError):
        form_of(adding(asked("mood", "text", printed=True)))


def test_a_wrong_form_is_neither_signed_nor_installed(
    tmp_path: Path, keys: PackKeys, first: Files, clock: FixedClock
) -> None:
    packs = shipped_sources()
    packs[ORG] = edited(packs[ORG], adding(asked("x", "telepathy")))
    with pytest.raises(BranchError) as caught:
        publish(packs, keys, EXPIRES)
    assert caught.value.code == "E-PACK-CONTENT"
    packs = shipped_sources()
    hint = {"handbook": "GPA1", "place": "nowhere"}
    packs[ORG] = edited(packs[ORG], adding(asked("x", "text", hint=hint)))
    with pytest.raises(BranchError) as caught:
        publish(packs, keys, EXPIRES)
    assert caught.value.code == "E-PACK-CONTENT"


def test_a_hint_is_a_place_of_the_handbook(clock: FixedClock) -> None:
    packs = shipped_packs(clock)
    field = packs.form(TERMS).field("discretion")
    assert field is not None and isinstance(field.hint, HandbookPlace)
    said = packs.handbook(field.hint.handbook).places[field.hint.place]
    assert said.in_language("en") == "1.00 unless agreed; it decides who must approve."


def test_a_second_bundle_changes_the_form_a_store_gives(
    tmp_path: Path, keys: PackKeys, first: Files, clock: FixedClock
) -> None:
    store = PackStore(tmp_path / "packs", first_root(first), clock)
    assert store.refresh(BytesSource(first))
    assert store.form(ORGANISATION).field("fleet") is None
    packs = shipped_sources()

    def second(tree: Any) -> None:
        tree["header"]["version"] += 1
        adding(asked("fleet", "integer"))(tree)

    packs[ORG] = edited(packs[ORG], second)
    assert store.refresh(BytesSource(publish(packs, keys, EXPIRES, previous=first)))
    assert store.form(ORGANISATION).further()[-1].key == "fleet"


# -- bundles from before there were forms ------------------------------------------------------


def test_a_bundle_from_before_forms_still_verifies_and_has_none(
    tmp_path: Path, clock: FixedClock
) -> None:
    shutil.copytree(OLD, tmp_path / "packs")
    root = (OLD / "metadata" / "1.root.json").read_bytes()
    store = PackStore(tmp_path / "packs", root, clock)
    assert store.tariff("T2026.1").origin.version == 1
    with pytest.raises(BranchError) as caught:
        store.form(ORGANISATION)
    assert caught.value.code == "E-PACK-UNKNOWN"


def test_a_desk_that_holds_the_former_bundle_gets_this_programs(
    tmp_path: Path, clock: FixedClock
) -> None:
    shutil.copytree(OLD, tmp_path / "packs")
    packs = held_packs(tmp_path / "packs", clock)
    assert packs.form(ORGANISATION) == shipped_packs(clock).form(ORGANISATION)
    again = held_packs(tmp_path / "packs", clock)
    assert again.version == packs.version == 1
    files = {path.relative_to(OLD).as_posix(): path.read_bytes() for path in OLD.rglob("*.json")}
    assert offers_former(files)
    assert not is_former((tmp_path / "packs/metadata/1.root.json").read_bytes())


def test_a_damaged_former_bundle_is_not_taken_for_ours(tmp_path: Path, clock: FixedClock) -> None:
    shutil.copytree(OLD, tmp_path / "packs")
    root = tmp_path / "packs/metadata/1.root.json"
    root.write_bytes(root.read_bytes() + b"\n")
    with pytest.raises(BranchError) as caught:
        held_packs(tmp_path / "packs", clock)
    assert caught.value.code == "E-PACK-SIGNATURE"


# -- reckoning ---------------------------------------------------------------------------------

FEE = asked("fee", "money", computed={"product": [
    {"field": "headcount"}, {"number": "12.345"}]})  # fmt: skip


def reckoned(form: FormSpec, key: str, values: dict[str, Value]) -> tuple[Value, list[str]]:
    field = form.field(key)
    assert field is not None and field.computed is not None
    kinds = {one.key: one.kind for one in form.fields}
    labels = {one.key: one.label for one in form.fields}
    words.use_language("en")
    found = reckon(field.computed, field.kind, values, kinds, labels)
    said = [f"{step.what} = {step.value}" for step in found.steps]
    words.use_language("zh_CN")
    return found.value, said


def test_money_is_reckoned_exactly_and_rounded_once_half_up() -> None:
    value, said = reckoned(form_of(adding(FEE)), "fee", {"headcount": 1_001})
    assert value == 1_235_735  # 12,357.345 yuan: the half fen goes up
    assert said == [
        "Number of employees = 1,001",
        "Number of employees times 12.345 = 12357.345",
        "Rounded half up to the unit of the field = 12,357.35",
    ]


def test_nothing_is_reckoned_from_what_is_missing_or_divided_by_zero() -> None:
    share = asked("share", "percent", computed={"quotient": [
        {"field": "headcount"}, {"field": "fleet"}]})  # fmt: skip
    form = form_of(adding(asked("fleet", "integer"), share))
    assert reckoned(form, "share", {"headcount": 1})[0] is None
    assert reckoned(form, "share", {"headcount": 1, "fleet": 0})[0] is None
    assert reckoned(form, "share", {"headcount": 1, "fleet": 3})[0] == 3_333


def test_days_and_bounds_are_reckoned() -> None:
    days = asked("days", "integer", computed={"most": [{"number": "10"}, {"days_between": [
        {"field": "a"}, {"field": "b"}]}]})  # fmt: skip
    form = form_of(adding(asked("a", "date"), asked("b", "date"), days))
    values: dict[str, Value] = {"a": date(2026, 1, 1), "b": date(2026, 2, 1)}
    assert reckoned(form, "days", values)[0] == 31
    assert reckoned(form, "days", values | {"b": date(2026, 1, 3)})[0] == 10


def test_what_is_reckoned_comes_behind_what_it_stands_on() -> None:
    last = asked("last", "money", computed={"sum": [{"field": "fee"}, {"number": "1"}]})
    form = form_of(adding(last, FEE))
    assert [field.key for field in in_order(form)] == ["fee", "last"]


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_reckoning_equals_fractions(a: int, b: int, per: int) -> None:
    text = f"{per // 100}.{per % 100:02d}"
    sum_of = {"product": [{"sum": [{"field": "a"}, {"field": "b"}]}, {"number": text}]}
    form = form_of(
        adding(asked("a", "money"), asked("b", "money"), asked("c", "money", computed=sum_of))
    )
    value, _ = reckoned(form, "c", {"a": a, "b": b})
    exact = Fraction(a + b, 100) * Fraction(text) * 100
    assert isinstance(value, int) and abs(value - exact) <= Fraction(1, 2)


# -- rules -------------------------------------------------------------------------------------


def speaks(test: dict[str, Any], values: dict[str, Value]) -> bool:
    rule = {"when": [test], "at": "name", "stands": "warned", "says": word("look")}
    more = (asked("wage", "money"), asked("since", "date"), asked("until", "date"))
    form = form_of(adding(*more, rules=(rule,)))
    return form.rules[0].holds(values, {field.key: field.kind for field in form.fields})


@pytest.mark.parametrize(
    ("test", "values", "holds"),
    [
        ({"field": "wage", "is": "above", "than": "5000"}, {"wage": 500_001}, True),
        ({"field": "wage", "is": "above", "than": "5000"}, {"wage": 500_000}, False),
        ({"field": "wage", "is": "at_least", "than": "5000"}, {"wage": 500_000}, True),
        ({"field": "wage", "is": "below", "than": "5000"}, {"wage": None}, False),
        ({"field": "wage", "is": "at_most", "than": {"field": "headcount"}},
         {"wage": 100, "headcount": 1}, True),
        ({"field": "since", "is": "below", "than": {"field": "until"}},
         {"since": date(2026, 1, 1), "until": date(2026, 1, 2)}, True),
        ({"field": "since", "is": "below", "than": {"field": "until"}},
         {"since": date(2026, 1, 1), "until": None}, False),
        ({"field": "since", "is": "above", "than": "2026-01-01"},
         {"since": date(2026, 1, 1)}, False),
        ({"field": "name", "is": "empty"}, {"name": ""}, True),
        ({"field": "name", "is": "filled"}, {"name": ""}, False),
        ({"field": "industry", "is": "one_of", "of": ["mine"]}, {"industry": "mine"}, True),
        ({"field": "industry", "is": "not_one_of", "of": ["mine"]}, {"industry": ""}, False),
        ({"field": "industry", "is": "not_one_of", "of": ["mine"]}, {"industry": "farm"}, True),
    ],
)  # fmt: skip
def test_a_rule_holds_by_its_tests(
    test: dict[str, Any], values: dict[str, Value], holds: bool
) -> None:
    assert speaks(test, values) is holds


# -- values ------------------------------------------------------------------------------------

KEPT: list[tuple[dict[str, Any], str, bool]] = [
    (asked("x", "integer", least="1", most="50"), "50", True),
    (asked("x", "integer", least="1", most="50"), "51", False),
    (asked("x", "integer"), "1.5", False),
    (asked("x", "money", most="10"), "1001", False),
    (asked("x", "percent", most="0.2"), "2000", True),
    (asked("x", "percent", most="0.2"), "2001", False),
    (asked("x", "date", least="2026-01-01"), "2025-12-31", False),
    (asked("x", "date"), "2026-02-30", False),
    (asked("x", "month"), "2026-03", True),
    (asked("x", "month"), "2026-13", False),
    (asked("x", "decimal"), "1.25", True),
    (asked("x", "decimal"), "1e3", False),
    (asked("x", "text", longest=3), "四个字了", False),
    (asked("x", "text"), "a\u202eb", False),
    (asked("x", "long_text"), "a\nb", True),
    (asked("x", "choice", choices=[{"key": "a", "label": word("a")}]), "b", False),
    (asked("x", "rows", columns=[asked("y", "money", required=True)]), '[["5"]]', True),
    (asked("x", "rows", columns=[asked("y", "money")]), '[["5", "6"]]', False),
    (asked("x", "rows", columns=[asked("y", "money")]), '[["five"]]', False),
    (asked("x", "rows", columns=[asked("y", "money")]), "5", False),
    (asked("x", "rows", columns=[asked("y", "text")]), json.dumps([["a"]] * 501), False),
    (asked("x", "attachments"), '[["zz", "a.pdf", 5]]', False),
    (asked("x", "attachments"), json.dumps([["0" * 64, "a.pdf", 5]]), True),
    (asked("x", "attachments"), json.dumps([["0" * 64, "a.pdf", 5]] * 21), False),
    (asked("x", "person"), "somebody", False),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "kept", "stands"), KEPT)
def test_a_kept_text_is_checked_by_its_field(spec: dict[str, Any], kept: str, stands: bool) -> None:
    field = form_of(adding(spec)).field("x")
    assert field is not None
    wrong = wrong_with(field, kept)
    assert (wrong is None) is stands, str(wrong)
    assert wrong_with(field, "") is None
    assert str(shown_value(field, kept))


@given(st.sampled_from([Kind.MONEY, Kind.PERCENT, Kind.INTEGER]), st.integers(-(10**14), 10**14))
def test_a_number_comes_back(kind: Kind, value: int) -> None:
    assert kept_value(kind, kept_text(value)) == value
    assert beyond(kind, value, "", "") is None


def test_people_rows_and_files_come_back(clock: FixedClock) -> None:
    person = new_id(clock)
    assert person_of(kept_person(person, "王 芳")) == (person, "王 芳")
    assert rows_of(kept_rows([("a", ""), ("", ""), ("b", "c")])) == (("a", ""), ("b", "c"))
    files = (KeptFile("0" * 64, "名单.xlsx", 9),)
    assert files_of(kept_files(files)) == files
    assert kept_rows([("", "")]) == kept_files(()) == ""
