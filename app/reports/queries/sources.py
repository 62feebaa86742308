"""Where the rows of each report come from: one statement, one function from its row to the facts.

Every statement orders by scope and id, so that the same data gives the same rows in the same order;
months and days are China's. Nothing here depends on the time of reading.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.approvals.records import ApprovalCase, ApprovalStep
from app.contracts.records import Contract
from app.contracts.rules import ARCHIVED
from app.customers.records import Contact, Customer, CustomerEvent
from app.kit.calendar import SHANGHAI
from app.kit.written import written_month
from app.packs.work_calendar import WorkCalendar
from app.pricing.quoting import APPROVED, DECLINED, RETURNED
from app.pricing.records import Quote
from app.reports.rules.declared import Facts, Only
from app.seals.records import SealJob, SealStamp
from app.seals.rules import COUNTED
from app.store.desk_tables import SyncLog
from app.store.types import UtcType

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Bounds:
    """Which rows: of these offices, between two moments of UTC (the end not among them).

    ``only`` are values of fields; a source says which column each field is.
    """

    offices: Sequence[str]
    since: datetime | None
    before: datetime | None
    only: Sequence[Only] = ()

    @classmethod
    def of(
        cls,
        offices: Sequence[str],
        since: date | None,
        until: date | None,
        only: Sequence[Only] = (),
    ) -> "Bounds":
        """Make bounds of days of China, both inclusive."""
        return cls(
            offices,
            None if since is None else datetime.combine(since, time(), SHANGHAI),
            None if until is None else datetime.combine(until + timedelta(1), time(), SHANGHAI),
            only,
        )

    def hold(self, statement: Statement, scope: Any, moment: Any, **columns: Any) -> Statement:
        """Keep a statement to the rows within; ``columns`` are those of its parameters' fields."""
        statement = self.narrow(statement, **columns)
        if scope is not None:
            statement = statement.where(scope.in_(self.offices))
        if self.since is not None:
            statement = statement.where(moment >= self.since)
        if self.before is not None:
            statement = statement.where(moment < self.before)
        return statement

    def narrow(self, statement: Statement, **columns: Any) -> Statement:
        """Keep a statement to the rows with the values of the parameters."""
        for one in self.only:
            statement = statement.where(columns[one.field] == one.value)
        return statement


@dataclass(frozen=True)
class Source:
    """The rows of a report: how they are asked for, and what each says in a work calendar."""

    statement: Callable[[Bounds], Statement]
    facts: Callable[[WorkCalendar], Callable[[Any], Facts]]


def _quotes(bounds: Bounds) -> Statement:
    statement = select(
        Quote.scope,
        Quote.customer_name,
        Quote.state,
        Quote.level_name,
        Quote.tariff_id,
        Quote.people,
        Quote.premium_fen,
        Quote.priced_by,
        Quote.priced_at,
        Quote.pending,
    ).order_by(Quote.scope, Quote.id)
    return bounds.hold(
        statement,
        Quote.scope,
        Quote.priced_at,
        priced_by=Quote.priced_by,
        tariff=Quote.tariff_id,
        state=Quote.state,
    )


def _quote(row: Any) -> Facts:
    decided = {APPROVED: 1, RETURNED: 0, DECLINED: 0}.get(row.state)
    return (
        _month(row.priced_at),
        row.scope,
        row.customer_name,
        row.state,
        row.level_name,
        row.tariff_id,
        row.people,
        row.premium_fen,
        row.priced_by,
        row.priced_at,
        decided,
        int(bool(row.pending)),
    )


