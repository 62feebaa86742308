"""Kills a day at random instants and brings it up again, until it is done.

One drill is one day that is killed once in every step: a life of the process opens the site that
the life before left behind, goes on from there and is killed at a seeded random instant of the next
step; the last life ends the day. Seed and instants are kept, so that a day that goes wrong can be
gone through again.
"""

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "a passphrase of the drill"
SPANS = {
    "customer": 0.25,
    "price": 0.3,
    "submit": 2.4,
    "contract": 1.2,
    "sign": 4.0,
    "seal": 5.5,
    "archive": 0.25,
    "sync": 0.3,
    "look_back": 0.05,
    "approvals.decide_case": 0.5,
    "signing.begin_signature": 3.5,
    "seals.request_permit": 2.5,
    "seals.begin_stamp": 0.25,
    "seals.finish_stamp": 0.6,
}
"""What an instant is drawn from: a step, or the time behind an act's acknowledgement; about how
many seconds it takes where a start takes ``START``, stretched by how slow the machine is now. A
wrong guess only moves the instant."""
START = 3.0
CODES_APART = 60.0
"""How far each life's clock is ahead of the one before: two codes of a device are used a life."""
LIFE_SECONDS = 180.0
How = Literal["power", "crash"]


@dataclass(frozen=True)
class Kill:
    """One kill: what it was aimed at, and how many seconds into which step it struck."""

    aimed: str
    struck: str
    after: float
    how: How


@dataclass
class Drill:
    """One day under one seed; ``folder`` is the founded site it wears out."""

    folder: Path
    seed: int
    kills: list[Kill] = field(default_factory=list)
    acks: list[dict[str, Any]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    not_offered: list[str] = field(default_factory=list)
    opened: int = 0
    ended: dict[str, Any] = field(default_factory=dict)
    complaint: str = ""

    def run(self, steps: Sequence[str]) -> None:
        """Kill once in each of the steps, then let the day end."""
        chance = random.Random(self.seed)
        for number, step in enumerate(steps):
            how: How = "power" if chance.random() < 0.5 else "crash"
            self._live(number, step, chance.random(), how)
        self._live(len(steps), "", 0.0, "power")

    def _live(self, number: int, aimed: str, share: float, how: How) -> None:
        heard = self.folder / "heard.jsonl"
        heard.write_text("".join(json.dumps(one) + "\n" for one in self.acks), "utf-8")
        log = self.folder / "worker.log"
        with log.open("ab") as complaints:
            life = Life(["go", str(self.folder), str(number * CODES_APART), str(heard)], complaints)
        try:
            struck, after = life.until(aimed, share)
            if struck or aimed:
                self.kills.append(Kill(aimed, struck, round(after, 4), how))
                life.kill(how)
        finally:
            life.end()
        self._take(life)
        if not aimed and not self.ended:
            self.complaint = log.read_text("utf-8")[-4000:]

    def _take(self, life: "Life") -> None:
        opened: list[str] = []
        for line in life.lines:
            self.lost += line.get("missing", [])
            opened = line.get("open", opened)
            if "offered" in line:
                kinds = [source for source, _ in line["offered"]]
                self.opened += len(opened)
                if len(opened) != kinds.count("seal") + kinds.count("signature"):
                    self.not_offered += opened
            if "ack" in line or "file" in line:
                self.acks.append(line)
            self.ended = line.get("ended", self.ended)
        if life.died_early:
            self.complaint = f"a life ended by itself with {life.code}: {life.lines[-1:]}"


class Life:
    """One process of the worker in a group of its own, with the hub and devices it starts."""

    def __init__(self, words: list[str], complaints: Any) -> None:
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.day_worker", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self._pipe = self.process.stdout.fileno()
        self._held = b""
        self.lines: list[dict[str, Any]] = []
        self.step = ""
        self.resumed = START
        self.code: int | None = None
        self.died_early = False

    def until(self, aimed: str, share: float) -> tuple[str, float]:
        """Read until ``share`` of the step aimed at has gone by; gives the step reached and when.

        ``("", 0.0)`` where the process ended before.
        """
        due = self.begun + LIFE_SECONDS
        step_at, drawn = self.begun, False
        while True:
            left = due - time.monotonic()
            if left <= 0:
                return self.step or "start", time.monotonic() - step_at
            if not select.select([self._pipe], [], [], left)[0]:
                continue
            octets = os.read(self._pipe, 65536)
            if not octets:
                return "", 0.0
            for line in self._parsed(octets):
                now = time.monotonic()
                if "resumed" in line:
                    self.resumed = now - self.begun
                if "step" in line:
                    if drawn and aimed == self.step:
                        return str(line["step"]), 0.0
                    self.step, step_at = str(line["step"]), now
                if not drawn and aimed in (line.get("step"), line.get("ack")):
                    drawn = True
                    due = now + share * SPANS[aimed] * max(self._slow(), 0.5)

    def _slow(self) -> float:
        """How slow the machine is now, by the time from nothing to the first step."""
        return self.resumed / START

    def kill(self, how: How) -> None:
        """SIGKILL: the whole group at once, or the worker first and the rest a little later."""
        if self.process.poll() is not None:
            self.died_early = True
            return
        if how == "power":
            self._kill_group()
        else:
            self.process.kill()

    def end(self) -> None:
        """Read what is still in the pipe, then see to it that nothing of the group is left."""
        while octets := os.read(self._pipe, 65536) if self._waits() else b"":
            self._parsed(octets)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.code = self.process.wait(30)
        self._kill_group()
        until = time.monotonic() + 20
        while _alive(self.process.pid) and time.monotonic() < until:
            time.sleep(0.02)

    def _waits(self) -> bool:
        return bool(select.select([self._pipe], [], [], 30.0)[0])

    def _parsed(self, octets: bytes) -> list[dict[str, Any]]:
        *whole, self._held = (self._held + octets).split(b"\n")
        found = [json.loads(line) for line in whole]
        self.lines += found
        return found

    def _kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _alive(group: int) -> bool:
    """Say whether a process of the group still runs; a zombie nobody has reaped does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = stat.read_text("utf-8").rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(pgrp) == group and state != "Z":
            return True
    return False


def found_site(folder: Path) -> None:
    """Set a small demo up, closed; raises RuntimeError with the worker's own words."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.day_worker", "found", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-3000:])


def drill(site: Path, folder: Path, seed: int, steps: Sequence[str]) -> Drill:
    """Go through one day of kills on a copy of a closed site."""
    shutil.copytree(site, folder, symlinks=True)
    day = Drill(folder, seed)
    day.run(steps)
    return day
