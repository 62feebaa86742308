"""Bad luck on the way to head office, one case each: what is said, and that nothing is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typing_extensions import override

from app.store.desk_tables import BlobLocal
from app.store.follow import RequestNumbers, SeriesWanted
from sync.client.faults import HubError, HubFault
from sync.client.link import HubLink
from sync.courier.parts import PART, fetch_file, send_files
from sync.hub import workstations
from sync.hub.service import new_epoch
from sync.wire.receipts import sha256
from tests.sync.world import OTHER, SCOPE, START, Desk, Hub, b64, customer, make_desk, make_hub


class Bent(httpx.BaseTransport):
    """A line a test bends for one request at a time; it keeps every request it saw."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.bend: Callable[[httpx.Request, httpx.Response], httpx.Response] | None = None
        self.down = False
        self.requests: list[httpx.Request] = []

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        if self.down:
            raise httpx.ConnectError("unreachable")
        answer = self.inner.handle_request(request)
        return self.bend(request, answer) if self.bend else answer


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.database.close()


@pytest.fixture
def line(hub: Hub) -> Bent:
    return Bent(hub.transport())


@pytest.fixture
def desk(hub: Hub, tmp_path: Path, line: Bent) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a", transport=line)
    yield made
    made.close()


def fault_of(desk: Desk) -> HubFault:
    with pytest.raises(HubError) as caught:
        desk.sync()
    return caught.value.fault


def rebuilt(answer: httpx.Response, body: bytes, status: int | None = None) -> httpx.Response:
    return httpx.Response(
        status or answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body)
    )


def body_of(answer: httpx.Response) -> bytes:
    return b"".join(answer.stream)  # type: ignore[arg-type]


def history(hub: Hub) -> int:
    return int(hub.rows("SELECT count(*) FROM hub_history")[0][0])


def test_an_unreachable_hub_is_said_and_costs_nothing(desk: Desk, line: Bent) -> None:
    id = desk.add_customer("Alpha")
    line.down = True
    assert fault_of(desk) is HubFault.NO_ANSWER
    assert desk.names() == {id: "Alpha"}
    line.down = False
    assert desk.sync().pushed == 1


def test_a_hub_that_answers_late_twice_takes_it_once(desk: Desk, line: Bent, hub: Hub) -> None:
    desk.sync()
    desk.add_customer("Alpha")

    def late(_request: httpx.Request, _answer: httpx.Response) -> httpx.Response:
        raise httpx.ReadTimeout("late")

    line.bend = late
    assert fault_of(desk) is HubFault.NO_ANSWER
    assert fault_of(desk) is HubFault.NO_ANSWER
    line.bend = None
    report = desk.sync()
    assert (report.pushed, report.outbox_left, report.even) == (1, 0, True)
    assert history(hub) == 1


def test_a_recorded_request_sent_again_does_nothing(desk: Desk, line: Bent, hub: Hub) -> None:
    desk.add_customer("Alpha")
    desk.sync()
    before = hub.rows("SELECT seq FROM hub_scope_head"), history(hub)
    for request in list(line.requests):
        again = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        assert line.inner.handle_request(again).status_code == 401
    hub.restart()
    again = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
    assert hub.transport().handle_request(again).status_code == 401
    assert (hub.rows("SELECT seq FROM hub_scope_head"), history(hub)) == before


def test_a_request_from_before_the_window_is_refused(desk: Desk, line: Bent, hub: Hub) -> None:
    desk.sync()
    hub.clock.advance(3600)
    request = line.requests[-1]
    again = httpx.Request("POST", request.url, headers=request.headers, content=request.content)
    assert b"skewed" in body_of(line.inner.handle_request(again))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_no_answer(desk: Desk, line: Bent, status: int) -> None:
    desk.add_customer("Alpha")
    line.bend = lambda _request, answer: rebuilt(answer, b"<html>", status)
    assert fault_of(desk) in (HubFault.NO_ANSWER, HubFault.BUSY)
    assert desk.follow.left() == 1


def test_an_answer_cut_anywhere_acknowledges_nothing(desk: Desk, line: Bent, hub: Hub) -> None:
    desk.sync()
    desk.add_customer("Alpha")
    for share in (0.0, 0.1, 0.5, 0.9, 0.999):

        def cut(
            _request: httpx.Request, answer: httpx.Response, share: float = share
        ) -> httpx.Response:
            body = body_of(answer)
            return rebuilt(answer, body[: int(len(body) * share)])

        line.bend = cut
        assert fault_of(desk) is HubFault.UNTRUSTED
        assert desk.follow.left() == 1
    line.bend = None
    assert desk.sync().even
    assert history(hub) == 1


