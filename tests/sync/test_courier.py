"""The courier: the same conversation by packs, and every pack that is not the right one refused."""

import random
import resource
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.errors.base import BranchError, Cancelled
from app.store.follow import SeriesWanted
from sync.courier.conversation import Progress
from sync.courier.pack import PackReader
from sync.courier.sealing import CHUNK
from sync.engine.packing import export_pack
from sync.engine.unpacking import import_answer
from sync.hub import pull, workstations
from sync.hub.service import HubService
from sync.wire.receipts import sha256
from tests.sync.courier_world import carry, courier_of, export, take
from tests.sync.test_faults import keep_file
from tests.sync.world import OTHER, SCOPE, Desk, Hub, make_desk, make_hub


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a")
    yield made
    made.close()


@pytest.fixture
def other(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "b", person="c2")
    yield made
    made.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(BranchError) as caught:
        act()
    return caught.value.code


def at_hub(hub: Hub) -> list[object]:
    """Everything a pack could change at head office."""
    tables = ("hub_scope_head", "hub_history", "hub_applied", "hub_device_head", "customer")
    return [sorted(map(str, hub.rows(f"SELECT * FROM {name}"))) for name in tables]


def at_desk(desk: Desk) -> list[object]:
    """Everything an answer could change at a desk."""
    tables = (
        "outbox",
        "customer",
        "scope_state",
        "base_row",
        "inbox",
        "number_lease",
        "blob_local",
    )
    books = "SELECT * FROM desk WHERE key = 'courier'"
    found = [desk.rows(f"SELECT * FROM {name}") for name in tables]
    return [sorted(map(str, rows)) for rows in (*found, desk.rows(books))]


def test_a_change_goes_there_and_its_word_and_the_news_come_back(
    desk: Desk, other: Desk, stick: Path
) -> None:
    theirs = other.add_customer("theirs")
    other.sync()
    mine = desk.add_customer("mine")
    done = carry(desk, stick)
    assert (done.number, done.answers, done.report.pushed) == (1, 1, 1)
    assert done.report.outbox_left == 0
    assert all(done.report.digest_equal.values())
    assert desk.names() == {theirs: "theirs", mine: "mine"}
    kept = desk.follow.receipts()
    assert any('"ok"' in one["text"] for one in kept), "the signed receipt is kept"
    assert sorted(path.suffix for path in stick.iterdir()) == [".sdpack", ".sdpack"]


