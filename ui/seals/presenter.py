"""What the custodian's screen decides: permit, proofs, the page, each impression, doubt, the end.

The order is choose → check → prove → stamp → look → done. A run holds the open machine between the
challenge and the end; a run that lost its machine is over, and what it left open is recovered from
the machine's signed log. Nothing here stamps twice: an intent is committed before the machine
moves, and what became of it is asked, never repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID

from app.access.queries import PeopleNames, names_of_people
from app.contracts.queries import ContractCard, contract_card, contracts_here
from app.contracts.rules import SIGNED
from app.documents.page_codes import PhotoVerdict, check_photo
from app.documents.pages import page_png
from app.kit.errors.base import BranchError
from app.kit.errors.seals import (
    job_not_ready,
    machine_unknown,
    outcome_not_shown,
    page_refused,
    stamp_in_doubt,
)
from app.kit.ids import new_id
from app.seals.actions import (
    BeginStamp,
    CloseJob,
    FinishStamp,
    FreezeMachine,
    RequestPermit,
    SettleDoubt,
)
from app.seals.queries import (
    JobCard,
    MachineCard,
    StampLine,
    job_card,
    jobs_here,
    jobs_of,
    machine_card,
    open_stamps,
)
from app.seals.rules import COUNTED, Outcome, Ruling, ruling_statement
from devices.seal.api import (
    Cancelled,
    CounterAnomaly,
    DeviceError,
    Disconnected,
    Done,
    Indeterminate,
    InDoubt,
    LogEntry,
    LogPosition,
    NotDone,
    OpHandle,
    Photo,
    Placement,
    Refused,
    Role,
    SealDevice,
    Timeout,
    make_proof,
    open_permit,
)
from ui.seals.texts import finding_text
from ui.shell.ports import Desk, Prover

T = TypeVar("T")
LOWER_MIDDLE = Placement(1050, 2300)
"""Where to strike on a page that has no seal place of its own: 0.1 mm from the top left."""


@dataclass(frozen=True)
class SealPlan:
    """What the custodian asks for: one impression per page named, in this order."""

    contract_id: UUID
    pages: tuple[int, ...]
    seal_id: str
    purpose: str
    witness: str


@dataclass(frozen=True)
class Look:
    """A photograph (JPEG) of what lies in the machine, and what its code says."""

    photo: bytes
    verdict: PhotoVerdict


@dataclass(frozen=True)
class Struck:
    """What became of one impression; the photograph by hash where there is one."""

    stamp_id: UUID
    outcome: Outcome
    counter: int | None
    photo_sha256: str


@dataclass(frozen=True)
class DoubtView:
    """What is known of an impression in doubt; photographs as JPEG, empty where none was taken."""

    job: JobCard
    stamp: StampLine
    counter_now: int
    photo_before: bytes
    photo_now: bytes

    @property
    def counted(self) -> int:
        """How often the machine struck since the intent: 0 or 1, anything else is a case."""
        return self.counter_now - self.stamp.counter_before


@dataclass
class SealRun:
    """One run at the open machine for one job."""

    job: JobCard
    contract: ContractCard
    machine: SealDevice
    pages: tuple[int, ...]
    armed: bool = False


class SealingPresenter:
    """Sealing signed contracts at the machine of this desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def ready_contracts(self) -> list[ContractCard]:
        """List signed contracts that wait for the seal."""
        return [
            card
            for card in self._desk.read(contracts_here, self._desk.seeing)
            if card.state == SIGNED
        ]

    def usual_pages(self, contract: ContractCard) -> tuple[int, ...]:
        """Give the pages to stamp: what the newest job left undone, else the place of the seal."""
        jobs = self._desk.read(jobs_of, "contract", contract.id)
        left = list(jobs[0].pages) if jobs and jobs[0].state == "closed_short" else []
        for stamp in jobs[0].stamps if left else ():
            if stamp.state in COUNTED and stamp.page in left:
                left.remove(stamp.page)
        return tuple(left) or (contract.seal_place.page,)

    def page_picture(self, contract: ContractCard, page: int, *, dpi: int = 110) -> bytes:
        """Give a page of the signed document as PNG: what the paper must look like."""
        return page_png(self._desk.vault.get(contract.signed_sha256), page, dpi=dpi)

    def photo(self, sha256: str) -> bytes:
        """Give a kept photograph by its hash; nothing where none was taken."""
        return self._kept(sha256)

    def contract(self, contract_id: UUID) -> ContractCard:
        """Give one contract."""
        return self._desk.read(contract_card, contract_id)

    def job(self, job_id: UUID) -> JobCard:
        """Give one job."""
        return self._desk.read(job_card, job_id)

    def people(self) -> PeopleNames:
        """Give the names of the people this desk knows."""
        return self._desk.read(names_of_people)

    def jobs(self) -> list[JobCard]:
        """List seal jobs, the newest first."""
        return self._desk.read(jobs_here, self._desk.seeing)

    def machine(self) -> MachineCard:
        """Give the machine this desk is paired with; raises BranchError E-SEAL-MACHINE."""
        device_id = self._desk.seal_machine_id()
        card = self._desk.read(machine_card, device_id)
        if card is None:
            raise BranchError(machine_unknown(device_id or "–"))
        return card

    def doubts(self) -> list[tuple[JobCard, StampLine]]:
        """List impressions that must be settled before anything else."""
        sees = self._desk.seeing.sees
        return [one for one in self._desk.read(open_stamps) if sees("seal_job", one[0].scope)]

    def plan(self, contract_id: UUID, pages: tuple[int, ...], witness: str) -> SealPlan:
        """Plan the contract seal on some pages with the first seal of the machine."""
        return SealPlan(contract_id, pages, self.machine().seals[0], "contract", witness)

    def ask_permit(self, plan: SealPlan, machine: SealDevice) -> SealRun:
        """Bind a request to the machine's challenge, bring it to head office, take the permit.

        Raises BranchError E-SEAL-STATE where head office did not issue it.
        """
        desk = self._desk
        contract = desk.read(contract_card, plan.contract_id)
        nonce = _talk(machine.challenge)
        order = RequestPermit(
            job_id=new_id(desk.clock),
            subject_kind="contract",
            subject_id=contract.id,
            document_sha256=contract.signed_sha256,
            device_id=self.machine().device_id,
            seal_id=plan.seal_id,
            impressions=len(plan.pages),
            pages=tuple(sorted(set(plan.pages))),
            purpose=plan.purpose,
            operator=desk.actor.person,
            witness=plan.witness,
            nonce=nonce.hex(),
            arm_counter=None,
        )
        desk.perform("seals.request_permit", order)
        desk.sync()
        job = desk.read(job_card, order.job_id)
        if job.state != "permitted":
            raise BranchError(job_not_ready(job.state))
        return SealRun(job, contract, machine, plan.pages)

    def arm(self, run: SealRun, code: str, witness: Prover) -> int:
        """Prove operator and witness to the machine; gives the impressions it will make.

        ``code`` is the operator's fresh code for this very job.
        """
        desk = self._desk
        desk.step_up(run.job.id.hex, code)
        octets = bytes.fromhex(run.job.permit)
        permit = open_permit(octets, desk.permit_keys())
        proofs = (
            make_proof(permit, desk.actor.person, Role.OPERATOR, by=desk.sign_as_person),
            make_proof(permit, witness.actor.person, Role.WITNESS, by=witness.sign),
        )
        receipt = _talk(lambda: run.machine.arm(octets, proofs))
        run.armed = True
        return receipt.remaining

    def look(self, run: SealRun, page: int) -> Look:
        """Photograph what lies in the machine and hold its code against the page wanted."""
        photo = self._photograph(run.machine, Photo.BEFORE)
        verdict = check_photo(
            photo,
            number=run.contract.number,
            version=run.contract.version,
            pages_allowed=(page,),
            content_hash=run.contract.content_sha256,
        )
        return Look(photo, verdict)

    def stamp(self, run: SealRun, page: int) -> Struck:
        """Make the next impression: look, commit the intent, strike, commit the result.

        Raises BranchError E-SEAL-PAGE for a wrong page (nothing moved), E-SEAL-DOUBT where nobody
        knows; the impression is then in doubt and the run is over.
        """
        return self.stamp_seen(run, page, self.look(run, page))

    def stamp_seen(self, run: SealRun, page: int, seen: Look) -> Struck:
        """Make the next impression on the page that was just looked at; raises as ``stamp``."""
        if not seen.verdict.matches:
            raise BranchError(page_refused(finding_text(seen.verdict.finding)))
        before = self._desk.keep_file(seen.photo, "jpg", "image/jpeg", f"before-{page}.jpg")
        begun = self.begin(run, page, before)
        outcome = self.strike(run, begun)
        return self.finish(run, begun, outcome)

    def begin(self, run: SealRun, page: int, photo_before_sha256: str) -> StampLine:
        """Commit the intent with the machine's counter; what is given back survives a restart."""
        known = self.machine()
        entries = _talk(lambda: run.machine.read_log(_place(known)))
        identity = _talk(run.machine.identify)
        order = BeginStamp(
            stamp_id=new_id(self._desk.clock),
            job_id=run.job.id,
            index=self._next_index(run),
            page=page,
            counter_before=identity.total,
            log_sequence=identity.log_sequence,
            log_head=identity.log_head.hex(),
            photo_before_sha256=photo_before_sha256,
            entries=_hex(entries),
        )
        self._desk.perform("seals.begin_stamp", order)
        job = self._desk.read(job_card, run.job.id)
        return next(stamp for stamp in job.stamps if stamp.id == order.stamp_id)

    def strike(self, run: SealRun, begun: StampLine) -> Done | NotDone | InDoubt | None:
        """Let the machine strike once and say what became of it; None: nobody knows.

        Runs on the device lane with no unit of work open.
        """
        handle = _handle(run.job, begun)
        try:
            handle = run.machine.stamp(
                handle.permit_id, begun.index, begun.page, self._placement(run, begun.page)
            )
        except Refused:
            return NotDone(None)
        except Timeout:
            return self._asked_again(run, handle)
        except DeviceError:
            return None
        return self._asked_again(run, handle)

    def _asked_again(self, run: SealRun, handle: OpHandle) -> Done | NotDone | InDoubt | None:
        """Ask the machine's log what became of an order; the order itself is never repeated."""
        try:
            return run.machine.resolve(handle)
        except (Indeterminate, Disconnected, Timeout, CounterAnomaly, Cancelled):
            return None

    def finish(
        self, run: SealRun, begun: StampLine, outcome: Done | NotDone | InDoubt | None
    ) -> Struck:
        """Commit what became of an intent, with the machine's log and the photograph."""
        if outcome is None:
            run.armed = False
            self._doubt(begun.id)
            raise BranchError(stamp_in_doubt())
        return self._write_down(run.machine, begun, outcome)

    def recover(self, job: JobCard, begun: StampLine, machine: SealDevice) -> Struck:
        """Settle an open intent from the machine's own signed log, after a crash or a lost line.

        Raises BranchError E-SEAL-DOUBT where the machine itself does not know: two persons settle.
        """
        try:
            outcome = machine.resolve(_handle(job, begun))
        except DeviceError as error:
            raise BranchError(stamp_in_doubt()) from error
        if isinstance(outcome, InDoubt):
            self._doubt(begun.id)
            raise BranchError(stamp_in_doubt())
        return self._write_down(machine, begun, outcome)

    def settle(
        self,
        begun: StampLine,
        machine: SealDevice,
        ruling: Ruling,
        statement: str,
        code: str,
        second: Prover,
    ) -> None:
        """Let two persons rule on a doubt, by the counter the machine shows and the paper."""
        known = self.machine()
        entries = _talk(lambda: machine.read_log(_place(known)))
        counter = _talk(machine.identify).total
        self._desk.step_up(begun.id.hex, code)
        said = ruling_statement(begun.id.hex, ruling, counter, statement)
        order = SettleDoubt(
            stamp_id=begun.id,
            ruling=ruling,
            second=second.actor.person,
            statement=statement,
            counter=counter,
            entries=_hex(entries),
            second_proof=second.sign(said).hex(),
        )
        self._desk.perform("seals.settle_doubt", order)

    def doubt(self, job: JobCard, begun: StampLine, machine: SealDevice) -> DoubtView:
        """Gather what two persons look at: the counter then and now, the paper then and now."""
        counter = _talk(machine.identify).total
        photo = self._photograph(machine, Photo.BEFORE)
        return DoubtView(job, begun, counter, self._kept(begun.photo_before_sha256), photo)

    def resume(self, job: JobCard, machine: SealDevice) -> SealRun:
        """Take a job up again whose run broke off, to close it; it arms nothing."""
        contract = self._desk.read(contract_card, job.subject_id)
        return SealRun(job, contract, machine, job.pages)

    def report(self, statement: str, machine: SealDevice) -> None:
        """Stop the machine on record because a person saw what should not be."""
        _talk(machine.disarm)
        device_id = self.machine().device_id
        order = FreezeMachine(new_id(self._desk.clock), device_id, "reported", (), statement)
        self._desk.perform("seals.freeze_machine", order)

    def close(self, run: SealRun) -> JobCard:
        """Disarm, take the rest of the log, close the job, tell the machine what is safe."""
        _talk(run.machine.disarm)
        run.armed = False
        known = self.machine()
        entries = _talk(lambda: run.machine.read_log(_place(known)))
        identity = _talk(run.machine.identify)
        order = CloseJob(run.job.id, identity.total, _hex(entries))
        self._desk.perform("seals.close_job", order)
        self._desk.sync()
        now = self.machine()
        _talk(lambda: run.machine.ack_log(_place(now)))
        return self._desk.read(job_card, run.job.id)

    def _kept(self, sha256: str) -> bytes:
        return self._desk.vault.get(sha256) if sha256 else b""

    def _next_index(self, run: SealRun) -> int:
        job = self._desk.read(job_card, run.job.id)
        return 1 + sum(stamp.state in COUNTED for stamp in job.stamps)

    def _placement(self, run: SealRun, page: int) -> Placement:
        place = run.contract.seal_place
        return Placement(*place.centre) if place.page == page else LOWER_MIDDLE

    def _photograph(self, machine: SealDevice, which: Photo) -> bytes:
        reference = _talk(lambda: machine.capture(which))
        photo = _talk(lambda: machine.fetch(reference))
        _talk(lambda: machine.drop(reference))
        return photo

    def _write_down(
        self, machine: SealDevice, begun: StampLine, outcome: Done | NotDone | InDoubt
    ) -> Struck:
        word = _word(outcome)
        photo = ""
        if isinstance(outcome, Done):
            photo = self._impression(machine, begun, outcome.image_sha256)
        entries = _talk(lambda: machine.read_log(_place(self.machine())))
        counter = _talk(machine.identify).total
        order = FinishStamp(begun.id, word, counter, photo, _hex(entries))
        self._desk.perform("seals.finish_stamp", order)
        if word == "in_doubt":
            raise BranchError(stamp_in_doubt())
        return Struck(begun.id, word, counter, photo)

    def _impression(self, machine: SealDevice, begun: StampLine, logged: bytes | None) -> str:
        """Keep the photograph of an impression; gives its hash.

        A power cut may come before the machine took it, then the page is photographed as it lies
        now; or after it was logged, then the picture itself is lost and nothing may stand for it.
        """
        if logged is None:
            taken = self._photograph(machine, Photo.AFTER)
        else:
            try:
                reference = machine.capture(Photo.OF_IMPRESSION)
            except Refused:
                return ""
            taken = _talk(lambda: machine.fetch(reference))
            _talk(lambda: machine.drop(reference))
        kept = self._desk.keep_file(taken, "jpg", "image/jpeg", f"stamp-{begun.index}.jpg")
        if logged is not None and kept != logged.hex():
            raise BranchError(outcome_not_shown())
        return kept

    def _doubt(self, stamp_id: UUID) -> None:
        known = self.machine()
        self._desk.perform(
            "seals.finish_stamp", FinishStamp(stamp_id, "in_doubt", known.total, "", ())
        )


def _talk(call: Callable[[], T]) -> T:
    try:
        return call()
    except DeviceError as error:
        raise BranchError(error.problem()) from error


def _word(outcome: Done | NotDone | InDoubt) -> Literal["done", "not_done", "in_doubt"]:
    match outcome:
        case Done():
            return "done"
        case NotDone():
            return "not_done"
        case InDoubt():
            return "in_doubt"


def _place(known: MachineCard) -> LogPosition:
    return LogPosition(known.log_sequence, bytes.fromhex(known.log_head), known.total)


def _handle(job: JobCard, begun: StampLine) -> OpHandle:
    if job.permit_id is None:
        raise BranchError(job_not_ready(job.state))
    place = LogPosition(begun.log_sequence, bytes.fromhex(begun.log_head), begun.counter_before)
    return OpHandle(job.permit_id, begun.index, place)


def _hex(entries: tuple[LogEntry, ...]) -> tuple[str, ...]:
    return tuple(entry.octets.hex() for entry in entries)
