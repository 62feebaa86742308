"""All nine steps by keyboard in the real window under Xvfb, against the same day without one."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.kit import words
from installer import catalogues

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
"""Seconds a day may take on a machine that is very busy; alone it takes about one minute."""
STEPS = {
    "customers.register_organisation",
    "pricing.price_quote",
    "pricing.submit_quote",
    "approvals.decide_case",
    "contracts.draft_contract",
    "signing.begin_signature",
    "signing.finish_signature",
    "seals.request_permit",
    "seals.begin_stamp",
    "seals.finish_stamp",
    "seals.close_job",
    "contracts.archive_contract",
}
pytestmark = [pytest.mark.slow, pytest.mark.serial]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Give the X display of the tests, or one of our own for as long as it is needed."""
    given = os.environ.get("SEALDESK_TEST_DISPLAY", "")
    if given:
        yield given
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        ready, _, _ = select.select([said], [], [], 20)
        assert ready, "Xvfb does not start"
        # Up to the line's end: Xvfb gives up when nobody reads the whole of it.
        number = said.readline().decode("ascii").strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="module")
def days(display: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Run both days side by side and give what each journalled."""
    assert catalogues.main(words.LOCALES) == 0
    folder = tmp_path_factory.mktemp("days")
    running = {mode: start(mode, folder, display) for mode in ("window", "headless")}
    said = {}
    try:
        for mode, process in running.items():
            ended = process.wait(LONGEST)
            told = (folder / f"{mode}.log").read_text("utf-8")
            assert ended == 0, f"{mode}: {told[-6000:]}"
            said[mode] = json.loads((folder / f"{mode}.json").read_text("utf-8"))
    finally:
        for process in running.values():
            process.kill()
            process.wait()
    return said


def start(mode: str, folder: Path, display: str) -> "subprocess.Popen[bytes]":
    """Start a day as a process of its own; what it tells goes to a log beside its journal."""
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", "tests.journeys.day_process", mode]
    with (folder / f"{mode}.log").open("wb") as log:
        return subprocess.Popen(
            [*command, str(folder / f"{mode}.json")],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def acts(day: dict[str, Any]) -> list[str]:
    """Name what was done, in order."""
    return [action for _, action, _ in day["audit"]]


def test_it_was_a_real_window_and_the_day_held(days: dict[str, dict[str, Any]]) -> None:
    window = days["window"]
    assert window["platform"] == "xcb"
    assert window["result"]["problems"] == []
    assert window["result"]["sync"]["outbox_left"] == 0
    assert window["result"]["sync"]["digest_equal"] is True
    seal = window["result"]["seal"]
    assert seal["counter_after"] - seal["counter_before"] == 2


def test_every_step_was_journalled(days: dict[str, dict[str, Any]]) -> None:
    done = {action.replace("decide_l1", "decide_case").replace("decide_l2", "decide_case")
            for action in acts(days["window"])}  # fmt: skip
    assert done >= STEPS


def test_the_audit_lines_equal_those_of_the_headless_day(days: dict[str, dict[str, Any]]) -> None:
    assert days["window"]["audit"] == days["headless"]["audit"]


def test_verbs_and_arguments_equal_those_of_the_headless_day(
    days: dict[str, dict[str, Any]],
) -> None:
    ours, theirs = days["window"]["outbox"], days["headless"]["outbox"]
    assert [row[:3] for row in ours] == [row[:3] for row in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == other


def test_the_quote_is_the_same_to_the_fen(days: dict[str, dict[str, Any]]) -> None:
    ours, theirs = days["window"]["result"]["quote"], days["headless"]["result"]["quote"]
    for key in ("premium_fen", "people", "lines", "level", "approvals"):
        assert ours[key] == theirs[key]
