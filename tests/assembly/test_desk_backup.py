"""Copies of a desk's store: whole, sealed, proved by a restored one, given up by rule."""

import os
import shutil
from pathlib import Path

import pytest

import app.schema  # noqa: F401 - the metadata must be whole
from app.assembly.desk_backup import back_up_desk, prove
from app.audit.actions import append_line
from app.documents.vault import Vault
from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from app.store.backup import (
    FILES,
    StoreBackup,
    back_up_store,
    backups,
    given_up,
    restore_store,
)
from app.store.keyslots import new_slots
from app.store.store import DATABASE, KEYS, Store
from app.store.work import Actor, Work

CLOCK = SystemClock()
PASSPHRASE = "a passphrase to test by"
KEPT = b"a sealed contract"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, bytes]:
    """A closed store with audit lines that wait, and a sealed file."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    slots, key = new_slots()
    store = Store.create(tmp_path / "desk", slots.with_passphrase(key, PASSPHRASE), key, CLOCK)
    store.note("device", "d" * 32)
    for _ in range(5):
        write(store)
    store.close()
    Vault(tmp_path / "desk" / FILES, key).put(KEPT, "pdf")
    return tmp_path / "desk", key


def write(store: Store) -> None:
    actor = Actor("c1", "c1", frozenset({"clerk"}), "ho.79", "d" * 32)

    def act(work: Work) -> None:
        append_line(
            work, "a.b", [], {}, chain="d" * 32, scope="ho.79", signer=None, seal_head=False
        )

    with store.work(actor) as work:
        act(work)
        work.commit()


def pipe() -> int:
    reading, writing = os.pipe()
    os.write(writing, f"{PASSPHRASE}\n".encode())
    os.close(writing)
    return reading


def test_a_backup_is_made_and_proved_by_its_passphrase(
    desk: tuple[Path, bytes], tmp_path: Path
) -> None:
    folder, _ = desk
    answer = back_up_desk(folder, tmp_path / "safe", pipe(), CLOCK, proved=True)
    assert (answer["waiting"], answer["lines"], answer["files"]) == (5, 5, 1)
    names = sorted(path.name for path in Path(answer["folder"]).iterdir())
    assert names == [DATABASE, KEYS]
    for path in (tmp_path / "safe").rglob("*"):
        assert path.is_dir() or KEPT not in path.read_bytes()
    left = {path.name for path in (tmp_path / "safe").iterdir()}
    assert left == {"files", Path(answer["folder"]).name}, "the drill leaves nothing"


def test_a_backup_of_an_open_store_is_one_moment_of_it(
    desk: tuple[Path, bytes], tmp_path: Path
) -> None:
    folder, key = desk
    store = Store.open(folder, key, CLOCK)
    write(store)
    made = back_up_store(folder, key, tmp_path / "safe", CLOCK)
    write(store)
    store.close()
    assert prove(made, key, CLOCK).lines == 6
    reopened = Store.open(folder, key, CLOCK)
    reopened.close()


def test_a_restored_desk_opens_with_its_files(desk: tuple[Path, bytes], tmp_path: Path) -> None:
    folder, key = desk
    made = back_up_store(folder, key, tmp_path / "safe", CLOCK)
    shutil.rmtree(folder)
    restore_store(made, tmp_path / "again")
    with pytest.raises(FileExistsError):
        restore_store(made, tmp_path / "again")
    (one,) = Vault(tmp_path / "again" / FILES, key).files()
    assert Vault(tmp_path / "again" / FILES, key).get(one.sha256) == KEPT


def test_a_damaged_store_makes_no_backup_and_takes_none_away(
    desk: tuple[Path, bytes], tmp_path: Path
) -> None:
    folder, key = desk
    kept = back_up_store(folder, key, tmp_path / "safe", CLOCK)
    content = bytearray((folder / DATABASE).read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 + 100] ^= 1
    (folder / DATABASE).write_bytes(content)
    with pytest.raises(BranchError) as caught:
        back_up_store(folder, key, tmp_path / "safe", CLOCK)
    assert caught.value.code.startswith("E-STORE-")
    assert backups(tmp_path / "safe") == [kept]
    assert not list((tmp_path / "safe").glob("*.part"))


@pytest.mark.parametrize("part", [DATABASE, "files"])
def test_a_drill_finds_a_copy_that_was_changed(
    desk: tuple[Path, bytes], tmp_path: Path, part: str
) -> None:
    folder, key = desk
    made = back_up_store(folder, key, tmp_path / "safe", CLOCK)
    path = made.folder / DATABASE
    if part == "files":
        (path,) = (tmp_path / "safe" / "files").glob("??/*.sealed")
    content = bytearray(path.read_bytes())
    content[-20 if part == "files" else 6 * 4096 + 50] ^= 1
    path.write_bytes(content)
    with pytest.raises(BranchError):
        prove(made, key, CLOCK)


def made(*days: str) -> list[StoreBackup]:
    return [StoreBackup(Path(str(n)), n, day) for n, day in enumerate(days, 1)]


def test_the_last_24_stay_and_one_of_each_of_7_days() -> None:
    there = made(*[f"202603{day:02d}" for day in range(1, 11) for _ in range(6)])
    gone = given_up(there)
    left = [one.number for one in there if one not in gone]
    assert left == [24, 30, 36, *range(37, 61)]
    assert given_up(there[:24]) == []
    assert given_up(made(*["20260301"] * 30)) == made(*["20260301"] * 30)[:6]
