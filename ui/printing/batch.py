"""Several documents in one go on the printer's lane: what fails is named, the rest goes on.

A document that cannot be drawn is one less; a printer that takes nothing ends the batch, because it
would refuse the others too. Stopped, it says how many are out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPagedPaintDevice

from app.kit.errors.base import BranchError, Cancelled, Problem
from app.kit.listing import Stride
from app.kit.words import Text
from ui.printing.paper import print_pages
from ui.printing.printout import Printing
from ui.printing.setup import PrintSetup

PaperFor = Callable[[PrintSetup, str], QPagedPaintDevice]


@dataclass(frozen=True)
class Failed:
    """A document that did not come out, and why."""

    name: Text
    problem: Problem


@dataclass(frozen=True)
class Outcome:
    """What came of a batch: which are out (places from 0), which failed, whether it was ended."""

    out: tuple[int, ...]
    failed: tuple[tuple[int, Failed], ...]
    of: int
    stopped: bool = False

    @property
    def whole(self) -> bool:
        """Whether every document is out."""
        return len(self.out) == self.of


def print_batch(
    documents: Sequence[Printing], setup: PrintSetup, paper_for: PaperFor, stride: Stride
) -> Outcome:
    """Print documents one after another; ``stride`` is told at each and may raise Cancelled."""
    out: list[int] = []
    failed: list[tuple[int, Failed]] = []
    for place, document in enumerate(documents):
        try:
            stride.step(place, len(documents))
            _print_one(document, setup, paper_for, stride, place, len(documents))
        except Cancelled:
            return Outcome(tuple(out), tuple(failed), len(documents), stopped=True)
        except BranchError as refused:
            failed.append((place, Failed(document.name, refused.problem)))
            if refused.code in ("E-PRINT-START", "E-PRINT-STOPPED"):
                return Outcome(tuple(out), tuple(failed), len(documents), stopped=True)
        else:
            out.append(place)
    return Outcome(tuple(out), tuple(failed), len(documents))


def _print_one(
    document: Printing,
    setup: PrintSetup,
    paper_for: PaperFor,
    stride: Stride,
    place: int,
    of: int,
) -> None:
    """Print all pages of one; asked at each sheet whether to stop, counted by documents."""

    def step(_done: int, _total: int) -> None:
        stride.step(place, of)

    printout = document.open("", stride)
    pages = range(1, printout.count(setup.page) + 1)
    paper = paper_for(setup, document.file_name)
    print_pages(printout, setup.page, pages, paper, setup.printer, step)
