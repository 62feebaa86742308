"""Kept runs against the data: scheduled runs made up once, and what a check finds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError, Problem
from app.kit.errors.reports import report_not_the_same
from app.kit.ids import new_id
from app.reports.queries.kept import kept_run, last_run_of
from app.reports.queries.reading import Step
from app.reports.queries.saved import saved_reports
from app.reports.rules.due import Saved, days_of, next_slot, slot_due
from app.reports.rules.kept import Difference, KeptRun, Ran, Verdict, differences, verdict
from ui.reports.presenter import ReportsPresenter
from ui.shell.ports import Desk


@dataclass(frozen=True)
class Checked:
    """How a kept run stands against another reading; ``problem`` where it must not be so."""

    kept: KeptRun
    now: Ran
    verdict: Verdict
    differences: tuple[Difference, ...]
    problem: Problem | None


@dataclass(frozen=True)
class DueRun:
    """A scheduled run. ``verdict`` is that of the run before, None where there was none."""

    saved: Saved
    kept: KeptRun
    verdict: Verdict | None
    problem: Problem | None


@dataclass(frozen=True)
class Looked:
    """What was due, and how long it is until something is due again; None where nothing will be."""

    runs: tuple[DueRun, ...]
    wait: timedelta | None


class RunKeeping:
    """The kept runs of the person at a desk. Everything blocks; run it on a reader lane."""

    def __init__(self, desk: Desk, presenter: ReportsPresenter) -> None:
        self._desk, self._presenter = desk, presenter

    def check(self, kept: KeptRun, step: Step) -> Checked:
        """Ask a kept run's question again, and note what comes of it in the problem list.

        Raises BranchError E-REPORT-… and Cancelled.
        """
        now = self._presenter.run(kept.ran.asked, step)
        return self._judged(kept, now)

    def compare(self, before: KeptRun, after: Ran) -> tuple[Difference, ...]:
        """Give the figures that differ between a kept run and another run."""
        return tuple(differences(before.ran, after))

    def run_due(self) -> tuple[DueRun, ...]:
        """Run every saved report that is due, once each, and keep what came of it.

        One that can no longer be read (a leave withdrawn, an older declaration) waits for its
        person, who is told when they open it.
        """
        now = self._desk.clock.now()
        found = self._desk.read(saved_reports, self._desk.actor.person)
        due = [(one, slot) for one in found if (slot := slot_due(one, now)) is not None]
        runs = [self._run(saved, slot) for saved, slot in due]
        return tuple(one for one in runs if one is not None)

    def look(self) -> Looked:
        """Run what is due and say when to look again."""
        runs, now = self.run_due(), self._desk.clock.now()
        found = self._desk.read(saved_reports, self._desk.actor.person)
        slots = [next_slot(one.schedule, now) for one in found if one.schedule.every]
        return Looked(runs, min(slots) - now if slots else None)

    def _run(self, saved: Saved, slot: datetime) -> DueRun | None:
        day = slot.astimezone(SHANGHAI).date()
        asked = days_of(saved.asked, saved.span, day)
        try:
            ran = self._presenter.run(asked, lambda _done, _total: None)
        except BranchError:
            return None
        before = self._last_of(saved)
        number = new_id(self._desk.clock)
        kept = KeptRun(number, saved.name, saved.measure, ran, saved.id, slot)
        self._desk.keep_run(kept)
        done = replace(saved, done=slot, stamp=ran.stamp)
        self._desk.keep_report(done)
        if before is None or before.ran.asked != asked:
            return DueRun(done, kept, None, None)
        judged = self._judged(before, ran)
        return DueRun(done, kept, judged.verdict, judged.problem)

    def _last_of(self, saved: Saved) -> KeptRun | None:
        """Give the run before; one that cannot be read is told where its person opens it."""
        person = self._desk.actor.person
        found = self._desk.read(last_run_of, person, saved.id)
        try:
            return None if found is None else self._desk.read(kept_run, person, found)
        except BranchError:
            return None

    def _judged(self, kept: KeptRun, now: Ran) -> Checked:
        found = verdict(kept.ran, now)
        changes = tuple(differences(kept.ran, now))
        if found is Verdict.BROKEN:
            self._desk.mark_run(kept.id, self._desk.clock.now())
            problem = report_not_the_same(kept.name, kept.ran.stamp.as_of)
            detail = f"{kept.ran.stamp.sha256}\n{now.stamp.sha256}"
            return Checked(kept, now, found, changes, replace(problem, detail=detail))
        if found is Verdict.SAME and kept.broken_at is not None:
            self._desk.mark_run(kept.id, None)
        return Checked(kept, now, found, changes, None)