def _approvals(bounds: Bounds) -> Statement:
    """Read every decision with the one before it in its case."""
    before = func.lag(ApprovalStep.at, type_=UtcType).over(
        partition_by=(ApprovalStep.scope, ApprovalStep.case_id),
        order_by=(ApprovalStep.level, ApprovalStep.at, ApprovalStep.id),
    )
    steps = select(
        ApprovalStep.scope,
        ApprovalStep.id,
        ApprovalStep.case_id,
        ApprovalStep.level,
        ApprovalStep.person,
        ApprovalStep.choice,
        ApprovalStep.at,
        before.label("before"),
    ).subquery()
    statement = (
        select(
            steps.c.scope,
            ApprovalCase.summary,
            steps.c.level,
            steps.c.person,
            steps.c.choice,
            steps.c.at,
            func.coalesce(steps.c.before, ApprovalCase.opened_at).label("began"),
            ApprovalCase.due_at,
        )
        .join(
            ApprovalCase,
            and_(ApprovalCase.scope == steps.c.scope, ApprovalCase.id == steps.c.case_id),
        )
        .order_by(steps.c.scope, steps.c.id)
    )
    return bounds.hold(
        statement, steps.c.scope, steps.c.at, person=steps.c.person, choice=steps.c.choice
    )


def _approval(calendar: WorkCalendar) -> Callable[[Any], Facts]:
    return partial(_decision, calendar)


def _decision(calendar: WorkCalendar, row: Any) -> Facts:
    return (
        _month(row.at),
        row.scope,
        row.summary,
        row.level,
        row.person,
        row.choice,
        row.began,
        row.at,
        (row.at - row.began) // timedelta(minutes=1),
        calendar.minutes(row.began, row.at),
        int(not calendar.is_sure_of(row.began, row.at)),
        int(row.at > row.due_at),
    )


def _contracts(bounds: Bounds) -> Statement:
    statement = select(
        Contract.scope,
        Contract.number,
        _product().label("product"),
        Contract.customer_name,
        Contract.state,
        Contract.premium_fen,
        Contract.cover_from,
        Contract.cover_to,
        Contract.drawn_by,
        Contract.drawn_at,
    ).order_by(Contract.scope, Contract.id)
    return bounds.hold(
        statement,
        Contract.scope,
        Contract.drawn_at,
        drawn_by=Contract.drawn_by,
        product=_product(),
        state=Contract.state,
    )


def _product() -> ColumnElement[str]:
    """Take the product out of a series (``C-GPA1-790115-2026``): between its first two hyphens."""
    rest = func.substr(Contract.series, func.instr(Contract.series, "-") + 1)
    return func.substr(rest, 1, func.instr(rest, "-") - 1)


def _contract(row: Any) -> Facts:
    return (
        _month(row.drawn_at),
        row.scope,
        row.number,
        row.product,
        row.customer_name,
        row.state,
        row.premium_fen,
        row.cover_from,
        row.cover_to,
        row.drawn_by,
        row.drawn_at,
        int(row.state == ARCHIVED),
    )


def _seals(bounds: Bounds) -> Statement:
    statement = (
        select(
            SealStamp.scope,
            SealJob.register_no,
            SealJob.subject_number,
            SealJob.seal_id,
            SealStamp.device_id,
            SealStamp.page,
            SealStamp.state,
            SealJob.operator,
            SealJob.witness,
            SealStamp.counter_after,
            SealStamp.begun_at,
            SealStamp.photo_sha256,
        )
        .join(SealJob, and_(SealJob.scope == SealStamp.scope, SealJob.id == SealStamp.job_id))
        .order_by(SealStamp.scope, SealStamp.id)
    )
    return bounds.hold(
        statement,
        SealStamp.scope,
        SealStamp.begun_at,
        operator=SealJob.operator,
        state=SealStamp.state,
    )


def _seal(row: Any) -> Facts:
    stamped = row.state in COUNTED
    return (
        _month(row.begun_at),
        row.scope,
        row.register_no or None,
        row.subject_number,
        row.seal_id,
        row.device_id,
        row.page,
        row.state,
        row.operator,
        row.witness,
        row.counter_after,
        row.begun_at,
        int(stamped),
        int(bool(row.photo_sha256)) if stamped else None,
    )


