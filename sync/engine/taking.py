"""Asking and taking in: what a round does with one request and one answer, however they travel.

A line carries them in one breath (sync.engine.round), a courier over days (sync.engine.by_courier);
what is asked, believed and written here is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.kit.errors.base import Problem
from app.kit.errors.sync import (
    desk_to_empty,
    hub_refused,
    hub_restored,
    hub_untrusted,
    many_deletions,
    scope_taken,
    upgrade_needed,
)
from app.store.follow import Followed, Follower, HubPage, Outgoing, SeriesWanted
from app.store.outbox import PUSHED_AT_ONCE
from app.store.types import moment_of
from sync.client.faults import HubError, HubFault
from sync.courier.snapshots import SnapshotLine
from sync.engine.first_load import load_whole
from sync.engine.messages import (
    answered,
    blocks_of,
    cursor_of,
    page_of,
    txns_of,
    understood,
    wish_of,
)
from sync.engine.plan import too_many_gone
from sync.wire.digest import digest_of
from sync.wire.faults import WireError
from sync.wire.messages import PROTO, ScopeEvent, SyncReply, SyncRequest
from sync.wire.receipts import Answer, Kept


@dataclass(frozen=True)
class RoundSettings:
    """How one round goes: mutations and rows per request, numbers this desk needs.

    ``agreed`` names scopes whose mass deletion a person has agreed to. ``budget_bytes``: how much
    one answer may bring and one request carry on a poor line, before packing; 0 leaves it to the
    two ends.
    """

    device: str
    schema: int
    at_most: int = 1_000
    budget: int = 20_000
    series: tuple[SeriesWanted, ...] = ()
    agreed: frozenset[str] = frozenset()
    budget_bytes: int = 0

    @property
    def weight(self) -> int:
        """How much one request may carry, in signs of its patches."""
        return min(self.budget_bytes or PUSHED_AT_ONCE, PUSHED_AT_ONCE)


@dataclass(frozen=True)
class SyncReport:
    """What a round came to; ``digest_equal`` says per scope whether both sides hold the same."""

    rounds: int
    pushed: int
    pulled: int
    outbox_left: int
    digest_equal: dict[str, bool]
    problems: tuple[Problem, ...]
    kinds: frozenset[str]
    letters: int
    repaired: int
    retry_after: int
    hub_time: datetime | None = None
    """Head office's time as its last signed receipt said it (UTC)."""
    wipe: bool = False
    """Whether head office has told this desk to empty itself; its work is handed in first."""

    @property
    def even(self) -> bool:
        """Whether nothing waits here and every scope is the same on both sides."""
        return self.outbox_left == 0 and all(self.digest_equal.values())


@dataclass
class Taking:
    """What one round has come to so far."""

    desk: Follower
    line: SnapshotLine
    settings: RoundSettings
    rounds: int = 0
    pushed: int = 0
    pulled: int = 0
    letters: int = 0
    repaired: int = 0
    retry_after: int = 0
    kinds: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    receipts: list[Kept] = field(default_factory=list)
    heads: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    """Scope to epoch, seq and digest of the hub, as its last receipt said."""
    hub_time: datetime | None = None
    stopped: set[str] = field(default_factory=set)
    """Scopes that are not followed further in this round."""
    wipe: bool = False
    """Whether head office has told this desk to empty itself once its work is handed in."""
    by_pages: bool = False
    """Whether a snapshot could not be had in this round."""


def take(now: Taking, asked: SyncRequest, answer: Answer[SyncReply]) -> None:
    """Take in one answer, however it came here."""
    now.rounds += 1
    _keep_receipt(now, answer, asked)
    pages = _pages(now, answer.reply)
    taken = now.desk.take_in(
        [answered(result) for result in answer.reply.results],
        pages,
        blocks_of(answer.reply.leases),
        at=moment_of(answer.receipt.at),
    )
    now.hub_time = moment_of(answer.receipt.at)
    now.pushed += len(answer.reply.results)
    now.pulled += taken.pulled
    now.letters += taken.letters
    now.kinds |= taken.kinds
    now.heads = {scope: (epoch, seq, digest_of(d)) for scope, epoch, seq, d in answer.receipt.heads}
    _heed(now, answer.reply.events)


def request(now: Taking, outgoing: Sequence[Outgoing], followed: Sequence[Followed]) -> SyncRequest:
    """Write what a desk asks: what it pushes, how far it has come, the numbers it needs."""
    return SyncRequest(
        device=now.settings.device,
        proto=PROTO,
        schema=now.settings.schema,
        push=txns_of(outgoing),
        cursors=[cursor_of(one) for one in followed],
        budget=now.settings.budget,
        wishes=[wish_of(wish) for wish in now.desk.wishes(now.settings.series)],
        snapshots=not now.by_pages,
        budget_bytes=now.settings.budget_bytes,
    )


