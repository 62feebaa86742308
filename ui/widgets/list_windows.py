"""What a list keeps of its rows: windows, the order of all of them, groups. No Qt in here.

A source of long lists is read in three steps, so that nothing holds the window up: the first rows
from an index, the count, then the whole order as a vector of places, both on a lane. A jump before
the vector is there is read on the lane too, and its rows come when they are read. An order without
an index leaves what is shown as it is until its vector is there.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Protocol, TypeVar

from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.listing import GroupCount, Stride, Unhurried
from ui.widgets.list_paper import Span, records_of
from ui.widgets.rows import WINDOW, Asked, Column, Head, LongRows, Row, RowSource

R = TypeVar("R")
KEPT = 128
"""Windows kept."""
SMALL = 2_000
"""Rows of a long list that are read at once, and counted at once."""
HEAD_START_MS = 60
"""How long the first page is painted undisturbed before the rest of the list is read."""
AWAITED = 4
"""Windows asked of the lane at the same time; whoever scrolls on no longer waits for the others."""
Order = tuple[Sequence[int], Sequence[GroupCount]]


class Errand(Protocol):
    """Work that was sent to a lane."""

    def cancel(self) -> None:
        """Let it end at its next step."""
        ...


class Background(Protocol):
    """Runs what takes longer than a few milliseconds beside the window, and brings back the result.

    ``counted`` hears how far it is, ``failed`` the problem; without ``failed`` the window shows it.
    """

    def run(
        self,
        call: Callable[[Stride], R],
        done: Callable[[R], object],
        *,
        counted: Callable[[int, int], object] | None = None,
        failed: Callable[[Problem], object] | None = None,
        after_ms: int = 0,
    ) -> Errand:
        """Run a call on a lane, ``after_ms`` from now; its result arrives on the GUI thread."""
        ...


class Watcher(Protocol):
    """Is told what changes by itself, around each change."""

    def anew(self, change: Callable[[], None]) -> None:
        """Let everything be another."""
        ...

    def grown(self, first: int, last: int, change: Callable[[], None]) -> None:
        """Let rows appear at the end, from position ``first`` to ``last``."""
        ...

    def came(self) -> None:
        """Hear that rows that were awaited can be painted."""
        ...


class Unwatched(Watcher):
    """For windows nobody paints."""

    @override
    def anew(self, change: Callable[[], None]) -> None:
        change()

    @override
    def grown(self, first: int, last: int, change: Callable[[], None]) -> None:
        change()

    @override
    def came(self) -> None:
        return


class Windows:
    """The windows of one list that are kept, least recently used first to go."""

    def __init__(
        self,
        source: RowSource,
        columns: Sequence[Column] = (),
        background: Background | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._source = source
        self._columns = columns
        self._background = background
        self._watcher = watcher or Unwatched()
        self._kept: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._shown: Asked | None = None
        self._vector: Sequence[int] | None = None
        self._records = 0
        self._groups: Sequence[GroupCount] = ()
        self._starts: Sequence[int] = ()
        self._firsts: Sequence[int] = ()
        self._errands: list[Errand] = []
        self._awaited: OrderedDict[int, Errand] = OrderedDict()
        self.folded: frozenset[str] = frozenset()
        self.asked = Asked()
        self.count = 0
        self.settled = True
        """Whether the count is the last word; until then there are more rows than it says."""
        self.long = False
        """Whether the list is too long to be read at once."""
        self.coming = False
        """Whether what is shown will give way to what was asked."""

    @property
    def vector(self) -> Sequence[int] | None:
        """The places of all rows in order, once they are read."""
        return self._vector

    @property
    def _group(self) -> str:
        return self._shown.group if self._shown is not None else ""

    @property
    def records(self) -> int:
        """How many records there are, the lines above groups not counted."""
        return self._records

    def ask(self, asked: Asked) -> None:
        """Start anew with another order or filter; `coming` and `settled` say what follows."""
        self._drop_errands()
        if asked.group != self.asked.group:
            self.folded = frozenset()
        self.asked = asked
        source, background = self._source, self._background
        self.long = False
        if not isinstance(source, LongRows):
            self._show(asked, None, source.count(asked), _groups(source, asked, Unhurried()))
        elif background is None or source.size_up_to(SMALL + 1) <= SMALL:
            vector = source.order(asked, Unhurried())
            self._show(asked, vector, len(vector), _groups(source, asked, Unhurried()))
        else:
            self._ask_long(source, background, asked)

    def fold(self, value: str, away: bool) -> None:
        """Fold a group away, or show its rows again."""
        self.folded = self.folded | {value} if away else self.folded - {value}
        self._lay_out()

    def fold_all(self, away: bool) -> None:
        """Fold every group away, or none."""
        self.folded = frozenset(one.value for one in self._groups) if away else frozenset()
        self._lay_out()

    def place_of_group(self, value: str) -> int | None:
        """Give the position of the line above a group."""
        values = [one.value for one in self._groups]
        return self._starts[values.index(value)] if value in values else None

    def row(self, place: int) -> Row | None:
        """Give a row by its position; None where it is not there yet, or no longer."""
        if not self._groups:
            return self._record(place)
        number = bisect_right(self._starts, place) - 1
        within = place - self._starts[number] - 1
        if within < 0:
            return self._head(self._groups[number])
        return self._record(self._firsts[number] + within)

    def records_in(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Turn stretches of positions into stretches of record numbers; heads are left out."""
        counts = [0 if one.value in self.folded else one.count for one in self._groups]
        return records_of(spans, self._starts, self._firsts, counts)

    def known(self) -> Sequence[tuple[int, Row]]:
        """Give the records that are here now, with their positions; folded ones are left out."""
        records = [
            (number * WINDOW + within, row)
            for number, rows in self._kept.items()
            for within, row in enumerate(rows)
        ]
        if not self._groups:
            return records
        placed = ((self._place_of_record(place), row) for place, row in records)
        return [(place, row) for place, row in placed if place is not None]

    def _ask_long(self, source: LongRows, background: Background, asked: Asked) -> None:
        self.long = True
        if asked == self._shown:
            # The same again: the old places serve until the new ones are read.
            self._kept.clear()
        elif source.quick(asked):
            self._show(asked, None, SMALL, ())
            self.settled = False
            self._errands.append(
                background.run(
                    lambda _: source.count(asked),
                    partial(self._take_count, asked),
                    after_ms=HEAD_START_MS,
                )
            )
        else:
            self.coming = True
        order, take = partial(_read_order, source, asked), partial(self._take_order, asked)
        wait = 0 if self.coming else HEAD_START_MS
        self._errands.append(background.run(order, take, after_ms=wait))

    def _take_count(self, asked: Asked, count: int) -> None:
        if asked is self.asked and self._vector is None:
            self._grow(count)

    def _take_order(self, asked: Asked, order: Order) -> None:
        if asked is not self.asked:
            return
        vector, groups = order
        if asked == self._shown and self._vector is None and len(vector) >= self._records:
            self._grow(len(vector))
            self._vector = vector
            self._drop_awaited()
        else:
            self._watcher.anew(partial(self._show, asked, vector, len(vector), groups))
        self._watcher.came()

    def _grow(self, count: int) -> None:
        before, self.settled = self._records, True

        def change() -> None:
            self._records = self.count = count

        if count > before:
            # The last window may have been cut off where the first reading ended.
            self._kept.pop((before - 1) // WINDOW, None)
            self._watcher.grown(before, count - 1, change)
        elif count < before:
            self._watcher.anew(change)
        self._watcher.came()

    def _show(
        self, asked: Asked, vector: Sequence[int] | None, count: int, groups: Sequence[GroupCount]
    ) -> None:
        self._kept.clear()
        self._drop_awaited()
        self._shown, self._vector, self._records = asked, vector, count
        self._groups = groups
        self.settled, self.coming = True, False
        self._lay_out()

    def _lay_out(self) -> None:
        """Work out where every group begins, in positions and in records."""
        open_counts = [0 if one.value in self.folded else one.count for one in self._groups]
        ends = list(accumulate(count + 1 for count in open_counts))
        self._starts = [0, *ends[:-1]] if ends else []
        self._firsts = [0, *accumulate(one.count for one in self._groups)][:-1]
        self.count = ends[-1] if ends else self._records

    def _head(self, group: GroupCount) -> Row:
        column = next(one for one in self._columns if one.key == self._group)
        title = next((str(words) for code, words in column.choices if code == group.value), "")
        head = Head(group.value, title or group.value, group.count, group.value in self.folded)
        return Row(head, (), (), head)

    def _place_of_record(self, record: int) -> int | None:
        number = bisect_right(self._firsts, record) - 1
        if self._groups[number].value in self.folded:
            return None
        return self._starts[number] + 1 + record - self._firsts[number]

    def _record(self, place: int) -> Row | None:
        number, within = divmod(place, WINDOW)
        rows = self._kept.get(number)
        if rows is None:
            rows = self._fetch(number)
        else:
            self._kept.move_to_end(number)
        return rows[within] if within < len(rows) else None

    def _fetch(self, number: int) -> Sequence[Row]:
        first = number * WINDOW
        if isinstance(self._source, LongRows):
            if self._vector is not None:
                return self._keep(number, self._source.at(self._vector[first : first + WINDOW]))
            if first >= SMALL:
                self._await(number)
                return ()
        before = self._kept.get(number - 1)
        after = before[-1] if before and len(before) == WINDOW else None
        asked = self._shown or self.asked
        return self._keep(number, self._source.window(asked, first, WINDOW, after))

    def _await(self, number: int) -> None:
        """Have a window read on the lane, once."""
        if number in self._awaited or self._background is None:
            return
        asked = self.asked
        self._awaited[number] = self._background.run(
            lambda _: self._source.window(asked, number * WINDOW, WINDOW, None),
            partial(self._take_window, asked, number),
        )
        if len(self._awaited) > AWAITED:
            self._awaited.popitem(last=False)[1].cancel()

    def _take_window(self, asked: Asked, number: int, rows: Sequence[Row]) -> None:
        if asked is self.asked and self._awaited.pop(number, None) is not None:
            self._keep(number, rows)
            self._watcher.came()

    def _keep(self, number: int, rows: Sequence[Row]) -> Sequence[Row]:
        self._kept[number] = rows
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return rows

    def _drop_awaited(self) -> None:
        for errand in self._awaited.values():
            errand.cancel()
        self._awaited.clear()

    def _drop_errands(self) -> None:
        for errand in self._errands:
            errand.cancel()
        self._errands.clear()
        self._drop_awaited()
        self.coming = False


def _read_order(source: LongRows, asked: Asked, stride: Stride) -> Order:
    return source.order(asked, stride), _groups(source, asked, stride)


def _groups(source: RowSource, asked: Asked, stride: Stride) -> Sequence[GroupCount]:
    return source.groups(asked, stride) if asked.group else ()
