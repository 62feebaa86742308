"""The line to head office: TLS 1.3 to a pinned authority, signed requests, one total deadline.

An answer counts only after the hub's signature over its receipt held. What the network raises ends
here: what leaves is a HubError of one kind. One httpx client is kept for all rounds.
"""

import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.kit.clock import Clock
from app.kit.errors.sync import (
    desk_revoked,
    desk_unknown,
    hub_busy,
    hub_refused,
    hub_unreachable,
    hub_untrusted,
    numbers_forked,
    store_too_old,
    token_refused,
    upgrade_needed,
)
from sync.client.faults import HubError, HubFault
from sync.wire.body import JSON_TYPE, MAX_BODY, TROUBLE_HEADER, ZSTD, decode, encode, pack, unpack
from sync.wire.events import STREAM_TYPE, EventReader, SessionEnds
from sync.wire.faults import WireError
from sync.wire.messages import (
    PROTO,
    CheckReply,
    CheckRequest,
    EnrolReply,
    EnrolRequest,
    Envelope,
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
    Trouble,
)
from sync.wire.receipts import Answer, sha256, unseal
from sync.wire.signature import (
    KEY_HEADER,
    SEQUENCE_HEADER,
    TOKEN_HEADER,
    RequestKey,
    Signable,
    public_key_of,
    sign_request,
)

M = TypeVar("M", bound=Message)

Transport = httpx.BaseTransport
"""What carries requests; a parameter so that a hub in the same process can be asked too."""
DEADLINE = 30.0
"""Seconds for one request from its first byte to the last of its answer."""
QUIET_AT_MOST = 45.0
"""Seconds a live line may say nothing: three of the hub's heartbeats."""
TRUSTED_SKEW = timedelta(seconds=30)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class RisingNumber(Protocol):
    """A number that only rises, also over restarts: the sequence of this desk's requests."""

    def next(self) -> int:
        """Give the next number; it is on the disk before it is given."""
        ...

    def at_least(self, number: int) -> None:
        """Go on behind a number that was already used, after an old copy was put back."""
        ...


@dataclass(frozen=True)
class HubAddress:
    """Where head office is, and whom to take for it: authority as PEM, receipt keys by id."""

    url: str
    ca_pem: str
    receipt_keys: dict[str, str]
    """Key id to raw Ed25519 key in base64."""


@dataclass
class _Reply:
    status: int
    headers: httpx.Headers
    body: bytes


