"""`sealdesk customers import` as a person runs it: looked at first, killed in the middle, gone on
with, and everybody in it once."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.audit.queries import check_chain
from app.customers.queries import count_customers, strong_doubles
from app.customers.rules.resident_id import with_check
from app.kit.clock import SystemClock
from app.store.keyslots import KeySlots
from app.store.outbox import left
from app.store.store import KEYS, Store
from tests.faults.drill import PASSPHRASE, found_site

ROOT = Path(__file__).resolve().parents[2]
CLERK = "E1001"
ROWS = 6_000
pytestmark = [pytest.mark.slow, pytest.mark.serial]


def secret(text: str) -> int:
    """Give the reading end of a pipe that holds one line."""
    reading, writing = os.pipe()
    os.write(writing, f"{text}\n".encode())
    os.close(writing)
    return reading


def command(folder: Path, file: Path, *words: str) -> "subprocess.Popen[bytes]":
    """Start the command; whoever reads standard error follows its log."""
    password = hmac.digest(PASSPHRASE.encode(), CLERK.encode(), hashlib.sha256).hex()[:24]
    pipes = secret(PASSPHRASE), secret(password)
    said = [
        sys.executable, "-m", "app", "customers", "import", str(file), "--folder", str(folder),
        "--person", CLERK, "--passphrase-fd", str(pipes[0]), "--password-fd", str(pipes[1]),
        "--json", "--log", "info", *words,
    ]  # fmt: skip
    around = os.environ | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    started = subprocess.Popen(
        said, cwd=ROOT, env=around, pass_fds=pipes, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    for pipe in pipes:
        os.close(pipe)
    return started


def answer(process: "subprocess.Popen[bytes]", code: int = 0) -> dict[str, Any]:
    """Wait for the end and read the one object on standard output."""
    out, log = process.communicate(timeout=120)
    assert process.returncode == code, log.decode()[-3000:]
    return dict(json.loads(out))


def listed(path: Path) -> Path:
    rows = ["姓名,证件号码,手机号码"]
    for n in range(ROWS):
        rows.append(f"客户{n},{with_check(f'110101{1950 + n // 500}0101{n % 500:03d}')},")  # noqa: PERF401
    rows += ["无证,,", f"再来,{with_check('110101195001010000'[:17])},"]
    rows.append(f"客户1,{with_check('11010119500101501')},")  # a man born the day 客户1 was
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_looked_at_killed_in_the_middle_gone_on_with_and_nobody_twice(tmp_path: Path) -> None:
    found_site(tmp_path / "site")
    folder = tmp_path / "site" / "stores" / "desk"
    file = listed(tmp_path / "customers.csv")
    before = look(folder)["customers"]

    seen = answer(command(folder, file))
    assert (seen["good"], seen["wrong"], seen["again_in_file"]) == (ROWS, 1, 1)
    assert seen["looks_like_another"] == 1 and "W-IMPORT-ALIKE" in str(seen["places"])
    assert not seen["done"] and len(seen["places"]) == 3
    assert look(folder)["customers"] == before, "looking writes nothing"

    killed = command(folder, file, "--do")
    assert killed.stderr is not None
    parts = 0
    for line in killed.stderr:
        parts += b"customers.import_customers" in line
        if parts == 2:
            break
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    taken = look(folder)["customers"] - before
    assert 2_000 <= taken < ROWS, "it was cut off in the middle"

    told = answer(command(folder, tmp_path / "another.csv", "--do"), code=2)
    assert told["error"]["code"] == "E-IMPORT-UNDER-WAY"
    done = answer(command(folder, file, "--do"))
    assert done["gone_on"] and done["new"] == ROWS
    state = look(folder)
    assert state["customers"] == before + ROWS and not state["doubled"] and state["whole"]
    again = answer(command(folder, file))
    assert again["here_already"] == ROWS and again["good"] == 0
    assert again["looks_like_another"] == 1, "nobody said that it is another customer"
    other = answer(command(folder, file, "--do", "--others"))
    assert (other["new"], other["refused"]) == (1, 0)
    assert look(folder)["customers"] == before + ROWS + 1


def look(folder: Path) -> dict[str, Any]:
    """Open the closed store and count."""
    slots = KeySlots.read(folder / KEYS)
    store = Store.open(folder, slots.open_by_passphrase(PASSPHRASE), SystemClock())
    try:
        scope = str(store.noted("office"))
        with store.desk_work() as session:
            waiting = left(session)
        return {
            "customers": store.read(count_customers, scope),
            "doubled": store.read(strong_doubles, scope),
            "whole": store.read(check_chain, str(store.noted("device")), []).whole,
            "waiting": waiting,
        }
    finally:
        store.close()
