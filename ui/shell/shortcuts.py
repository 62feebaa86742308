"""The one table of the desk's shortcuts, and what a person may make of it.

Every verb with keys stands here once, with its page and its keys; menu, palette, button, tip and
the page's help all read them here. A person binds other keys to an action; what is refused is
refused in words. Keys are portable text (``"Ctrl+Shift+G"``); no Qt here.

* An action belongs to a page, or with page ``""`` to the desk and so to every page.
* Two actions of one page that are never there at the same time have different places.
* Keys that edit text, open pages or move the focus (RESERVED) belong to nobody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.kit.errors.base import Problem
from app.kit.errors.shortcuts import keys_not_free, keys_plain, keys_taken
from app.kit.words import Text, t


@dataclass(frozen=True)
class Shortcut:
    """One action with keys. ``verbs`` are the keys of the verbs it stands for on its page."""

    action: str
    label: Text
    keys: str
    page: str = ""
    place: str = ""
    verbs: tuple[str, ...] = ()
    needs: str = ""
    """The page without which the action is not there: the drill is a demo's alone."""
    fixed: bool = False
    """Nobody may bind other keys: the paper on the wall of a machine names these."""


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("search", t("Search or command"), "Ctrl+K"),
    Shortcut("help", t("Help on this page"), "F1"),
    Shortcut("tour", t("Tour of the desk"), "Shift+F1", verbs=("tour",)),
    Shortcut("next_verb", t("Do the next verb"), "Ctrl+Return"),
    Shortcut("undo", t("Undo"), "Ctrl+Z"),
    Shortcut("refresh", t("Read again"), "F5"),
    Shortcut("print_list", t("Print the list"), "Ctrl+Shift+P", verbs=("print_list",)),
    Shortcut("next_area", t("To the next area"), "F6"),
    Shortcut("former_area", t("To the area before"), "Shift+F6"),
    Shortcut("lock", t("Lock"), "Ctrl+L", verbs=("lock",)),
    Shortcut("settings", t("Settings"), "Ctrl+Shift+S", verbs=("settings",)),
    Shortcut("person", t("Change person"), "Ctrl+Shift+L", verbs=("person",)),
    Shortcut(
        "drill", t("Drill beside the desk"), "Ctrl+Shift+D", verbs=("drill",), needs="drill",
        fixed=True,
    ),
    Shortcut("customers.new", t("New organisation"), "Ctrl+N", "customers", "list", ("new",)),
    Shortcut("customers.quote", t("New quote"), "Ctrl+Q", "customers", "list", ("quote",)),
    Shortcut(
        "customers.head_fields", t("Fill in head office's fields"), "Ctrl+H", "customers", "list",
        ("head_fields",),
    ),
    Shortcut("customers.import", t("Import customers"), "Ctrl+I", "customers", "list", ("import",)),
    Shortcut("customers.file", t("Choose a file"), "Ctrl+O", "customers", "import", ("file",)),
    Shortcut("customers.wrong", t("Next wrong place"), "F8", "customers", "import", ("wrong",)),
    Shortcut("customers.out", t("Leave the row out"), "Ctrl+D", "customers", "import", ("out",)),
    Shortcut("customers.other", t("Another customer"), "Ctrl+T", "customers", "import", ("other",)),
    Shortcut(
        "customers.others", t("All of them others"), "Ctrl+Shift+T", "customers", "import",
        ("others",),
    ),
    Shortcut(
        "customers.outs", t("Leave all alike out"), "Ctrl+Shift+X", "customers", "import",
        ("outs",),
    ),
    Shortcut("customers.save", t("Save customer"), "Ctrl+S", "customers", "form", ("save",)),
    Shortcut("pricing.new", t("New quote"), "Ctrl+N", "pricing", "list", ("new",)),
    Shortcut("pricing.again", t("Change and price anew"), "Ctrl+E", "pricing", "list", ("again",)),
    Shortcut("pricing.submit", t("Submit for approval"), "Ctrl+S", "pricing", "list", ("submit",)),
    Shortcut("pricing.keep", t("Keep the quote"), "Ctrl+S", "pricing", "form", ("keep",)),
    Shortcut("pricing.past", t("Claims of former years"), "Ctrl+H", "pricing", "form", ("past",)),
    Shortcut("pricing.file", t("Choose a file"), "Ctrl+O", "pricing", "form", ("file",)),
    Shortcut(
        "pricing.paste", t("Paste from a spreadsheet"), "Ctrl+Shift+V", "pricing", "form",
        ("paste",),
    ),
    Shortcut("pricing.wrong", t("Next wrong place"), "F8", "pricing", "form", ("wrong",)),
    Shortcut("pricing.out", t("Leave the row out"), "Ctrl+D", "pricing", "form", ("out",)),
    Shortcut("pricing.group", t("Add a group"), "Ctrl+Shift+G", "pricing", "form", ("group",)),
    Shortcut(
        "pricing.group_copy", t("Copy the group"), "Ctrl+Shift+C", "pricing", "form",
        ("group_copy",),
    ),
    Shortcut(
        "pricing.group_out", t("Take the group out"), "Ctrl+Shift+R", "pricing", "form",
        ("group_out",),
    ),
    Shortcut("approvals.approve", t("Approve and sign"), "Ctrl+S", "approvals", "", ("approve",)),
    Shortcut("approvals.return", t("Return"), "Ctrl+R", "approvals", "", ("return",)),
    Shortcut(
        "contracts.step", t("Next step of the contract"), "Ctrl+G", "contracts", "",
        ("draw_up", "sign", "seal", "archive"),
    ),
    Shortcut("contracts.print", t("Print or save"), "Ctrl+P", "contracts", "", ("print",)),
    Shortcut(
        "signing.step", t("Next step of signing"), "Ctrl+G", "signing", "",
        ("sign", "done", "accept"),
    ),
    Shortcut("signing.screen", t("Sign on this screen"), "Ctrl+T", "signing", "", ("screen",)),
    Shortcut("signing.again", t("Sign again"), "Ctrl+R", "signing", "", ("again",)),
    Shortcut("signing.stop", t("Stop"), "Ctrl+Shift+X", "signing", "", ("stop",)),
    Shortcut(
        "seals.step", t("Next step of sealing"), "Ctrl+G", "seals", "",
        ("check", "prove", "arm", "stamp", "same", "next", "recover", "rule"),
    ),
    Shortcut(
        "register.step", t("Agree or reopen"), "Ctrl+G", "register", "",
        ("agree", "reopen", "open"),
    ),
    Shortcut("seals.pedal", t("Foot pedal: the next step"), "F9", "seals", fixed=True),
    Shortcut("problems.away", t("Put away"), "Ctrl+S", "problems", "", ("away",)),
    Shortcut("sync.sync", t("Sync now"), "Ctrl+S", "sync", "", ("sync",)),
    Shortcut("reports.run", t("Run the report"), "Ctrl+G", "reports", "", ("run",)),
    Shortcut("reports.drill", t("Rows behind the figure"), "Ctrl+D", "reports", "", ("drill",)),
    Shortcut("reports.print", t("Print the report"), "Ctrl+P", "reports", "", ("print",)),
    Shortcut("reports.save", t("Save this report"), "Ctrl+S", "reports", "", ("save",)),
    Shortcut("devices.ask", t("Ask the devices again"), "Ctrl+S", "devices", "", ("ask",)),
)  # fmt: skip
"""Every action with keys, the desk's own first, then by page."""

