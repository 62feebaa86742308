"""What a person must still settle at this desk; the problem list and the workbench both show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.customers.importing_refused import refused_rows
from app.kit.errors.reports import report_not_the_same
from app.kit.words import Text, t
from app.reports.queries.kept import broken_runs
from app.seals.queries import open_stamps
from app.signing.queries import begun_signatures
from app.store.queries import inbox_lines
from ui.shell.ports import Desk
from ui.shell.targets import MendRefused

Source = Literal["seal", "signature", "report", "import", "refused", "conflict"]


@dataclass(frozen=True)
class ProblemLine:
    """One thing to settle; ``page`` and ``target`` say where."""

    source: Source
    at: datetime
    code: str
    what: Text
    page: str
    target: UUID | MendRefused
    letter: UUID | None = None
    """The letter of head office, where it is one: a person reads it and puts it away."""


def unsettled(desk: Desk) -> list[ProblemLine]:
    """List impressions, signatures and reports a person may see, then refusals and conflicts."""
    before = [*_doubts(desk), *_signatures(desk), *_reports(desk)]
    return [*before, *_rows_of_lists(desk), *_letters(desk)]


def _doubts(desk: Desk) -> list[ProblemLine]:
    return [
        ProblemLine(
            "seal",
            stamp.begun_at,
            "E-SEAL-DOUBT",
            t(
                "Impression {k} of contract {number} is not settled.",
                k=stamp.index,
                number=job.subject_number,
            ),
            "seals",
            job.id,
        )
        for job, stamp in desk.read(open_stamps)
        if desk.seeing.sees("seal_job", job.scope)
    ]


def _signatures(desk: Desk) -> list[ProblemLine]:
    return [
        ProblemLine(
            "signature",
            card.begun_at,
            "E-SIGN-OPEN",
            t("The signature of {signer} was begun and not finished.", signer=card.signer),
            "signing",
            card.subject_id,
        )
        for card in desk.read(begun_signatures)
        if card.id not in desk.in_hand and desk.seeing.sees("signature", card.scope)
    ]


def _reports(desk: Desk) -> list[ProblemLine]:
    """List this person's kept runs that the same data no longer give."""
    found = []
    for line in desk.read(broken_runs, desk.actor.person):
        problem = report_not_the_same(line.name, line.as_of)
        since = line.broken_at or line.as_of
        found.append(ProblemLine("report", since, problem.code, problem.what, "reports", line.id))
    return found


def _rows_of_lists(desk: Desk) -> list[ProblemLine]:
    """List rows of customer lists that were refused while the rest of their batch was taken."""
    if not desk.seeing.sees("customer", desk.scope):
        return []
    return [
        ProblemLine(
            "import",
            row.at,
            row.code,
            t(
                "{name} ({number}) of {file} was not taken up: {reason}",
                name=row.name,
                number=row.shown_no,
                file=row.file_name,
                reason=row.reason,
            ),
            "customers",
            row.customer_id if row.order is None else MendRefused(row.letter),
            row.letter,
        )
        for row in desk.read(refused_rows)
    ]


def _letters(desk: Desk) -> list[ProblemLine]:
    return [
        ProblemLine(
            "conflict" if line.status == "conflict" else "refused",
            line.at,
            line.code,
            t("Head office did not take {kind}: {text}", kind=line.kind, text=line.text),
            "sync",
            line.row_id,
            line.id,
        )
        for line in desk.read(inbox_lines)
    ]
