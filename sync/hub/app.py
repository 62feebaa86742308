"""The hub on the web: Starlette routes round HubService (sync.md 6.1)."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from app.store.types import micros_of
from sync.hub.blobs import OffsetError, WrongHashError
from sync.hub.database import HubBusyError
from sync.hub.gate import Gate, Limits
from sync.hub.live import HEARTBEAT, HeadBoard
from sync.hub.openapi import openapi_json
from sync.hub.pull import CursorTooOldError
from sync.hub.push import MseqForkError
from sync.hub.routes import ROUTES, STATUS, HubRoute
from sync.hub.seen import Seen, Watch, seen_in, write_line
from sync.hub.service import Call, HubService
from sync.hub.usage import QuotaError
from sync.hub.workstations import NotAdmittedError
from sync.wire.body import JSON_TYPE, TROUBLE_HEADER, ZSTD, decode, encode, pack, unpack
from sync.wire.events import SESSION_ENDS, STILL_HERE, STREAM_TYPE, head_event
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import (
    CheckRequest,
    EnrolRequest,
    FetchRequest,
    LiveRequest,
    SessionRequest,
    SyncRequest,
    Trouble,
)
from sync.wire.signature import TOKEN_HEADER, Signable

M = TypeVar("M")
_ROUTE = "sealdesk.route"
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PART = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})", re.ASCII)


@dataclass(frozen=True)
class _Asked:
    """A request read whole: as signed, as it came, and unpacked."""

    signable: Signable
    body: bytes
    unpacked: bytes
    token: str
    takes_zstd: bool
    seen: Seen
    wiping: bool


Act = Callable[[Request], Awaitable[Response]]


def hub_app(
    service: HubService,
    limits: Limits | None = None,
    ending: Callable[[], bool] = lambda: False,
    told: Callable[[Seen], None] = write_line,
) -> ASGIApp:
    """Make the hub's app with the gate in front of it; ``ending`` ends the open streams.

    ``told`` hears of each request when it is over.
    """
    web = _Web(service, ending)
    acts = web.acts()
    routes = [
        Route(one.path, _named(one, acts[one.name]), methods=[one.method], name=one.name)
        for one in ROUTES
    ]
    app = Starlette(routes=routes, exception_handlers={Exception: web.trouble})
    for known in _TROUBLES:
        app.add_exception_handler(known, web.trouble)
    app.add_exception_handler(HTTPException, web.no_such_route)
    return Watch(Gate(app, limits or Limits(), service.clock), service.clock, told)


def _named(route: HubRoute, act: Act) -> Act:
    """Note which route a request took before it is answered."""

    async def answer(request: Request) -> Response:
        request.scope[_ROUTE] = route
        seen_in(request.scope).route = f"{route.method} {route.path}"
        return await act(request)

    return answer


_TROUBLES: tuple[type[Exception], ...] = (
    WireError,
    NotAdmittedError,
    MseqForkError,
    CursorTooOldError,
    HubBusyError,
    OffsetError,
    WrongHashError,
    QuotaError,
)


class _Web:
    """The endpoints; what blocks runs on the server's threads."""

    def __init__(self, service: HubService, ending: Callable[[], bool]) -> None:
        self._hub = service
        self._ending = ending
        self._board = HeadBoard(service.heads_now)

    def acts(self) -> dict[str, Act]:
        """Give what answers each route, by the route's name."""
        return {
            "openapi": self.openapi,
            "enrol": self.enrol,
            "session": self.session,
            "sync": self.sync,
            "check": self.check,
            "fetch": self.fetch,
            "wiped": self.wiped,
            "live": self.live,
            "live_events": self.live_events,
            "snapshot": self.snapshot,
            "snapshot_read": self.snapshot_read,
            "log_head": self.log_head,
            "log_proof": self.log_proof,
            "log_growth": self.log_growth,
            "blob_standing": self.blob_standing,
            "blob_part": self.blob_part,
            "blob_read": self.blob_read,
        }

    async def openapi(self, _request: Request) -> Response:
        """Give the document of these addresses."""
        return Response(openapi_json(), 200, {"Cache-Control": "no-store"}, JSON_TYPE)

    async def enrol(self, request: Request) -> Response:
        asked = await _read(request)
        message = decode(EnrolRequest, asked.unpacked)
        return await self._answer(
            asked, lambda: self._hub.enrol(asked.signable, asked.body, asked.unpacked, message)
        )

    async def session(self, request: Request) -> Response:
        return await self._signed(request, SessionRequest, self._hub.session, token=False)

    async def sync(self, request: Request) -> Response:
        return await self._signed(request, SyncRequest, self._hub.sync)

    async def check(self, request: Request) -> Response:
        return await self._signed(request, CheckRequest, self._hub.check)

    async def fetch(self, request: Request) -> Response:
        return await self._signed(request, FetchRequest, self._hub.fetch)

    async def live(self, request: Request) -> Response:
        """Wait until a head has moved, at most as long as was asked for."""
        asked = await _read(request)
        message = decode(LiveRequest, asked.unpacked)
        call = await self._admit(asked)
        now = dict(await anyio.to_thread.run_sync(self._hub.heads, call, message))
        known = {scope: head for scope, head in message.heads if scope in now}
        if not any(now[scope] > head for scope, head in known.items()):
            await self._until_moved(known, message.wait)
        heads = await anyio.to_thread.run_sync(self._hub.heads, call, message)
        return await self._answer(asked, lambda: self._hub.live(call, heads))

    async def _until_moved(self, known: dict[str, int], seconds: float) -> None:
        with self._board.watching(list(known)), anyio.move_on_after(seconds):
            while not self._board.moved(known) and not self._ending():
                await self._board.wait()

    async def live_events(self, request: Request) -> Response:
        """Open a stream that says which head has moved, until the session ends."""
        asked = await _read(request)
        call = await self._admit(asked)
        heads = await anyio.to_thread.run_sync(self._hub.followed, call.station.device)
        events = self._events(call.station.device, asked.token, heads)
        return StreamingResponse(events, 200, {"Cache-Control": "no-store"}, STREAM_TYPE)

    async def _events(self, device: str, token: str, heads: dict[str, int]) -> AsyncIterator[bytes]:
        """Say every head once, then each that moves; grants are looked at with each heartbeat."""
        for scope, head in heads.items():
            yield head_event(scope, head)
        said, quiet_until = dict(heads), anyio.current_time() + HEARTBEAT
        with self._board.watching(list(said)):
            while said and not self._ending() and not self._hub.session_over(token):
                await self._board.wait()
                moved = self._board.moved(said)
                said |= moved
                for scope, head in moved.items():
                    yield head_event(scope, head)
                if anyio.current_time() < quiet_until:
                    continue
                now = await anyio.to_thread.run_sync(self._hub.followed, device)
                if now.keys() != said.keys():
                    break
                yield STILL_HERE
                quiet_until = anyio.current_time() + HEARTBEAT
        yield SESSION_ENDS

    async def snapshot(self, request: Request) -> Response:
        """Offer a scope's snapshot with its key, or say that the worker builds it."""
        asked = await _read(request)
        call = await self._admit(asked)
        schema = _number_in(request, "schema")
        scope = request.path_params["scope"]
        return await self._answer(asked, lambda: self._hub.snapshot(call, scope, schema))

    async def snapshot_read(self, request: Request) -> Response:
        asked = await _read(request)
        call = await self._admit(asked)
        scope, sha256 = request.path_params["scope"], request.path_params["sha256"]
        first, end = _range_of(request)
        content, size = await anyio.to_thread.run_sync(
            self._hub.snapshot_bytes, call, scope, sha256, first, end
        )
        await anyio.to_thread.run_sync(self._hub.count_bytes, call, len(content))
        return _stretch(content, first, size, sha256)

    async def log_head(self, request: Request) -> Response:
        """Give the newest signed head of the log of audit heads."""
        asked = await _read(request)
        call = await self._admit(asked)
        return await self._answer(asked, lambda: self._hub.log_head(call))

    async def log_proof(self, request: Request) -> Response:
        """Prove that a chain's head stands in the log."""
        asked = await _read(request)
        call = await self._admit(asked)
        chain, n = request.query_params.get("chain", ""), _number_in(request, "n")
        return await self._answer(asked, lambda: self._hub.log_proof(call, chain, n))

    async def log_growth(self, request: Request) -> Response:
        """Prove how the log began."""
        asked = await _read(request)
        call = await self._admit(asked)
        first = _number_in(request, "first")
        return await self._answer(asked, lambda: self._hub.log_growth(call, first))

    async def wiped(self, request: Request) -> Response:
        """Hear that a workstation has emptied itself."""
        call = await self._admit(await _read(request))
        await anyio.to_thread.run_sync(self._hub.wiped, call)
        return Response(b"", 204, {"Cache-Control": "no-store"})

    async def blob_standing(self, request: Request) -> Response:
        call, sha256 = await self._file_call(request)
        standing = await anyio.to_thread.run_sync(
            self._hub.blobs.standing, call.station.device, sha256
        )
        return _file_answer(200 if standing.whole else 204, standing.received)

    async def blob_part(self, request: Request) -> Response:
        call, sha256 = await self._file_call(request)
        part = _PART.fullmatch(request.headers.get("content-range", ""))
        if part is None:
            raise WireError(WireFault.WRONG_SHAPE, "Content-Range: bytes first-last/total")
        first, last, total = (int(text) for text in part.groups())
        if last - first + 1 != len(call.body):
            raise WireError(WireFault.WRONG_SHAPE, "Content-Range does not fit the body")
        standing = await anyio.to_thread.run_sync(
            self._hub.blobs.take_part, call.station.device, sha256, first, total, call.body
        )
        return _file_answer(200 if standing.whole else 204, standing.received)

    async def blob_read(self, request: Request) -> Response:
        call, sha256 = await self._file_call(request)
        first, end = _range_of(request)
        try:
            content = await anyio.to_thread.run_sync(self._hub.blobs.read, sha256, first, end)
            size = await anyio.to_thread.run_sync(self._hub.blobs.size, sha256)
        except FileNotFoundError as error:
            raise NotAdmittedError("not_found") from error
        await anyio.to_thread.run_sync(self._hub.count_bytes, call, len(content))
        return _stretch(content, first, size, sha256)

    async def trouble(self, request: Request, error: Exception) -> Response:
        """Turn what went wrong into the one shape a client reads; 5xx means "no answer"."""
        trouble = self._trouble_of(error)
        seen_in(request.scope).code = trouble.code
        status = 429 if isinstance(error, QuotaError) else STATUS[trouble.code]
        headers = {"Cache-Control": "no-store", TROUBLE_HEADER: encode(trouble.silent()).decode()}
        if trouble.retry_after:
            headers["Retry-After"] = str(trouble.retry_after)
        if isinstance(error, OffsetError):
            headers["Upload-Offset"] = str(error.received)
        return Response(encode(trouble), status, headers, JSON_TYPE)

    async def no_such_route(self, request: Request, error: Exception) -> Response:
        """Say in the one shape that there is no such address, or not by this method."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        seen_in(request.scope).code = "not_found"
        headers = {"Cache-Control": "no-store"}
        return Response(encode(Trouble("not_found")), status, headers, JSON_TYPE)

    def _trouble_of(self, error: Exception) -> Trouble:
        now = micros_of(self._hub.clock.now())
        match error:
            case WireError(fault=WireFault.BAD_SIGNATURE | WireFault.WRONG_DIGEST):
                return Trouble("bad_signature", "", now)
            case WireError(fault=WireFault.SKEWED):
                return Trouble("skewed", error.detail, now)
            case WireError(fault=WireFault.TOO_LARGE | WireFault.BOMB):
                return Trouble("too_large", error.detail, now)
            case WireError():
                return Trouble("bad_message", error.detail[:200], now)
            case NotAdmittedError():
                return Trouble(error.code, "", now, 0, dict(error.detail))
            case MseqForkError():
                return Trouble("mseq_fork", "", now, 0, {"mseq": error.mseq})
            case CursorTooOldError():
                return Trouble("cursor_too_old", "", now, 0, {"scope": error.scope})
            case OffsetError():
                return Trouble("offset", "", now, 0, {"received": error.received})
            case WrongHashError():
                return Trouble("wrong_hash", "", now)
            case QuotaError():
                return Trouble("busy", f"quota of {error.which}", now, error.retry_after)
            case HubBusyError():
                return Trouble("busy", "", now, 1)
            case _:
                return Trouble("bug", type(error).__name__, now)

    async def _signed(
        self,
        request: Request,
        kind: type[M],
        act: Callable[[Call, M], bytes],
        *,
        token: bool = True,
    ) -> Response:
        asked = await _read(request)
        message = decode(kind, asked.unpacked)
        call = await self._admit(asked, token=token)
        return await self._answer(asked, lambda: act(call, message))

    async def _admit(self, asked: _Asked, *, token: bool = True) -> Call:
        admit = partial(self._hub.admit, wiping=asked.wiping)
        call = await anyio.to_thread.run_sync(
            admit, asked.signable, asked.body, asked.unpacked, asked.seen
        )
        if token:
            self._hub.check_token(call, asked.token)
        return call

    async def _file_call(self, request: Request) -> tuple[Call, str]:
        """Admit a request about a file; one that names no visible file is not found."""
        asked = await _read(request)
        call = await self._admit(asked)
        sha256 = request.path_params["sha256"]
        may_see = partial(self._hub.may_see_file, handing_in=asked.wiping)
        if not _SHA.fullmatch(sha256) or not await anyio.to_thread.run_sync(may_see, call, sha256):
            raise NotAdmittedError("not_found")
        return call, sha256

    async def _answer(self, asked: _Asked, act: Callable[[], bytes]) -> Response:
        said = await anyio.to_thread.run_sync(act)
        body, coding = pack(said) if asked.takes_zstd else (said, "")
        headers = {"Cache-Control": "no-store"}
        if coding:
            headers["Content-Encoding"] = coding
        return Response(body, 200, headers, JSON_TYPE)


async def _read(request: Request) -> _Asked:
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    return _Asked(
        signable=Signable(request.method, str(request.url), headers),
        body=body,
        unpacked=unpack(body, headers.get("content-encoding", "")),
        token=headers.get(TOKEN_HEADER.lower(), ""),
        takes_zstd=ZSTD in headers.get("accept-encoding", ""),
        seen=seen_in(request.scope),
        wiping=request.scope[_ROUTE].wiping,
    )


def _number_in(request: Request, name: str) -> int:
    """Read a number of the query; raises WireError WRONG_SHAPE for anything else."""
    said = request.query_params.get(name, "")
    if not _NUMBER.fullmatch(said):
        raise WireError(WireFault.WRONG_SHAPE, f"{name}=number")
    return int(said)


def _range_of(request: Request) -> tuple[int, int | None]:
    """Read which bytes are wanted: the first, and the one behind the last."""
    wanted = _RANGE.fullmatch(request.headers.get("range", "bytes=0-"))
    if wanted is None:
        raise WireError(WireFault.WRONG_SHAPE, "Range: bytes=first-last")
    return int(wanted[1]), int(wanted[2]) + 1 if wanted[2] else None


def _stretch(content: bytes, first: int, size: int, sha256: str) -> Response:
    """Answer with a stretch of a file whose name is its hash; 416 behind its end."""
    headers = {"ETag": f'"{sha256}"', "Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    if first >= size:
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{first + len(content) - 1}/{size}"
    return Response(content, 206, headers, "application/octet-stream")


def _file_answer(status: int, received: int) -> Response:
    headers = {"Upload-Offset": str(received), "Cache-Control": "no-store"}
    return Response(b"", status, headers)
