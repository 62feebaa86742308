"""What a person may see: every role, kind and office, and the same in SQL as in the policy."""

import itertools
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from sqlalchemy import select

from app.access.leave import SEEING, Leave, SeenKind
from app.access.policy import policy_of
from app.access.queries import seen_by
from app.access.records import Office
from app.access.rules import ROLES, Policy, Rule
from app.approvals.queries import all_cases
from app.approvals.search import search_cases
from app.contracts.queries import contracts_here
from app.contracts.search import search_contracts
from app.kit.errors.base import BranchError
from app.packs.resources import resource_bytes
from app.pricing.queries import quotes_here
from app.pricing.search import search_quotes
from app.seals.queries import jobs_here
from app.store.actor import Actor
from tests.access.test_decide import OFFICES, ORACLE
from tests.stage import BRANCH, CLERK, HEAD_OFFICE, MANAGER, PROVINCE, Human, Stage

KINDS: tuple[SeenKind, ...] = get_args(SeenKind)
TREE = (
    "ho", "ho.79", "ho.79.790115", "ho.79.790115.01", "ho.79.7901159", "ho.79.790116", "ho.8",
    "hotel", "ho.79_790115", "ho.79-790115", "HO.79.790115",
)  # fmt: skip
"""Paths and those that only look like them: a full stop alone divides."""


def leave(role: str, office: str = BRANCH) -> Leave:
    return Human("P1", office, (role,)).leave()


def test_every_role_kind_and_office() -> None:
    """The table of tests/access/test_decide.py says who may: written by hand, not the policy."""
    cells = 0
    for role, kind, office in itertools.product(ROLES, KINDS, OFFICES):
        roles, offices, _, _ = ORACLE[SEEING[kind]]
        wanted = role in roles and office in offices
        assert leave(role).sees(kind, OFFICES[office]) is wanted, (role, kind, office)
        cells += 1
    assert cells == 8 * 7 * 5
    for role, kind in itertools.product(ROLES, KINDS):
        assert leave(role).anywhere(kind) is (role in ORACLE[SEEING[kind]][0])


def test_a_record_that_may_not_be_seen_is_refused_in_words() -> None:
    leave("clerk").must_see("quote", BRANCH)
    for role, kind, office in (
        ("custodian", "quote", BRANCH),
        ("reviewer", "seal_job", BRANCH),
        ("administrator", "customer", BRANCH),
        ("clerk", "quote", "ho.79.790116"),
        ("clerk", "quote", PROVINCE),
    ):
        with pytest.raises(BranchError) as refused:
            leave(role).must_see(kind, office)  # type: ignore[arg-type]
        assert refused.value.code == "E-ACCESS-SEE"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Give a real store with an office at every path."""
    made = Stage.open(tmp_path_factory.mktemp("tree"))
    with made.store.desk_work() as session:
        for place, path in enumerate(TREE):
            session.add(_office(UUID(int=place + 1), path))
    return made


def _office(id: UUID, path: str) -> Office:
    return Office(scope=path, id=id, path=path, code=path, name=path)


REACHES: tuple[str, ...] = ("own", "below", "any")


@pytest.mark.parametrize("reach", REACHES)
def test_sql_and_the_policy_say_the_same_of_every_office(tree: Stage, reach: str) -> None:
    rule = Rule("customers.see", frozenset({"clerk"}), reach, frozenset(), ())  # type: ignore[arg-type]
    policy = Policy("A", {"customers.see": rule})
    for role, office in itertools.product(("clerk", "auditor"), TREE):
        asked = Leave(Actor("P1", "P", frozenset({role}), office, "desk"), policy)
        found = tree.store.read(
            lambda s, asked=asked: s.scalars(  # type: ignore[misc]
                select(Office.scope).where(seen_by(asked, "customer", Office.scope))
            ).all()
        )
        assert set(found) & set(TREE) == {path for path in TREE if asked.sees("customer", path)}


def test_where_no_person_asks_everything_is_found(tree: Stage) -> None:
    every = select(Office.scope).where(seen_by(None, "customer", Office.scope))
    assert set(TREE) <= set(tree.store.read(lambda s: s.scalars(every).all()))


def test_a_policy_without_the_line_shows_nothing() -> None:
    nobody = Leave(CLERK.at(), Policy("A", {}))
    assert not nobody.anywhere("customer") and not nobody.sees("customer", BRANCH)


def test_lists_and_the_search_are_cut_to_what_may_be_seen(tmp_path: Path) -> None:
    stage = Stage.open(tmp_path)
    stage.lend_numbers()
    order = stage.draft_order(stage.approved())
    stage.act(CLERK, "contracts.draft_contract", order)

    def seen(who: Human) -> tuple[int, ...]:
        mine = who.leave()
        lists = (quotes_here, all_cases, contracts_here, jobs_here)
        searches = (search_quotes, search_cases, search_contracts)
        name = stage.read(quotes_here, None)[0].customer_name
        counted = [len(stage.read(one, mine)) for one in lists]  # type: ignore[arg-type]
        found = [len(stage.read(one, mine, HEAD_OFFICE, name)) for one in searches]  # type: ignore[arg-type]
        return (*counted, *found)

    assert seen(CLERK) == seen(MANAGER) == (1, 1, 1, 0, 1, 1, 1)
    assert seen(Human("K1", BRANCH, ("custodian",))) == (0, 0, 1, 0, 0, 0, 1)
    assert seen(Human("A1", BRANCH, ("administrator",))) == (0,) * 7
    assert seen(Human("C9", "ho.79.790116", ("clerk",))) == (0,) * 7
    assert seen(Human("P1", PROVINCE, ("provincial_approver",))) == seen(CLERK)
    stage.close()


def test_the_shipped_policy_names_every_kind() -> None:
    policy = policy_of(resource_bytes("rules/access.json"))
    assert set(SEEING.values()) <= set(policy.rules) and set(SEEING) == set(KINDS)
