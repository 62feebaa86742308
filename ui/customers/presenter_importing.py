"""What the import of customers decides: what a file says, whom it meets, doing it part by part.

The plan (every order with all its ids) is stored before the first part is taken, beside the drafts
of the person. An import that was cut off goes on with the same orders; what was taken is seen by
the lines it wrote, so no part is taken twice. When all is done the plan is thrown away. Rows that
were refused, here or by head office, come back as a list of their own to be mended.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from uuid import UUID

from app.access.policy import policy_of
from app.access.rules import Resource, decide
from app.customers.importing import (
    Holder,
    Identity,
    ImportCustomers,
    holders_of,
    parts_taken,
)
from app.customers.importing_form import ImportForm, import_form
from app.customers.importing_likeness import Alike, Likeness, alike_here
from app.customers.importing_plan import (
    CustomerList,
    Edits,
    Standing,
    amended,
    list_again,
    orders_of,
    plan_bytes,
    plan_of,
    read_list,
    with_alike,
    with_holders,
)
from app.customers.importing_refused import RefusedRow, refused_rows
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.customers import import_headings, import_nobody
from app.kit.errors.sheets import sheet_not_opened, sheet_too_big
from app.kit.listing import Stride
from app.kit.words import Text, t, tn
from app.packs.in_force import FormsInForce
from app.packs.resources import resource_bytes
from ui.shell.places import PlacesHere
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
    """What an import did; ``refused`` counts rows that came back with a letter each."""

    file_name: str
    new: int
    completed: int
    refused: int
    alike: int = 0
    """Rows left because they look like somebody and nobody said that they are others."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person: an import that was cut off, rows that were refused."""

    begun: UnderWay | None
    refused: int
    refused_name: str


