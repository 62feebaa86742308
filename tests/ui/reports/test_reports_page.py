"""The reports page by keyboard: run, look, drill, take out, save, and what is due by itself."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.customers.records import Customer
from app.kit.errors.base import Cancelled
from app.kit.ids import new_id
from app.kit.words import t, use_language
from app.reports.queries.kept import kept_runs
from app.reports.queries.saved import saved_reports
from app.reports.rules.declared import Asked
from app.reports.rules.due import NEVER, Saved, Schedule
from app.reports.rules.kept import Verdict
from app.reports.rules.pivot import ALL
from tests.ui.desk_site import Sitting
from ui.reports.checking import RunKeeping
from ui.reports.presenter import ReportsPresenter
from ui.reports.view import FIGURES, KINDS, MEANING, PICTURE, ROWS, ReportsView
from ui.shell.pictures import defects
from ui.shell.speaking import speak


def customers(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Customer)) or 0


@pytest.fixture
def view(sitting: Sitting) -> ReportsView:
    """The page of a clerk, with the report of customers chosen, its picture's library loaded."""
    sitting.sit()
    sitting.hush()
    made = sitting.open("reports", ReportsView)
    sitting.rest()
    made.asking.report.choose("customers")
    sitting.until(lambda: made._drawable)
    return made


def ran(sitting: Sitting, view: ReportsView) -> None:
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.ran is not None and view.at_rest)


def test_a_report_is_run_looked_at_and_drilled_by_keyboard(
    sitting: Sitting, view: ReportsView
) -> None:
    ran(sitting, view)
    there = sitting.seat.read(customers)
    assert view.ran is not None and view.ran.pivot.figure("customers") == there > 0
    assert view.chart is not None and view.tabs.currentIndex() == PICTURE
    drawn = view.chart.picture.chart
    assert sum(drawn.series[0].at(n) or 0 for n in range(drawn.width)) == there
    view.tabs.setCurrentIndex(FIGURES)
    assert view.figures is not None
    view.figures.view.setFocus()
    sitting.control(Qt.Key.Key_End)
    total = view.figures.current()
    assert total is not None and total.id == (ALL, ALL) and total.cells[1] == f"{there:,}"
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: view.tabs.currentIndex() == ROWS)
    assert view.rows is not None and view.rows.model.rowCount() == there
    sitting.press(Qt.Key.Key_Escape)
    assert view.tabs.currentIndex() == FIGURES


def test_another_figure_is_another_picture(sitting: Sitting, view: ReportsView) -> None:
    ran(sitting, view)
    assert view.chart is not None
    before = view.chart.picture.chart
    view.asking.measure.choose("reachable")
    sitting.until(lambda: view.at_rest)
    after = view.chart.picture.chart
    assert after is not before and after.unit.value == "share"


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_way_out_writes_a_file_of_its_kind(
    sitting: Sitting, view: ReportsView, tmp_path: Path, kind: str
) -> None:
    ran(sitting, view)
    path = tmp_path / f"out.{kind}"
    view.export_to(kind, path)
    sitting.until(lambda: path.exists() and view._job is None)
    begins = {
        "xlsx": b"PK\x03\x04",
        "docx": b"PK\x03\x04",
        "csv": b"\xef\xbb\xbf",
        "pdf": b"%PDF",
        "png": b"\x89PNG",
        "svg": b"<?xml",
    }
    assert path.read_bytes().startswith(begins[kind])
    if kind == "xlsx":
        rows = load_workbook(path).worksheets[1]
        assert rows.max_row == 1 + sitting.seat.read(customers)


def test_a_file_that_cannot_be_written_is_said_on_the_page(
    sitting: Sitting, view: ReportsView, tmp_path: Path
) -> None:
    ran(sitting, view)
    for kind in KINDS:
        view.problem.clear()
        view.export_to(kind, tmp_path / "none" / f"a.{kind}")
        sitting.until(lambda: view.problem.isVisible() and view._job is None)
        problem = view.problem.problem
        assert problem is not None and problem.code == "E-SHEET-WRITE"


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-13-01", ""), ("", "x"), ("2026-03-02", "2026-03-01"), ("１" * 99, "")],
)
def test_days_that_are_none_are_said_beside_the_field(
    sitting: Sitting, view: ReportsView, since: str, until: str
) -> None:
    view.asking.since.setText(since)
    view.asking.until.setText(until)
    view.run()
    assert view.asking.wrong.text() and view._job is None and view.ran is None
    view.asking.since.setText("")
    view.asking.until.setText("")
    ran(sitting, view)
    assert view.asking.wrong.text() == ""


def test_a_report_is_saved_loaded_and_deleted_with_a_way_back(
    sitting: Sitting, view: ReportsView
) -> None:
    seat = sitting.seat
    view.asking.group.choose("region")
    view.asking.measure.choose("checked")
    view.asking.name.setText("按地区")
    view.asking.every.choose("month")
    view.asking.on.choose(31)
    view.asking.time.setText("0930")
    view.save()
    sitting.until(lambda: len(seat.read(saved_reports, seat.actor.person)) == 1)
    sitting.rest()
    view.asking.report.choose("quotes")
    (kept,) = seat.read(saved_reports, seat.actor.person)
    view.asking.saved.choose(kept.id)
    assert view.asking.report.value() == "customers"
    assert view.asking.group.value() == "region"
    assert view.asking.measure.value() == "checked"
    assert kept.schedule == Schedule("month", time(9, 30), 31)
    assert view.asking.on.value() == 31 and view.asking.time.text() == "09:30"
    view.drop()
    sitting.until(lambda: seat.read(saved_reports, seat.actor.person) == ())
    sitting.rest()
    view._bring_back(kept)
    sitting.until(lambda: seat.read(saved_reports, seat.actor.person) == (kept,))
    sitting.rest()
    seat.drop_report(kept.id)


