"""Head office run by its commands: each by its words, with a JSON answer."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.assembly.hub import init_head_office
from app.cli import parser, run
from app.kit.clock import FixedClock
from sync.hub import workstations
from sync.hub.keys import HubKeys, public_keys
from sync.hub.server import KEYS, HubSettings, open_database
from sync.hub.tables import log_due
from sync.hub.usage import Quotas
from sync.wire.messages import EnrolRequest
from tests.sync.world import b64

CLOCK = FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init_head_office(tmp_path / "hub", CLOCK)
    return tmp_path / "hub"


@pytest.fixture
def device(folder: Path) -> Iterator[str]:
    """Take a workstation in, as its enrolment does."""
    database = open_database(HubSettings(folder))
    key = b64(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    token = database.write(lambda c: workstations.make_token(c, ["ho.79"], "t", CLOCK))
    asked = EnrolRequest(token, "ed25519", key, "counter 1", "t", 1)
    id, _ = database.write(lambda c: workstations.enrol(c, asked, CLOCK))
    database.close()
    yield id.hex


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*words: object) -> tuple[int, Any]:
        capsys.readouterr()
        code = run(["hub", *map(str, words), "--json", "--lang", "en"])
        return code, json.loads(capsys.readouterr().out)

    return command


def one(said: Any, folder: Path) -> dict[str, Any]:
    code, answer = said("devices", "--folder", folder)
    assert code == 0
    (line,) = answer["devices"]
    return dict(line)


def test_a_workstation_is_listed_given_and_taken_from(folder: Path, device: str, said: Any) -> None:
    assert one(said, folder)["state"] == "in use"
    assert one(said, folder)["writes"] == ["ho.79"]
    assert said("grant", device, "ho", "--read-only", "--folder", folder)[0] == 0
    assert one(said, folder)["reads"] == ["ho"]
    assert said("revoke", device, "--scope", "ho.79", "--keep", "--folder", folder)[0] == 0
    assert (one(said, folder)["writes"], one(said, folder)["taken"]) == ([], ["ho.79"])
    assert said("revoke", device, "--wipe", "--days", "3", "--folder", folder)[0] == 0
    assert one(said, folder)["state"] == "to wipe"
    assert said("revoke", device, "--folder", folder)[0] == 0
    assert one(said, folder)["state"] == "shut out"


@pytest.mark.parametrize("words", [("grant", "f" * 32, "ho"), ("revoke", "f" * 32)])
def test_a_workstation_nobody_knows_is_told(
    folder: Path, said: Any, words: tuple[str, ...]
) -> None:
    code, answer = said(*words, "--folder", folder)
    assert code == 2
    assert answer["error"]["code"] == "E-HUB-NO-WORKSTATION"


def test_backup_drill_restore_examine(folder: Path, said: Any, tmp_path: Path) -> None:
    """Head office as it begins has a feed already: its office, its administrator, its packs."""
    target = tmp_path / "backup"
    code, made = said("backup", target, "--folder", folder)
    assert code == 0
    assert made["counts"]["person"] == 1
    code, drilled = said("drill", target, "--folder", folder)
    assert (code, drilled["good"], drilled["differing"]) == (0, True, [])
    assert drilled["rows"] > 10
    shutil.copytree(folder / KEYS, tmp_path / "new" / KEYS)
    code, restored = said("restore", target, "--folder", tmp_path / "new")
    assert code == 0
    assert restored["epoch"]
    assert said("examine", "--folder", tmp_path / "new")[1]["holds"] is True
    (target / "hub.db").write_bytes(b"nothing")
    code, answer = said("drill", target, "--folder", folder)
    assert (code, answer["error"]["code"]) == (2, "E-HUB-BACKUP-BROKEN")


def test_a_proof_is_written_and_checked_with_the_key_alone(
    folder: Path, said: Any, tmp_path: Path
) -> None:
    database = open_database(HubSettings(folder))
    head = {"scope": "ho", "chain": "hub", "n": 7, "hash": "a" * 64, "device": "",
            "signature": "bb", "at": CLOCK.now()}  # fmt: skip
    database.write(lambda c: c.execute(log_due.insert().values(**head)))
    database.close()
    file = tmp_path / "proof.json"
    assert (
        said("prove", "hub", "8", file, "--folder", folder)[1]["error"]["code"] == "E-HUB-NO-PROOF"
    )
    assert not file.exists()
    code, made = said("prove", "hub", "7", file, "--folder", folder)
    assert (code, made["key"]) == (0, public_keys(HubKeys(folder / KEYS)).receipt)
    shutil.rmtree(folder)
    code, checked = said("check-proof", file, "--key", made["key"])
    assert (code, checked["holds"], checked["hash"]) == (0, True, "a" * 64)
    file.write_text(file.read_text().replace("a" * 64, "c" * 64))
    assert said("check-proof", file, "--key", made["key"])[0] == 1
    stranger = b64(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    file.write_text(file.read_text().replace("c" * 64, "a" * 64))
    assert said("check-proof", file, "--key", stranger)[0] == 1
    file.write_text("[]")
    assert said("check-proof", file, "--key", stranger)[0] == 2


def test_the_document_is_printed(said: Any) -> None:
    code, answer = said("openapi")
    assert code == 0
    assert json.loads(answer["openapi"])["openapi"] == "3.1.0"


def test_what_a_workstation_may_ask_for_is_set_by_options() -> None:
    words = ["hub", "serve", "--folder", "x", "--mutations-a-day", "7", "--operations", "[::1]:9"]
    options = parser().parse_args(words)
    assert (options.mutations_a_day, options.bytes_a_day) == (7, None)
    assert options.operations == ("::1", 9)
    for name in Quotas.__dataclass_fields__:
        assert hasattr(options, name), f"--{name.replace('_', '-')} is missing"
