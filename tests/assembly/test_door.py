"""The door: leave first, then the act, what follows from it, and the audit line, all or nothing."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import select

from app.access.rules import Policy, Resource, Rule
from app.assembly.after import AFTER
from app.assembly.door import Door, Proofs, Verb
from app.audit.queries import chain_lines, check_chain, signed_heads
from app.audit.records import AuditLine
from app.kit.errors.base import BranchError, BugError
from app.pricing.actions import PriceQuote
from app.pricing.queries import quote_card
from app.store.desk_tables import OutboxRow
from app.store.work import Changes, Finished, Work
from sync.wire.faults import WireError
from tests.stage import BRANCH, CLERK, DESK, OPERATOR, REVIEWER, Stage, request_for


@dataclass(frozen=True)
class Knock:
    """An order of this test's own verb."""

    door_id: UUID
    n: int


DOOR_ID = UUID(int=0x79)


def a_door(stage: Stage, obliged: tuple[str, ...] = (), **changes: object) -> Door:
    """The real door with one verb of its own, to look at one duty at a time."""

    def knock(work: Work, order: Knock) -> Changes:
        KNOCKED.append(order.n)
        return Changes(finished=(Finished("paid", "door", order.door_id),))

    rule = Rule("door.knock", frozenset({"clerk"}), "own", frozenset(), obliged)  # type: ignore[arg-type]
    door = replace(
        stage.door("branch"),
        verbs={
            "door.knock": Verb(
                "door.knock", Knock, knock, "rows", "door", "door_id",
                lambda work, _order: Resource(work.scope, {}),
            )
        },
        policy=Policy("T", {"door.knock": rule}),
        after={},
    )  # fmt: skip
    KNOCKED.clear()
    return replace(door, **changes)  # type: ignore[arg-type]


KNOCKED: list[int] = []


def knock(stage: Stage, door: Door, proofs: Proofs = Proofs()) -> str:  # noqa: B008
    try:
        with stage.store.work(CLERK.at()) as work:
            door.perform(work, "door.knock", Knock(DOOR_ID, 1), proofs)
            work.commit()
    except BranchError as refused:
        return refused.code
    return "ok"


def lines(stage: Stage) -> list[str]:
    return [line.action for line, _ in stage.read(chain_lines, DESK)]


@pytest.mark.parametrize(
    ("obliged", "proofs", "code"),
    [
        ((), Proofs(), "ok"),
        (("second_factor",), Proofs(), "E-ACCESS-PROOF"),
        (("second_factor",), Proofs(step_up=frozenset({DOOR_ID.hex})), "E-ACCESS-PROOF"),
        (("second_factor",), Proofs(second_factor=True), "ok"),
        (("step_up",), Proofs(second_factor=True), "E-ACCESS-PROOF"),
        (("step_up",), Proofs(step_up=frozenset({UUID(int=1).hex})), "E-ACCESS-PROOF"),
        (("step_up",), Proofs(step_up=frozenset({DOOR_ID.hex})), "ok"),
        (("second_factor", "step_up"), Proofs(step_up=frozenset({DOOR_ID.hex})), "E-ACCESS-PROOF"),
        (("second_factor", "step_up"), Proofs(True, frozenset({DOOR_ID.hex})), "ok"),
    ],
)
def test_what_must_be_proved_is_asked_before_the_act(
    stage: Stage, obliged: tuple[str, ...], proofs: Proofs, code: str
) -> None:
    assert knock(stage, a_door(stage, obliged), proofs) == code
    assert ([1] if code == "ok" else []) == KNOCKED
    assert lines(stage) == (["door.knock"] if code == "ok" else [])


def test_the_policy_is_asked_before_the_act(stage: Stage) -> None:
    rule = Rule("door.knock", frozenset({"auditor"}), "own", frozenset(), ())
    door = a_door(stage, policy=Policy("T", {"door.knock": rule}))
    assert knock(stage, door) == "E-ACCESS-ROLE"
    assert knock(stage, a_door(stage, policy=Policy("T", {}))) == "E-ACCESS-UNKNOWN-ACTION"
    assert KNOCKED == [] and lines(stage) == []


def test_an_unknown_verb_is_a_bug(stage: Stage) -> None:
    with pytest.raises(BugError, match="no verb"), stage.store.work(CLERK.at()) as work:
        stage.door("branch").perform(work, "pricing.give_away", None, Proofs())


