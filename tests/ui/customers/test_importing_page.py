"""Customers from a file in the window: nothing is saved before the word, wrong rows are mended in
their cells, a cut-off import is offered again."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.customers.importing_plan import AT_ONCE, Standing
from app.customers.rules.resident_id import with_check
from app.kit.errors.base import Cancelled
from app.kit.listing import Stride
from app.store.outbox import mutation_hash, waiting
from tests.ui.desk_site import Sitting
from ui.customers.importing import ImportView
from ui.customers.presenter import CustomersPresenter
from ui.customers.presenter_importing import ImportPresenter
from ui.customers.view import CustomersView
from ui.shell.busy_guard import BusyApplication
from ui.shell.unsettled import unsettled
from ui.widgets.judged_grid import Mark

SHIFT = Qt.KeyboardModifier.ShiftModifier


def number(series: int, place: int) -> str:
    """Give a valid resident number of its own for each test's series."""
    return with_check(f"79{series:02d}01199001{place % 28 + 1:02d}{place // 28:03d}")


def sheet(path: Path, rows: list[str]) -> Path:
    """Write a list with headings."""
    path.write_text("\n".join(["姓名,证件号码,手机号码,地址", *rows]), "utf-8")
    return path


def opened(sitting: Sitting) -> tuple[CustomersView, ImportView]:
    """Come to the import by its keys."""
    sitting.sit()
    sitting.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    sitting.rest()
    view = sitting.window.page("customers")
    assert isinstance(view, CustomersView)
    app = QApplication.instance()
    assert isinstance(app, BusyApplication)
    app.slow.clear()  # from here on: opening a page for the first time is another test's
    sitting.control(Qt.Key.Key_I)
    sitting.rest()
    assert view.in_import
    return view, view.importing


def read(sitting: Sitting, view: ImportView, path: Path) -> None:
    """Type a path and Enter."""
    view.file.setText(str(path))
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: view.here is not None and not view.working)
    sitting.rest()


def test_a_wrong_row_is_mended_in_its_cell_and_all_are_taken_up(
    sitting: Sitting, tmp_path: Path
) -> None:
    rows = [f"客户{n},{number(2, n)},1390013{n:04d}," for n in range(30)]
    rows[7] = f"客户7,{number(2, 7)},139001,"
    before = 0
    page, view = opened(sitting)
    before = CustomersPresenter(sitting.seat).count()
    read(sitting, view, sheet(tmp_path / "list.csv", rows))
    assert view.here is not None
    assert (view.here.counts.good, view.here.counts.wrong) == (29, 1)
    assert "29" in view.standing.text() and "1" in view.standing.text()
    assert view.grid.list.rows[0] == 9
    assert CustomersPresenter(sitting.seat).count() == before

    assert view.grid.currentIndex().row() == 0, "the cursor stands on the first wrong place"
    sitting.press(Qt.Key.Key_F8)
    assert view.grid.list.fields[view.grid.currentIndex().column() - 1] == "mobile"
    assert "139001" not in view.cell.text() and view.cell.text()
    view.grid.list.setData(view.grid.currentIndex(), "13900130007")
    sitting.rest()
    assert view.here.standing(9) is Standing.GOOD
    assert view.grid.list.rows[0] == 9, "a mended row stays under the cursor"

    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page.in_import)
    sitting.rest()
    assert CustomersPresenter(sitting.seat).count() == before + 30
    assert ImportPresenter(sitting.seat).under_way() is None


def test_who_is_here_already_is_told_and_filled_in_only_when_asked(
    sitting: Sitting, tmp_path: Path
) -> None:
    page, view = opened(sitting)
    seat = sitting.seat
    first = ImportPresenter(seat)
    here = first.read(
        sheet(tmp_path / "a.csv", [f"张三,{number(3, 1)},,"]).read_bytes(), "a", Quiet()
    )
    assert {"counts", "to_look_at"} <= vars(here).keys(), "counted on the lane, not in the window"
    first.take(here, fill=False, stride=Quiet())
    again = sheet(tmp_path / "b.csv", [f"张三丰,{number(3, 1)},13900139111,街一号"])
    read(sitting, view, again)
    assert view.here is not None
    assert (view.here.counts.meets, view.here.counts.good) == (1, 0)
    assert view.fill.isVisible() and "张三" in view.cell.text()
    (take, *_) = view.verbs()
    assert not take.enabled and take.reason is not None
    view.fill.setChecked(True)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page.in_import)
    sitting.rest()
    (line,) = CustomersPresenter(seat).find("9111")
    assert line.name == "张三", "a name is never written over"


