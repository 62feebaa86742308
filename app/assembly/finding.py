"""What the search of the top bar finds: customers, quotes, contracts, cases, in groups.

One snapshot answers for all; each group is found by its own area, in the office of the person and
below it, numbers masked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.access.leave import Leave
from app.approvals.search import search_cases
from app.contracts.search import search_contracts
from app.customers.queries import CustomerLine, find_customers
from app.customers.search import tail_marks
from app.kit.money import yuan_text
from app.kit.words import Text, t
from app.pricing.search import search_quotes
from app.store.search.asking import Mark, index_building, marks
from app.store.session import Session
from ui.approvals.texts import state as case_state
from ui.contracts.texts import state_words as contract_state
from ui.pricing.texts import state as quote_state
from ui.shell.ports import Desk

MOST_OF_A_KIND = 5
GROUPS = {
    "customers": t("Customers"),
    "pricing": t("Quotes"),
    "contracts": t("Contracts"),
    "approvals": t("Approvals"),
}
"""Pages whose records are found, in the order of their groups."""


@dataclass(frozen=True)
class Line:
    """A record found: the page and the id it opens at, how its line reads, what was typed of it."""

    page: str
    target: object
    title: str
    detail: str
    marks: tuple[Mark, ...] = ()
    detail_marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What was found, grouped by page; ``remark`` where the index is still being built."""

    lines: tuple[Line, ...]
    remark: Text | None


def find_records(desk: Desk, typed: str) -> Answer:
    """Find what this person may see; blocks for some milliseconds."""
    return desk.read(_answer, desk.scope, typed, desk.seeing)


def _answer(session: Session, office: str, typed: str, leave: Leave) -> Answer:
    lines = (*_customers(session, office, typed, leave), *_records(session, office, typed, leave))
    far = index_building(session)
    if far is None:
        return Answer(lines, None)
    remark = t("Search is being prepared: {done} of {total}.", done=far.done, total=far.total)
    return Answer(lines, remark)


def _customers(session: Session, office: str, typed: str, leave: Leave) -> Iterator[Line]:
    if not leave.sees("customer", office):
        return
    for line in find_customers(session, office, typed, limit=MOST_OF_A_KIND):
        detail, detail_marks = _number_of(line, typed)
        yield Line("customers", line.id, line.name, detail, marks(line.name, typed), detail_marks)


def _number_of(line: CustomerLine, typed: str) -> tuple[str, tuple[Mark, ...]]:
    """Show the number that was looked for, else that of the document."""
    for number in (line.id_no, line.mobile):
        if found := tail_marks(number, typed):
            return number, found
    return line.id_no, ()


def _records(session: Session, office: str, typed: str, leave: Leave) -> Iterable[Line]:
    for quote in search_quotes(session, leave, office, typed, limit=MOST_OF_A_KIND):
        said = f"{yuan_text(quote.premium_fen)} · {quote_state(quote.state)[0]}"
        named = marks(quote.customer_name, typed)
        yield Line("pricing", quote.id, quote.customer_name, said, named)
    for contract in search_contracts(session, leave, office, typed, limit=MOST_OF_A_KIND):
        said = f"{contract.number} · {contract_state(contract.state)[0]}"
        named = marks(contract.customer_name, typed)
        yield Line(
            "contracts",
            contract.id,
            contract.customer_name,
            said,
            named,
            marks(contract.number, typed),
        )
    for case in search_cases(session, leave, office, typed, limit=MOST_OF_A_KIND):
        said = str(case_state(case.state, mine=False)[0])
        yield Line("approvals", case.id, case.summary, said, marks(case.summary, typed))
