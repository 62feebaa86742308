"""The gate in front of the hub: too slow, too large, too often, and the live wait behind it."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from app.kit.clock import FixedClock
from sync.hub.gate import Gate, Limits
from sync.wire.body import decode
from sync.wire.messages import LiveRequest, Trouble
from tests.sync.world import SCOPE, START, Hub, make_desk, make_hub


class Counted:
    """An app that counts what reached it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def ask(
    gate: Gate, parts: list[bytes], *, tick: float = 0.0, address: str = "10.0.0.1"
) -> tuple[int, bytes]:
    """Send a body in parts; gives status and body of the answer."""
    said: list[Message] = []

    async def receive() -> Message:
        await anyio.sleep(tick)
        body = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": body, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        said.append(message)

    async def run() -> None:
        scope = {"type": "http", "client": (address, 1), "headers": []}
        await gate(scope, receive, send)

    anyio.run(run)
    return said[0]["status"], said[1]["body"]


def gate(limits: Limits, app: Counted | None = None, clock: FixedClock | None = None) -> Gate:
    return Gate(app or Counted(), limits, clock or FixedClock(START))


def test_a_body_that_drips_is_cut_off_before_the_app_sees_it() -> None:
    app = Counted()
    status, body = ask(gate(Limits(body_seconds=0.2), app), [b"x"] * 1000, tick=0.02)
    assert (status, decode(Trouble, body).code) == (408, "too_slow")
    assert app.bodies == []


def test_a_body_that_is_too_large_is_refused_while_it_comes() -> None:
    app = Counted()
    parts = [b"x" * 10] * 1000
    status, body = ask(gate(Limits(body_bytes=100), app), parts)
    assert (status, decode(Trouble, body).code) == (413, "too_large")
    assert len(parts) > 900, "the rest was not even read"
    assert app.bodies == []


def test_a_whole_body_reaches_the_app_whole() -> None:
    app = Counted()
    assert ask(gate(Limits(), app), [b"ab", b"cd"])[0] == 204
    assert app.bodies == [b"abcd"]


def test_an_address_that_asks_too_often_waits_and_others_do_not() -> None:
    clock = FixedClock(START)
    door = gate(Limits(requests_per_second=1, burst=3), clock=clock)
    assert [ask(door, [b""])[0] for _ in range(5)] == [204, 204, 204, 429, 429]
    assert ask(door, [b""], address="10.0.0.2")[0] == 204
    clock.advance(1)
    assert [ask(door, [b""])[0] for _ in range(2)] == [204, 429]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.database.close()


def test_live_tells_a_moved_head_at_once_and_else_waits_its_time(hub: Hub, tmp_path: Path) -> None:
    desk = make_desk(hub, tmp_path, "a")
    desk.add_customer("Alpha")
    desk.sync()
    assert desk.link.live(LiveRequest([(SCOPE, 0)], 30)).heads == [(SCOPE, 1)]
    assert desk.link.live(LiveRequest([(SCOPE, 1)], 0)).heads == [(SCOPE, 1)]
    assert desk.link.live(LiveRequest([("ho.elsewhere", 0)], 0)).heads == []
    desk.close()


@pytest.mark.parametrize("path", ["sync", "session", "check", "fetch", "live", "enrol"])
def test_noise_at_any_door_is_refused_in_the_one_shape(hub: Hub, path: str) -> None:
    for body in (b"", b"{", b"[]", b"[1,2,3]", b"\xff\xfe"):
        request = httpx.Request("POST", f"https://hub.test:8443/v1/{path}", content=body)
        answer = hub.transport().handle_request(request)
        assert answer.status_code == 400
        raw = b"".join(answer.stream)  # type: ignore[arg-type]
        assert decode(Trouble, raw).code == "bad_message"
        assert answer.headers["cache-control"] == "no-store"
