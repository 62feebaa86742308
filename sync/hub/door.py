"""What the hub asks of the trade: who a person is, what they may do, and to do it.

app.assembly hands in one HubDoor over the same verbs, rules and policy the desks have; the hub
itself knows no business word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.store.work import Actor, Work


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """A mutation is not taken; ``code`` and ``text`` go back to the person who made it.

    ``parts`` gives code and text of each part of an order that is refused, by the id (hex) of the
    record it is about, so that the desk can send the rest without them.
    """

    def __init__(self, code: str, text: str, parts: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.parts = dict(parts or {})


@dataclass(frozen=True)
class Edit:
    """An edit of a row that travels by fields or is appended, before it is made."""

    kind: str
    scope: str
    id: UUID
    op: str
    fresh: Mapping[str, Any] = field(default_factory=dict)
    """What it would have the row hold, plain values by field."""


class HubDoor(Protocol):
    """The hub's way into the rooms of the trade; all calls share the push's transaction."""

    def actor(self, session: Session, person: str, scope: str, device: str) -> Actor | None:
        """Give the person with the roles head office knows; None for one it does not know."""
        ...

    def perform(self, work: Work, verb: str, order: dict[str, Any]) -> None:
        """Decide again, run the verb, leave the commit to the caller.

        Raises BranchError or Refused where it is not allowed or does not fit what is there.
        """
        ...

    def check_edit(self, session: Session, actor: Actor, edit: Edit) -> None:
        """Raise Refused where this person may not make this edit."""
        ...
