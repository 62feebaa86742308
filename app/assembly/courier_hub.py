"""The courier at head office: an operator takes a desk's pack, beside the hub that serves."""

from pathlib import Path
from typing import Any

from app.assembly.hub import trade_door
from app.kit.clock import Clock
from app.packs.shipped import shipped_packs
from sync.hub.courier import TakenPack, take_pack
from sync.hub.server import FILES, HubSettings, open_database
from sync.hub.service import HubService


def take_at_head_office(settings: HubSettings, pack: Path, folder: Path, clock: Clock) -> TakenPack:
    """Take a desk's pack at head office, beside the hub that serves; raises E-COURIER-…."""
    keys = settings.keys
    database = open_database(settings)
    try:
        door = trade_door(keys, shipped_packs(clock), clock)
        hub = HubService.over(database, keys, door, clock, settings.folder / FILES)
        try:
            return take_pack(hub, keys.courier_key(), pack, folder)
        finally:
            hub.close()
    finally:
        database.close()


def taken_answer(taken: TakenPack) -> dict[str, Any]:
    """Give a taken pack for a JSON answer."""
    return {
        "ok": True,
        "answer": str(taken.path),
        "device": taken.device,
        "pack": taken.pack,
        "number": taken.number,
        "words": taken.results,
        "files": taken.files,
        "bytes": taken.size,
        "whole": taken.whole,
    }
