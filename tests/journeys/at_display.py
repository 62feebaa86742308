"""A desk on an X display of its own, as a process of its own, typed at with real keystrokes."""

import hashlib
import hmac
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from tests.faults.drill import PASSPHRASE
from ui.shell.busy_guard import SlowCall
from ui.theme.tokens import LIGHT

ROOT = Path(__file__).resolve().parents[2]
CLERK = "E1001"
PATIENCE = 60.0
SIZE = (1366, 768)
SMALL_CARD = 110_000
"""Places of a card's colour: the sign-in page has more, the passphrase page fewer."""
Picture: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]"
Start: TypeAlias = "Callable[[Path], subprocess.Popen[bytes]]"


@dataclass
class Display:
    """An X server of our own whose picture lies in a file."""

    server: "subprocess.Popen[bytes]"
    name: str
    frame: Path
    typed: int = 0
    """Signs of data typed so far."""
    pressed: int = 0
    """Keys pressed besides, each key of a chord counted."""

    def keys(self, *words: str) -> None:
        """Do something with xdotool."""
        subprocess.run(
            ["xdotool", *words], env={**os.environ, "DISPLAY": self.name}, check=True, timeout=30
        )

    def type(self, text: str) -> None:
        """Type as fast as a clerk does."""
        self.typed += len(text)
        self.keys("type", "--delay", "25", text)

    def press(self, *chords: str) -> None:
        """Press keys that are no data, one after another: ``Return``, ``ctrl+n``."""
        for chord in chords:
            self.pressed += len(chord.split("+"))
            self.keys("key", chord)

    def titles(self) -> list[str]:
        """Name the windows that are shown."""
        around = {**os.environ, "DISPLAY": self.name}
        search = ["xdotool", "search", "--onlyvisible", "--name", "."]
        found = subprocess.run(search, env=around, capture_output=True, text=True, check=False)
        names = []
        for window in found.stdout.split():
            asked = ["xdotool", "getwindowname", window]
            named = subprocess.run(asked, env=around, capture_output=True, text=True, check=False)
            names.append(named.stdout.strip())
        return names

    def picture(self) -> Picture:
        """Give the screen: rows, columns, and blue, green, red of each place."""
        octets = np.fromfile(self.frame, dtype=np.uint8)
        width, height = SIZE
        return octets[-width * height * 4 :].reshape(height, width, 4)[:, :, :3].astype(np.uint8)

    def settled(self, before: Picture) -> None:
        """Wait until the screen shows something else, a verb to press in it, and rests."""
        last = before
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            pause(0.5)
            now = self.picture()
            rests = differing(now, before) > 0.01 and differing(now, last) < 0.001
            if rests and self.shows(LIGHT.accent) > 2_000:
                return
            last = now
        raise AssertionError("the screen stays as it is")

    def shows(self, colour: str) -> int:
        """Count the places in a colour (#rrggbb)."""
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return int((self.picture() == (blue, green, red)).all(axis=2).sum())


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def differing(
    one: Picture,
    other: Picture,
) -> float:
    return float((one != other).any(axis=2).mean())


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        pause(0.2)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Display]:
    (tmp_path / "frame").mkdir()
    reading, writing = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-noreset",
         "-nolisten", "tcp", "-fbdir", str(tmp_path / "frame")],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        ready, _, _ = select.select([said], [], [], 20)
        assert ready, "Xvfb does not start"
        number = said.readline().decode("ascii").strip()
    yield Display(server, f":{number}", tmp_path / "frame" / "Xvfb_screen0")
    server.kill()
    server.wait()


@pytest.fixture
def opened(display: Display, tmp_path: Path) -> Iterator[Start]:
    """Start desks on the display; whatever is left of them ends with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(folder: Path) -> "subprocess.Popen[bytes]":
        around = os.environ | {
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        with (tmp_path / f"desk-{len(running)}.log").open("wb") as log:
            words = [
                sys.executable,
                "-m",
                "app",
                "open",
                "--folder",
                str(folder),
                "--theme",
                "light",
                "--log",
                "info",
            ]
            running.append(subprocess.Popen(words, cwd=ROOT, env=around, stdout=log, stderr=log))
        return running[-1]

    yield start
    for desk in running:
        desk.kill()
        desk.wait()
    logs = [tmp_path / f"desk-{number}.log" for number in range(len(running))]
    slow = [call for log in logs for call in too_long(log)]
    assert slow == [], slow


def too_long(log: Path) -> list[SlowCall]:
    """Give the calls of the window's thread that worked too long, by what the program logged."""
    lines = log.read_text("utf-8", "replace").splitlines()
    said = (json.loads(line) for line in lines if line.startswith("{") and line.endswith("}"))
    slow = (one for one in said if one.get("event") == "slow_call")
    calls = [SlowCall(one["doing"], one["ms"], one["strain"]) for one in slow]
    return [call for call in calls if call.too_long]


def asked_for_passphrase(display: Display, before: Picture) -> None:
    """Wait for what takes the sign-in page's place where no keyring opens the store.

    Its card is the smaller one: one field and no choice of language and theme.
    """
    display.settled(before)
    until(lambda: display.shows(LIGHT.surface) < SMALL_CARD, "no passphrase is asked for")
    pause(1.0)


def sign_in(display: Display) -> None:
    """Open the store, sit down as the clerk and wait for the workbench."""
    before = display.picture()
    display.type(PASSPHRASE)
    display.press("Return")
    display.settled(before)
    password = hmac.digest(PASSPHRASE.encode(), CLERK.encode(), hashlib.sha256).hex()[:24]
    display.type(CLERK)
    display.press("Tab")
    display.type(password)
    display.press("Return")
    until(lambda: any(" – " in title for title in display.titles()), "no workbench")
    # No window manager hands the keyboard on here, as one does at a real desk.
    display.keys("search", "--onlyvisible", "--name", " – ", "windowfocus")
