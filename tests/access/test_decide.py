"""decide() against a table written by hand from the job descriptions, not from the policy.

Each line says who may, from which office, and what they must prove. Everything that is not in the
table is refused.
"""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.policy import policy_of
from app.access.rules import PARTS, ROLES, Policy, Resource, decide, reaches
from app.kit.errors.base import BugError
from app.packs.resources import resource_bytes
from app.store.work import Actor

OWN, BELOW, BESIDE, ABOVE, TWIN = "own", "below", "beside", "above", "twin"
OFFICES = {
    OWN: "ho.79.790115",
    BELOW: "ho.79.790115.01",
    BESIDE: "ho.79.790116",
    ABOVE: "ho.79",
    TWIN: "ho.79.7901159",
}
"""The office of the record, seen from a person at ho.79.790115."""

TRADE = {"clerk", "reviewer", "branch_manager"}
EVERYBODY = {
    "clerk",
    "reviewer",
    "custodian",
    "branch_manager",
    "provincial_approver",
    "head_office_approver",
    "auditor",
    "administrator",
}
SUPERVISION = {"provincial_approver", "head_office_approver", "auditor"}
FACTOR = ("second_factor",)
BOTH = ("second_factor", "step_up")
APART = {"requester", "approver"}

# action: (roles, whose records, parts one must not have played, what must be proved)
ORACLE: dict[str, tuple[set[str], set[str], set[str], tuple[str, ...]]] = {
    "access.add_office": ({"administrator"}, {OWN, BELOW}, set(), FACTOR),
    "access.add_person": ({"administrator"}, {OWN, BELOW}, set(), FACTOR),
    "access.activate_person": (EVERYBODY, {OWN}, set(), ()),
    "customers.register_organisation": (TRADE, {OWN}, set(), ()),
    "customers.register_person": (TRADE, {OWN}, set(), ()),
    "customers.correct_customer": (TRADE, {OWN}, set(), ()),
    "customers.add_contact": (TRADE, {OWN}, set(), ()),
    "customers.import_customers": (TRADE, {OWN}, set(), ()),
    "customers.show_numbers": (TRADE, {OWN}, set(), ()),
    "customers.add_note": (TRADE | {"custodian"}, {OWN}, set(), ()),
    "customers.fill_head_fields": (
        {"provincial_approver", "head_office_approver"},
        {OWN, BELOW},
        set(),
        (),
    ),
    "pricing.price_quote": ({"clerk"}, {OWN}, set(), ()),
    "pricing.submit_quote": ({"clerk"}, {OWN}, set(), ()),
    "approvals.decide_l1": ({"reviewer"}, {OWN}, APART, FACTOR),
    "approvals.decide_l2": ({"branch_manager"}, {OWN}, APART, FACTOR),
    "approvals.decide_l3": ({"provincial_approver"}, {OWN, BELOW}, APART, FACTOR),
    "approvals.decide_l4": ({"head_office_approver"}, {OWN, BELOW}, APART, FACTOR),
    "contracts.draft_contract": ({"clerk"}, {OWN}, set(), ()),
    "contracts.archive_contract": ({"clerk", "custodian"}, {OWN}, set(), ()),
    "signing.request_certificate": (
        {"clerk", "branch_manager", "administrator"},
        {OWN},
        set(),
        (),
    ),
    "signing.begin_signature": ({"clerk"}, {OWN}, set(), ()),
    "signing.finish_signature": ({"clerk"}, {OWN}, set(), ()),
    "signing.abandon_signature": ({"clerk"}, {OWN}, set(), ()),
    "seals.pair_machine": ({"administrator"}, {OWN, BELOW}, set(), FACTOR),
    "seals.request_permit": ({"custodian"}, {OWN}, APART, FACTOR),
    "seals.begin_stamp": ({"custodian"}, {OWN}, APART, BOTH),
    "seals.finish_stamp": ({"custodian"}, {OWN}, APART, ()),
    "seals.settle_doubt": ({"custodian", "branch_manager"}, {OWN}, APART, BOTH),
    "seals.close_job": ({"custodian"}, {OWN}, APART, ()),
    "seals.freeze_machine": (
        {"custodian", "branch_manager", "administrator"},
        {OWN, BELOW},
        set(),
        (),
    ),
    "seals.agree_reopening": ({"branch_manager"}, {OWN}, set(), FACTOR),
    "seals.reopen_machine": ({"head_office_approver"}, {OWN, BELOW}, {"approver"}, BOTH),
    "customers.see": (TRADE | {"custodian"} | SUPERVISION, {OWN, BELOW}, set(), ()),
    "pricing.see": (TRADE | SUPERVISION, {OWN, BELOW}, set(), ()),
    "approvals.see": (TRADE | SUPERVISION, {OWN, BELOW}, set(), ()),
    "contracts.see": (TRADE | {"custodian"} | SUPERVISION, {OWN, BELOW}, set(), ()),
    "seals.see": (EVERYBODY - {"reviewer"}, {OWN, BELOW}, set(), ()),
    "access.see_people": ({"branch_manager", "auditor", "administrator"}, {OWN, BELOW}, set(), ()),
    "reports.business": (TRADE | SUPERVISION, {OWN, BELOW}, set(), ()),
    "reports.seals": ({"custodian", "branch_manager"} | SUPERVISION, {OWN, BELOW}, set(), ()),
    "reports.desk": (EVERYBODY, {OWN}, set(), ()),
    "audit.read": ({"auditor"}, {OWN, BELOW}, set(), FACTOR),
}
HISTORIES: tuple[frozenset[str], ...] = tuple(
    frozenset(parts) for n in range(len(PARTS) + 1) for parts in itertools.combinations(PARTS, n)
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(resource_bytes("rules/access.json"))


def person(*roles: str, office: str = OFFICES[OWN]) -> Actor:
    return Actor("P1", "P", frozenset(roles), office, "desk")


def played(by_me: frozenset[str]) -> dict[str, frozenset[str]]:
    return {part: frozenset({"P1" if part in by_me else "P2"}) for part in PARTS}


def test_every_cell_of_the_table(policy: Policy) -> None:
    """Roles × actions × offices × parts played: the answer and what must be proved."""
    cells = 0
    for action, (roles, offices, apart, proved) in ORACLE.items():
        for role, office, history in itertools.product(ROLES, OFFICES, HISTORIES):
            wanted = role in roles and office in offices and not apart & history
            answer = decide(
                person(role), action, Resource(OFFICES[office], played(history)), policy
            )
            assert answer.allowed is wanted, (action, role, office, sorted(history), answer)
            assert answer.obliged == (proved if wanted else ())
            cells += 1
    assert cells == 42 * 8 * 5 * 32


def test_the_policy_has_no_action_beyond_the_table(policy: Policy) -> None:
    assert set(policy.rules) == set(ORACLE)


def test_what_is_not_named_is_denied(policy: Policy) -> None:
    everything = person(*ROLES)
    for action in (
        "",
        "pricing",
        "pricing.price_quote ",
        "access.delete_person",
        "PRICING.PRICE_QUOTE",
    ):
        answer = decide(everything, action, Resource(OFFICES[OWN], {}), policy)
        assert (answer.allowed, answer.reason) == (False, "unknown_action")
    nobody = person()
    for action in ORACLE:
        assert not decide(
            nobody, action, Resource(OFFICES[OWN], played(frozenset())), policy
        ).allowed


def test_who_has_many_roles_is_still_one_person(policy: Policy) -> None:
    everything = person(*ROLES)
    mine = Resource(OFFICES[OWN], played(frozenset({"requester"})))
    for action in ("approvals.decide_l1", "approvals.decide_l2", "seals.begin_stamp"):
        answer = decide(everything, action, mine, policy)
        assert (answer.allowed, answer.reason) == (False, "same_person")


def test_where_nobody_says_who_played_a_part_the_answer_is_no(policy: Policy) -> None:
    for known in ({}, {"requester": frozenset[str]()}, {"approver": frozenset[str]()}):
        answer = decide(
            person("reviewer"), "approvals.decide_l1", Resource(OFFICES[OWN], known), policy
        )
        assert (answer.allowed, answer.reason) == (False, "no_part_record")


@given(st.lists(st.sampled_from(["ho", "79", "790115", "790116", "01"]), min_size=1, max_size=4))
def test_an_arm_reaches_down_its_own_branch_of_the_tree_alone(parts: list[str]) -> None:
    office = ".".join(parts)
    assert reaches(office, office, "own") and reaches(office, office, "below")
    assert reaches(office, f"{office}.x", "below") and not reaches(office, f"{office}.x", "own")
    assert not reaches(office, f"{office}x", "below")
    assert not reaches(f"{office}.x", office, "below")


def _policy(**changes: object) -> bytes:
    row = {"roles": ["clerk"], "reach": "own", "apart": [], "obliged": []}
    return json.dumps({"version": "A", "actions": {"x.y": {**row, **changes}}}).encode()


def test_a_policy_of_words_we_do_not_know_is_not_read() -> None:
    assert policy_of(_policy()).rules["x.y"].roles == {"clerk"}
    wrong: list[dict[str, object]] = [
        {"roles": []},
        {"roles": ["clark"]},
        {"reach": "all"},
        {"apart": ["requestor"]},
        {"obliged": ["second-factor"]},
    ]
    for changes in wrong:
        with pytest.raises(BugError):
            policy_of(_policy(**changes))
    twice = _policy().replace(b'"x.y"', b'"x.y": {"roles": ["auditor"]}, "x.y"')
    with pytest.raises(BugError, match="twice"):
        policy_of(twice)


def test_the_shipped_policy_names_its_version(policy: Policy) -> None:
    assert policy.version.startswith("A")
    for action, rule in policy.rules.items():
        assert rule.action == action
        assert "second_factor" in rule.obliged or "step_up" not in rule.obliged
