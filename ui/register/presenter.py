"""What the seal register decides: its lines, cases about machines, who reopens one and by what."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.access.rules import reaches
from app.kit.errors.base import BranchError
from app.seals.actions import AgreeReopening, ReopenMachine
from app.seals.queries import (
    JobCard,
    LogPlace,
    SealCaseCard,
    StampLine,
    job_or_stamp,
    jobs_here,
    seal_case,
    seal_cases,
)
from devices.seal.api import DeviceError
from ui.shell.ports import Desk
from ui.shell.seen_records import SeenRecords


@dataclass(frozen=True)
class Impression:
    """One line of the register: an impression, and the job it belongs to."""

    job: JobCard
    stamp: StampLine

    @property
    def id(self) -> UUID:
        """The id of the impression."""
        return self.stamp.id

    @property
    def at(self) -> datetime:
        """When it was begun."""
        return self.stamp.begun_at


@dataclass(frozen=True)
class MachineCase:
    """A case about a machine that was taken out of service."""

    case: SealCaseCard

    @property
    def id(self) -> UUID:
        """The id of the case."""
        return self.case.id

    @property
    def at(self) -> datetime:
        """When it was opened."""
        return self.case.opened_at


RegisterLine = Impression | MachineCase


class RegisterPresenter(SeenRecords):
    """The seal register this person may see, and the machines that wait to be reopened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "seal_job")

    def lines(self) -> list[RegisterLine]:
        """List what is not settled first, then every impression and case, the newest first."""
        self.read_staff()
        leave = self._desk.seeing
        made: list[RegisterLine] = [
            Impression(job, stamp)
            for job in self._desk.read(jobs_here, leave)
            for stamp in job.stamps
        ]
        made += [MachineCase(case) for case in self._desk.read(seal_cases, leave)]
        made.sort(key=lambda one: (one.at, one.id), reverse=True)
        return sorted(made, key=lambda one: not _waits(one))

    def found(self, wanted: UUID) -> RegisterLine | None:
        """Give the line of an impression, of a job's last impression, or a case; None for neither.

        Raises BranchError E-ACCESS-SEE where this person may not see it.
        """
        case = self._desk.read(seal_case, wanted)
        if case is not None:
            self._desk.seeing.must_see("seal_job", case.scope)
            return MachineCase(case)
        job = self._desk.read(job_or_stamp, wanted)
        if job is None or not job.stamps:
            return None
        self._desk.seeing.must_see("seal_job", job.scope)
        stamp = next((one for one in job.stamps if one.id == wanted), job.stamps[-1])
        return Impression(job, stamp)

    def may_agree(self, case: SealCaseCard) -> bool:
        """Say whether the person here speaks for the branch about this case."""
        may = self._desk.seeing.may("seals.agree_reopening", case.scope)
        return case.state == "open" and may

    def may_reopen(self, case: SealCaseCard) -> bool:
        """Say whether the person here closes this case for head office; the door decides again."""
        actor, rule = self._desk.actor, self._desk.seeing.policy.rules["seals.reopen_machine"]
        return (
            case.state == "agreed"
            and bool(rule.roles & actor.roles)
            and reaches(actor.scope, case.scope, rule.reach)
            and case.agreed_by != actor.person
        )

    def machine_now(self, device_id: str) -> LogPlace | None:
        """Ask the machine where it stands, on its lane; None where it is not at this desk."""
        if self._desk.seal_machine_id() != device_id:
            return None
        try:
            with self._desk.seal_machine() as machine:
                said = machine.identify()
        except (BranchError, DeviceError):
            # It was stopped because something about it does not fit; then nobody goes by its word.
            return None
        return LogPlace(said.total, said.log_sequence, said.log_head.hex())

    def agree(self, case: SealCaseCard, opinion: str, place: LogPlace | None) -> None:
        """Say for the branch what was found, with where the machine stands where it answered."""
        if place is None:
            order = AgreeReopening(case.id, opinion)
        else:
            order = AgreeReopening(
                case.id, opinion, place.total, place.log_sequence, place.log_head
            )
        self._desk.perform("seals.agree_reopening", order)

    def reopen(self, case: SealCaseCard, place: LogPlace, statement: str, code: str) -> None:
        """Close the case for head office, by a fresh code for this very case (E-LOGIN-CODE)."""
        self._desk.step_up(case.id.hex, code)
        order = ReopenMachine(case.id, place.total, place.log_sequence, place.log_head, statement)
        self._desk.perform("seals.reopen_machine", order)


def place_of(case: SealCaseCard) -> LogPlace:
    """Give where the machine is followed from: what it said, else what was last known."""
    return case.told or case.known


def _waits(line: RegisterLine) -> bool:
    return isinstance(line, MachineCase) and line.case.state != "closed"
