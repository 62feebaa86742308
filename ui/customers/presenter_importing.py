"""What the import of customers decides: what a file says, whom it meets, doing it part by part.

The plan (every order with all its ids) is stored before the first part is taken, beside the drafts
of the person. An import that was cut off goes on with the same orders; what was taken is seen by
the lines it wrote, so no part is taken twice. When all is done the plan is thrown away.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.access.policy import policy_of
from app.access.rules import Resource, decide
from app.customers.actions import RegisterOrganisation, RegisterPerson
from app.customers.importing import (
    Holder,
    Identity,
    ImportCustomers,
    holders_of,
    parts_taken,
)
from app.customers.importing_form import import_form
from app.customers.importing_plan import (
    CustomerList,
    Edits,
    amended,
    orders_of,
    plan_bytes,
    plan_of,
    read_list,
    with_holders,
)
from app.customers.rules.check import normalised
from app.customers.rules.id_types import CREDIT_CODE
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.customers import import_headings, import_nobody
from app.kit.errors.sheets import sheet_not_opened, sheet_too_big
from app.kit.listing import Stride
from app.kit.words import Text, t
from app.packs.resources import resource_bytes
from ui.shell.ports import Desk

VERB = "customers.import_customers"
UNDER_WAY = "customers.import"
"""The key of the draft that names the import under way."""
PLAN = "customers.import.plan"
"""The key of the draft that holds its orders."""
MOST_BYTES = 100_000_000
"""Of a file; what a list of this length never has is not even read."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An import that was begun and is not done: the file and how many parts there are."""

    file_name: str
    parts: int
    taken: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did; ``met`` counts rows somebody else had taken up by then."""

    file_name: str
    new: int
    completed: int
    met: int


class ImportPresenter:
    """The import of customers at one desk; everything blocks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def allowed(self) -> bool:
        """Say whether the person may take customers up from a file."""
        policy = policy_of(resource_bytes("rules/access.json"))
        return decide(self._desk.actor, VERB, Resource(self._desk.scope, {}), policy).allowed

    def read_file(self, path: Path, stride: Stride) -> CustomerList:
        """Read and judge a file; raises BranchError E-SHEET-… or E-IMPORT-HEADINGS."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise BranchError(sheet_too_big())
            content = path.read_bytes()
        except OSError as error:
            raise BranchError(sheet_not_opened(path.name, str(error.strerror))) from error
        return self.read(content, path.name, stride)

    def read(self, content: bytes, name: str, stride: Stride) -> CustomerList:
        """Read and judge what a file holds, and look who is here already."""
        here = read_list(content, name, import_form(), today(self._desk.clock), stride)
        if here.stopped is not None:
            raise BranchError(import_headings(here.stopped.reason))
        return with_holders(here, self._holders(here.identities()))

    def amend(self, here: CustomerList, edits: Edits, out: Collection[int]) -> CustomerList:
        """Judge again with cells typed over and rows left out."""
        again = amended(here, edits, out=out)
        return with_holders(again, self._holders(again.identities({row for row, _ in edits})))

    def take(self, here: CustomerList, *, fill: bool, stride: Stride) -> Taken:
        """Store the plan and take up all that is good; raises Cancelled between two parts.

        ``stride`` hears of customers. Raises BranchError E-IMPORT-NOBODY, and what the verb raises:
        the parts before are kept, `go_on` does the rest.
        """
        orders = orders_of(here, fill=fill, clock=self._desk.clock)
        if not orders:
            raise BranchError(import_nobody())
        plan = base64.b64encode(plan_bytes(orders)).decode("ascii")
        self._desk.keep_draft(PLAN, (("plan", plan),))
        self._desk.keep_draft(UNDER_WAY, (("file", here.name), ("parts", str(len(orders)))))
        return self._run(orders, stride)

    def under_way(self) -> UnderWay | None:
        """Say which import was begun and cut off; None where none was."""
        kept = dict(self._desk.read_draft(UNDER_WAY))
        if not kept:
            return None
        orders = self._planned()
        return UnderWay(kept["file"], len(orders), self._taken(orders))

    def go_on(self, stride: Stride) -> Taken:
        """Do the rest of the import under way; as `take`."""
        return self._run(self._planned(), stride)

    def forget(self) -> None:
        """Leave the rest of the import under way; what was taken stays."""
        self._desk.drop_draft(UNDER_WAY)
        self._desk.drop_draft(PLAN)

    def _planned(self) -> tuple[ImportCustomers, ...]:
        kept = dict(self._desk.read_draft(PLAN))
        return plan_of(base64.b64decode(kept["plan"])) if "plan" in kept else ()

    def _taken(self, orders: Sequence[ImportCustomers]) -> int:
        marks = [order.mark for order in orders]
        return self._desk.read(parts_taken, self._desk.scope, marks)

    def _run(self, orders: Sequence[ImportCustomers], stride: Stride) -> Taken:
        if not orders:
            raise BranchError(import_nobody())
        total = sum(order.size for order in orders)
        taken = self._taken(orders)
        new = completed = met = 0
        done = sum(order.size for order in orders[:taken])
        for order in orders[taken:]:
            stride.step(done, total)
            kept = self._perform(order)
            met += order.size - kept.size
            new += len(kept.organisations) + len(kept.people)
            completed += len(kept.completed)
            done += order.size
        self.forget()
        for order in orders[:taken]:
            new += len(order.organisations) + len(order.people)
            completed += len(order.completed)
        return Taken(orders[0].file_name, new, completed, met)

    def _perform(self, order: ImportCustomers) -> ImportCustomers:
        """Take one part up; whom somebody took up since the file was read is left out of it."""
        try:
            self._desk.perform(VERB, order)
        except BranchError as refused:
            if refused.code != "E-CUSTOMER-DOUBLE":
                raise
            order = self._without_known(order)
            if order.size:
                self._desk.perform(VERB, order)
        return order

    def _without_known(self, order: ImportCustomers) -> ImportCustomers:
        known = self._holders(
            [*map(_organisation, order.organisations), *map(_person, order.people)]
        )
        left = replace(
            order,
            organisations=tuple(o for o in order.organisations if _organisation(o) not in known),
            people=tuple(p for p in order.people if _person(p) not in known),
        )
        for orders in (left.organisations, left.people, left.completed):
            if orders:
                return replace(left, first=orders[0].customer_id)
        return left

    def _holders(self, identities: Collection[Identity]) -> Mapping[Identity, Holder]:
        return self._desk.read(holders_of, self._desk.scope, identities)


def understood(here: CustomerList) -> Text:
    """Say how many rows stand how."""
    counts = here.counts
    return t(
        "{good} good, {wrong} wrong, {meets} here already, {again} twice in the file.",
        good=f"{counts.good:,}",
        wrong=f"{counts.wrong:,}",
        meets=f"{counts.meets:,}",
        again=f"{counts.again:,}",
    )


def _organisation(order: RegisterOrganisation) -> Identity:
    return CREDIT_CODE, normalised(order.credit_code)


def _person(order: RegisterPerson) -> Identity:
    return order.id_type, order.id_no
