"""What no form may choke on: pastes of a megabyte, what nobody sees, numbers beyond measure."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock
from app.kit.words import t
from app.packs.form_values import wrong_with
from app.packs.forms import ChoiceSpec, FieldSpec
from ui.forms.fields import Choice, Field, Kind, Standing
from ui.forms.reading import read, tidy
from ui.forms.view import FormView
from ui.theme.theme import Theme

TODAY = date(2026, 3, 5)
NASTY = {
    "a megabyte": "x" * 1_000_000,
    "a megabyte of lines": "12\n" * 350_000,
    "controls": "\x00\x07\x1b[31m",
    "turned round": "\u202e0305\u202c",
    "half a character": "\ud83d",
    "no digits": "\u0663\u0663\u0663",
    "roman": "\u2167",
    "emoji": "\U0001f9fe\U0001f468\u200d\U0001f469",
    "full width": "\uff11\uff12\uff0e\uff13\uff14",
    "minus": "-5",
    "minus of other kinds": "\u22125",
    "beyond measure": "9" * 400,
    "an exponent": "1e308",
    "not a number": "NaN",
    "no such day": "2026-02-30",
    "a formula": "=HYPERLINK(1)",
    "markup": "<b>x</b>",
    "only room": " \u3000\u00a0\t ",
}
WRITTEN = [
    Kind.MONEY, Kind.DATE, Kind.PERCENT, Kind.DECIMAL, Kind.INTEGER, Kind.PHONE, Kind.USCC,
    Kind.MONTH,
]  # fmt: skip
UNSEEN = "\u202a\u202e\u2066\u200b\u200d\ufeff\x00\x1b\u2028\ud800"


def spec_of(kind: Kind) -> FieldSpec:
    """What an action would hold the answer against."""
    columns = (
        FieldSpec("c", Kind.TEXT, t("Step")),
        FieldSpec("d", Kind.MONEY, t("Value")),
    )
    choices = (ChoiceSpec("a", t("Light")),)
    return FieldSpec("f", kind, t("Value"), choices=choices, columns=columns)


def field(kind: Kind) -> Field:
    columns = (Field("c", t("Step")), Field("d", t("Value"), Kind.MONEY))
    return Field("f", t("Value"), kind, choices=(Choice("a", t("Light")),), columns=columns)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("what", list(NASTY))
def test_every_field_takes_every_paste_and_says_how_it_stands(
    qtbot: QtBot, theme: Theme, kind: Kind, what: str
) -> None:
    form = FormView(
        theme, FixedClock(datetime(2026, 3, 5, tzinfo=UTC)), (field(kind),), name=t("V")
    )
    qtbot.addWidget(form)
    form.show()
    editor = form.editor("f")
    QGuiApplication.clipboard().setText(NASTY[what])
    editor.setFocus()
    if hasattr(editor, "paste"):
        editor.paste()
    typed, note = editor.typed(), form.notes()["f"]
    most = 220_000 if kind is Kind.ROWS else 201
    assert len(typed) <= most, "nobody types more, and no draft keeps more"
    assert note.standing is Standing.OK or note.reason is not None
    value = form.answers()._values["f"]
    if kind is not Kind.HIDDEN:
        assert not set(str(value)) & set(UNSEEN)
    assert not isinstance(value, str) or wrong_with(spec_of(kind), value) is None
    assert dict(form.draft().texts)["f"] == typed
    editor.clearFocus()
    assert form.notes()["f"].standing is note.standing


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize(
    "typed", ["-5", "\u22125", "9" * 400, "1e308", "NaN", "0x10", "=1+1", "\u0663", "\u2167", "1_0"]
)
def test_no_number_is_made_of_what_is_none(kind: Kind, typed: str) -> None:
    reading = read(field(kind), typed, TODAY)
    if kind in (Kind.PHONE, Kind.USCC):
        assert reading.value is None or str(reading.value).isascii(), "they are texts, not numbers"
    else:
        assert reading.value is None or (kind, typed) == (Kind.INTEGER, "-5")
    if reading.value is None:
        assert reading.note.standing in (Standing.WRONG, Standing.INCOMPLETE)
        assert reading.note.reason is not None


@pytest.mark.parametrize("kind", WRITTEN)
@given(marks=st.lists(st.tuples(st.integers(0, 18), st.sampled_from(UNSEEN)), max_size=6))
def test_what_nobody_sees_changes_no_value(kind: Kind, marks: list[tuple[int, str]]) -> None:
    plain = {
        Kind.MONEY: "1,234.50", Kind.DATE: "2026-12-31", Kind.PERCENT: "85.5%",
        Kind.DECIMAL: "1250.5", Kind.INTEGER: "120", Kind.PHONE: "13900000000",
        Kind.USCC: "91790115MA00000000", Kind.MONTH: "2026-12",
    }[kind]  # fmt: skip
    typed = plain
    for place, mark in marks:
        typed = typed[:place] + mark + typed[place:]
    assert read(field(kind), typed, TODAY) == read(field(kind), plain, TODAY)


@given(st.text(max_size=60))
def test_a_text_is_kept_but_for_what_nobody_sees(typed: str) -> None:
    kept = tidy(field(Kind.TEXT), typed, TODAY)
    kept.encode()  # raises for what no file could hold
    assert tidy(field(Kind.TEXT), kept, TODAY) == kept
    if typed.isprintable():
        assert kept == typed


@pytest.mark.parametrize("name", ["\U00031350\u3400", "\ue863", "\u00b7", "\u5f20\u4e09"])
def test_rare_names_stay_whole(name: str) -> None:
    assert read(field(Kind.TEXT), name, TODAY).value == name
    assert tidy(field(Kind.TEXT), name, TODAY) == name


def test_a_secret_is_read_to_the_letter() -> None:
    assert read(field(Kind.HIDDEN), "a\u200bb ", TODAY).value == "a\u200bb "


def test_lines_stay_where_a_letter_is_written_and_become_room_elsewhere() -> None:
    assert read(field(Kind.LONG_TEXT), "a\r\nb\tc", TODAY).value == "a\nb\tc"
    assert read(field(Kind.TEXT), "a\r\nb\tc", TODAY).value == "a b c"


def test_a_long_paste_into_lines_is_cut_where_it_is_too_long(qtbot: QtBot, theme: Theme) -> None:
    form = FormView(
        theme, FixedClock(datetime(2026, 3, 5, tzinfo=UTC)), (field(Kind.LONG_TEXT),), name=t("V")
    )
    qtbot.addWidget(form)
    form.show()
    editor = form.editor("f")
    assert isinstance(editor, QPlainTextEdit)
    editor.setPlainText("kept")
    editor.selectAll()
    QGuiApplication.clipboard().setText("y" * 1_000_000)
    editor.paste()
    assert editor.toPlainText() == "y" * 201
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    editor.paste()
    assert len(editor.toPlainText()) == 201
    assert form.notes()["f"].standing is Standing.WRONG
