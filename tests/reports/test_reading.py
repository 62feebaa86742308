"""How reports are read: one snapshot, a fingerprint, progress, a stop sign, leave, no growth."""

import csv
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.kit.errors.base import BranchError, Cancelled
from app.kit.words import t
from app.pricing.records import Quote
from app.reports.declarations import QUOTES, REPORTS
from app.reports.export import export_rows, export_xlsx, figure_lines
from app.reports.queries.reading import behind, offices_for, reports_for, run
from app.reports.rules.declared import Asked
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import ALL, MOST_ACROSS
from app.store.desk_tables import SyncLog
from tests.reports.conftest import BELOW, BESIDE, HERE, NOW, Branch, contract, number, quote

ASKED = Asked("quotes", "month", "state")


def quiet(_done: int, _total: int) -> None:
    """Hear of no progress."""


def ran(branch: Branch, asked: Asked = ASKED, role: str = "branch_manager") -> Ran:
    return branch.read(run, branch.reader(role), asked, NOW, quiet)


def test_the_same_data_gives_the_same_fingerprint(branch: Branch) -> None:
    first = ran(branch).stamp
    later = branch.read(run, branch.reader(), ASKED, datetime(2027, 1, 1, tzinfo=UTC), quiet).stamp
    assert (later.sha256, later.rows) == (first.sha256, first.rows)
    assert later.as_of != first.as_of
    regrouped = ran(branch, Asked("quotes", "level")).stamp
    assert regrouped.sha256 == first.sha256


def test_one_fen_gives_another_fingerprint(branch: Branch) -> None:
    before = ran(branch).stamp.sha256
    with Session(branch.write_engine) as session, session.begin():
        session.execute(update(Quote).where(Quote.id == number(3)).values(premium_fen=50_01))
    assert ran(branch).stamp.sha256 != before


def test_other_bounds_give_another_fingerprint_even_over_no_rows(branch: Branch) -> None:
    stamps = [
        ran(branch, Asked("quotes", "month", until=date(2000, 1, day))).stamp for day in (1, 2)
    ]
    assert stamps[0].rows == stamps[1].rows == 0
    assert stamps[0].sha256 != stamps[1].sha256


def test_a_report_is_one_snapshot(branch: Branch) -> None:
    """A quote written in the middle of the reading belongs to the next reading."""

    def write(done: int, total: int) -> None:
        if done == 0:
            branch.add(quote(9, "2026-02-20T12:00:00", "approved", 1_00, 1))

    given = branch.read(run, branch.reader(), ASKED, NOW, write)
    assert given.stamp.rows == 5
    assert ran(branch).stamp.rows == 6


def test_the_rows_behind_a_figure_are_the_ones_it_counts(branch: Branch) -> None:
    given = ran(branch)
    for group in (*given.pivot.groups, ALL):
        for across in (*given.pivot.across, ALL):
            found = branch.read(
                behind, branch.reader(), ASKED, (group, across), at_most=100, step=quiet
            )
            assert found.count == len(found.rows) == given.pivot.figure("quotes", group, across)
            premium = sum(row[QUOTES.place("premium")] for row in found.rows)  # type: ignore[misc]
            assert premium == given.pivot.figure("premium", group, across)
            assert found.sha256 == given.stamp.sha256


def test_a_drill_keeps_the_first_rows_and_counts_all(branch: Branch) -> None:
    found = branch.read(behind, branch.reader(), ASKED, (ALL, ALL), at_most=2, step=quiet)
    assert (len(found.rows), found.count) == (2, 5)


def test_progress_is_told_and_a_stop_is_heeded(branch: Branch) -> None:
    heard: list[tuple[int, int]] = []
    many(branch, 2_500)

    def step(done: int, total: int) -> None:
        heard.append((done, total))

    branch.read(run, branch.reader(), Asked("sync", "outcome"), NOW, step)
    assert heard == [(0, 2_500), (1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        branch.read(run, branch.reader(), Asked("sync", "outcome"), NOW, stop)


def many(branch: Branch, rows: int) -> None:
    """Put in many small rows."""
    with Session(branch.write_engine) as session, session.begin():
        session.execute(
            insert(SyncLog),
            [{"at": NOW, "outcome": "done", "pushed": 1, "pulled": n} for n in range(rows)],
        )


def test_memory_does_not_grow_with_the_rows(branch: Branch) -> None:
    """Peak memory of Python objects at 3,000 rows and at 12,000: the same within 300 KB."""

    def peak() -> int:
        tracemalloc.start()
        branch.read(run, branch.reader(), Asked("sync", "outcome"), NOW, quiet)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    many(branch, 3_000)
    peak()
    few = peak()
    many(branch, 9_000)
    assert peak() - few < 300_000


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("clerk", ["quotes", "approvals", "contracts", "customers", "quality", "sync"]),
        ("custodian", ["seals", "sync"]),
        ("branch_manager", list(REPORTS)),
        ("auditor", list(REPORTS)),
        ("administrator", ["sync"]),
    ],
)
def test_who_may_have_which_report(branch: Branch, role: str, keys: list[str]) -> None:
    assert [one.key for one in branch.read(reports_for, branch.reader(role))] == keys


