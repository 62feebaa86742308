"""What a customer list holds before anything is done with it, and what is to be done with it.

`read_list` reads and judges every row; `with_holders` says who is here already, and who may be;
`amended` takes what a person typed over single cells, and which rows are left out or are others.
`orders_of` makes the batches, with all ids; stored as they are (`plan_bytes`) they are the plan: an
import that was interrupted goes on with the very same orders, so nobody is taken up twice.
"""

import hashlib
import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Self
from uuid import UUID

from app.customers.actions import (
    ContactDetails,
    CorrectCustomer,
    FieldEdit,
    RegisterOrganisation,
    RegisterPerson,
)
from app.customers.importing import FILLED, Holder, Identity, ImportCustomers
from app.customers.importing_form import (
    FIELDS,
    Columns,
    Field,
    HeadingTrouble,
    ImportForm,
    find_columns,
)
from app.customers.importing_likeness import SHARED, Alike, Likeness, shown_number
from app.customers.importing_refused import RefusedRow, cells_of
from app.customers.importing_rows import FoundCustomer, JudgedRow, judge_row
from app.customers.rules.id_types import RESIDENT_CARD
from app.customers.rules.names import search_form
from app.kit.clock import Clock
from app.kit.ids import new_ids
from app.kit.listing import Stride, Unhurried
from app.kit.sheets.read import read_table
from app.kit.sheets.table import Cell, Formula, Row, cell_text
from app.kit.words import Text, t
from sync.wire.plain import from_plain, plain_text

MOST_ROWS = 200_000
"""Rows one file may have; more is refused in words."""
AT_ONCE = 1_000
"""Customers of one batch: one transaction, some tenths of a second on the writer lane."""
_STEP = 2_000
"""Rows between two words of progress."""
_ROWS_ABOVE = 20
_IDS, _MOST_IDS = 2, 3
"""Ids an order takes: customer and line of the timeline, and an operator where there is one."""
FORM = "customer-import/1"

Edits = Mapping[tuple[int, Field], str]
"""(row number, field) → what was typed into that cell."""


class Standing(Enum):
    """What becomes of a row."""

    GOOD = "good"
    """A new customer."""
    MEETS = "meets"
    """Somebody here has this number: left, or their empty fields filled in."""
    AGAIN = "again"
    """An earlier row of the file is the same customer: left."""
    ALIKE = "alike"
    """Somebody here, or an earlier row, may be the same customer under another number: left until a
    person says that it is another one."""
    WRONG = "wrong"
    OUT = "out"
    """A person left it out."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows stand how."""

    good: int
    meets: int
    again: int
    alike: int
    wrong: int
    out: int

    @property
    def rows(self) -> int:
        """All rows below the headings."""
        return self.good + self.meets + self.again + self.alike + self.wrong + self.out


