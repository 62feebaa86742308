"""The content of a contract: it adds up, it can be printed, its hash sees everything."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from app.documents.content import ContractContent, canonical_bytes, content_hash
from app.kit.errors.base import BranchError, BugError
from tests.documents.conftest import PRODUCTS, contract, people

CHANGES: dict[str, Any] = {
    "number": "PA7901-2026-000124",
    "version": 2,
    "drawn_on": date(2026, 3, 3),
    "policyholder": replace(contract(3).policyholder, address="另一处"),
    "insurer": replace(contract(3).insurer, phone="95001"),
    "products": (replace(PRODUCTS[0], filing_no="其他"), PRODUCTS[1]),
    "tariff": replace(contract(3).tariff, version="2"),
    "cover_from": date(2026, 3, 2),
    "cover_to": date(2027, 3, 1),
    "lines": tuple(replace(line, terms="另约") for line in contract(3).lines),
    "premium_fen": None,
    "minimum_applied": None,
    "insured": (replace(people(3)[0], name="王五"), *people(3)[1:]),
    "roster_sha256": "ac" * 32,
    "special_terms": (),
    "wording_version": "GA-2026-02",
    "clauses": contract(3).clauses[:-1],
    "sign_place": "别处",
    "inputs_sha256": "c4" * 32,
    "approval": "三级",
}


@pytest.mark.parametrize("name", [field.name for field in fields(ContractContent)])
def test_every_field_takes_part_in_the_hash(name: str) -> None:
    plain = contract(3)
    if CHANGES[name] is None:
        changed = replace(plain, premium_fen=plain.premium_fen + 1, minimum_applied=True)
    else:
        changed = replace(plain, **{name: CHANGES[name]})
    assert content_hash(changed) != content_hash(plain)


def test_the_same_content_has_the_same_bytes() -> None:
    assert canonical_bytes(contract(5)) == canonical_bytes(contract(5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"premium_fen": 1},
        {"minimum_applied": True},
        {"number": "pa-1"},
        {"number": "PA:1"},
        {"number": "A" * 25},
        {"version": 0},
        {"version": 1000},
        {"cover_to": date(2026, 2, 28)},
        {"roster_sha256": "AB" * 32},
        {"insured": ()},
        {"insured": people(4)},
        {"products": PRODUCTS[:1]},
        {"products": (PRODUCTS[0], PRODUCTS[0])},
        {"lines": contract(3).lines[:1]},
        {"lines": tuple(replace(one, subtotal_fen=1) for one in contract(3).lines)},
    ],
)
def test_a_contract_that_contradicts_itself_cannot_exist(wrong: dict[str, Any]) -> None:
    with pytest.raises(BugError):
        replace(contract(3), **wrong)


def test_a_minimum_premium_lifts_the_sum() -> None:
    plain = contract(3)
    lifted = replace(plain, premium_fen=plain.premium_fen + 100, minimum_applied=True)
    assert lifted.premium_fen == lifted.sum_of_lines_fen + 100


@pytest.mark.parametrize(
    "character", ["\u202e", "\u200b", "\x00", "\n", "\t", "\ud800", "\ue000", "\ufeff", "\u2028"]
)
def test_invisible_characters_are_refused_by_place(character: str) -> None:
    plain = contract(3)
    hidden = replace(plain.insured[1], name=f"张{character}三")
    with pytest.raises(BranchError) as refused:
        replace(plain, insured=(plain.insured[0], hidden, plain.insured[2]))
    assert refused.value.code == "E-DOC-TEXT"
    said = refused.value.problem.what
    assert "list of insured people, row 2" in said.in_language("en")
    assert f"U+{ord(character):04X}" in str(refused.value)


def test_long_texts_are_refused_and_paragraphs_may_be_longer() -> None:
    plain = contract(3)
    with pytest.raises(BranchError) as refused:
        replace(plain, sign_place="地" * 121)
    assert refused.value.code == "E-DOC-LONG"
    assert replace(plain, special_terms=("约" * 1500,)).special_terms
    with pytest.raises(BranchError):
        replace(plain, special_terms=("约" * 1501,))
