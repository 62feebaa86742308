"""The roster as customers send it: every wrong place is named, nothing guessed, all mendable."""

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assembly.demo_people import demo_roster, id_types, roster_form
from app.customers.rules.resident_id import with_check
from app.kit.errors.base import BranchError
from app.packs.resources import resource_text
from app.packs.tariff import Tariff
from app.pricing.roster import InsuredPerson
from app.pricing.sheet.form import FIELDS, read_roster_form
from app.pricing.sheet.person import RosterRules
from app.pricing.sheet.preview import RosterPreview, read_roster, recheck

TODAY = date(2026, 11, 22)
START = date(2026, 11, 23)
WOMAN = "790101198802290047"
MAN = "79010119900307051X"

FORM = roster_form()
HEADINGS = {field: FORM.official[field] for field in FIELDS}
PERSON: dict[str, object] = {
    "name": "李静",
    "id_type": "居民身份证",
    "id_no": WOMAN,
    "sex": "女",
    "birth": date(1988, 2, 29),
    "job": "会计",
    "job_class": 1,
    "gpa_si": 200_000,
    "gma_si": 20_000,
    "deductible": 100,
    "pay_ratio": 90,
    "social": "有",
}
OTHER = PERSON | {"name": "王伟", "id_no": MAN, "sex": "男", "birth": "1990-03-07"}


@pytest.fixture(scope="module")
def rules() -> RosterRules:
    return RosterRules(FORM, id_types(), TODAY, START)


def workbook(*people: dict[str, object], fields: list[str] | None = None, above: int = 0) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    for line in range(above):
        page.append([f"云岭宏远物流有限公司 {line}"])
    order = fields or list(FIELDS)
    page.append([HEADINGS.get(field, field) for field in order])
    for person in people:
        page.append([person.get(field) for field in order])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(preview: RosterPreview) -> list[tuple[int, str, str]]:
    for problem in preview.problems:
        assert str(problem.reason)
    return [(problem.row, problem.column, problem.code) for problem in preview.problems]


def codes(preview: RosterPreview) -> list[str]:
    return [problem.code for problem in preview.problems]


def test_a_good_row_becomes_a_person(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON), rules)
    assert preview.good
    assert preview.people == (
        InsuredPerson(
            name="李静",
            id_type="111",
            id_no=WOMAN,
            sex="F",
            birth=date(1988, 2, 29),
            job="会计",
            job_class=1,
            gpa_si_fen=20_000_000,
            gma_si_fen=2_000_000,
            deductible_yuan=100,
            pay_ratio=90,
            social=True,
        ),
    )
    # region 79 is not assigned: worth a look at the card, no reason to stop
    assert [(w.row, w.column, w.code) for w in preview.warnings] == [(2, "证件号码", "W-ID-REGION")]


@settings(max_examples=20, deadline=None)
@given(st.permutations(FIELDS), st.integers(0, 5))
def test_the_order_of_columns_and_titles_above_do_not_matter(order: list[str], above: int) -> None:
    rules = RosterRules(FORM, id_types(), TODAY, START)
    plain = read_roster(workbook(PERSON, OTHER), rules)
    mixed = read_roster(workbook(PERSON, OTHER, fields=order, above=above), rules)
    assert mixed.people == plain.people
    assert len(mixed.people) == 2
    assert mixed.readings[0].row == 2 + above