@dataclass(frozen=True)
class CustomerList:
    """A file as it was understood; nothing of it is stored yet."""

    name: str
    sha256: str
    columns: Columns
    troubles: tuple[HeadingTrouble, ...]
    cells: Mapping[int, Row]
    """Row number → what stands in the row, edits included; in the order of the file."""
    judged: Mapping[int, JudgedRow]
    form: ImportForm
    today: date
    holders: Mapping[Identity, Holder] = field(default_factory=dict)
    likes: Mapping[Likeness, Alike] = field(default_factory=dict)
    """Who here has what rows share."""
    out: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()
    """Rows of which a person said that they are other customers than those they look like."""
    told: Mapping[int, Text] = field(default_factory=dict)
    """What was said of rows that were refused before."""
    letters: Mapping[int, UUID] = field(default_factory=dict)
    """The letters those rows came back with, put away once the row is taken up."""

    @property
    def stopped(self) -> HeadingTrouble | None:
        """What keeps every row from being read; None where nothing does."""
        return next((one for one in self.troubles if one.stops), None)

    @cached_property
    def first_rows(self) -> Mapping[Identity, int]:
        """Which row is the first to name each customer; rows left out do not count."""
        found: dict[Identity, int] = {}
        for number, judged in self.judged.items():
            if judged.found is not None and number not in self.out:
                found.setdefault(judged.found.identity, number)
        return found

    @cached_property
    def first_alike(self) -> Mapping[Likeness, int]:
        """Which row is the first with what rows share; rows left out do not count."""
        found: dict[Likeness, int] = {}
        for number, judged in self.judged.items():
            if number not in self.out:
                for likeness in judged.likenesses:
                    found.setdefault(likeness, number)
        return found

    @cached_property
    def to_look_at(self) -> tuple[int, ...]:
        """Give the rows that are not simply good: wrong ones, then who is or may be here, then
        those in doubt or left out."""
        ranks = {Standing.WRONG: 0, Standing.ALIKE: 1, Standing.MEETS: 2, Standing.AGAIN: 2}
        ranked: tuple[list[int], ...] = ([], [], [], [])
        for number, judged in self.judged.items():
            standing = self.standing(number)
            if standing is not Standing.GOOD or judged.doubts or number in self.told:
                ranked[ranks.get(standing, 3)].append(number)
        return tuple(number for rows in ranked for number in rows)

    @cached_property
    def counts(self) -> Counts:
        """Count the rows by what becomes of them."""
        tally = dict.fromkeys(Standing, 0)
        for number in self.judged:
            tally[self.standing(number)] += 1
        return Counts(
            good=tally[Standing.GOOD],
            meets=tally[Standing.MEETS],
            again=tally[Standing.AGAIN],
            alike=tally[Standing.ALIKE],
            wrong=tally[Standing.WRONG],
            out=tally[Standing.OUT],
        )

    def counted(self) -> Self:
        """Count the rows and choose those to look at now: a long list takes its time for that."""
        _ = self.counts, self.to_look_at
        return self

    def standing(self, number: int) -> Standing:
        """Say what becomes of a row."""
        if number in self.out:
            return Standing.OUT
        found = self.judged[number].found
        if found is None:
            return Standing.WRONG
        if self.first_rows[found.identity] != number:
            return Standing.AGAIN
        if found.identity in self.holders:
            return Standing.MEETS
        if number not in self.others and self.alike(number) is not None:
            return Standing.ALIKE
        return Standing.GOOD

    def alike(self, number: int) -> Alike | None:
        """Say whom a row looks like under another number: somebody here, else an earlier row."""
        judged = self.judged[number]
        for likeness in judged.likenesses:
            here = self.likes.get(likeness)
            if here is not None:
                return here
        for likeness in judged.likenesses:
            first = self.first_alike.get(likeness, number)
            if first < number:
                found = self.judged[first].found
                assert found is not None, "only a row that is understood shares anything"
                shown = shown_number(found.id_type, found.id_no)
                return Alike(found.name, shown, SHARED[likeness[0]], first)
        return None

    def standing_as(self, standing: Standing) -> set[int]:
        """Give the rows that stand so."""
        return {number for number in self.judged if self.standing(number) is standing}

    def taken_up(self, number: int, fill: bool) -> bool:
        """Say whether a row is taken up, or fills in who is here."""
        standing = self.standing(number)
        return standing is Standing.GOOD or (fill and standing is Standing.MEETS)

    def holder(self, number: int) -> Holder | None:
        """Say who a row meets here."""
        found = self.judged[number].found
        return None if found is None else self.holders.get(found.identity)

    def identities(self, rows: Collection[int] | None = None) -> set[Identity]:
        """Give the customers the rows name, for a look at the store."""
        chosen = self.judged.values() if rows is None else (self.judged[n] for n in rows)
        return {one.found.identity for one in chosen if one.found is not None}

    def likenesses(self, rows: Collection[int] | None = None) -> set[Likeness]:
        """Give what rows share with whoever they may be, for a look at the store.

        Rows whose number is known there are left out: they are somebody already.
        """
        chosen = self.judged.values() if rows is None else (self.judged[n] for n in rows)
        return {
            likeness
            for one in chosen
            if one.found is not None and one.found.identity not in self.holders
            for likeness in one.likenesses
        }

    def text(self, number: int, name: Field) -> str:
        """Give what stands in a cell, as a person would type it; empty where there is none."""
        place, row = self.columns.places.get(name), self.cells[number]
        if place is None or place >= len(row.cells):
            return ""
        return cell_text(row.cells[place])


