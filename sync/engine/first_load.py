"""Loading a scope whole: the offer, the file, the merge; by pages where that cannot be had."""

import threading
from collections.abc import Callable

from app.store.follow import Follower
from app.store.snapshot import Loaded, SnapshotError, Trailer
from sync.client.faults import HubError, HubFault
from sync.courier.snapshots import SnapshotLine, clear_out, fetch_snapshot
from sync.wire.messages import SnapReply

LOOK_AGAIN = 0.5
"""Seconds between two questions whether the snapshot is built."""
LOOKS = 60
_WAITS = (HubFault.NO_ANSWER, HubFault.BUSY)


def load_whole(
    desk: Follower,
    line: SnapshotLine,
    scope: str,
    may_delete: Callable[[int, int], bool],
) -> Loaded | None:
    """Load a scope by its snapshot; None where it cannot be had and pages must do.

    Raises HubError where head office cannot be reached: what has come stays for the next time.
    """
    try:
        offer = _ready_offer(line, scope)
        if offer is None:
            return None
        path = fetch_snapshot(line, offer, desk.snapshot_folder)
    except HubError as error:
        if error.fault in _WAITS:
            raise
        return None
    try:
        return desk.take_snapshot(path, bytes.fromhex(offer.key), _trailer(offer), may_delete)
    except SnapshotError:
        return None
    finally:
        clear_out(desk.snapshot_folder)


def _ready_offer(line: SnapshotLine, scope: str) -> SnapReply | None:
    """Ask until the snapshot is built, half a minute at most."""
    for _ in range(LOOKS):
        offer = line.snapshot(scope)
        if offer.state == "ready" and offer.scope == scope and offer.key and offer.sha256:
            return offer
        threading.Event().wait(LOOK_AGAIN)
    return None


def _trailer(offer: SnapReply) -> Trailer:
    return Trailer(offer.scope, offer.epoch, offer.head, offer.schema, offer.rows, offer.digest)