@pytest.mark.parametrize(
    ("field", "typed", "attribute", "value"),
    [
        ("name", " 李　静 ", "name", "李静"),
        ("name", "阿不都·热合曼", "name", "阿不都·热合曼"),
        ("name", "Anna  O'Neil", "name", "Anna O'Neil"),
        ("id_type", "身份证", "id_type", "111"),
        ("id_type", "111", "id_type", "111"),
        ("id_no", "７９０１０１１９８８０２２９００４７", "id_no", WOMAN),
        ("sex", "女性", "sex", "F"),
        ("birth", "1988/2/29", "birth", date(1988, 2, 29)),
        ("birth", "1988.02.29", "birth", date(1988, 2, 29)),
        ("birth", "1988年2月29日", "birth", date(1988, 2, 29)),
        ("birth", 19880229, "birth", date(1988, 2, 29)),
        ("birth", datetime(1988, 2, 29, 8), "birth", date(1988, 2, 29)),  # noqa: DTZ001 - a cell
        ("job", None, "job", None),
        ("job", " 装卸搬运 ", "job", "装卸搬运"),
        ("job_class", "3类", "job_class", 3),
        ("job_class", "第四类", "job_class", 4),
        ("job_class", 6.0, "job_class", 6),
        ("gpa_si", "200,000", "gpa_si_fen", 20_000_000),
        ("gpa_si", "￥200，000元", "gpa_si_fen", 20_000_000),
        ("gpa_si", "20万", "gpa_si_fen", 20_000_000),
        ("gpa_si", "12.5万元", "gpa_si_fen", 12_500_000),
        ("gpa_si", 100.55000000000001, "gpa_si_fen", 10_055),
        ("gpa_si", 100.55, "gpa_si_fen", 10_055),
        ("gpa_si", None, "gpa_si_fen", None),
        ("gpa_si", 0, "gpa_si_fen", None),
        ("gpa_si", "-", "gpa_si_fen", None),
        ("deductible", "0", "deductible_yuan", 0),
        ("deductible", "100元", "deductible_yuan", 100),
        ("pay_ratio", "90%", "pay_ratio", 90),
        ("pay_ratio", 0.9, "pay_ratio", 90),
        ("pay_ratio", 1, "pay_ratio", 100),
        ("pay_ratio", 100, "pay_ratio", 100),
        ("social", "无", "social", False),
        ("social", "是", "social", True),
    ],
)
def test_cells_as_people_fill_them(
    rules: RosterRules, field: str, typed: object, attribute: str, value: object
) -> None:
    preview = read_roster(workbook(PERSON | {field: typed}), rules)
    assert told(preview) == []
    assert getattr(preview.people[0], attribute) == value


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", None, "E-ROSTER-EMPTY"),
        ("name", '=HYPERLINK("x")', "E-ROSTER-FORMULA"),
        ("name", "李静1", "E-ROSTER-NAME"),
        ("name", "李\u202e静", "E-ROSTER-NAME"),
        ("name", "-李静", "E-ROSTER-NAME"),
        ("name", "李" * 51, "E-ROSTER-NAME"),
        ("id_type", None, "E-ROSTER-EMPTY"),
        ("id_type", "会员卡", "E-ROSTER-ID-TYPE"),
        ("id_no", None, "E-ROSTER-EMPTY"),
        ("id_no", "790101198802290048", "E-ID-CHECKSUM"),
        ("id_no", "79010119880229004", "E-ID-LENGTH"),
        ("id_no", "790101880229004", "E-ID-RETIRED"),
        ("id_no", "79010119880230004X", "E-ID-DATE"),
        ("id_no", 790101198802290000, "E-ROSTER-ID-NUMBER"),
        ("sex", "?", "E-ROSTER-SEX"),
        ("sex", None, "E-ROSTER-EMPTY"),
        ("birth", "1988-02-30", "E-ROSTER-DATE"),
        ("birth", "29.2.1988", "E-ROSTER-DATE"),
        ("birth", 32202, "E-ROSTER-DATE"),
        ("birth", date(2026, 11, 23), "E-ROSTER-BIRTH"),
        ("birth", None, "E-ROSTER-EMPTY"),
        ("job", "=A1", "E-ROSTER-FORMULA"),
        ("job", "x" * 51, "E-ROSTER-JOB"),
        ("job_class", 0, "E-ROSTER-CLASS"),
        ("job_class", 7, "E-ROSTER-CLASS"),
        ("job_class", 2.5, "E-ROSTER-CLASS"),
        ("job_class", None, "E-ROSTER-EMPTY"),
        ("gpa_si", -200_000, "E-ROSTER-NEGATIVE"),
        ("gpa_si", "twenty", "E-ROSTER-SUM"),
        ("gpa_si", True, "E-ROSTER-SUM"),
        ("gpa_si", "1.234", "E-ROSTER-SUM"),
        ("gpa_si", "9" * 14, "E-ROSTER-SUM"),
        ("gma_si", "=200*100", "E-ROSTER-FORMULA"),
        ("gma_si", -1, "E-ROSTER-NEGATIVE"),
        ("deductible", None, "E-ROSTER-EMPTY"),
        ("deductible", -100, "E-ROSTER-DEDUCTIBLE"),
        ("deductible", 99.5, "E-ROSTER-DEDUCTIBLE"),
        ("pay_ratio", None, "E-ROSTER-EMPTY"),
        ("pay_ratio", 0, "E-ROSTER-PAY-RATIO"),
        ("pay_ratio", 101, "E-ROSTER-PAY-RATIO"),
        ("pay_ratio", "85.5%", "E-ROSTER-PAY-RATIO"),
        ("pay_ratio", "most", "E-ROSTER-PAY-RATIO"),
        ("social", None, "E-ROSTER-EMPTY"),
        ("social", "maybe", "E-ROSTER-SOCIAL"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_code(
    rules: RosterRules, field: str, typed: object, code: str
) -> None:
    preview = read_roster(workbook(OTHER, PERSON | {field: typed}), rules)
    assert told(preview) == [(3, HEADINGS[field], code)]
    assert [person.name for person in preview.people] == ["王伟"]


def test_sex_and_birth_are_held_against_the_number(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON | {"sex": "男"}), rules)
    assert told(preview) == [(2, "性别", "E-ID-SEX")]
    preview = read_roster(workbook(PERSON | {"birth": "1988-02-28"}), rules)
    assert told(preview) == [(2, "出生日期", "E-ID-BIRTH")]


