"""Power, disk and kill: no acknowledged act lost, nothing half, and always a word for the clerk."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.kill_loop import (
    ROOT,
    Acked,
    WarmClerks,
    check,
    clerk_command,
    kill_at_random,
    new_store,
    run_clerk,
    said,
)

WRITES = ("pwrite64", "fsync", "fdatasync", "ftruncate")
IN_WORDS = {"E-STORE-WRITE", "E-STORE-FULL", "E-STORE-DAMAGED"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A closed store that each trial gets its own copy of."""
    folder = tmp_path_factory.mktemp("fresh") / "desk"
    return folder, new_store(folder)


class Traced:
    """Warm clerks, each under strace."""

    def __init__(self, clerks: WarmClerks) -> None:
        self._clerks = clerks

    def run(self, folder: Path, key: bytes, inject: str, log: Path) -> Acked:
        """Let one clerk make one quote, one system call made to fail; "" only counts them."""
        acks = log.with_suffix(".acks")
        child = self._clerks.stand_by(folder, key, "1", acks)
        command = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(WRITES)}"]
        if inject:
            command += ["-e", f"inject={inject}"]
        tracer = subprocess.Popen([*command, "-p", str(child)], stderr=subprocess.DEVNULL)
        while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
            assert tracer.poll() is None, "strace did not take hold"
            time.sleep(0.002)
        os.kill(child, signal.SIGCONT)
        self._clerks.ended()
        tracer.wait(20)
        return said(acks)


@pytest.fixture(scope="module")
def warm() -> Iterator[Traced]:
    with WarmClerks() as clerks:
        yield Traced(clerks)


def copy_of(fresh: tuple[Path, bytes], into: Path) -> tuple[Path, bytes]:
    shutil.copytree(fresh[0], into)
    return into, fresh[1]


@pytest.fixture(scope="module")
def points(
    fresh: tuple[Path, bytes], warm: Traced, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """Every write of one quote's day: open, price, submit, close."""
    scratch = tmp_path_factory.mktemp("count")
    folder, key = copy_of(fresh, scratch / "desk")
    acked = warm.run(folder, key, "", scratch / "log")
    assert acked.says("done") and len(acked.of("submitted")) == 1
    text = (scratch / "log").read_text()
    counted = {name: text.count(f"{name}(") for name in WRITES}
    assert counted["pwrite64"] > 20 and counted["fsync"] + counted["fdatasync"] > 5
    return [f"{name}|{k}" for name, total in counted.items() for k in range(1, total + 1)]


Trial = Callable[[str, str], Acked]


@pytest.fixture
def trial(fresh: tuple[Path, bytes], warm: Traced, tmp_path: Path) -> Trial:
    def run(point: str, fault: str) -> Acked:
        name, k = point.split("|")
        place = tmp_path / f"{name}-{k}"
        folder, key = copy_of(fresh, place)
        acked = warm.run(folder, key, f"{name}:{fault}:when={k}", place.with_suffix(".log"))
        assert not acked.of("broke"), f"{point}: {acked.of('broke')}"
        check(folder, key, acked)
        shutil.rmtree(folder)
        return acked

    return run


@pytest.mark.slow
def test_killed_at_every_write_nothing_acknowledged_is_lost(
    trial: Trial, points: list[str]
) -> None:
    finished = [point for point in points if trial(point, "signal=SIGKILL").says("done")]
    assert finished == [], "every point was reached"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["ENOSPC", "EIO"])
def test_a_disk_that_refuses_any_one_write_is_said_and_loses_nothing(
    trial: Trial, points: list[str], fault: str
) -> None:
    said = 0
    for point in points:
        acked = trial(point, f"error={fault}")
        assert acked.says("done"), f"{point}: the clerk's program broke"
        assert set(acked.of("refused")) <= IN_WORDS, point
        said += bool(acked.of("refused"))
    assert said > len(points) // 2, "what the disk refused was said"


def test_a_disk_that_stays_full_says_so_and_what_was_saved_is_safe(
    fresh: tuple[Path, bytes], warm: Traced, tmp_path: Path
) -> None:
    folder, key = copy_of(fresh, tmp_path / "full")
    acked = warm.run(folder, key, "pwrite64:error=ENOSPC:when=12+", tmp_path / "log")
    assert acked.says("done") and acked.of("refused")
    assert set(acked.of("refused")) <= IN_WORDS
    check(folder, key, acked)
    again = warm.run(folder, key, "", tmp_path / "again")
    assert again.of("submitted"), "room again, work again"


@pytest.mark.slow
def test_killed_at_random_instants_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    figure = kill_at_random(tmp_path / "desk", trials=24, seed=20260302)
    assert figure.acknowledged > 24 and figure.bound == 3 / 24


HARM = """
import sys
from pathlib import Path
from app.store.engine import connect
raw = connect(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
raw.execute(sys.argv[3])
raw.close()
"""


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outbox WHERE mseq = 1",
        "DELETE FROM audit_line WHERE n = 4",
        "DELETE FROM approval_case",
        "UPDATE outbox SET actor = 'X'",
        "UPDATE quote SET state = 'priced'",
    ],
)
def test_the_check_sees_what_it_must_see(
    fresh: tuple[Path, bytes], tmp_path: Path, statement: str
) -> None:
    """An oracle that cannot fail proves nothing."""
    folder, key = copy_of(fresh, tmp_path / "desk")
    acked = run_clerk(clerk_command(folder, key, "2"))
    assert check(folder, key, acked) == 2
    with pytest.raises(AssertionError, match="lost"):
        check(folder, key, Acked((*acked.lines, f"priced {'0' * 32}")))
    harming = [sys.executable, "-c", HARM, str(folder / "desk.db"), key.hex(), statement]
    subprocess.run(harming, cwd=ROOT, check=True, timeout=60)
    with pytest.raises(AssertionError):
        check(folder, key, acked)