def test_many_pushes_and_many_pages_go_in_one_errand(
    desk: Desk, other: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PAGE_ROWS", 10)
    for n in range(60):
        other.add_customer(f"t{n}")
        if n % 7 == 0:
            other.sync()
    other.sync()
    for n in range(25):
        desk.add_customer(f"m{n}")
    desk.settings = replace(desk.settings, at_most=4)
    done = carry(desk, stick)
    assert done.report.pushed == 25
    assert done.report.rounds >= 7 + 5
    assert all(done.report.digest_equal.values())
    assert len(desk.names()) == 85
    assert desk.sync().even


def test_an_answer_that_would_be_too_large_is_ended_and_goes_on_next_time(
    desk: Desk, other: Desk, hub: Hub, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PAGE_ROWS", 10)
    for n in range(60):
        other.add_customer(f"t{n}")
        other.sync()
    taken = take(hub, export(desk, stick).path, answer_bytes=4_000)
    assert not taken.whole
    first = import_answer(courier_of(desk), taken.path)
    assert 0 < first.report.pulled < 60
    while len(desk.names()) < 60:
        carry(desk, stick)
    assert desk.sync().even


def test_numbers_and_files_go_along(desk: Desk, hub: Hub, stick: Path) -> None:
    content = random.Random(1).randbytes(3 * CHUNK + 17)
    sha = keep_file(desk, content)
    nobodys = keep_file(desk, b"no record names it")
    desk.edit(desk.add_customer("Alpha"), email=sha)
    desk.settings = replace(desk.settings, series=(SeriesWanted(SCOPE, "POL", 20),))
    vault = {sha: content, nobodys: b"no record names it"}
    out = export(desk, stick, files=vault)
    assert (out.files, out.files_left) == (2, 0)
    assert content[:100] not in out.path.read_bytes(), "it is sealed"
    done = import_answer(courier_of(desk), take(hub, out.path).path)
    assert done.files == 1
    assert [tuple(row) for row in desk.rows("SELECT first, last FROM number_lease")] == [(1, 20)]
    assert [row[0] for row in desk.rows("SELECT sha256 FROM blob_local WHERE NOT at_hub")] == [
        nobodys
    ]
    assert hub.service.blobs.read(sha, 0, None) == content


def test_a_file_that_is_not_what_its_name_says_is_not_held(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    sha = keep_file(desk, b"the contract")
    desk.edit(desk.add_customer("Alpha"), email=sha)
    forged = export(desk, stick, files={sha: b"forged      "})
    assert import_answer(courier_of(desk), take(hub, forged.path).path).files == 0
    right = export(desk, stick, files={sha: b"the contract"})
    assert import_answer(courier_of(desk), take(hub, right.path).path).files == 1


def test_files_beyond_the_size_wait_for_the_next_errand(desk: Desk, hub: Hub, stick: Path) -> None:
    vault = {keep_file(desk, bytes([n]) * 1000): bytes([n]) * 1000 for n in range(4)}
    for sha in vault:
        desk.edit(desk.add_customer("Alpha"), email=sha)
    out = export(desk, stick, files=vault, files_bytes=2500)
    assert (out.files, out.files_left) == (2, 2)
    import_answer(courier_of(desk), take(hub, out.path).path)
    assert export(desk, stick, files=vault).files == 2


def test_a_first_load_goes_by_a_snapshot_in_the_pack(
    desk: Desk, other: Desk, hub: Hub, stick: Path
) -> None:
    for n in range(40):
        other.add_customer(f"t{n}")
    other.sync()
    hub.service = replace(hub.service, snapshot_from=20)
    mine = desk.add_customer("mine")
    done = carry(desk, stick)
    assert mine in desk.names()
    assert len(desk.names()) == 41
    assert hub.rows("SELECT count(*) FROM hub_snapshot")[0][0] == 1
    assert done.report.pulled >= 40
    assert desk.sync().even
    assert not list((desk.store.folder / "courier").iterdir()), "nothing is left lying"


def test_the_same_pack_is_not_taken_twice(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("Alpha")
    out = export(desk, stick)
    taken = take(hub, out.path)
    before = at_hub(hub)
    assert code_of(lambda: take(hub, out.path)) == "E-COURIER-OLD"
    assert at_hub(hub) == before
    import_answer(courier_of(desk), taken.path)
    held = at_desk(desk)
    assert code_of(lambda: import_answer(courier_of(desk), taken.path)) == "E-COURIER-OLD"
    assert at_desk(desk) == held


def test_packs_in_the_wrong_order_are_refused_at_both_ends(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    desk.add_customer("one")
    first = export(desk, stick)
    desk.add_customer("two")
    second = export(desk, stick)
    answer = take(hub, second.path)
    before = at_hub(hub)
    assert code_of(lambda: take(hub, first.path)) == "E-COURIER-OLD"
    assert at_hub(hub) == before
    done = import_answer(courier_of(desk), answer.path)
    assert (done.report.pushed, done.report.outbox_left) == (2, 0), "the second told everything"


def test_an_older_answer_after_a_newer_one_is_refused(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")
    early = take(hub, export(desk, stick).path)
    desk.add_customer("two")
    late = take(hub, export(desk, stick).path)
    assert import_answer(courier_of(desk), late.path).report.outbox_left == 0
    before = at_desk(desk)
    assert code_of(lambda: import_answer(courier_of(desk), early.path)) == "E-COURIER-OLD"
    assert at_desk(desk) == before
    assert desk.sync().even


def test_two_exports_before_an_answer_do_no_harm(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")
    first = take(hub, export(desk, stick).path)
    second = take(hub, export(desk, stick).path)
    for one in (first, second):
        import_answer(courier_of(desk), one.path)
    assert hub.rows("SELECT count(*) FROM hub_history") == [(1,)]
    assert desk.sync().even


def test_an_answer_that_never_came_costs_an_errand_only(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")
    take(hub, export(desk, stick).path).path.unlink()
    done = carry(desk, stick)
    assert (done.number, done.answers, done.report.outbox_left) == (2, 2, 0)
    assert hub.rows("SELECT count(*) FROM hub_history") == [(1,)]


def test_an_answer_older_than_what_came_by_the_line_changes_nothing_back(
    desk: Desk, other: Desk, hub: Hub, stick: Path
) -> None:
    id = desk.add_customer("one")
    answer = take(hub, export(desk, stick).path)
    assert desk.sync().even
    desk.edit(id, email="by the line")
    other.sync()
    other.edit(id, job="by another")
    other.sync()
    assert desk.sync().even
    import_answer(courier_of(desk), answer.path)
    row = desk.customer(id)
    assert row is not None
    assert (row.email, row.job) == ("by the line", "by another")
    assert desk.sync().repaired == 0
    assert hub.rows("SELECT count(*) FROM hub_history") == [(3,)]


def test_a_pack_for_another_head_office_is_refused(desk: Desk, tmp_path: Path, stick: Path) -> None:
    desk.add_customer("one")
    out = export(desk, stick)
    stranger = make_hub(tmp_path / "stranger")
    before = at_hub(stranger)
    assert code_of(lambda: take(stranger, out.path)) == "E-COURIER-OTHER"
    assert at_hub(stranger) == before
    stranger.service.close()
    stranger.database.close()


def test_an_answer_for_another_desk_is_refused(desk: Desk, other: Desk, stick: Path) -> None:
    answer = take(desk.hub, export(desk, stick).path)
    before = at_desk(other)
    assert code_of(lambda: import_answer(courier_of(other), answer.path)) == "E-COURIER-OTHER"
    assert at_desk(other) == before


def test_each_side_refuses_its_own_packs(desk: Desk, hub: Hub, stick: Path) -> None:
    out = export(desk, stick)
    assert code_of(lambda: import_answer(courier_of(desk), out.path)) == "E-COURIER-OTHER"
    answer = take(hub, out.path)
    assert code_of(lambda: take(hub, answer.path)) == "E-COURIER-OTHER"


def test_a_pack_signed_by_another_key_is_refused(desk: Desk, hub: Hub, stick: Path) -> None:
    thief = Ed25519PrivateKey.generate()
    desk.link.key = replace(desk.link.key, sign=thief.sign)
    desk.add_customer("one")
    before = at_hub(hub)
    assert code_of(lambda: take(hub, export(desk, stick).path)) == "E-COURIER-SIGNER"
    assert at_hub(hub) == before


def test_a_blocked_desk_is_refused(desk: Desk, hub: Hub, stick: Path) -> None:
    out = export(desk, stick)
    hub.database.write(lambda c: workstations.revoke_device(c, desk.device))
    assert code_of(lambda: take(hub, out.path)) == "E-COURIER-DESK"


def test_a_desk_that_is_to_empty_itself_hands_in_by_its_pack(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    desk.add_customer("made before")
    until = hub.clock.now() + timedelta(days=7)
    hub.database.write(lambda c: workstations.order_wiping(c, desk.device, until))
    done = carry(desk, stick)
    assert (done.report.outbox_left, done.report.wipe) == (0, True)
    assert [problem.code for problem in done.report.problems] == ["E-SYNC-WIPE"]
    assert hub.rows("SELECT name FROM customer") == [("made before",)]


def test_an_answer_to_a_pack_of_a_store_put_back_is_refused(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    answer = take(hub, export(desk, stick).path)
    with desk.store.desk_work() as session:
        session.connection().exec_driver_sql("DELETE FROM desk WHERE key = 'courier'")
    before = at_desk(desk)
    assert code_of(lambda: import_answer(courier_of(desk), answer.path)) == "E-COURIER-STRANGE"
    assert at_desk(desk) == before


def test_a_head_office_put_back_says_that_a_pack_is_missing(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    carry(desk, stick)
    with hub.database.writer.begin() as connection:
        connection.exec_driver_sql(
            f"DELETE FROM hub_device_head WHERE device = 'courier:{desk.device}'"
        )
    desk.add_customer("one")
    out = export(desk, stick)
    before = at_hub(hub)
    assert code_of(lambda: take(hub, out.path)) == "E-COURIER-GAP"
    assert at_hub(hub) == before


def test_every_cut_of_a_pack_is_refused_at_both_ends(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")
    out = export(desk, stick)
    whole = out.path.read_bytes()
    cut = stick / "cut.sdpack"
    before = at_hub(hub)
    for size in (*range(0, 700, 13), len(whole) - 65, len(whole) - 1):
        cut.write_bytes(whole[:size])
        assert code_of(lambda: take(hub, cut)) in ("E-COURIER-CUT", "E-COURIER-FORM")
    assert at_hub(hub) == before
    answer = take(hub, out.path).path.read_bytes()
    held = at_desk(desk)
    for size in (*range(0, 700, 13), len(answer) - 65, len(answer) - 1):
        cut.write_bytes(answer[:size])
        code = code_of(lambda: import_answer(courier_of(desk), cut))
        assert code in ("E-COURIER-CUT", "E-COURIER-FORM")
    assert at_desk(desk) == held


def test_every_changed_byte_of_a_pack_is_refused(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")
    out = export(desk, stick)
    whole = out.path.read_bytes()
    bent = stick / "bent.sdpack"
    before = at_hub(hub)
    for at in range(0, len(whole), 3):
        bent.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert code_of(lambda: take(hub, bent)).startswith("E-COURIER-")
    bent.write_bytes(whole + b"x")
    assert code_of(lambda: take(hub, bent)) == "E-COURIER-DAMAGED"
    assert at_hub(hub) == before
    answer = take(hub, out.path).path.read_bytes()
    held = at_desk(desk)
    for at in range(0, len(answer), 5):
        bent.write_bytes(answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :])
        assert code_of(lambda: import_answer(courier_of(desk), bent)).startswith("E-COURIER-")
    assert at_desk(desk) == held


def test_a_newer_form_is_said_and_a_file_of_another_kind_too(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    out = export(desk, stick)
    head = out.path.read_bytes()
    newer = stick / "newer.sdpack"
    at = head.index(b"[1,")
    newer.write_bytes(head[:at] + b"[2," + head[at + 3 :])
    assert code_of(lambda: take(hub, newer)) == "E-COURIER-VERSION"
    newer.write_bytes(b"%PDF-1.7 something else")
    assert code_of(lambda: take(hub, newer)) == "E-COURIER-FORM"
    assert code_of(lambda: take(hub, stick / "nowhere.sdpack")) == "E-COURIER-DISK"


def test_a_pack_swapped_after_it_was_checked_is_seen(desk: Desk, hub: Hub, stick: Path) -> None:
    """What is read the second time must be what was believed the first time."""
    desk.add_customer("one")
    out, later = export(desk, stick), export(desk, stick / "b")
    pack = PackReader(out.path)
    pack.check(lambda _signature, _whole: None)
    out.path.write_bytes(later.path.read_bytes())
    code = code_of(lambda: list(pack.frames(hub.keys.courier_key())))
    assert code == "E-COURIER-DAMAGED"


def test_cancelling_leaves_no_half_pack_and_no_number(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")

    def stop(_progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        export(desk, stick, told=stop)
    assert list(stick.iterdir()) == []
    out = export(desk, stick)
    assert out.number == 1
    with pytest.raises(Cancelled):
        take(hub, out.path, told=stop)
    assert [path.name for path in stick.iterdir()] == [out.path.name]
    answer = take(hub, out.path)
    with pytest.raises(Cancelled):
        import_answer(courier_of(desk), answer.path, told=stop)
    assert import_answer(courier_of(desk), answer.path).report.outbox_left == 0
    assert hub.rows("SELECT count(*) FROM hub_history") == [(1,)]


def test_progress_is_told(desk: Desk, hub: Hub, stick: Path) -> None:
    for n in range(9):
        desk.add_customer(f"m{n}")
    desk.settings = replace(desk.settings, at_most=3)
    heard: list[Progress] = []
    out = export(desk, stick, told=heard.append)
    assert [(one.step, one.done, one.whole) for one in heard] == [
        ("changes", 3, 9), ("changes", 6, 9), ("changes", 9, 9),
    ]  # fmt: skip
    heard.clear()
    answer = take(hub, out.path, told=heard.append)
    assert [one.done for one in heard] == [1, 2, 3]
    heard.clear()
    import_answer(courier_of(desk), answer.path, told=heard.append)
    assert [(one.done, one.whole) for one in heard] == [(1, 3), (2, 3), (3, 3)]


def test_a_stick_without_room_is_said_and_nothing_counts(
    desk: Desk, hub: Hub, tmp_path: Path, stick: Path
) -> None:
    """The stick is a full device; the number is not used up and no half pack stays."""
    desk.add_customer("one")
    part = f".sealdesk-{desk.device[-8:]}-out-000001.sdpack.part"
    (stick / part).mkdir()  # what cannot be removed or written stands for what a stick refuses
    assert code_of(lambda: export(desk, stick)) == "E-COURIER-DISK"
    assert desk.rows("SELECT count(*) FROM desk WHERE key = 'courier'") == [(0,)]
    (stick / part).rmdir()
    assert export(desk, stick).number == 1


def test_a_pack_is_streamed_and_never_held(desk: Desk, hub: Hub, stick: Path) -> None:
    """Forty files of a million bytes go out and in through a few million bytes of memory."""
    size, count = 1_000_000, 40
    names = {keep_file(desk, bytes([n]) * size): n for n in range(count)}
    for sha in names:
        desk.edit(desk.add_customer("Alpha"), email=sha)
    tracemalloc.start()
    try:
        out = export_pack(
            courier_of(desk),
            stick,
            hub.service.public.courier,
            lambda sha: bytes([names[sha]]) * size,
            files_bytes=10**9,
        )
        taken = take(hub, out.path)
        done = import_answer(courier_of(desk), taken.path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert out.size > size * count
    assert done.files == count
    assert peak < 12_000_000


def test_two_operators_who_take_a_pack_at_once_give_it_one_number(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    """The second one stands inside the first one's work and is told so; the changes count once."""
    desk.add_customer("one")
    out = export(desk, stick)
    second: list[str] = []

    def told(_progress: Progress) -> None:
        if not second:
            second.append(take(hub, out.path).path.name)

    aside = stick / "aside"
    aside.mkdir()
    copy = aside / out.path.name
    copy.write_bytes(out.path.read_bytes())
    assert code_of(lambda: take(hub, copy, told=told)) == "E-COURIER-OLD"
    (answer,) = stick.glob("*-in-*.sdpack")
    assert import_answer(courier_of(desk), answer).report.outbox_left == 0
    assert hub.rows("SELECT count(*) FROM hub_history") == [(1,)]


def test_a_stick_that_fills_up_half_way_is_said_and_nothing_half_stays(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    """The system refuses every byte beyond three million, in the middle of a file."""
    content = random.Random(2).randbytes(6_000_000)
    sha = keep_file(desk, content)
    desk.edit(desk.add_customer("Alpha"), email=sha)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, hard))
    try:
        assert code_of(lambda: export(desk, stick, files={sha: content})) == "E-COURIER-DISK"
        assert list(stick.iterdir()) == []
        small = export(desk, stick, files_bytes=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (small.number, small.files_left) == (1, 1)
    assert take(hub, small.path).results == 2


def test_a_clone_is_told_of_its_numbers_by_the_answer(desk: Desk, hub: Hub, stick: Path) -> None:
    desk.add_customer("one")
    carry(desk, stick)
    desk.add_customer("two")
    with desk.store.desk_work() as session:
        for table in ("outbox", "outbox_touch"):
            session.connection().exec_driver_sql(f"DELETE FROM {table} WHERE mseq = 1")
            session.connection().exec_driver_sql(f"UPDATE {table} SET mseq = 1 WHERE mseq = 2")
    done = carry(desk, stick)
    assert [problem.code for problem in done.report.problems] == ["E-SYNC-FORK"]
    assert done.report.outbox_left == 1
    assert hub.rows("SELECT count(*) FROM hub_history") == [(1,)]


def test_what_is_granted_and_taken_away_comes_by_the_pack_too(
    desk: Desk, hub: Hub, tmp_path: Path, stick: Path
) -> None:
    far = make_desk(hub, tmp_path, "far", scopes=(OTHER,), person="c2")
    theirs = far.add_customer("theirs")
    far.sync()
    hub.database.write(lambda c: workstations.grant(c, desk.device, OTHER))
    carry(desk, stick)
    carry(desk, stick)
    assert theirs in desk.names()
    hub.database.write(lambda c: workstations.revoke(c, desk.device, OTHER, hub.clock.now()))
    done = carry(desk, stick)
    assert [problem.code for problem in done.report.problems] == ["E-SYNC-SCOPE-GONE"]
    assert theirs not in desk.names()
    far.close()


def test_a_hub_that_lost_every_race_says_so_and_the_pack_is_taken_later(
    desk: Desk, hub: Hub, stick: Path
) -> None:
    from sync.hub.database import HubBusyError

    class Busy(HubService):
        def sync(self, call: object, asked: object) -> bytes:
            raise HubBusyError("lost")

    desk.add_customer("one")
    out = export(desk, stick)
    sound = hub.service
    hub.service = Busy(**vars(sound))
    assert code_of(lambda: take(hub, out.path)) == "E-COURIER-REFUSED"
    hub.service = sound
    assert take(hub, out.path).results == 1


def test_the_key_of_head_office_is_told_to_desks_taken_in_before(desk: Desk, hub: Hub) -> None:
    desk.sync()
    assert desk.link.courier_key == hub.service.public.courier
    assert sha256(b"") != desk.link.courier_key
