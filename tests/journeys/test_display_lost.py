"""A desk on a display of its own, typed at with real keystrokes: what a second desk is told, and
what is left when the display goes away in the middle of a word."""

from pathlib import Path

import pytest

from app.audit.queries import check_chain
from app.kit.clock import SystemClock
from app.store.drafts import read_draft
from app.store.keyslots import KeySlots
from app.store.store import KEYS, Store
from tests.faults.drill import PASSPHRASE, found_site
from tests.journeys.at_display import (
    CLERK,
    Display,
    Start,
    asked_for_passphrase,
    pause,
    sign_in,
    until,
)
from tests.journeys.at_display import display as display
from tests.journeys.at_display import opened as opened
from ui.theme.tokens import LIGHT

pytestmark = [pytest.mark.slow, pytest.mark.serial]


def test_a_second_desk_is_refused_and_a_lost_display_loses_no_letter(
    display: Display,
    opened: Start,
    tmp_path: Path,
) -> None:
    found_site(tmp_path / "site")
    folder = tmp_path / "site" / "stores" / "desk"
    black = display.picture()
    desk = opened(folder)
    asked_for_passphrase(display, black)
    sign_in(display)
    display.keys("key", "alt+2")
    until(lambda: any("客户" in title for title in display.titles()), "no customers page")
    before = display.picture()
    display.keys("key", "ctrl+n")
    display.settled(before)
    display.type("Half a name")
    pause(2.0)

    before = display.picture()
    second = opened(folder)
    until(lambda: len(display.titles()) == 2, "no second desk")
    asked_for_passphrase(display, before)
    display.keys("search", "--onlyvisible", "--name", "^印台$", "windowfocus")
    before = display.picture()
    display.type(PASSPHRASE)
    display.keys("key", "Return")
    display.settled(before)
    assert second.poll() is None and "印台" in display.titles(), "it did not come in"
    assert display.shows(LIGHT.stop_soft) > 2_000, "and it is told why"

    display.server.kill()
    assert desk.wait(30) != 0 and second.wait(30) != 0
    slots = KeySlots.read(folder / KEYS)
    store = Store.open(folder, slots.open_by_passphrase(PASSPHRASE), SystemClock())
    try:
        kept = dict(store.read(read_draft, "customers.new_organisation", CLERK))
        assert kept["name"] == "Half a name"
        device = store.noted("device")
        assert store.read(check_chain, str(device), []).whole
    finally:
        store.close()
