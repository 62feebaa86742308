"""What the approvals screen decides: what waits on this person, and their signed decision."""

from dataclasses import dataclass
from uuid import UUID

from app.approvals.actions import DecideCase
from app.approvals.queries import CaseCard, all_cases, case_card, case_here, cases_waiting_on
from app.approvals.rules import Choice, levels_of, statement
from app.kit.ids import new_id
from app.kit.words import Text
from app.packs.form_needs import TERMS
from app.packs.form_values import told
from app.packs.in_force import FormsInForce
from app.pricing.queries import QuoteCard, quote_here
from ui.shell.ports import Desk
from ui.shell.seen_records import SeenRecords


@dataclass(frozen=True)
class CaseView:
    """A case with the quote it is about."""

    case: CaseCard
    quote: QuoteCard
    mine: bool
    """True where this person's level decides now and they took no part yet."""
    further: tuple[tuple[Text, Text], ...] = ()
    """Label and value of the quote's further terms, by the form in force."""


class ApprovalsPresenter(SeenRecords):
    """The approval cases this desk sees."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "approval_case")
        self._forms = FormsInForce(desk.packs, desk.clock)

    def levels(self) -> frozenset[int]:
        """Say which levels the person here decides."""
        return levels_of(self._desk.actor.roles)

    def waiting(self) -> list[CaseCard]:
        """List what waits on this person, the one due first on top."""
        return self._desk.read(cases_waiting_on, self._desk.actor)

    def cases(self) -> list[CaseCard]:
        """List every case this desk sees, the newest first."""
        return self._desk.read(all_cases, self._desk.seeing)

    def views(self) -> list[CaseView]:
        """List every case this desk sees with its quote: what waits on this person comes first."""
        self.read_staff()
        seen = [view for case in self.cases() if (view := self._view(case)) is not None]
        mine = sorted((one for one in seen if one.mine), key=lambda one: one.case.due_at)
        return [*mine, *(one for one in seen if not one.mine)]

    def view(self, case_id: UUID) -> CaseView:
        """Give one case with its quote."""
        view = self.found(case_id)
        if view is None:
            raise LookupError(f"case {case_id} is not here")
        return view

    def found(self, case_id: UUID) -> CaseView | None:
        """Give one case, also one too old for the list; None where it is not here.

        Raises BranchError E-ACCESS-SEE where this person may not see it.
        """
        case = self._desk.read(case_here, self._desk.scope, case_id)
        if case is None:
            return None
        self._desk.seeing.must_see("approval_case", case.scope)
        return self._view(case)

    def decide(self, case_id: UUID, choice: Choice, opinion: str) -> CaseCard:
        """Sign and give a decision about exactly what is shown; gives the case after it."""
        case = self._desk.read(case_card, case_id)
        said = statement(case.id.hex, case.subject_hash, case.level, choice)
        order = DecideCase(
            case_id=case.id,
            step_id=new_id(self._desk.clock),
            level=case.level,
            choice=choice,
            opinion=opinion,
            subject_hash=case.subject_hash,
            signature=self._desk.sign_as_person(said).hex(),
        )
        self._desk.perform("approvals.decide_case", order)
        return self._desk.read(case_card, case_id)

    def _view(self, case: CaseCard) -> CaseView | None:
        quote = self._desk.read(quote_here, case.scope, case.subject_id)
        if quote is None:
            return None
        further = told(self._forms.form(TERMS), quote.further) if quote.further else ()
        return CaseView(case, quote, case.waits_on(self._desk.actor), further)
