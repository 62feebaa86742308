"""decide(): may this person do this to that, now? Pure, default deny, the same at desk and hub.

The policy is data (resources/rules/access.json): for each action the roles that may, how far their
office reaches, whom they must not be, and what they must prove first. Offices are dotted paths:
``ho.79.790115`` lies below ``ho.79`` and ``ho``. The hub's answer is final.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.store.actor import Actor

Reach = Literal["own", "below", "any"]
Obligation = Literal["second_factor", "step_up"]

ROLES = (
    "clerk",
    "reviewer",
    "custodian",
    "branch_manager",
    "provincial_approver",
    "head_office_approver",
    "auditor",
    "administrator",
)


PARTS = ("requester", "approver", "custodian", "signer", "operator")
"""What a person can have been in a subject."""


@dataclass(frozen=True)
class Rule:
    """One row of the policy.

    ``apart`` names the parts a person may not have played in the same subject (requester,
    approver, custodian, signer, operator); ``obliged`` what must be proved before the act.
    """

    action: str
    roles: frozenset[str]
    reach: Reach
    apart: frozenset[str]
    obliged: tuple[Obligation, ...]


@dataclass(frozen=True)
class Policy:
    """The whole table with its version; an action that is not in it is denied."""

    version: str
    rules: Mapping[str, Rule]


@dataclass(frozen=True)
class Resource:
    """What is acted on: its office, and who already played which part in it."""

    scope: str
    played: Mapping[str, frozenset[str]]
    """Part (requester, approver, custodian, …) to the persons who played it."""


@dataclass(frozen=True)
class Decision:
    """The answer, with the reason for the log and what must be proved."""

    allowed: bool
    reason: Literal["ok", "unknown_action", "role", "office", "same_person", "no_part_record"]
    obliged: tuple[Obligation, ...] = ()


def decide(subject: Actor, action: str, resource: Resource, policy: Policy) -> Decision:
    """Decide by the policy alone; the order of the checks never changes the answer's polarity.

    Where the rule asks who played a part and nobody says, the answer is no.
    """
    rule = policy.rules.get(action)
    if rule is None:
        return Decision(False, "unknown_action")
    if not rule.roles & subject.roles:
        return Decision(False, "role")
    if not reaches(subject.scope, resource.scope, rule.reach):
        return Decision(False, "office")
    if not rule.apart <= resource.played.keys():
        return Decision(False, "no_part_record")
    if any(subject.person in resource.played[part] for part in rule.apart):
        return Decision(False, "same_person")
    return Decision(True, "ok", rule.obliged)


def reaches(office: str, target: str, reach: Reach) -> bool:
    """Say whether an office's arm reaches a target office."""
    if reach == "any":
        return True
    if office == target:
        return True
    return reach == "below" and target.startswith(f"{office}.")