def test_a_stale_answer_is_not_this_answer(desk: Desk, line: Bent) -> None:
    """A cache on the way gives the last answer for the next question."""
    kept: list[bytes] = []

    def keep(_request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        kept.append(body_of(answer))
        return rebuilt(answer, kept[-1])

    line.bend = keep
    desk.sync()
    desk.add_customer("Alpha")
    line.bend = lambda _request, answer: rebuilt(answer, kept[-1])
    assert fault_of(desk) is HubFault.UNTRUSTED
    assert desk.follow.left() == 1


def test_an_answer_signed_by_another_key_is_refused(desk: Desk, line: Bent) -> None:
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    id = next(iter(desk.link.address.receipt_keys))
    address = replace(desk.link.address, receipt_keys={id: b64(stranger)})
    old = desk.link
    desk.link = HubLink(address, old.key, old.sequence, old.clock, 1, transport=line)
    desk.add_customer("Alpha")
    assert fault_of(desk) is HubFault.UNTRUSTED
    assert desk.follow.left() == 1


def test_a_desk_with_another_key_is_not_let_in(desk: Desk, line: Bent) -> None:
    old = desk.link
    other = Ed25519PrivateKey.generate()
    key = replace(old.key, sign=other.sign)
    desk.link = HubLink(old.address, key, old.sequence, old.clock, 1, transport=line)
    assert fault_of(desk) is HubFault.REFUSED


def test_a_revoked_desk_is_shut_out_at_once(desk: Desk, hub: Hub) -> None:
    desk.sync()
    desk.add_customer("Alpha")
    hub.database.write(lambda c: workstations.revoke_device(c, desk.device))
    assert fault_of(desk) is HubFault.REVOKED
    assert history(hub) == 0


@pytest.mark.parametrize("days", [-3650, -1, 1, 3650])
def test_a_wrong_clock_does_not_stop_the_exchange(desk: Desk, hub: Hub, days: int) -> None:
    desk.clock.jump(START + timedelta(days=days))
    desk.add_customer("Alpha")
    assert desk.sync().even
    assert abs(desk.link.offset.days + days) <= 1


def test_a_session_that_ran_out_is_opened_again(desk: Desk, line: Bent, hub: Hub) -> None:
    desk.sync()
    hub.clock.advance(16 * 60)
    desk.clock.advance(16 * 60)
    before = len(line.requests)
    assert desk.sync().even
    assert [request.url.path for request in line.requests[before:]] == [
        "/v1/sync",
        "/v1/session",
        "/v1/sync",
    ]


def test_a_store_put_back_from_an_old_copy_is_noticed(desk: Desk, hub: Hub) -> None:
    """The same mutation number with another content: the desk is told to enrol anew."""
    desk.add_customer("Alpha")
    desk.sync()
    with desk.store.desk_work() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox")
        session.connection().exec_driver_sql("DELETE FROM sqlite_sequence")
        session.connection().exec_driver_sql("DELETE FROM desk WHERE key = 'request_numbers'")
    old = desk.link
    desk.link = HubLink(
        old.address, old.key, RequestNumbers(desk.store), old.clock, 1, transport=old.transport
    )
    desk.add_customer("Another")
    assert fault_of(desk) is HubFault.FORK
    assert [row[0] for row in hub.rows("SELECT name FROM customer")] == ["Alpha"]


def test_a_hub_put_back_gets_again_what_it_lost(desk: Desk, hub: Hub) -> None:
    """The hub loses its last push and gets a new epoch; the desk hands it in again."""
    desk.add_customer("Alpha")
    desk.sync()
    rows = ["hub_scope_head", "hub_sync_row", "hub_applied", "hub_history", "customer"]
    kept = {name: [tuple(row) for row in hub.rows(f"SELECT * FROM {name}")] for name in rows}
    desk.add_customer("Beta")
    assert desk.sync().even
    _put_back(hub, kept)
    report = desk.sync()
    assert report.even
    assert "E-SYNC-EPOCH" in [problem.code for problem in report.problems]
    assert sorted(row[0] for row in hub.rows("SELECT name FROM customer")) == ["Alpha", "Beta"]
    assert history(hub) == 2


def _put_back(hub: Hub, kept: dict[str, list[tuple[object, ...]]]) -> None:
    with hub.database.writer.begin() as connection:
        for name, rows in kept.items():
            connection.exec_driver_sql(f"DELETE FROM {name}")
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", row)
        new_epoch(connection)


def test_a_row_that_was_changed_behind_our_back_is_repaired_and_counted(
    desk: Desk, hub: Hub, tmp_path: Path
) -> None:
    ids = [desk.add_customer(f"c{n}") for n in range(30)]
    desk.sync()
    with desk.store.desk_work() as session:
        session.connection().exec_driver_sql("DELETE FROM customer WHERE id = ?", (ids[4].hex,))
        session.connection().exec_driver_sql("UPDATE scope_state SET digest = '1'")
    report = desk.sync()
    assert report.repaired == 1
    assert report.even
    assert desk.names()[ids[4]] == "c4"


def test_a_row_only_this_desk_has_is_told_and_never_deleted(desk: Desk, hub: Hub) -> None:
    desk.add_customer("Alpha")
    desk.sync()
    with desk.store.desk_work() as session:
        row = customer(SCOPE, UUID(int=5), "stray")
        row.hub_ver = 3
        session.add(row)
        session.flush()
        session.connection().exec_driver_sql("UPDATE scope_state SET digest = '1'")
    report = desk.sync()
    assert not report.even
    assert [problem.code for problem in report.problems] == ["E-SYNC-DIFFER"]
    assert UUID(int=5) in desk.names()
    assert report.rounds < 5


def test_a_new_scope_is_followed_and_a_revoked_one_leaves_the_desk(
    desk: Desk, hub: Hub, tmp_path: Path
) -> None:
    other = make_desk(hub, tmp_path, "b", scopes=(OTHER,), person="c2")
    id = other.add_customer("theirs")
    other.sync()
    hub.database.write(lambda c: workstations.grant(c, desk.device, OTHER))
    assert desk.sync().even
    assert id in desk.names()
    until = hub.clock.now() + timedelta(days=1)
    hub.database.write(lambda c: workstations.revoke(c, desk.device, OTHER, until))
    report = desk.sync()
    assert [problem.code for problem in report.problems] == ["E-SYNC-SCOPE-GONE"]
    assert id not in desk.names()
    assert id in other.names()
    other.close()


def test_numbers_come_with_the_round(desk: Desk) -> None:
    desk.settings = replace(desk.settings, series=(SeriesWanted(SCOPE, "POL", 20),))
    desk.sync()
    desk.sync()
    assert [tuple(row) for row in desk.rows("SELECT first, last FROM number_lease")] == [(1, 20)]


def test_receipts_are_kept_and_name_what_was_taken(desk: Desk) -> None:
    desk.add_customer("Alpha")
    desk.sync()
    (kept, *_) = desk.follow.receipts()
    assert '[1,"' in kept["text"]
    assert '"ok"' in kept["text"]


def test_an_idle_round_is_one_request_and_writes_nothing(desk: Desk, line: Bent) -> None:
    desk.sync()
    desk.sync()
    before, lines = len(line.requests), len(desk.rows("SELECT * FROM sync_log"))
    assert desk.sync().rounds == 1
    assert len(line.requests) == before + 1
    assert len(desk.rows("SELECT * FROM sync_log")) == lines


def keep_file(desk: Desk, content: bytes) -> str:
    """Note a file at the desk, and a row that names it."""
    sha = sha256(content)
    with desk.store.desk_work() as session:
        session.add(
            BlobLocal(
                sha256=sha,
                size=len(content),
                mime="application/pdf",
                name="c.pdf",
                scope=SCOPE,
                at=START,
            )
        )
    return sha


def test_a_file_goes_in_parts_and_resumes_where_it_was_cut(
    desk: Desk, line: Bent, hub: Hub
) -> None:
    content = bytes(range(256)) * (PART // 256 * 2 + 7)
    sha = keep_file(desk, content)
    id = desk.add_customer("Alpha")
    desk.edit(id, email=sha)
    desk.sync()
    puts = 0

    def second_is_lost(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        nonlocal puts
        puts += request.method == "PUT"
        if puts == 2:
            puts += 1
            raise httpx.ReadError("cut after it was taken")
        return answer

    line.bend = second_is_lost
    sent = send_files(desk.follow, desk.link, lambda _sha: content, budget=10**9)
    assert (sent.files, sent.left) == (0, 1)
    line.bend = None
    before = len(line.requests)
    sent = send_files(desk.follow, desk.link, lambda _sha: content, budget=10**9)
    assert (sent.files, sent.left, sent.problems) == (1, 0, ())
    assert [r.method for r in line.requests[before:]] == ["HEAD", "PUT"], "only the rest goes"
    assert fetch_file(desk.link, sha) == content


def test_a_file_that_is_not_what_its_name_says_never_shows(desk: Desk, hub: Hub) -> None:
    sha = keep_file(desk, b"the contract")
    desk.edit(desk.add_customer("Alpha"), email=sha)
    desk.sync()
    sent = send_files(desk.follow, desk.link, lambda _sha: b"forged      ", budget=10**9)
    assert (sent.files, sent.left) == (0, 1)
    with pytest.raises(HubError) as caught:
        fetch_file(desk.link, sha)
    assert caught.value.fault is HubFault.NOT_FOUND
    assert send_files(desk.follow, desk.link, lambda _sha: b"the contract", budget=9).files == 1


def test_a_file_nobody_here_speaks_of_is_not_there(desk: Desk, hub: Hub, tmp_path: Path) -> None:
    sha = keep_file(desk, b"secret")
    desk.edit(desk.add_customer("Alpha"), email=sha)
    desk.sync()
    send_files(desk.follow, desk.link, lambda _sha: b"secret", budget=9)
    other = make_desk(hub, tmp_path, "b", scopes=(OTHER,), person="c2")
    with pytest.raises(HubError) as caught:
        other.link.file_standing(sha)
    assert caught.value.fault is HubFault.NOT_FOUND
    other.close()
