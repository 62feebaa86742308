"""Every address of the hub, in one place: what it asks, what it gives, who may ask.

The app serves these and no others, the OpenAPI document is made of them, and the tests of who may
do what walk through them.
"""

from dataclasses import dataclass
from typing import Literal

from sync.wire.messages import (
    CheckReply,
    CheckRequest,
    EnrolReply,
    EnrolRequest,
    FetchRequest,
    LiveReply,
    LiveRequest,
    Message,
    Page,
    SessionReply,
    SessionRequest,
    SnapReply,
    SyncReply,
    SyncRequest,
)
from sync.wire.tree_log import LogConsistency, LogProof, TreeHead

Leave = Literal["anyone", "new key", "signed", "session"]
"""Who may ask: anyone at all; a key that brings an enrolment code; a workstation's signature; its
signature with an open session."""
Body = Literal["none", "message", "bytes"]
BYTES = "application/octet-stream"

STATUS = {
    "bad_message": 400,
    "bad_signature": 401,
    "skewed": 401,
    "replayed": 401,
    "unknown_device": 401,
    "session_needed": 401,
    "token_used": 403,
    "device_revoked": 403,
    "not_found": 404,
    "too_slow": 408,
    "epoch_changed": 409,
    "mseq_fork": 409,
    "offset": 409,
    "cursor_too_old": 410,
    "too_large": 413,
    "wrong_hash": 422,
    "upgrade": 426,
    "bug": 500,
    "busy": 503,
}
"""The status that goes with the code of a Trouble; ``busy`` is 429 where one asks too often."""

_ANY = ("bad_message", "too_slow", "too_large", "bug", "busy")
_KEY = ("bad_signature", "skewed")
_SIGNED = (*_KEY, "replayed", "unknown_device", "device_revoked")
_SESSION = (*_SIGNED, "session_needed")


@dataclass(frozen=True)
class HubRoute:
    """One method of one address; ``troubles`` are the codes it may answer with."""

    name: str
    method: Literal["GET", "HEAD", "POST", "PUT"]
    path: str
    words: str
    leave: Leave
    asks: type[Message] | None = None
    gives: type[Message] | None = None
    body: Body = "none"
    good: tuple[int, ...] = (200,)
    troubles: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    media: str = "application/json"
    wiping: bool = False
    """Whether a workstation that is to empty itself may still ask."""

    @property
    def signed(self) -> bool:
        """Whether a request must carry a signature."""
        return self.leave != "anyone"


def _asking(
    name: str,
    asks: type[Message],
    gives: type[Message],
    words: str,
    leave: Leave = "session",
    *more: str,
    wiping: bool = False,
) -> HubRoute:
    """Describe a route that takes a message and gives a signed one."""
    troubles = {"new key": _KEY, "signed": _SIGNED}.get(leave, _SESSION)
    path = f"/v1/{name}"
    return HubRoute(
        name,
        "POST",
        path,
        words,
        leave,
        asks,
        gives,
        "message",
        troubles=(*_ANY, *troubles, *more),
        wiping=wiping,
    )


_FILE = (*_ANY, *_SESSION, "not_found")
ROUTES: tuple[HubRoute, ...] = (
    HubRoute(
        "openapi",
        "GET",
        "/v1/openapi.json",
        "Give this document.",
        "anyone",
        troubles=("bug",),
    ),
    _asking("enrol", EnrolRequest, EnrolReply, "Take a workstation in.", "new key", "token_used"),
    _asking(
        "session",
        SessionRequest,
        SessionReply,
        "Open 15 minutes for a workstation.",
        "signed",
        wiping=True,
    ),
    _asking(
        "sync",
        SyncRequest,
        SyncReply,
        "Push and pull in one round trip.",
        "session",
        "mseq_fork",
        "cursor_too_old",
        wiping=True,
    ),
    _asking(
        "check", CheckRequest, CheckReply, "Compare a scope by buckets.", "session", "not_found"
    ),
    _asking("fetch", FetchRequest, Page, "Give single rows by name.", "session", "not_found"),
    HubRoute(
        "wiped",
        "POST",
        "/v1/wiped",
        "Hear that a workstation has emptied itself, as it was told to.",
        "session",
        good=(204,),
        troubles=_FILE,
        wiping=True,
    ),
    _asking("live", LiveRequest, LiveReply, "Wait until a head has moved."),
    HubRoute(
        "live_events",
        "GET",
        "/v1/live",
        "Stream which head has moved, until the session ends.",
        "session",
        troubles=(*_ANY, *_SESSION),
        media="text/event-stream",
    ),
    HubRoute(
        "snapshot",
        "GET",
        "/v1/snap/{scope}",
        "Offer a scope's snapshot with its key, or say that it is being built.",
        "session",
        gives=SnapReply,
        troubles=(*_FILE, "upgrade"),
        query=("schema",),
    ),
    HubRoute(
        "snapshot_read",
        "GET",
        "/v1/snap/{scope}/{sha256}",
        "Give a stretch of a snapshot.",
        "session",
        good=(206, 416),
        troubles=_FILE,
        media=BYTES,
    ),
    HubRoute(
        "log_head",
        "GET",
        "/v1/log/head",
        "Give the newest signed head of the log of audit heads.",
        "session",
        gives=TreeHead,
        troubles=(*_ANY, *_SESSION),
    ),
    HubRoute(
        "log_proof",
        "GET",
        "/v1/log/proof",
        "Prove that a chain's head stands in the log.",
        "session",
        gives=LogProof,
        troubles=_FILE,
        query=("chain", "n"),
    ),
    HubRoute(
        "log_growth",
        "GET",
        "/v1/log/growth",
        "Prove how the log began.",
        "session",
        gives=LogConsistency,
        troubles=_FILE,
        query=("first",),
    ),
    HubRoute(
        "blob_standing",
        "HEAD",
        "/v1/blob/{sha256}",
        "Say how much of a file is here.",
        "session",
        good=(200, 204),
        troubles=_FILE,
        wiping=True,
    ),
    HubRoute(
        "blob_part",
        "PUT",
        "/v1/blob/{sha256}",
        "Append a part of a file.",
        "session",
        body="bytes",
        good=(200, 204),
        troubles=(*_FILE, "offset", "wrong_hash"),
        wiping=True,
    ),
    HubRoute(
        "blob_read",
        "GET",
        "/v1/blob/{sha256}",
        "Give a stretch of a file.",
        "session",
        good=(206, 416),
        troubles=_FILE,
        media=BYTES,
    ),
)
