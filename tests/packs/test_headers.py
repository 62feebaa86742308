"""A pack that does not say what it is, or says it wrongly, is refused by its own code."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.kit.errors.base import BranchError
from app.packs.header import read_pack
from app.packs.publish import shipped_sources
from app.packs.trust import read_content
from tests.packs.conftest import AUTHORITY, TARIFF, edited


def code_for(path: str, content: bytes) -> str:
    with pytest.raises(BranchError) as caught:
        read_content(*read_pack(content, path, path.split("/", 1)[0]))
    return caught.value.code


def head(**values: object) -> Callable[[Any], None]:
    """Change the head; None takes a key out."""

    def change(tree: Any) -> None:
        tree["header"].update(values)
        for key in [k for k, v in values.items() if v is None]:
            del tree["header"][key]

    return change


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("E-PACK-KIND", {"kind": None}),
        ("E-PACK-KIND", {"kind": "rules"}),
        ("E-PACK-KIND", {"kind": "products"}),
        ("E-PACK-KIND", {"kind": ["tariff"]}),
        ("E-PACK-KIND", {"id": "T2026.2"}),
        ("E-PACK-KIND", {"id": None}),
        ("E-PACK-KIND", {"id": "../T2026.1"}),
        ("E-PACK-VERSION", {"version": None}),
        ("E-PACK-VERSION", {"version": 0}),
        ("E-PACK-VERSION", {"version": "2"}),
        ("E-PACK-VERSION", {"version": True}),
        ("E-PACK-FILING", {"filing_no": None}),
        ("E-PACK-FILING", {"filing_no": " "}),
        ("E-PACK-FILING", {"filing_no": 7}),
        ("E-PACK-VALIDITY", {"valid_from": None}),
        ("E-PACK-VALIDITY", {"valid_to": "2030-13-01"}),
        ("E-PACK-VALIDITY", {"valid_to": 20301231}),
        ("E-PACK-VALIDITY", {"valid_to": "2025-12-31"}),
        ("E-PACK-HEADER", {"unheard_of": 1}),
    ],
)
def test_a_wrong_head_is_refused(code: str, values: dict[str, object]) -> None:
    content = edited(shipped_sources()[TARIFF], head(**values))
    assert code_for(TARIFF, content) == code


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"header": 3}', b"{}", b"\xff\xfe", b"[" * 100_000, b'{"a":1,"a":2}'],
)
def test_what_is_no_pack_at_all_is_refused(content: bytes) -> None:
    assert code_for(TARIFF, content) == "E-PACK-HEADER"


def test_a_float_in_a_pack_is_refused() -> None:
    content = shipped_sources()[TARIFF].replace(b'"0.60"', b"0.60", 1)
    assert code_for(TARIFF, content) == "E-PACK-HEADER"


def put(path: str, value: object) -> Callable[[Any], None]:
    """Set a place of the content, named by its keys with slashes between."""

    def change(tree: Any) -> None:
        *way, last = path.split("/")
        for part in way:
            tree = tree[int(part) if isinstance(tree, list) else part]
        tree[last] = value

    return change


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("GPA/rate_per_mille_by_class/1", "-0.60"),
        ("GPA/rate_per_mille_by_class/1", "0"),
        ("GPA/rate_per_mille_by_class/1", "1e3"),
        ("GPA/rate_per_mille_by_class/1", 1),
        ("GPA/rate_per_mille_by_class/x", "1.00"),
        ("GPA/rate_per_mille_by_class", {}),
        ("GPA/child/rate_class", 9),
        ("GPA/short_table", "ST9"),
        ("GPA/K", 0),
        ("GPA/K", True),
        ("GPA/extra", "1"),
        ("GPA/age_factor", [["16-55", "1.00"], ["57-60", "1.20"]]),
        ("GPA/age_factor", [["55-16", "1.00"]]),
        ("GPA/age_factor", [["16-55"]]),
        ("GPA/daily/times", "0"),
        ("GMA/social_insurance_share_factor", [["0.10", "1.00"]]),
        ("GMA/social_insurance_share_factor", [["0.00", "1"], ["0.50", "1"], ["0.20", "1"]]),
        ("GHI/si_factor_knots_linear", {"5000": "0.65"}),
        ("GHI/si_factor_knots_linear", {"9000": "0.65", "5000": "0.60"}),
        ("size_factor", [[">10", "1.00"], ["11-20", "0.90"]]),
        ("short_tables/ST1", {}),
        ("short_tables/ST1/percent_by_month", [10, 20]),
        ("short_tables/ST2/percent_by_month", [9] * 11 + [8]),
        ("minimum/per_policy", "100.001"),
        ("minimum/per_policy", "-1"),
        ("full_year_months", 0),
        ("name_zh", ""),
        ("unheard_of", 1),
    ],
)
def test_a_tariff_that_could_not_be_priced_by_is_refused(place: str, value: object) -> None:
    content = edited(shipped_sources()[TARIFF], put(place, value))
    with pytest.raises(BranchError) as caught:
        read_content(*read_pack(content, TARIFF, "tariff"))
    assert caught.value.code == "E-PACK-CONTENT"
    assert place.split("/")[0] in str(caught.value)


@pytest.mark.parametrize("key", sorted(set(json.loads(shipped_sources()[TARIFF])) - {"header"}))
def test_a_tariff_that_lacks_a_part_is_refused(key: str) -> None:
    content = edited(shipped_sources()[TARIFF], lambda tree: tree.pop(key))
    if key in ("GTL", "CON", "fictional"):  # signed with the rest, not read for group quotes
        read_content(*read_pack(content, TARIFF, "tariff"))
    else:
        assert code_for(TARIFF, content) == "E-PACK-CONTENT"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("rows/0/value", "[9500..10500"),
        ("rows/0/value", "[10500..9500]"),
        ("rows/0/value", '"1.05"'),
        ("rows/0/value", "value > 3"),
        ("rows/0/value", 9500),
        ("rows/0/trigger", "mood"),
        ("rows/0/level", 5),
        ("rows/0/level", "1"),
        ("rows/0/other", 1),
        ("rows", []),
        ("levels/2", "中心支公司"),
        ("levels", {"1": "L1 x"}),
        ("inputs/trigger/one_of", ["discretion"]),
        ("inputs/value", {}),
        ("inputs/mood", {"whole_number": [0, 1]}),
        ("outputs/level/whole_number", [4, 1]),
        ("outputs/mood", {"whole_number": [0, 1]}),
        ("measures/high_classes", []),
        ("unheard_of", 1),
    ],
)
def test_a_table_that_could_not_decide_is_refused(place: str, value: object) -> None:
    content = edited(shipped_sources()[AUTHORITY], put(place, value))
    assert code_for(AUTHORITY, content) == "E-PACK-CONTENT"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("levels", []),
        ("levels", [1, 3]),
        ("levels", [0]),
        ("levels", ["1"]),
        ("scope", ""),
        ("more", 1),
    ],
)
def test_a_delegation_that_gives_too_much_or_nothing_is_refused(place: str, value: object) -> None:
    path = "rules/delegation-790115.json"
    content = edited(shipped_sources()[path], put(place, value))
    assert code_for(path, content) == "E-PACK-CONTENT"
