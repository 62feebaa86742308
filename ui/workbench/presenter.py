"""What the workbench gathers: what needs this person today, in the order of harm."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.approvals.queries import cases_waiting_on
from app.contracts.queries import contracts_here
from app.contracts.rules import DRAFTED, SEALED, SIGNED
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.pricing.queries import quotes_here
from app.pricing.quoting import APPROVED, PRICED, PROVISIONAL, RETURNED
from ui.shell.ports import Desk
from ui.shell.unsettled import unsettled

Urgency = Literal["stop", "warn", "wait", "ok"]


@dataclass(frozen=True)
class TaskLine:
    """One thing to do; ``page`` and ``target`` open the record with its next verb focused."""

    urgency: Urgency
    what: Text
    who: str
    due: datetime | None
    page: str
    target: UUID


class WorkbenchPresenter:
    """What needs me today."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tasks(self) -> list[TaskLine]:
        """List everything that waits on this person, the most harmful first."""
        return [*self._problems(), *self._approvals(), *self._contracts(), *self._quotes()]

    def _problems(self) -> list[TaskLine]:
        found = unsettled(self._desk)
        return [TaskLine("stop", one.what, "", None, one.page, one.target) for one in found]

    def _approvals(self) -> list[TaskLine]:
        now = self._desk.clock.now()
        return [
            TaskLine(
                "stop" if case.due_at < now else "warn",
                t("Decide level L{level}: {summary}", level=case.level, summary=case.summary),
                case.requester,
                case.due_at,
                "approvals",
                case.id,
            )
            for case in self._desk.read(cases_waiting_on, self._desk.actor)
        ]

    def _contracts(self) -> list[TaskLine]:
        roles = self._desk.actor.roles
        steps = {
            DRAFTED: ("clerk", t("Let the customer sign"), "signing"),
            SIGNED: ("custodian", t("Seal the contract"), "seals"),
            SEALED: ("clerk", t("Archive the photograph"), "contracts"),
        }
        lines = []
        for card in self._desk.read(contracts_here):
            step = steps.get(card.state)
            if step is not None and step[0] in roles:
                what = t("{step}: {number} {name}", step=step[1], number=card.number,
                         name=card.customer_name)  # fmt: skip
                lines.append(TaskLine("wait", what, card.drawn_by, None, step[2], card.id))
        return lines

    def _quotes(self) -> list[TaskLine]:
        if "clerk" not in self._desk.actor.roles:
            return []
        steps = {
            PRICED: t("Submit the quote"),
            RETURNED: t("Change the returned quote"),
            APPROVED: t("Draw up the contract"),
            PROVISIONAL: t("Wait for head office to confirm"),
        }
        drawn = {card.quote_id for card in self._desk.read(contracts_here)}
        lines = []
        for quote in self._desk.read(quotes_here):
            if quote.state == APPROVED and quote.unnamed:
                continue
            if quote.state in steps and quote.id not in drawn:
                what = t(
                    "{step}: {name} {premium}",
                    step=steps[quote.state],
                    name=quote.customer_name,
                    premium=yuan_grouped(quote.premium_fen),
                )
                due = quote.priced_at + timedelta(days=30)
                lines.append(TaskLine("wait", what, quote.priced_by, due, "pricing", quote.id))
        return lines
