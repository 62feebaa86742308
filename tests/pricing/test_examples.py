"""Every leaf of the worked examples of pricing, against what the program says."""

import hashlib
import json
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.assembly.price import price_file
from app.kit.money import fen_of, yuan_text
from app.packs.authority import AuthorityTable
from app.packs.exact import exact_of
from app.packs.resources import resource_bytes
from app.packs.tariff import Tariff
from app.packs.trust import PackStore
from app.pricing.authority import AuthorityFacts, ruling_on
from app.pricing.requests import PastClaims
from app.pricing.rules.experience import experience_factor, square_root_weight
from tests.leaves import EXAMPLES

PINNED = {
    "domain_examples.json": "ee15b79491bd0e8a23e58d3b26e8c12dbf58e6f4f35bdcefe1c5f883879e868c",
    "sealctl_vectors.json": "5b85d735de9fc24cc3c53b6ffaf1d1269d55a2d27ba2cac881a51225dc967e3a",
}


@pytest.mark.parametrize("name", sorted(PINNED))
def test_the_example_files_are_unchanged(name: str) -> None:
    assert hashlib.sha256((EXAMPLES.parent / name).read_bytes()).hexdigest() == PINNED[name]


@pytest.mark.parametrize("number", range(16))
def test_every_quote_comes_out_leaf_by_leaf(
    examples: Any, packs: PackStore, tmp_path: Path, number: int
) -> None:
    quote = examples["pricing"]["quotes"][number]
    path = tmp_path / "request.json"
    path.write_text(json.dumps(quote["request"].as_input()), encoding="utf-8")
    answer: Any = price_file(path, packs)
    assert quote["id"] == f"Q{number + 1:02d}"
    for key in quote:
        if key in ("id", "title", "note", "request"):
            continue
        if key == "lines":
            _compare_lines(quote["lines"], answer["lines"])
        else:
            assert quote[key] == answer[key], key
    assert answer["policy_premium_fen"] == fen_of(quote["policy_premium"])
    assert answer["trace"][-1]["policy"][0]["result"] == quote["sum_of_lines"]


def _compare_lines(expected: Any, lines: Any) -> None:
    assert len(expected) == len(lines)
    for leaf, line in zip(expected, lines, strict=True):
        for key in leaf:
            assert leaf[key] == line[key], key
        assert line["subtotal_fen"] == line["per_person_fen"] * leaf["n"]


@pytest.mark.parametrize("number", range(16))
def test_the_trace_can_be_followed_with_a_pocket_calculator(
    examples: Any, packs: PackStore, tmp_path: Path, number: int
) -> None:
    path = tmp_path / "request.json"
    request = examples["pricing"]["quotes"][number]["request"].as_input()
    path.write_text(json.dumps(request), encoding="utf-8")
    answer: Any = price_file(path, packs)
    for line, traced in zip(answer["lines"], answer["trace"], strict=False):
        _redo(traced["steps"], line)


def _redo(steps: Any, line: Any) -> None:
    """Do every step again in Decimal, from the words of the trace alone."""
    result = Decimal(1)
    by_name = {step["step"]: step for step in steps}
    if "sum_insured" in by_name:
        total, per = by_name["sum_insured"]["value"].split(" / ")
        result = Decimal(total) / Decimal(per)
    for step in steps:
        if step["step"] not in ("sum_insured", "term", "round_half_up", "heads"):
            result *= Decimal(step["value"])
            assert step["result"] == str(result.quantize(Decimal("0.000001"), ROUND_HALF_UP))
    assert by_name["term"]["value"] == line["term"]
    assert by_name["term"]["result"] == line["per_person_raw"]
    assert by_name["round_half_up"]["result"] == line["per_person"]
    assert by_name["heads"] == {
        "step": "heads",
        "value": str(line["n"]),
        "result": line["subtotal"],
    }


def test_the_tariff_that_ships_is_the_tariff_of_the_examples(examples: Any) -> None:
    """Tables compare as they are; a sentence of the file is put together from our values."""
    ours = json.loads(resource_bytes("tariffs/T2026.1.json"))
    filed = examples["pricing"]["tariff"]
    for code in ("GPA", "GMA", "GHI", "GHC", "GTL", "CON"):
        _compare_cover(filed[code], ours[code])
    for key in ("size_factor", "region_factor", "job_factor", "minimum"):
        assert filed[key] == ours[key]
    head = ours["header"]
    assert (filed["id"], filed["effective"]) == (head["id"], head["valid_from"])
    assert filed["fictional"] is ours["fictional"]
    assert filed["name_zh"] == ours["name_zh"]
    rule, combined = ours["experience"], ours["combined_factor"]
    assert filed["experience_factor"] == (
        f"Z=E/(E+K); f=Z*LR/targetLR+(1-Z); round {rule['places']} decimals; "
        f"clamp [{rule['lowest']},{rule['highest']}]; new group {rule['new_group']}"
    )
    assert filed["combined_factor_bounds"] == (
        f"size*experience*region*discretion in [{combined['lowest']}, {combined['highest']}], "
        "outside = re-file, not quotable"
    )
    assert set(filed) - {"rounding"} == {
        *("id", "name_zh", "effective", "fictional", "GPA", "GMA", "GHI", "GHC", "GTL", "CON"),
        *("size_factor", "experience_factor", "region_factor", "job_factor", "minimum"),
        "combined_factor_bounds",
    }