def test_every_wrong_cell_of_a_row_is_named_at_once(rules: RosterRules) -> None:
    wrong = {"name": None, "sex": "?", "job_class": 9, "gpa_si": "x", "social": ""}
    preview = read_roster(workbook(PERSON | wrong), rules)
    assert [column for _, column, _ in told(preview)] == [
        "姓名",
        "性别",
        "职业类别",
        "意外保额",
        "有无社保",
    ]


def test_a_person_without_any_cover_is_named(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON | {"gpa_si": None, "gma_si": ""}), rules)
    assert told(preview) == [(2, "意外保额", "E-ROSTER-COVER")]


def test_without_medical_cover_its_terms_do_not_matter(rules: RosterRules) -> None:
    wrong = {"gma_si": None, "deductible": "none", "pay_ratio": -5}
    (person,) = read_roster(workbook(PERSON | wrong), rules).people
    assert (person.gma_si_fen, person.deductible_yuan, person.pay_ratio) == (None, None, None)


def test_the_same_person_twice_names_every_row(rules: RosterRules) -> None:
    twice = PERSON | {"id_type": "临时身份证", "name": "李 静"}
    preview = read_roster(workbook(PERSON, OTHER, twice, PERSON), rules)
    assert told(preview) == [
        (2, "证件号码", "E-ROSTER-DOUBLE"),
        (4, "证件号码", "E-ROSTER-DOUBLE"),
        (5, "证件号码", "E-ROSTER-DOUBLE"),
    ]
    assert dict(preview.problems[0].reason.values) == {"rows": "4, 5"}
    assert [person.name for person in preview.people] == ["王伟"]


def test_a_double_is_seen_even_where_the_row_is_wrong_elsewhere(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON, PERSON | {"job_class": 9}), rules)
    assert codes(preview) == ["E-ROSTER-DOUBLE", "E-ROSTER-CLASS", "E-ROSTER-DOUBLE"]


def test_other_documents_make_other_people(rules: RosterRules) -> None:
    passport = {"id_type": "护照", "id_no": "e12345678"}
    preview = read_roster(workbook(PERSON, PERSON | passport), rules)
    assert [person.id_no for person in preview.people] == [WOMAN, "E12345678"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda order: order[1:], ("姓名", "E-ROSTER-HEADING-MISSING")),
        (lambda order: [*order, "name"], ("姓名", "E-ROSTER-HEADING-DOUBLE")),
        (lambda order: [*order, "员工姓名"], ("员工姓名", "E-ROSTER-HEADING-DOUBLE")),
        (lambda order: [*order, "血型"], ("血型", "E-ROSTER-HEADING-UNKNOWN")),
    ],
)
def test_headings_that_are_missing_doubled_or_unknown(
    rules: RosterRules, change: Callable[[list[str]], list[str]], expected: tuple[str, str]
) -> None:
    preview = read_roster(workbook(PERSON, fields=change(list(FIELDS)), above=1), rules)
    assert told(preview) == [(2, *expected)]
    assert preview.people == ()