def read_list(
    content: bytes, name: str, form: ImportForm, today: date, stride: Stride
) -> CustomerList:
    """Read a list from .xlsx or CSV and judge every row; raises BranchError E-SHEET-….

    Wrong headings and cells are told in the list. ``stride`` hears of the rows; it may stop.
    """
    stride.step(0, 0)
    table = read_table(content, most_rows=MOST_ROWS + _ROWS_ABOVE)
    columns, troubles = find_columns(table, form)
    rows: Sequence[Row] = ()
    if not any(one.stops for one in troubles):
        used = sorted(columns.places.values())
        rows = [row for row in table.rows if row.number > columns.row and _speaks(row, used)]
    sha256 = hashlib.sha256(content).hexdigest()
    judged = _judge(rows, columns, form, today, stride)
    return _with_every_column(
        CustomerList(
            name=name,
            sha256=sha256,
            columns=columns,
            troubles=troubles,
            cells={row.number: row for row in rows},
            judged=judged,
            form=form,
            today=today,
        )
    )


def list_again(
    name: str, refused: Sequence[RefusedRow], form: ImportForm, today: date
) -> CustomerList:
    """Make a list of rows that were refused, judged as if they came now, to be mended."""
    said = [(one, cells_of(one.order, form)) for one in refused if one.order is not None]
    used = {column for _, cells in said for column in cells}
    fields = [*(one for one in FIELDS if one in used), *sorted(used - set(FIELDS))]
    columns = Columns(0, {field: place for place, field in enumerate(fields)})
    rows = {
        number: Row(number, tuple(cells.get(field) for field in fields))
        for number, (_, cells) in enumerate(said, 1)
    }
    return _with_every_column(
        CustomerList(
            name=name,
            sha256=hashlib.sha256("".join(one.letter.hex for one, _ in said).encode()).hexdigest(),
            columns=columns,
            troubles=(),
            cells=rows,
            judged=_judge(list(rows.values()), columns, form, today, Unhurried()),
            form=form,
            today=today,
            told={n: t("{reason}", reason=one.reason) for n, (one, _) in enumerate(said, 1)},
            letters={n: one.letter for n, (one, _) in enumerate(said, 1)},
        )
    )


def _judge(
    rows: Sequence[Row], columns: Columns, form: ImportForm, today: date, stride: Stride
) -> dict[int, JudgedRow]:
    judged: dict[int, JudgedRow] = {}
    for done, row in enumerate(rows):
        if done % _STEP == 0:
            stride.step(done, len(rows))
        judged[row.number] = judge_row(row, columns, form, today)
    return judged


def _with_every_column(here: CustomerList) -> CustomerList:
    """Add an empty column for each field that is wrong and not in the file, to be filled in."""
    asked = {one.field for judged in here.judged.values() for one in judged.wrong}
    places = dict(here.columns.places)
    free = max((len(row.cells) for row in here.cells.values()), default=0)
    free = max(free, 1 + max(places.values(), default=-1))
    missing = sorted(asked - places.keys())
    if not missing:
        return here
    places |= {field: free + n for n, field in enumerate(missing)}
    return replace(here, columns=replace(here.columns, places=places))


def with_holders(here: CustomerList, holders: Mapping[Identity, Holder]) -> CustomerList:
    """Add who stands in the store under the identities of rows."""
    return replace(here, holders={**here.holders, **holders})


def with_alike(here: CustomerList, likes: Mapping[Likeness, Alike]) -> CustomerList:
    """Add who in the store has what rows share; `with_holders` comes first."""
    return replace(here, likes={**here.likes, **likes})


def amended(
    here: CustomerList, edits: Edits, *, out: Collection[int] = (), others: Collection[int] = ()
) -> CustomerList:
    """Judge rows again with cells typed over, and leave rows out or take them in again.

    Holders of what was typed anew must be asked for (`with_holders`). A row that was typed over
    is no longer said to be another customer: it may look like somebody else now.
    """
    cells, judged = dict(here.cells), dict(here.judged)
    typed = {row for row, _ in edits}
    for number in typed:
        own = {name: text for (row, name), text in edits.items() if row == number}
        cells[number] = _edited(cells[number], here.columns, own)
        judged[number] = judge_row(cells[number], here.columns, here.form, here.today)
    again = replace(
        here,
        cells=cells,
        judged=judged,
        out=frozenset(out),
        others=frozenset(others) - typed,
    )
    return _with_every_column(again) if typed else again


