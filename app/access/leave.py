"""What a person may see: the `*.see` lines of the policy, asked in this one place by every screen.

A list asks for what lies within (`app.access.queries.seen_by`), a record asks before it opens
(`must_see`), a page asks whether there can be anything in it at all (`anywhere`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.access.rules import Policy, Resource, Rule, decide
from app.kit.errors.access import not_seen
from app.kit.errors.base import BranchError
from app.store.actor import Actor

SeenKind = Literal[
    "customer", "quote", "approval_case", "contract", "signature", "seal_job", "file"
]
"""The kinds of records the policy has a line for."""
SEEING: Mapping[SeenKind, str] = {
    "customer": "customers.see",
    "quote": "pricing.see",
    "approval_case": "approvals.see",
    "contract": "contracts.see",
    "signature": "contracts.see",
    "seal_job": "seals.see",
    "file": "contracts.see",
}
"""The line of the policy that says who may see a record of a kind."""


@dataclass(frozen=True)
class Leave:
    """Says which records a person may see; the same policy as at the door."""

    actor: Actor
    policy: Policy

    def sees(self, kind: SeenKind, scope: str) -> bool:
        """Say whether a record of this kind and office may be seen."""
        return self.may(SEEING[kind], scope)

    def may(self, action: str, scope: str) -> bool:
        """Say whether an action is allowed in an office, whoever took which part there."""
        return decide(self.actor, action, Resource(scope, {}), self.policy).allowed

    def must_see(self, kind: SeenKind, scope: str) -> None:
        """Let a record be opened; raises BranchError E-ACCESS-SEE where it may not be seen."""
        if not self.sees(kind, scope):
            raise BranchError(not_seen())

    def anywhere(self, kind: SeenKind) -> bool:
        """Say whether the person may see records of a kind in any office at all."""
        return self.rule(kind) is not None

    def rule(self, kind: SeenKind) -> Rule | None:
        """Give the line that lets this person see a kind; None where her roles have none."""
        found = self.policy.rules.get(SEEING[kind])
        return found if found is not None and found.roles & self.actor.roles else None