def test_what_follows_runs_in_the_same_act(stage: Stage) -> None:
    followed: list[UUID] = []

    def follow(work: Work, subject_id: UUID) -> Changes:
        followed.append(subject_id)
        return Changes()

    assert knock(stage, a_door(stage, after={("paid", "door"): follow})) == "ok"
    assert followed == [DOOR_ID]
    assert knock(stage, a_door(stage, after={("sealed", "door"): follow})) == "ok"
    assert followed == [DOOR_ID]


def test_an_error_in_what_follows_takes_the_act_and_its_line_back(stage: Stage) -> None:
    def fail(work: Work, subject_id: UUID) -> Changes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        knock(stage, a_door(stage, after={("paid", "door"): fail}))
    assert lines(stage) == []


def test_the_line_stands_and_falls_with_the_act(stage: Stage) -> None:
    quote_id = stage.price(1)
    wrong = PriceQuote(stage.id(), stage.id(), "X", request_for(1), "", 1)
    with pytest.raises(BranchError):
        stage.act(CLERK, "pricing.price_quote", wrong)
    row = stage.read(lambda s: s.scalars(select(AuditLine)).one())
    assert (row.action, row.actor, row.scope) == ("pricing.price_quote", CLERK.number, BRANCH)
    assert row.objects == [["quote", quote_id.hex]]
    ops = stage.read(lambda s: [(r.kind, r.op) for r in s.scalars(select(OutboxRow))])
    assert ops == [("quote", "command"), ("audit_line", "insert")]


def test_an_act_that_seals_gets_a_signed_head_and_the_level_is_in_its_name(stage: Stage) -> None:
    quote_id = stage.price(1)
    stage.submit(quote_id)
    assert stage.read(signed_heads, DESK) == []
    stage.act(REVIEWER, "approvals.decide_case", stage.decision(quote_id, REVIEWER, 1))
    assert lines(stage)[-1] == "approvals.decide_l1"
    assert [head.n for head in stage.read(signed_heads, DESK)] == [3]
    assert stage.read(lambda s: check_chain(s, DESK, [])).whole


def test_head_office_keeps_a_chain_of_its_own_under_its_own_scope(stage: Stage) -> None:
    stage.price(1)
    stage.carry()
    verdict = stage.read_hub(lambda s: check_chain(s, "hub", []))
    assert verdict.whole and verdict.entries > 0
    scopes = stage.read_hub(
        lambda s: set(s.scalars(select(AuditLine.scope).where(AuditLine.chain == "hub")))
    )
    assert scopes == {"ho"}


def test_every_end_of_a_subject_is_in_the_table(stage: Stage) -> None:
    assert set(AFTER) == {
        ("approved", "quote"),
        ("returned", "quote"),
        ("declined", "quote"),
        ("signed", "contract"),
        ("sealed", "contract"),
    }
    assert stage.approved(1).state == "approved"


def test_every_verb_has_its_leave_and_its_order_reads_back(stage: Stage) -> None:
    door = stage.door("branch")
    named = {name for name in door.verbs if door.verbs[name].action is None}
    assert named <= set(door.policy.rules)
    assert {f"approvals.decide_l{n}" for n in range(1, 5)} <= set(door.policy.rules)
    assert set(door.policy.rules) - named - {f"approvals.decide_l{n}" for n in range(1, 5)} == {
        "access.see_people",
        "approvals.see",
        "audit.read",
        "contracts.see",
        "customers.see",
        "pricing.see",
        "reports.business",
        "reports.desk",
        "reports.seals",
        "seals.see",
    }
    for name, verb in door.verbs.items():
        assert verb.name == name
        assert verb.subject in verb.order.__dataclass_fields__  # type: ignore[attr-defined]
    with pytest.raises(WireError):
        door.order_of("pricing.submit_quote", {"quote_id": 7})


def test_a_custodian_prices_nothing_whatever_they_prove(stage: Stage) -> None:
    order = PriceQuote(stage.id(), stage.id(), "X", request_for(1), "", 14_400_00)
    with pytest.raises(BranchError) as refused:
        stage.act(OPERATOR, "pricing.price_quote", order)
    assert refused.value.code == "E-ACCESS-ROLE"
    with pytest.raises(Exception, match="No row"):
        stage.read(quote_card, order.quote_id)