ALSO = {"next_verb": ("Ctrl+Enter",)}
"""The same keys of another part of the keyboard: Enter beside the digits."""
RESERVED = frozenset(
    {
        *(f"Alt+{n}" for n in range(1, 10)),
        *(f"Ctrl+{letter}" for letter in "ACVXY"),
        *(f"Ctrl+{key}" for key in ("Home", "End", "Left", "Right", "Up", "Down", "Tab", "Space")),
        *(f"Ctrl+Shift+{key}" for key in ("Home", "End", "Left", "Right", "Tab")),
        *(f"Ctrl+{key}" for key in ("Backspace", "Del", "Ins", "PgUp", "PgDown")),
        *("Ctrl+Shift+Z", "Ctrl+Return", "Ctrl+Enter", "Alt+F4", "Shift+F10"),
        *(f"Ctrl+Alt+{key}" for key in ("Del", "Left", "Right", "Up", "Down")),
    }
)
"""Keys that edit text, open pages, move in a list, or belong to the system."""
_FUNCTION = re.compile(r"(Shift\+)?F([1-9]|1[0-2])")
_HELD = re.compile(r"(Ctrl\+|Alt\+)(Alt\+)?(Shift\+)?[^+\s]+")


def shortcut(action: str) -> Shortcut:
    """Give an action of the table; raises KeyError."""
    return _BY_ACTION[action]


