"""Parameters: declared, checked, in the head of every output and in the fingerprint's statement."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from app.documents.letter import letter_docx
from app.kit.errors.base import BranchError
from app.reports.declarations import REPORTS
from app.reports.export import export_figures, export_xlsx, letter_of, stamp_lines
from app.reports.queries.reading import behind, products_for, run
from app.reports.rules.declared import Asked, Only, ParameterKind
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import ALL
from tests.reports.conftest import (
    HERE,
    NOW,
    Branch,
    case,
    contract,
    customer,
    job,
    quote,
    stamp,
    step,
    sync_round,
)

NARROWED = [(key, one.field) for key, report in REPORTS.items() for one in report.parameters]


def quiet(_done: int, _total: int) -> None:
    """Hear of no progress."""


def ran(branch: Branch, asked: Asked) -> Ran:
    return branch.read(run, branch.reader(), asked, NOW, quiet)


@pytest.fixture
def busy(branch: Branch) -> Branch:
    """Give a day with two values in every field a report can be narrowed by."""
    other = quote(7, "2026-02-20T12:00:00", "approved", 7_00, 7)
    other.priced_by, other.tariff_id = "E1002", "T2027.1"
    life = contract(43, "2026-03-02T08:00:00", "archived", 100_50)
    life.series, life.drawn_by = "C-LIF2-790115-2026", "E1002"
    mine = job(60, 8)
    mine.operator = "E9"
    branch.add(
        other,
        case(10, "2026-02-01T09:00:00", "2026-02-01T10:00:00"),
        step(11, 10, 1, "E2", "approve", "2026-02-01T09:30:00"),
        step(12, 10, 2, "E3", "decline", "2026-02-01T10:30:00"),
        contract(41, "2026-02-01T08:00:00", "drafted", 300_00),
        life,
        job(50, 7),
        mine,
        stamp(51, 50, "done", "2026-02-01T08:00:00"),
        stamp(52, 60, "in_doubt", "2026-02-01T09:00:00"),
        customer(61, checked=0),
        customer(63, party="organisation"),
        sync_round(1, "2026-02-01T08:00:00", "done", 3, 10),
        sync_round(2, "2026-02-01T23:59:59", "stopped", 0, 0),
    )
    return branch


@pytest.mark.parametrize(("key", "field"), NARROWED)
def test_narrowed_it_has_the_rows_of_that_value_and_no_other(
    busy: Branch, key: str, field: str
) -> None:
    """Against all rows of the report, picked out by hand: nothing lost, nothing besides."""
    report = REPORTS[key]
    asked = Asked(key, report.group, report.across)
    every = busy.read(behind, busy.reader(), asked, (ALL, ALL), at_most=1_000, step=quiet)
    place = report.place(field)
    values = sorted({str(row[place]) for row in every.rows})
    assert len(values) >= 2, "the day must have something to leave out"
    for value in values:
        narrow = replace(asked, only=(Only(field, value),))
        found = busy.read(behind, busy.reader(), narrow, (ALL, ALL), at_most=1_000, step=quiet)
        assert found.rows == tuple(row for row in every.rows if str(row[place]) == value)
        assert 0 < found.count < every.count


def test_two_parameters_hold_together(busy: Branch) -> None:
    only = (Only("priced_by", "E1002"), Only("state", "approved"))
    given = ran(busy, Asked("quotes", "month", office=HERE, only=only))
    assert given.pivot.figure("premium") == 7_00
    none = (Only("priced_by", "E1002"), Only("state", "declined"))
    assert ran(busy, Asked("quotes", "month", office=HERE, only=none)).stamp.rows == 0


def test_a_decision_of_one_person_still_waits_for_the_one_before(busy: Branch) -> None:
    """Narrowed to the second approver, the wait begins at the first one's decision."""
    given = ran(busy, Asked("approvals", "level", only=(Only("person", "E3"),)))
    assert given.pivot.figure("mean") == 60


