"""SIGKILL at 24 random instants spread over all steps of the day; after each the day goes on.

Acknowledgements come through a pipe the killed process cannot hold back. Half of the kills are
power cuts (hub and devices die with the desk), half are crashes of the desk alone.
"""

from pathlib import Path

import pytest

from app.assembly.headless import STEPS
from tests.faults.drill import Drill, drill

SEED = 790115
DAYS = (
    (
        "customer",
        "price",
        "submit",
        "contract",
        "sign",
        "seals.begin_stamp",
        "archive",
        "look_back",
    ),
    (
        "price",
        "approvals.decide_case",
        "contract",
        "signing.begin_signature",
        "seal",
        "seals.begin_stamp",
        "seals.finish_stamp",
        "sync",
    ),
    (
        "customer",
        "submit",
        "sign",
        "seals.request_permit",
        "seals.begin_stamp",
        "seals.finish_stamp",
        "archive",
        "sync",
    ),
)
"""What each kill is aimed at: a step, or the time right after an act was acknowledged."""


def test_the_kills_are_spread_over_every_step() -> None:
    aimed = [aim for day in DAYS for aim in day]
    assert len(aimed) == 24
    assert set(STEPS) <= set(aimed)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(DAYS)))
def test_a_day_killed_in_every_step_loses_nothing_and_stamps_once(
    founded: Path, tmp_path: Path, number: int
) -> None:
    day = drill(founded, tmp_path / "day", SEED + number, DAYS[number])
    holds(day, len(DAYS[number]))
    intents_were_open = [kill.aimed == "seals.begin_stamp" for kill in day.kills]
    assert not any(intents_were_open) or day.opened, "no kill ever left an intent open"


def holds(day: Drill, kills: int) -> None:
    """Hold one day to account; the message is what one needs to go through it again."""
    seen = f"seed {day.seed}, kills {day.kills}\n{day.complaint}"
    assert not day.complaint, seen
    assert len(day.kills) == kills, seen
    assert day.acks, seen
    assert not day.lost, f"{day.lost}: {seen}"
    assert not day.not_offered, f"{day.not_offered}: {seen}"
    end = day.ended
    assert end["machine_total"] == end["ledger_total"] == 2, f"{end}: {seen}"
    assert end["most_on_one_page"] == 1, f"{end}: {seen}"
    assert "permitted" not in end["jobs"] and "requested" not in end["jobs"], f"{end}: {seen}"
    assert end["jobs"].count("sealed") == 1, f"{end}: {seen}"
    assert (end["open"], end["problems"]) == ([], []), f"{end}: {seen}"
    assert end["audit"] and end["signed"] and end["archived"], f"{end}: {seen}"
    assert end["outbox_left"] == 0 and end["digest_equal"] is True, f"{end}: {seen}"
    assert (end["quotes"], end["contracts"]) == (1, 1), f"{end}: {seen}"
    assert end["steps"] == list(STEPS), f"{end}: {seen}"
