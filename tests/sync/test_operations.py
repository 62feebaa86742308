"""How a hub process is run: its log, its counts, its readiness, its patience, its end."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kit.clock import SystemClock
from sync.client.faults import HubError, HubFault
from sync.hub.app import hub_app
from sync.hub.keys import HubKeys
from sync.hub.metrics import Metrics, gauges_of
from sync.hub.operations import Stage, operations_app
from sync.hub.seen import Seen
from sync.hub.server import KEYS
from sync.hub.usage import Quotas
from tests.sync.served import Process, enrolled_desk, init_hub_folder
from tests.sync.world import FREE, START, Desk, Hub, InProcess, make_desk

NAME, MOBILE = "Zhang Zhonghua", "13977778888"
SAMPLE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? (-?[0-9.e+]+|\+Inf)')


def samples(text: str) -> dict[str, float]:
    """Read the exposition format: every line fits it, every sample follows its type."""
    assert text.endswith("\n")
    found: dict[str, float] = {}
    family = ""
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            family = line.split()[2]
        if line.startswith("#"):
            continue
        fits = SAMPLE.fullmatch(line)
        assert fits, line
        assert fits[1].startswith(family)
        found[fits[1] + (fits[2] or "")] = float(fits[4])
    return found


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    init_hub_folder(tmp_path / "hub")
    limits = {"head_seconds": 1.0, "body_seconds": 1.0, "head_bytes": 4_000}
    made = Process(tmp_path / "hub", operations=0, drain=1.5, limits=limits)
    made.start()
    yield made
    made.end()


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=10)


def test_a_process_is_run_by_its_own_address(process: Process, tmp_path: Path) -> None:
    """Alive, ready, counted, drained: the life of one process over real sockets."""
    desk = enrolled_desk(process, tmp_path / "desk")
    desk.write(lambda work: work.session.add(_customer(desk)))
    assert desk.sync().even
    assert get(process.operations + "/healthz").json() == {"alive": True}
    assert get(process.operations + "/readyz").json() == {"ready": True, "why": ""}
    told = samples(get(process.operations + "/metrics").text)
    assert told['sealdesk_hub_requests_total{route="POST /v1/sync",status="200"}'] >= 1
    assert told['sealdesk_hub_results_total{status="ok"}'] == 1
    assert told['sealdesk_hub_rows_total{direction="in"}'] == 1
    assert told["sealdesk_hub_live_rows"] == 1
    assert told["sealdesk_hub_workstations"] == 1

    process.tell()
    ready = get(process.operations + "/readyz")
    assert (ready.status_code, ready.json()["why"]) == (503, "ending")
    desk.add_customer("Late")
    assert desk.sync().even, "while it drains, requests are still taken"
    assert process.ended() == 0
    with pytest.raises(HubError) as gone:
        desk.sync()
    assert gone.value.fault is HubFault.NO_ANSWER
    desk.close()

    lines = [json.loads(line) for line in process.log.read_text().splitlines()]
    requests = [line for line in lines if line.get("event") == "request"]
    pushed = next(line for line in requests if line["route"] == "POST /v1/sync" and line["rows"])
    assert pushed["device"] == desk.device
    assert pushed["status"] == 200
    assert pushed["ms"] > 0
    assert pushed["bytes"] > 100
    assert re.fullmatch("[0-9a-f]{32}", pushed["request"])
    assert len({line["request"] for line in requests}) == len(requests)
    for word in (NAME, NAME.split()[0], MOBILE, MOBILE[-4:] + '"'):
        assert word not in process.log.read_text()


def _customer(desk: Desk) -> Any:
    from app.kit.ids import new_id
    from tests.sync.world import customer

    row = customer(desk.scope, new_id(desk.store.clock), NAME)
    row.mobile, row.mobile_tail = MOBILE, MOBILE[-4:]
    return row


def dripped(process: Process, first: bytes, drip: bytes) -> tuple[bytes, float]:
    """Send a beginning, then a byte a tick for ever; gives what came back and after how long."""
    context = ssl.create_default_context(cafile=str(HubKeys(process.folder / KEYS).ca_pem))
    clock = SystemClock()
    with (
        socket.create_connection(("127.0.0.1", process.port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as line,
    ):
        began = clock.monotonic()
        line.sendall(first)
        line.settimeout(0.05)
        heard = b""
        while clock.monotonic() - began < 8:
            try:
                line.sendall(drip)
                more = line.recv(4_096)
            except TimeoutError:
                continue
            except OSError:
                break
            if not more:
                break
            heard += more
        return heard, clock.monotonic() - began


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"POST /v1/sync HTTP/1.1\r\nHost: localhost\r\nX-A: ", b"a"),
        (b"\r\n", b"\r\n"),
        (b"POST /v1/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", b"a"),
        (b"GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/", b"a"),
    ],
    ids=["head", "empty lines", "body", "second head"],
)
def test_who_drips_is_cut_off_in_its_head_and_in_its_body(
    process: Process, first: bytes, drip: bytes
) -> None:
    heard, seconds = dripped(process, first, drip)
    assert heard.split(b"\r\n")[0] in (
        b"HTTP/1.1 408 Request Timeout",
        b"HTTP/1.1 404 Not Found",
    ), heard
    assert b"408" in heard
    assert 0.9 < seconds < 5


def test_a_head_without_end_is_refused_while_it_comes(process: Process) -> None:
    heard, seconds = dripped(process, b"GET /v1/live HTTP/1.1\r\nX-A: ", b"a" * 1_000)
    assert heard.startswith(b"HTTP/1.1 431 ")
    assert seconds < 0.9, "before its time is over"


def with_quotas(hub: Hub, quotas: Quotas, files: str = "files") -> InProcess:
    """Serve the hub's database by one more process' worth of app, with quotas."""
    from sync.hub.service import HubService
    from tests.sync.world import Door

    service = HubService.over(hub.database, hub.keys, Door(), hub.clock, hub.folder / files, quotas)
    return InProcess(hub_app(service, FREE))


def busy(desk: Desk) -> int:
    """Sync and be refused; gives after how many seconds to come back."""
    with pytest.raises(HubError) as caught:
        desk.sync()
    assert caught.value.fault is HubFault.BUSY
    return caught.value.retry_after


class Turns(httpx.BaseTransport):
    """Sends each request to the next of several processes of one hub."""

    def __init__(self, *ways: httpx.BaseTransport) -> None:
        self._ways = list(ways)
        self.statuses: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._ways.append(self._ways.pop(0))
        answer = self._ways[-1].handle_request(request)
        self.statuses.append(answer.status_code)
        return answer


def test_requests_of_a_minute_are_counted_over_all_processes(hub: Hub, tmp_path: Path) -> None:
    quotas = Quotas(requests_a_minute=6)
    both = Turns(with_quotas(hub, quotas), with_quotas(hub, quotas))
    desk = make_desk(hub, tmp_path, "a", transport=both)
    for _ in range(5):
        desk.sync()  # with the session: six requests, three for each process
    assert busy(desk) == 60 - hub.clock.now().second
    assert both.statuses[-1] == 429
    hub.clock.advance(60)
    desk.clock.advance(60)
    assert desk.sync().even, "the next minute is another"
    desk.close()


def test_a_program_that_goes_in_circles_is_stopped_and_others_are_not(
    hub: Hub, tmp_path: Path
) -> None:
    way = with_quotas(hub, Quotas(alike_a_minute=4))
    desk = make_desk(hub, tmp_path, "a", transport=way)
    other = make_desk(hub, tmp_path, "b", transport=way)
    for _ in range(4):
        desk.sync()
    assert 0 < busy(desk) <= 60
    other.sync()
    desk.add_customer("Alpha")
    assert desk.sync().even, "what is new is not a circle"
    desk.close()
    other.close()


def test_mutations_of_a_day_have_a_quota_and_what_was_refused_is_not_lost(
    hub: Hub, tmp_path: Path
) -> None:
    way = with_quotas(hub, Quotas(mutations_a_day=3))
    desk = make_desk(hub, tmp_path, "a", transport=way)
    for n in range(3):
        desk.add_customer(f"c{n}")
    assert desk.sync().even
    desk.add_customer("one too many")
    assert busy(desk) == 86_400 - int(START.timestamp()) % 86_400
    assert hub.rows("SELECT count(*) FROM customer") == [(3,)]
    hub.clock.advance(86_400)
    desk.clock.advance(86_400)
    assert desk.sync().even
    assert hub.rows("SELECT count(*) FROM customer") == [(4,)]
    desk.close()


def test_bytes_of_a_day_have_a_quota(hub: Hub, tmp_path: Path) -> None:
    way = with_quotas(hub, Quotas(bytes_a_day=2_000))
    desk = make_desk(hub, tmp_path, "a", transport=way)
    desk.sync()
    for n in range(100):
        desk.add_customer(f"{n:0100}")
    busy(desk)
    assert hub.rows("SELECT count(*) FROM customer") == [(0,)]
    desk.close()


def test_old_counts_are_swept(hub: Hub, tmp_path: Path) -> None:
    way = with_quotas(hub, Quotas())
    desk = make_desk(hub, tmp_path, "a", transport=way)
    desk.sync()
    hub.service.sweep()
    assert len(hub.rows("SELECT * FROM hub_usage")) == 1
    hub.clock.advance(40 * 86_400)
    hub.service.sweep()
    assert hub.rows("SELECT * FROM hub_usage") == []
    desk.close()


def ops(stage: Stage) -> httpx.BaseTransport:
    return InProcess(operations_app(stage))


def ask(stage: Stage, path: str) -> httpx.Response:
    request = httpx.Request("GET", f"http://ops{path}")
    answer = ops(stage).handle_request(request)
    answer.read()
    return answer


def test_readiness_says_why_not(hub: Hub) -> None:
    stage = Stage()
    assert ask(stage, "/readyz").json() == {"ready": False, "why": "migrating"}
    assert ask(stage, "/healthz").status_code == 200
    stage.serving(hub.database)
    assert ask(stage, "/readyz").json() == {"ready": True, "why": ""}
    stage.end()
    assert ask(stage, "/readyz").json() == {"ready": False, "why": "ending"}


def test_a_database_that_is_away_makes_it_unready_and_leaves_the_counts(tmp_path: Path) -> None:
    from sync.hub.database import HubDatabase

    away = HubDatabase.open("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1", b"")
    stage = Stage()
    stage.serving(away)
    answer = ask(stage, "/readyz")
    assert (answer.status_code, answer.json()["why"]) == (503, "database")
    stage.note(Seen(route="POST /v1/sync", status=200))
    told = samples(ask(stage, "/metrics").text)
    assert told['sealdesk_hub_requests_total{route="POST /v1/sync",status="200"}'] == 1
    assert "sealdesk_hub_scopes" not in told
    away.close()


def test_the_histogram_counts_each_request_once_and_upwards() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.005, 0.3, 99.0):
        metrics.note(Seen(route="r", status=200, seconds=seconds))
    told = samples(metrics.text())
    name = 'sealdesk_hub_request_seconds_bucket{route="r",le='
    assert [told[f'{name}"{le}"}}'] for le in ("0.005", "0.25", "0.5", "30.0", "+Inf")] == [
        2, 2, 3, 3, 4,
    ]  # fmt: skip
    assert told['sealdesk_hub_request_seconds_count{route="r"}'] == 4
    assert told['sealdesk_hub_request_seconds_sum{route="r"}'] == pytest.approx(99.306)


def test_figures_of_the_database_are_those_of_the_database(hub: Hub, tmp_path: Path) -> None:
    desk = make_desk(hub, tmp_path, "a")
    for name in ("Alpha", "Beta"):
        desk.add_customer(name)
    desk.sync()
    told = {gauge.name: gauge.value for gauge in hub.database.read(gauges_of)}
    assert told["sealdesk_hub_live_rows"] == 2
    assert told["sealdesk_hub_scopes"] == 1
    assert told["sealdesk_hub_workstations"] == 1
    assert told["sealdesk_hub_workstations_revoked"] == 0
    desk.close()


def test_what_is_no_address_is_told_in_the_one_shape_and_counted_under_no_name(hub: Hub) -> None:
    notes: list[Seen] = []
    app = InProcess(hub_app(hub.service, FREE, told=notes.append))
    for method, path, status in (("GET", "/etc", 404), ("DELETE", "/v1/sync", 405)):
        answer = app.handle_request(httpx.Request(method, f"https://hub.test:8443{path}"))
        assert answer.status_code == status
        assert json.loads(answer.read())[0] == "not_found"
    assert [(note.route, note.code) for note in notes] == [("none", "not_found")] * 2
