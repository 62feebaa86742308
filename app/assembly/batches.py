"""Taking up batches of a customer list although some of their rows are refused.

A batch is one transaction here and one command at head office, whole or not at all
(docs/decisions/0014). A row that is refused, here or there, is taken out with a letter of its own
in the very transaction that takes the others up. So at every moment each row stands in the store,
in a letter, or in a plan that is still to be done. Ids stay what they are.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from app.access.queries import person_by_number
from app.assembly.door import Door, Proofs
from app.customers.importing import BatchTaken, ImportCustomers, customers_here
from app.customers.importing_refused import Said, halves, may_be_a_row, write_refused
from app.kit.errors.base import BranchError
from app.kit.errors.parts import PartsRefused
from app.kit.logs import event
from app.store.letters import (
    RefusedCommand,
    close_letter,
    keep_rest,
    refused_command,
    refused_commands,
)
from app.store.session import Session
from app.store.store import Store
from app.store.work import Actor, Command
from sync.wire.plain import to_plain

IMPORT = "customers.import_customers"
Beside = Callable[[Session], None]
"""What is written in the same transaction."""

_log = logging.getLogger("sealdesk.desk")


@dataclass(frozen=True)
class Batches:
    """The batches of one desk; everything here runs on the writer lane."""

    store: Store
    door: Door
    device: str

    def take(self, actor: Actor, order: ImportCustomers, proofs: Proofs) -> BatchTaken:
        """Take a batch up without the rows this desk refuses; raises BranchError for the whole."""
        return self._take(_Attempt(actor, order, proofs))

    def take_again(self) -> int:
        """Send what head office refused for the sake of single rows again without them.

        Gives how many batches. One that is refused as a whole keeps its letter for a person.
        """
        done = 0
        for letter, code in self.store.read(refused_commands, IMPORT):
            while may_be_a_row(code):
                refused = self.store.read(refused_command, letter)
                try:
                    if refused is None or not self._again(refused):
                        break
                except BranchError as error:
                    event(_log, logging.WARNING, "batch_not_taken_again", error=error)
                    break
                done += 1
        return done

    def _again(self, refused: RefusedCommand) -> bool:
        """Do the next step with a refused batch, in one transaction; False where none can be."""
        actor = self.store.read(_author, refused, self.device)
        if actor is None:
            return False
        order: ImportCustomers = self.door.order_of(IMPORT, refused.order)
        beside = partial(close_letter, letter=refused.letter)
        named: dict[UUID, Said] = {}
        if not refused.rest:
            named = {id: said for id, said in refused.parts.items() if id in order.ids}
            if not named and order.size == 1:
                named = {order.first: (refused.code, refused.text)}
            elif not named:
                order, rest = halves(order)
                beside = partial(keep_rest, letter=refused.letter, order=to_plain(rest))
        here = self.store.read(customers_here, actor.scope, _new(order))
        order = order.only(set(order.ids) - here)
        self._take(_Attempt(actor, order, Proofs(), named, refused.mseq), beside)
        return True

    def _take(self, attempt: "_Attempt", beside: Beside | None = None) -> BatchTaken:
        """Try without the rows that are refused until none is, then write it all down."""
        while (left := attempt.left).size:
            try:
                self._commit(attempt, left, beside)
            except PartsRefused as refused:
                if not attempt.note(refused):
                    raise
            else:
                break
        else:
            with self.store.desk_work() as session:
                self._tell(session, attempt, beside)
        return BatchTaken(left, len(attempt.refused))

    def _commit(self, attempt: "_Attempt", left: ImportCustomers, beside: Beside | None) -> None:
        verb = self.door.verb(IMPORT)
        command = Command(IMPORT, to_plain(left), verb.subject_kind, left.first)
        with self.store.work(attempt.actor, command=command) as work:
            changes = self.door.perform(work, IMPORT, left, attempt.proofs)
            self._tell(work.session, attempt, beside)
            work.commit()
        event(_log, logging.INFO, "performed", doing=IMPORT, rows=len(changes.rows))

    def _tell(self, session: Session, attempt: "_Attempt", beside: Beside | None) -> None:
        scope, at = attempt.actor.scope, self.store.clock.now()
        write_refused(session, scope, attempt.order, attempt.refused, at, mseq=attempt.mseq)
        if beside is not None:
            beside(session)


@dataclass
class _Attempt:
    """A batch on its way into the store, and the rows refused so far with what was said."""

    actor: Actor
    order: ImportCustomers
    proofs: Proofs
    refused: dict[UUID, Said] = field(default_factory=dict)
    mseq: int = 0

    @property
    def left(self) -> ImportCustomers:
        """The batch without the rows that are refused."""
        if not self.refused:
            return self.order
        return self.order.only(set(self.order.ids) - self.refused.keys())

    def note(self, refused: PartsRefused) -> bool:
        """Note what was refused; False where nothing new was."""
        parts = {id: (one.code, str(one.what)) for id, one in refused.parts.items()}
        new = parts.keys() - self.refused.keys()
        self.refused |= parts
        return bool(new)


def _new(order: ImportCustomers) -> set[UUID]:
    """Give the customers a batch takes up; those it fills in are here and stay."""
    return set(order.ids) - {one.customer_id for one in order.completed}


def _author(session: Session, refused: RefusedCommand, device: str) -> Actor | None:
    """Give the person who ordered a batch, as this desk knows her now; None for one who left."""
    known = person_by_number(session, refused.actor)
    if known is None or known.office != refused.scope:
        return None
    return Actor(known.number, known.name, known.roles, known.office, device)