def test_a_row_left_out_is_not_taken(sitting: Sitting, tmp_path: Path) -> None:
    page, view = opened(sitting)
    before = CustomersPresenter(sitting.seat).count()
    rows = [f"甲,{number(4, 1)},,", "乙,,,", f"丙,{number(4, 2)},,"]
    read(sitting, view, sheet(tmp_path / "out.csv", rows))
    sitting.control(Qt.Key.Key_D)
    sitting.rest()
    assert view.here is not None and view.here.counts.out == 1 and not view.here.counts.wrong
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page.in_import)
    sitting.rest()
    assert CustomersPresenter(sitting.seat).count() == before + 2


def test_a_row_that_looks_like_another_is_decided_by_keys(sitting: Sitting, tmp_path: Path) -> None:
    page, view = opened(sitting)
    before = CustomersPresenter(sitting.seat).count()
    # Born the same day, men, one name: three numbers of which two may be mistyped.
    rows = [f"钱多多,{number(6, 28 * n)},," for n in (1, 3, 5, 7)]
    rows.append(f"孙少少,{number(6, 9)},,")
    read(sitting, view, sheet(tmp_path / "alike.csv", rows))
    assert view.here is not None
    assert (view.here.counts.good, view.here.counts.alike) == (2, 3)
    assert "3" in view.standing.text()
    assert view.grid.list.mark(view.grid.currentIndex()) is Mark.DOUBTFUL
    assert "钱多多" in view.cell.text() and number(6, 28) not in view.cell.text()
    first = view.grid.list.rows[view.grid.currentIndex().row()]
    sitting.control(Qt.Key.Key_T)
    sitting.rest()
    assert view.here.standing(first) is Standing.GOOD and view.here.counts.alike == 2
    sitting.press(Qt.Key.Key_F8)
    sitting.control(Qt.Key.Key_D)
    sitting.rest()
    assert (view.here.counts.alike, view.here.counts.out) == (1, 1)
    sitting.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | SHIFT)
    sitting.rest()
    assert (view.here.counts.good, view.here.counts.alike) == (4, 0)
    sitting.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    sitting.rest()
    sitting.press(Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier | SHIFT)
    sitting.rest()
    assert view.here.counts.alike == 0
    taken = view.here.counts.good
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page.in_import)
    sitting.rest()
    assert CustomersPresenter(sitting.seat).count() == before + taken


def spoil(sitting: Sitting, name: str) -> None:
    """Send head office another sex than this desk took up, as a desk of another program might."""

    def act() -> None:
        with sitting.seat.station.store.desk_work() as session:
            for row in waiting(session, 1_000):
                if row.op == "command":
                    order = dict(row.patch["order"])
                    order["people"] = [
                        one | ({"sex": "?"} if one["name"] == name else {})
                        for one in order["people"]
                    ]
                    row.patch = {**row.patch, "order": order}
                    row.hash = mutation_hash(row)

    sitting.seat.station.store.writer.ask(act)


