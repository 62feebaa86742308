"""`sealdesk courier` as two people run it: a clerk without a line, an operator far away."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.kit.clock import SystemClock
from app.store.keyslots import KeySlots
from app.store.outbox import left
from app.store.store import KEYS, Store
from tests.faults.drill import PASSPHRASE, found_site

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.serial]


def run(*words: str, code: int = 0, key: bool = True) -> dict[str, Any]:
    """Run a command and read the one object on standard output."""
    reading, writing = os.pipe()
    os.write(writing, f"{PASSPHRASE}\n".encode())
    os.close(writing)
    pipe = ["--passphrase-fd", str(reading)] if key else []
    done = subprocess.run(
        [sys.executable, "-m", "app", "courier", *words, *pipe, "--json"],
        cwd=ROOT,
        env=os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        pass_fds=[reading],
        capture_output=True,
        timeout=120,
    )
    os.close(reading)
    assert done.returncode == code, done.stderr.decode()[-3000:]
    return dict(json.loads(done.stdout))


def outbox_left(branch: Path) -> int:
    key = KeySlots.read(branch / KEYS).open_by_passphrase(PASSPHRASE)
    store = Store.open(branch, key, SystemClock())
    try:
        return store.read(left)
    finally:
        store.close()


def test_a_pack_goes_to_head_office_and_its_answer_comes_back(tmp_path: Path) -> None:
    found_site(tmp_path / "site")
    branch, hub = tmp_path / "site" / "stores" / "desk", tmp_path / "site" / "hub"
    stick = tmp_path / "stick"
    made = run("export", str(stick), "--folder", str(branch))
    assert (made["ok"], made["number"]) == (True, 1)
    taken = run("take", made["pack"], str(stick), "--folder", str(hub), key=False)
    assert (taken["pack"], taken["words"], taken["whole"]) == (1, made["changes"], True)
    done = run("import", taken["answer"], "--folder", str(branch))
    assert (done["words"], done["outbox_left"], done["problems"]) == (made["changes"], 0, [])
    assert all(done["digest_equal"].values())
    assert outbox_left(branch) == 0
    again = run("import", taken["answer"], "--folder", str(branch), code=2)
    assert again["error"]["code"] == "E-COURIER-OLD"
    refused = run("take", made["pack"], str(stick), "--folder", str(hub), code=2, key=False)
    assert refused["error"]["code"] == "E-COURIER-OLD"
    assert sorted(refused["error"]) == ["code", "next", "safe", "what"]
