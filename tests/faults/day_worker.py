"""A process that goes through the day and says, unbuffered, what it has acknowledged.

``python -m tests.faults.day_worker found FOLDER`` sets a small demo up and closes it.
``python -m tests.faults.day_worker go FOLDER SECONDS ACKS`` opens that demo again and finishes the
day; ACKS is a file of the acknowledgements of the lives before this one, and SECONDS is how far
this life's clock is ahead (a code of a person's device serves once, and nobody wants to wait).

Every line on standard output is one JSON object, written by one ``write`` with nothing between it
and the pipe: what was said before SIGKILL was said. Whoever started this may kill it at any time,
together with the hub and the devices it started (a power cut) or alone (a crash).
"""

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from typing_extensions import override

from app.access.login import STEP_SECONDS
from app.access.records import Credential
from app.assembly.demo import DemoSite
from app.assembly.headless import STEPS, Day, DayOptions
from app.assembly.workstation import Seat, Workstation
from app.contracts.rules import ARCHIVED
from app.kit.clock import Clock, SystemClock, today
from app.seals.queries import jobs_here, open_stamps
from app.seals.rules import COUNTED
from app.store.outbox import table_of
from app.store.work import Changes
from tests.faults.drill import PASSPHRASE
from ui.contracts.presenter import ContractsPresenter
from ui.pricing.presenter import QuotePresenter
from ui.problems.presenter import ProblemsPresenter

CUSTOMERS = 3


def say(**values: object) -> None:
    """Put one line into the pipe, whole or not at all (it is shorter than PIPE_BUF)."""
    os.write(1, json.dumps(values).encode() + b"\n")


class ClockAhead(Clock):
    """The machine's clock, some seconds ahead."""

    def __init__(self, seconds: float) -> None:
        self._real = SystemClock()
        self._ahead = timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Let the wall hand go on."""
        self._ahead += timedelta(seconds=seconds)

    @override
    def now(self) -> datetime:
        return self._real.now() + self._ahead

    @override
    def monotonic(self) -> float:
        return self._real.monotonic()


@dataclass
class AckingSeat(Seat):
    """A seat that tells of every act and every file as soon as it is committed."""

    @override
    def perform(self, verb: str, order: object) -> Changes:
        changes = super().perform(verb, order)
        rows = [[row.kind, row.id.hex] for row in changes.rows]
        say(ack=verb, rows=rows, at=self.station.device)
        return changes

    @override
    def keep_file(self, content: bytes, extension: str, mime: str, name: str) -> str:
        sha256 = super().keep_file(content, extension, mime, name)
        say(file=sha256, at=self.station.device)
        return sha256


class AckingSite(DemoSite):
    """The demo, with seats that tell."""

    @override
    def sit(self, station: Workstation, number: str) -> Seat:
        seat = super().sit(station, number)
        return AckingSeat(seat.station, seat.who)

    @override
    def code(self, station: Workstation, number: str) -> str:
        """Read the next code off the device; where the person would wait for it, time goes by."""
        assert isinstance(self.clock, ClockAhead)
        used = station.store.read(
            lambda session: session.get_one(Credential, number)
        ).totp_last_step
        while int(self.clock.now().timestamp()) // STEP_SECONDS + 1 <= used:
            self.clock.advance(STEP_SECONDS)
        return super().code(station, number)


def found(folder: Path) -> None:
    """Set the demo up and close it."""
    site = DemoSite.found(
        folder, PASSPHRASE, SystemClock(), size=CUSTOMERS, told=lambda what: say(told=what)
    )
    site.close()
    say(founded=True)


def go(folder: Path, ahead: float, heard: list[dict[str, Any]]) -> None:
    """Open the demo as it was left, look whether everything acknowledged is there, finish."""
    clock = ClockAhead(ahead)
    site = AckingSite.resume(folder, PASSPHRASE, clock)
    say(missing=missing(site, heard), open=open_intents(site))
    say(resumed=True)
    start = today(clock) + timedelta(days=1)
    day = Day(site, DayOptions(start), clock, told=lambda step: say(step=step))
    offered(day)
    day.run()
    say(ended=reckoning(site, day))
    site.close()
    say(closed=True)


def missing(site: DemoSite, heard: list[dict[str, Any]]) -> list[str]:
    """Name what was acknowledged and is not there."""
    lost = []
    for line in heard:
        station = site.branch if line["at"] == site.branch.device else site.head_office
        if "file" in line:
            if not station.vault.has(line["file"]):
                lost.append(f"file {line['file']}")
            else:
                station.vault.get(line["file"])  # raises where it is torn
            continue
        lost += [f"{line['ack']}: {kind} {id}" for kind, id in line["rows"]
                 if not station.store.read(_is_there, kind, UUID(id))]  # fmt: skip
    return lost


def _is_there(session: Any, kind: str, id: UUID) -> bool:
    table = table_of(kind)
    return session.execute(select(table.c.id).where(table.c.id == id)).first() is not None


def open_intents(site: DemoSite) -> list[str]:
    """Name the impressions and signatures that were begun and not finished, from the records."""
    stamps = [stamp.id.hex for _, stamp in site.branch.store.read(open_stamps)]
    table = table_of("signature")
    begun = site.branch.store.read(
        lambda session: [
            id.hex for id in session.scalars(select(table.c.id).where(table.c.state == "begun"))
        ]
    )
    return [*stamps, *begun]


def offered(day: Day) -> None:
    """Say what the problems screen offers the clerk for settlement."""
    lines = ProblemsPresenter(day.clerk()).problems()
    say(offered=[[line.source, line.code] for line in lines])


def reckoning(site: DemoSite, day: Day) -> dict[str, Any]:
    """Hold machine, ledger, chain and head office against each other at the end of the day."""
    result = day.result()
    machine = site.machine.ask("state")
    jobs = site.branch.store.read(jobs_here, None)
    counted = [stamp for job in jobs for stamp in job.stamps if stamp.state in COUNTED]
    pages = Counter(stamp.page for stamp in counted)
    card = day.contract()
    return {
        "machine_total": machine["total"],
        "ledger_total": len(counted),
        "most_on_one_page": max(pages.values()),
        "pages": sorted(pages),
        "spent": len({job.permit_id for job in jobs if any(s in counted for s in job.stamps)}),
        "jobs": sorted(job.state for job in jobs),
        "open": open_intents(site),
        "problems": result["problems"],
        "audit": result["audit"]["verified"],
        "audit_entries": result["audit"]["entries"],
        "outbox_left": result["sync"]["outbox_left"],
        "digest_equal": result["sync"]["digest_equal"],
        "archived": card.state == ARCHIVED,
        "signed": result["signature"]["bottom_line"],
        "contracts": len(ContractsPresenter(day.clerk()).contracts()),
        "quotes": len(QuotePresenter(day.clerk()).quotes()),
        "steps": [name for name in STEPS if name in day.seconds],
    }


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["found", folder]:
            found(Path(folder))
        case ["go", folder, ahead, acks]:
            lines = Path(acks).read_text("utf-8").splitlines()
            go(Path(folder), float(ahead), [json.loads(line) for line in lines])
        case wrong:
            raise SystemExit(f"not understood: {wrong}")


if __name__ == "__main__":
    main()
