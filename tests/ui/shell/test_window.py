"""The window driven by keyboard, with pages declared as data."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.kit.clock import FixedClock
from app.kit.errors.money import money_not_readable
from app.kit.lanes import Lane
from app.kit.words import Text, t
from ui.shell.bridge import Bridge, Job
from ui.shell.page import Found, Page, PageView, Person, Surroundings
from ui.shell.pictures import cut_off, nameless, take_picture
from ui.shell.speaking import speak
from ui.shell.strip import StripState, age, device_item, link_item, outbox_item, problems_item
from ui.shell.window import DeskWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Mood
from ui.widgets.label import named
from ui.widgets.verb import Verb

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


class Desk(PageView):
    """A page that notes what the window does with it."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.notes: list[object] = []
        self.line = QLineEdit()
        named(self.line, t("Value"))
        self.holding: Text | None = None
        self.offered: tuple[Verb, ...] = (
            Verb("save", t("Done"), self.save, "save", "Ctrl+S"),
            Verb("stamp", t("Stamp"), self.stamp, "seals", "Ctrl+T", False, t("Needed.")),
        )
        QVBoxLayout(self).addWidget(self.line)
        self.setFocusProxy(self.line)

    def save(self) -> None:
        self.notes.append("save")

    def stamp(self) -> None:
        self.notes.append("stamp")

    @override
    def verbs(self) -> Sequence[Verb]:
        return self.offered

    @override
    def open_at(self, target: object) -> None:
        self.notes.append(("open", target))

    @override
    def keep(self) -> None:
        self.notes.append("keep")

    @override
    def step_back(self) -> bool:
        self.notes.append("back")
        return True

    @override
    def refresh(self) -> None:
        self.notes.append("refresh")

    @override
    def may_close(self) -> Text | None:
        return self.holding


