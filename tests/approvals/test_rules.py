"""The states of a case as a table, every cell of it."""

import itertools
from datetime import timedelta

import pytest

from app.approvals.rules import (
    Delegation,
    Outcome,
    after_decision,
    due_at,
    expires_at,
    statement,
)
from tests.stage import BRANCH, NOW, OTHER_BRANCH


@pytest.mark.parametrize(
    ("level", "needed", "choice", "side", "delegated", "wanted"),
    [
        (1, 1, "approve", "hub", False, ("approved", 1, True)),
        (1, 2, "approve", "hub", False, ("waiting", 2, False)),
        (2, 2, "approve", "hub", False, ("approved", 2, True)),
        (3, 4, "approve", "hub", False, ("waiting", 4, False)),
        (4, 4, "approve", "hub", False, ("approved", 4, True)),
        (1, 4, "return", "hub", False, ("returned", 1, True)),
        (2, 4, "decline", "hub", False, ("declined", 2, True)),
        (1, 1, "approve", "hub", True, ("approved", 1, True)),
        (1, 1, "approve", "branch", True, ("provisional", 1, True)),
        (1, 2, "approve", "branch", True, ("waiting", 2, False)),
        (2, 2, "approve", "branch", True, ("provisional", 2, True)),
        (1, 1, "return", "branch", True, ("returned", 1, True)),
        (1, 1, "approve", "branch", False, ("waiting", 1, False)),
        (1, 1, "decline", "branch", False, ("waiting", 1, False)),
        (3, 3, "approve", "branch", True, ("waiting", 3, False)),
        (4, 4, "decline", "branch", True, ("waiting", 4, False)),
    ],
)
def test_where_a_case_goes(
    level: int, needed: int, choice: str, side: str, delegated: bool, wanted: tuple[str, int, bool]
) -> None:
    outcome = after_decision(
        state="waiting",
        level=level,
        needed=needed,
        choice=choice,
        side=side,
        delegated=delegated,  # type: ignore[arg-type]
    )
    assert outcome == Outcome(*wanted)  # type: ignore[arg-type]


def test_provisional_is_never_said_at_the_hub_and_approved_never_at_a_branch() -> None:
    choices, levels = ("approve", "return", "decline"), range(1, 5)
    for level, needed, choice, delegated in itertools.product(
        levels, levels, choices, (True, False)
    ):
        if level > needed:
            continue
        said = {
            side: after_decision(
                state="waiting",
                level=level,
                needed=needed,
                choice=choice,
                side=side,
                delegated=delegated,  # type: ignore[arg-type]
            ).state
            for side in ("branch", "hub")
        }
        assert said["hub"] != "provisional" and said["branch"] != "approved"


@pytest.mark.parametrize(
    "state", ["approved", "provisional", "returned", "declined", "superseded", ""]
)
def test_a_case_that_does_not_wait_takes_no_decision(state: str) -> None:
    for choice in ("approve", "return", "decline"):
        with pytest.raises(ValueError, match="no decision"):
            after_decision(
                state=state,
                level=1,
                needed=1,
                choice=choice,
                side="hub",
                delegated=False,  # type: ignore[arg-type]
            )


def test_a_leave_is_for_its_office_its_levels_and_its_days() -> None:
    leave = Delegation(BRANCH, (1, 2), NOW, NOW + timedelta(days=1))
    assert leave.covers(BRANCH, 1, NOW) and leave.covers(BRANCH, 2, NOW)
    assert not leave.covers(BRANCH, 3, NOW)
    assert not leave.covers(OTHER_BRANCH, 1, NOW)
    assert not leave.covers(BRANCH, 1, NOW - timedelta(seconds=1))
    assert not leave.covers(BRANCH, 1, NOW + timedelta(days=1))


def test_four_hours_a_level_and_thirty_days() -> None:
    assert due_at(NOW) - NOW == timedelta(hours=4)
    assert expires_at(NOW) - NOW == timedelta(days=30)


def test_a_statement_says_every_part() -> None:
    whole = statement("c", "h", 1, "approve")
    assert whole == b"sealdesk/approval/v1\nc\nh\n1\napprove"
    others = [
        statement("d", "h", 1, "approve"),
        statement("c", "i", 1, "approve"),
        statement("c", "h", 2, "approve"),
        statement("c", "h", 1, "decline"),
    ]
    assert len({whole, *others}) == 5
