"""Kinds that came with the packs: months, addresses, pickers, rows, attachments; undo."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock
from app.kit.errors.attachments import file_may_run
from app.kit.errors.base import BranchError, Problem
from app.kit.ids import new_id
from app.kit.words import t
from app.packs.form_values import MOST_FILES, KeptFile, files_of, kept_files, person_of, rows_of
from ui.forms.attaching import (
    LARGEST,
    FileKeeper,
    NoScanner,
    Source,
    judged,
    read_path,
    shown_size,
)
from ui.forms.attachments import AttachmentsEditor
from ui.forms.editors import LineEditor, LongEditor, Sources
from ui.forms.fields import Choice, Field, Kind, Standing
from ui.forms.picking import PersonEditor, ProductEditor
from ui.forms.reading import read, read_month, tidy
from ui.forms.rows_editor import RowsEditor
from ui.forms.view import FormView
from ui.theme.theme import Theme
from ui.widgets.judged_grid import Mark
from ui.widgets.picker import Pick

TODAY = date(2026, 3, 5)
CLOCK = FixedClock(datetime(2026, 3, 5, 1, tzinfo=UTC))
COLUMNS = (
    Field("plate", t("Step"), required=True),
    Field("value", t("Value"), Kind.MONEY),
    Field("since", t("From"), Kind.DATE),
)


class Drawer(FileKeeper):
    """Keeps files at once, where the test can see them; its desk has no scanner."""

    def __init__(self) -> None:
        self.kept: list[KeptFile] = []
        self.opened: list[KeptFile] = []
        self.saved: list[tuple[KeptFile, Path]] = []

    def open(self, file: KeptFile, *, failed: Callable[[Problem], object]) -> None:
        if file.name.endswith(".png"):
            self.opened.append(file)
        else:
            failed(file_may_run(file.name))

    def save(self, file: KeptFile, path: Path, *, failed: Callable[[Problem], object]) -> None:
        self.saved.append((file, path))

    def keep(
        self,
        sources: Sequence[Source],
        *,
        done: Callable[[KeptFile], object],
        failed: Callable[[Problem], object],
    ) -> None:
        for number, source in enumerate(sources, len(self.kept)):
            try:
                file = source()
            except BranchError as error:
                failed(error.problem)
                continue
            self.kept.append(KeptFile(f"{number:064x}", file.name, len(file.content)))
            done(self.kept[-1])

    def scan(
        self, *, done: Callable[[KeptFile], object], failed: Callable[[Problem], object]
    ) -> None:
        self.keep((NoScanner().scan,), done=done, failed=failed)


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def shown(qtbot: QtBot, theme: Theme, field: Field, sources: Sources | None = None) -> FormView:
    form = FormView(theme, CLOCK, (field,), name=t("Value"), sources=sources or Sources())
    qtbot.addWidget(form)
    form.resize(900, 400)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    return form


# -- months and addresses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "month"),
    [("0326", "2026-03"), ("202603", "2026-03"), ("2026-03", "2026-03"), ("2026-3", "2026-03"),
     ("3/26", "2026-03"), ("1226", "2026-12"), ("1326", None), ("202613", None), ("0026", None),
     ("180001", None), ("2026", None), ("20260301", None)],
)  # fmt: skip
def test_a_month_is_read_as_it_is_typed(typed: str, month: str | None) -> None:
    assert read_month(typed) == month
    field = Field("m", t("Value"), Kind.MONTH)
    assert read(field, typed, TODAY).value == month
    if month is not None:
        assert tidy(field, typed, TODAY) == month


def test_half_a_month_is_not_wrong_yet() -> None:
    field = Field("m", t("Value"), Kind.MONTH)
    assert read(field, "03", TODAY).note.standing is Standing.INCOMPLETE
    assert read(field, "1326", TODAY).note.standing is Standing.WRONG


def test_an_address_is_one_tidy_line_and_its_code_is_looked_at() -> None:
    field = Field("a", t("Address"), Kind.ADDRESS)
    assert tidy(field, "  金东市\t和平路 \n 1 号 ", TODAY) == "金东市 和平路 1 号"
    assert read(field, "１１０１０１ 和平路１号", TODAY).value == "110101 和平路1号"
    assert read(field, "110101 和平路1号", TODAY).note.standing is Standing.OK
    assert read(field, "990101 和平路1号", TODAY).note.standing is Standing.WARNED
    assert read(field, "x" * 201, TODAY).note.standing is Standing.WRONG


# -- people and products -----------------------------------------------------------------------


def test_a_person_is_found_while_typing_and_kept_by_id(qtbot: QtBot, theme: Theme) -> None:
    wang = Pick(new_id(CLOCK), "Wang", "3901")
    asked: list[str] = []

    def search(words: str, take: Callable[[Sequence[Pick]], object]) -> None:
        asked.append(words)
        take([wang])

    form = shown(qtbot, theme, Field("p", t("Value"), Kind.PERSON, True), Sources(search))
    editor = form.editor("p")
    assert isinstance(editor, PersonEditor)
    assert form.notes()["p"].standing is Standing.INCOMPLETE
    editor.setFocus()
    QTest.keyClicks(editor, "wa")
    assert form.notes()["p"].standing is Standing.INCOMPLETE, "a name is nobody yet"
    qtbot.waitUntil(lambda: editor.found == (wang,))
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert asked == ["wa"]
    assert person_of(form.answers().text("p")) == (wang.id, "Wang")
    again = shown(qtbot, theme, Field("p", t("Value"), Kind.PERSON, True), Sources(search))
    again.restore(form.draft())
    assert again.answers().text("p") == form.answers().text("p")
    QTest.keyClicks(again.editor("p"), "x")
    assert again.answers().text("p") == "", "what is typed over is chosen no longer"


def test_a_product_is_found_by_code_and_by_name(qtbot: QtBot, theme: Theme) -> None:
    choices = (Choice("GPA1", t("Light")), Choice("GHM1", t("Dark")))
    form = shown(qtbot, theme, Field("p", t("Value"), Kind.PRODUCT, choices=choices))
    editor = form.editor("p")
    assert isinstance(editor, ProductEditor)
    editor.setFocus()
    QTest.keyClicks(editor, "ghm")
    qtbot.waitUntil(lambda: [one.id for one in editor.found] == ["GHM1"])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert form.answers().text("p") == "GHM1"
    editor.put("nothing")
    assert form.answers().text("p") == ""


# -- rows --------------------------------------------------------------------------------------


def test_rows_are_pasted_from_a_spreadsheet_judged_and_gone_back_on(
    qtbot: QtBot, theme: Theme, no_slow_call: None
) -> None:
    form = shown(qtbot, theme, Field("r", t("Value"), Kind.ROWS, columns=COLUMNS))
    editor = form.editor("r")
    assert isinstance(editor, RowsEditor)
    QGuiApplication.clipboard().setText("A1\t1200\t20260101\r\nA2\t五\t\r\n\t7\t\r\n")
    editor.grid.setFocus()
    QTest.keyClick(editor.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert rows_of(editor.typed())[0] == ("A1", "1,200.00", "2026-01-01")
    assert form.notes()["r"].standing is Standing.WRONG
    assert [editor.rows.mark(editor.rows.index(*place)) for place in ((1, 1), (2, 0))] == [
        Mark.WRONG,
        Mark.EMPTY,
    ]
    assert editor.grid.go_to_next_wrong()
    assert editor.rows.setData(editor.rows.index(1, 1), "5")
    editor.grid.go_to(2)
    QTest.keyClick(editor.grid, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert form.notes()["r"].standing is Standing.OK
    assert rows_of(form.answers().text("r")) == (("A1", "120000", "2026-01-01"), ("A2", "500", ""))
    QTest.keyClick(editor.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(rows_of(editor.typed())) == 3
    again = shown(qtbot, theme, Field("r", t("Value"), Kind.ROWS, columns=COLUMNS))
    again.restore(form.draft())
    assert again.draft() == form.draft()


def test_a_row_is_typed_into_the_empty_line_and_no_row_is_nothing(
    qtbot: QtBot, theme: Theme
) -> None:
    form = shown(qtbot, theme, Field("r", t("Value"), Kind.ROWS, True, columns=COLUMNS))
    editor = form.editor("r")
    assert isinstance(editor, RowsEditor) and editor.rows.rowCount() == 1
    assert form.notes()["r"].standing is Standing.INCOMPLETE
    editor.rows.setData(editor.rows.index(0, 0), "A1")
    assert editor.rows.rowCount() == 2 and form.complete()
    editor.rows.setData(editor.rows.index(0, 0), "")
    assert form.answers().text("r") == "" and not form.complete()


def test_more_rows_than_a_field_holds_are_cut(qtbot: QtBot, theme: Theme) -> None:
    form = shown(qtbot, theme, Field("r", t("Value"), Kind.ROWS, columns=COLUMNS))
    editor = form.editor("r")
    assert isinstance(editor, RowsEditor)
    editor.rows.type_block(editor.rows.index(0, 0), [["A"]] * 5_000)
    assert editor.rows.rowCount() <= 502


# -- attachments -------------------------------------------------------------------------------

PDF = b"%PDF-1.7\nx"


def attached(qtbot: QtBot, theme: Theme, drawer: Drawer) -> tuple[FormView, AttachmentsEditor]:
    form = shown(qtbot, theme, Field("f", t("Value"), Kind.ATTACHMENTS), Sources(files=drawer))
    editor = form.editor("f")
    assert isinstance(editor, AttachmentsEditor)
    return form, editor


def drop(editor: AttachmentsEditor, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    editor.dropEvent(event)


def test_files_are_dropped_taken_out_and_brought_back(
    qtbot: QtBot, theme: Theme, drawer: Drawer, tmp_path: Path
) -> None:
    form, editor = attached(qtbot, theme, drawer)
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(PDF)
    drop(editor, tmp_path / "a.pdf", tmp_path / "b.pdf")
    assert [one.name for one in files_of(form.answers().text("f"))] == ["a.pdf", "b.pdf"]
    editor.list.setCurrentRow(0)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert [one.name for one in editor.files] == ["b.pdf"]
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(editor.files) == 2
    other = attached(qtbot, theme, drawer)[0]
    other.restore(form.draft())
    assert other.answers().text("f") == form.answers().text("f")


def test_a_picture_is_pasted_and_a_text_is_refused_in_words(
    qtbot: QtBot, theme: Theme, drawer: Drawer
) -> None:
    _, editor = attached(qtbot, theme, drawer)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    QGuiApplication.clipboard().setImage(image)
    editor.paste()
    assert [one.name for one in editor.files] == ["picture.png"] and editor.files[0].size > 50
    QGuiApplication.clipboard().setText("words")
    editor.paste()
    assert editor.problem.isVisible() and len(editor.files) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "E-FILE-EMPTY"),
        ("a.pdf", b"MZ\x90\x00", "E-FILE-KIND"),
        ("run.exe", b"PK\x03\x04 a zip", "E-FILE-KIND"),
        ("a.pdf", PDF + b"0" * LARGEST, "E-FILE-LARGE"),
    ],
)
def test_what_is_no_file_for_a_form_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(BranchError) as caught:
        judged(name, content)
    assert caught.value.code == code


def test_a_kind_is_read_from_the_bytes_and_a_name_is_made_plain(tmp_path: Path) -> None:
    assert judged("fake.pdf", b"\xff\xd8\xff rest").extension == "jpg"
    assert judged("sheet.xlsx", b"PK\x03\x04 rest").extension == "xlsx"
    assert judged("\u202efdp.exe.pdf", PDF).name == "fdp.exe.pdf"
    assert len(judged("n" * 400 + ".pdf", PDF).name) <= 120
    with pytest.raises(BranchError) as caught:
        read_path(tmp_path / "nothing.pdf")
    assert caught.value.code == "E-FILE-READ"
    assert (shown_size(1), shown_size(1024 * 1024 * 3 // 2)) == ("1 KB", "1.5 MB")


def test_a_desk_without_a_scanner_says_so_and_too_many_files_are_refused(
    qtbot: QtBot, theme: Theme, drawer: Drawer, tmp_path: Path
) -> None:
    _, editor = attached(qtbot, theme, drawer)
    editor.scan()
    assert editor.problem.isVisible() and editor.files == ()
    (tmp_path / "a.pdf").write_bytes(PDF)
    editor.add_paths([tmp_path / "a.pdf"] * (MOST_FILES + 1))
    assert editor.files == () and editor.problem.isVisible()


# -- Ctrl+Z ------------------------------------------------------------------------------------


def test_ctrl_z_gives_back_what_was_typed_before_it_was_tidied(qtbot: QtBot, theme: Theme) -> None:
    for kind, typed, tidied in (
        (Kind.DATE, "0305", "2026-03-05"),
        (Kind.LONG_TEXT, "a\u200bb", "ab"),
    ):
        form = shown(qtbot, theme, Field("d", t("Value"), kind))
        editor = form.editor("d")
        assert isinstance(editor, LineEditor | LongEditor)
        editor.setFocus()
        if kind is Kind.DATE:
            QTest.keyClicks(editor, typed)
        else:
            QGuiApplication.clipboard().setText(typed)
            editor.paste()
        editor.clearFocus()
        assert editor.typed() == tidied
        editor.undo()
        assert editor.typed() == typed


# -- opening what hangs there --------------------------------------------------------------------


def hung(theme: Theme, qtbot: QtBot, drawer: Drawer, *, reading: bool = False) -> AttachmentsEditor:
    field = Field("f", t("Value"), Kind.ATTACHMENTS)
    editor = AttachmentsEditor(field, theme, drawer, reading=reading)
    qtbot.addWidget(editor)
    files = [KeptFile("a" * 64, "photo.png", 9), KeptFile("b" * 64, "sheet.bin", 9)]
    editor.put(kept_files(files))
    editor.show()
    editor.activateWindow()
    editor.list.setFocus()
    qtbot.waitUntil(editor.list.hasFocus)
    return editor


@pytest.mark.parametrize("reading", [False, True])
def test_space_opens_the_file_under_the_cursor(
    qtbot: QtBot, theme: Theme, drawer: Drawer, reading: bool
) -> None:
    editor = hung(theme, qtbot, drawer, reading=reading)
    QTest.keyClick(editor.list, Qt.Key.Key_Space)
    assert [one.name for one in drawer.opened] == ["photo.png"]
    QTest.keyClick(editor.list, Qt.Key.Key_Down)
    QTest.keyClick(editor.list, Qt.Key.Key_Space)
    assert len(drawer.opened) == 1
    assert editor.problem.problem is not None and editor.problem.problem.code == "E-FILE-RUNS"
    editor.save_to("/tmp/somewhere.bin")
    assert drawer.saved == [(editor.files[1], Path("/tmp/somewhere.bin"))]
    assert not editor.problem.isVisible()


def test_who_only_reads_adds_and_takes_out_nothing(
    qtbot: QtBot, theme: Theme, drawer: Drawer, tmp_path: Path
) -> None:
    editor = hung(theme, qtbot, drawer, reading=True)
    assert [button.verb.key for button in editor.buttons] == ["open", "save"]
    QTest.keyClick(editor.list, Qt.Key.Key_Delete)
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    editor.add_paths([tmp_path / "x.png"])
    QTest.keyClick(editor.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(editor.files) == 2 and not drawer.kept and not editor.acceptDrops()


def test_without_a_keeper_nothing_is_opened(qtbot: QtBot, theme: Theme) -> None:
    editor = AttachmentsEditor(Field("f", t("Value"), Kind.ATTACHMENTS), theme, None)
    qtbot.addWidget(editor)
    editor.put(kept_files([KeptFile("a" * 64, "photo.png", 9)]))
    editor.open_file()
    editor.save_to("/nowhere/at/all")
    assert [button.verb.key for button in editor.buttons] == ["out", "undo"]