@dataclass
class HubLink:
    """An open line for one workstation; use it on one lane only, close it at the end."""

    address: HubAddress
    key: RequestKey
    sequence: RisingNumber
    clock: Clock
    schema: int
    app: str = ""
    transport: Transport | None = None
    deadline: float = DEADLINE
    offset: timedelta = field(default=timedelta(0), init=False)
    """Head office's clock minus this machine's, as of the last session."""
    courier_key: str = field(default="", init=False)
    """Head office's key for packs in base64, as the last session told it; "" before."""
    _token: str = field(default="", init=False)
    _client: httpx.Client = field(init=False)
    _keys: dict[str, Ed25519PublicKey] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = {
            id: key
            for id, text in self.address.receipt_keys.items()
            if isinstance(key := public_key_of("ed25519", text), Ed25519PublicKey)
        }
        self._client = httpx.Client(
            verify=pinned_tls(self.address.ca_pem),
            transport=self.transport,
            timeout=httpx.Timeout(self.deadline, connect=min(10.0, self.deadline)),
            headers={"Accept-Encoding": ZSTD, "User-Agent": "sealdesk"},
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def enrol(self, asked: EnrolRequest) -> EnrolReply:
        """Ask to be taken in; the answer brings the receipt key it is itself signed with.

        Trust rests on the pinned TLS authority here, and on that key from now on.
        """
        raw = encode(asked)
        nonce = secrets.token_urlsafe(12)
        reply = self._send("POST", "/v1/enrol", raw, nonce, {})
        return _unsealed_enrolment(_good(reply), raw, nonce).reply

    def sync(self, asked: SyncRequest) -> Answer[SyncReply]:
        """Push and pull once."""
        return self._ask("/v1/sync", asked, SyncReply)

    def check(self, asked: CheckRequest) -> CheckReply:
        """Compare a scope's rows."""
        return self._ask("/v1/check", asked, CheckReply).reply

    def fetch(self, asked: FetchRequest) -> Page:
        """Get single rows."""
        return self._ask("/v1/fetch", asked, Page).reply

    def live(self, asked: LiveRequest) -> LiveReply:
        """Wait for a head to move."""
        return self._ask("/v1/live", asked, LiveReply, longer=asked.wait).reply

    def heads_as_they_move(self) -> Iterator[tuple[str, int]]:
        """Listen: gives each scope with its head, first all, then whichever moves.

        Ends when the hub ends the session, by its word or by closing; a line that says nothing for
        45 seconds is dead (HubError NO_ANSWER). Use a link of its own on a lane of its own.
        """
        response = self._with_session(self._open_stream)
        reader = EventReader()
        try:
            with _no_answer_said(), _untrusted_said():
                for chunk in response.iter_raw():
                    for event in reader.feed(chunk):
                        if isinstance(event, SessionEnds):
                            return
                        yield event.scope, event.head
        finally:
            self._token = ""
            response.close()

    def _open_stream(self) -> httpx.Response:
        nonce = secrets.token_urlsafe(12)
        headers = {TOKEN_HEADER: self._token, "Accept": STREAM_TYPE}
        signable, _ = self._signed("GET", "/v1/live", b"", nonce, headers)
        request = self._client.build_request(
            "GET",
            signable.url,
            headers=dict(signable.headers),
            timeout=httpx.Timeout(self.deadline, read=QUIET_AT_MOST),
        )
        with _no_answer_said():
            response = self._client.send(request, stream=True)
            if response.status_code < 300:
                return response
            body = response.read()
            response.close()
        _good(_Reply(response.status_code, response.headers, body))
        raise HubError(HubFault.REFUSED, hub_refused(f"HTTP {response.status_code}"))

    def snapshot(self, scope: str) -> SnapReply:
        """Ask for a scope's snapshot: its name and key, or that it is being built."""
        path = f"/v1/snap/{quote(scope, safe='')}?schema={self.schema}"
        return self._ask(path, None, SnapReply).reply

    def snapshot_bytes(self, scope: str, sha256: str, start: int, size: int) -> bytes:
        """Get a stretch of a snapshot, fewer bytes only at its end."""
        headers = {"Range": f"bytes={start}-{start + size - 1}"}
        path = f"/v1/snap/{quote(scope, safe='')}/{sha256}"
        return self._with_session(lambda: self._bare("GET", path, b"", headers)).body

    def file_standing(self, sha256: str) -> tuple[int, bool]:
        """Say how many bytes of a file head office has, and whether it is whole there."""
        reply = self._with_session(lambda: self._file("HEAD", sha256, b"", {}))
        return int(reply.headers.get("upload-offset", "0")), reply.status == 200

    def file_part(self, sha256: str, start: int, total: int, part: bytes) -> tuple[int, bool]:
        """Send one part; gives the same as ``file_standing``."""
        headers = {"Content-Range": f"bytes {start}-{start + len(part) - 1}/{total}"}
        reply = self._with_session(lambda: self._file("PUT", sha256, part, headers))
        return int(reply.headers.get("upload-offset", "0")), reply.status == 200

    def file_bytes(self, sha256: str, start: int, size: int) -> tuple[bytes, int]:
        """Get a stretch of a file; gives the bytes and the file's whole size."""
        headers = {"Range": f"bytes={start}-{start + size - 1}"}
        reply = self._with_session(lambda: self._file("GET", sha256, b"", headers))
        _, _, total = reply.headers.get("content-range", "").partition("/")
        if not total.isdigit():
            raise HubError(HubFault.REFUSED, hub_refused("no Content-Range"))
        return reply.body, int(total)

    def _ask(
        self, path: str, asked: Message | None, kind: type[M], *, longer: float = 0.0
    ) -> Answer[M]:
        """Ask for a signed answer: POST a message, or GET where there is none."""
        method, raw = ("GET", b"") if asked is None else ("POST", encode(asked))

        def once() -> Answer[M]:
            nonce = secrets.token_urlsafe(12)
            headers = {TOKEN_HEADER: self._token}
            reply = self._send(method, path, raw, nonce, headers, longer=longer)
            return self._unsealed(kind, _good(reply), raw, nonce)

        return self._with_session(once)

    def _file(self, method: str, name: str, body: bytes, headers: dict[str, str]) -> _Reply:
        return self._bare(method, f"/v1/blob/{name}", body, headers)

    def _bare(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> _Reply:
        """Send and get bytes as they are; what they must be is known by their hash."""
        nonce = secrets.token_urlsafe(12)
        headers = headers | {TOKEN_HEADER: self._token}
        reply = self._send(method, path, body, nonce, headers, as_is=True)
        if reply.status >= 300:
            _good(reply)
        return reply

    def _with_session(self, act: Callable[[], "R"]) -> "R":
        """Run a call; open a session first where there is none or the hub asks for one."""
        if not self._token:
            self._open_session()
        try:
            return act()
        except _AskAgainError as again:
            self._heed(again.trouble)
            if again.trouble.code == "session_needed":
                self._open_session()
            try:
                return act()
            except _AskAgainError as still:
                raise HubError(HubFault.REFUSED, hub_refused(still.trouble.code)) from still

    def _open_session(self) -> None:
        raw = encode(SessionRequest(self.key.key_id, PROTO, self.app, self.schema))
        for _ in range(3):
            nonce = secrets.token_urlsafe(12)
            try:
                reply = self._send("POST", "/v1/session", raw, nonce, {})
                session = self._unsealed(SessionReply, _good(reply), raw, nonce).reply
            except _AskAgainError as again:
                self._heed(again.trouble)
                continue
            self._note_time(session.server_time)
            self.courier_key = session.courier_key
            self._token = session.token
            return
        raise HubError(HubFault.REFUSED, hub_refused("no session"))

    def _heed(self, trouble: Trouble) -> None:
        """Learn from a trouble what makes the next try right."""
        if trouble.code == "skewed":
            self._note_time(trouble.server_time)
        if trouble.code == "replayed":
            last = trouble.detail.get("last")
            if isinstance(last, int):
                self.sequence.at_least(last)

    def _note_time(self, server_micros: int) -> None:
        offset = EPOCH + timedelta(microseconds=server_micros) - self.clock.now()
        self.offset = offset if abs(offset) > TRUSTED_SKEW else timedelta(0)

    def _unsealed(self, kind: type[M], body: bytes, request: bytes, nonce: str) -> Answer[M]:
        try:
            return unseal(kind, body, self._keys, request=request, nonce=nonce)
        except WireError as error:
            raise HubError(HubFault.UNTRUSTED, hub_untrusted(error.fault.name)) from error

    def _send(
        self,
        method: str,
        path: str,
        raw: bytes,
        nonce: str,
        headers: dict[str, str],
        *,
        as_is: bool = False,
        longer: float = 0.0,
    ) -> _Reply:
        """Send one signed request and read the whole answer within the deadline."""
        signable, body = self._signed(method, path, raw, nonce, headers, as_is=as_is)
        with _no_answer_said():
            reply = self._exchange(signable, body, self.deadline + longer)
        try:
            reply.body = unpack(reply.body, reply.headers.get("content-encoding", ""))
        except WireError as error:
            if reply.status < 500:
                raise HubError(HubFault.UNTRUSTED, hub_untrusted(error.fault.name)) from error
            reply.body = b""  # whoever answered in the hub's place: there is no answer in it
        return reply

    def _signed(
        self,
        method: str,
        path: str,
        raw: bytes,
        nonce: str,
        headers: dict[str, str],
        *,
        as_is: bool = False,
    ) -> tuple[Signable, bytes]:
        """Make a signed request; gives it with its body as it goes out."""
        body, coding = (raw, "") if as_is else pack(raw)
        url = self.address.url.rstrip("/") + path
        signable = Signable(method, url, {**headers, KEY_HEADER: sha256(raw)[:32]})
        signable.headers[SEQUENCE_HEADER] = str(self.sequence.next())
        if coding:
            signable.headers["Content-Encoding"] = coding
        created = self.clock.now() + self.offset
        sign_request(signable, body, self.key, created=created, nonce=nonce)
        signable.headers.setdefault("Content-Type", JSON_TYPE)
        return signable, body

    def _exchange(self, signable: Signable, body: bytes, deadline: float) -> _Reply:
        end = self.clock.monotonic() + deadline
        request = self._client.build_request(
            signable.method,
            signable.url,
            content=body,
            headers=dict(signable.headers),
            timeout=httpx.Timeout(
                min(10.0, deadline), read=min(10.0 + deadline - self.deadline, deadline)
            ),
        )
        response = self._client.send(request, stream=True)
        try:
            whole = bytearray()
            for chunk in response.iter_raw():
                whole += chunk
                if self.clock.monotonic() > end:
                    raise httpx.ReadTimeout("the whole answer took too long")
                if len(whole) > MAX_BODY:
                    raise HubError(HubFault.UNTRUSTED, hub_untrusted("TOO_LARGE"))
        finally:
            response.close()
        return _Reply(response.status_code, response.headers, bytes(whole))


R = TypeVar("R")


class _AskAgainError(Exception):
    """The hub says how the same request would be right."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


def pinned_tls(ca_pem: str) -> ssl.SSLContext:
    """Make a TLS context that takes nobody's word but this authority's, TLS 1.3 only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=ca_pem)
    return context


def _unsealed_enrolment(body: bytes, request: bytes, nonce: str) -> Answer[EnrolReply]:
    """Read the answer that itself brings the key; it must at least be consistent."""
    with _untrusted_said():
        envelope = decode(Envelope, body)
        told = decode(EnrolReply, bytes(envelope.reply))
        key = public_key_of("ed25519", told.receipt_key)
        if not isinstance(key, Ed25519PublicKey):
            raise HubError(HubFault.UNTRUSTED, hub_untrusted("receipt key"))
        keys = {envelope.key_id: key}
        return unseal(EnrolReply, body, keys, request=request, nonce=nonce)


@contextmanager
def _no_answer_said() -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        said = hub_unreachable(type(error).__name__)
        raise HubError(HubFault.NO_ANSWER, said) from error


@contextmanager
def _untrusted_said() -> Iterator[None]:
    try:
        yield
    except WireError as error:
        raise HubError(HubFault.UNTRUSTED, hub_untrusted(error.fault.name)) from error


def _good(reply: _Reply) -> bytes:
    """Give the body of an answer; raises what a trouble says."""
    if reply.status < 300:
        return reply.body
    try:
        trouble = decode(Trouble, reply.body or reply.headers.get(TROUBLE_HEADER, "").encode())
    except WireError:
        trouble = Trouble("bug", f"HTTP {reply.status}")
    if trouble.code in ("session_needed", "skewed", "replayed"):
        raise _AskAgainError(trouble)
    raise said(trouble, reply.status)


def said(trouble: Trouble, status: int) -> HubError:
    """Give the error that says a trouble; ``status`` is the HTTP status it came with."""
    match trouble.code:
        case "busy":
            wait = max(1, trouble.retry_after)
            return HubError(HubFault.BUSY, hub_busy(wait), retry_after=wait)
        case "unknown_device":
            return HubError(HubFault.UNKNOWN, desk_unknown())
        case "device_revoked":
            return HubError(HubFault.REVOKED, desk_revoked())
        case "token_used":
            return HubError(HubFault.REFUSED, token_refused())
        case "upgrade":
            return HubError(HubFault.UPGRADE, upgrade_needed())
        case "mseq_fork":
            mseq = _number(trouble, "mseq")
            return HubError(HubFault.FORK, numbers_forked(mseq), number=mseq)
        case "cursor_too_old":
            scope = str(trouble.detail.get("scope", ""))
            return HubError(HubFault.TOO_OLD, store_too_old(scope))
        case "not_found":
            return HubError(HubFault.NOT_FOUND, hub_refused(trouble.code))
        case "offset":
            received = _number(trouble, "received")
            return HubError(HubFault.OFFSET, hub_refused(trouble.code), number=received)
        case "wrong_hash":
            return HubError(HubFault.WRONG_HASH, hub_refused(trouble.code))
        case _ if status >= 500 or status == 408:
            return HubError(HubFault.NO_ANSWER, hub_unreachable(f"HTTP {status}"))
        case _:
            return HubError(HubFault.REFUSED, hub_refused(trouble.code))


def _number(trouble: Trouble, name: str) -> int:
    found = trouble.detail.get(name)
    return found if isinstance(found, int) else 0
