"""Head office's side: keys are kept apart, nothing wrong is signed, a new version counts on."""

import hashlib
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError, BugError
from app.packs.bundle import verify_bundle
from app.packs.header import KINDS
from app.packs.publish import (
    PackKeys,
    first_root,
    publish,
    read_keys,
    shipped_sources,
    write_bundle,
    write_keys,
)
from app.packs.resources import RESOURCES, resource_bytes, resource_path, resource_text
from app.packs.shipped import SHIPPED_ROOT_SHA256
from app.packs.sources import BytesSource, FolderSource
from app.packs.trust import PackStore
from tests.packs.conftest import EXPIRES, NOW, TARIFF, Files, edited, raised


def test_there_are_three_of_five_and_two_of_three(keys: PackKeys, first: Files) -> None:
    bundle = verify_bundle(BytesSource(first), first_root(first), now=NOW)
    for role in ("root", "timestamp", "snapshot", "targets"):
        asked = bundle.root.roles[role]
        assert (asked.threshold, len(asked.keyids)) == ((3, 5) if role == "root" else (2, 3))
    delegations = bundle.targets.delegations
    assert delegations is not None and delegations.roles is not None
    for kind in KINDS:
        role = delegations.roles[kind]
        assert (role.threshold, len(role.keyids), role.paths) == (2, 3, [f"{kind}/*"])
    everybody = [key.public.keyid for members in keys.by_role.values() for key in members]
    assert len(everybody) == len(set(everybody)) == 26


def test_keys_come_back_from_their_files(tmp_path: Path, keys: PackKeys, first: Files) -> None:
    write_keys(keys, tmp_path / "keys", b"four words on paper")
    files = sorted((tmp_path / "keys").iterdir())
    assert len(files) == 26
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(b"ENCRYPTED PRIVATE KEY" in file.read_bytes() for file in files)
    again = read_keys(tmp_path / "keys", b"four words on paper")
    following = publish(shipped_sources(), again, EXPIRES, previous=first)
    assert verify_bundle(BytesSource(following), first_root(first), now=NOW).timestamp.version == 2
    with pytest.raises(ValueError, match=r"."):
        read_keys(tmp_path / "keys", b"another phrase")
    with pytest.raises(FileExistsError):
        write_keys(keys, tmp_path / "keys", b"four words on paper")


def test_nothing_wrong_is_signed(keys: PackKeys, first: Files) -> None:
    packs = shipped_sources()
    silent = edited(packs[TARIFF], lambda tree: tree["region_factor"].update({"A": "1.06"}))
    with pytest.raises(BranchError) as caught:
        publish({**packs, TARIFF: silent}, keys, EXPIRES, previous=first)
    assert caught.value.code == "E-PACK-VERSION"
    wrong = edited(packs[TARIFF], lambda tree: tree["region_factor"].update({"A": "x"}))
    with pytest.raises(BranchError) as caught:
        publish({**packs, TARIFF: wrong}, keys, EXPIRES)
    assert caught.value.code == "E-PACK-CONTENT"


def test_every_role_counts_on(keys: PackKeys, first: Files) -> None:
    packs = shipped_sources()
    packs[TARIFF] = edited(packs[TARIFF], raised)
    bundle = verify_bundle(
        BytesSource(publish(packs, keys, EXPIRES, previous=first)), first_root(first), now=NOW
    )
    signed: list[Any] = [bundle.timestamp, bundle.snapshot, bundle.targets, *bundle.roles.values()]
    assert {one.version for one in signed} == {2}


def test_the_maker_of_the_shipped_bundle_says_its_root(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.packs.publish", "--out", str(tmp_path / "packs")]
    made = subprocess.run(command, cwd=RESOURCES.parent, capture_output=True, text=True, check=True)
    root = (tmp_path / "packs" / "metadata" / "1.root.json").read_bytes()
    assert made.stdout.strip() == hashlib.sha256(root).hexdigest() != SHIPPED_ROOT_SHA256
    packs = PackStore(tmp_path / "packs", root, FixedClock(NOW))
    assert packs.tariff("T2026.1").origin.version == 1
    again = subprocess.run(command, cwd=RESOURCES.parent, capture_output=True, check=False)
    assert again.returncode == 2


def test_a_written_bundle_is_read_as_a_folder(tmp_path: Path, first: Files) -> None:
    write_bundle(first, tmp_path / "stick")
    packs = PackStore(tmp_path / "packs", first_root(first), FixedClock(NOW))
    assert packs.refresh(FolderSource(tmp_path / "stick"))
    assert len(packs.origins()) == len(shipped_sources())


def test_the_loader_stays_inside_resources() -> None:
    assert resource_text("rules/authority.json").encode() == resource_bytes("rules/authority.json")
    for name in ("../pyproject.toml", "rules/nothing.json"):
        with pytest.raises(BugError):
            resource_path(name)
