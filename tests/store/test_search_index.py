"""The index of search stands with the records, whoever writes them, and is built over old ones."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import app.schema  # noqa: F401 - the metadata must be whole
from app.contracts.records import Contract
from app.customers.records import Contact
from app.kit.clock import FixedClock
from app.kit.ids import new_id
from app.store.base import Searched
from app.store.desk_tables import ScopeState
from app.store.engine import connect, writing_engine
from app.store.follow import Follower, HubPage
from app.store.keyslots import new_slots
from app.store.migrate import bring_up
from app.store.outbox import Answered, waiting
from app.store.search import keeping
from app.store.search.asking import find, index_building
from app.store.search.keeping import build_some
from app.store.snapshot import Trailer, write_snapshot
from app.store.store import DATABASE, Store
from app.store.work import Command
from sync.wire.columns import FeedRow
from sync.wire.digest import digest_text, hash64
from tests.store.conftest import NOW
from tests.store.search_world import (
    CLERK,
    OTHER,
    SCOPE,
    assert_whole,
    contact,
    contact_body,
    contract,
    index_there,
)

NAMES = (
    "王小明", "曾国藩", "单于晴", "重庆银行股份有限公司", "云岭市宏远物流有限公司", "ＡＢＣ 公司",
    "O'Neil 王", "", "  ", "𠮷野家", "吉\u0301", "😀", "乐乐乐乐乐", "365 便利",
)  # fmt: skip
IDS = tuple(UUID(int=n) for n in range(1, 8))
NUMBERS = ("CGPAI7901152026000000190", "CGPAI7901152026000000273", "c-1", "")


class Written(RuleBasedStateMachine):
    """Every way a record is written here, in any order; the index fits after each."""

    template: Path
    place: Path
    key: bytes

    @initialize()
    def open(self) -> None:
        folder = self.place / new_id(FixedClock(NOW)).hex
        shutil.copytree(self.template, folder)
        self.store = Store.open(folder, self.key, FixedClock(NOW))
        self.folder, self.seq, self.ver = folder, 0, 0
        self.follower = Follower(self.store)
        self.follower.begin([SCOPE, OTHER])

    @rule(id=st.sampled_from(IDS), name=st.sampled_from(NAMES), whole=st.booleans())
    def edit(self, id: UUID, name: str, whole: bool) -> None:
        """A clerk takes a contact up or renames it; or the act is broken off."""
        with self.store.work(CLERK) as work:
            row = work.session.get(Contact, (SCOPE, id))
            if row is None:
                work.session.add(contact(SCOPE, id, name))
            else:
                row.name = name
                work.session.flush()
                row.name = f"{name}{name}"
            if whole:
                work.commit()

    @rule(id=st.sampled_from(IDS))
    def remove(self, id: UUID) -> None:
        with self.store.work(CLERK) as work:
            row = work.session.get(Contact, (SCOPE, id))
            if row is not None:
                work.session.delete(row)
            work.commit()

    @rule(id=st.sampled_from(IDS), number=st.sampled_from(NUMBERS), name=st.sampled_from(NAMES))
    def draw_up(self, id: UUID, number: str, name: str) -> None:
        """A verb writes a contract, provisional until head office ran it too."""
        order: dict[str, Any] = {}
        with self.store.work(CLERK, command=Command("test.draw", order, "contract", id)) as work:
            taken = select(Contract).where(Contract.number == number)
            free = work.session.scalars(taken).first() is None
            if work.session.get(Contract, (SCOPE, id)) is None and free:
                work.session.add(contract(SCOPE, id, number, name))
            work.commit()

    @rule(status=st.sampled_from(["ok", "merged", "rejected", "conflict"]), few=st.integers(1, 3))
    def answer(self, status: Any, few: int) -> None:
        rows = self.store.read(waiting, few)[:few]
        answers = [Answered(row.mseq, status) for row in rows]
        self.follower.take_in(answers, [], [], at=NOW)

    @rule(
        scope=st.sampled_from([SCOPE, OTHER]),
        named=st.dictionaries(st.sampled_from(IDS), st.sampled_from(NAMES), max_size=4),
        gone=st.sets(st.sampled_from(IDS), max_size=2),
    )
    def page(self, scope: str, named: dict[UUID, str], gone: set[UUID]) -> None:
        """Head office's feed brings rows, over what waits here or not, and deletions."""
        rows = [self._row(id, name) for id, name in named.items()]
        left = [("customer_contact", id) for id in gone - named.keys()]
        start = self.store.read(_place, scope)
        page = HubPage(scope, "e", start, start + 1, start + 1, rows, left)
        self.follower.take_in([], [page], [], at=NOW)

    @rule(named=st.dictionaries(st.sampled_from(IDS), st.sampled_from(NAMES), max_size=4))
    def snapshot(self, named: dict[UUID, str]) -> None:
        rows = [self._row(id, name) for id, name in named.items()]
        head = self.store.read(_place, SCOPE) + 1
        digest = sum(hash64(row.kind, row.id, row.ver) for row in rows) % (1 << 64)
        trailer = Trailer(SCOPE, "e", head, 1, len(rows), digest_text(digest))
        path, key = self.place / f"{new_id(FixedClock(NOW)).hex}.snap", bytes(range(32))
        write_snapshot(path, key, trailer, rows)
        assert self.follower.take_snapshot(path, key, trailer, lambda _gone, _live: True).taken

    @precondition(lambda self: not self.store.read(waiting, 1))
    @rule()
    def drop_scope(self) -> None:
        assert self.follower.drop(OTHER)
        self.follower.begin([OTHER])

    @rule(id=st.sampled_from(IDS), name=st.sampled_from(NAMES), how=st.sampled_from(range(4)))
    def by_hand(self, id: UUID, name: str, how: int) -> None:
        """SQL nobody here writes today: what stands in the file does not depend on who wrote it."""
        row = contact_body(name, id) | {
            "scope": OTHER,
            "id": id.hex,
            "_seq": 0,
            "_ver": 0,
            "_pend": 0,
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        table = Contact.__table__
        with self.store.desk_work() as session:
            match how:
                case 0:
                    session.connection().exec_driver_sql(
                        f"INSERT OR REPLACE INTO customer_contact ({names}) VALUES ({marks})",
                        tuple(row.values()),
                    )
                case 1:
                    session.execute(update(table).where(table.c.id == id).values(name=name))
                case 2:
                    session.execute(delete(table).where(table.c.name == name))
                case _:
                    free = select(table.c.id).where(table.c.scope == OTHER)
                    session.execute(
                        update(table)
                        .where(table.c.scope == SCOPE, table.c["_pend"] == 0)
                        .where(table.c.id == id, table.c.id.not_in(free))
                        .values(scope=OTHER)
                    )

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder, self.key, FixedClock(NOW))
        self.follower = Follower(self.store)

    @invariant()
    def fits(self) -> None:
        if hasattr(self, "store"):
            assert_whole(self.store)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def _row(self, id: UUID, name: str) -> FeedRow:
        self.seq, self.ver = self.seq + 1, self.ver + 1
        return FeedRow("customer_contact", id, self.seq, self.ver, contact_body(name, id))


