"""Rows to columns and back: what a page carries (sync.md 6.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sync.wire.faults import WireError, WireFault
from sync.wire.messages import KindRows


@dataclass(frozen=True)
class FeedRow:
    """One row of a feed: its place, its version, its columns in wire form."""

    kind: str
    id: UUID
    seq: int
    ver: int
    body: dict[str, Any]


def to_columns(rows: Iterable[FeedRow]) -> list[KindRows]:
    """Group rows by kind and columns, in the order they first appear."""
    groups: dict[tuple[str, tuple[str, ...]], list[FeedRow]] = {}
    for row in rows:
        groups.setdefault((row.kind, tuple(sorted(row.body))), []).append(row)
    return [
        KindRows(
            kind=kind,
            cols=list(cols),
            ids=[row.id.hex for row in group],
            seqs=[row.seq for row in group],
            vers=[row.ver for row in group],
            columns=[[row.body[col] for row in group] for col in cols],
        )
        for (kind, cols), group in groups.items()
    ]


def to_rows(kinds: Iterable[KindRows]) -> list[FeedRow]:
    """Give the rows of a page in feed order; raises WireError WRONG_SHAPE for ragged columns."""
    rows = [row for kind in kinds for row in _rows_of(kind)]
    return sorted(rows, key=lambda row: row.seq)


def _rows_of(kind: KindRows) -> Iterable[FeedRow]:
    count = len(kind.ids)
    columns = [kind.seqs, kind.vers, *kind.columns]
    if len(kind.cols) != len(kind.columns) or any(len(column) != count for column in columns):
        raise WireError(WireFault.WRONG_SHAPE, f"the columns of {kind.kind} differ in length")
    values = zip(*kind.columns, strict=True) if kind.columns else [()] * count
    for id, seq, ver, row in zip(kind.ids, kind.seqs, kind.vers, values, strict=True):
        yield FeedRow(kind.kind, UUID(hex=id), seq, ver, dict(zip(kind.cols, row, strict=True)))
