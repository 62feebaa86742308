"""The round's machine, its circle watch and the waits: every case."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors.base import BugError
from sync.client.backoff import BASE_SECONDS, CAP_SECONDS, pause
from sync.engine.plan import (
    ENDS,
    SAME_AT_MOST,
    STEPS,
    CircleWatch,
    Event,
    Phase,
    next_phase,
    too_many_gone,
)

IMPOSSIBLE = {
    (Phase.ASKING, Event.REPAIRED),
    (Phase.REPAIRING, Event.MORE),
    *product(ENDS, Event),
}


def test_every_case_is_written_down() -> None:
    assert set(STEPS) | IMPOSSIBLE == set(product(Phase, Event))
    assert not set(STEPS) & IMPOSSIBLE


@pytest.mark.parametrize("case", sorted(IMPOSSIBLE, key=str))
def test_an_impossible_case_is_a_bug(case: tuple[Phase, Event]) -> None:
    with pytest.raises(BugError):
        next_phase(*case)


def test_the_table_in_the_docstring_is_the_table() -> None:
    import sync.engine.plan as plan

    lines = [line for line in (plan.__doc__ or "").splitlines() if line.startswith("| ")]
    events = [cell.strip().replace(" ", "_") for cell in lines[0].strip("|").split("|")][1:]
    told = {}
    for line in lines[1:]:
        phase, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        for event, cell in zip(events, cells, strict=True):
            if cell != "–":
                told[Phase(phase), Event(event)] = Phase(cell)
    assert told == STEPS


def test_a_repair_never_leads_to_a_second_one_without_asking() -> None:
    assert all(
        after is not Phase.REPAIRING
        for (phase, _), after in STEPS.items()
        if phase is Phase.REPAIRING
    )


def test_standing_still_is_noticed_and_moving_is_not() -> None:
    watch = CircleWatch()
    assert not any(watch.circling(n) for n in range(100))
    assert [watch.circling("here") for _ in range(SAME_AT_MOST + 1)] == [False] * SAME_AT_MOST + [
        True
    ]


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True), st.floats(0, 100))
def test_a_wait_is_jittered_capped_and_never_short_of_the_hubs_wish(
    failures: int, chance: float, wish: float
) -> None:
    wait = pause(failures, chance, at_least=wish)
    assert wish <= wait <= max(CAP_SECONDS, wish)
    assert pause(failures, 0.0) == 0.0
    assert pause(failures + 1, chance) >= pause(failures, chance)


def test_the_first_wait_is_short_and_success_waits_for_nothing() -> None:
    assert pause(1, 0.999) < BASE_SECONDS
    assert pause(0, 0.9) == 0.0


def test_a_flood_of_deletions_needs_a_person() -> None:
    assert not too_many_gone(500, 600)
    assert not too_many_gone(501, 10_000)
    assert too_many_gone(501, 2_000)