def test_synonyms_stars_widths_and_columns_that_do_not_matter(rules: RosterRules) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(PERSON)))
    page = book.active
    for cell in page[1]:
        cell.value = {
            "姓名": "*被保险人姓名",
            "证件号码": "身份证号\n",
            "职业类别": "职业类别（1-6）",
            "意外保额": "意外保额（元）",
            "工种": "岗位",
        }.get(cell.value, cell.value)
    page.insert_cols(1)
    page["A1"], page["A2"] = "序号", "=ROW()-1"
    assert read_roster(saved(book), rules).good


def test_a_sheet_without_headings_or_people(rules: RosterRules) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    assert told(read_roster(saved(book), rules)) == [(1, "", "E-ROSTER-HEADINGS")]
    assert told(read_roster(workbook(), rules)) == [(1, "", "E-ROSTER-NOBODY")]
    empty = saved(openpyxl.Workbook())
    assert codes(read_roster(empty, rules)) == ["E-ROSTER-HEADINGS"]


def test_blank_rows_are_skipped_and_numbers_stay(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON, {}, {"name": "  "}, OTHER | {"social": "?"}), rules)
    assert told(preview) == [(5, "有无社保", "E-ROSTER-SOCIAL")]
    assert len(preview.people) == 1


def test_a_text_table_is_read_like_a_workbook(rules: RosterRules) -> None:
    people = [PERSON | {"birth": "1988-02-29"}, OTHER]
    lines = [list(HEADINGS.values())]
    lines += [[str(person[field]) for field in FIELDS] for person in people]
    text = "\r\n".join(",".join(line) for line in lines)
    from_book = read_roster(workbook(*people), rules)
    for encoding in ("utf-8-sig", "gb18030"):
        assert read_roster(text.encode(encoding), rules).people == from_book.people


@pytest.fixture(scope="module")
def filed(tariff: Tariff) -> RosterRules:
    return RosterRules(FORM, id_types(), TODAY, START, tariff)


def test_ages_deductibles_and_ratios_of_the_tariff(rules: RosterRules, filed: RosterRules) -> None:
    born = {"id_type": "护照", "id_no": "E12345678"}
    cases = [
        ({"deductible": 150}, "E-ROSTER-DEDUCTIBLE"),
        ({"pay_ratio": 95}, "E-ROSTER-PAY-RATIO"),
        (born | {"birth": date(1955, 11, 22)}, "E-ROSTER-AGE"),
    ]
    for wrong, code in cases:
        assert codes(read_roster(workbook(PERSON | wrong), filed)) == [code]
        assert read_roster(workbook(PERSON | wrong), rules).good
    # 71 on the day after the start of cover: the age counts on the first day
    assert read_roster(workbook(PERSON | born | {"birth": date(1955, 11, 24)}), filed).good
    assert read_roster(workbook(PERSON | born | {"birth": date(2020, 1, 1)}), filed).good


def test_a_person_born_after_the_start_is_named() -> None:
    early = RosterRules(FORM, id_types(), TODAY, date(2020, 1, 1))
    child = {"id_type": "护照", "id_no": "E12345678", "birth": date(2024, 5, 1)}
    assert codes(read_roster(workbook(PERSON | child), early)) == ["E-ROSTER-AGE"]


# Mending


def test_a_cell_is_mended_and_the_row_is_good(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON | {"job_class": 9, "sex": "?"}, OTHER), rules)
    assert preview.text(2, "job_class") == "9"
    half = recheck(preview, {(2, "job_class"): "3"})
    assert codes(half) == ["E-ROSTER-SEX"]
    done = recheck(half, {(2, "sex"): "女"})
    assert done.good
    assert [person.job_class for person in done.people] == [3, 1]
    assert preview.problems and not done.problems  # what was shown before stays as it was