def on_page(page: str) -> tuple[Shortcut, ...]:
    """Give the actions of a page in the order of the table; ``""`` for the desk's own."""
    return tuple(one for one in SHORTCUTS if one.page == page)


def of_verb(page: str, verb: str) -> Shortcut | None:
    """Give the action a verb of a page (``""``: of the desk itself) stands for, None for none."""
    return _BY_VERB.get((page, verb))


@dataclass(frozen=True)
class Bindings:
    """The keys of every action for one person: the table's, but for those of their own."""

    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: tuple[tuple[str, str], ...]) -> "Bindings":
        """Take up what was kept; what a newer table leaves no room for is as if it were not."""
        bindings = cls()
        for action, keys in kept:
            if action in _BY_ACTION and bindings.refusal(action, keys) is None:
                bindings = bindings.bound(action, keys)
        return bindings

    def keys(self, action: str) -> str:
        """Give the keys of an action; raises KeyError for one the table does not have."""
        return self.own.get(action, _BY_ACTION[action].keys)

    def bound(self, action: str, keys: str) -> "Bindings":
        """Give bindings with other keys for an action; the table's own keys undo that."""
        own = {one: its for one, its in self.own.items() if one != action}
        if keys != _BY_ACTION[action].keys:
            own[action] = keys
        return replace(self, own=own)

    def refusal(self, action: str, keys: str) -> Problem | None:
        """Say why an action cannot have these keys; None where it can."""
        wanted = _BY_ACTION[action]
        if wanted.fixed:
            return keys_not_free(self.keys(action))
        if keys == wanted.keys:
            rival = self._rival(wanted, keys)
            return None if rival is None else keys_taken(keys, rival.label)
        if keys in RESERVED:
            return keys_not_free(keys)
        if not (_FUNCTION.fullmatch(keys) or _HELD.fullmatch(keys)):
            return keys_plain(keys)
        rival = self._rival(wanted, keys)
        return None if rival is None else keys_taken(keys, rival.label)

    def _rival(self, wanted: Shortcut, keys: str) -> Shortcut | None:
        """Find the action that has the keys already where both can be asked for."""
        return next(
            (
                one
                for one in SHORTCUTS
                if one.action != wanted.action
                and _together(one, wanted)
                and keys in (self.keys(one.action), *ALSO.get(one.action, ()))
            ),
            None,
        )


class OwnWays(Protocol):
    """What the desk keeps of how one person works at it; every call blocks and runs on a lane."""

    def bindings(self) -> tuple[tuple[str, str], ...]:
        """Give the keys of this person's own: action and portable keys."""
        ...

    def keep_bindings(self, own: tuple[tuple[str, str], ...]) -> None:
        """Keep them, in place of what was kept."""
        ...

    def looks(self) -> tuple[tuple[str, str], ...]:
        """Give this person's own settings (app.kit.settings.PERSONAL): key and value."""
        ...

    def keep_looks(self, looks: tuple[tuple[str, str], ...]) -> None:
        """Keep them, in place of what was kept."""
        ...

    def tour_seen(self) -> bool:
        """Say whether the tour was walked or left by this person here."""
        ...

    def keep_tour_seen(self) -> None:
        """Keep that it was."""
        ...


def _together(one: Shortcut, other: Shortcut) -> bool:
    if not one.page or not other.page:
        return True
    return one.page == other.page and (one.place == other.place or not (one.place and other.place))


_BY_ACTION = {one.action: one for one in SHORTCUTS}
_BY_VERB = {(one.page, verb): one for one in SHORTCUTS for verb in one.verbs}