def _place(session: Session, scope: str) -> int:
    return session.get_one(ScopeState, scope).seq


def test_the_index_fits_the_records_whoever_writes_them(tmp_path: Path, clock: FixedClock) -> None:
    slots, key = new_slots()
    Store.create(tmp_path / "template", slots, key, clock).close()
    template, place = tmp_path / "template", tmp_path / "runs"
    place.mkdir()

    class Here(Written):
        pass

    Here.template, Here.place, Here.key = template, place, key
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Here,
        settings=settings(
            max_examples=20,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_without_the_second_lock_a_row_is_noted_and_the_next_commit_makes_it_good(
    store: Store, clock: FixedClock
) -> None:
    bare = writing_engine(store.folder / DATABASE, store.key)
    with Session(bare) as session, session.begin():
        session.add(contact(SCOPE, IDS[0], "曾国藩"))
    bare.dispose()
    assert store.read(find, Contact, SCOPE, "曾国藩") == ()
    store.note("anything", 1)
    assert store.read(find, Contact, SCOPE, "曾国藩") == (IDS[0],)
    assert_whole(store)


def test_an_index_that_cannot_be_written_takes_the_record_back_too(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("no index today")

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_put_in", broken)
        with pytest.raises(RuntimeError), store.work(CLERK) as work:
            work.session.add(contact(SCOPE, IDS[0], "王小明"))
            work.commit()
    assert store.read(lambda s: s.get(Contact, (SCOPE, IDS[0]))) is None
    assert store.read(waiting, 10) == []
    with store.work(CLERK) as work:
        work.session.add(contact(SCOPE, IDS[0], "王小明"))
        work.commit()
    assert_whole(store)


@pytest.fixture
def many(tmp_path: Path, clock: FixedClock) -> Iterator[tuple[Path, bytes]]:
    """A store of a version without search: 2,500 contacts, no table of ours."""
    slots, key = new_slots()
    folder = tmp_path / "old"
    store = Store.create(folder, slots, key, clock)
    with store.desk_work() as session:
        session.add_all(contact(SCOPE, new_id(clock), f"王{n:04d}") for n in range(2_500))
    store.close()
    raw = connect(folder / DATABASE, key)
    for (name,) in raw.execute(
        "SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'search!_%' ESCAPE '!'"
    ).fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    for table in ("build", "due", "shelf", "word", "text"):
        raw.execute(f"DROP TABLE search_{table}")
    raw.execute("DROP TABLE report_run")  # came after search
    raw.execute("UPDATE version_local SET version_num='local_0002'")
    raw.execute("PRAGMA user_version=2")
    raw.close()
    yield folder, key


def test_an_older_store_is_built_over_in_parts_between_other_work(
    many: tuple[Path, bytes], clock: FixedClock
) -> None:
    folder, key = many
    store = Store.open(folder, key, clock)
    seen = []
    while (far := store.read(index_building)) is not None:
        seen.append(far)
        with store.work(CLERK) as work:
            work.session.add(contact(OTHER, new_id(clock), "曾国藩"))
            work.commit()
        assert len(store.read(find, Contact, OTHER, "zgf")) == len(seen)
        store.writer.ask(lambda: None)
    assert {far.total for far in seen} <= {2_500, 2_501, 2_502, 2_503, 2_504, 2_505}
    assert len(store.read(find, Contact, SCOPE, "王", limit=5_000)) == 2_500
    assert_whole(store)
    store.close()


def test_building_goes_on_where_it_was_interrupted(
    many: tuple[Path, bytes], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, key = many
    bring_up(folder / DATABASE, key)
    engine = writing_engine(folder / DATABASE, key)
    keeping.keep_index(engine)
    keeping.prepare_index(engine)
    assert build_some(engine) == keeping.Building(1_000, 2_500)
    parts = []
    part = keeping._build_part

    def counted(*given: Any) -> None:
        parts.append(given)
        part(*given)

    engine.dispose()
    monkeypatch.setattr(keeping, "_build_part", counted)
    store = Store.open(folder, key, clock)
    wait_whole(store)
    assert len(parts) == 2, "the first thousand was not done again"
    assert_whole(store)
    store.close()


def test_a_kind_that_is_searched_otherwise_is_built_anew_and_the_old_index_goes(
    many: tuple[Path, bytes], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, key = many
    store = Store.open(folder, key, clock)
    wait_whole(store)
    assert store.read(find, Contact, SCOPE, "operator") == ()
    store.close()
    more = (*Contact.searched, Searched("role", "name"))
    monkeypatch.setattr(Contact, "searched", more)
    store = Store.open(folder, key, clock)
    wait_whole(store)
    assert len(store.read(find, Contact, SCOPE, "operator")) == 50
    assert_whole(store)
    store.close()


def test_triggers_that_a_migration_lost_come_back_with_the_rows_it_wrote(
    store: Store, clock: FixedClock
) -> None:
    folder, key = store.folder, store.key
    store.close()
    raw = connect(folder / DATABASE, key)
    raw.execute("CREATE TABLE kept AS SELECT * FROM customer_contact")
    raw.execute("DROP TRIGGER search_customer_contact_insert")
    raw.close()
    bare = writing_engine(folder / DATABASE, key)
    with Session(bare) as session, session.begin():
        session.add(contact(SCOPE, IDS[0], "单雄信"))
    bare.dispose()
    again = Store.open(folder, key, clock)
    wait_whole(again)
    assert again.read(find, Contact, SCOPE, "shanxx") == (IDS[0],)
    assert_whole(again)
    again.close()


def test_a_row_that_is_replaced_leaves_nothing_of_what_it_was(
    store: Store, clock: FixedClock
) -> None:
    for name in ("曾国藩", "单雄信"):
        row = contact_body(name, IDS[0]) | {"scope": OTHER, "id": IDS[0].hex}
        row |= {"_seq": 0, "_ver": 0, "_pend": 0}
        with store.desk_work() as session:
            session.connection().exec_driver_sql(
                f"INSERT OR REPLACE INTO customer_contact ({', '.join(row)})"
                f" VALUES ({', '.join('?' * len(row))})",
                tuple(row.values()),
            )
    assert store.read(find, Contact, OTHER, "zengguofan") == ()
    assert_whole(store)


def test_only_a_searched_column_moves_the_index(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK) as work:
        work.session.add(contact(SCOPE, IDS[0], "王小明"))
        work.commit()
    before = index_there(store)
    touched = []
    with store.desk_work() as session:
        table = Contact.__table__
        session.execute(update(table).values({"_pend": 3, "mobile": "13900000000"}))
        touched = session.connection().exec_driver_sql("SELECT * FROM search_due").fetchall()
    assert touched == [] and index_there(store) == before


def wait_whole(store: Store) -> None:
    """Let the writer lane come to the end of what it queues behind itself."""
    while store.read(index_building) is not None or store.read(_retired):
        store.writer.ask(lambda: None)


def _retired(session: Session) -> bool:
    found = session.connection().exec_driver_sql("SELECT 1 FROM search_shelf WHERE retired")
    return found.first() is not None
