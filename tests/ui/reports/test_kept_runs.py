"""Cross table, parameters, kept runs, paper: at a desk with its encrypted store, by keyboard."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from sqlalchemy import text

from app.assembly.workstation import Seat
from app.kit.errors.base import BranchError, Problem
from app.kit.figures import figure_text
from app.kit.ids import new_id
from app.kit.sheets.writing import Cell
from app.kit.words import t
from app.reports.declarations import QUOTES
from app.reports.queries.kept import kept_runs
from app.reports.rules.declared import Asked, Only
from app.reports.rules.due import Saved, Schedule
from app.reports.rules.kept import Ran, Verdict
from app.reports.rules.pivot import ALL, MOST_ACROSS, MOST_GROUPS, Folding
from tests.ui.desk_site import Sitting
from ui.printing.window import PrintWindow
from ui.reports.checking import RunKeeping
from ui.reports.cross import MOST_COPIED, CrossTable
from ui.reports.paper import ReportSheets
from ui.reports.presenter import MOST_SERIES, ReportsPresenter, Shown, picture
from ui.reports.texts import VERDICTS
from ui.reports.view import CROSS, FIGURES, KEPT, ROWS, ReportsView
from ui.shell.unsettled import unsettled
from ui.workbench.gathering import gathered
from ui.workbench.steps import Step

ASKED = Asked("customers", "party", "region")


@pytest.fixture
def view(sitting: Sitting) -> Iterator[ReportsView]:
    """The page of a clerk with the customers by kind and region; nothing kept stays behind."""
    sitting.sit()
    sitting.hush()
    made = sitting.open("reports", ReportsView)
    sitting.rest()
    made.asking.report.choose("customers")
    made.asking.across.choose("region")
    sitting.until(lambda: made._drawable)
    yield made
    for line in sitting.seat.read(kept_runs, sitting.seat.actor.person):
        sitting.seat.drop_run(line.id)


def ran(sitting: Sitting, view: ReportsView) -> Ran:
    view.run()
    sitting.until(lambda: view.ran is not None and view.at_rest)
    assert view.ran is not None
    return view.ran


def quiet(_done: int, _total: int) -> None:
    """Hear of no progress."""


def keeping(sitting: Sitting) -> tuple[ReportsPresenter, RunKeeping]:
    presenter = ReportsPresenter(sitting.seat)
    return presenter, RunKeeping(sitting.seat, presenter)


def meddle(sitting: Sitting, mobile: str) -> str:
    """Change a customer in the file itself, past every act, outbox and log; gives what it was."""
    seat = sitting.seat
    assert isinstance(seat, Seat)

    def act() -> str:
        with seat.station.store.desk_work() as session:
            found = session.execute(text("SELECT id, checked FROM customer ORDER BY id")).first()
            assert found is not None
            session.execute(
                text("UPDATE customer SET checked = :checked WHERE id = :id"),
                {"checked": int(mobile), "id": found.id},
            )
            return str(found.checked)

    return str(seat.station.store.writer.ask(act))


# -- the cross table ---------------------------------------------------------------------------


def test_any_cell_opens_the_rows_it_counts_by_keyboard(sitting: Sitting, view: ReportsView) -> None:
    given = ran(sitting, view)
    view.tabs.setCurrentIndex(CROSS)
    view.cross.setFocus()
    cells = view.cross.cells
    assert cells is not None and cells.columnCount() == len(given.pivot.across) + 1
    sitting.control(Qt.Key.Key_End)
    assert view.cross.current() == (ALL, ALL)
    sitting.control(Qt.Key.Key_Home)
    sitting.press(Qt.Key.Key_Down)
    figure = view.cross.current()
    assert figure == (given.pivot.groups[1], given.pivot.across[0])
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: view.tabs.currentIndex() == ROWS and view.at_rest)
    count = given.pivot.figure("customers", *figure)
    assert view.rows is not None and view.rows.model.rowCount() == count
    sitting.press(Qt.Key.Key_Escape)
    assert view.tabs.currentIndex() == CROSS and view.cross.current() == figure


def test_a_double_click_opens_a_cell(sitting: Sitting, view: ReportsView) -> None:
    ran(sitting, view)
    view.tabs.setCurrentIndex(CROSS)
    assert view.cross.cells is not None
    spot = view.cross.visualRect(view.cross.cells.index(0, 0)).center()
    port = view.cross.viewport()
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=spot)
    sitting.until(lambda: view.tabs.currentIndex() == ROWS and view.at_rest)


def test_a_cell_says_what_it_is_to_a_screen_reader(sitting: Sitting, view: ReportsView) -> None:
    given = ran(sitting, view)
    view.tabs.setCurrentIndex(CROSS)
    table = QAccessible.queryAccessibleInterface(view.cross)
    said = {table.child(n).text(QAccessible.Text.Name) for n in range(table.childCount())}
    total = figure_text(QUOTES.measures[0].unit, given.pivot.figure("customers"))
    words = str(t("Total"))
    assert f"{words}, {words}: {total}" in said
    assert {str(given.report.field("party").said(one)) for one in given.pivot.groups} <= said
    assert view.cross.accessibleName() == str(t("Cross table"))


def test_without_columns_every_figure_is_one(sitting: Sitting, view: ReportsView) -> None:
    view.asking.across.choose("")
    given = ran(sitting, view)
    cells = view.cross.cells
    assert cells is not None
    titles = [cells.title_of(n) for n in range(cells.columnCount())]
    assert titles == [str(one.title) for one in given.report.measures]
    last = cells.rowCount() - 1
    assert cells.text_of(last, 0) == figure_text(
        given.report.measures[0].unit, given.pivot.figure("customers")
    )


def test_another_figure_is_crossed_and_the_cursor_stays(
    sitting: Sitting, view: ReportsView
) -> None:
    given = ran(sitting, view)
    view.cross.setCurrentIndex(view.cross.model().index(1, 1))
    view.asking.measure.choose("checked")
    sitting.until(lambda: view.at_rest)
    cells = view.cross.cells
    assert cells is not None
    place = view.cross.currentIndex()
    assert (place.row(), place.column()) == (1, 1)
    figure = given.pivot.figure("checked", *cells.figure(view.cross.currentIndex()))
    assert cells.text_of(1, 1) == figure_text(given.report.measure("checked").unit, figure)


def test_what_is_copied_runs_nothing(sitting: Sitting, view: ReportsView) -> None:
    """A heading that somebody typed is a cell like any other."""
    folding = Folding(QUOTES, Asked("quotes", "tariff", "priced_by"))
    row: dict[str, Cell] = {
        "tariff": "=cmd()",
        "priced_by": "+1+cmd()",
        "premium": 1_00,
        "people": 1,
    }
    folding.take(tuple(row.get(one.key) for one in QUOTES.fields))
    asked = Asked("quotes", "tariff", "priced_by")
    given = Ran(QUOTES, asked, folding.pivot(), replace(ran(sitting, view).stamp))
    table = CrossTable(sitting.desk.theme)
    table.show_ran(given, "quotes")
    table.selectAll()
    table.copy()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0][1] == "'+1+cmd()" and lines[1][0] == "'=cmd()"
    assert lines[1][1:] == lines[2][1:] == ["1", "1"]
    table.deleteLater()


def test_a_picture_shows_totals_where_too_many_stand_across() -> None:
    def folded(columns: int) -> Ran:
        asked = Asked("quotes", "month", "priced_by")
        folding = Folding(QUOTES, asked)
        for n in range(columns):
            row: dict[str, Cell] = {"month": "2026-01", "priced_by": f"E{n}", "premium": 1_00}
            folding.take(tuple(row.get(one.key) for one in QUOTES.fields))
        return Ran(QUOTES, asked, folding.pivot(), None)  # type: ignore[arg-type]  # no stamp is read

    few, many = (picture(folded(n), "premium") for n in (MOST_SERIES, MOST_SERIES + 1))
    assert len(few.series) == MOST_SERIES and few.series[0].at(0) == 1_00
    assert len(many.series) == 1 and many.series[0].at(0) == 1_00 * (MOST_SERIES + 1)


# -- parameters --------------------------------------------------------------------------------


def test_a_person_is_found_while_typing_and_narrows_the_report(
    sitting: Sitting, view: ReportsView
) -> None:
    asking = view.asking
    assert not asking.person.isEnabled() and not asking.product.isEnabled()
    asking.report.choose("quotes")
    assert asking.person.isEnabled() and asking.product.isEnabled()
    clerk = sitting.seat.actor
    asking.person.setFocus()
    sitting.type(clerk.person)
    sitting.until(lambda: len(asking.person.found) == 1)
    sitting.press(Qt.Key.Key_Return)
    assert asking.person.value() == clerk.person and asking.person.text() == clerk.name
    asking.state.choose("approved")
    given = ran(sitting, view)
    assert given.asked.only == (Only("priced_by", clerk.person), Only("state", "approved"))
    assert clerk.person in view.head.toolTip() + view.head.text()
    view.refresh()
    sitting.rest()
    assert asking.person.value() == clerk.person, "reading the choices anew keeps what is typed"
    asking.report.choose("customers")
    assert asking.person.value() == "" and asking.asked() == ASKED_PLAIN


ASKED_PLAIN = Asked("customers", "party")


def test_a_name_nobody_chose_is_asked_about(sitting: Sitting, view: ReportsView) -> None:
    view.asking.report.choose("quotes")
    view.asking.product.setText("没有的产品")
    view.run()
    words = str(t("Choose from the list below the field, or leave it empty."))
    assert view.asking.wrong.text() == words and view._job is None
    view.asking.product.setText("")
    ran(sitting, view)


@pytest.mark.parametrize("typed", ["25:00", "8", "８：００" * 9, "x" * 1000])
def test_a_time_that_is_none_is_said(view: ReportsView, typed: str) -> None:
    view.asking.name.setText("x")
    view.asking.every.choose("day")
    view.asking.time.setText(typed)
    view.save()
    assert view.asking.wrong.text() == str(t("Type a time as 08:00 or 0800."))


# -- kept runs ---------------------------------------------------------------------------------


def test_figures_are_kept_opened_again_and_deleted_with_a_way_back(
    sitting: Sitting, view: ReportsView
) -> None:
    given = ran(sitting, view)
    view.asking.name.setText("年报")
    view.keep_run()
    seat = sitting.seat
    sitting.until(lambda: len(seat.read(kept_runs, seat.actor.person)) == 1)
    sitting.rest()
    view.asking.report.choose("sync")
    ran(sitting, view)
    view.tabs.setCurrentIndex(KEPT)
    assert view.kept.list is not None
    view.kept.list.view.setFocus()
    view.kept.list.view.go_to(0)
    assert next(one.key for one in view.verbs()) == "open_kept"
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: view.ran == given and view.at_rest)
    assert view.tabs.currentIndex() == FIGURES and view.asking.report.value() == "customers"
    assert "年报" in view.head.toolTip() + view.head.text()
    view.tabs.setCurrentIndex(KEPT)
    backs = []
    view.undoable.connect(lambda _words, verb: backs.append(verb))
    view.kept.list.view.go_to(0)
    view.drop_kept()
    sitting.until(lambda: seat.read(kept_runs, seat.actor.person) == ())
    sitting.rest()
    backs[0].call()
    sitting.until(lambda: len(seat.read(kept_runs, seat.actor.person)) == 1)
    sitting.rest()


def test_a_kept_run_goes_out_with_its_own_figures_and_no_rows(
    sitting: Sitting, view: ReportsView, tmp_path: Path
) -> None:
    given = ran(sitting, view)
    presenter, _ = keeping(sitting)
    kept = presenter.keep(given, "customers", "年报")
    shown = Shown(given, presenter.open_kept(kept.id))
    presenter.export("xlsx", shown, "customers", tmp_path / "a.xlsx", quiet)
    assert len(load_workbook(tmp_path / "a.xlsx").worksheets) == 3
    view._take_kept(kept)
    sitting.until(lambda: view.at_rest)
    offered = {one.key: one for one in view.verbs()}
    assert offered["export_pdf"].enabled and not offered["export_csv"].enabled
    words = t("A kept run has its figures alone; run the report for its rows.")
    assert offered["export_csv"].reason == words


def test_a_check_says_same_then_broken_then_same_and_the_problem_list_follows(
    sitting: Sitting, view: ReportsView
) -> None:
    """A row changed past every act: the same position, another fingerprint, a problem in words."""
    ran(sitting, view)
    view.keep_run()
    sitting.rest()
    sitting.until(lambda: view.kept.list is not None and view.kept.list.model.rowCount() == 1)
    view.tabs.setCurrentIndex(KEPT)
    assert view.kept.list is not None
    view.kept.list.view.go_to(0)

    def check(wanted: Verdict) -> None:
        view.check()
        sitting.until(lambda: view._job is None)
        sitting.rest()
        assert view.kept.result.text() == str(VERDICTS[wanted][0])

    check(Verdict.SAME)
    assert not view.problem.isVisible()
    was = meddle(sitting, "0")
    meddle(sitting, "1" if was == "0" else "0")
    check(Verdict.BROKEN)
    problem = view.problem.problem
    assert problem is not None and problem.code == "E-REPORT-HASH"
    hashes = problem.detail.split()
    assert [len(one) for one in hashes] == [64, 64] and len(set(hashes)) == 2
    assert view.kept.differences is not None and view.kept.differences.model.rowCount() > 0
    (line,) = [one for one in unsettled(sitting.seat) if one.source == "report"]
    assert line.code == "E-REPORT-HASH" and line.page == "reports"
    waiting = [one for one in gathered(sitting.seat) if one.step is Step.RECHECK]
    assert [one.target for one in waiting] == [line.target]
    assert waiting[0].waits_on(sitting.seat.actor)
    assert not waiting[0].waits_on(replace(sitting.seat.actor, person="E0000"))
    meddle(sitting, was)
    view.open_at(line.target)
    sitting.until(lambda: view.shown is not None and view.shown.kept is not None and view.at_rest)
    view.tabs.setCurrentIndex(KEPT)
    check(Verdict.SAME)
    assert [one for one in unsettled(sitting.seat) if one.source == "report"] == []


def test_two_readings_are_compared_and_unlike_ones_are_not(
    sitting: Sitting, view: ReportsView
) -> None:
    given = ran(sitting, view)
    presenter, _ = keeping(sitting)
    figures = dict(given.pivot.figures) | {(ALL, ALL): (1, 2, 3)}
    presenter.keep(replace(given, pivot=replace(given.pivot, figures=figures)), "customers", "x")
    view.refresh()
    sitting.until(lambda: view.kept.list is not None and view.kept.list.model.rowCount() == 1)
    assert view.kept.list is not None
    view.tabs.setCurrentIndex(KEPT)
    view.kept.list.view.go_to(0)
    view.compare()
    sitting.until(lambda: view._job is None and view.kept.differences is not None)
    table = view.kept.differences
    assert table is not None and table.model.rowCount() == 3
    there = given.pivot.figure("customers")
    assert there is not None
    before, after, change = (table.model.index(0, n).data() for n in (3, 4, 5))
    assert (before, after, change) == ("1", f"{there:,}", f"{there - 1:,}")
    view.asking.across.choose("")
    ran(sitting, view)
    view.tabs.setCurrentIndex(KEPT)
    assert view.kept.list is not None
    view.kept.list.view.go_to(0)
    view.compare()
    sitting.until(lambda: view._job is None)
    words = t("Show the same report by the same rows and columns, then compare.")
    assert view.kept.result.text() == str(words)


def test_a_scheduled_run_that_breaks_is_told_and_kept(sitting: Sitting, view: ReportsView) -> None:
    seat, life = sitting.seat, sitting.desk._seat_life
    assert life is not None
    _, keeps = keeping(sitting)
    daily = Schedule("day", seat.clock.now().time().replace(tzinfo=None))
    saved = Saved(new_id(seat.clock), "每日", ASKED, "customers", "asked", daily, None, None)
    seat.keep_report(saved)
    (first,) = keeps.run_due()
    assert first.verdict is None and first.kept.due_at == first.saved.done
    was = meddle(sitting, "0")
    meddle(sitting, "1" if was == "0" else "0")
    seat.keep_report(replace(first.saved, done=seat.clock.now() - timedelta(days=400)))
    told: list[str] = []
    problems: list[Problem] = []
    life.due.told.connect(lambda words: told.append(str(words)))
    life.due.troubled.connect(problems.append)
    life.due.look()
    sitting.until(lambda: bool(told) and bool(problems))
    sitting.rest()
    words = t("The report “{name}” no longer comes out of the same data.", name="每日")
    assert told == [str(words)] and problems[0].code == "E-REPORT-HASH"
    lines = seat.read(kept_runs, seat.actor.person)
    assert len(lines) == 2, "four hundred missed days are one run"
    assert [one.broken_at is not None for one in lines] == [False, True]
    assert 0 < life.due.wait_ms <= 16 * 60_000, "a coarse timer may add a twentieth"
    life.due.stop()
    meddle(sitting, was)
    seat.drop_report(saved.id)
    sitting.window.banner.clear()


def test_who_lost_the_leave_of_an_office_opens_no_figures_of_it(
    sitting: Sitting, view: ReportsView
) -> None:
    given = ran(sitting, view)
    presenter, _ = keeping(sitting)
    beyond = replace(given, stamp=replace(given.stamp, offices=(*given.stamp.offices, "ho.01")))
    kept = presenter.keep(beyond, "customers", "x")
    with pytest.raises(BranchError) as refused:
        presenter.open_kept(kept.id)
    assert refused.value.code == "E-REPORT-LEAVE"


# -- paper -------------------------------------------------------------------------------------


def test_what_is_printed_is_what_is_shown(sitting: Sitting, view: ReportsView) -> None:
    given = ran(sitting, view)
    view.print_run()
    found = [one for one in view.window().findChildren(PrintWindow) if one.isVisible()]
    assert len(found) == 1
    sitting.rest()
    found[0].close()
    sheets = ReportSheets(sitting.seat, given, "customers").sheets()
    assert sheets.pages >= 1 and sheets.pdf.startswith(b"%PDF")
    again = ReportSheets(sitting.seat, given, "customers").sheets()
    assert again.pdf == sheets.pdf, "the same run gives the same paper"


# -- as large as it may be ---------------------------------------------------------------------


def test_the_largest_pivot_is_shown_in_short_turns(sitting: Sitting, view: ReportsView) -> None:
    """Every event of the GUI thread is watched (tests/ui/conftest.py): none may take long."""
    small = ran(sitting, view)
    asked = Asked("quotes", "tariff", "priced_by")
    folding = Folding(QUOTES, asked)
    for n in range(MOST_GROUPS):
        for person in range(MOST_ACROSS):
            row: dict[str, Cell] = {
                "tariff": f"T{n:04}", "priced_by": f"E{person:02}", "premium": n, "people": 1
            }  # fmt: skip
            folding.take(tuple(row.get(one.key) for one in QUOTES.fields))
    large = Ran(QUOTES, asked, folding.pivot(), small.stamp)
    # What is made here on this thread would be a lane's: its rubbish is not the page's.
    gc.collect()
    view._show(Shown(large))
    sitting.until(lambda: view.at_rest)
    for tab in (CROSS, FIGURES):
        view.tabs.setCurrentIndex(tab)
        sitting.rest()
    assert view.figures is not None
    assert view.figures.model.rowCount() == (MOST_GROUPS + 1) * (MOST_ACROSS + 1)
    view.figures.view.setFocus()
    sitting.control(Qt.Key.Key_End)
    last = view.figures.current()
    assert last is not None and last.id == (ALL, ALL)
    assert last.cells[2] == f"{MOST_GROUPS * MOST_ACROSS:,}"
    view.tabs.setCurrentIndex(CROSS)
    view.cross.selectAll()
    view.cross.copy()
    assert QGuiApplication.clipboard().text().count("\n") == MOST_COPIED // (MOST_ACROSS + 1)
