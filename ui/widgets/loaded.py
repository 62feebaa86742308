"""A short list that was read elsewhere (on a lane) and is put here whole; read again, put again."""

from collections.abc import Callable, Sequence

from typing_extensions import override

from app.kit.listing import GroupCount, Stride
from ui.widgets.rows import Asked, Column, FixedRows, Row, RowSource, SortKey


class LoadedRows(RowSource):
    """Rows that are all there and may be replaced; the list is told to reload afterwards."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        sort_keys: dict[str, Callable[[Row], SortKey]] | None = None,
    ) -> None:
        self._columns = columns
        self._sort_keys = sort_keys or {}
        self._fixed = FixedRows(columns, (), self._sort_keys)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they are, in their own order."""
        return self._fixed.rows

    def put(self, rows: Sequence[Row]) -> None:
        """Put other rows in."""
        self._fixed = FixedRows(self._columns, tuple(rows), self._sort_keys)

    @override
    def count(self, asked: Asked) -> int:
        return self._fixed.count(asked)

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        return self._fixed.window(asked, first, size, after)

    @override
    def groups(self, asked: Asked, stride: Stride) -> Sequence[GroupCount]:
        return self._fixed.groups(asked, stride)

    @override
    def totals(self, asked: Asked, stride: Stride) -> Sequence[tuple[str, int]]:
        return self._fixed.totals(asked, stride)