class ImportPresenter:
    """The import of customers at one desk; everything blocks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._places = PlacesHere(desk.packs, desk.clock)

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
        here = read_list(content, name, self._form(), today(self._desk.clock), stride)
        if here.stopped is not None:
            raise BranchError(import_headings(here.stopped.reason))
        return self._looked_up(here, None)

    def refused(self) -> tuple[RefusedRow, ...]:
        """Give the rows that were refused and can be mended here, in the order they were."""
        if not self._desk.seeing.sees("customer", self._desk.scope):
            return ()
        found = self._desk.read(refused_rows)
        return tuple(one for one in found if one.order is not None)

    def refused_again(self) -> CustomerList | None:
        """Judge the refused rows of one file again, as a list to be mended; None without any."""
        rows = self.refused()
        if not rows:
            return None
        name = rows[0].file_name
        some = [one for one in rows if one.file_name == name]
        here = list_again(name, some, self._form(), today(self._desk.clock))
        return self._looked_up(here, None)

    def amend(
        self, here: CustomerList, edits: Edits, out: Collection[int], others: Collection[int]
    ) -> CustomerList:
        """Judge again with cells typed over, rows left out, and rows said to be others."""
        again = amended(here, edits, out=out, others=others)
        return self._looked_up(again, {row for row, _ in edits})

    def all_as_others(self, here: CustomerList) -> CustomerList:
        """Say of every row that looks like somebody that it is another customer."""
        return self.amend(here, {}, here.out, here.others | here.standing_as(Standing.ALIKE))

    def without_alike(self, here: CustomerList) -> CustomerList:
        """Leave every row out that looks like somebody."""
        return self.amend(here, {}, here.out | here.standing_as(Standing.ALIKE), here.others)

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
        letters = " ".join(
            here.letters[row].hex for row in here.letters if here.taken_up(row, fill)
        )
        begun = (("file", here.name), ("parts", str(len(orders))), ("letters", letters))
        self._desk.keep_draft(UNDER_WAY, begun)
        taken = self._run(orders, [False] * len(orders), stride)
        return replace(taken, alike=here.counts.alike)

    def waiting(self) -> Waiting:
        """Say what waits for a person before another file is chosen."""
        rows = self.refused()
        return Waiting(self.under_way(), len(rows), rows[0].file_name if rows else "")

    def under_way(self) -> UnderWay | None:
        """Say which import was begun and cut off; None where none was."""
        kept = dict(self._desk.read_draft(UNDER_WAY))
        if not kept:
            return None
        orders = self._planned()
        return UnderWay(kept["file"], len(orders), sum(self._taken(orders)))

    def go_on(self, stride: Stride) -> Taken:
        """Do the rest of the import under way; as `take`."""
        orders = self._planned()
        return self._run(orders, self._taken(orders), stride)

    def forget(self) -> None:
        """Leave the rest of the import under way; what was taken stays."""
        self._desk.drop_draft(UNDER_WAY)
        self._desk.drop_draft(PLAN)

    def _planned(self) -> tuple[ImportCustomers, ...]:
        kept = dict(self._desk.read_draft(PLAN))
        return plan_of(base64.b64decode(kept["plan"])) if "plan" in kept else ()

    def _taken(self, orders: Sequence[ImportCustomers]) -> tuple[bool, ...]:
        parts = [order.lines for order in orders]
        return self._desk.read(parts_taken, self._desk.scope, parts)

    def _run(
        self, orders: Sequence[ImportCustomers], taken: Sequence[bool], stride: Stride
    ) -> Taken:
        if not orders:
            raise BranchError(import_nobody())
        total = sum(order.size for order in orders)
        new = completed = refused = done = 0
        for order, was_taken in zip(orders, taken, strict=True):
            kept = order
            if not was_taken:
                stride.step(done, total)
                answer = self._desk.take_up(order)
                kept, refused = answer.order, refused + answer.refused
            new += len(kept.organisations) + len(kept.people)
            completed += len(kept.completed)
            done += order.size
        self._put_letters_away()
        self.forget()
        return Taken(orders[0].file_name, new, completed, refused)

    def _put_letters_away(self) -> None:
        """Put the letters away whose rows this import took up: they are settled."""
        letters = dict(self._desk.read_draft(UNDER_WAY)).get("letters", "")
        for letter in letters.split():
            self._desk.put_away(UUID(hex=letter))

    def _looked_up(self, here: CustomerList, rows: Collection[int] | None) -> CustomerList:
        """Ask who of these rows is here or may be; None for all. It comes counted to the window."""
        known = with_holders(here, self._holders(here.identities(rows)))
        return with_alike(known, self._alike(known.likenesses(rows))).counted()

    def _form(self) -> ImportForm:
        forms = FormsInForce(self._desk.packs, self._desk.clock)
        return import_form(forms.form, self._code_of)

    def _code_of(self, words: str) -> str:
        """Give the code of a place; the list is read for the first file that writes one out."""
        return self._places.read().code_of(words)

    def _holders(self, identities: Collection[Identity]) -> Mapping[Identity, Holder]:
        return self._desk.read(holders_of, self._desk.scope, identities)

    def _alike(self, likes: Collection[Likeness]) -> Mapping[Likeness, Alike]:
        return self._desk.read(alike_here, self._desk.scope, likes)


def said_of(taken: Taken) -> Text:
    """Say what an import did, and what it left."""
    said = [
        t(
            "{new} customers taken up, {completed} filled in.",
            new=f"{taken.new:,}",
            completed=f"{taken.completed:,}",
        )
    ]
    if taken.refused:
        said.append(tn("{n} row was refused.", "{n} rows were refused.", taken.refused))
    if taken.alike:
        said.append(
            tn(
                "{n} row looks like another and was left.",
                "{n} rows look like others and were left.",
                taken.alike,
            )
        )
    return one_after_another(said)


def one_after_another(sentences: Sequence[Text]) -> Text:
    """Put sentences behind each other; at least one."""
    return reduce(lambda said, more: t("{said} {more}", said=said, more=more), sentences)


def understood(here: CustomerList) -> Text:
    """Say how many rows stand how."""
    counts = here.counts
    said = t(
        "{good} good, {wrong} wrong, {meets} here already, {again} twice in the file.",
        good=f"{counts.good:,}",
        wrong=f"{counts.wrong:,}",
        meets=f"{counts.meets:,}",
        again=f"{counts.again:,}",
    )
    return one_after_another([said, left_alike(counts.alike)]) if counts.alike else said


def left_alike(count: int) -> Text:
    """Say how many rows wait for a person's word because they look like somebody."""
    return tn(
        "{n} row may be a customer under another number: it is left until you decide.",
        "{n} rows may be customers under another number: they are left until you decide.",
        count,
    )
