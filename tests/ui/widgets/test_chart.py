"""The picture of a chart, driven by keyboard and pointer, looked at pixel by pixel."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from app.kit.sheets.writing import CellKind, write_xlsx
from app.kit.words import t
from ui.theme.theme import Theme
from ui.theme.tokens import THEMES
from ui.widgets.chart_colours import SERIES
from ui.widgets.chart_panel import ChartPanel, sheet_of
from ui.widgets.chart_series import Chart, ChartKind, Series

LABELS = ("2026-01", "2026-02", "2026-03", "2026-04")
ODD = "<img src=x onerror=1>"


def _chart(kind: ChartKind = ChartKind.BAR) -> Chart:
    series = (Series("承保", [100_00, 200_00, None, 50_00]), Series(ODD, [1, 2, 3, -4_000]))
    return Chart(t("Premium"), kind, LABELS, series, CellKind.MONEY)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> ChartPanel:
    made = ChartPanel(theme, _chart())
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _shot(panel: ChartPanel) -> QImage:
    return panel.picture.grab().toImage()


def _colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }


@pytest.mark.parametrize("kind", list(ChartKind))
def test_each_kind_is_drawn_in_the_colours_of_its_series(
    panel: ChartPanel, kind: ChartKind
) -> None:
    panel.show_chart(_chart(kind))
    assert set(SERIES["light"][:2]) <= _colours(_shot(panel))
    assert not set(SERIES["light"][2:]) & _colours(_shot(panel))


def test_a_taller_figure_is_a_taller_bar(panel: ChartPanel) -> None:
    panel.show_chart(Chart(t("x"), ChartKind.BAR, ("a", "b"), (Series("s", [100, 50]),)))
    image, colour = _shot(panel), QColor(SERIES["light"][0])
    heights = []
    for half in (range(0, image.width() // 2), range(image.width() // 2, image.width())):
        columns = [
            sum(image.pixelColor(x, y) == colour for y in range(image.height())) for x in half
        ]
        heights.append(max(columns))
    assert heights[0] == pytest.approx(2 * heights[1], abs=4)


def test_the_theme_changes_under_it(panel: ChartPanel, theme: Theme) -> None:
    theme.use("dark")
    try:
        seen = _colours(_shot(panel))
        assert THEMES["dark"].surface in seen and SERIES["dark"][0] in seen
        assert THEMES["light"].surface not in seen
    finally:
        theme.use("light")


def test_left_and_right_read_the_values(panel: ChartPanel) -> None:
    picture = panel.picture
    picture.setFocus()
    assert picture.reading() == ""
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert picture.reading() == f"2026-01 · 承保 100.00 · {ODD} 0.01"
    QTest.keyClick(picture, Qt.Key.Key_End)
    assert picture.place == 3
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert picture.place == 3
    QTest.keyClick(picture, Qt.Key.Key_Left)
    assert picture.reading() == f"2026-03 · 承保 – · {ODD} 0.03"
    assert panel.table is not None
    row = panel.table.current()
    assert row is not None and row.cells == ("2026-03", "–", "0.03")
    QTest.keyClick(picture, Qt.Key.Key_Home)
    assert picture.place == 0


def test_plus_zooms_in_and_nought_shows_all(panel: ChartPanel) -> None:
    values = list(range(1_000))
    panel.show_chart(Chart(t("x"), ChartKind.LINE, tuple(map(str, values)), (Series("s", values),)))
    box = panel.picture.getPlotItem().getViewBox()

    def width() -> float:
        (left, right), _ = box.viewRange()
        return float(right - left)

    assert width() == 1_000
    QTest.keyClick(panel.picture, Qt.Key.Key_Plus)
    assert width() == 500
    QTest.keyClick(panel.picture, Qt.Key.Key_End)
    (left, right), _ = box.viewRange()
    assert left <= 999 <= right
    QTest.keyClick(panel.picture, Qt.Key.Key_0)
    assert width() == 1_000


def test_the_pointer_reads_what_it_stands_on(panel: ChartPanel, qtbot: QtBot) -> None:
    picture = panel.picture
    box = picture.getPlotItem().getViewBox()
    for place in (2, 0, 3):
        scene = box.mapViewToScene(box.viewRect().center().__class__(place, 1))
        picture.scene().sigMouseMoved.emit(scene)
        assert picture.place == place


def test_a_screen_reader_hears_the_name_and_the_values(panel: ChartPanel) -> None:
    picture = panel.picture
    heard = QAccessible.queryAccessibleInterface(picture)
    assert heard.text(QAccessible.Text.Name) == str(t("Premium"))
    assert "→" not in heard.text(QAccessible.Text.Description)
    picture.point_at(1)
    assert heard.text(QAccessible.Text.Description) == picture.reading()
    assert picture.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_the_focus_is_seen(panel: ChartPanel, qtbot: QtBot) -> None:
    panel.activateWindow()
    panel.picture.setFocus()
    qtbot.waitUntil(panel.picture.hasFocus)
    assert THEMES["light"].accent in _colours(_shot(panel))
    assert panel.table is not None
    panel.table.view.setFocus()
    qtbot.waitUntil(lambda: not panel.picture.hasFocus())
    assert THEMES["light"].accent not in _colours(_shot(panel))


def test_words_from_the_outside_stay_as_typed(panel: ChartPanel) -> None:
    labels = [label for label in panel.findChildren(QLabel) if ODD in label.text()]
    assert labels
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_the_words_follow_the_language(panel: ChartPanel, speak_english: None) -> None:
    assert panel.picture.accessibleName() == "Premium"
    assert "Left and Right" in panel.picture.accessibleDescription()


def test_it_goes_out_as_a_picture_as_lines_and_as_a_sheet(
    panel: ChartPanel, tmp_path: Path
) -> None:
    panel.save_png(tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    assert image.size() == panel.face.size() * 2
    assert SERIES["light"][0] in _colours(image)
    panel.save_svg(tmp_path / "a.svg")
    tree = ElementTree.parse(tmp_path / "a.svg")
    said = {(one.text or "").strip() for one in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"2026-01", "承保", ODD} <= said
    fills = {one.get("fill") for one in tree.iter()}
    assert SERIES["light"][0] in fills
    write_xlsx(tmp_path / "a.xlsx", [sheet_of(panel.picture.chart)], created=SystemClock().now())
    rows = list(load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))
    assert rows[0][1:] == ("承保", ODD)
    assert rows[1:] == [
        ("2026-01", 100, 0.01),
        ("2026-02", 200, 0.02),
        ("2026-03", None, 0.03),
        ("2026-04", 50, -40),
    ]


def test_a_picture_that_cannot_be_saved_is_said_in_words(panel: ChartPanel, tmp_path: Path) -> None:
    for save in (panel.save_png, panel.save_svg):
        with pytest.raises(BranchError) as raised:
            save(tmp_path / "none" / "a")
        assert raised.value.code == "E-SHEET-WRITE"


def test_labels_along_the_bottom_never_touch(panel: ChartPanel) -> None:
    labels = tuple(f"2026-01-{n:05d}" for n in range(5_000))
    panel.show_chart(Chart(t("x"), ChartKind.LINE, labels, (Series("s", [1] * 5_000),)))
    axis = panel.picture.getPlotItem().getAxis("bottom")
    for width in (200.0, 500.0, 1_500.0):
        ((step, places),) = axis.tickValues(-0.5, 4_999.5, width)
        wide = panel.picture.fontMetrics().horizontalAdvance(labels[0])
        assert len(places) * wide <= width or len(places) == 1
        assert places[0] == 0 and set(np.diff(places)) <= {float(step)}


def test_an_empty_chart_is_a_chart(panel: ChartPanel) -> None:
    for kind in ChartKind:
        panel.show_chart(Chart(t("x"), kind, (), (Series("s", []),)))
        QTest.keyClick(panel.picture, Qt.Key.Key_Right)
        QTest.keyClick(panel.picture, Qt.Key.Key_Plus)
        panel.grab()
        assert panel.picture.reading() == ""


def test_a_long_line_is_drawn_from_a_few_points(panel: ChartPanel) -> None:
    """What makes a redraw cheap, counted: two points a pixel column, whatever the length."""
    rng = np.random.default_rng(7)
    labels = tuple(map(str, range(100_000)))
    for _ in range(2):
        values = rng.integers(-500, 500, 100_000)
        panel.show_chart(Chart(t("x"), ChartKind.LINE, labels, (Series("s", values),)))
        (line,) = panel.picture._lines
        places, heights = line.getData()
        assert len(places) <= 2 * panel.picture.width() + 2
        assert (heights.min(), heights.max()) == (values.min(), values.max())
        assert line.opts["pen"].widthF() == 1


def test_pyqtgraph_takes_our_qt_whatever_else_is_asked_for() -> None:
    script = (
        "import sys, ui.widgets.chart, pyqtgraph\n"
        "print(pyqtgraph.Qt.QT_LIB, 'PyQt6' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={"PYQTGRAPH_QT_LIB": "PyQt6", "QT_QPA_PLATFORM": "offscreen", "PATH": ""},
    )
    assert done.stdout.split() == ["PySide6", "False"]


def test_a_point_outside_is_not_read(panel: ChartPanel) -> None:
    panel.picture.scene().sigMouseMoved.emit(
        panel.picture.mapToScene(QPoint(panel.picture.width() + 50, 10))
    )
    assert panel.picture.place == -1
