"""Stepper, page image, ink, progress, problem, trace, empty state."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPointingDevice,
    QTabletEvent,
)
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock
from app.kit.errors.money import money_not_readable
from app.kit.words import t
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.theme.tokens import DARK, LIGHT, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.ink_pad import InkPad, InkPoint, InkSource, PenInput
from ui.widgets.page_image import Box, PageImage
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine, estimate
from ui.widgets.stepper import Stepper, StepState
from ui.widgets.trace import TraceStep, TraceTable
from ui.widgets.verb import Verb


def png(width: int = 200, height: int = 300, colour: str = "white") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def test_the_stepper_mirrors_the_job(qtbot: QtBot, theme: Theme) -> None:
    stepper = Stepper(theme)
    qtbot.addWidget(stepper)
    stepper.go("stamp")
    states = [stepper.state_of(key) for key in ("choose", "prove", "stamp", "look")]
    assert states == [StepState.DONE, StepState.DONE, StepState.NOW, StepState.TODO]
    assert stepper.accessibleName() == "第 4 步，共 6 步：盖章"
    stepper.go("stamp", doubt=True)
    assert stepper.state_of("stamp") is StepState.DOUBT
    assert stepper.accessibleName().endswith("存疑")
    stepper.go("done")
    assert stepper.state_of("done") is StepState.DONE
    with pytest.raises(ValueError):
        stepper.go("nowhere")


def test_the_stepper_paints_doubt_in_warning_colours(qtbot: QtBot, theme: Theme) -> None:
    stepper = Stepper(theme, arm_length=True)
    qtbot.addWidget(stepper)
    stepper.resize(stepper.sizeHint())
    colours = set()
    for doubt in (False, True):
        stepper.go("choose", doubt=doubt)
        image = stepper.grab().toImage()
        room = stepper.width() / 6
        colours.add(image.pixelColor(round(room / 2) - 14, 35).name())
    assert colours == {LIGHT.accent, LIGHT.warn_soft}


def test_a_page_keeps_its_proportions_and_boxes_differences(qtbot: QtBot, theme: Theme) -> None:
    page = PageImage(theme, t("Page"))
    qtbot.addWidget(page)
    page.resize(400, 300)
    page.show_page(png(), (Box(0.5, 0.5, 0.2, 0.2),))
    box = page.picture_box()
    assert (box.width(), box.height()) == (200, 300)
    assert box.center().x() == pytest.approx(199, abs=1)
    image = page.grab().toImage()
    assert image.pixelColor(box.left() + 50, 50).name() == "#ffffff"
    assert image.pixelColor(box.left() + 120, 150).name() == LIGHT.warn
    page.clear()
    assert page.picture_box().isEmpty()


def test_bytes_that_are_no_picture_are_refused(qtbot: QtBot, theme: Theme) -> None:
    page = PageImage(theme, t("Page"))
    qtbot.addWidget(page)
    with pytest.raises(ValueError):
        page.show_page(b"%PDF-1.7")


@pytest.fixture
def pad(qtbot: QtBot, theme: Theme) -> InkPad:
    made = InkPad(theme, t("Page"))
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    return made


def ink_of(pad: InkPad) -> int:
    image = pad.picture()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixelColor(x, y).alpha() > 64 for x, y in places)


def pen(pad: InkPad, kind: QEvent.Type, x: float, y: float, pressure: float) -> None:
    held = kind is not QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind,
        QPointingDevice.primaryPointingDevice(),
        QPointF(x, y),
        QPointF(pad.mapToGlobal(QPoint(round(x), round(y)))),
        pressure,
        11.0,
        -7.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton,
    )
    QApplication.sendEvent(pad, event)


def test_a_pen_draws_and_tells_pressure_and_tilt(qtbot: QtBot, pad: InkPad) -> None:
    told: list[PenInput] = []
    pad.pen.connect(told.append)
    pen(pad, QEvent.Type.TabletMove, 20, 50, 0.0)
    pen(pad, QEvent.Type.TabletPress, 40, 100, 0.25)
    pen(pad, QEvent.Type.TabletMove, 200, 100, 0.75)
    pen(pad, QEvent.Type.TabletRelease, 200, 100, 0.0)
    assert [(p.down, round(p.pressure, 2)) for p in told] == [
        (False, 0.0),
        (True, 0.25),
        (True, 0.75),
        (False, 0.0),
    ]
    assert {p.source for p in told} == {InkSource.PEN}
    assert (told[1].tilt_x, told[1].tilt_y) == (11.0, -7.0)
    assert pad.strokes == ((InkPoint(0.1, 0.5, 0.25), InkPoint(0.5, 0.5, 0.75)),)
    assert ink_of(pad) > 300


def test_a_mouse_is_marked_as_a_mouse(qtbot: QtBot, pad: InkPad) -> None:
    told: list[PenInput] = []
    pad.pen.connect(told.append)
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    qtbot.mouseMove(pad, QPoint(80, 80))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(80, 80))
    assert {p.source for p in told} == {InkSource.MOUSE}
    assert {p.pressure for p in told} == {0.0}
    assert len(pad.strokes) == 1


def test_more_pressure_is_a_wider_line(qtbot: QtBot, pad: InkPad) -> None:
    amounts = []
    for pressure in (0.1, 0.9):
        pad.clear()
        pad.add_point(InkPoint(0.1, 0.5, pressure))
        pad.add_point(InkPoint(0.9, 0.5, pressure))
        amounts.append(ink_of(pad))
    assert amounts[1] > amounts[0] * 2


def test_clearing_leaves_no_ink(qtbot: QtBot, pad: InkPad) -> None:
    pad.add_point(InkPoint(0.2, 0.2, 1))
    pad.end_stroke()
    pad.clear()
    assert ink_of(pad) == 0 and pad.strokes == ()


def test_ink_survives_a_new_size(qtbot: QtBot, pad: InkPad) -> None:
    pad.add_point(InkPoint(0.1, 0.5, 0.5))
    pad.add_point(InkPoint(0.9, 0.5, 0.5))
    pad.end_stroke()
    pad.resize(800, 300)
    assert pad.picture().width() == 800
    assert ink_of(pad) > 600


def test_a_pad_that_only_shows_takes_no_input(qtbot: QtBot, theme: Theme) -> None:
    shown = InkPad(theme, t("Page"), takes_input=False)
    qtbot.addWidget(shown)
    shown.resize(200, 100)
    shown.show()
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    pen(shown, QEvent.Type.TabletPress, 40, 50, 0.5)
    assert shown.strokes == ()
    shown.end_stroke()
    assert shown.strokes == ()


def test_a_point_repaints_only_its_own_box(qtbot: QtBot, pad: InkPad) -> None:
    painted: list[int] = []

    class Probe(InkPad):
        def paintEvent(self, event: object) -> None:  # type: ignore[override]
            painted.append(event.rect().width())  # type: ignore[attr-defined]
            super().paintEvent(event)  # type: ignore[arg-type]

    probe = Probe(pad._theme, t("Page"))
    qtbot.addWidget(probe)
    probe.resize(400, 200)
    probe.show()
    qtbot.waitUntil(lambda: bool(painted))
    painted.clear()
    probe.add_point(InkPoint(0.5, 0.5, 0.5))
    probe.add_point(InkPoint(0.52, 0.5, 0.5))
    qtbot.waitUntil(lambda: bool(painted))
    assert max(painted) < 40


def test_progress_counts_estimates_and_stops(qtbot: QtBot) -> None:
    clock = FixedClock(datetime(2026, 3, 5, tzinfo=UTC))
    progress = ProgressLine(clock)
    qtbot.addWidget(progress)
    progress.begin(t("Search results"))
    progress.advance(1, 5000)
    assert "约剩" not in progress._count.text()
    clock.advance(10)
    progress.advance(1000, 5000)
    assert progress._count.text() == "1,000 / 5,000，约剩 40 秒"
    button = progress.findChild(QPushButton)
    assert button is not None
    with qtbot.waitSignal(progress.cancelled):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    progress.end()
    assert progress.isHidden()


@pytest.mark.parametrize(
    ("done", "seconds", "said"),
    [
        (0, 5, None),
        (100, 5, None),
        (99, 100, "还剩几秒"),
        (50, 60, "约剩 60 秒"),
        (10, 60, "约剩 9 分钟"),
    ],
)
def test_estimates(done: int, seconds: float, said: str | None) -> None:
    found = estimate(done, 100, seconds)
    assert (str(found) if found else None) == said


def test_a_problem_says_three_things_and_a_code(qtbot: QtBot) -> None:
    panel = ProblemPanel()
    qtbot.addWidget(panel)
    problem = money_not_readable("<b>12x</b>")
    panel.show_problem(problem)
    words = [label.text() for label in panel.findChildren(type(panel._what))]
    for said in (problem.what, problem.safe, problem.next, problem.code):
        assert str(said) in words
    assert panel.accessibleName() == str(problem.what)
    copy = panel.findChildren(QPushButton)[0]
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "E-MONEY-FORM" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(panel.closed):
        qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.isHidden() and panel.problem is None


def test_the_trace_reads_in_order(qtbot: QtBot, theme: Theme) -> None:
    trace = TraceTable(theme, t("Value"))
    qtbot.addWidget(trace)
    trace.show_steps([TraceStep("费率", "2.40"), TraceStep(t("Value"), "120.00", "T2026.1")])
    model = trace.view.model()
    cells = [[model.index(r, c).data() for c in range(3)] for r in range(model.rowCount())]
    assert cells == [["费率", "2.40", ""], ["数值", "120.00", "T2026.1"]]


def test_a_header_shows_name_state_and_facts(qtbot: QtBot, theme: Theme) -> None:
    header = RecordHeader(theme)
    qtbot.addWidget(header)
    header.resize(600, 120)
    header.show()
    for _ in range(3):
        facts = (Fact(t("Value"), "14,400.00"), Fact(t("Page"), "3"))
        header.show_head(RecordHead("宏远", t("Done"), Mood.OK, facts))
    assert header.accessibleName() == "宏远"
    qtbot.wait(1)
    words = [w.text() for w in header.findChildren(type(header._as_of)) if w.isVisible()]
    assert words.count("14,400.00") == 1 and "宏远" in words


def test_an_empty_page_offers_the_way_out(qtbot: QtBot, theme: Theme) -> None:
    done: list[int] = []
    verb = Verb("add", t("Choose"), lambda: done.append(1), "add")
    empty = EmptyState(theme, t("Nothing here yet."), t("Nothing found."), verb=verb)
    qtbot.addWidget(empty)
    button = empty.findChild(QPushButton)
    assert button is not None and button.property("look") == "filled"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == [1]


def test_painted_parts_follow_the_theme(qtbot: QtBot, theme: Theme) -> None:
    stepper = Stepper(theme)
    qtbot.addWidget(stepper)
    stepper.resize(stepper.sizeHint())
    stepper.go("choose")
    theme.use("dark")
    room = stepper.width() / 6
    assert stepper.grab().toImage().pixelColor(round(room / 2) - 9, 22).name() == DARK.accent


def test_work_under_way_follows_the_language(qtbot: QtBot, theme: Theme) -> None:
    line = ProgressLine(FixedClock(datetime(2026, 3, 5, tzinfo=UTC)))
    qtbot.addWidget(line)
    line.begin(t("Printing…"))
    before = line._stop.text(), line._bar.accessibleName()
    speak("en")
    assert before == ("取消", "正在打印…")
    assert (line._stop.text(), line._bar.accessibleName()) == ("Cancel", "Printing…")
