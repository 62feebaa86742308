"""A form driven as a clerk drives it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock
from app.kit.words import t
from ui.forms.editors import DateEditor, LineEditor
from ui.forms.fields import Choice, Draft, Field, FieldNote, Kind, Standing, Value
from ui.forms.view import FormView
from ui.theme.theme import Theme

Typist = Callable[[QWidget, str], None]
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
LIMIT = 50_000_000


def within_limit(value: Value) -> FieldNote:
    assert isinstance(value, int)
    if value > LIMIT:
        return FieldNote(Standing.WARNED, t("Value"))
    return FieldNote(Standing.OK)


CHOICES = (Choice("a", t("Light")), Choice("b", t("Dark")))
FIELDS = (
    Field("name", t("Step"), required=True),
    Field("start", t("From"), Kind.DATE),
    Field("filing", t("Page"), Kind.THEIRS),
    Field("sum", t("Value"), Kind.MONEY, check=within_limit, hint=t("A whole number.")),
    Field(
        "kind", t("Theme"), Kind.CHOICE, choices=(Choice("a", t("Light")), Choice("b", t("Dark")))
    ),
    Field("note", t("Look"), Kind.LONG_TEXT),
)


class Calls:
    def __init__(self) -> None:
        self.count = 0

    def next_verb(self) -> None:
        self.count += 1


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def form(qtbot: QtBot, theme: Theme, calls: Calls) -> FormView:
    made = FormView(theme, FixedClock(NOW), FIELDS, name=t("Value"), next_verb=calls.next_verb)
    theme.clothe(made)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def line(form: FormView, key: str) -> LineEditor:
    editor = form.editor(key)
    assert isinstance(editor, LineEditor)
    return editor


def look_of(form: FormView, key: str) -> str:
    return str(form.editor(key).property("state"))


def note_of(form: FormView, key: str) -> str:
    return form.editor(key).accessibleDescription()


def test_enter_walks_the_fields_and_skips_what_is_not_hers(qtbot: QtBot, form: FormView) -> None:
    line(form, "name").setFocus()
    walked = []
    for _ in range(4):
        focused = form.focusWidget()
        assert focused is not None
        walked.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert walked == [form.editor(key) for key in ("name", "start", "sum", "kind")]
    assert form.focusWidget() is form.editor("note")


def test_enter_in_the_last_of_her_fields_goes_past_those_of_head_office(
    qtbot: QtBot, theme: Theme, calls: Calls
) -> None:
    mine = next(field for field in FIELDS if field.key == "name")
    theirs = [field for field in FIELDS if not field.typed_here]
    window = QWidget()
    column = QVBoxLayout(window)
    made = FormView(theme, FixedClock(NOW), [mine, *theirs], name=t("Value"))
    save = QPushButton("save")
    column.addWidget(made)
    column.addWidget(save)
    theme.clothe(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line(made, "name").setFocus()
    qtbot.keyClick(line(made, "name"), Qt.Key.Key_Return)
    assert theirs and window.focusWidget() is save


def test_enter_in_a_long_text_is_a_new_line(qtbot: QtBot, form: FormView) -> None:
    note = form.editor("note")
    note.setFocus()
    qtbot.keyClicks(note, "a")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    qtbot.keyClicks(note, "b")
    assert note.typed() == "a\nb"


def test_ctrl_enter_does_the_next_verb_from_any_field(
    qtbot: QtBot, form: FormView, calls: Calls
) -> None:
    for key in ("name", "sum", "note"):
        qtbot.keyClick(form.editor(key), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert calls.count == 3


def test_esc_steps_back_and_loses_nothing(
    qtbot: QtBot, form: FormView, write_chinese: Typist
) -> None:
    write_chinese(line(form, "name"), "宏远")
    with qtbot.waitSignal(form.stepped_back):
        qtbot.keyClick(line(form, "name"), Qt.Key.Key_Escape)
    assert line(form, "name").text() == "宏远"


def test_a_short_day_is_written_out_when_left(qtbot: QtBot, form: FormView) -> None:
    start = line(form, "start")
    start.setFocus()
    qtbot.keyClicks(start, "0401")
    qtbot.keyClick(start, Qt.Key.Key_Return)
    assert start.text() == "2026-04-01"
    assert str(form.answers().day("start")) == "2026-04-01"


def test_money_gets_its_thousands_when_left(qtbot: QtBot, form: FormView) -> None:
    amount = line(form, "sum")
    amount.setFocus()
    qtbot.keyClicks(amount, "400000")
    qtbot.keyClick(amount, Qt.Key.Key_Return)
    assert amount.text() == "400,000.00"
    assert form.answers().fen("sum") == 40_000_000


def test_required_wrong_and_warned_are_three_looks_with_words(
    qtbot: QtBot, form: FormView, write_chinese: Typist
) -> None:
    assert (look_of(form, "name"), note_of(form, "name")) == ("required", "必填。")
    qtbot.keyClicks(line(form, "sum"), "12x")
    assert look_of(form, "sum") == "wrong" and note_of(form, "sum")
    line(form, "sum").clear()
    assert note_of(form, "sum") == "请录整数。"
    qtbot.keyClicks(line(form, "sum"), "600000")
    assert look_of(form, "sum") == "warned"
    assert not form.complete()
    write_chinese(line(form, "name"), "宏远")
    assert look_of(form, "name") == ""
    assert form.complete(), "a warning does not hold back"


def test_the_looks_differ_on_the_screen(qtbot: QtBot, form: FormView) -> None:
    pictures = {}
    for text in ("", "12x", "600000", "1"):
        line(form, "sum").setText(text)
        line(form, "sum").setAlignment(Qt.AlignmentFlag.AlignRight)
        image = form.editor("sum").grab().toImage()
        edge = [image.pixelColor(x, 1).name() for x in range(20, 60)]
        pictures[look_of(form, "sum")] = tuple(edge)
    assert len(set(pictures.values())) == len(pictures) == 3


def test_what_head_office_fills_cannot_be_typed(qtbot: QtBot, form: FormView) -> None:
    form.fill({"filing": "备-2026-017"})
    qtbot.keyClicks(line(form, "filing"), "x")
    assert line(form, "filing").text() == "备-2026-017"
    assert look_of(form, "filing") == "theirs"
    assert note_of(form, "filing") == "由总公司填写。"


def test_a_draft_holds_every_letter_and_comes_back(
    qtbot: QtBot, theme: Theme, form: FormView
) -> None:
    drafts: list[Draft] = []
    form.changed.connect(drafts.append)
    qtbot.keyClicks(line(form, "sum"), "12x")
    form.editor("kind").put("b")
    assert [draft.text("sum") for draft in drafts] == ["1", "12", "12x", "12x"]
    other = FormView(theme, FixedClock(NOW), FIELDS, name=t("Value"))
    qtbot.addWidget(other)
    other.restore(Draft((*drafts[-1].texts, ("gone", "field of an older version"))))
    assert other.draft() == form.draft()
    assert other.answers().text("kind") == "b"


def test_filling_tells_once(qtbot: QtBot, form: FormView) -> None:
    drafts: list[Draft] = []
    form.changed.connect(drafts.append)
    form.fill({"name": "宏远", "sum": 100, "start": "2026-04-01"})
    assert len(drafts) == 1


def test_a_refusal_stands_until_the_answer_changes(
    qtbot: QtBot, form: FormView, write_chinese: Typist
) -> None:
    write_chinese(line(form, "name"), "宏远")
    form.refuse("name", t("Nothing found."))
    assert look_of(form, "name") == "wrong" and not form.complete()
    write_chinese(line(form, "name"), "二")
    assert look_of(form, "name") == "" and form.complete()


def test_the_cursor_goes_to_what_is_missing(qtbot: QtBot, form: FormView) -> None:
    line(form, "name").setText("宏远")
    line(form, "sum").setText("x")
    form.focus_first_open()
    assert form.focusWidget() is form.editor("sum")


def test_tab_order_is_reading_order(qtbot: QtBot, form: FormView) -> None:
    line(form, "name").setFocus()
    order = []
    for _ in FIELDS:
        focused = form.focusWidget()
        assert focused is not None
        order.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert order == [form.editor(field.key) for field in FIELDS]
    tops = [editor.mapTo(form, editor.rect().topLeft()).y() for editor in order]
    assert tops == sorted(tops)


def test_every_editor_has_a_name_in_both_languages(
    qtbot: QtBot, form: FormView, speak_english: None
) -> None:
    names = [form.editor(field.key).accessibleName() for field in FIELDS]
    assert names[0] == "Step, needed" and all(names)


def test_the_calendar_gives_a_day(qtbot: QtBot, form: FormView) -> None:
    start = form.editor("start")
    assert isinstance(start, DateEditor)
    start.setText("0410")
    calendar = start.open_calendar()
    assert calendar.selectedDate().toString(Qt.DateFormat.ISODate) == "2026-04-10"
    calendar.setSelectedDate(calendar.selectedDate().addDays(2))
    calendar.activated.emit(calendar.selectedDate())
    assert start.text() == "2026-04-12" and not calendar.isVisible()


def test_the_wheel_does_not_change_a_choice(qtbot: QtBot, form: FormView) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    form.editor("kind").put("a")
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(form.editor("kind"), event)
    assert form.editor("kind").typed() == "a"


def test_a_secret_is_not_shown(qtbot: QtBot, theme: Theme) -> None:
    form = FormView(
        theme, FixedClock(NOW), (Field("p", t("Password"), Kind.HIDDEN),), name=t("Value")
    )
    qtbot.addWidget(form)
    editor = form.editor("p")
    assert isinstance(editor, QLineEdit)
    assert editor.echoMode() is QLineEdit.EchoMode.Password
