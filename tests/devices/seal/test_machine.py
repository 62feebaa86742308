"""The machine's core under random commands, faults and power cuts, with its invariants.

Runs the shipped core, memory and camera in this process on a clock that is moved by hand; a power
cut drops the machine at any phase and reads the memory again.
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from app.kit.clock import FixedClock
from devices.seal import api
from devices.seal.scp1.outcome import judge
from devices.seal.simulator.bed import Bed, develop
from devices.seal.simulator.control import PHASES
from devices.seal.simulator.machine import Build, Machine
from devices.seal.simulator.nvram import Nvram
from devices.seal.simulator.permits import No
from devices.seal.simulator.states import State
from tests.devices.seal.rig import (
    DEVICE_ID,
    HQ_KEY,
    HQ_KID,
    SEAL_ID,
    at,
    make_permit,
    proofs,
    public,
    signed,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BUILD = Build(DEVICE_ID, SEAL_ID, {HQ_KID: public(HQ_KEY)})


class PowerCut(BaseException):
    """The lights go out."""


class Owner(RuleBasedStateMachine):
    """Does what comes to mind with one machine, and keeps its own books."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FixedClock(at(1790000000))
        self.cut_at = ""
        self.bed = Bed(dpi=8, grade="ideal")
        self.bed.lay(None)
        self.strikes = 0
        strike = self.bed.strike

        def counted(x: int, y: int, angle: int, kind: int) -> None:
            self.strikes += 1
            strike(x, y, angle, kind)

        self.bed.strike = counted  # type: ignore[method-assign]
        self.highest = 0
        self.permit: api.Permit | None = None
        self.allowed: dict[str, int] = {}
        self.random = 0
        self.power_on()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def power_on(self) -> None:
        nvram = Nvram.load(self.folder / "nvram")
        self.machine = Machine(
            BUILD, KEY, nvram, self.bed, clock=self.clock, chance=self.chance, at=self.at
        )
        self.bed.asked()

    def chance(self, size: int) -> bytes:
        self.random += 1
        return self.random.to_bytes(size, "big")

    def at(self, phase: str) -> None:
        if phase == self.cut_at:
            self.cut_at = ""
            raise PowerCut

    def attempt(self, act: object, *args: object) -> None:
        try:
            act(*args)  # type: ignore[operator]
        except No:
            return
        except PowerCut:
            self.power_on()

    @precondition(lambda self: self.machine.state is State.LOCKED)
    @rule(count=st.integers(1, 3), offline=st.booleans(), rounds=st.integers(0, 4))
    def arm(self, count: int, offline: bool, rounds: int) -> None:
        """Arm, and mostly go on to stamp at once, up to one more than the permit allows."""
        self.machine.set_door(is_open=False)
        self.machine.jam_next = False
        kept = self.machine.kept
        nonce = self.machine.challenge()[0]
        binding = {"arm_counter": kept.arm_counter + 1} if offline else {"nonce": nonce}
        moment = at(self.machine.now())
        permit = make_permit(
            impressions=count, not_before=moment, not_after=at(self.machine.now() + 900), **binding
        )
        self.attempt(self.machine.arm, {0: signed(permit), 1: proofs(permit)})
        if self.machine.kept.armed == permit.permit_id.hex:
            self.permit = permit
            self.allowed[permit.permit_id.hex] = count
            self.stamp_in_order(rounds, patient=True)

    @precondition(lambda self: self.permit is not None)
    @rule()
    def arm_again(self) -> None:
        if self.permit is not None:
            before = self.machine.kept.armed
            self.attempt(self.machine.arm, {0: signed(self.permit), 1: proofs(self.permit)})
            assert self.machine.kept.armed == before

    @precondition(lambda self: self.permit is not None)
    @rule(index=st.integers(1, 4), page=st.sampled_from([3, 5, 9]))
    def stamp(self, index: int, page: int) -> None:
        if self.permit is not None:
            order = {0: self.permit.permit_id.bytes, 1: index, 2: page}
            self.attempt(self.machine.stamp, order)

    @precondition(lambda self: self.machine.state is State.ARMED)
    @rule(rounds=st.integers(1, 4), patient=st.booleans())
    def stamp_next(self, rounds: int, patient: bool) -> None:
        self.stamp_in_order(rounds, patient=patient)

    def stamp_in_order(self, rounds: int, *, patient: bool) -> None:
        """Ask for one impression after the other, whatever the machine says to it."""
        assert self.permit is not None
        for _ in range(rounds):
            index = self.permit.impressions - self.machine.kept.remaining + 1
            order = {0: self.permit.permit_id.bytes, 1: index, 2: 3}
            self.attempt(self.machine.stamp, order)
            for _ in range(2 if patient else 1):
                self.let_time_pass(0.1)

    @rule(seconds=st.sampled_from([0.05, 0.1, 0.5, 11.0, 950.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.attempt(self.machine.tick)
        for tag, scene in self.bed.asked():
            self.machine.photo_ready(tag, develop(scene))

    @rule(phase=st.sampled_from(PHASES))
    def cut_power_at(self, phase: str) -> None:
        self.cut_at = phase

    @rule()
    def cut_power_now(self) -> None:
        self.power_on()

    @rule()
    def disarm(self) -> None:
        self.attempt(self.machine.disarm)

    @rule()
    def ping(self) -> None:
        self.machine.ping()

    @precondition(lambda self: self.machine.state is not State.LOCKED)
    @rule(stuck=st.booleans())
    def jam(self, stuck: bool) -> None:
        self.machine.jam_next = stuck
        self.attempt(self.machine.self_test)

    @precondition(lambda self: self.machine.state is not State.LOCKED)
    @rule(is_open=st.booleans())
    def door(self, is_open: bool) -> None:
        self.machine.set_door(is_open=is_open)

    @rule()
    def abort(self) -> None:
        stroke = self.machine.kept.stroke
        if stroke is not None:
            self.attempt(self.machine.abort, {0: stroke.op})

    @precondition(lambda self: self.machine.kept.in_doubt)
    @rule()
    def hear_doubt(self) -> None:
        """Head office has heard; the entries stay here, since the books are read from them."""
        self.machine.nvram.commit(replace(self.machine.kept, in_doubt=0))
        self.power_on()

    def log(self) -> tuple[api.LogEntry, ...]:
        entries = [entry for _, entry in sorted(self.machine.nvram.entries.items())]
        start = api.LogPosition(0, bytes(32), 0)
        return api.verify_log(entries, public(KEY), DEVICE_ID, start)

    @invariant()
    def counters_and_log_agree(self) -> None:
        kept = self.machine.kept
        assert kept.total >= self.highest
        self.highest = kept.total
        log = self.log()
        downs = [entry for entry in log if entry.phase is api.Phase.DOWN]
        assert self.strikes == kept.total == len(downs)
        numbers = [(entry.permit_id, entry.index) for entry in downs]
        assert len(set(numbers)) == len(numbers)
        for permit, count in self.allowed.items():
            used = [entry for entry in downs if entry.permit_id and entry.permit_id.hex == permit]
            assert len(used) <= count

    @invariant()
    def every_ended_order_has_one_outcome(self) -> None:
        log = self.log()
        open_op = self.machine.kept.stroke.op if self.machine.kept.stroke else None
        for entry in log:
            if entry.phase is not api.Phase.INTENT or entry.sequence == open_op:
                continue
            assert entry.permit_id is not None and entry.index is not None
            before = api.LogPosition(entry.sequence - 1, entry.previous)
            op = api.OpHandle(entry.permit_id, entry.index, before)
            later = [e for e in log if e.sequence > before.sequence]
            if open_op is None or all(e.sequence != open_op for e in later):
                judge(op, later, DEVICE_ID)


Owner.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestOwner = Owner.TestCase


def test_a_torn_last_line_of_memory_is_forgotten_and_damage_is_not(tmp_path: Path) -> None:
    nvram = Nvram.load(tmp_path / "nvram")
    nvram.commit(type(nvram.kept)(total=7, log_seq=1), b"entry")
    whole = nvram.path.read_bytes()
    for cut in range(1, 30):
        nvram.path.write_bytes(whole[:-cut])
        assert Nvram.load(nvram.path).kept.total == (7 if cut == 1 else 0)
    nvram.path.write_bytes(b"x" + whole)
    with pytest.raises(ValueError, match="damaged"):
        Nvram.load(nvram.path)
