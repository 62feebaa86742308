"""The pivot against plain sums over the same rows, whatever the rows are."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.kit.money import half_up
from app.reports.declarations import QUOTES
from app.reports.export import cross_lines
from app.reports.rules.declared import Asked, Facts, Stamp
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import ALL, Folding
from tests.reports.conftest import NOW

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2026-01", "2026-02", "2026-03"]),
        st.sampled_from(["approved", "declined", "priced", None]),
        st.integers(-(10**12), 10**12),
        st.sampled_from([0, 1, None]),
    ),
    max_size=40,
)
ASKED = Asked("quotes", "month", "state")


def facts_of(month: str, state: str | None, fen: int, approved: int | None) -> Facts:
    values: dict[str, Any] = {
        "month": month, "state": state, "premium": fen, "approved": approved, "people": 1
    }  # fmt: skip
    return tuple(values.get(one.key) for one in QUOTES.fields)


@given(ROWS)
def test_every_figure_is_that_of_the_flat_rows(rows: list[Any]) -> None:
    folding = Folding(QUOTES, ASKED)
    for row in rows:
        folding.take(facts_of(*row))
    pivot = folding.pivot()
    for group in (*pivot.groups, ALL):
        for column in (*pivot.across, ALL):
            own = [
                one
                for one in rows
                if group in (ALL, one[0]) and (column is ALL or column == one[1])
            ]
            decided = [one[3] for one in own if one[3] is not None]
            fen = sum(one[2] for one in own)
            assert pivot.figure("quotes", group, column) == len(own)
            assert pivot.figure("premium", group, column) == fen
            mean = half_up(fen, len(own)) if own else None
            assert pivot.figure("mean", group, column) == mean
            share = half_up(sum(decided) * 10_000, len(decided)) if decided else None
            assert pivot.figure("approved", group, column) == share


@given(ROWS)
def test_a_cross_table_adds_up_to_the_fen(rows: list[Any]) -> None:
    """Each line adds up to its total, each column to its own, and all of them to the whole."""
    folding = Folding(QUOTES, ASKED)
    for row in rows:
        folding.take(facts_of(*row))
    ran = Ran(QUOTES, ASKED, folding.pivot(), Stamp(NOW, len(rows), "", ()))
    lines: list[list[Any]] = [list(line[1:]) for line in cross_lines(ran, "premium")]
    for *cells, total in lines:
        assert sum(cells) == total
    for column in zip(*lines, strict=True):
        assert sum(column[:-1]) == column[-1]
    assert lines[-1][-1] == sum(one[2] for one in rows)
