"""The hub as a real process over real TLS: it says where it is, ends in order, survives kill -9."""

import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from sync.client.faults import HubError, HubFault
from sync.client.link import HubAddress, HubLink
from sync.hub.keys import HubKeys, init_hub, public_keys
from sync.hub.server import KEYS, HubSettings, open_database, serve
from tests.sync.served import HERE, Process, enrolled_desk, init_hub_folder
from tests.sync.world import SCOPE, Desk, Door, Hub


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    init_hub_folder(tmp_path / "hub")
    made = Process(tmp_path / "hub")
    made.start()
    yield made
    made.end()


@pytest.fixture
def desk(process: Process, tmp_path: Path) -> Iterator[Desk]:
    """A desk enrolled at the process; the token is made on the hub's database beside it."""
    made = enrolled_desk(process, tmp_path / "desk")
    yield made
    made.close()


def test_it_serves_over_tls_and_ends_in_order(process: Process, desk: Desk) -> None:
    desk.add_customer("Alpha")
    assert desk.sync().even
    assert process.stop() == 0
    left = {path.name for path in process.folder.iterdir()}
    assert not {name for name in left if name.endswith(("-wal", "-shm"))}
    with pytest.raises(HubError) as caught:
        desk.sync()
    assert caught.value.fault is HubFault.NO_ANSWER


def test_a_live_line_hears_of_a_push_and_ends_with_the_hub(process: Process, desk: Desk) -> None:
    """A stream over real TLS: the head moves while it is open; the hub's end ends it in order."""
    was = desk.link
    ear = HubLink(was.address, was.key, was.sequence, was.clock, 1)
    with ThreadPoolExecutor(1) as pool:
        moves = ear.heads_as_they_move()
        assert next(moves) == (SCOPE, 0)
        heard = pool.submit(next, moves)
        desk.add_customer("Alpha")
        assert desk.sync().even
        assert heard.result(timeout=20) == (SCOPE, 1)
        rest = pool.submit(list, moves)
        assert process.stop() == 0
        assert rest.result(timeout=20) == [], "by its word, not by a cut"
    ear.close()


def test_only_tls_13_is_spoken_and_only_the_pinned_authority_believed(
    process: Process, desk: Desk, tmp_path: Path
) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", process.port), timeout=10) as plain,
        pytest.raises(ssl.SSLError),
    ):
        old.wrap_socket(plain)
    stranger = public_keys(init_hub(tmp_path / "stranger", HERE))
    was = desk.link
    address = HubAddress(process.url, stranger.ca_pem, was.address.receipt_keys)
    desk.link = HubLink(address, was.key, was.sequence, was.clock, 1)
    with pytest.raises(HubError) as caught:
        desk.sync()
    assert caught.value.fault is HubFault.NO_ANSWER
    desk.link.close()
    desk.link = was


def test_killed_in_the_middle_of_pushes_it_loses_and_doubles_nothing(
    process: Process, desk: Desk
) -> None:
    """SIGKILL at four instants of a push; what was acknowledged is there, once."""
    made = 0
    port = process.port
    for n in range(4):
        for _ in range(40):
            desk.add_customer(f"c{made}")
            made += 1
        killer = threading.Timer(0.004 + 0.024 * n, lambda: process.stop(signal.SIGKILL))
        killer.start()
        try:
            desk.sync()
        except HubError as error:
            assert error.fault is HubFault.NO_ANSWER
        killer.join()
        process.start(port)
    report = desk.sync()
    assert report.even
    process.stop()
    database = open_database(HubSettings(process.folder))
    hub = Hub(process.folder, HubKeys(process.folder), database, None, HERE, None)  # type: ignore[arg-type]
    assert hub.rows("SELECT count(*), count(DISTINCT name) FROM customer") == [(made, made)]
    assert hub.rows("SELECT count(*) FROM hub_history") == [(made,)]
    database.close()


def test_a_dripped_request_and_a_dripped_answer_end_at_their_deadline(
    process: Process, desk: Desk
) -> None:
    """The other side sends a byte a tick and never ends: our own deadline does."""
    server = socket.create_server(("127.0.0.1", 0))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    keys = HubKeys(process.folder / KEYS)
    context.load_cert_chain(keys.tls_pem, keys.tls_key)
    done = threading.Event()

    def drip() -> None:
        raw, _ = server.accept()
        with context.wrap_socket(raw, server_side=True) as line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not done.wait(0.05):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    was = desk.link
    url = f"https://127.0.0.1:{server.getsockname()[1]}"
    address = HubAddress(url, was.address.ca_pem, was.address.receipt_keys)
    desk.link = HubLink(address, was.key, was.sequence, was.clock, 1, deadline=1.0)
    with ThreadPoolExecutor(1) as pool:
        dripping = pool.submit(drip)
        begun = SystemClock().monotonic()
        with pytest.raises(HubError) as caught:
            desk.sync()
        assert SystemClock().monotonic() - begun < 8
        assert caught.value.fault is HubFault.NO_ANSWER
        desk.link.close()
        done.set()
        dripping.result(timeout=10)
    server.close()
    desk.link = was


def test_an_address_that_is_taken_is_said_before_anything_is_touched(process: Process) -> None:
    process.stop()
    kept = {path.name: path.stat().st_mtime_ns for path in process.folder.iterdir()}
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = HubSettings(process.folder, port=other.getsockname()[1])
        with pytest.raises(BranchError) as caught:
            serve(taken, Door(), HERE)
    assert caught.value.code == "E-HUB-ADDRESS"
    assert f"127.0.0.1:{taken.port}" in str(caught.value.problem.what)
    assert {path.name: path.stat().st_mtime_ns for path in process.folder.iterdir()} == kept
    process.start(taken.port)
    assert process.stop() == 0