def test_no_office_but_ones_own_and_those_below(branch: Branch) -> None:
    offices = branch.read(offices_for, branch.reader(), QUOTES)
    assert [one.path for one in offices] == [HERE, BELOW]
    for office, role in ((BESIDE, "branch_manager"), ("ho", "branch_manager"), (HERE, "custodian")):
        with pytest.raises(BranchError) as refused:
            ran(branch, Asked("quotes", "month", office=office), role)
        assert refused.value.code == "E-REPORT-LEAVE"
    desk = branch.read(offices_for, branch.reader(), REPORTS["sync"])
    assert [one.path for one in desk] == [HERE]


@pytest.mark.parametrize(
    "asked",
    [Asked("none", "month"), Asked("quotes", "customer"), Asked("quotes", "month", "premium")],
)
def test_what_is_not_declared_is_refused_in_words(branch: Branch, asked: Asked) -> None:
    with pytest.raises(BranchError) as refused:
        ran(branch, asked)
    assert refused.value.code == "E-REPORT-UNKNOWN"


def test_a_grouping_nobody_can_read_is_refused_in_words(branch: Branch) -> None:
    day = 86_400
    with Session(branch.write_engine) as session, session.begin():
        session.execute(
            insert(SyncLog),
            [
                {"at": datetime.fromtimestamp(n * day, UTC), "outcome": "done", "pushed": 1,
                 "pulled": n}
                for n in range(MOST_ACROSS + 1)
            ],
        )  # fmt: skip
    assert len(ran(branch, Asked("sync", "day")).pivot.groups) == MOST_ACROSS + 1
    with pytest.raises(BranchError) as refused:
        ran(branch, Asked("sync", "outcome", "day"))
    assert refused.value.code == "E-REPORT-FINE"


def test_a_workbook_has_figures_rows_and_definitions(branch: Branch, tmp_path: Path) -> None:
    branch.add(contract(41, "2026-02-01T08:00:00", "drafted", 300_00))
    path = tmp_path / "a.xlsx"
    asked = Asked("contracts", "month", "state")
    given = branch.read(export_xlsx, branch.reader(), asked, NOW, path, quiet)
    cross, figures, rows, meaning = load_workbook(path).worksheets
    assert [[cell.value for cell in line] for line in cross.iter_rows(min_row=2)] == [
        ["2026-02", 1, 1],
        [str(t("Total")), 1, 1],
    ]
    lines = list(figures.iter_rows(min_row=2, values_only=True))
    assert lines[0] == ("2026-02", str(given.report.field("state").said("drafted")), 1, 300, 0)
    assert lines[-1][2:] == (1, 300, 0)
    assert len(lines) == 4
    row = next(rows.iter_rows(min_row=2))
    assert row[3].value == "GPA1"
    assert row[4].value == "=cmd()" and row[4].data_type == "s"
    assert row[6].value == 300 and row[6].number_format == "#,##0.00"
    said = dict(line[:2] for line in meaning.iter_rows(min_row=2, values_only=True))
    assert given.stamp.sha256 in said.values()
    assert any(str(value).endswith("v2") for value in said.values())
    definitions = {str(one.definition) for one in given.report.measures}
    assert definitions <= set(said.values())


def test_rows_go_out_as_csv_all_of_them(branch: Branch, tmp_path: Path) -> None:
    branch.read(export_rows, branch.reader(), Asked("quotes", "month"), tmp_path / "a.csv", quiet)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert len(lines) == 1 + 5
    assert [line[QUOTES.place("premium")] for line in lines[1:4]] == ["100.00", "200.01", "50.00"]


def test_a_stopped_export_leaves_nothing(branch: Branch, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(Cancelled):
        branch.read(export_rows, branch.reader(), ASKED, folder / "a.csv", stop)
    with pytest.raises(Cancelled):
        branch.read(export_xlsx, branch.reader(), ASKED, NOW, folder / "a.xlsx", stop)
    assert list(folder.iterdir()) == []


def test_totals_come_last_and_empty_cells_are_left_out(branch: Branch) -> None:
    lines = list(figure_lines(ran(branch, Asked("quotes", "month", "state", office=HERE))))
    state, total = QUOTES.field("state"), str(t("Total"))
    approved, declined, priced = (str(state.said(c)) for c in ("approved", "declined", "priced"))
    assert len({approved, declined, priced, total}) == 4
    assert [line[:3] for line in lines] == [
        ("2026-01", approved, 1),
        ("2026-01", total, 1),
        ("2026-02", approved, 1),
        ("2026-02", declined, 1),
        ("2026-02", priced, 1),
        ("2026-02", total, 3),
        (total, approved, 2),
        (total, declined, 1),
        (total, priced, 1),
        (total, total, 4),
    ]