def test_mending_one_of_two_doubles_frees_the_other(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON, PERSON, OTHER), rules)
    mended = recheck(preview, {(3, "id_type"): "护照", (3, "id_no"): "E12345678"})
    assert mended.good and len(mended.people) == 3
    back = recheck(mended, {(3, "id_type"): "居民身份证", (3, "id_no"): MAN})
    assert codes(back) == ["E-ID-SEX"]


def test_an_edit_can_make_a_double(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON, OTHER), rules)
    both = recheck(
        preview,
        {(3, "id_no"): WOMAN, (3, "sex"): "女", (3, "birth"): "1988-02-29"},
    )
    assert codes(both) == ["E-ROSTER-DOUBLE", "E-ROSTER-DOUBLE"]
    assert both.people == ()


def test_a_row_left_out_is_gone(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON, PERSON, OTHER | {"name": None}), rules)
    left = recheck(preview, {}, leave_out={3, 4})
    assert left.good and len(left.people) == 1
    assert codes(recheck(left, {}, leave_out={2})) == ["E-ROSTER-NOBODY"]


def test_a_formula_typed_into_a_cell_is_a_formula(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON), rules)
    assert codes(recheck(preview, {(2, "gpa_si"): "=1+1"})) == ["E-ROSTER-FORMULA"]
    assert codes(recheck(preview, {(2, "social"): "  "})) == ["E-ROSTER-EMPTY"]


def test_a_cell_beyond_a_short_row_is_mended(rules: RosterRules) -> None:
    preview = read_roster(workbook({"name": "李静"}), rules)
    edits = {(2, field): str(value) for field, value in PERSON.items() if field != "name"}
    assert recheck(preview, edits).people == read_roster(workbook(PERSON), rules).people


def test_wrong_headings_are_mended_in_the_file(rules: RosterRules) -> None:
    preview = read_roster(workbook(PERSON, fields=list(FIELDS)[1:]), rules)
    assert recheck(preview, {(1, "name"): "姓名"}) is preview


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_mending_step_by_step_equals_reading_the_mended_file(seed: int, steps: int) -> None:
    rules = RosterRules(FORM, id_types(), TODAY, START)
    chance = random.Random(seed)
    people = [dict(PERSON), dict(OTHER), PERSON | {"id_type": "护照", "id_no": "E12345678"}]
    values: dict[str, list[str]] = {
        "id_no": [WOMAN, MAN, "E12345678", ""],
        "id_type": ["居民身份证", "护照"],
        "sex": ["男", "女"],
        "birth": ["1988-02-29", "1990-03-07"],
        "gma_si": ["", "10000", "-1"],
        "pay_ratio": ["80%", ""],
    }
    preview = read_roster(workbook(*people), rules)
    for _ in range(steps):
        row, field = chance.randrange(3), chance.choice(list(values))
        people[row][field] = chance.choice(values[field])
        preview = recheck(preview, {(row + 2, field): people[row][field]})  # type: ignore[dict-item]  # a field
    fresh = read_roster(workbook(*people), rules)
    assert preview.people == fresh.people
    assert preview.problems == fresh.problems
    assert preview.warnings == fresh.warnings


# Size and malice


def many(rows: int) -> bytes:
    """A workbook with so many people, put together by hand because that is quick."""
    texts = "".join(
        f'<c r="{chr(65 + n)}{{r}}" t="inlineStr"><is><t>{heading}</t></is></c>'
        for n, heading in enumerate(HEADINGS.values())
    )
    body = "".join(f'<row r="{r}">{texts.format(r=r)}</row>' for r in range(1, rows + 2))
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(PERSON))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = part.index(b"<sheetData"), part.index(b"</sheetData>")
                part = part[:start] + b"<sheetData>" + body.encode() + part[end:]
            new.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize("rows", [10_001, 100_000])
def test_too_many_people_are_refused_in_words(rules: RosterRules, rows: int) -> None:
    with pytest.raises(BranchError) as caught:
        read_roster(many(rows), rules)
    problem = caught.value.problem
    assert problem.code == "E-ROSTER-TOO-LONG"
    assert "10,000" in problem.what.in_language("en")


