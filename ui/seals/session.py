"""The custodian's hold on the machine: opened once, kept open from the challenge to the end.

Every method runs on the machine's lane and on no other. No Qt here. A run whose line was lost is
over: the machine disarms itself, and what was open is settled from its signed log.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event
from uuid import UUID

from app.kit.clock import Clock
from app.kit.errors.base import BranchError, Problem
from app.kit.errors.seals import run_over
from app.seals.queries import JobCard, StampLine
from app.seals.rules import COUNTED, Ruling
from devices.seal.api import DeviceError, DeviceState, SealDevice, Sensors
from ui.seals.presenter import (
    DoubtView,
    Look,
    SealingPresenter,
    SealPlan,
    SealRun,
    Struck,
)
from ui.shell.ports import Desk

LISTEN_S = 0.02
"""How long one pulse listens to the machine; its lane must stay free for the person."""
CHALLENGE_S = 100.0
"""A permit asked for earlier than this is asked for anew: the machine forgets after 120 s."""


NOTHING_FELT = Sensors(0)


@dataclass(frozen=True)
class MachineView:
    """How the machine stands now; ``problem`` says why it cannot be asked."""

    state: DeviceState | None
    sensors: Sensors = NOTHING_FELT
    remaining: int = 0
    total: int | None = None
    problem: Problem | None = None

    @property
    def door_closed(self) -> bool:
        """Say whether the door is shut."""
        return Sensors.DOOR_CLOSED in self.sensors

    @property
    def paper(self) -> bool:
        """Say whether paper lies in it."""
        return Sensors.PAPER in self.sensors


@dataclass(frozen=True)
class Proofs:
    """What operator and witness typed to prove themselves."""

    code: str
    witness_password: str
    witness_code: str


@dataclass(frozen=True)
class RunView:
    """How far a run is: ``made`` of ``pages`` are stamped."""

    job: JobCard
    pages: tuple[int, ...]
    made: int

    @property
    def page(self) -> int | None:
        """The page to lay in next, None when all are done."""
        return self.pages[self.made] if self.made < len(self.pages) else None


@dataclass(frozen=True)
class Stamped:
    """One press on the pedal: what lay in the machine, and what came of it.

    ``struck`` is None where the page was refused; ``photo`` is the imprint as photographed.
    """

    look: Look
    struck: Struck | None
    photo: bytes
    run: RunView


class SealSession:
    """Holds the machine open and the run at it; ``held`` tells others to leave the port alone."""

    def __init__(self, desk: Desk, presenter: SealingPresenter, held: Event) -> None:
        self._desk, self._presenter, self._held = desk, presenter, held
        self._stack: ExitStack | None = None
        self._machine: SealDevice | None = None
        self._run: SealRun | None = None
        self._asked_at = 0.0

    @property
    def armed(self) -> bool:
        """Say whether the machine holds a permit of this run."""
        return self._run is not None and self._run.armed

    def pulse(self) -> MachineView:
        """Give a sign of life and ask how the machine stands; opens it where it is not open."""
        try:
            machine = self._open()
            machine.attend(LISTEN_S)
            status = machine.status()
        except DeviceError as error:
            self.release()
            return MachineView(None, problem=error.problem())
        except BranchError as error:
            self.release()
            return MachineView(None, problem=error.problem)
        return MachineView(status.state, status.sensors, status.remaining, status.total)

    def prove(self, plan: SealPlan, proofs: Proofs) -> RunView:
        """Let both persons prove themselves, take head office's permit, arm the machine.

        A permit that was not used because a code was wrong serves again while its challenge lives.
        """
        witness = self._desk.prove(plan.witness, proofs.witness_password, proofs.witness_code)
        run = self._fresh_run(plan)
        self._presenter.arm(run, proofs.code, witness)
        return self._view(run)

    def stamp(self, page: int) -> Stamped:
        """Look at what lies in the machine and, where it is the page wanted, stamp it."""
        run = self._running()
        seen = self._presenter.look(run, page)
        if not seen.verdict.matches:
            return Stamped(seen, None, b"", self._view(run))
        struck = self._presenter.stamp_seen(run, page, seen)
        return Stamped(seen, struck, self._presenter.photo(struck.photo_sha256), self._view(run))

    def finish(self) -> JobCard:
        """Disarm, bring the log home, close the job and let the machine go."""
        job = self._presenter.close(self._running())
        self.release()
        return job

    def report(self, statement: str) -> JobCard:
        """Stop the machine on record and close what is open of this run."""
        run = self._running()
        self._presenter.report(statement, run.machine)
        run.armed = False
        self.release()
        return self._presenter.job(run.job.id)

    def doubt(self, job: JobCard, stamp: StampLine) -> DoubtView:
        """Ask the machine what two persons need to know about an impression in doubt."""
        return self._presenter.doubt(job, stamp, self._open())

    def recover(self, job: JobCard, stamp: StampLine) -> JobCard:
        """Settle a doubt from the machine's own log, then close its job."""
        self._presenter.recover(job, stamp, self._open())
        return self._close_left(job.id)

    def settle(
        self, job: JobCard, stamp: StampLine, ruling: Ruling, statement: str, witness: str,
        proofs: Proofs,
    ) -> JobCard:  # fmt: skip
        """Let two persons rule, then close the job."""
        machine = self._open()
        second = self._desk.prove(witness, proofs.witness_password, proofs.witness_code)
        self._presenter.settle(stamp, machine, ruling, statement, proofs.code, second)
        return self._close_left(job.id)

    def release(self) -> None:
        """Let the machine go; an armed one disarms itself when its line ends."""
        stack, self._stack = self._stack, None
        self._machine, self._run = None, None
        self._held.clear()
        if stack is not None:
            stack.close()

    def _close_left(self, job_id: UUID) -> JobCard:
        job = self._presenter.close(
            self._presenter.resume(self._presenter.job(job_id), self._open())
        )
        self.release()
        return job

    def _fresh_run(self, plan: SealPlan) -> SealRun:
        clock: Clock = self._desk.clock
        run, now = self._run, clock.monotonic()
        same = run is not None and (run.contract.id, run.pages, run.job.witness) == (
            plan.contract_id, plan.pages, plan.witness,
        )  # fmt: skip
        if run is None or not same or now - self._asked_at > CHALLENGE_S:
            run = self._presenter.ask_permit(plan, self._open())
            self._run, self._asked_at = run, now
        return run

    def _open(self) -> SealDevice:
        if self._machine is None:
            self._held.set()
            stack = ExitStack()
            try:
                self._machine = stack.enter_context(self._desk.seal_machine())
            except BranchError:
                self._held.clear()
                raise
            self._stack = stack
        return self._machine

    def _running(self) -> SealRun:
        if self._run is None:
            raise BranchError(run_over())
        return self._run

    def _view(self, run: SealRun) -> RunView:
        job = self._presenter.job(run.job.id)
        return RunView(job, run.pages, made_of(job))


def made_of(job: JobCard) -> int:
    """Count the impressions of a job that were made."""
    return sum(stamp.state in COUNTED for stamp in job.stamps)


def stamped_of(job: JobCard) -> tuple[int, ...]:
    """Name the pages that bear an impression of a job, in the order they were stamped."""
    return tuple(stamp.page for stamp in job.stamps if stamp.state in COUNTED)
