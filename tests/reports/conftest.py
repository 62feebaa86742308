"""An office's encrypted database with a small day of business in it, counted by hand.

=========  ======== ======== ========= ==========  ==========================
quote      priced   state    premium   people      (China time)
=========  ======== ======== ========= ==========  ==========================
1          01-31    approved 100.00    10          23:59 on the last of January
2          02-01    approved 200.01    20          00:00 on the first of February
3          02-10    declined  50.00     5
4          02-28    priced   400.00    40
5 (below)  02-15    approved  10.00     1          of an office below
6 (beside) 02-15    approved 999.00    99          of another branch
=========  ======== ======== ========= ==========  ==========================
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

import app.schema  # noqa: F401 - the metadata must be whole
from app.access.policy import policy_of
from app.access.records import Office
from app.approvals.records import ApprovalCase, ApprovalStep
from app.contracts.records import Contract
from app.customers.records import Contact, Customer, CustomerEvent
from app.kit.calendar import SHANGHAI
from app.kit.clock import FixedClock
from app.packs.resources import resource_bytes
from app.packs.shipped import shipped_packs
from app.pricing.records import Quote
from app.reports.queries.reading import Reader
from app.seals.records import SealJob, SealStamp
from app.store.base import Base, Local
from app.store.desk_tables import SyncLog
from app.store.engine import reading_engine, writing_engine
from app.store.work import Actor

P = ParamSpec("P")
R = TypeVar("R")
HERE, BELOW, BESIDE = "ho.79.790115", "ho.79.790115.01", "ho.79.790116"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def china(text: str) -> datetime:
    """Read a moment of China."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def number(n: int) -> UUID:
    """Give the n-th id."""
    return UUID(int=n)