class Builds:
    """Counts how often each page is built."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def of(self, key: str) -> Callable[[Surroundings], PageView]:
        def build(at: Surroundings) -> PageView:
            self.keys.append(key)
            return Desk(at)

        return build


@pytest.fixture
def builds() -> Builds:
    return Builds()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("read")
    yield made
    made.close()


def bug(error: BaseException) -> None:
    raise error


@pytest.fixture
def at(qapp: QApplication, theme: Theme) -> Iterator[Surroundings]:
    bridge = Bridge(bug)
    yield Surroundings(theme, bridge, FixedClock(NOW))
    bridge.close()


KEYS = ("workbench", "customers", "pricing", "sync", "problems", "devices")


@pytest.fixture
def window(qtbot: QtBot, at: Surroundings, lane: Lane, builds: Builds) -> DeskWindow:
    titles = (t("Page"), t("Step"), t("Value"), t("Language"), t("Theme"), t("Password"))
    pages = [Page(key, title, key, builds.of(key)) for key, title in zip(KEYS, titles, strict=True)]

    def find(words: str) -> Sequence[Found]:
        return [Found("customers", 7, f"{words} 公司", "79010126000001")]

    def search(words: str, take: Callable[[Sequence[Found]], object]) -> Job:
        return at.bridge.run(lane, find, words, done=take)

    lock = Verb("lock", t("Close"), lambda: None, "lock", "Ctrl+L")
    made = DeskWindow(at, pages, Person("王芳", t("Check")), person_verbs=[lock], search=search)
    qtbot.addWidget(made, before_close_func=let_go)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.open_page("workbench")
    return made


def let_go(window: DeskWindow) -> None:
    for key in KEYS:
        if key in window._views:
            desk(window, key).holding = None


def desk(window: DeskWindow, key: str) -> Desk:
    view = window.page(key)
    assert isinstance(view, Desk)
    return view


def press(qtbot: QtBot, window: DeskWindow, key: Qt.Key, *mods: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for mod in mods:
        held |= mod
    qtbot.keyClick(QApplication.focusWidget() or window, key, held)
    arrive(qtbot, window)


def arrive(qtbot: QtBot, window: DeskWindow) -> None:
    """Wait until a page that had to be made stands."""
    if window.opening:
        qtbot.waitUntil(lambda: not window.opening)


CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_a_page_is_built_when_it_is_opened(window: DeskWindow, builds: Builds) -> None:
    assert builds.keys == ["workbench"]
    window.open_page("pricing")
    window.open_page("workbench")
    window.open_page("pricing")
    assert builds.keys == ["workbench", "pricing"]


def test_alt_digits_open_pages(qtbot: QtBot, window: DeskWindow) -> None:
    press(qtbot, window, Qt.Key.Key_3, ALT)
    assert window.page_key == "pricing"
    assert window.navigation.currentRow() == 2
    assert window.windowTitle() == "数值 – 印台"
    assert desk(window, "pricing").line.hasFocus()


def test_leaving_a_page_stores_its_draft(window: DeskWindow) -> None:
    window.open_page("customers")
    assert "keep" in desk(window, "workbench").notes


def test_a_record_opens_in_its_page(qtbot: QtBot, window: DeskWindow) -> None:
    desk(window, "workbench").asked_for.emit("customers", 7)
    arrive(qtbot, window)
    assert window.page_key == "customers"
    assert desk(window, "customers").notes == [("open", 7)]


def test_the_next_verb_and_shortcuts(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    page.notes.clear()
    press(qtbot, window, Qt.Key.Key_Return, CTRL)
    press(qtbot, window, Qt.Key.Key_S, CTRL)
    press(qtbot, window, Qt.Key.Key_T, CTRL)
    press(qtbot, window, Qt.Key.Key_F5)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert page.notes == ["save", "save", "refresh", "back"]


def test_a_verb_that_becomes_possible_gets_its_keys(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    page.notes.clear()
    page.offered = (Verb("stamp", t("Stamp"), page.stamp, "seals", "Ctrl+T"),)
    page.verbs_changed.emit()
    press(qtbot, window, Qt.Key.Key_T, CTRL)
    press(qtbot, window, Qt.Key.Key_S, CTRL)
    assert page.notes == ["stamp"]


def test_f6_walks_the_areas_both_ways(qtbot: QtBot, window: DeskWindow) -> None:
    window.show_strip(StripState((link_item(True, 60),)))
    page = desk(window, "workbench").line
    page.setFocus()
    walked = []
    for _ in range(4):
        press(qtbot, window, Qt.Key.Key_F6)
        walked.append(QApplication.focusWidget())
    assert walked == [window.strip.button("link"), window.search, window.navigation, page]
    press(qtbot, window, Qt.Key.Key_F6, SHIFT)
    assert QApplication.focusWidget() is window.navigation


def test_the_palette_finds_verbs_pages_and_records(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    assert window.palette_box.drop.isVisible()
    titles = [entry.title for entry in window.palette_box.entries]
    assert titles[:3] == ["完成", "盖章", "关闭"] and "数值" in titles
    details = {entry.title: entry.detail for entry in window.palette_box.entries}
    assert details["完成"] == "Ctrl+S" and details["盖章"] == "必填。"
    qtbot.keyClicks(window.search, "ctrl+s")
    press(qtbot, window, Qt.Key.Key_Return)
    assert page.notes[-1] == "save"
    assert not window.palette_box.drop.isVisible() and page.line.hasFocus()


def test_a_verb_that_is_not_possible_does_nothing(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    page.notes.clear()
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Return)
    assert page.notes == [] and window.palette_box.drop.isVisible()


def test_the_palette_opens_a_record_found_on_a_lane(qtbot: QtBot, window: DeskWindow) -> None:
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.search, "hongyuan")
    qtbot.waitUntil(lambda: len(window.palette_box.entries) == 1, timeout=3000)
    assert window.palette_box.entries[0].title == "hongyuan 公司"
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.page_key == "customers"
    assert desk(window, "customers").notes == [("open", 7)]


def test_a_late_answer_to_an_earlier_question_is_dropped(
    qtbot: QtBot, window: DeskWindow, at: Surroundings, lane: Lane
) -> None:
    go_on = Event()
    at.bridge.run(lane, go_on.wait, 5)
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.search, "aaa")
    qtbot.waitUntil(lambda: at.bridge.under_way == 2, timeout=3000)
    qtbot.keyClicks(window.search, "b")
    go_on.set()
    qtbot.waitUntil(
        lambda: [e.title for e in window.palette_box.entries] == ["aaab 公司"], timeout=3000
    )


def test_esc_leaves_the_palette_where_one_was(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    page.line.setText("12")
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.search, "x")
    press(qtbot, window, Qt.Key.Key_Escape)
    assert page.line.hasFocus() and page.line.text() == "12"
    assert window.search.text() == "" and "back" not in page.notes


def test_each_part_of_the_strip_opens_its_page(qtbot: QtBot, window: DeskWindow) -> None:
    ready = device_item("seal", t("Stamp"), t("Online"), Mood.OK)
    items = (link_item(False, 7_300), outbox_item(14), problems_item(1), ready)
    window.show_strip(StripState(items, t("{n} h", n=2)))
    assert [window.strip.button(item.key).text() for item in items] == [
        "离线 2 小时",
        "待上报 14",
        "问题 1",
        "盖章 在线",
    ]
    for key, page in (("seal", "devices"), ("problems", "problems"), ("outbox", "sync")):
        qtbot.mouseClick(window.strip.button(key), Qt.MouseButton.LeftButton)
        arrive(qtbot, window)
        assert window.page_key == page


def test_the_strip_keeps_buttons_that_stay(qtbot: QtBot, window: DeskWindow) -> None:
    window.show_strip(StripState((link_item(True, 1), outbox_item(1))))
    link = window.strip.button("link")
    link.setFocus()
    window.show_strip(StripState((link_item(False, 1), problems_item(0))))
    assert window.strip.button("link") is link and link.hasFocus()
    with pytest.raises(KeyError):
        window.strip.button("outbox")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "不到 1 分钟"), (59, "不到 1 分钟"), (60, "1 分钟"), (7_199, "1 小时"), (90_000, "1 天")],
)
def test_ages(seconds: float, said: str) -> None:
    assert str(age(seconds)) == said


def test_trouble_stands_above_the_page_and_esc_puts_it_away(
    qtbot: QtBot, window: DeskWindow
) -> None:
    page = desk(window, "workbench")
    page.notes.clear()
    page.show_trouble(money_not_readable("12x"))
    assert window.banner.isVisible()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.banner.isVisible() and page.notes == []


def test_undo_instead_of_are_you_sure(qtbot: QtBot, window: DeskWindow) -> None:
    undone: list[int] = []
    page = desk(window, "workbench")
    page.undoable.emit(t("Done"), Verb("undo", t("Cancel"), lambda: undone.append(1)))
    assert window.toast.isVisible() and window.toast.text() == "完成"
    page.setFocus()
    page.line.clearFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert undone == [1] and not window.toast.isVisible()


def test_what_is_open_follows_the_language(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    page.told.emit(t("Done"))
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    try:
        speak("en")
        assert window.toast.text() == "Done" and cut_off(window.toast) == []
        titles = [entry.title for entry in window.palette_box.entries]
        assert titles[:3] == ["Done", "Stamp", "Close"]
        assert window.palette_box.list.item(0).text() == "Done"
    finally:
        speak("zh_CN")
    assert window.toast.text() == "完成"


def test_closing_stores_and_asks_first(qtbot: QtBot, window: DeskWindow) -> None:
    page = desk(window, "workbench")
    page.holding = t("Stamp")
    page.notes.clear()
    assert not window.close()
    assert window.isVisible() and page.notes == ["keep"]
    assert window.banner.problem is not None
    assert window.banner.problem.code == "E-SHELL-OPEN"
    page.holding = None
    with qtbot.waitSignal(window.closing):
        assert window.close()


def test_the_language_changes_everything_at_once(qtbot: QtBot, window: DeskWindow) -> None:
    window.show_strip(StripState((outbox_item(14),)))
    speak("en")
    assert window.windowTitle() == "Page – Sealdesk"
    assert window.navigation.item(2).text() == "Value"
    assert window.strip.button("outbox").text() == "To send 14"
    assert window.person.text() == "王芳 · Check"
    assert window.search.placeholderText().startswith("Search or command")


def test_the_person_menu_holds_her_own_verbs(qtbot: QtBot, window: DeskWindow) -> None:
    menu = window.open_person_menu()
    assert [action.text() for action in menu.actions()] == ["关闭\tCtrl+L"]
    menu.close()


def test_a_page_says_as_of_when(qtbot: QtBot, window: DeskWindow) -> None:
    desk(window, "workbench").read_at.emit(t("{n} min", n=3))
    assert window.strip._as_of.text() == "3 分钟"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_everything_has_a_name_and_room(qtbot: QtBot, window: DeskWindow, language: str) -> None:
    window.show_strip(StripState((link_item(False, 7_300), outbox_item(14), problems_item(1))))
    speak(language)
    window.resize(*window.minimumSize().toTuple())  # type: ignore[misc]
    qtbot.wait(1)
    assert nameless(window) == []
    assert cut_off(window) == []


def test_a_picture_is_named_by_screen_language_and_theme(
    window: DeskWindow, at: Surroundings, tmp_path: object
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "pictures"
    path = take_picture(window, folder, "workbench", at.theme)
    assert path.name == "workbench.zh_CN.light.png"
    assert path.read_bytes().startswith(b"\x89PNG")
    blocked = folder / "file"
    blocked.write_text("x")
    with pytest.raises(OSError):
        take_picture(window, blocked, "workbench", at.theme)


def test_defects_are_found(qtbot: QtBot, window: DeskWindow) -> None:
    """The two looks for defects must be able to find one."""
    page = desk(window, "workbench")
    page.line.setAccessibleName("")
    window.person.setFixedWidth(20)
    assert len(nameless(window)) == 1
    assert [what for what in cut_off(window) if "王芳" in what]
