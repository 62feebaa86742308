"""Reading the policy from its file: every word of it is checked, nothing is guessed."""

import json
from typing import Any, get_args

from app.access.rules import PARTS, ROLES, Obligation, Policy, Reach, Rule
from app.kit.errors.base import BugError


def policy_of(text: bytes) -> Policy:
    """Read a policy; raises BugError for a role, reach, part or obligation we do not know.

    Also for an action that is named twice: the later row would silently win.
    """
    raw = json.loads(text, object_pairs_hook=_once)
    rules = {action: _rule(action, row) for action, row in raw["actions"].items()}
    return Policy(raw["version"], rules)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BugError("policy: a name stands twice")
    return found


def _rule(action: str, row: dict[str, Any]) -> Rule:
    roles = frozenset(row["roles"])
    if not roles or roles - set(ROLES):
        raise BugError(f"policy: roles of {action}")
    if row["reach"] not in get_args(Reach):
        raise BugError(f"policy: reach of {action}")
    if set(row["apart"]) - set(PARTS):
        raise BugError(f"policy: parts of {action}")
    if set(row["obliged"]) - set(get_args(Obligation)):
        raise BugError(f"policy: obligations of {action}")
    return Rule(action, roles, row["reach"], frozenset(row["apart"]), tuple(row["obliged"]))
