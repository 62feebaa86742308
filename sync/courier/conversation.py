"""How one pack carries on a whole conversation: what is asked next when nobody can be asked.

A desk writes the requests it can: each push, then one with its cursors. Where that one's answer has
more behind it, head office asks itself what the desk would ask next. Both sides work that request
out by ``following``, so the desk can hold each receipt against it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sync.wire.messages import Cursor, SyncReply, SyncRequest


@dataclass(frozen=True)
class Progress:
    """How far a pack has come: changes, then files or answers; ``whole`` 0 where nobody knows."""

    step: str
    done: int
    whole: int


Told = Callable[[Progress], None]
"""Hears of progress; one that raises Cancelled stops the work, and no half pack is left."""


def hear_nothing(_progress: Progress) -> None:
    """Take no notice of progress."""


def nonce_of(pack_nonce: str, n: int) -> str:
    """Give the nonce of request ``n`` of a pack, counted from 0."""
    return f"{pack_nonce}.{n}"


def following(asked: SyncRequest, reply: SyncReply) -> SyncRequest | None:
    """Give what a desk would ask next after an answer; None where nothing is behind it.

    The same request without what was pushed and wished, its cursors moved to the ends of the pages
    that came; a moved cursor's digest is "0", for no desk has added it up yet. Scopes granted in
    the answer are followed from their start.
    """
    moved = {page.scope: page for page in reply.pages}
    if not asked.cursors or not any(page.more for page in moved.values()):
        return None
    cursors = [
        Cursor(one.scope, page.epoch, page.next, "0")
        if (page := moved.get(one.scope)) is not None
        else one
        for one in asked.cursors
    ]
    known = {one.scope for one in cursors}
    cursors += [
        Cursor(event.scope, "", 0, "0")
        for event in reply.events
        if event.event == "grant" and event.scope not in known
    ]
    return SyncRequest(
        device=asked.device,
        proto=asked.proto,
        schema=asked.schema,
        push=[],
        cursors=cursors,
        budget=asked.budget,
        snapshots=False,
        budget_bytes=asked.budget_bytes,
    )
