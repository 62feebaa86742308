"""A signed contract, a paired machine in its own process, and the two custodians before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.assembly.hub import PERMIT_KEY_ID, issuer
from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from app.seals.actions import (
    BeginStamp,
    CloseJob,
    FinishStamp,
    MachineSuspect,
    PairMachine,
    RequestPermit,
    SettleDoubt,
)
from app.seals.queries import JobCard, MachineCard, job_card, machine_card
from app.seals.rules import ruling_statement
from app.signing.actions import BeginSignature, FinishSignature
from devices.seal import api
from devices.seal.scp1.driver import Scp1Device
from tests.devices.seal.rig import DEVICE_ID, HQ_KEY, SEAL_ID, Rig, public
from tests.stage import ADMIN, BRANCH, CLERK, OPERATOR, WITNESS, Human, Stage

SIGNED = "f" * 64


@dataclass
class SealRoom:
    """The room with the machine; each method is one step of a day, whole at the branch."""

    stage: Stage
    rig: Rig
    contract: UUID
    device: Scp1Device = field(init=False)

    def __post_init__(self) -> None:
        self.device = self.rig.open()

    def pair(self, scope: str = BRANCH) -> None:
        known = self.device.identify()
        order = PairMachine(
            self.stage.id(), scope, DEVICE_ID, "Machine 1", self.rig.pairing.public_key.hex(),
            (SEAL_ID,), known.total, known.log_sequence, known.log_head.hex(), known.arm_counter,
        )  # fmt: skip
        self.stage.at_hub(ADMIN, "seals.pair_machine", order)
        self.stage.feed()

    def asked(self, **changes: Any) -> RequestPermit:
        values: dict[str, Any] = {
            "job_id": self.stage.id(),
            "subject_kind": "contract",
            "subject_id": self.contract,
            "document_sha256": SIGNED,
            "device_id": DEVICE_ID,
            "seal_id": SEAL_ID,
            "impressions": 2,
            "pages": (3, 5),
            "purpose": "contract",
            "operator": OPERATOR.number,
            "witness": WITNESS.number,
            "nonce": self.device.challenge().hex(),
            "arm_counter": None,
            **changes,
        }
        return RequestPermit(**values)

    def permitted(self, **changes: Any) -> JobCard:
        order = self.asked(**changes)
        self.stage.act(OPERATOR, "seals.request_permit", order)
        assert {answer.status for answer in self.stage.carry()} == {"ok"}
        return self.job(order.job_id)

    def armed(self, **changes: Any) -> JobCard:
        job = self.permitted(**changes)
        self.rig.sim.order("paper")
        self.arm(job)
        return job

    def arm(self, job: JobCard) -> None:
        octets = bytes.fromhex(job.permit)
        permit = api.open_permit(octets, {PERMIT_KEY_ID: public(HQ_KEY)})
        proofs = [
            api.make_proof(permit, OPERATOR.number, api.Role.OPERATOR, by=OPERATOR.key.sign),
            api.make_proof(permit, WITNESS.number, api.Role.WITNESS, by=WITNESS.key.sign),
        ]
        self.device.arm(octets, proofs)

    def new_entries(self) -> tuple[str, ...]:
        known = self.machine()
        place = api.LogPosition(known.log_sequence, bytes.fromhex(known.log_head), known.total)
        return tuple(entry.octets.hex() for entry in self.device.read_log(place))

    def intent(self, job: JobCard, index: int = 1, page: int = 3, **changes: Any) -> BeginStamp:
        told = self.device.identify()
        values: dict[str, Any] = {
            "stamp_id": self.stage.id(),
            "job_id": job.id,
            "index": index,
            "page": page,
            "counter_before": told.total,
            "log_sequence": told.log_sequence,
            "log_head": told.log_head.hex(),
            "photo_before_sha256": "",
            "entries": self.new_entries(),
            **changes,
        }
        return BeginStamp(**values)

    def begin(self, job: JobCard, index: int = 1, page: int = 3, **changes: Any) -> BeginStamp:
        order = self.intent(job, index, page, **changes)
        self.stage.act(OPERATOR, "seals.begin_stamp", order, step_up=job.id.hex)
        return order

    def strike(self, job: JobCard, begun: BeginStamp) -> api.Outcome:
        assert job.permit_id is not None
        return self.device.resolve(self.device.stamp(job.permit_id, begun.index, begun.page))

    def finish(self, stamp_id: UUID, outcome: Any, **changes: Any) -> FinishStamp:
        order = self.result(stamp_id, outcome, **changes)
        self.stage.act(OPERATOR, "seals.finish_stamp", order)
        return order

    def result(self, stamp_id: UUID, outcome: Any, **changes: Any) -> FinishStamp:
        values: dict[str, Any] = {
            "counter_after": self.device.identify().total,
            "photo_sha256": "",
            "entries": self.new_entries(),
            **changes,
        }
        return FinishStamp(stamp_id, outcome, **values)

    def stamped(self, job: JobCard, index: int, page: int) -> None:
        begun = self.begin(job, index, page)
        assert isinstance(self.strike(job, begun), api.Done)
        self.finish(begun.stamp_id, "done")

    def close_order(self, job: JobCard) -> CloseJob:
        self.device.disarm()
        return CloseJob(job.id, self.device.identify().total, self.new_entries())

    def ruling(
        self, stamp_id: UUID, ruling: Any, counter: int, second: Human = WITNESS, **changes: Any
    ) -> SettleDoubt:
        said = ruling_statement(stamp_id.hex, ruling, counter, "we looked")
        values: dict[str, Any] = {
            "entries": self.new_entries(),
            "second_proof": second.key.sign(said).hex(),
            **changes,
        }
        return SettleDoubt(stamp_id, ruling, second.number, "we looked", counter, **values)

    def settle(self, order: SettleDoubt, who: Human = OPERATOR) -> None:
        self.stage.act(who, "seals.settle_doubt", order, step_up=order.stamp_id.hex)

    def tried(self, verb: str, order: Any, who: Human = OPERATOR, step_up: str = "") -> str:
        try:
            self.stage.act(who, verb, order, step_up=step_up)
        except BranchError as refused:
            return refused.code
        return "ok"

    def suspected(self, verb: str, order: Any, step_up: str = "") -> MachineSuspect:
        with pytest.raises(MachineSuspect) as caught:
            self.stage.act(OPERATOR, verb, order, step_up=step_up)
        return caught.value

    def job(self, job_id: UUID) -> JobCard:
        return self.stage.read(job_card, job_id)

    def machine(self) -> MachineCard:
        card = self.stage.read(machine_card, DEVICE_ID)
        assert card is not None
        return card


def signed_contract(stage: Stage) -> UUID:
    """A contract whose customer has signed, known at both ends."""
    quote = stage.approved(1)
    stage.lend_numbers()
    order = stage.draft_order(quote)
    stage.act(CLERK, "contracts.draft_contract", order)
    begin = BeginSignature(
        stage.id(), "contract", order.contract_id, order.pdf_sha256, "Example Ltd"
    )
    stage.act(CLERK, "signing.begin_signature", begin)
    finish = FinishSignature(
        begin.signature_id, order.pdf_sha256, "a" * 64, "b" * 64, SIGNED, "pad", True, ()
    )
    stage.act(CLERK, "signing.finish_signature", finish)
    assert {answer.status for answer in stage.carry()} == {"ok"}
    return order.contract_id


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage.open(tmp_path)
    made.issue = issuer(HQ_KEY, SystemClock())
    yield made
    made.close()


@pytest.fixture
def room(stage: Stage, tmp_path: Path) -> Iterator[SealRoom]:
    rig = Rig(tmp_path / "machine", hq_key=f"{PERMIT_KEY_ID}={public(HQ_KEY).hex()}")
    made = SealRoom(stage, rig, signed_contract(stage))
    made.pair()
    yield made
    rig.close()
