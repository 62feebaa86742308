"""Closed copies of the demo at the stages where trouble strikes, and a desk opened over one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from typing_extensions import override

from app.assembly.demo import DemoSite
from app.assembly.headless import Day, DayOptions
from app.assembly.workstation import Seat, Workstation
from app.kit.clock import SystemClock, today
from app.kit.errors.base import BranchError
from tests.faults.day_worker import AckingSite, ClockAhead
from tests.faults.drill import PASSPHRASE

T = TypeVar("T")
CODES_APART = 90.0


@dataclass
class Opened:
    """An open site in the middle of a day."""

    site: DemoSite
    day: Day

    def clerk(self) -> Seat:
        """Give the seat of the day's clerk."""
        return self.site.sit(self.site.branch, self.site.person("clerk").number)

    def custodian(self) -> Seat:
        """Let the first custodian sit down."""
        return self.site.sit(self.site.branch, self.site.person("custodian").number)

    def witness(self) -> str:
        """Give the number of the second custodian."""
        return self.site.person("custodian", 1).number

    def code(self, number: str) -> str:
        """Read a code off a person's device."""
        return self.site.code(self.site.branch, number)


class QuietSite(AckingSite):
    """The demo whose clock can be advanced, with plain seats."""

    @override
    def sit(self, station: Workstation, number: str) -> Seat:
        return DemoSite.sit(self, station, number)


@contextmanager
def opened(closed: Path, folder: Path, ahead: float = CODES_APART) -> Iterator[Opened]:
    """Copy a closed site and open the copy; everything it started ends with the block."""
    shutil.copytree(closed, folder, symlinks=True)
    with reopened(folder, ahead) as here:
        yield here


@contextmanager
def reopened(folder: Path, ahead: float) -> Iterator[Opened]:
    """Open a site where it is."""
    clock = ClockAhead(ahead)
    site = QuietSite.resume(folder, PASSPHRASE, clock)
    try:
        start = today(SystemClock()) + timedelta(days=1)
        yield Opened(site, Day(site, DayOptions(start), clock, told=lambda _: None))
    finally:
        site.close()


def refusal(call: Callable[[], object]) -> BranchError:
    """Give the error a call ends in; it has its three sentences, none of them empty."""
    try:
        answer = call()
    except BranchError as refused:
        problem = refused.problem
        for sentence in (problem.what, problem.safe, problem.next):
            assert len(str(sentence)) > 4, f"{refused.code} says too little: {sentence!r}"
        return refused
    raise AssertionError(f"no trouble was said, but {answer!r} came back")
