"""The settings page: at work at once, each person's own, wrong values refused in words."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from typing_extensions import override

from app.assembly.desk import _scale
from app.assembly.own_ways import SeatWays
from app.assembly.workstation import Seat
from app.kit.settings import (
    DENSITY,
    FILE,
    LANGUAGE,
    LOCK_SECONDS,
    NOTICES,
    SCALE,
    THEME,
    Setting,
    Settings,
    T,
)
from app.kit.words import language_in_use, t
from tests.ui.desk_site import Sitting
from ui.forms.editors import Editor
from ui.forms.fields import Standing
from ui.settings.presenter import WORDS, Preferences, SettingsPresenter
from ui.settings.view import SettingsPage
from ui.theme.tokens import Density


def opened(sitting: Sitting, role: str = "clerk") -> SettingsPage:
    sitting.sit(role)
    return sitting.open("settings", SettingsPage)


def test_every_value_of_a_choice_has_its_words() -> None:
    for setting in (LANGUAGE, THEME, DENSITY, NOTICES):
        assert set(WORDS[setting.key]) == set(setting.allowed)


def test_a_choice_is_at_work_at_once_and_can_be_taken_back(
    sitting: Sitting, no_slow_call: None
) -> None:
    page, desk = opened(sitting), sitting.desk
    before = desk.settings.get(THEME)
    other = "light" if desk.theme.name == "dark" else "dark"
    page.own.editor("theme").put(other)
    assert desk.theme.name == other and desk.settings.get(THEME) == other
    assert Settings.read(desk._folder / FILE).get(THEME) == other
    page.own.editor("density").put("compact")
    assert desk.theme.density.value == "compact"
    sitting.control(Qt.Key.Key_Z)
    assert desk.theme.density.value == "comfortable", "the last one is taken back"
    assert page.own.draft().text("density") == "comfortable"
    desk.use_theme(before)


def test_the_language_is_spoken_at_once_by_the_page_itself(sitting: Sitting) -> None:
    page = opened(sitting)
    page.own.editor("language").put("en")
    assert language_in_use() == "en"
    assert sitting.window.windowTitle().startswith("Settings")
    assert str(t("Wide rows")) == "Wide rows"
    page.own.editor("language").put("zh_CN")
    assert sitting.window.windowTitle().startswith("设置")


def test_a_clerk_sees_when_the_desk_locks_and_cannot_set_it(sitting: Sitting) -> None:
    page = opened(sitting)
    assert [key for key, _ in page.desk.draft().texts] == ["scale"]
    assert "10 分钟" in page.lock.text() and page.lock.isVisible()


def test_the_manager_sets_when_the_desk_locks(sitting: Sitting) -> None:
    page, desk = opened(sitting, "branch_manager"), sitting.desk
    field = page.desk.editor("minutes")
    for wrong in ("0", "61", "-3", "soon", ""):
        field.put(wrong)
        page._take()
        note = page.desk.notes()["minutes"]
        assert note.standing in (Standing.WRONG, Standing.INCOMPLETE)
        assert desk.settings.get(LOCK_SECONDS) == 600, f"{wrong!r} is not taken"
    assert str(page.desk.notes()["minutes"].reason)
    field.setFocus()
    field.put("")
    QTest.keyClicks(field, "15")
    sitting.until(lambda: desk.settings.get(LOCK_SECONDS) == 900)
    assert desk._idle._seconds == 900
    desk.prefer(LOCK_SECONDS, 600)


def test_a_number_half_typed_is_kept_when_the_page_is_left(sitting: Sitting) -> None:
    page, desk = opened(sitting, "branch_manager"), sitting.desk
    page.desk.editor("minutes").put("20")
    sitting.window.open_page("workbench")
    assert desk.settings.get(LOCK_SECONDS) == 1200
    desk.prefer(LOCK_SECONDS, 600)


def test_each_person_has_her_own_at_one_desk(sitting: Sitting) -> None:
    opened(sitting, "clerk")
    desk, seat = sitting.desk, sitting.seat
    assert isinstance(seat, Seat)
    desk.use_density(Density.COMPACT)
    sitting.rest()
    assert dict(SeatWays(seat).looks())["density"] == "compact"
    desk.change_person()
    desk.use_density(Density.COMFORTABLE)
    sitting.sit("reviewer")
    sitting.rest()
    assert desk.theme.density is Density.COMFORTABLE
    desk.change_person()
    sitting.sit("clerk")
    sitting.until(lambda: desk.theme.density is Density.COMPACT)
    desk.use_density(Density.COMFORTABLE)
    sitting.rest()


def test_what_is_no_setting_dresses_nobody(sitting: Sitting) -> None:
    sitting.sit()
    desk = sitting.desk
    before = {one.key: desk.settings.get(one) for one in (LANGUAGE, THEME, DENSITY)}
    desk.take_ways((("theme", "pink"), ("language", "tlh"), ("colour", "red"), ("density", "")))
    assert {one.key: desk.settings.get(one) for one in (LANGUAGE, THEME, DENSITY)} == before


def test_what_comes_by_itself_is_told_as_wanted(sitting: Sitting) -> None:
    opened(sitting)
    desk, life = sitting.desk, sitting.desk._seat_life
    assert life is not None
    sitting.window.toast.hide()
    desk.prefer(NOTICES, "none")
    life.notice(t("Settings"))
    assert not sitting.window.toast.isVisible()
    desk.prefer(NOTICES, "quiet")
    life.notice(t("Settings"))
    assert sitting.window.toast.isVisible()
    desk.prefer(NOTICES, "all")


class Small(Preferences):
    """A desk before a small screen, everything as it comes."""

    @override
    def get(self, setting: Setting[T]) -> T:
        return setting.default

    @override
    def put(self, setting: Setting[T], value: T) -> None:
        raise AssertionError(f"{setting.key} is put to {value}")

    @override
    def screen(self) -> tuple[int, int]:
        return 1366, 768


def test_a_size_the_screen_has_no_room_for_is_refused(sitting: Sitting) -> None:
    sitting.sit()
    scale = SettingsPresenter(sitting.seat, Small()).desk_fields()[-1]
    assert scale.check is not None
    assert scale.check("100").standing is Standing.OK
    refused = scale.check("200")
    assert refused.standing is Standing.WRONG and "2240" in str(refused.reason)


def test_the_size_is_qts_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_SCALE_FACTOR", "1")  # so that it is gone again behind the test
    monkeypatch.delenv("QT_SCALE_FACTOR")
    Settings().changed(SCALE, 150).write(tmp_path / FILE)
    _scale(tmp_path / FILE)
    assert os.environ["QT_SCALE_FACTOR"] == "1.5"
    monkeypatch.setenv("QT_SCALE_FACTOR", "2")
    _scale(tmp_path / FILE)
    assert os.environ["QT_SCALE_FACTOR"] == "2", "what the system was told stands"


def test_it_opens_by_its_keys_and_all_of_it_by_keyboard(sitting: Sitting) -> None:
    sitting.sit()
    sitting.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier,
                  Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    assert sitting.window.page_key == "settings"
    page = sitting.window.page("settings")
    assert isinstance(page, SettingsPage)
    sitting.until(page.own.editor("language").hasFocus)
    seen = []
    for _ in range(5):
        seen.append(next((key for key, _ in (*page.own.draft().texts, *page.desk.draft().texts)
                          if _editor(page, key).hasFocus()), ""))  # fmt: skip
        sitting.press(Qt.Key.Key_Tab)
    assert seen == ["language", "theme", "density", "notices", "scale"]


def _editor(page: SettingsPage, key: str) -> Editor:
    form = page.desk if key in dict(page.desk.draft().texts) else page.own
    return form.editor(key)
