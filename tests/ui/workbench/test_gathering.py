"""What waits, on whom, and how soon: real records on a clock that is put forward."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.access.leave import Leave
from app.kit.calendar import SHANGHAI
from tests.stage import (
    CLERK,
    COLLEAGUE,
    MANAGER,
    OPERATOR,
    PROVINCIAL,
    REVIEWER,
    STRANGER,
    Human,
    Stage,
)
from ui.workbench.gathering import Waiting, _under_way
from ui.workbench.steps import Step, Urgency

COVER = datetime(2026, 3, 5, tzinfo=SHANGHAI)
"""When the cover of the stage's quotes begins."""


def waiting(stage: Stage, who: Human = MANAGER, now: datetime | None = None) -> list[Waiting]:
    """Gather what is under way as this person sees it at a moment."""
    found = stage.read(_under_way, who.leave(), now or stage.clock.now())
    return sorted(found, key=lambda one: one.harm)


def test_a_priced_quote_is_its_own_persons_and_never_worse_than_for_today(stage: Stage) -> None:
    stage.price()
    (one,) = waiting(stage)
    assert (one.step, one.by, one.due) == (Step.SUBMIT, CLERK.number, COVER)
    assert one.waits_on(CLERK.at()) and not one.waits_on(COLLEAGUE.at())
    assert not one.waits_on(MANAGER.at())
    (late,) = waiting(stage, now=COVER + timedelta(days=3))
    assert late.urgency is Urgency.WARN
    (early,) = waiting(stage, now=COVER - timedelta(days=6))
    assert early.urgency is Urgency.WAIT


def test_a_decision_is_for_today_then_late_and_climbs_by_level(stage: Stage) -> None:
    quote = stage.price(level=3)
    stage.submit(quote)
    (one,) = waiting(stage)
    assert (one.step, one.level, one.urgency) == (Step.DECIDE, 1, Urgency.WARN)
    assert one.waits_on(REVIEWER.at()) and not one.waits_on(MANAGER.at())
    assert not one.waits_on(CLERK.at()), "who asked decides nothing"
    assert one.due is not None
    (at_the_minute,) = waiting(stage, now=one.due)
    assert at_the_minute.urgency is Urgency.WARN
    (late,) = waiting(stage, now=one.due + timedelta(seconds=1))
    assert late.urgency is Urgency.STOP
    stage.carry()
    for level, who in ((1, REVIEWER), (2, MANAGER)):
        stage.at_hub(who, "approvals.decide_case", stage.decision(quote, who, level))
        stage.feed()
    (above,) = waiting(stage)
    assert above.level == 3 and above.waits_on(PROVINCIAL.at())
    assert not above.waits_on(REVIEWER.at()) and not above.waits_on(MANAGER.at())


def test_an_approval_that_ended_goes_back_to_the_clerk(stage: Stage) -> None:
    stage.submit(stage.price())
    (one,) = waiting(stage, now=stage.clock.now() + timedelta(days=31))
    assert one.step is Step.ASK_AGAIN and one.waits_on(CLERK.at())
    assert not one.waits_on(REVIEWER.at()), "nobody can decide it any more"


def test_an_approved_quote_runs_out_and_leaves_the_list_when_it_is_drawn(stage: Stage) -> None:
    stage.lend_numbers()
    quote = stage.approved()
    (one,) = waiting(stage)
    assert (one.step, one.target, one.due) == (Step.DRAW_UP, quote.id, COVER)
    assert waiting(stage, now=COVER - timedelta(days=6))[0].urgency is Urgency.WAIT
    assert waiting(stage, now=COVER - timedelta(days=5))[0].urgency is Urgency.WARN
    assert waiting(stage, now=COVER - timedelta(hours=23))[0].urgency is Urgency.STOP
    stage.act(CLERK, "contracts.draft_contract", stage.draft_order(quote))
    (drawn,) = waiting(stage)
    assert drawn.step is Step.SIGN and drawn.page == "signing"


@pytest.mark.parametrize(
    ("before", "urgency"),
    [
        (timedelta(days=3), Urgency.WAIT),
        (timedelta(days=2), Urgency.WARN),
        (timedelta(seconds=1), Urgency.WARN),
        (timedelta(0), Urgency.STOP),
        (timedelta(days=-9), Urgency.STOP),
    ],
)
def test_a_contract_must_be_signed_before_its_cover_begins(
    stage: Stage, before: timedelta, urgency: Urgency
) -> None:
    stage.lend_numbers()
    stage.act(CLERK, "contracts.draft_contract", stage.draft_order(stage.approved()))
    (one,) = waiting(stage, now=COVER - before)
    assert one.urgency is urgency


def test_the_most_harmful_comes_first_and_each_sees_their_own(stage: Stage) -> None:
    stage.lend_numbers()
    stage.act(CLERK, "contracts.draft_contract", stage.draft_order(stage.approved()))
    stage.submit(stage.price())
    stage.price()
    later = stage.clock.now() + timedelta(hours=5)
    assert [one.step for one in waiting(stage, now=later)] == [
        Step.DECIDE,
        Step.SUBMIT,
        Step.SIGN,
    ]
    assert [one.step for one in waiting(stage, OPERATOR, later)] == [Step.SIGN], "no prices"
    assert waiting(stage, STRANGER, later) == [], "another office's"


def test_a_thousand_things_are_gathered_by_indexes(stage: Stage) -> None:
    """Nothing is read per row: the number of statements does not grow with the work."""
    first = _statements(stage)
    for _ in range(6):
        stage.submit(stage.price())
    assert _statements(stage) == first + 1, "one more for who has decided, whatever their number"


def _statements(stage: Stage) -> int:
    said: list[str] = []

    def watched(session: Session, leave: Leave) -> None:
        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            said.append(statement)

        event.listen(session.connection(), "before_cursor_execute", note)
        _under_way(session, leave, stage.clock.now())

    stage.read(watched, MANAGER.leave())
    return len(said)
