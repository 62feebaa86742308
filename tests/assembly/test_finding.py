"""The search of the top bar over a real store: every kind in its group, each in its own words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

import app.schema  # noqa: F401 - the metadata must be whole
from app.approvals.records import ApprovalCase
from app.assembly.finding import GROUPS, MOST_OF_A_KIND, Answer, _answer
from app.customers.records import Customer
from app.kit.clock import FixedClock
from app.pricing.records import Quote
from app.store.keyslots import new_slots
from app.store.search.keeping import Building
from app.store.store import Store
from tests.stage import Human
from tests.store.search_world import contract

BRANCH, BELOW, OTHER = "ho.79", "ho.79.790115", "ho.80"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIRM = "云岭宏远物流有限公司"


def customer(scope: str, n: int, name: str) -> Customer:
    return Customer(
        scope=scope, id=UUID(int=n), party="organisation", name=name, search_name=name,
        name_key=name, id_type="USCC", id_no=f"91790000MA00TEXT{n:02d}", id_tail=f"XT{n:02d}",
        sex="", birth=None, checked=1, mobile="13900139000", mobile_tail="9000",
        email="", region="790000",
        address="", industry="", headcount=None, legal_representative="", job="",
    )  # fmt: skip


def quote(scope: str, n: int) -> Quote:
    return Quote(
        scope=scope, id=UUID(int=n), customer_id=UUID(int=1), customer_name=FIRM, state="priced",
        request={}, people=1, cover_from=date(2026, 4, 1), cover_to=date(2027, 3, 31),
        input_hash="", tariff_id="", tariff_version="", tariff_sha256="", premium_fen=123456,
        minimum_applied=False, lines=[], level=1, level_name="", reasons=[], priced_by="C0001",
        priced_at=NOW,
    )  # fmt: skip


def case(scope: str, n: int) -> ApprovalCase:
    return ApprovalCase(
        scope=scope, id=UUID(int=n), subject_kind="quote", subject_id=UUID(int=2), subject_hash="",
        summary=f"{FIRM} · 1234.56", requester="C0001", needed=1, level=1, state="waiting",
        opened_at=NOW, due_at=NOW + timedelta(days=1), expires_at=NOW + timedelta(days=2),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    slots, key = new_slots()
    made = Store.create(tmp_path / "desk", slots, key, FixedClock(NOW))
    with made.desk_work() as session:
        session.add_all([customer(BELOW, 1, FIRM), customer(OTHER, 5, FIRM)])
        session.add_all([quote(BELOW, 2), quote(OTHER, 6)])
        session.add(contract(BELOW, UUID(int=3), "CGPAI7901152026000000190", FIRM))
        session.add(contract(OTHER, UUID(int=7), "CGPAI8001152026000000190", FIRM))
        session.add_all([case(BELOW, 4), case(OTHER, 8)])
    yield made
    made.close()


def asked(store: Store, typed: str, office: str = BELOW) -> Answer:
    clerk = Human("C0001", office, ("clerk",))
    return store.read(_answer, office, typed, clerk.leave())


@pytest.mark.parametrize("typed", ["宏远物流", "hywl", "hongyuan", "云岭"])
def test_one_name_finds_every_kind_in_the_order_of_the_groups(store: Store, typed: str) -> None:
    lines = asked(store, typed).lines
    assert [line.page for line in lines] == list(GROUPS)
    assert [line.target for line in lines] == [UUID(int=n) for n in (1, 2, 3, 4)]
    for line in lines:
        assert line.marks and line.title.startswith(FIRM)


def test_a_number_finds_its_contract_and_is_marked(store: Store) -> None:
    (line,) = asked(store, "0000190").lines
    assert (line.page, line.target) == ("contracts", UUID(int=3))
    assert [line.detail[first:last] for first, last in line.detail_marks] == ["0000190"]


def test_a_phone_is_found_by_its_end_and_shown_masked(store: Store) -> None:
    (line,) = asked(store, "9000").lines
    assert (line.page, line.detail) == ("customers", "139****9000")
    assert [line.detail[first:last] for first, last in line.detail_marks] == ["9000"]


def test_nobody_sees_the_records_of_an_office_beside_their_own(store: Store) -> None:
    assert {line.target for line in asked(store, "宏远").lines}.isdisjoint(
        {UUID(int=n) for n in (5, 6, 7, 8)}
    )
    above = {line.target for line in asked(store, "宏远", BRANCH).lines}
    assert above == {UUID(int=n) for n in (2, 3, 4)}


def test_a_kind_gives_no_more_than_its_share(store: Store) -> None:
    with store.desk_work() as session:
        session.add_all(quote(BELOW, n) for n in range(100, 120))
    lines = asked(store, "宏远").lines
    assert sum(line.page == "pricing" for line in lines) == MOST_OF_A_KIND


def test_an_index_that_is_being_built_is_said(store: Store) -> None:
    assert asked(store, "宏远").remark is None
    with store.desk_work() as session:
        session.connection().exec_driver_sql(
            "UPDATE search_build SET complete=0, done=0, total=7 WHERE kind='customer'"
        )
    far = Building(0, 7)
    assert str(asked(store, "宏远").remark).count(str(far.total)) == 1