def test_the_fingerprint_states_what_was_asked_for(busy: Branch) -> None:
    nobody = [(Only("priced_by", name),) for name in ("E8", "E9")]
    stamps = [ran(busy, Asked("quotes", "month", only=only)).stamp for only in nobody]
    assert stamps[0].rows == stamps[1].rows == 0
    assert stamps[0].sha256 != stamps[1].sha256
    both = (Only("priced_by", "E1001"), Only("state", "approved"))
    orders = [Asked("quotes", "month", only=one) for one in (both, both[::-1])]
    assert len({ran(busy, one).stamp.sha256 for one in orders}) == 1


@pytest.mark.parametrize(
    ("key", "only"),
    [
        ("quotes", (Only("customer", "x"),)),
        ("quotes", (Only("state", "nonsense"),)),
        ("quotes", (Only("priced_by", ""),)),
        ("quotes", (Only("priced_by", "x" * 65),)),
        ("quotes", (Only("state", "approved"), Only("state", "declined"))),
        ("sync", (Only("priced_by", "E1"),)),
        ("quality", (Only("premium", "1"),)),
    ],
)
def test_what_is_not_declared_is_refused_in_words(
    branch: Branch, key: str, only: tuple[Only, ...]
) -> None:
    with pytest.raises(BranchError) as refused:
        ran(branch, Asked(key, REPORTS[key].group, only=only))
    assert refused.value.code == "E-REPORT-PARAMETER"


def test_a_value_is_a_value_and_never_a_piece_of_a_statement(busy: Branch) -> None:
    only = (Only("priced_by", "E1001' OR '1'='1"),)
    assert ran(busy, Asked("quotes", "month", only=only)).stamp.rows == 0


def test_products_are_those_of_the_rows_a_person_may_see(busy: Branch) -> None:
    def products(key: str, words: str) -> tuple[str, ...]:
        report = REPORTS[key]
        return busy.read(products_for, busy.reader(), report, words, at_most=8)

    assert products("quotes", "") == ("T2026.1", "T2027.1")
    assert products("quotes", "27") == ("T2027.1",)
    assert products("contracts", "lif") == ("LIF2",)
    assert products("contracts", "%") == ()
    assert products("sync", "") == ()


def test_every_output_says_its_parameters_and_its_grouping(busy: Branch, tmp_path: Path) -> None:
    only = (Only("priced_by", "E1002"), Only("state", "approved"))
    asked = Asked("quotes", "month", "state", office=HERE, only=only)
    given = ran(busy, asked)
    said = {str(name): words for name, words in stamp_lines(given)}
    state = given.report.field("state")
    wanted = {"E1002", str(state.said("approved")), str(state.title)}
    assert wanted <= set(said.values())
    letter = letter_of(given, "x", "y")
    assert set(letter.facts) == {(str(name), words) for name, words in stamp_lines(given)}
    page = docx.Document(io.BytesIO(letter_docx(letter)))
    texts = "\n".join(one.text for one in page.paragraphs)
    assert all(word in texts for word in wanted)
    busy.read(export_xlsx, busy.reader(), asked, NOW, tmp_path / "a.xlsx", quiet)
    export_figures(given, tmp_path / "b.xlsx")
    for name, sheets in (("a.xlsx", 4), ("b.xlsx", 3)):
        book = load_workbook(tmp_path / name).worksheets
        assert len(book) == sheets
        cells = {cell.value for line in book[-1].iter_rows() for cell in line}
        assert wanted <= cells and given.stamp.sha256 in cells


@pytest.mark.parametrize("key", list(REPORTS))
def test_a_parameter_is_of_a_field_it_can_have(key: str) -> None:
    report = REPORTS[key]
    kinds = [one.kind for one in report.parameters]
    assert len(set(kinds)) == len(kinds), "the page has one field for each kind"
    for one in report.parameters:
        field = report.field(one.field)
        assert bool(field.words) is (one.kind is ParameterKind.STATE)
