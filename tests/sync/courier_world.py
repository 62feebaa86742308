"""Packs between the desks and the hub of the small world: export, take, import in one word each."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.store.courier_book import CourierBook
from sync.courier.conversation import Told, hear_nothing
from sync.engine.packing import CourierDesk, Exported, export_pack
from sync.engine.unpacking import Imported, import_answer
from sync.hub.courier import ANSWER_BYTES, TakenPack, take_pack
from sync.wire.signature import public_key_of
from tests.sync.world import Desk, Hub


def courier_of(desk: Desk) -> CourierDesk:
    """Give a desk as its courier needs it, as app.assembly does for a workstation."""
    keys = {
        id: public_key_of("ed25519", text) for id, text in desk.link.address.receipt_keys.items()
    }
    return CourierDesk(
        desk=desk.follow,
        book=CourierBook(desk.store),
        settings=desk.settings,
        clock=desk.clock,
        sign=desk.link.key.sign,
        hub_keys={id: key for id, key in keys.items() if isinstance(key, Ed25519PublicKey)},
    )


def export(
    desk: Desk,
    folder: Path,
    *,
    files: dict[str, bytes] | None = None,
    files_bytes: int = 10**9,
    told: Told = hear_nothing,
) -> Exported:
    """Write a desk's next pack; ``files`` are its vault."""
    kept = files or {}
    return export_pack(
        courier_of(desk),
        folder,
        desk.hub.service.public.courier,
        lambda sha256: kept[sha256],
        files_bytes=files_bytes,
        told=told,
    )


def take(
    hub: Hub, pack: Path, *, answer_bytes: int = ANSWER_BYTES, told: Told = hear_nothing
) -> TakenPack:
    """Take a pack at head office; its answer lies beside it."""
    key = hub.keys.courier_key()
    return take_pack(hub.service, key, pack, pack.parent, answer_bytes=answer_bytes, told=told)


def carry(desk: Desk, folder: Path) -> Imported:
    """Carry one pack to head office and its answer back."""
    taken = take(desk.hub, export(desk, folder).path)
    return import_answer(courier_of(desk), taken.path)