def test_saving_without_a_name_asks_for_one(sitting: Sitting, view: ReportsView) -> None:
    view.asking.name.setText("  ")
    view.save()
    assert view.asking.wrong.text() == str(t("Type a name to save the report under."))
    assert sitting.seat.read(saved_reports, sitting.seat.actor.person) == ()


def test_what_is_due_runs_by_itself_once_and_says_what_changed(
    sitting: Sitting, view: ReportsView
) -> None:
    seat, life = sitting.seat, sitting.desk._seat_life
    assert life is not None
    asked = Asked("customers", "party")
    daily = Schedule("day", time(0))
    due = Saved(new_id(seat.clock), "每天看", asked, "customers", "asked", daily, None, None)
    gone = Saved(new_id(seat.clock), "x", Asked("none", "x"), "x", "asked", daily, None, None)
    never = Saved(new_id(seat.clock), "y", asked, "customers", "asked", NEVER, None, None)
    for one in (due, gone, never):
        seat.keep_report(one)
    said: list[str] = []
    life.due.told.connect(lambda words: said.append(str(words)))
    life.due.look()
    sitting.until(lambda: len(said) == 1)
    kept = {one.name: one for one in seat.read(saved_reports, seat.actor.person)}
    assert kept["每天看"].done is not None and kept["每天看"].stamp is not None
    assert kept["y"].done is None and kept["x"].done is None
    keeping = RunKeeping(seat, ReportsPresenter(seat))
    assert keeping.run_due() == ()
    seat.keep_report(replace(kept["每天看"], done=datetime(2020, 1, 1, tzinfo=UTC)))
    (again,) = keeping.run_due()
    assert again.verdict is Verdict.SAME and again.problem is None
    runs = seat.read(kept_runs, seat.actor.person)
    assert [one.saved for one in runs] == [due.id, due.id], "missed years are made up once"
    assert {one.sha256 for one in runs} == {again.kept.ran.stamp.sha256}
    for run in runs:
        seat.drop_run(run.id)
    for one in kept.values():
        seat.drop_report(one.id)


def test_a_custodian_is_offered_what_is_theirs(sitting: Sitting) -> None:
    sitting.sit("custodian")
    sitting.hush()
    view = sitting.open("reports", ReportsView)
    sitting.rest()
    assert [one.key for one, _ in view.asking._choices.reports] == ["seals", "sync"]
    view.asking.report.choose("sync")
    ran(sitting, view)
    assert view.ran is not None and view.ran.stamp.rows > 0


def test_a_stop_is_heeded_and_the_page_is_ready_again(sitting: Sitting, view: ReportsView) -> None:
    with pytest.raises(Cancelled):
        ReportsPresenter(sitting.seat).run(Asked("customers", "party"), _stop)
    view.run()
    sitting.press(Qt.Key.Key_Escape)
    sitting.rest()
    assert view._job is None
    ran(sitting, view)


def _stop(_done: int, _total: int) -> None:
    raise Cancelled


def test_words_follow_the_language(sitting: Sitting, view: ReportsView) -> None:
    ran(sitting, view)
    try:
        speak("en")
        sitting.until(lambda: view.at_rest)
        assert view.tabs.tabText(MEANING) == "Definitions"
        assert "Customers" in [view.asking.report.itemText(n) for n in range(7)]
        assert view.figures is not None
        last = view.figures.model.rowCount() - 1
        row = view.figures.model.index(last, 0)
        assert row.data() == "Total"
        assert view.chart is not None and view.chart.picture.accessibleName().isascii()
    finally:
        speak("zh_CN")
        use_language("zh_CN")


def test_every_control_has_a_name_and_is_reached_by_tab(
    sitting: Sitting, view: ReportsView
) -> None:
    view.asking.report.choose("quotes")
    view.asking.every.choose("week")
    fields = list(view.asking._labels)
    assert all(one.accessibleName() and one.isEnabled() for one in fields)
    fields[0].setFocus()
    met: list[QWidget] = []
    for _ in fields:
        met.append(view.asking.window().focusWidget())
        QTest.keyClick(met[-1], Qt.Key.Key_Tab)
    assert met == fields


@pytest.mark.parametrize(("language", "theme"), [("zh_CN", "light"), ("en", "dark")])
def test_nothing_on_any_tab_is_cut_nameless_or_faint(
    sitting: Sitting, language: str, theme: str
) -> None:
    sitting.desk.dress(language, theme)
    sitting.sit("branch_manager")
    sitting.hush()
    sitting.window.resize(1366, 768)
    view = sitting.open("reports", ReportsView)
    sitting.rest()
    sitting.until(lambda: view._drawable)
    found = []
    try:
        for report, across in (("customers", "region"), ("approvals", "month")):
            view.asking.report.choose(report)
            view.asking.across.choose(across)
            view.asking.every.choose("week")
            view.run()
            sitting.until(
                lambda: view.at_rest and view.ran is not None and view.ran.report.key == report  # noqa: B023 - waited for here
            )
            for tab in range(view.tabs.count()):
                view.tabs.setCurrentIndex(tab)
                sitting.rest()
                found += [(report, tab, one) for one in defects(sitting.window)]
        view.asking.since.setText("x")
        view.run()
        sitting.rest()
        found += [("wrong", 0, one) for one in defects(sitting.window)]
    finally:
        sitting.desk.dress("zh_CN", "light")
    assert found == []
