"""What stands in the way of opening a store, each refused in words."""

import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.store import gate
from app.store.engine import OLDEST_SQLITE, connect, reading_engine
from app.store.gate import OneProgram, check_folder, check_sqlite, remote_kind
from app.store.keyslots import new_slots
from app.store.store import DATABASE, KEYS, Store

ROOT = Path(__file__).resolve().parents[2]
MOUNTS = """\
/dev/vda / ext4 rw 0 0
srv:/home /srv/home nfs4 rw 0 0
//nas/x /mnt/my\\040share cifs rw 0 0
sshfs /mnt/ssh fuse.sshfs rw 0 0
/dev/vdb /srv/home/local xfs rw 0 0
tmpfs /run tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/desk", ""),
        ("/srv/home/desk", "nfs4"),
        ("/srv/home/local/desk", ""),
        ("/srv/homely/desk", ""),
        ("/mnt/my share/desk", "cifs"),
        ("/mnt/ssh/desk", "fuse.sshfs"),
        ("/run/desk", ""),
        ("/srv/a/OneDrive - Office/desk", "onedrive"),
        ("/srv/a/Dropbox/desk", "dropbox"),
    ],
)
def test_the_longest_mount_point_decides(folder: str, kind: str) -> None:
    assert remote_kind(Path(folder), MOUNTS) == kind


def test_a_network_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BranchError) as refused:
        check_folder(tmp_path, mounts=f"srv:/x {tmp_path} nfs rw 0 0\n")
    assert refused.value.code == "E-STORE-NOT-LOCAL"


def test_a_full_disk_is_refused_before_the_day_begins(tmp_path: Path, clock: FixedClock) -> None:
    slots, key = new_slots()
    slots.write(tmp_path / KEYS)
    with pytest.raises(BranchError) as refused:
        Store.open(tmp_path, key, clock, reserve=1 << 60)
    assert refused.value.code == "E-STORE-FULL"
    assert not (tmp_path / DATABASE).exists()


def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_sqlite()
    newer = (OLDEST_SQLITE[0] + 90, 0, 0)
    monkeypatch.setattr(gate, "OLDEST_SQLITE", newer)
    with pytest.raises(BranchError) as refused:
        check_sqlite()
    assert refused.value.code == "E-STORE-SQLITE"


def test_the_file_is_not_readable_without_its_key(store: Store) -> None:
    store.note("canary", "plain words in the store")
    for path in store.folder.rglob("*"):
        if path.is_file() and path.name != "desk.lock":
            content = path.read_bytes()
            assert b"plain words" not in content
            assert b"SQLite format 3" not in content
    with pytest.raises(BranchError) as refused:
        connect(store.folder / DATABASE, bytes(32))
    assert refused.value.code == "E-STORE-KEY"


def test_every_connection_syncs_fully(store: Store) -> None:
    raw = connect(store.folder / DATABASE, store.key)
    try:
        asked = {
            name: raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    finally:
        raw.close()
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }


def test_a_reader_cannot_write(store: Store) -> None:
    engine = reading_engine(store.folder / DATABASE, store.key)
    with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM desk")
    engine.dispose()


def test_a_new_store_never_takes_the_place_of_one(store: Store, clock: FixedClock) -> None:
    kept = (store.folder / KEYS).read_bytes()
    slots, key = new_slots()
    with pytest.raises(BranchError) as refused:
        Store.create(store.folder, slots, key, clock)
    assert refused.value.code == "E-STORE-EXISTS"
    assert (store.folder / KEYS).read_bytes() == kept


def test_two_programs_in_one_process_are_refused(tmp_path: Path) -> None:
    first, second = OneProgram(tmp_path), OneProgram(tmp_path)
    first.take()
    with pytest.raises(BranchError) as refused:
        second.take()
    assert refused.value.code == "E-STORE-IN-USE"
    first.free()
    second.take()
    second.free()


HOLDER = """
import sys
from pathlib import Path
from app.store.gate import OneProgram
program = OneProgram(Path(sys.argv[1]))
program.take()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_and_let_in_after_the_first_was_killed(
    store: Store, clock: FixedClock
) -> None:
    folder, key = store.folder, store.key
    store.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert holder.stdout is not None and holder.stdin is not None
        assert select.select([holder.stdout], [], [], 30)[0]
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BranchError) as refused:
            Store.open(folder, key, clock)
        assert refused.value.code == "E-STORE-IN-USE"
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        Store.open(folder, key, clock).close()
    finally:
        holder.kill()
        holder.wait(10)
        for pipe in (holder.stdin, holder.stdout):
            if pipe is not None:
                pipe.close()


