"""What the drill decides: which contract and page lie at hand, who signs, what is to be seen."""

from dataclasses import dataclass
from uuid import UUID

from app.contracts.queries import ContractCard
from app.contracts.rules import DRAFTED, SIGNED
from app.kit.errors.base import BranchError
from app.kit.errors.drill import nobody_named
from app.seals.queries import JobCard
from app.seals.rules import COUNTED
from ui.drill.ports import DemoLogin, Drill, Fault, MachineNow, Manner, Written

OPEN_JOB = "permitted"


@dataclass(frozen=True)
class Paper:
    """A contract whose pages can be laid in; ``wanted`` is the page the desk waits for."""

    contract_id: UUID
    number: str
    customer: str
    pages: int
    wanted: int


@dataclass(frozen=True)
class DrillNow:
    """Everything the drill shows at one moment.

    ``bed`` is the picture of what lies in the machine (JPEG), None where it is as it was when
    ``seen`` changes had been counted; ``papers`` has the one to be stamped next first.
    """

    machine: MachineNow
    bed: bytes | None
    papers: tuple[Paper, ...]
    signer: str
    pad_plugged: bool
    people: tuple[DemoLogin, ...]
    line_up: bool


class DrillPresenter:
    """The hands of one person who tries the whole day alone."""

    def __init__(self, drill: Drill) -> None:
        self._drill = drill

    def look(self, seen: int = -1) -> DrillNow:
        """Look at everything; ``seen`` is the count of changes whose picture is shown already."""
        drill, machine = self._drill, self._drill.machine()
        moved = machine.powered and machine.changes != seen
        contracts = drill.contracts()
        return DrillNow(
            machine,
            drill.bed_picture() if moved else None,
            papers_of(contracts, drill.jobs()),
            self._signer(contracts),
            drill.pad_plugged(),
            drill.people(),
            drill.line_up(),
        )

    def lay_in(self, paper: Paper, page: int) -> None:
        """Print a page of a contract and lay it in."""
        picture = self._drill.page_picture(paper.contract_id, page)
        self._drill.lay_in(picture, page, f"{paper.number} · {page}/{paper.pages}")

    def lay_blank(self) -> None:
        """Lay a blank sheet in."""
        self._drill.lay_blank()

    def take_out(self) -> None:
        """Take out what lies there."""
        self._drill.take_out()

    def cover(self, on: bool) -> None:
        """Cover the code of the page, or uncover it."""
        self._drill.cover(on)

    def let_happen(self, fault: Fault) -> None:
        """Let something go wrong with the machine."""
        self._drill.let_happen(fault)

    def put_right(self) -> None:
        """Put the machine right again."""
        self._drill.put_right()

    def sign(self, name: str, manner: Manner) -> Written:
        """Sign as somebody; raises BranchError E-DRILL-NAME for no name."""
        if not name.strip():
            raise BranchError(nobody_named())
        return self._drill.sign(name.strip(), manner)

    def pull_pad(self) -> None:
        """Pull the pad's cable."""
        self._drill.pull_pad()

    def plug_pad(self) -> None:
        """Plug the pad in again."""
        self._drill.plug_pad()

    def cut_line(self) -> None:
        """Cut the line to head office."""
        self._drill.cut_line()

    def mend_line(self) -> None:
        """Bring head office back."""
        self._drill.mend_line()

    def _signer(self, contracts: list[ContractCard]) -> str:
        """Give who signs next: a contact of the newest contract that waits for a signature."""
        waiting = [card for card in contracts if card.state == DRAFTED]
        newest = (waiting or contracts)[:1]
        named = [name for card in newest for name in self._drill.signers(card.customer_id)]
        return named[0] if named else ""


def papers_of(contracts: list[ContractCard], jobs: list[JobCard]) -> tuple[Paper, ...]:
    """Put the contract at hand first: the one being stamped, then those that wait for the seal."""
    at_hand = {job.subject_id: job for job in reversed(jobs) if job.state == OPEN_JOB}

    def place(card: ContractCard) -> int:
        if card.id in at_hand:
            return 0
        return 1 if card.state == SIGNED else 2

    return tuple(
        Paper(card.id, card.number, card.customer_name, card.pages, _wanted(card, at_hand))
        for card in sorted(contracts, key=place)
    )


def _wanted(card: ContractCard, at_hand: dict[UUID, JobCard]) -> int:
    """Give the next page of the job under way, else the page the seal belongs on."""
    job = at_hand.get(card.id)
    left = list(job.pages) if job is not None else []
    for stamp in job.stamps if job is not None else ():
        if stamp.state in COUNTED and stamp.page in left:
            left.remove(stamp.page)
    return left[0] if left else card.seal_place.page