def test_a_hundred_thousand_rows_are_not_read_to_be_refused(
    rules: RosterRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count stops early: what is unpacked is a small part of the sheet, whatever its length."""
    content = many(100_000)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        whole = package.getinfo("xl/worksheets/sheet1.xml").file_size
    unpacked, read = [0], zipfile.ZipExtFile.read

    def counted(stream: zipfile.ZipExtFile, size: int | None = -1) -> bytes:
        piece = read(stream, size)
        unpacked[0] += len(piece)
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    with pytest.raises(BranchError):
        read_roster(content, rules)
    assert 0 < unpacked[0] < whole / 5


def test_a_bomb_and_a_macro_are_refused_by_the_sheet_room(rules: RosterRules) -> None:
    bomb = io.BytesIO(workbook(PERSON))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.png", b"\0" * 20_000_000)
    with pytest.raises(BranchError) as caught:
        read_roster(bomb.getvalue(), rules)
    assert caught.value.code == "E-SHEET-BIG"


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(10**18), 10**18),
            st.decimals("-1000", "1000", places=3).map(float),
            st.dates(date(1900, 3, 1), date(2199, 1, 1)),
            st.text(
                st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
                max_size=20,
            ),
        ),
    )
)
def test_any_cell_gives_a_person_or_a_named_place(cells: dict[str, object]) -> None:
    rules = RosterRules(FORM, id_types(), TODAY, START)
    preview = read_roster(workbook(PERSON | cells), rules)
    assert preview.good == (len(preview.people) == 1)
    for problem in preview.problems:
        assert problem.column in HEADINGS.values() or problem.code == "E-ROSTER-NOBODY"


# Words and demo


def test_a_word_cannot_stand_for_two_things() -> None:
    text = resource_text("rules/roster_headings.json")
    with pytest.raises(ValueError, match="two things"):
        read_roster_form(text.replace('"性别"]', '"性别", "姓名"]').encode())
    with pytest.raises(ValueError, match="each field"):
        read_roster_form(text.replace('"sex":', '"gender":', 1).encode())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_demo_roster_is_good_in_every_row(tmp_path: Path, filed: RosterRules, seed: int) -> None:
    path = tmp_path / "roster.xlsx"
    demo_roster(path, seed=seed, on=START)
    preview = read_roster(path.read_bytes(), filed)
    assert told(preview) == []
    people = preview.people
    assert len(people) == 128
    assert {person.job_class for person in people} == {1, 2, 3, 4}
    assert all(person.job for person in people)
    both = [p for p in people if p.gpa_si_fen is not None and p.gma_si_fen is not None]
    assert 0.6 < len(both) / len(people) < 1
    assert {person.social for person in people} == {True, False}
    ages = [
        START.year - p.birth.year - ((START.month, START.day) < (p.birth.month, p.birth.day))
        for p in people
    ]
    assert min(ages) >= 18 and max(ages) <= 60


def test_a_demo_roster_comes_out_again_from_its_seed(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("1.xlsx", "2.xlsx", "3.xlsx"))
    demo_roster(one, seed=5, on=START)
    demo_roster(two, seed=5, on=START)
    demo_roster(three, seed=6, on=START)
    assert one.read_bytes() == two.read_bytes() != three.read_bytes()
    headings = [
        [cell.value for cell in openpyxl.load_workbook(path).active[1]] for path in (one, three)
    ]
    assert headings[0] != headings[1]
    assert set(headings[0]) == set(headings[1]) == set(HEADINGS.values())


def test_exact_numbers_keep_their_fen(rules: RosterRules) -> None:
    sums = [Decimal("0.01"), Decimal("1234567.89"), Decimal("99999999.99")]
    people = [
        PERSON
        | {
            "gpa_si": float(amount),
            "id_no": with_check(f"79010119880229{2 * n:03d}"),
        }
        for n, amount in enumerate(sums)
    ]
    preview = read_roster(workbook(*people), rules)
    assert [person.gpa_si_fen for person in preview.people] == [1, 123_456_789, 9_999_999_999]
