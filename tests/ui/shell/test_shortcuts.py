"""What a person may bind, what is refused, and what is left of keys a newer table takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.kit.errors.base import BranchError
from app.kit.words import t
from ui.shell.shortcuts import ALSO, RESERVED, SHORTCUTS, Bindings, _together, of_verb
from ui.shell.shortcuts_bound import Keyboard
from ui.widgets.verb import Verb

ACTIONS = [row.action for row in SHORTCUTS]
WANTED = [
    *(f"Ctrl+{letter}" for letter in "ABDEGJKLNOQRSVXYZ"),
    *(f"Ctrl+Shift+{letter}" for letter in "GLX"),
    *(f"F{n}" for n in range(1, 13)),
    *("A", "Shift+A", "Alt+1", "Alt+J", "Ctrl+Return", "Ctrl+Enter", "Return", "Esc", "", "Ctrl+"),
]


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(WANTED)), max_size=25))
def test_whatever_is_bound_no_two_share_keys_and_no_reserved_key_is_taken(
    wishes: list[tuple[str, str]],
) -> None:
    bindings = Bindings()
    for action, keys in wishes:
        if bindings.refusal(action, keys) is None:
            bindings = bindings.bound(action, keys)
    for one in SHORTCUTS:
        for other in SHORTCUTS:
            if one.action < other.action and _together(one, other):
                mine = {bindings.keys(one.action), *ALSO.get(one.action, ())}
                theirs = {bindings.keys(other.action), *ALSO.get(other.action, ())}
                assert not mine & theirs, (one.action, other.action)
    for action, keys in bindings.own.items():
        assert keys not in RESERVED and not bindings.of(((action, "A"),)).own
    assert Bindings.of(tuple(bindings.own.items())).own.keys() <= bindings.own.keys()


@pytest.mark.parametrize(
    ("action", "keys", "code"),
    [
        ("customers.new", "Ctrl+Q", "E-KEYS-TAKEN"),
        ("customers.new", "F1", "E-KEYS-TAKEN"),
        ("lock", "Ctrl+S", "E-KEYS-TAKEN"),
        ("next_verb", "Ctrl+Enter", "E-KEYS-RESERVED"),
        ("customers.new", "Ctrl+C", "E-KEYS-RESERVED"),
        ("customers.new", "Alt+3", "E-KEYS-RESERVED"),
        ("customers.new", "A", "E-KEYS-PLAIN"),
        ("customers.new", "Shift+A", "E-KEYS-PLAIN"),
        ("customers.new", "", "E-KEYS-PLAIN"),
        ("seals.pedal", "F10", "E-KEYS-RESERVED"),
    ],
)
def test_what_cannot_be_is_said(action: str, keys: str, code: str) -> None:
    refused = Bindings().refusal(action, keys)
    assert refused is not None and refused.code == code
    assert str(refused.what) and str(refused.safe) and str(refused.next)


def test_the_same_keys_may_do_other_things_on_other_pages_and_places() -> None:
    assert Bindings().refusal("customers.new", "Ctrl+G") is None
    assert Bindings().refusal("customers.new", "Ctrl+S") is None, "the list is not the form"
    assert Bindings().refusal("seals.step", "F9") is not None


def test_keys_given_away_are_free_and_the_tables_own_are_kept_as_none() -> None:
    bindings = Bindings().bound("customers.new", "Ctrl+J")
    assert bindings.refusal("customers.quote", "Ctrl+N") is None
    assert bindings.bound("customers.new", "Ctrl+N").own == {}
    taken = bindings.bound("customers.quote", "Ctrl+N")
    refused = taken.refusal("customers.new", "Ctrl+N")
    assert refused is not None and refused.code == "E-KEYS-TAKEN"


def test_what_was_kept_by_another_version_is_taken_where_it_fits() -> None:
    kept = (
        ("customers.new", "Ctrl+J"),
        ("customers.fly", "Ctrl+B"),
        ("lock", "Ctrl+K"),
        ("undo", "x"),
    )
    assert Bindings.of(kept).own == {"customers.new": "Ctrl+J"}


def test_the_keyboard_says_when_it_changes(qapp: QApplication, qtbot: QtBot) -> None:
    keyboard = Keyboard()
    with qtbot.waitSignal(keyboard.changed, timeout=1000):
        keyboard.bind("customers.new", "Ctrl+J")
    with qtbot.assertNotEmitted(keyboard.changed):
        keyboard.take(keyboard.bindings)
        with pytest.raises(BranchError):
            keyboard.bind("customers.new", "Ctrl+Q")
    new = Verb("new", t("New organisation"), lambda: None)
    assert keyboard.keys_of("customers", new) == "Ctrl+J"
    assert keyboard.keys_of("pricing", new) == "Ctrl+N"
    assert keyboard.keys_of("seals", Verb("lock", t("Lock"), lambda: None)) == "", "no desk lock"
    foreign = Verb("fly", t("Lock"), lambda: None, shortcut="Ctrl+B")
    assert of_verb("customers", "fly") is None
    assert keyboard.keys_of("customers", foreign) == "Ctrl+B"
