"""The list of customers: its columns, and its rows at any size of the office."""

from collections.abc import Sequence

from typing_extensions import override

from app.customers.listing import THERE, WAITING, CustomersAsked, ListedCustomer
from app.customers.queries import PageKey
from app.customers.rules.fields import LABELS
from app.kit.listing import GroupCount, Stride, Unhurried
from app.kit.words import t
from app.kit.written import written_count
from ui.customers.presenter import CustomersPresenter
from ui.customers.texts import PARTIES, party
from ui.theme.tokens import Mood
from ui.widgets.rows import Asked, Column, FilterKind, LongRows, Row

STATES = {THERE: t("At head office"), WAITING: t("Not at head office yet")}
MOODS = {THERE: Mood.OK, WAITING: Mood.WAIT}


COLUMNS = (
    Column("name", LABELS["name"], 200, stretch=True),
    Column(
        "party",
        t("Kind"),
        120,
        filter=FilterKind.CHOICE,
        choices=tuple(PARTIES.items()),
        grouping=True,
    ),
    Column("number", LABELS["id_no"], 176, sortable=False, filter=FilterKind.NONE),
    Column("mobile", LABELS["mobile"], 116, sortable=False, filter=FilterKind.NONE),
    Column("region", LABELS["region"], 90, grouping=True, hidden=True),
    Column("industry", LABELS["industry"], 140, grouping=True, hidden=True),
    Column(
        "headcount",
        LABELS["headcount"],
        90,
        numeric=True,
        filter=FilterKind.WHOLE,
        total=written_count,
        hidden=True,
    ),
    Column("birth", LABELS["birth"], 110, filter=FilterKind.DAY, hidden=True),
    Column(
        "state",
        t("State"),
        130,
        badge=True,
        filter=FilterKind.CHOICE,
        choices=tuple(STATES.items()),
        grouping=True,
        hidden=True,
    ),
)
GONE = Row(None, ("",) * len(COLUMNS))


MOODS_OF = {state: (*[Mood.PLAIN] * (len(COLUMNS) - 1), mood) for state, mood in MOODS.items()}


class CustomerRows(LongRows):
    """The customers of the office; see `LongRows` for what may be asked where."""

    def __init__(self, presenter: CustomersPresenter) -> None:
        self._presenter = presenter
        self._ends: dict[object, PageKey] = {}

    @override
    def quick(self, asked: Asked) -> bool:
        return _asked(asked).by_index

    @override
    def size_up_to(self, most: int) -> int:
        return self._presenter.size_up_to(most)

    @override
    def order(self, asked: Asked, stride: Stride) -> Sequence[int]:
        return self._presenter.order(_asked(asked), stride)

    @override
    def at(self, numbers: Sequence[int]) -> Sequence[Row]:
        found = self._presenter.at(numbers)
        rows = iter(_rows([one for one in found if one is not None]))
        return [GONE if one is None else next(rows) for one in found]

    @override
    def count(self, asked: Asked) -> int:
        return self._presenter.count_matching(_asked(asked), Unhurried())

    @override
    def groups(self, asked: Asked, stride: Stride) -> Sequence[GroupCount]:
        return self._presenter.groups(_asked(asked), stride)

    @override
    def totals(self, asked: Asked, stride: Stride) -> Sequence[tuple[str, int]]:
        return [("headcount", self._presenter.heads(_asked(asked), stride))]

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        found = self._presenter.page(
            after=self._ends.get(after.id) if after is not None else None,
            skip=first,
            limit=size,
            descending=asked.descending,
        )
        if found:
            self._ends[found[-1].id] = PageKey(found[-1].search_name, found[-1].id)
        return _rows(found)


def _asked(asked: Asked) -> CustomersAsked:
    return CustomersAsked(asked.sorts, asked.filters, asked.words, asked.group)


def _rows(found: Sequence[ListedCustomer]) -> list[Row]:
    """Write customers out; a kind and a state are put into words once for all of them."""
    kinds = {code: str(party(code)) for code in {one.party for one in found}}
    states = {waiting: str(STATES[_state(waiting)]) for waiting in (False, True)}
    return [_row(one, kinds[one.party], states[one.waiting]) for one in found]


def _row(one: ListedCustomer, kind: str, state: str) -> Row:
    cells = (
        one.name,
        kind,
        one.id_no,
        one.mobile,
        one.region,
        one.industry,
        "" if one.headcount is None else written_count(one.headcount),
        one.born or "",
        state,
    )
    return Row(one.id, cells, MOODS_OF[_state(one.waiting)])


def _state(waiting: bool) -> str:
    return WAITING if waiting else THERE
