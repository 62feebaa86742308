"""The desk is light or dark as the system is, turns when it turns, and keeps a person's choice."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.assembly.desk import DeskApplication
from app.kit.clock import SystemClock
from app.kit.settings import DENSITY, FILE, THEME, Settings
from ui.theme.theme import SYSTEM, Theme
from ui.theme.tokens import DARK, LIGHT, Density

ROOT = Path(__file__).resolve().parents[3]
LIT, UNLIT = ["light", LIGHT.window], ["dark", DARK.window]


@pytest.fixture
def display() -> Iterator[str]:
    """Give the X display of the tests, or one of our own for as long as it is needed."""
    given = os.environ.get("SEALDESK_TEST_DISPLAY", "")
    if given:
        yield given
        return
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        ready, _, _ = select.select([said], [], [], 20)
        assert ready, "Xvfb does not start"
        number = said.readline().decode("ascii").strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def test_the_desk_turns_with_the_system_unless_the_person_chose(display: str) -> None:
    # Of the platforms Qt has for X11, KDE's says and turns its scheme without a session bus.
    place = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_QPA_PLATFORMTHEME": "kde",
        "KDE_SESSION_VERSION": "5",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ui.theme.turning"],
        cwd=ROOT, env=place, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    assert seen[:3] == [LIT, UNLIT, LIT], "left to the system"
    assert seen[3:5] == [UNLIT, UNLIT], "chosen dark, whatever the system does"
    assert seen[5:] == [LIT, UNLIT], "left to the system again"


def test_a_system_that_says_nothing_is_light(qapp: QApplication) -> None:
    theme = Theme(qapp, SYSTEM)
    assert (theme.choice, theme.name) == (SYSTEM, "light")


def test_a_choice_outlives_the_desk(qapp: QApplication, tmp_path: Path) -> None:
    for choice, density in (("dark", Density.COMPACT), (SYSTEM, Density.COMFORTABLE)):
        with_choice(qapp, tmp_path, choice, density)
        kept = Settings.read(tmp_path / FILE)
        assert (kept.get(THEME), kept.get(DENSITY)) == (choice, density.value)
        after = opened(qapp, tmp_path)
        assert (after.theme.choice, after.theme.density) == (choice, density)
        close(after)


def with_choice(qapp: QApplication, folder: Path, choice: str, density: Density) -> None:
    """Choose at a desk, through the verbs a person has, and close it."""
    desk = opened(qapp, folder)
    verbs = {verb.key: verb for verb in desk.person_verbs()}
    if choice == SYSTEM:
        verbs["theme_system"].call()
    else:
        desk.use_theme(choice)
    if desk.theme.density is not density:
        verbs["density"].call()
    close(desk)


def opened(qapp: QApplication, folder: Path) -> DeskApplication:
    """Open a desk that nobody sits at, as it was left."""
    desk = DeskApplication(qapp, folder, clock=SystemClock())
    desk.dress("", "")
    return desk


def close(desk: DeskApplication) -> None:
    """End a desk nobody sat at."""
    desk.lane.close()
    desk.bridge.close()
    desk.let_go()
    desk.front.close()
