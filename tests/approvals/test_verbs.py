"""Approving at both ends: another person on each level, this hash, this signature, these days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from app.approvals.actions import DecideCase
from app.approvals.queries import CaseCard, all_cases, case_of, waiting_cases
from app.approvals.records import ApprovalCase, ApprovalStep
from app.approvals.rules import Delegation
from app.kit.errors.base import BranchError
from app.pricing.queries import quote_card
from tests.stage import (
    BOTH,
    BRANCH,
    CHIEF,
    CLERK,
    COLLEAGUE,
    DECIDERS,
    MANAGER,
    OTHER_BRANCH,
    PEOPLE,
    PROVINCIAL,
    REVIEWER,
    Human,
    Stage,
)


def submitted(stage: Stage, level: int = 1) -> UUID:
    quote_id = stage.price(level)
    stage.submit(quote_id)
    stage.carry()
    return quote_id


def delegate(stage: Stage, scope: str = BRANCH, days: int = 1) -> None:
    now = stage.clock.now()
    stage.delegations = [Delegation(scope, (1, 2), now, now + timedelta(days=days))]


def at_branch(stage: Stage, who: Human, order: DecideCase) -> str:
    return _tried(lambda: stage.act(who, "approvals.decide_case", order))


def at_hub(stage: Stage, who: Human, order: DecideCase) -> str:
    return _tried(lambda: stage.at_hub(who, "approvals.decide_case", order))


def _tried(act: object) -> str:
    try:
        act()  # type: ignore[operator]
    except BranchError as refused:
        return refused.code
    return "ok"


def hub_case(stage: Stage, quote_id: UUID) -> CaseCard:
    case = stage.read_hub(case_of, "quote", quote_id)
    assert case is not None
    return case


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_level_up_to_the_one_needed_decides(stage: Stage, level: int) -> None:
    quote = stage.approved(level)
    case = stage.read(case_of, "quote", quote.id)
    assert case is not None
    assert (quote.state, case.state, case.needed) == ("approved", "approved", level)
    assert [step.person for step in case.steps] == [DECIDERS[n].number for n in range(1, level + 1)]


def test_levels_are_not_skipped(stage: Stage) -> None:
    quote_id = submitted(stage, 4)
    for early in (2, 3, 4):
        order = stage.decision(quote_id, DECIDERS[early], early)
        assert at_hub(stage, DECIDERS[early], order) == "E-APPROVAL-LEVEL"
    assert hub_case(stage, quote_id).steps == ()


def test_nobody_decides_what_they_asked_for(stage: Stage) -> None:
    quote_id = stage.price(1, who=BOTH)
    stage.submit(quote_id, who=BOTH)
    stage.carry()
    order = stage.decision(quote_id, BOTH, 1)
    assert at_branch(stage, BOTH, order) == "E-ACCESS-SAME-PERSON"
    assert at_hub(stage, BOTH, order) == "E-ACCESS-SAME-PERSON"


def test_a_colleague_cannot_submit_so_that_the_one_who_priced_decides(stage: Stage) -> None:
    quote_id = stage.price(1, who=BOTH)
    with pytest.raises(BranchError) as refused:
        stage.submit(quote_id, who=COLLEAGUE)
    assert refused.value.code == "E-QUOTE-PERSON"
    stage.price(1, who=COLLEAGUE, quote_id=quote_id)
    stage.submit(quote_id, who=COLLEAGUE)
    stage.carry()
    assert at_hub(stage, BOTH, stage.decision(quote_id, BOTH, 1)) == "ok"


def test_one_person_decides_one_level(stage: Stage) -> None:
    twice = Human("R0001", BRANCH, ("reviewer", "branch_manager"))
    quote_id = submitted(stage, 2)
    assert at_hub(stage, REVIEWER, stage.decision(quote_id, REVIEWER, 1)) == "ok"
    assert at_hub(stage, twice, stage.decision(quote_id, twice, 2)) == "E-ACCESS-SAME-PERSON"
    assert at_hub(stage, MANAGER, stage.decision(quote_id, MANAGER, 2)) == "ok"


def test_a_decision_is_about_the_hash_that_was_seen(stage: Stage) -> None:
    quote_id = submitted(stage)
    order = replace(stage.decision(quote_id, REVIEWER, 1), subject_hash="0" * 64)
    assert at_hub(stage, REVIEWER, order) == "E-APPROVAL-HASH"


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": ""},
        {"signature": "zz"},
        {"signature": "00" * 64},
        {"choice": "decline"},
        {"signature_of": MANAGER},
    ],
)
def test_a_decision_carries_the_persons_own_signature(
    stage: Stage, changes: dict[str, object]
) -> None:
    quote_id = submitted(stage)
    order = stage.decision(quote_id, REVIEWER, 1)
    forger = changes.pop("signature_of", None)
    if isinstance(forger, Human):
        changes = {"signature": stage.decision(quote_id, forger, 1).signature}
    forged = replace(order, **changes)  # type: ignore[arg-type]
    assert at_branch(stage, REVIEWER, forged) == "E-APPROVAL-SIGNATURE"
    assert at_hub(stage, REVIEWER, forged) == "E-APPROVAL-SIGNATURE"
    assert hub_case(stage, quote_id).state == "waiting"


def test_after_thirty_days_a_case_takes_no_decision(stage: Stage) -> None:
    quote_id = submitted(stage)
    order = stage.decision(quote_id, REVIEWER, 1)
    stage.clock.advance(30 * 86400 - 1)
    assert at_branch(stage, REVIEWER, order) == "ok"
    stage.clock.advance(1)
    assert at_hub(stage, REVIEWER, order) == "E-APPROVAL-EXPIRED"


def test_inside_a_leave_a_branch_approves_provisionally_until_the_hub_ran_it(stage: Stage) -> None:
    delegate(stage)
    quote_id = submitted(stage, 2)
    assert at_branch(stage, REVIEWER, stage.decision(quote_id, REVIEWER, 1)) == "ok"
    assert at_branch(stage, MANAGER, stage.decision(quote_id, MANAGER, 2)) == "ok"
    assert stage.read(quote_card, quote_id).state == "provisional"
    stage.delegations = []
    assert {answer.status for answer in stage.carry()} == {"ok"}
    assert stage.read(quote_card, quote_id).state == "approved"
    assert hub_case(stage, quote_id).state == "approved"


def test_without_a_leave_the_branch_only_sends_the_decision_on(stage: Stage) -> None:
    for leave in ("none", "other office", "ended"):
        stage.delegations = []
        if leave != "none":
            delegate(stage, OTHER_BRANCH if leave == "other office" else BRANCH)
        if leave == "ended":
            stage.clock.advance(86400)
        quote_id = submitted(stage)
        stage.clock.advance(60)
        assert at_branch(stage, REVIEWER, stage.decision(quote_id, REVIEWER, 1)) == "ok"
        assert stage.read(quote_card, quote_id).state == "submitted"
        case = stage.read(case_of, "quote", quote_id)
        assert case is not None and case.state == "waiting" and case.pending
        stage.carry()
        assert stage.read(quote_card, quote_id).state == "approved"


def test_returned_and_declined_say_it_to_the_quote(stage: Stage) -> None:
    for choice, state in (("return", "returned"), ("decline", "declined")):
        quote_id = submitted(stage)
        order = stage.decision(quote_id, REVIEWER, 1, choice)  # type: ignore[arg-type]
        assert at_hub(stage, REVIEWER, order) == "ok"
        stage.feed()
        assert stage.read(quote_card, quote_id).state == state
        again = stage.decision(quote_id, BOTH, 1)
        assert at_hub(stage, BOTH, again) == "E-APPROVAL-STATE"


def test_any_change_of_the_inputs_reopens(stage: Stage) -> None:
    quote = stage.approved(1)
    stage.price(2, quote_id=quote.id)
    stage.carry()
    assert stage.read(quote_card, quote.id).state == "priced"
    assert [case.state for case in stage.read(all_cases, None)] == ["superseded"]
    stage.submit(quote.id)
    assert [case.needed for case in stage.read(waiting_cases, frozenset({1}))] == [2]


def test_another_offices_reviewer_and_a_role_without_the_level_are_refused(stage: Stage) -> None:
    quote_id = submitted(stage)
    order = stage.decision(quote_id, REVIEWER, 1)
    assert at_hub(stage, Human("R0001", OTHER_BRANCH, ("reviewer",)), order) == "E-ACCESS-OFFICE"
    for who in (CLERK, MANAGER, PROVINCIAL, CHIEF):
        assert at_hub(stage, who, order) == "E-ACCESS-ROLE"


class Cases(RuleBasedStateMachine):
    """Random people decide random things at both ends; the rules of the house hold throughout."""

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage = CURRENT[0]
        self.quote_id = UUID(int=0)

    @initialize(level=st.integers(1, 4), delegated=st.booleans())
    def open(self, level: int, delegated: bool) -> None:
        self.stage.delegations = []
        if delegated:
            delegate(self.stage)
        self.quote_id = submitted(self.stage, level)

    @precondition(lambda self: self.quote_id.int)
    @rule(
        who=st.sampled_from(PEOPLE),
        level=st.integers(1, 4),
        choice=st.sampled_from(["approve", "approve", "approve", "return", "decline"]),
        hub=st.booleans(),
    )
    def decide(self, who: Human, level: int, choice: str, hub: bool) -> None:
        order = self.stage.decision(self.quote_id, who, level, choice)  # type: ignore[arg-type]
        (at_hub if hub else at_branch)(self.stage, who, order)
        if hub:
            self.stage.feed()

    @precondition(lambda self: self.quote_id.int)
    @rule()
    def carry(self) -> None:
        self.stage.carry()

    @invariant()
    def the_house_rules_hold(self) -> None:
        if not self.quote_id.int:
            return
        for read in (self.stage.read, self.stage.read_hub):
            case = read(lambda s: s.scalars(_newest(self.quote_id)).one())
            steps = read(
                lambda s, case=case: list(
                    s.scalars(select(ApprovalStep).where(ApprovalStep.case_id == case.id))
                )
            )
            people = [step.person for step in steps]
            assert len(set(people)) == len(people) and CLERK.number not in people
            for step in steps:
                assert step.person in {human.number for human in _of_level(step.level)}
            approvals = {step.level for step in steps if step.choice == "approve"}
            if case.state in ("approved", "provisional"):
                assert approvals >= set(range(1, case.needed + 1))
            if read == self.stage.read_hub:
                assert case.state != "provisional"
                assert len({step.level for step in steps}) == len(steps)
            elif case.state == "provisional":
                assert self.stage.delegations and case.needed <= 2


CURRENT: list[Stage] = []


def _newest(quote_id: UUID):  # type: ignore[no-untyped-def]
    return select(ApprovalCase).where(ApprovalCase.subject_id == quote_id)


def _of_level(level: int) -> list[Human]:
    return [human for human in PEOPLE if DECIDERS[level].roles[0] in human.roles]


@pytest.fixture
def _current(tmp_path: Path) -> Iterator[None]:
    CURRENT[:] = [Stage.open(tmp_path)]
    yield
    CURRENT[0].close()
    CURRENT.clear()


@pytest.mark.usefixtures("_current")
def test_no_order_of_decisions_breaks_the_rules() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Cases,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