def believe(asked: SyncRequest, answer: Answer[SyncReply], device: str) -> None:
    """Believe only words that the signed receipt repeats, for exactly what was sent.

    Raises HubError UNTRUSTED.
    """
    told = {
        (result.mseq, result.status, result.scope, result.seq, result.ver)
        for result in answer.reply.results
    }
    signed = {
        (mseq, status, scope, seq, ver)
        for mseq, _, status, scope, seq, ver in answer.receipt.results
    }
    sent = {one.mseq: one.hash for txn in asked.push for one in txn.mutations}
    hashes = {mseq: hash for mseq, hash, *_ in answer.receipt.results}
    if told != signed or hashes != sent or answer.receipt.device != device:
        raise HubError(HubFault.UNTRUSTED, hub_untrusted("receipt and reply differ"))


def _keep_receipt(now: Taking, answer: Answer[SyncReply], asked: SyncRequest) -> None:
    believe(asked, answer, now.settings.device)
    if asked.push or not now.receipts:
        now.receipts.append(answer.kept)


def _pages(now: Taking, reply: SyncReply) -> list[HubPage]:
    """Read the pages, leaving out scopes that want to delete more than a person has agreed to.

    A scope with a kind of record of tomorrow stands still until the update: what is pushed goes on.
    """
    strange = {page.scope for page in reply.pages if not understood(page)} - now.stopped
    if strange:
        now.stopped |= strange
        now.problems.append(upgrade_needed())
    try:
        pages = [page_of(page) for page in reply.pages if page.scope not in now.stopped]
    except WireError as error:
        raise HubError(HubFault.REFUSED, hub_refused(error.detail)) from error
    return [page for page in pages if _may_delete(now, page)]


def _may_delete(now: Taking, page: HubPage) -> bool:
    gone = len(page.gone)
    if page.scope in now.settings.agreed or gone <= 500:
        return True
    if not too_many_gone(gone, now.desk.live_rows(page.scope)):
        return True
    _stop_for_a_yes(now, page.scope, gone)
    return False


def _stop_for_a_yes(now: Taking, scope: str, gone: int) -> None:
    now.stopped.add(scope)
    now.problems.append(many_deletions(scope, gone))


def _load(now: Taking, scope: str) -> None:
    """Load a scope by its snapshot; where that fails it comes by pages in the next step."""
    agreed = scope in now.settings.agreed
    loaded = load_whole(
        now.desk, now.line, scope, lambda gone, live: agreed or not too_many_gone(gone, live)
    )
    if loaded is None:
        now.by_pages = True
    elif loaded.taken:
        now.pulled += loaded.rows + loaded.gone
        now.kinds |= loaded.kinds
    else:
        _stop_for_a_yes(now, scope, loaded.gone)


def _heed(now: Taking, events: Sequence[ScopeEvent]) -> None:
    """Act on grants, revokes and restores; what they ask for is asked in the next step.

    An event this version does not know is passed by.
    """
    for event in events:
        match event.event:
            case "grant":
                now.desk.begin([event.scope])
            case "revoke":
                if event.scope not in now.stopped:
                    now.problems.append(scope_taken(event.scope))
                now.stopped.add(event.scope)
                now.desk.drop(event.scope)
            case "epoch":
                now.desk.start_over(event.scope, event.epoch, event.head)
                now.problems.append(hub_restored(event.scope))
            case "snapshot" if event.scope not in now.stopped:
                _load(now, event.scope)
            case "upgrade":
                now.problems.append(upgrade_needed())
                now.stopped |= set(now.heads)
            case "wipe" if not now.wipe:
                now.wipe = True
                now.problems.append(desk_to_empty())


def same(now: Taking, one: Followed) -> bool:
    """Say whether a scope stands where head office's last receipt says it does, row for row."""
    head = now.heads.get(one.scope)
    return head is None or (one.seq, one.digest) == (head[1], head[2])


def report_of(now: Taking, outcome: str) -> SyncReport:
    """Give the report of a round, and keep a line about it with its receipts."""
    followed = now.desk.followed()
    report = SyncReport(
        rounds=now.rounds,
        pushed=now.pushed,
        pulled=now.pulled,
        outbox_left=now.desk.left(),
        digest_equal={one.scope: one.scope in now.heads and same(now, one) for one in followed},
        problems=tuple(now.problems),
        kinds=frozenset(now.kinds),
        letters=now.letters,
        repaired=now.repaired,
        retry_after=now.retry_after,
        hub_time=now.hub_time,
        wipe=now.wipe,
    )
    if now.pushed or now.pulled or now.problems:
        now.desk.log(outcome, now.pushed, now.pulled, _log_detail(now), now.hub_time)
    return report


def _log_detail(now: Taking) -> dict[str, object]:
    return {
        "rounds": now.rounds,
        "repaired": now.repaired,
        "problems": [problem.code for problem in now.problems],
        "receipts": [
            {"key_id": kept.key_id, "text": kept.text, "signature": kept.signature}
            for kept in now.receipts
        ],
    }
