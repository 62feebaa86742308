"""The courier at a workstation: packs for head office, and its answers.

``export_from`` and ``import_into`` work at an open workstation, on its network lane, so that no
round by the line runs beside them; a page of the window calls them with a ``told`` of its own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.assembly.upkeep import open_store
from app.assembly.workstation import Workstation
from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from app.kit.errors.courier import courier_key_missing
from app.store.courier_book import CourierBook
from app.store.follow import Follower
from sync.courier.conversation import Told, hear_nothing
from sync.engine.packing import CourierDesk, Exported, export_pack
from sync.engine.unpacking import Imported, import_answer
from sync.wire.signature import public_key_of

MEGABYTE = 1024 * 1024
FILES_MEGABYTES = 512
"""How much of files goes with a pack unless it is said otherwise."""


def courier_desk(station: Workstation) -> CourierDesk:
    """Give a workstation as its courier needs it."""
    keys = {
        id: key
        for id, text in station.hub_facts()["receipt"].items()
        if isinstance(key := public_key_of("ed25519", text), Ed25519PublicKey)
    }
    return CourierDesk(
        desk=Follower(station.store),
        book=CourierBook(station.store),
        settings=station.round_settings(),
        clock=station.clock,
        sign=station.link.key.sign,
        hub_keys=keys,
    )


def export_from(
    station: Workstation,
    folder: Path,
    *,
    files_bytes: int = FILES_MEGABYTES * MEGABYTE,
    told: Told = hear_nothing,
) -> Exported:
    """Write a workstation's next pack into a folder; raises BranchError E-COURIER-…."""
    hub_key = station.hub_facts().get("courier")
    if not hub_key:
        raise BranchError(courier_key_missing())

    def act() -> Exported:
        return export_pack(
            courier_desk(station),
            folder,
            hub_key,
            station.vault.get,
            files_bytes=files_bytes,
            told=told,
        )

    return station.network.ask(act)


def import_into(station: Workstation, path: Path, *, told: Told = hear_nothing) -> Imported:
    """Take an answer into a workstation, new packs of rates included; raises E-COURIER-…."""

    def act() -> Imported:
        taken = import_answer(courier_desk(station), path, told=told)
        station.took_in(taken.report)
        return taken

    return station.network.ask(act)


def export_store(
    store: Path, pipe: int | None, folder: Path, files_megabytes: int
) -> dict[str, Any]:
    """Write the next pack of a store that is closed; gives what ``--json`` prints."""

    def act(station: Workstation) -> dict[str, Any]:
        done = export_from(station, folder, files_bytes=files_megabytes * MEGABYTE)
        return {
            "ok": True,
            "pack": str(done.path),
            "number": done.number,
            "changes": done.mutations,
            "files": done.files,
            "files_left": done.files_left,
            "bytes": done.size,
            "problems": [problem.as_dict() for problem in done.problems],
        }

    return _at(store, pipe, act)


def import_store(store: Path, pipe: int | None, pack: Path) -> dict[str, Any]:
    """Take an answer into a store that is closed; gives what ``--json`` prints."""

    def act(station: Workstation) -> dict[str, Any]:
        done = import_into(station, pack)
        return {
            "ok": True,
            "number": done.number,
            "answers": done.answers,
            "words": done.report.pushed,
            "pulled": done.report.pulled,
            "letters": done.report.letters,
            "files": done.files,
            "outbox_left": done.report.outbox_left,
            "digest_equal": done.report.digest_equal,
            "as_of": done.hub_time,
            "problems": [problem.as_dict() for problem in done.report.problems],
        }

    return _at(store, pipe, act)


def _at(
    store: Path, pipe: int | None, act: Callable[[Workstation], dict[str, Any]]
) -> dict[str, Any]:
    station = Workstation.over(open_store(store, pipe, SystemClock()))
    try:
        return act(station)
    finally:
        station.close()
