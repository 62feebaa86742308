"""Server-sent events of the live line: which head moved, and that the session is over.

They carry nothing but places in feeds; data always comes by a sync, whose answer is signed.
"""

from dataclasses import dataclass

from sync.wire.body import decode, encode
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import Code, Count, Message

STREAM_TYPE = "text/event-stream"
STILL_HERE = b": still here\n\n"
"""A comment that keeps a quiet line open."""
SESSION_ENDS = b"event: end\ndata: []\n\n"
LONGEST = 4_096
"""Bytes of one event at most."""


class HeadMoved(Message, frozen=True):
    """A scope's feed now ends at ``head``."""

    scope: Code
    head: Count


class SessionEnds(Message, frozen=True):
    """The hub ends this stream; open a new session, then a new stream."""


def head_event(scope: str, head: int) -> bytes:
    """Write one event."""
    return b"event: head\ndata: " + encode(HeadMoved(scope, head)) + b"\n\n"


@dataclass
class EventReader:
    """Cuts a stream into events, however it was cut into chunks."""

    _kept: bytes = b""

    def feed(self, chunk: bytes) -> list[HeadMoved | SessionEnds]:
        """Give the events that are whole now; raises WireError TOO_LARGE or WRONG_SHAPE."""
        *whole, self._kept = (self._kept + chunk).split(b"\n\n")
        if max(len(part) for part in (*whole, self._kept)) > LONGEST:
            raise WireError(WireFault.TOO_LARGE, "an event of the live line")
        return [event for part in whole if (event := _event(part)) is not None]


def _event(part: bytes) -> HeadMoved | SessionEnds | None:
    """Read one event; comments and events this version does not know are passed by."""
    fields = dict(line.split(b": ", 1) for line in part.split(b"\n") if b": " in line)
    match fields.get(b"event"):
        case b"head":
            return decode(HeadMoved, fields.get(b"data", b""))
        case b"end":
            return SessionEnds()
        case _:
            return None
