"""Every way to slip a wrong pack in, one test each (the attacks TUF is written against)."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, TargetFile

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.packs import bundle as limits
from app.packs.bundle import read_target, verify_bundle
from app.packs.header import KINDS
from app.packs.publish import (
    PackKeys,
    first_root,
    make_keys,
    publish,
    rotate_root,
    shipped_sources,
    write_bundle,
)
from app.packs.shipped import shipped_packs, shipped_root
from app.packs.sources import BytesSource, FolderSource
from app.packs.trust import PackStore
from tests.packs.conftest import AUTHORITY, EXPIRES, NOW, TARIFF, Files, Forger, edited, raised

METADATA = ("timestamp", "snapshot", "targets", *KINDS)


def refused(call: Callable[..., object], *args: object, **kwargs: object) -> str:
    """Give the code with which a call is refused."""
    with pytest.raises(BranchError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def verify(files: Files, root: bytes) -> limits.Bundle:
    return verify_bundle(BytesSource(files), root, now=NOW)


@pytest.fixture
def store(tmp_path: Path, first: Files, clock: FixedClock) -> PackStore:
    """A desk that has taken the first bundle."""
    packs = PackStore(tmp_path / "packs", first_root(first), clock)
    assert packs.refresh(BytesSource(first))
    return packs


@pytest.fixture
def second(first: Files, keys: PackKeys) -> Files:
    """The next bundle, with a raised tariff."""
    packs = shipped_sources()
    packs[TARIFF] = edited(packs[TARIFF], raised)
    return publish(packs, keys, EXPIRES, previous=first)


def test_a_bundle_is_taken_once_and_read_back(
    tmp_path: Path, first: Files, store: PackStore, clock: FixedClock
) -> None:
    assert store.refresh(BytesSource(first)) is False
    again = PackStore(tmp_path / "packs", first_root(first), clock)
    assert again.origins() == store.origins()
    assert {origin.signed_by for origin in again.origins()} == set(KINDS)
    assert again.tariff("T2026.1").origin.version == 1


@pytest.mark.parametrize("path", [TARIFF, AUTHORITY])
def test_every_changed_byte_of_a_pack_is_refused(first: Files, path: str) -> None:
    bundle = verify(first, first_root(first))
    content = first[f"targets/{path}"]
    assert read_target(bundle, BytesSource(first), path) == content
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        source = BytesSource({f"targets/{path}": bytes(changed)})
        assert refused(read_target, bundle, source, path) == "E-PACK-BYTES", place


@pytest.mark.parametrize("role", METADATA)
def test_changed_bytes_of_the_metadata_are_refused(first: Files, role: str) -> None:
    name, root = f"metadata/{role}.json", first_root(first)
    step = 1 if role == "timestamp" else 11
    for place in range(0, len(first[name]), step):
        changed = bytearray(first[name])
        changed[place] ^= 1
        with pytest.raises(BranchError):
            verify({**first, name: bytes(changed)}, root)


def test_a_changed_byte_on_the_desks_own_disk_refuses_to_price(
    tmp_path: Path, first: Files, clock: FixedClock, store: PackStore
) -> None:
    path = tmp_path / "packs" / "targets" / TARIFF
    path.write_bytes(path.read_bytes().replace(b'"0.75"', b'"0.57"'))
    assert refused(store.tariff, "T2026.1") == "E-PACK-BYTES"
    path.write_bytes(first[f"targets/{TARIFF}"] + b" ")
    assert refused(store.tariff, "T2026.1") == "E-PACK-BYTES"
    path.unlink()
    assert refused(store.tariff, "T2026.1") == "E-PACK-MISSING"


@pytest.mark.parametrize("role", METADATA)
def test_one_signature_of_two_is_not_enough(first: Files, forger: Forger, role: str) -> None:
    once = forger.resign(first, role, lambda _: None, signers=1)
    assert refused(verify, once, first_root(first)) == "E-PACK-SIGNATURE"
    assert verify(forger.resign(first, role, lambda _: None), first_root(first))


def test_two_signatures_of_three_do_not_make_a_root(first: Files, keys: PackKeys) -> None:
    metadata = Metadata.from_bytes(first_root(first))
    del metadata.signatures[next(iter(metadata.signatures))]
    assert refused(verify, first, metadata.to_bytes()) == "E-PACK-ROOT"


def test_a_root_that_asks_for_fewer_signers_is_refused(first: Files, keys: PackKeys) -> None:
    lax = Metadata.from_bytes(first_root(first))
    lax.signed.roles["timestamp"].threshold = 1
    lax.signatures.clear()
    for key in keys.by_role["root"][:3]:
        lax.sign(key.signer, append=True)
    assert refused(verify, first, lax.to_bytes()) == "E-PACK-SIGNATURE"


def test_a_delegation_that_asks_for_fewer_signers_is_refused(first: Files, forger: Forger) -> None:
    def lax(targets: Any) -> None:
        targets.delegations.roles["tariff"].threshold = 1

    assert refused(verify, forger.resign(first, "targets", lax), first_root(first)) == (
        "E-PACK-SIGNATURE"
    )


def test_strangers_keys_are_refused(first: Files) -> None:
    theirs = publish(shipped_sources(), make_keys(), EXPIRES)
    assert refused(verify, theirs, first_root(first)) == "E-PACK-SIGNATURE"
    del theirs["metadata/1.root.json"]
    assert refused(verify, theirs, first_root(first)) == "E-PACK-SIGNATURE"


def test_a_role_may_not_sign_packs_of_another_kind(first: Files, forger: Forger) -> None:
    target = TargetFile.from_data(TARIFF, first[f"targets/{TARIFF}"])
    by_rules = forger.resign(first, "rules", lambda s: s.targets.update({TARIFF: target}))
    assert refused(verify, by_rules, first_root(first)) == "E-PACK-KIND"
    by_all = forger.resign(first, "targets", lambda s: s.targets.update({TARIFF: target}))
    assert refused(verify, by_all, first_root(first)) == "E-PACK-KIND"


def test_older_data_is_refused(store: PackStore, first: Files, second: Files) -> None:
    assert store.refresh(BytesSource(second))
    assert store.tariff("T2026.1").origin.version == 2
    assert refused(store.refresh, BytesSource(first)) == "E-PACK-ROLLBACK"
    assert store.tariff("T2026.1").origin.version == 2


def test_an_older_role_under_a_newer_timestamp_is_refused(
    store: PackStore, second: Files, forger: Forger
) -> None:
    assert store.refresh(BytesSource(second))

    def back(signed: Any) -> None:
        signed.version = 1

    older = forger.resign(second, "tariff", back)
    assert refused(store.refresh, BytesSource(older)) == "E-PACK-ROLLBACK"


def test_an_older_snapshot_under_a_newer_timestamp_is_refused(
    store: PackStore, first: Files, second: Files, forger: Forger
) -> None:
    assert store.refresh(BytesSource(second))

    def back(timestamp: Any) -> None:
        timestamp.version = 9
        timestamp.snapshot_meta.version = 1

    older = forger.resign(first, "timestamp", back)
    assert refused(store.refresh, BytesSource(older)) == "E-PACK-ROLLBACK"


@pytest.mark.parametrize("role", ["snapshot", "targets", "tariff", "rules"])
def test_parts_of_two_bundles_are_refused(
    store: PackStore, first: Files, second: Files, role: str
) -> None:
    name = f"metadata/{role}.json"
    mixed = {**second, name: first[name]}
    assert refused(store.refresh, BytesSource(mixed)) == "E-PACK-MIXED"


def test_a_pack_of_the_bundle_before_is_refused(
    store: PackStore, first: Files, second: Files
) -> None:
    name = f"targets/{TARIFF}"
    code = refused(store.refresh, BytesSource({**second, name: first[name]}))
    assert code == "E-PACK-BYTES"


def test_two_bundles_of_one_version_are_refused(
    store: PackStore, first: Files, forger: Forger
) -> None:
    def same_number(timestamp: Any) -> None:
        timestamp.version = 1
        timestamp.expires += timedelta(days=1)

    twin = forger.resign(first, "timestamp", same_number)
    assert refused(store.refresh, BytesSource(twin)) == "E-PACK-MIXED"


@pytest.mark.parametrize("role", METADATA)
def test_expired_metadata_is_no_update(
    store: PackStore, second: Files, forger: Forger, role: str
) -> None:
    def stale(signed: Any) -> None:
        signed.expires = NOW - timedelta(seconds=1)

    assert refused(store.refresh, BytesSource(forger.resign(second, role, stale))) == (
        "E-PACK-EXPIRED"
    )
    assert store.tariff("T2026.1").origin.version == 1


def test_what_was_verified_stays_usable_after_it_expired(
    tmp_path: Path, first: Files, second: Files, store: PackStore, clock: FixedClock
) -> None:
    clock.jump(EXPIRES + timedelta(days=400))
    assert store.tariff("T2026.1").origin.version == 1
    late = PackStore(tmp_path / "packs", first_root(first), clock)
    assert late.tariff("T2026.1").origin.version == 1
    assert refused(late.refresh, BytesSource(second)) == "E-PACK-EXPIRED"


def test_a_clock_put_back_does_not_revive_a_bundle(
    tmp_path: Path, first: Files, clock: FixedClock
) -> None:
    floor = EXPIRES + timedelta(days=1)
    packs = PackStore(tmp_path / "packs", first_root(first), clock, time_floor=floor)
    assert refused(packs.refresh, BytesSource(first)) == "E-PACK-EXPIRED"


def test_endless_metadata_is_refused(first: Files) -> None:
    huge = {**first, "metadata/timestamp.json": b" " * (limits.METADATA_LIMIT + 1)}
    assert refused(verify, huge, first_root(first)) == "E-PACK-LARGE"


def test_endless_targets_are_refused(first: Files, forger: Forger) -> None:
    def longer(length: int) -> Callable[[Any], None]:
        def change(signed: Any) -> None:
            signed.targets[TARIFF].length = length

        return change

    one = forger.resign(first, "tariff", longer(limits.TARGET_LIMIT + 1))
    bundle = verify(one, first_root(first))
    assert refused(read_target, bundle, BytesSource(one), TARIFF) == "E-PACK-LARGE"
    all_of_it = forger.resign(first, "tariff", longer(limits.BUNDLE_LIMIT + 1))
    assert refused(verify, all_of_it, first_root(first)) == "E-PACK-LARGE"


@pytest.mark.parametrize("role", METADATA)
def test_a_missing_part_is_named(first: Files, role: str) -> None:
    files = {name: content for name, content in first.items() if name != f"metadata/{role}.json"}
    assert refused(verify, files, first_root(first)) == "E-PACK-MISSING"


def test_a_source_does_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    source = FolderSource(tmp_path / "packs")
    assert refused(source.read, "../secret", 10) == "E-PACK-BYTES"


def test_a_wrong_pack_is_not_taken_even_if_signed(
    store: PackStore, first: Files, forger: Forger
) -> None:
    def spoil(tree: Any) -> None:
        raised(tree)
        tree["GPA"]["rate_per_mille_by_class"]["1"] = "-0.60"

    content = edited(first[f"targets/{TARIFF}"], spoil)
    wrong = forger.swap_target(first, TARIFF, content)
    assert refused(store.refresh, BytesSource(wrong)) == "E-PACK-CONTENT"


def test_a_pack_that_changed_without_a_new_version_is_not_taken(
    store: PackStore, first: Files, second: Files, forger: Forger
) -> None:
    silent = edited(first[f"targets/{TARIFF}"], lambda t: t["region_factor"].update({"A": "1.06"}))
    swapped = forger.swap_target(first, TARIFF, silent)
    assert refused(store.refresh, BytesSource(swapped)) == "E-PACK-VERSION"
    assert store.refresh(BytesSource(second))
    back = forger.swap_target(second, TARIFF, first[f"targets/{TARIFF}"])
    assert refused(store.refresh, BytesSource(back)) == "E-PACK-ROLLBACK"


def test_the_root_is_handed_on_by_its_keepers(
    store: PackStore, first: Files, second: Files, keys: PackKeys
) -> None:
    successors = make_keys()
    handed_on = rotate_root(first, keys, successors, EXPIRES)
    packs = shipped_sources()
    packs[TARIFF] = edited(packs[TARIFF], raised)
    third = publish(packs, successors, EXPIRES, previous=handed_on)
    assert store.refresh(BytesSource(third))
    assert store.tariff("T2026.1").origin.version == 2
    assert refused(store.refresh, BytesSource(second)) == "E-PACK-SIGNATURE"
    again = PackStore(store.folder, first_root(first), FixedClock(NOW))
    assert again.tariff("T2026.1").origin.version == 2


def test_a_root_nobody_handed_on_is_refused(store: PackStore, first: Files, keys: PackKeys) -> None:
    """Thieves publish a whole bundle of their own behind a root that only they signed."""
    thieves = make_keys()
    stolen = publish(
        shipped_sources(), thieves, EXPIRES, rotate_root(first, thieves, thieves, EXPIRES)
    )
    assert refused(store.refresh, BytesSource(stolen)) == "E-PACK-SIGNATURE"


def test_a_root_its_new_keepers_did_not_sign_is_refused(
    store: PackStore, first: Files, keys: PackKeys
) -> None:
    successors = make_keys()
    handed_on = rotate_root(first, keys, successors, EXPIRES)
    root = Metadata.from_bytes(handed_on["metadata/2.root.json"])
    for key in successors.by_role["root"]:
        root.signatures.pop(key.public.keyid, None)
    handed_on["metadata/2.root.json"] = root.to_bytes()
    bundle = publish(shipped_sources(), successors, EXPIRES, handed_on)
    assert refused(store.refresh, BytesSource(bundle)) == "E-PACK-SIGNATURE"


def test_a_root_that_skips_a_number_is_refused(
    store: PackStore, first: Files, keys: PackKeys
) -> None:
    two = rotate_root(first, keys, keys, EXPIRES)
    three = rotate_root(two, keys, keys, EXPIRES)["metadata/3.root.json"]
    skipped = {**two, "metadata/2.root.json": three}
    assert refused(store.refresh, BytesSource(skipped)) == "E-PACK-MIXED"


def test_a_part_listed_under_another_version_is_refused(first: Files, forger: Forger) -> None:
    def other_number(snapshot: Any) -> None:
        snapshot.meta["tariff.json"].version = 9

    files = forger.resign(first, "snapshot", other_number)
    assert refused(verify, files, first_root(first)) == "E-PACK-MIXED"


def test_after_a_theft_the_versions_begin_anew(
    store: PackStore, first: Files, keys: PackKeys, forger: Forger
) -> None:
    def far_ahead(timestamp: Any) -> None:
        timestamp.version = 1_000_000

    assert store.refresh(BytesSource(forger.resign(first, "timestamp", far_ahead)))
    successors = make_keys()
    clean = publish(
        shipped_sources(), successors, EXPIRES, rotate_root(first, keys, successors, EXPIRES)
    )
    assert store.refresh(BytesSource(clean))
    assert store.version == 2


def test_a_power_cut_between_the_two_renames_leaves_the_old_bundle(
    tmp_path: Path, first: Files, store: PackStore, clock: FixedClock
) -> None:
    folder = tmp_path / "packs"
    folder.rename(tmp_path / "packs.old")
    write_bundle({"metadata/half": b""}, tmp_path / "packs.new")
    again = PackStore(folder, first_root(first), clock)
    assert again.tariff("T2026.1").origin.version == 1
    assert again.refresh(BytesSource(first)) is False


def test_an_empty_store_says_what_is_missing(
    tmp_path: Path, first: Files, clock: FixedClock
) -> None:
    empty = PackStore(tmp_path / "none", first_root(first), clock)
    assert (empty.version, empty.origins()) == (0, ())
    assert refused(empty.tariff, "T2026.1") == "E-PACK-UNKNOWN"
    assert refused(empty.authority) == "E-PACK-UNKNOWN"


def test_the_shipped_bundle_is_the_sources_signed(clock: FixedClock) -> None:
    packs = shipped_packs(clock)
    signed = {f"{o.kind}/{o.id}.json": o.sha256 for o in packs.origins()}
    assert signed == {p: sha256(c).hexdigest() for p, c in shipped_sources().items()}
    bundle = verify_bundle(FolderSource(packs.folder), shipped_root(), now=NOW)
    assert all(s.expires.year >= 2031 for s in (bundle.root, bundle.timestamp, bundle.snapshot))


def test_a_pack_damaged_on_our_disk_is_cured_by_the_next_bundle(
    store: PackStore, second: Files
) -> None:
    (store.folder / "targets" / TARIFF).write_bytes(b"{}")
    assert refused(store.tariff, "T2026.1") == "E-PACK-BYTES"
    assert store.refresh(BytesSource(second))
    assert store.tariff("T2026.1").origin.version == 2


def test_a_whole_other_bundle_in_place_of_the_shipped_one_is_refused(
    tmp_path: Path, first: Files, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bundle(first, tmp_path / "packs")
    monkeypatch.setattr("app.packs.resources.RESOURCES", tmp_path)
    assert refused(shipped_packs, clock) == "E-PACK-ROOT"
