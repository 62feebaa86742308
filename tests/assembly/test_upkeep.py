"""What the doctor says of a store: every page of it, where it can be opened."""

import os
from pathlib import Path

import pytest

import app.schema  # noqa: F401 - the metadata must be whole
from app.assembly.upkeep import Finding, examine
from app.kit.clock import SystemClock
from app.store.keyslots import new_slots
from app.store.store import DATABASE, Store

PASSPHRASE = "a passphrase to test by"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed store that only its passphrase opens."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    slots, key = new_slots()
    made = slots.with_passphrase(key, PASSPHRASE)
    Store.create(tmp_path / "desk", made, key, SystemClock()).close()
    return tmp_path / "desk"


def pages(folder: Path, passphrase: str | None) -> Finding:
    reading: int | None = None
    if passphrase is not None:
        reading, writing = os.pipe()
        os.write(writing, f"{passphrase}\n".encode())
        os.close(writing)
    (found,) = [one for one in examine(folder, reading) if one.name == "pages"]
    return found


def test_whole_pages_are_said_to_be_whole_and_a_damaged_one_is_found(folder: Path) -> None:
    assert pages(folder, PASSPHRASE).good
    content = bytearray((folder / DATABASE).read_bytes())
    content[5 * 4096 + 100] ^= 1
    (folder / DATABASE).write_bytes(content)
    found = pages(folder, PASSPHRASE)
    assert not found.good and found.next is not None


def test_without_a_passphrase_the_pages_are_left_alone_and_that_is_said(folder: Path) -> None:
    found = pages(folder, None)
    assert found.good and found.next is not None


def test_a_wrong_passphrase_is_no_good(folder: Path) -> None:
    assert not pages(folder, "another one").good
