"""What the drill needs of a demo: paper, pen, people and the line to head office. No Qt here.

Everything blocks and is called on the lane of the demo's hands, one call after another: two orders
to one simulator must never cross. Whatever a simulator cannot do raises BranchError in words.
"""

from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from app.contracts.queries import ContractCard
from app.kit.words import Text
from app.seals.queries import JobCard

Fault = Literal[
    "power", "power_intent", "cable", "cable_stroke", "late", "photo", "no_photo", "jam", "door",
    "counter",
]  # fmt: skip
"""What can go wrong with the simulated seal machine."""
Manner = Literal["usual", "even", "light", "half", "torn"]
"""How a hand signs."""


@dataclass(frozen=True)
class MachineNow:
    """How the simulated machine stands, seen from outside; without power only that is known.

    ``changes`` counts what happened to what lies in it; ``label`` is what was laid in, empty for a
    blank sheet; ``faults`` are the simulator's own names of what is on or waits.
    """

    powered: bool
    plugged: bool = False
    paper: bool = False
    label: str = ""
    covered: bool = False
    changes: int = -1
    total: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """What a hand left on the pad: points sent, and those of them with the pen down.

    ``torn`` says that the cable went while it wrote.
    """

    points: int
    touching: int
    torn: bool


@dataclass(frozen=True)
class DemoLogin:
    """A person of the demo and how to sign in as them.

    ``code`` is None for a person without a second factor, empty while every code is used up;
    ``seconds`` is how long the code stands, or until there is one. ``elsewhere``: works at head
    office's desk.
    """

    number: str
    name: str
    role: Text
    password: str
    code: str | None
    seconds: float
    elsewhere: bool


class Drill(Protocol):
    """The hands at one demo."""

    def contracts(self) -> list[ContractCard]:
        """List the branch's contracts, the newest first."""
        ...

    def jobs(self) -> list[JobCard]:
        """List the branch's seal jobs, the newest first."""
        ...

    def page_picture(self, contract_id: UUID, page: int) -> bytes:
        """Print a page of a contract as it is now (PNG); raises IndexError for no such page."""
        ...

    def signers(self, customer_id: UUID) -> tuple[str, ...]:
        """Name who may sign for a customer."""
        ...

    def machine(self) -> MachineNow:
        """Look at the simulated machine."""
        ...

    def bed_picture(self) -> bytes:
        """Show what lies in the machine with its imprints and its card (JPEG); empty for none."""
        ...

    def lay_in(self, picture: bytes, page: int, label: str) -> None:
        """Lay a page in, for whatever lay there."""
        ...

    def lay_blank(self) -> None:
        """Lay a blank sheet in."""
        ...

    def take_out(self) -> None:
        """Take out what lies there."""
        ...

    def cover(self, on: bool) -> None:
        """Put a card on the code of the page, or take it away."""
        ...

    def let_happen(self, fault: Fault) -> None:
        """Let something go wrong, now or at its moment."""
        ...

    def put_right(self) -> None:
        """Switch on, plug in and end every fault that can be ended by hand."""
        ...

    def pad_plugged(self) -> bool:
        """Say whether the pad's cable is in."""
        ...

    def sign(self, name: str, manner: Manner) -> Written:
        """Sign on the pad; gives back when the pen has left."""
        ...

    def pull_pad(self) -> None:
        """Pull the pad's cable."""
        ...

    def plug_pad(self) -> None:
        """Plug the pad in again."""
        ...

    def people(self) -> tuple[DemoLogin, ...]:
        """Name the people of the demo, with password and the code of this moment."""
        ...

    def line_up(self) -> bool:
        """Say whether head office can be reached."""
        ...

    def cut_line(self) -> None:
        """Cut the line to head office at once."""
        ...

    def mend_line(self) -> None:
        """Bring head office back."""
        ...
