"""``sealdesk sync`` and ``sealdesk doctor``: a store synced by hand, a machine examined."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import override

from app.assembly.devices import serial_ports
from app.assembly.workstation import Workstation
from app.documents.fonts import check_fonts, fonts_folder
from app.kit.clock import Clock, SystemClock, today
from app.kit.errors.base import BranchError
from app.kit.errors.store import store_key_missing
from app.kit.words import Text, t
from app.packs.shipped import shipped_packs
from app.store.gate import check_folder, check_sqlite
from app.store.keyslots import KeySlots, system_keyring
from app.store.store import KEYS, Store


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is good, what it is, what to do where it is not."""

    name: str
    good: bool
    detail: Text
    next: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the finding for a JSON answer."""
        return {
            "name": self.name,
            "good": self.good,
            "detail": str(self.detail),
            "next": str(self.next) if self.next else "",
        }

    @override
    def __str__(self) -> str:
        mark = "ok" if self.good else "--"
        rest = f" → {self.next}" if self.next else ""
        return f"{mark}  {self.name}: {self.detail}{rest}"


def open_store(folder: Path, pipe: int | None, clock: Clock) -> Store:
    """Open a workstation's store by the keyring, else by the passphrase from a pipe.

    Raises BranchError E-STORE-KEYSLOTS where neither is there.
    """
    return Store.open(folder, store_key(folder, pipe), clock)


def store_key(folder: Path, pipe: int | None) -> bytes:
    """Give a store's data key, by the keyring, else by the passphrase from a pipe."""
    slots = KeySlots.read(folder / KEYS)
    keyring = system_keyring()
    if slots.keyring is not None and keyring is not None:
        return slots.open_by_keyring(keyring)
    if pipe is None:
        raise BranchError(store_key_missing())
    with os.fdopen(pipe, "r", encoding="utf-8") as stream:
        passphrase = stream.readline().strip()
    return slots.open_by_passphrase(passphrase)


def sync_store(folder: Path, pipe: int | None) -> dict[str, Any]:
    """Sync a workstation until nothing is left; raises BranchError while the hub is not reached."""
    station = Workstation.over(open_store(folder, pipe, SystemClock()))
    try:
        view = station.sync()
    finally:
        station.close()
    return {
        "rounds": view.rounds,
        "pushed": view.pushed,
        "pulled": view.pulled,
        "outbox_left": view.outbox_left,
        "files_left": view.files_left,
        "digest_equal": view.digest_equal,
    }


def examine(folder: Path | None, pipe: int | None = None) -> list[Finding]:
    """Look at everything a desk needs; with a folder also at the store in it, every page of it.

    The pages are read where the keyring or a passphrase from the pipe opens them.
    """
    found = [
        _python(),
        _refusal("sqlite", check_sqlite, t("new enough, with the cipher")),
        _refusal("fonts", lambda: check_fonts(fonts_folder()), t("pinned fonts are there")),
        _packs(SystemClock()),
        _keyring(),
        _display(),
        _ports(),
    ]
    if folder is not None:
        found.append(_refusal("store folder", lambda: check_folder(folder), t("local, with room")))
        found.append(_refusal("key slots", lambda: KeySlots.read(folder / KEYS), t("readable")))
        found.append(_pages(folder, pipe))
    return found


def _pages(folder: Path, pipe: int | None) -> Finding:
    """Read every page; a store that only a passphrase opens is left alone without one."""
    try:
        Store.check(folder, store_key(folder, pipe))
    except BranchError as error:
        unread = error.code == store_key_missing().code and pipe is None
        return Finding("pages", unread, error.problem.what, error.problem.next)
    return Finding("pages", True, t("every page is whole"))


def _refusal(name: str, check: Callable[[], object], good: Text) -> Finding:
    try:
        check()
    except BranchError as error:
        return Finding(name, False, error.problem.what, error.problem.next)
    return Finding(name, True, good)


def _python() -> Finding:
    said = t("Python {version} on {system}", version=platform.python_version(),
             system=platform.system())  # fmt: skip
    if platform.python_version_tuple()[:2] == ("3", "11"):
        return Finding("python", True, said)
    return Finding("python", False, said, t("Install Python 3.11."))


def _packs(clock: Clock) -> Finding:
    try:
        origin = shipped_packs(clock).tariff("T2026.1").origin
    except BranchError as error:
        return Finding("packs", False, error.problem.what, error.problem.next)
    said = t("tariff {id} version {version}, for starts until {last}", id=origin.id,
             version=origin.version, last=origin.valid_to)  # fmt: skip
    if origin.serves(today(clock)):
        return Finding("packs", True, said)
    return Finding("packs", False, said, t("Sync to get the tariff in force."))


def _keyring() -> Finding:
    keyring = system_keyring()
    if keyring is not None:
        return Finding("keyring", True, t("{name}", name=keyring.name))
    return Finding(
        "keyring",
        True,
        t("none that keeps a secret; stores are opened by passphrase"),
    )


def _display() -> Finding:
    if os.name != "posix" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return Finding("display", True, t("there is one"))
    return Finding("display", True, t("none; the day runs headless"))


def _ports() -> Finding:
    names = ", ".join(serial_ports())
    return Finding("serial ports", True, t("{names}", names=names or "–"))
