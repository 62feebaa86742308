"""One round with head office: push and pull together until nothing is left, then compare.

The round is plain, single-threaded code over two things: the store's Follower and a line. So a
simulated network drives the very same code. Files go by sync.courier after the rows that name them.
"""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.kit.errors.base import Problem
from app.kit.errors.sync import clock_far_off, going_in_circles, sides_differ, upgrade_needed
from app.store.follow import Follower
from sync.client.faults import HubError, HubFault
from sync.courier.snapshots import SnapshotLine
from sync.engine.messages import page_of, understood
from sync.engine.plan import ENDS, CircleWatch, Event, Phase, next_phase
from sync.engine.taking import RoundSettings, SyncReport, Taking, report_of, request, same, take
from sync.wire.digest import BUCKETS, digest_of
from sync.wire.messages import CheckReply, CheckRequest, FetchRequest, Page, SyncReply, SyncRequest
from sync.wire.receipts import Answer

SKEW_SHOWN_MINUTES = 2
"""From how many minutes on a clock that differs is shown (security-and-reliability.md 5)."""
ROWS_FETCHED_AT_ONCE = 1_000


class Line(SnapshotLine, Protocol):
    """A line to head office, as sync.client.HubLink is one; raises HubError."""

    def sync(self, asked: SyncRequest) -> Answer[SyncReply]:
        """Push and pull once."""
        ...

    def check(self, asked: CheckRequest) -> CheckReply:
        """Compare a scope's rows."""
        ...

    def fetch(self, asked: FetchRequest) -> Page:
        """Get single rows."""
        ...


@dataclass
class _Round(Taking):
    """A round over a line that can be asked anything."""

    asked: Line = field(kw_only=True)
    watch: CircleWatch = field(default_factory=CircleWatch)


def sync_round(desk: Follower, line: Line, settings: RoundSettings) -> SyncReport:
    """Have one round; raises HubError where head office could not be had at all.

    Once something was exchanged, a line that breaks ends the round with a problem in the report.
    """
    now = _Round(desk, line, settings, asked=line)
    phase = Phase.ASKING
    while phase not in ENDS:
        try:
            event = _ask(now) if phase is Phase.ASKING else _repair(now)
        except HubError as error:
            if not now.rounds:
                raise
            now.problems.append(error.problem)
            now.retry_after = error.retry_after
            event = _event_of(error)
        phase = next_phase(phase, event)
    return report_of(now, phase.value)


def _event_of(error: HubError) -> Event:
    waits = error.fault in (HubFault.NO_ANSWER, HubFault.BUSY)
    return Event.NO_ANSWER if waits else Event.REFUSED


def _ask(now: _Round) -> Event:
    """Send what waits, take in what comes, say whether there is more."""
    settings = now.settings
    outgoing = now.desk.outgoing(settings.at_most, weight_at_most=settings.weight)
    followed = now.desk.followed()
    place = (outgoing[0].mseq if outgoing else 0, tuple(followed))
    if now.watch.circling(place):
        now.problems.append(going_in_circles(", ".join(one.scope for one in followed)))
        return Event.CIRCLING
    asked = request(now, outgoing, followed)
    take(now, asked, now.asked.sync(asked))
    return _event_after(now)


def _event_after(now: _Round) -> Event:
    """Say where the round stands now: more to do, or how the two sides compare."""
    followed = [one for one in now.desk.followed() if one.scope not in now.stopped]
    behind = any(one.scope in now.heads and one.seq < now.heads[one.scope][1] for one in followed)
    if now.desk.left() or behind:
        return Event.MORE
    return Event.EVEN if all(same(now, one) for one in followed) else Event.UNEVEN


def _repair(now: _Round) -> Event:
    """Mend the scopes whose digests differ, once; what cannot be mended is told."""
    now.repaired += 1
    mended = False
    for one in now.desk.followed():
        if one.scope in now.stopped or same(now, one):
            continue
        if _mend(now, one.scope):
            mended = True
        else:
            now.stopped.add(one.scope)
    return Event.REPAIRED if mended else Event.UNEVEN


def _mend(now: _Round, scope: str) -> bool:
    """Count afresh, then fetch the rows that differ; nothing here is deleted by a comparison."""
    sums = now.desk.recount(scope)
    told = now.asked.check(CheckRequest(scope, []))
    differing = [n for n in range(BUCKETS) if sums[n] != digest_of(told.sums[n])]
    if not differing:
        return True
    theirs = {
        (kind, UUID(hex=id)): ver
        for kind, id, ver in now.asked.check(CheckRequest(scope, differing)).rows
    }
    ours = now.desk.versions(scope, differing)
    wanted = sorted(
        (kind, id.hex) for (kind, id), ver in theirs.items() if ours.get((kind, id)) != ver
    )
    for start in range(0, len(wanted), ROWS_FETCHED_AT_ONCE):
        page = now.asked.fetch(FetchRequest(scope, wanted[start : start + ROWS_FETCHED_AT_ONCE]))
        if not understood(page):
            now.problems.append(upgrade_needed())
            return False
        now.pulled += now.desk.take_rows(scope, page_of(page).rows)
    now.kinds |= {kind for kind, _ in wanted}
    extra = len(ours.keys() - theirs.keys())
    if extra:
        now.problems.append(sides_differ(scope, extra))
    return not extra


def clock_problem(offset_seconds: float) -> Problem | None:
    """Say that this machine's clock is off, where it is more than two minutes."""
    minutes = round(abs(offset_seconds) / 60)
    return clock_far_off(minutes) if abs(offset_seconds) > SKEW_SHOWN_MINUTES * 60 else None