def _customers(bounds: Bounds) -> Statement:
    registered = (
        select(func.min(CustomerEvent.at))
        .where(
            CustomerEvent.scope == Customer.scope,
            CustomerEvent.customer_id == Customer.id,
            CustomerEvent.kind == "customers.registered",
        )
        .scalar_subquery()
    )
    statement = select(
        Customer.scope,
        Customer.name,
        Customer.party,
        Customer.region,
        Customer.industry,
        registered.label("registered"),
        case((_reachable(), 1), else_=0).label("reachable"),
        Customer.checked,
    ).order_by(Customer.scope, Customer.id)
    return bounds.hold(statement, Customer.scope, registered, party=Customer.party)


def _customer(row: Any) -> Facts:
    return (
        None if row.registered is None else _month(row.registered),
        row.scope,
        row.name,
        row.party,
        row.region,
        row.industry,
        row.registered,
        row.reachable,
        int(row.checked > 0),
    )


def _quality(bounds: Bounds) -> Statement:
    """Read one row per finding: a customer with three faults stands there three times."""
    organisation = Customer.party == "organisation"
    twin = aliased(Customer)
    double = exists().where(
        twin.scope == Customer.scope,
        twin.id_no == Customer.id_no,
        twin.id_type == Customer.id_type,
        twin.id != Customer.id,
        Customer.id_no != "",
    )
    findings: tuple[tuple[str, ColumnElement[bool]], ...] = (
        ("double", double),
        ("no_address", Customer.address == ""),
        ("no_contact", and_(organisation, ~_contacts())),
        ("unchecked", Customer.checked == 0),
        ("unreachable", ~_reachable()),
    )
    parts = [
        select(
            Customer.scope,
            Customer.id,
            Customer.name,
            Customer.party,
            literal(name).label("finding"),
        ).where(holds, Customer.scope.in_(bounds.offices))
        for name, holds in findings
    ]
    found = union_all(*parts).subquery()
    statement = select(found.c.scope, found.c.name, found.c.party, found.c.finding).order_by(
        found.c.scope, found.c.id, found.c.finding
    )
    return bounds.narrow(statement, finding=found.c.finding)


def _finding(row: Any) -> Facts:
    return (row.scope, row.name, row.party, row.finding)


def _syncs(bounds: Bounds) -> Statement:
    statement = select(SyncLog.at, SyncLog.outcome, SyncLog.pushed, SyncLog.pulled).order_by(
        SyncLog.n
    )
    return bounds.hold(statement, None, SyncLog.at, outcome=SyncLog.outcome)


def _sync(row: Any) -> Facts:
    day = row.at.astimezone(SHANGHAI).date()
    return (day, row.outcome, row.at, row.pushed, row.pulled, int(row.outcome == WENT_THROUGH))


def _contacts(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Contact.scope == Customer.scope, Contact.customer_id == Customer.id, *more
    )


def _reachable() -> ColumnElement[bool]:
    own = or_(Customer.mobile != "", Customer.email != "")
    return or_(own, _contacts(or_(Contact.mobile != "", Contact.email != "")))


def _timeless(facts: Callable[[Any], Facts]) -> Callable[[WorkCalendar], Callable[[Any], Facts]]:
    """Make a source of rows that no work calendar changes."""
    return lambda _calendar: facts


def _month(moment: datetime) -> str:
    return written_month(moment)


WENT_THROUGH = "done"
"""How a round ends after which both sides are alike."""
SOURCES: Mapping[str, Source] = {
    "quotes": Source(_quotes, _timeless(_quote)),
    "approvals": Source(_approvals, _approval),
    "contracts": Source(_contracts, _timeless(_contract)),
    "seals": Source(_seals, _timeless(_seal)),
    "customers": Source(_customers, _timeless(_customer)),
    "quality": Source(_quality, _timeless(_finding)),
    "sync": Source(_syncs, _timeless(_sync)),
}
"""The source of every report by its key."""
PRODUCTS: Mapping[str, tuple[Any, Any]] = {
    "quotes": (Quote.scope, Quote.tariff_id),
    "contracts": (Contract.scope, _product()),
}
"""Scope and product of the rows of the reports that can be narrowed to a product."""