def _compare_cover(filed: Any, ours: Any) -> None:
    said = dict(ours)
    if "child" in said:
        child, daily = said.pop("child"), said.pop("daily")
        said["under16"] = f"use class {child['rate_class']} rate, factor {child['factor']}"
        assert child["below_age"] == 16
        said["lt15days"] = f"annual/{daily['days_per_year']}*{daily['times']}*days"
        assert daily["below_days"] == 15
        said["15d_to_1m"] = "1 month"
    if "social_insurance_share_factor" in said:
        said["social_insurance_share_factor"] = _share_words(said["social_insurance_share_factor"])
    assert set(said) == set(filed)
    for key in filed:
        assert filed[key] == said[key], key


def _share_words(pairs: list[list[str]]) -> list[list[str]]:
    """Write the marks as the file writes bands: ``<20%``, ``20%-<50%``, ``>=80%``."""
    marks = [f"{int(Decimal(mark) * 100)}%" for mark, _ in pairs]
    words = [
        f"<{marks[1]}",
        *(f"{low}-<{high}" for low, high in pairwise(marks[1:])),
        f">={marks[-1]}",
    ]
    return [[word, factor] for word, (_, factor) in zip(words, pairs, strict=True)]


def test_rounding_is_per_person_and_cover_then_heads_then_minimum(
    examples: Any, packs: PackStore, tmp_path: Path
) -> None:
    """The file's sentence, shown on the quotes it is about: ties (Q16) and the minimum (Q13)."""
    sentence = examples["pricing"]["tariff"]["rounding"]
    assert sentence == (
        "multiply all factors unrounded, round per-person premium of EACH coverage half-up to "
        "fen, then * headcount; only then policy minimum"
    )
    path = tmp_path / "request.json"
    results = []
    for number in (15, 12):
        request = examples["pricing"]["quotes"][number]["request"].as_input()
        path.write_text(json.dumps(request), encoding="utf-8")
        answer: Any = price_file(path, packs)
        raw = sum(Decimal(line["per_person_raw"]) * line["n"] for line in answer["lines"])
        results.append((str(raw), answer["sum_of_lines"], answer["policy_premium"]))
    assert results == [("1760.445000", "1761.05", "1761.05"), ("22.500000", "22.50", "100.00")]


def test_the_short_tables_are_those_of_the_examples(examples: Any, tariff: Tariff) -> None:
    filed = examples["pricing"]["short_rate_tables"]
    tables = {t.short_table.id: t.short_table for t in tariff.covers.values()}
    assert set(filed) == set(tables)
    for key in ("ST1", "ST2"):
        assert filed[key]["pct"] == list(tables[key].percent_by_month)
    assert filed["ST3"]["pct"] == f"pro-rata days/{tables['ST3'].days_per_year}"
    for key, table in filed.items():
        assert table["src"].startswith("observed: "), key


def test_credibility_weighs_as_in_the_examples(examples: Any, tariff: Tariff) -> None:
    cases = examples["pricing"]["credibility_buhlmann"]
    assert len(cases) == 6
    for case in cases:
        terms = tariff.covers[case["coverage"]]
        assert terms.credibility_k == case["K"]
        past = PastClaims(exact_of(str(case["life_years"])), exact_of(case["LR"]))
        found = experience_factor(past, terms, tariff.experience)
        assert (found.weight, found.factor.text) == (case["Z"], case["factor"])


def test_the_square_root_method_weighs_as_in_the_examples(examples: Any, tariff: Tariff) -> None:
    assert tariff.experience.full_credibility_claims == 1082
    cases = examples["pricing"]["credibility_square_root_1082"]
    assert len(cases) == 6
    for case in cases:
        assert square_root_weight(case["claims"], tariff.experience) == case["Z_sqrt"]


def test_the_approval_matrix_is_decided_as_in_the_examples(
    examples: Any, authority: AuthorityTable
) -> None:
    cases = examples["pricing"]["approval_matrix_cases"]
    assert len(cases) == 7
    for case in cases:
        ratio = case["LR"]
        facts = AuthorityFacts(
            discretion=exact_of(case["discretion"]),
            highest_sum_fen=fen_of(case["SI"]),
            premium_fen=fen_of(case["premium"]),
            max_class=case["max_class"],
            high_class_share=exact_of(case["hi_share"]).basis_points,
            old_share=exact_of(case["old_share"]).basis_points,
            max_age=case["max_age"],
            loss_ratio=None if ratio is None else exact_of(ratio),
            accumulation_fen=fen_of(case["location_SI"]),
        )
        ruling = ruling_on(facts, authority)
        assert ruling.level_name == case["level"]
        assert bool(ruling.reasons) == (ruling.level > 1)


def test_the_minimum_of_the_policy_is_shown_in_the_trace(
    tree: Any, packs: PackStore, tmp_path: Path
) -> None:
    tree["cohorts"][0].update(heads=3, covers=[{"coverage": "GPA", "sum_insured": "100"}])
    path = tmp_path / "request.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    answer: Any = price_file(path, packs)
    assert answer["lines"][0]["per_person"] == "1.00"
    assert answer["lines"][0]["per_person_minimum_applied"] is True
    assert answer["policy_premium"] == yuan_text(100_00)
    assert [step["step"] for step in answer["trace"][0]["steps"]][-2:] == [
        "minimum_per_person",
        "heads",
    ]
    assert answer["trace"][1]["policy"] == [
        {"step": "sum_of_lines", "value": "1", "result": "3.00"},
        {"step": "minimum_per_policy", "value": "100.00", "result": "100.00"},
    ]
