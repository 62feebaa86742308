"""Head office changes a rate and a limit: premium and level follow, with no code changed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.assembly.price import price_file
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.packs.publish import first_root, make_keys, publish, shipped_sources
from app.packs.sources import BytesSource
from app.packs.trust import PackStore
from tests.pricing.conftest import NOW

EXPIRES = NOW + timedelta(days=30)
TARIFF, AUTHORITY = "tariff/T2026.1.json", "rules/authority.json"


def edited_packs() -> dict[str, bytes]:
    """Class 2 costs 0.80 per mille, and 0.95 is no longer the branch's own to give."""
    packs = shipped_sources()
    tariff, authority = json.loads(packs[TARIFF]), json.loads(packs[AUTHORITY])
    tariff["header"]["version"] = authority["header"]["version"] = 2
    tariff["GPA"]["rate_per_mille_by_class"]["2"] = "0.80"
    assert authority["rows"][0]["value"] == "[9500..10500]"
    authority["rows"][0]["value"] = "[9800..10500]"
    return {TARIFF: json.dumps(tariff).encode(), AUTHORITY: json.dumps(authority).encode()}


def asked(tree: Any, folder: Path) -> Path:
    tree["discretion"] = "0.95"
    tree["cohorts"][0]["covers"] = tree["cohorts"][0]["covers"][:1]
    path = folder / "request.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def test_a_signed_change_changes_premium_and_level(tree: Any, tmp_path: Path) -> None:
    keys, path = make_keys(), asked(tree, tmp_path)
    first = publish(shipped_sources(), keys, EXPIRES)
    packs = PackStore(tmp_path / "packs", first_root(first), FixedClock(NOW))
    packs.refresh(BytesSource(first))
    before: Any = price_file(path, packs)
    assert packs.refresh(BytesSource(publish(edited_packs(), keys, EXPIRES, previous=first)))
    after: Any = price_file(path, packs)
    assert (before["lines"][0]["per_person"], after["lines"][0]["per_person"]) == (
        "142.50",
        "152.00",
    )
    assert (before["approval_level"][:2], after["approval_level"][:2]) == ("L1", "L2")
    assert after["approval_reason"] == [["discretion", "0.95", after["approval_level"]]]
    assert (before["tariff"]["version"], after["tariff"]["version"]) == (1, 2)
    assert before["input_hash"] != after["input_hash"]


def test_the_same_change_without_a_valid_signature_changes_nothing(
    tree: Any, tmp_path: Path
) -> None:
    keys, path = make_keys(), asked(tree, tmp_path)
    first = publish(shipped_sources(), keys, EXPIRES)
    packs = PackStore(tmp_path / "packs", first_root(first), FixedClock(NOW))
    packs.refresh(BytesSource(first))
    before = price_file(path, packs)
    unsigned = first | {f"targets/{name}": content for name, content in edited_packs().items()}
    strangers = publish(edited_packs(), make_keys(), EXPIRES, previous=first)
    assert packs.refresh(BytesSource(unsigned)) is False
    with pytest.raises(BranchError) as caught:
        packs.refresh(BytesSource(strangers))
    assert caught.value.code == "E-PACK-SIGNATURE"
    assert price_file(path, packs) == before
    fresh = PackStore(tmp_path / "fresh", first_root(first), FixedClock(NOW))
    with pytest.raises(BranchError) as caught:
        fresh.refresh(BytesSource(unsigned))
    assert caught.value.code == "E-PACK-BYTES"


def test_the_same_change_on_the_desks_disk_refuses_to_price(tree: Any, tmp_path: Path) -> None:
    path = asked(tree, tmp_path)
    first = publish(shipped_sources(), make_keys(), EXPIRES)
    PackStore(tmp_path / "packs", first_root(first), FixedClock(NOW)).refresh(BytesSource(first))
    for name, content in edited_packs().items():
        target = tmp_path / "packs" / "targets" / name
        before = target.read_bytes()
        target.write_bytes(content)
        packs = PackStore(tmp_path / "packs", first_root(first), FixedClock(NOW))
        with pytest.raises(BranchError) as caught:
            price_file(path, packs)
        assert caught.value.code == "E-PACK-BYTES"
        target.write_bytes(before)
    packs = PackStore(tmp_path / "packs", first_root(first), FixedClock(NOW))
    assert price_file(path, packs)["approval_level"]
