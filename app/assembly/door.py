"""The door every act goes through, at the desk, headless and at the hub.

It asks decide(), runs the verb inside an open unit of work, runs what after.py says comes next, and
chains the audit line: all in the one transaction of that unit of work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from app.access.rules import Obligation, Policy, Resource, decide
from app.audit.actions import HeadSigner, append_line
from app.kit.errors.access import not_allowed, proof_missing
from app.kit.errors.base import BranchError, BugError
from app.store.types import Plain
from app.store.work import Changes, Finished, Work
from sync.wire.plain import from_plain, to_plain

Run = Callable[[Work, Any], Changes]
AboutOf = Callable[[Work, Any], Resource]
Next = Callable[[Work, UUID], Changes]
Travel = Literal["command", "rows"]


@dataclass(frozen=True)
class Verb:
    """One verb of the trade.

    ``about`` tells decide() whose record it is and who played which part; ``action`` names the
    policy row where it depends on the order (an approval's level). ``sealed`` asks for a signed
    audit head. ``subject`` is the order's field with the id of the record it is about.
    """

    name: str
    order: type
    run: Run
    travels: Travel
    subject_kind: str
    subject: str
    about: AboutOf
    action: Callable[[Any], str] | None = None
    sealed: bool = False


@dataclass(frozen=True)
class Proofs:
    """What the person has proved in this session."""

    second_factor: bool = False
    step_up: frozenset[str] = frozenset()
    """Subjects (record ids in hex) for which a fresh step-up was given."""


@dataclass(frozen=True)
class Door:
    """The verbs, the policy and the chain this end writes."""

    verbs: Mapping[str, Verb]
    policy: Policy
    after: Mapping[tuple[str, str], Next]
    chain: str
    signer: HeadSigner | None
    trusted: bool = False
    """True at the hub, where the desk's proofs were checked before the order was sent."""
    chain_scope: str = ""
    """Whose records this end's chain is; empty: those of the office that acts."""

    def verb(self, name: str) -> Verb:
        """Give a verb; raises BugError for one that does not exist."""
        try:
            return self.verbs[name]
        except KeyError:
            raise BugError(f"no verb {name!r}") from None

    def perform(self, work: Work, name: str, order: Any, proofs: Proofs) -> Changes:
        """Do one act inside an open unit of work; the caller commits it."""
        verb = self.verb(name)
        action = verb.action(order) if verb.action else verb.name
        self._ask(work, verb, action, order, proofs)
        changes = verb.run(work, order)
        for finished in changes.finished:
            changes += self._go_on(work, finished)
        append_line(
            work,
            action,
            [[row.kind, row.id.hex] for row in changes.rows],
            _plain(work, name, order),
            chain=self.chain,
            scope=self.chain_scope or work.scope,
            signer=self.signer,
            seal_head=verb.sealed,
        )
        return changes

    def order_of(self, name: str, plain: dict[str, Plain]) -> Any:
        """Read an order from its plain form; raises WireError where it does not fit."""
        return from_plain(self.verb(name).order, plain)

    def _ask(self, work: Work, verb: Verb, action: str, order: Any, proofs: Proofs) -> None:
        answer = decide(work.actor, action, verb.about(work, order), self.policy)
        if not answer.allowed:
            raise BranchError(not_allowed(action, answer.reason))
        if self.trusted:
            return
        subject = getattr(order, verb.subject).hex
        for kind in answer.obliged:
            if not _proved(kind, proofs, subject):
                raise BranchError(proof_missing(kind))

    def _go_on(self, work: Work, finished: Finished) -> Changes:
        verb = self.after.get((finished.what, finished.subject_kind))
        return verb(work, finished.subject_id) if verb else Changes()


def _plain(work: Work, name: str, order: object) -> Plain:
    """Give the plain form of the order; a desk's command, which may be long, is spelled already."""
    carried = work.command if work.side == "branch" else None
    known = carried is not None and carried.verb == name
    return carried.spelled if carried is not None and known else to_plain(order)


def _proved(kind: Obligation, proofs: Proofs, subject: str) -> bool:
    match kind:
        case "second_factor":
            return proofs.second_factor
        case "step_up":
            return subject in proofs.step_up