def test_a_clock_behind_what_was_seen_is_doubtful_until_head_office_says_the_time(
    store: Store, clock: FixedClock
) -> None:
    folder, key = store.folder, store.key
    assert not store.clock_doubtful
    store.close()
    now = clock.now()
    clock.jump(now.replace(year=now.year + 10))
    Store.open(folder, key, clock).close()
    clock.jump(now)
    again = Store.open(folder, key, clock)
    assert again.clock_doubtful
    again.trust_time(now)
    assert not again.clock_doubtful
    again.close()
    once_more = Store.open(folder, key, clock)
    assert not once_more.clock_doubtful
    once_more.close()


@pytest.mark.parametrize("place", [0, 100, 4096 + 20, 5 * 4096 + 77])
def test_a_damaged_page_is_found_at_the_start_and_nothing_is_deleted(
    place: int, store: Store, clock: FixedClock
) -> None:
    folder, key = store.folder, store.key
    for n in range(200):
        store.note(f"fact-{n}", "x" * 200)
    store.close()
    path = folder / DATABASE
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    # An unclean stop: what was kept about it must not be believed, so every page is read.
    with pytest.raises(BranchError) as refused:
        _open_after_crash(folder, key, clock)
    assert refused.value.code in ("E-STORE-DAMAGED", "E-STORE-KEY")
    assert path.read_bytes() == bytes(content)


def test_a_clean_start_reads_the_pages_beside_the_work_and_stops_writing_where_one_is_damaged(
    store: Store, clock: FixedClock
) -> None:
    for n in range(400):
        store.note(f"fact-{n}", "x" * 400)
    folder, key = store.folder, store.key
    store.close()
    pages = (folder / DATABASE).stat().st_size // 4096
    whole = (folder / DATABASE).read_bytes()
    found = 0
    for page in range(pages - 1, pages - 30, -3):
        harmed = bytearray(whole)
        harmed[page * 4096 + 77] ^= 1
        (folder / DATABASE).write_bytes(harmed)
        try:
            again = Store.open(folder, key, clock)
        except BranchError as at_once:
            assert at_once.code == "E-STORE-DAMAGED"
            continue
        again.checker.close()
        assert again.watch.damage is not None and again.watch.damage.code == "E-STORE-DAMAGED"
        with pytest.raises(BranchError) as refused:
            again.note("x", 1)
        assert refused.value.code == "E-STORE-DAMAGED"
        found += 1
        again.close()
        with pytest.raises(BranchError) as told:
            Store.open(folder, key, clock)
        assert told.value.code == "E-STORE-DAMAGED", "and the next start reads everything first"
    assert found, "no page was read beside the work alone"


def test_the_reading_beside_the_work_finds_nothing_in_a_whole_store(
    store: Store, clock: FixedClock
) -> None:
    folder, key = store.folder, store.key
    store.close()
    again = Store.open(folder, key, clock)
    again.checker.close()
    assert again.watch.damage is None
    again.note("fact", 1)
    again.close()


def test_a_store_that_closes_at_once_does_not_wait_for_the_reading(
    store: Store, clock: FixedClock
) -> None:
    store.watch.stop()
    store.watch.look()
    assert store.watch.damage is None
    store.close()
    Store.open(store.folder, store.key, clock).close()


def test_a_person_may_have_every_page_read(store: Store) -> None:
    folder, key = store.folder, store.key
    with pytest.raises(BranchError) as in_use:
        Store.check(folder, key)
    assert in_use.value.code == "E-STORE-IN-USE"
    store.close()
    Store.check(folder, key)
    path = folder / DATABASE
    content = bytearray(path.read_bytes())
    content[3 * 4096 + 50] ^= 1
    path.write_bytes(content)
    with pytest.raises(BranchError) as damaged:
        Store.check(folder, key)
    assert damaged.value.code == "E-STORE-DAMAGED"


def _open_after_crash(folder: Path, key: bytes, clock: FixedClock) -> None:
    clock.advance(30 * 86400)
    Store.open(folder, key, clock).close()


def test_the_second_sqlite_is_not_in_a_process_that_opened_a_store(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
import app.schema
from app.kit.clock import SystemClock
from app.store.keyslots import new_slots
from app.store.store import Store
slots, key = new_slots()
store = Store.create(Path(sys.argv[1]), slots, key, SystemClock())
with store.desk_work() as session:
    pass
store.read(lambda session: session.connection())
store.close()
print(sorted(name for name in sys.modules if name in ("sqlite3", "_sqlite3", "aiosqlite", "apsw")))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tmp_path / "desk")],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, b"[]\n"), done.stderr.decode()


def test_who_reads_next_gets_the_pages_read_last(store: Store) -> None:
    """Each reading connection keeps pages of its own, so the one used last is used again."""
    engine = reading_engine(store.folder / DATABASE, store.key)
    try:
        first, second = engine.connect(), engine.connect()
        warm = second.connection.driver_connection
        first.close()
        second.close()
        for _ in range(3):
            with engine.connect() as again:
                assert again.connection.driver_connection is warm
    finally:
        engine.dispose()