def orders_of(here: CustomerList, *, fill: bool, clock: Clock) -> tuple[ImportCustomers, ...]:
    """Make the batches: new customers, and with ``fill`` what fills those who are here already.

    They go by name, not by row: neighbours of the list, of its index and of the search's then lie
    side by side in the store (docs/decisions/0018).
    """
    rows = [here.judged[number] for number in here.judged if here.taken_up(number, fill)]
    chosen = sorted(
        (one.found for one in rows if one.found is not None),
        key=lambda found: search_form(found.name),
    )
    ids = iter(new_ids(clock, sum(_MOST_IDS if found.operator else _IDS for found in chosen)))
    orders = [_order(found, here.holders.get(found.identity), ids) for found in chosen]
    wanted = [order for order in orders if order is not None]
    parts = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
    return tuple(
        ImportCustomers(
            file_name=here.name,
            file_sha256=here.sha256,
            part=number,
            parts=len(parts),
            first=part[0].customer_id,
            organisations=tuple(one for one in part if isinstance(one, RegisterOrganisation)),
            people=tuple(one for one in part if isinstance(one, RegisterPerson)),
            completed=tuple(one for one in part if isinstance(one, CorrectCustomer)),
        )
        for number, part in enumerate(parts, 1)
    )


def plan_bytes(orders: tuple[ImportCustomers, ...]) -> bytes:
    """Write a plan as it is stored, packed."""
    said = b'{"form":"%s","orders":%s}' % (FORM.encode(), plain_text(orders))
    return zlib.compress(said, 1)


def plan_of(content: bytes) -> tuple[ImportCustomers, ...]:
    """Read a stored plan; raises ValueError for another form."""
    said = json.loads(zlib.decompress(content))
    if said.get("form") != FORM:
        raise ValueError("not a plan of this form")
    return tuple(from_plain(ImportCustomers, order) for order in said["orders"])


def _speaks(row: Row, used: Collection[int]) -> bool:
    return any(place < len(row.cells) and row.cells[place] is not None for place in used)


def _edited(row: Row, columns: Columns, typed: Mapping[Field, str]) -> Row:
    places = {columns.places[name]: text for name, text in typed.items() if name in columns.places}
    width = max(len(row.cells), *(place + 1 for place in places)) if places else len(row.cells)
    cells: list[Cell] = [*row.cells, *[None] * (width - len(row.cells))]
    for place, text in places.items():
        cells[place] = _typed(text)
    return Row(row.number, tuple(cells))


def _typed(text: str) -> Cell:
    bare = text.strip()
    if not bare:
        return None
    return Formula(bare) if bare.startswith("=") else bare


def _order(
    found: FoundCustomer, holder: Holder | None, ids: Iterator[UUID]
) -> RegisterOrganisation | RegisterPerson | CorrectCustomer | None:
    if holder is not None:
        edits = tuple(_filling(found, holder))
        return CorrectCustomer(holder.id, next(ids), edits) if edits else None
    return _organisation(found, ids) if found.party == "organisation" else _person(found, ids)


def _filling(found: FoundCustomer, holder: Holder) -> Iterator[FieldEdit]:
    for name in FILLED:
        value = getattr(found, name)
        if name in holder.empty and value not in ("", None):
            yield FieldEdit(name, str(value))


def _organisation(found: FoundCustomer, ids: Iterator[UUID]) -> RegisterOrganisation:
    contacts: tuple[ContactDetails, ...] = ()
    if found.operator:
        contacts = (
            ContactDetails(
                contact_id=next(ids),
                role="operator",
                name=found.operator,
                id_type=RESIDENT_CARD,
                id_no=found.operator_id,
                mobile=found.operator_mobile,
            ),
        )
    return RegisterOrganisation(
        next(ids),
        next(ids),
        name=found.name,
        credit_code=found.id_no,
        region=found.region,
        address=found.address,
        industry=found.industry,
        headcount=found.headcount,
        legal_representative=found.legal_representative,
        contacts=contacts,
        further=found.further,
    )


def _person(found: FoundCustomer, ids: Iterator[UUID]) -> RegisterPerson:
    assert found.birth is not None, "a good row has a date of birth"
    return RegisterPerson(
        next(ids),
        next(ids),
        name=found.name,
        id_type=found.id_type,
        id_no=found.id_no,
        sex=found.sex,
        birth=found.birth,
        mobile=found.mobile,
        email=found.email,
        region=found.region,
        address=found.address,
        job=found.job,
        further=found.further,
    )
