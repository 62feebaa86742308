"""A clerk takes an organisation up and quotes for its people without a mouse: the whole application
as a process of its own, real keystrokes, counted, and what stands in the store afterwards."""

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from app.approvals.queries import case_of
from app.audit.queries import check_chain
from app.customers.queries import customer_card, holder_of
from app.customers.rules.credit_code import with_checks
from app.customers.rules.id_types import CREDIT_CODE
from app.kit.clock import SystemClock
from app.pricing.queries import quotes_of
from app.store.keyslots import KeySlots
from app.store.store import KEYS, Store
from tests.faults.drill import PASSPHRASE, found_site
from tests.journeys.at_display import (
    PATIENCE,
    ROOT,
    Display,
    Start,
    asked_for_passphrase,
    pause,
    sign_in,
    until,
)
from tests.journeys.at_display import display as display
from tests.journeys.at_display import opened as opened
from tests.journeys.rosters import HEADINGS, people, resident_id

pytestmark = [pytest.mark.slow, pytest.mark.serial]

MORE_THAN_DATA = 25
"""Keys a clerk may press besides the data: Ctrl of a chord is one, its letter another."""
NAME, OPERATOR = "Yunling Hongyuan Logistics", "Wang Fang"
CODE = with_checks("9179011500000042")
MOBILE = "13900139000"
PEOPLE = 12

COPIED = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication(["spreadsheet"])
app.clipboard().setText(open(sys.argv[1], encoding="utf-8").read())
print("copied", flush=True)
app.exec()
"""
"""A spreadsheet, as far as the clipboard goes: what was copied stays there while it runs."""


class Heard:
    """What the desk writes to its log, waited for in order."""

    def __init__(self, log: Path) -> None:
        self._log, self._seen = log, 0

    def performed(self, verb: str) -> None:
        """Wait until a verb is done that was not done before; the log's tail where it never is."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            lines = self._log.read_text("utf-8", "replace").splitlines()
            for place, line in enumerate(lines[self._seen :], self._seen):
                if line.startswith("{") and json.loads(line).get("doing") == verb:
                    self._seen = place + 1
                    return
            pause(0.1)
        raise AssertionError(f"{verb} was never done:\n{self._log.read_text()[-3000:]}")


def roster(path: Path) -> Path:
    """Write the people as a spreadsheet copies them: tabs between cells, headings above."""
    rows = [list(HEADINGS.values())]
    rows += (
        ["" if person[key] is None else str(person[key]) for key in HEADINGS]
        for person in people(PEOPLE, 7)
    )
    path.write_text("\n".join("\t".join(row) for row in rows), "utf-8")
    return path


def copied(display: Display, path: Path) -> "subprocess.Popen[bytes]":
    """Copy the roster where the clerk's spreadsheet would."""
    around = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "PATH": "/usr/bin:/bin"}
    held = subprocess.Popen(
        [sys.executable, "-c", COPIED, str(path)], cwd=ROOT, env=around, stdout=subprocess.PIPE
    )
    assert held.stdout is not None and held.stdout.readline() == b"copied\n"
    return held


def test_a_quote_with_a_roster_needs_few_keys_more_than_its_data(
    display: Display,
    opened: Start,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found_site(tmp_path / "site")
    folder = tmp_path / "site" / "stores" / "desk"
    spreadsheet = copied(display, roster(tmp_path / "roster.tsv"))
    try:
        black = display.picture()
        desk = opened(folder)
        asked_for_passphrase(display, black)
        heard = Heard(tmp_path / "desk-0.log")
        sign_in(display)
        take_up(display)
        heard.performed("customers.register_organisation")
        step(display, "space")  # the next verb of the new customer: a quote
        step(display, "ctrl+Return")  # usual terms
        step(display, "ctrl+shift+v")
        step(display, "ctrl+Return")  # its price
        step(display, "ctrl+Return")  # kept
        heard.performed("pricing.price_quote")
        display.press("ctrl+s")
        heard.performed("pricing.submit_quote")
        desk.terminate()
        desk.wait(30)
    finally:
        spreadsheet.kill()
        spreadsheet.communicate()
    with capsys.disabled():
        print(f"\n  {display.typed} signs of data, {display.pressed} keys besides")
    assert display.pressed <= MORE_THAN_DATA
    look_into(folder)


def take_up(display: Display) -> None:
    """Take the organisation up: every field by typing, Enter between them."""
    display.press("alt+2")
    until(lambda: any("客户" in title for title in display.titles()), "no customers page")
    display.press("ctrl+n")
    for data in (NAME, CODE.lower(), OPERATOR, resident_id(date(1988, 3, 7), 3)):
        display.type(data)
        display.press("Return")
    display.type(MOBILE)
    step(display, "ctrl+Return")


def step(display: Display, chord: str) -> None:
    """Press keys that change the screen, and wait until it has and rests."""
    before = display.picture()
    display.press(chord)
    display.settled(before)


def look_into(folder: Path) -> None:
    """Read by the application's own queries what the keys left behind."""
    slots = KeySlots.read(folder / KEYS)
    store = Store.open(folder, slots.open_by_passphrase(PASSPHRASE), SystemClock())
    try:
        scope = str(store.noted("office"))
        holder = store.read(holder_of, scope, CREDIT_CODE, CODE)
        assert holder is not None and holder.name == NAME
        card = store.read(customer_card, scope, holder.id)
        assert card is not None
        assert [(one.name, one.role) for one in card.contacts] == [(OPERATOR, "operator")]
        (line,) = store.read(quotes_of, holder.id)
        assert line.people == PEOPLE
        assert store.read(case_of, "quote", line.id) is not None
        assert store.read(check_chain, str(store.noted("device")), []).whole
    finally:
        store.close()
