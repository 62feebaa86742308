"""Groups as typed: what each cell may hold, what is said about it, and that nothing gets lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors.base import BranchError
from app.kit.money import Fen
from app.kit.words import use_language
from app.packs.exact import Exact, decimal_text
from app.packs.resources import resource_bytes
from app.packs.tariff import Tariff
from app.pricing.groups import (
    GROUP_FIELDS,
    LABELS,
    Doubt,
    GroupField,
    GroupReading,
    TypedGroup,
    group_name,
    read_groups,
    typed_group,
)
from app.pricing.requests import (
    AccidentCover,
    AccidentMedicalCover,
    Cohort,
    Cover,
    HospitalCashCover,
    HospitalMedicalCover,
    canonical_bytes,
    request_of,
)
from app.pricing.roster import PolicyTerms, groups_beside, request_with_groups
from app.pricing.sheet.form import read_roster_form
from tests.pricing.conftest import FULL

WORDS = read_roster_form(resource_bytes("rules/roster_headings.json")).social
GOOD: dict[GroupField, str] = {
    "heads": "30",
    "job_class": "1",
    "age": "24",
    "ghi_sum": "15000",
    "social": "yes",
    "ghc_daily": "100",
    "wait_days": "3",
    "gpa_sum": "200,000",
    "gma_sum": "20000",
    "deductible": "100",
    "pay_ratio": "90%",
    "social_share": "85%",
}


def group(**changed: str) -> TypedGroup:
    """Type a good row of all four covers, some cells otherwise."""
    row = TypedGroup(tuple(GOOD.get(name, "") for name in GROUP_FIELDS))
    assert set(changed) <= set(GROUP_FIELDS)
    for name in GROUP_FIELDS:
        row = row.typed(name, changed.get(name, row.text(name)))
    return row


def read(row: TypedGroup, tariff: Tariff) -> GroupReading:
    return read_groups((row,), tariff, WORDS).rows[0]


def codes(row: TypedGroup, tariff: Tariff) -> dict[str, str]:
    return {one.cell: one.problem.code for one in read(row, tariff).wrong}


def test_a_good_row_is_a_cohort_of_a_request(tariff: Tariff) -> None:
    cohort = read(group(), tariff).cohort
    assert cohort == Cohort(
        "a",
        30,
        1,
        24,
        None,
        (
            AccidentCover(Fen(200_000_00)),
            AccidentMedicalCover(Fen(20_000_00), 100, 90, Exact("0.85", 85, 100)),
            HospitalMedicalCover(Fen(15_000_00), True),
            HospitalCashCover(Fen(100_00), 3),
        ),
    )


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        ("heads", "", "E-PRICE-MISSING"),
        ("heads", "0", "E-PRICE-HEADS"),
        ("heads", "-3", "E-PRICE-TYPE"),
        ("heads", "3.5", "E-PRICE-TYPE"),
        ("heads", "1000000000", "E-PRICE-TYPE"),
        ("job_class", "", "E-PRICE-MISSING"),
        ("job_class", "0", "E-PRICE-CLASS"),
        ("job_class", "7", "E-PRICE-CLASS"),
        ("job_class", "one", "E-PRICE-TYPE"),
        ("age", "", "E-PRICE-MISSING"),
        ("age", "15", "E-PRICE-AGE"),
        ("age", "66", "E-PRICE-AGE"),
        ("age", "24 years", "E-PRICE-TYPE"),
        ("job", "x" * 41, "E-PRICE-TYPE"),
        ("ghi_sum", "", "E-PRICE-MISSING"),
        ("ghi_sum", "0", "E-PRICE-SUM"),
        ("ghi_sum", "-15000", "E-PRICE-SUM"),
        ("ghi_sum", "4999.99", "E-PRICE-SUM-RANGE"),
        ("ghi_sum", "50000.01", "E-PRICE-SUM-RANGE"),
        ("ghi_sum", "much", "E-PRICE-DECIMAL"),
        ("ghi_sum", "=15000", "E-PRICE-DECIMAL"),
        ("social", "", "E-PRICE-MISSING"),
        ("social", "perhaps", "E-PRICE-TYPE"),
        ("ghc_daily", "", "E-PRICE-MISSING"),
        ("ghc_daily", "0", "E-PRICE-SUM"),
        ("wait_days", "", "E-PRICE-MISSING"),
        ("wait_days", "4", "E-PRICE-WAIT"),
        ("gma_sum", "", "E-PRICE-MISSING"),
        ("deductible", "", "E-PRICE-MISSING"),
        ("deductible", "150", "E-PRICE-DEDUCTIBLE"),
        ("pay_ratio", "85", "E-PRICE-PAY-RATIO"),
        ("social_share", "", "E-PRICE-MISSING"),
        ("social_share", "101", "E-PRICE-SHARE"),
        ("social_share", "most", "E-PRICE-DECIMAL"),
        ("social_share", "0.1234567", "E-PRICE-DECIMAL"),
        ("social_share", "79.99999%", "E-PRICE-DECIMAL"),
    ],
)
def test_a_wrong_cell_alone_is_refused_by_its_code(
    tariff: Tariff, cell: GroupField, text: str, code: str
) -> None:
    reading = read(group(**{cell: text}), tariff)
    assert {one.cell: one.problem.code for one in reading.wrong} == {cell: code}
    assert reading.cohort is None
    assert reading.wrong[0].missing is (text == "")


def test_every_wrong_cell_is_named_not_only_the_first(tariff: Tariff) -> None:
    row = group(heads="0", job_class="9", ghi_sum="x", wait_days="", gpa_sum="", pay_ratio="200")
    assert codes(row, tariff) == {
        "heads": "E-PRICE-HEADS",
        "job_class": "E-PRICE-CLASS",
        "ghi_sum": "E-PRICE-DECIMAL",
        "wait_days": "E-PRICE-MISSING",
    }, "what the tariff says of other cells waits for a class it knows"
    row = group(wait_days="1", ghi_sum="1", pay_ratio="200")
    assert codes(row, tariff) == {
        "wait_days": "E-PRICE-WAIT",
        "ghi_sum": "E-PRICE-SUM-RANGE",
        "pay_ratio": "E-PRICE-PAY-RATIO",
    }


def test_a_sentence_names_the_cell_in_the_clerks_words(tariff: Tariff) -> None:
    wrong = read(group(age="66", gpa_sum="", gma_sum="", deductible="", pay_ratio="",
                       social_share=""), tariff).wrong  # fmt: skip
    try:
        use_language("en")
        assert str(wrong[0].problem.what) == (
            "Age of group a: Hospital medical is not offered at age 66."
        )
        use_language("zh_CN")
        assert str(wrong[0].problem.what) == "a 组“年龄”：住院医疗 不承保 66 岁。"
    finally:
        use_language("zh_CN")


def test_a_cover_is_bought_by_its_sum_and_needs_the_rest_then(tariff: Tariff) -> None:
    only = {"heads": "30", "job_class": "1", "age": "24"}
    none = TypedGroup(tuple(only.get(name, "") for name in GROUP_FIELDS))
    reading = read(none, tariff)
    assert [(one.cell, one.problem.code, one.missing) for one in reading.wrong] == [
        ("ghi_sum", "E-PRICE-EMPTY", True)
    ]
    assert codes(none.typed("ghi_sum", "15000"), tariff) == {"social": "E-PRICE-MISSING"}
    # What belongs to a cover without its sum is not dropped in silence.
    assert codes(none.typed("wait_days", "3"), tariff) == {"ghc_daily": "E-PRICE-MISSING"}
    assert codes(none.typed("gpa_sum", "200000"), tariff) == {}


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("85%", "0.85"),
        ("85", "0.85"),
        ("0.85", "0.85"),
        ("1", "1.00"),
        ("1%", "0.01"),
        ("100", "1.00"),
        ("0", "0.00"),
        ("79.9999", "0.799999"),
    ],
)
def test_a_share_is_read_as_on_a_roster(tariff: Tariff, typed: str, share: str) -> None:
    cohort = read(group(social_share=typed), tariff).cohort
    assert cohort is not None
    medical = cohort.covers[1]
    assert isinstance(medical, AccidentMedicalCover) and medical.social_share.text == share


def test_signs_of_an_input_method_and_a_spreadsheet_are_read(tariff: Tariff) -> None:
    row = group(heads="\uff13\uff10", age=" 24 ", ghi_sum="15,000.00", social="\u6709", job="  ")
    assert read(row, tariff).cohort == read(group(), tariff).cohort
    no = read(group(social="\u65e0"), tariff).cohort
    assert no is not None and HospitalMedicalCover(Fen(15_000_00), False) in no.covers


def test_an_occupation_the_tariff_does_not_name_is_told_and_holds_nothing_back(
    tariff: Tariff,
) -> None:
    known = next(iter(tariff.jobs))
    assert read(group(job=known), tariff).doubts == ()
    reading = read(group(job=known[:2]), tariff)
    assert reading.cohort is not None and reading.cohort.job == known[:2]
    doubt = reading.note("job")
    assert isinstance(doubt, Doubt) and known in str(doubt.words)
    assert read(group(job=known[:2], gpa_sum=""), tariff).doubts == (), "no other cover asks for it"


def test_blank_rows_ask_for_nothing_and_take_no_letter(tariff: Tariff) -> None:
    blank = TypedGroup().typed("job", "  ")
    found = read_groups((blank, group(), blank, group(heads="6")), tariff, WORDS)
    assert [row.name for row in found.rows] == ["", "a", "", "b"]
    assert found.problems == () and found.heads == 36
    assert [cohort.name for cohort in found.cohorts] == ["a", "b"]


def test_groups_have_letters_and_never_a_number() -> None:
    names = [group_name(place) for place in range(1000)]
    assert names[:3] == ["a", "b", "c"] and names[25:28] == ["z", "aa", "ab"]
    assert len(set(names)) == 1000 and all(name.isalpha() for name in names)


def test_the_groups_beside_a_roster_are_found_by_their_letters() -> None:
    request = request_of(FULL)
    numbered = Cohort("12", 3, 1, 30, None, (AccidentCover(Fen(100_00)),))
    terms = PolicyTerms(
        request.tariff, request.start, request.end, request.region, request.discretion, {}
    )
    both = request_with_groups(None, (numbered, *request.cohorts), terms)
    assert groups_beside(both, "ab" * 32) == request.cohorts
    assert groups_beside(both, "") == both.cohorts
    with pytest.raises(BranchError) as refused:
        request_with_groups(None, (), terms)
    assert refused.value.code == "E-PRICE-EMPTY"


def test_a_row_has_a_cell_for_every_field_and_a_label_for_every_cell() -> None:
    assert set(LABELS) == set(GROUP_FIELDS)
    with pytest.raises(ValueError, match="cells"):
        TypedGroup(("1", "2"))


SUMS = st.integers(5_000_00, 50_000_00).map(Fen)
SHARES = st.integers(0, 10**6).map(lambda part: Exact(decimal_text(part, 10**6, 2), part, 10**6))
COVERS = st.tuples(
    st.none() | st.builds(AccidentCover, st.integers(1, 10**10).map(Fen)),
    st.none()
    | st.builds(
        AccidentMedicalCover,
        st.integers(1, 10**9).map(Fen),
        st.sampled_from((0, 100, 200, 300, 500)),
        st.sampled_from((50, 60, 70, 80, 90, 100)),
        SHARES,
    ),
    st.none() | st.builds(HospitalMedicalCover, SUMS, st.booleans()),
    st.none()
    | st.builds(HospitalCashCover, st.integers(1, 10**6).map(Fen), st.sampled_from((0, 3, 5))),
)


@given(
    heads=st.integers(1, 10**6),
    job_class=st.integers(1, 6),
    age=st.integers(16, 65),
    job=st.none() | st.sampled_from(("\u88c5\u5378", "fitter")),
    bought=COVERS.filter(any),
)
def test_what_is_written_for_the_clerk_reads_back_as_the_same_request(
    tariff: Tariff,
    heads: int,
    job_class: int,
    age: int,
    job: str | None,
    bought: tuple[Cover | None, ...],
) -> None:
    covers = tuple(cover for cover in bought if cover is not None)
    cohort = Cohort("a", heads, job_class, age, job, covers)
    reading = read(typed_group(cohort), tariff)
    assert reading.wrong == () and reading.cohort is not None
    request = request_of(FULL)
    terms = PolicyTerms(
        request.tariff, request.start, request.end, request.region, request.discretion, {}
    )
    assert canonical_bytes(request_with_groups(None, (reading.cohort,), terms)) == (
        canonical_bytes(request_with_groups(None, (cohort,), terms))
    )


@given(st.tuples(*(st.text(max_size=12) for _ in GROUP_FIELDS)))
def test_whatever_is_typed_is_judged_and_never_breaks(
    tariff: Tariff, cells: tuple[str, ...]
) -> None:
    reading = read(TypedGroup(cells), tariff)
    blank = not any(cell.strip() for cell in cells)
    assert blank or (reading.cohort is None) == bool(reading.wrong)