class Branch:
    """The database, and the people who read from it."""

    def __init__(self, folder: Path) -> None:
        key = secrets.token_bytes(32)
        self.write_engine = writing_engine(folder / "desk.db", key)
        Base.metadata.create_all(self.write_engine)
        Local.metadata.create_all(self.write_engine)
        self._read = reading_engine(folder / "desk.db", key)
        self.policy = policy_of(resource_bytes("rules/access.json"))
        self.calendar = shipped_packs(FixedClock(NOW)).work_calendar()

    def add(self, *rows: object) -> None:
        """Put rows in."""
        with Session(self.write_engine) as session, session.begin():
            session.add_all(rows)

    def write(self, act: Callable[Concatenate[Session, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Do something in a writing transaction."""
        with Session(self.write_engine) as session, session.begin():
            return act(session, *args, **kw)

    def read(self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Ask in one snapshot, as the store does."""
        with Session(self._read) as session:
            return query(session, *args, **kw)

    def reader(self, role: str = "branch_manager", office: str = HERE) -> Reader:
        """Give a person with a role as a reader."""
        actor = Actor("E1", "Somebody", frozenset({role}), office, "desk-1")
        return Reader(actor, self.policy, office, self.calendar)

    def close(self) -> None:
        """Let go."""
        self._read.dispose()
        self.write_engine.dispose()


def quote(n: int, at: str, state: str, fen: int, people: int, scope: str = HERE) -> Quote:
    """Make a quote."""
    return Quote(
        scope=scope,
        id=number(n),
        customer_id=number(100 + n),
        customer_name=f"客户{n}",
        state=state,
        request={},
        people=people,
        cover_from=date(2026, 3, 1),
        cover_to=date(2027, 2, 28),
        input_hash="0" * 64,
        tariff_id="T2026.1",
        tariff_version="1",
        tariff_sha256="0" * 64,
        premium_fen=fen,
        minimum_applied=False,
        lines=[],
        level=1,
        level_name="L1",
        reasons=[],
        priced_by="E1001",
        priced_at=china(at),
    )


def customer(n: int, **fields: Any) -> Customer:
    """Make a customer; a person without anything but a name where nothing else is said."""
    plain: dict[str, Any] = {
        "party": "person", "name": f"客户{n}", "search_name": f"客户{n}", "name_key": "",
        "id_type": "111", "id_no": f"id{n}", "id_tail": "", "sex": "", "birth": None, "checked": 1,
        "mobile": "", "mobile_tail": "", "email": "", "region": "510100", "address": "x",
        "industry": "", "headcount": None, "legal_representative": "", "job": "",
    }  # fmt: skip
    return Customer(scope=fields.pop("scope", HERE), id=number(n), **(plain | fields))


def contact(n: int, of: int, mobile: str = "") -> Contact:
    """Make a contact of a customer."""
    return Contact(
        scope=HERE, id=number(n), customer_id=number(of), role="operator", name="x",
        search_name="x", id_type="", id_no="", mobile=mobile, mobile_tail="", email="",
    )  # fmt: skip


def registered(n: int, of: int, at: str) -> CustomerEvent:
    """Make the first line of a customer's timeline."""
    return CustomerEvent(
        scope=HERE, id=number(n), customer_id=number(of), kind="customers.registered",
        msgid="Registered.", values={}, at=china(at), person="E1", subject_kind="", subject_id=None,
    )  # fmt: skip


def case(n: int, opened: str, due: str) -> ApprovalCase:
    """Make an approval case."""
    return ApprovalCase(
        scope=HERE, id=number(n), subject_kind="quote", subject_id=number(1), subject_hash="0" * 64,
        summary=f"报价{n}", requester="E1001", needed=2, level=2, state="approved",
        opened_at=china(opened), due_at=china(due), expires_at=china(due),
    )  # fmt: skip


def step(n: int, of: int, level: int, person: str, choice: str, at: str) -> ApprovalStep:
    """Make a decision."""
    return ApprovalStep(
        scope=HERE, id=number(n), case_id=number(of), level=level, person=person, choice=choice,
        opinion="", at=china(at), signature="",
    )  # fmt: skip


def contract(n: int, at: str, state: str, fen: int) -> Contract:
    """Make a contract."""
    return Contract(
        scope=HERE, id=number(n), number=f"GPA1-{n}", series="C-GPA1-790115-2026", serial=n,
        version=1, quote_id=number(1), customer_id=number(2), customer_name="=cmd()",
        premium_fen=fen,
        cover_from=date(2026, 3, 1), cover_to=date(2027, 2, 28), state=state,
        inputs_sha256="0", content_sha256="0", pdf_sha256="0", docx_sha256="0", pages=5,
        sign_place={}, seal_place={}, chain=[], drawn_by="E1001", drawn_at=china(at),
    )  # fmt: skip


def job(n: int, register_no: int) -> SealJob:
    """Make a seal job."""
    return SealJob(
        scope=HERE, id=number(n), subject_kind="contract", subject_id=number(1),
        subject_number="GPA1-1", document_sha256="0", device_id="m1", seal_id="合同章",
        impressions=2, pages=[1], purpose="x", operator="E2", witness="E3", state="sealed",
        register_no=register_no, requested_by="E2", requested_at=NOW,
    )  # fmt: skip


def stamp(n: int, of: int, state: str, at: str, photo: str = "") -> SealStamp:
    """Make an impression."""
    return SealStamp(
        scope=HERE, id=number(n), job_id=number(of), device_id="m1", index=1, page=1, state=state,
        counter_before=n, counter_after=n + 1, log_sequence=n, log_head="0", photo_sha256=photo,
        begun_at=china(at),
    )  # fmt: skip


def sync_round(n: int, at: str, outcome: str, pushed: int, pulled: int) -> SyncLog:
    """Make a line about a round with head office."""
    return SyncLog(n=n, at=china(at), outcome=outcome, pushed=pushed, pulled=pulled)


def office(n: int, path: str) -> Office:
    """Make an office."""
    return Office(scope="ho", id=number(900 + n), path=path, code=path[-6:], name=f"机构{n}")


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    """Open the day's database."""
    made = Branch(tmp_path)
    made.add(*(office(n, path) for n, path in enumerate((HERE, BELOW, BESIDE))))
    made.add(
        quote(1, "2026-01-31T23:59:59", "approved", 100_00, 10),
        quote(2, "2026-02-01T00:00:00", "approved", 200_01, 20),
        quote(3, "2026-02-10T12:00:00", "declined", 50_00, 5),
        quote(4, "2026-02-28T12:00:00", "priced", 400_00, 40),
        quote(5, "2026-02-15T12:00:00", "approved", 10_00, 1, BELOW),
        quote(6, "2026-02-15T12:00:00", "approved", 999_00, 99, BESIDE),
    )
    yield made
    made.close()
