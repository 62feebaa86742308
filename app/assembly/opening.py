"""Opening what a window sits on: a workstation's store, or the demo with everything it needs.

Everything here blocks; the window calls it on a lane while somebody types the password.
"""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from app.access.queries import office_name
from app.assembly.demo import DemoSite
from app.assembly.workstation import Workstation
from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.desk import desk_not_set_up
from app.kit.errors.store import store_key_missing
from app.kit.files import atomic_write
from app.store.keyslots import KeySlots, system_keyring
from app.store.store import DATABASE, KEYS, Store

FOUNDED = "founded"
"""Written when a demo is whole; a half-made one is made again."""
DEMO_CUSTOMERS = 200


def open_workstation(folder: Path, passphrase: str | None, clock: Clock) -> Workstation:
    """Open the workstation of a folder by the system's keyring, else by its passphrase.

    Raises BranchError E-DESK-NONE where none is, E-STORE-KEYSLOTS where a passphrase is needed and
    none is given, E-STORE-KEY where it is wrong, and what the start-up gate says.
    """
    if not (folder / DATABASE).exists():
        raise BranchError(desk_not_set_up(str(folder)))
    slots = KeySlots.read(folder / KEYS)
    return Workstation.over(Store.open(folder, _key(slots, passphrase), clock))


def open_demo(
    folder: Path,
    passphrase: str | None,
    clock: Clock,
    told: Callable[[str], None],
    *,
    size: int = DEMO_CUSTOMERS,
) -> DemoSite:
    """Open the demo of a folder, or set it up there; a second start takes seconds.

    Its stores are opened by a passphrase that the system's keyring keeps, or that is given. Where
    neither is, nothing could open them again: the demo is made new each time, under a passphrase
    that nobody will ever read. A demo that was kept and cannot be opened any more raises
    BranchError E-STORE-KEYSLOTS.
    """
    folder.mkdir(parents=True, exist_ok=True)
    site = folder / "site"
    kept = passphrase or _kept_passphrase(folder)
    if (folder / FOUNDED).exists():
        if kept is None:
            raise BranchError(store_key_missing())
        told("resume")
        return DemoSite.resume(site, kept, clock)
    if site.exists():
        shutil.rmtree(site)
    site.mkdir()
    said = kept or secrets.token_urlsafe(24)
    made = DemoSite.found(site, said, clock, size=size, told=told)
    if kept is not None:
        atomic_write(folder / FOUNDED, b"")
    return made


def branch_name(station: Workstation) -> str:
    """Give the name of the office a workstation stands in."""
    return station.store.read(office_name, station.office)


def _key(slots: KeySlots, passphrase: str | None) -> bytes:
    keyring = system_keyring() if slots.keyring is not None else None
    if keyring is not None:
        return slots.open_by_keyring(keyring)
    if passphrase is None:
        raise BranchError(store_key_missing())
    return slots.open_by_passphrase(passphrase)


def _kept_passphrase(folder: Path) -> str | None:
    """Take the demo's passphrase from the keyring; a new demo gets a random one that lies there."""
    keyring = system_keyring()
    if keyring is None:
        return None
    entry = f"demo-{folder.resolve()}"
    kept = keyring.get(entry)
    if kept is None or not (folder / FOUNDED).exists():
        kept = secrets.token_urlsafe(24)
        keyring.set(entry, kept)
    return kept