def test_a_row_head_office_refuses_comes_back_to_be_mended_and_the_others_stay(
    sitting: Sitting, tmp_path: Path
) -> None:
    page, view = opened(sitting)
    seat = sitting.seat
    presenter = ImportPresenter(seat)
    seat.sync()
    before = CustomersPresenter(seat).count()
    rows = [f"退回{n},{number(7, n)},13900137{n:03d}," for n in range(12)]
    path = sheet(tmp_path / "refused.csv", rows)
    presenter.take(
        presenter.read(path.read_bytes(), path.name, Quiet()), fill=False, stride=Quiet()
    )
    spoil(sitting, "退回4")
    synced = seat.sync()
    assert synced.outbox_left == 0 and synced.digest_equal
    assert CustomersPresenter(seat).count() == before + 11
    (line,) = [one for one in unsettled(seat) if one.source == "import"]
    assert "退回4" in str(line.what) and path.name in str(line.what)
    assert number(7, 4) not in str(line.what)

    sitting.press(Qt.Key.Key_Escape)
    sitting.rest()
    sitting.window.go_to(line.page, line.target)
    sitting.until(lambda: view.here is not None and not view.working)
    sitting.rest()
    assert page.in_import and view.here is not None
    assert view.here.text(1, "mobile") == "13900137004", "what was typed is there"
    column = view.grid.list.fields.index("sex") if "sex" in view.grid.list.fields else -1
    assert column == -1, "what this desk never had is not asked for: the number says it"
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page.in_import)
    sitting.rest()
    assert CustomersPresenter(seat).count() == before + 12
    assert [one for one in unsettled(seat) if one.source == "import"] == []
    synced = seat.sync()
    assert synced.outbox_left == 0 and synced.digest_equal
    assert CustomersPresenter(seat).count() == before + 12


class Quiet(Stride):
    """Nobody follows or stops."""

    @override
    def step(self, done: int, total: int) -> None:
        """Go on."""


class StopsAfter(Stride):
    """Says stop once so many customers are taken up."""

    def __init__(self, most: int) -> None:
        self.most = most

    @override
    def step(self, done: int, total: int) -> None:
        """Stop late enough that a part is in."""
        if done >= self.most:
            raise Cancelled


def test_a_cut_off_import_is_offered_again_and_takes_nobody_twice(
    sitting: Sitting, tmp_path: Path
) -> None:
    page, view = opened(sitting)
    presenter = ImportPresenter(sitting.seat)
    before = CustomersPresenter(sitting.seat).count()
    rows = [f"长名单{n},{number(5, n)},," for n in range(AT_ONCE + 20)]
    path = sheet(tmp_path / "long.csv", rows)
    here = presenter.read(path.read_bytes(), path.name, Quiet())
    with pytest.raises(Cancelled):
        presenter.take(here, fill=False, stride=StopsAfter(AT_ONCE))
    assert CustomersPresenter(sitting.seat).count() == before + AT_ONCE

    sitting.press(Qt.Key.Key_Escape)
    sitting.rest()
    sitting.control(Qt.Key.Key_I)
    sitting.rest()
    assert view.begun.isVisible() and path.name in view.begun.text()
    view.begun.buttons[0].click()
    sitting.until(lambda: not page.in_import)
    sitting.rest()
    assert CustomersPresenter(sitting.seat).count() == before + AT_ONCE + 20
    assert presenter.under_way() is None
    synced = sitting.seat.sync()
    assert synced.outbox_left == 0 and synced.digest_equal, "head office ran both parts again"
    assert CustomersPresenter(sitting.seat).count() == before + AT_ONCE + 20


def test_a_dropped_file_is_read_and_a_broken_one_is_told(sitting: Sitting, tmp_path: Path) -> None:
    _, view = opened(sitting)
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 no workbook")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(bad))])
    drop = QDropEvent(
        QPointF(1, 1),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    view.dropEvent(drop)
    sitting.until(lambda: not view.working)
    sitting.rest()
    assert view.here is None and view.problem.isVisible()


def test_a_role_that_takes_nobody_up_is_told_so(sitting: Sitting) -> None:
    sitting.sit("custodian")
    sitting.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    sitting.rest()
    view = sitting.window.page("customers")
    assert isinstance(view, CustomersView)
    (verb,) = [one for one in view.verbs() if one.key == "import"]
    assert not verb.enabled and verb.reason is not None
    sitting.control(Qt.Key.Key_I)
    assert not view.in_import
    app = QApplication.instance()
    assert isinstance(app, BusyApplication)
    app.slow.clear()
