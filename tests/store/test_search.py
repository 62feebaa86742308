"""What typing finds: signs, pinyin, numbers, at any length, and which part of a text is marked."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.access.records import Office
from app.contracts.records import Contract
from app.customers.records import Contact
from app.kit.clock import FixedClock
from app.kit.pinyin import shipped_pinyin
from app.store.keyslots import new_slots
from app.store.search.asking import _raw, _shelf, _sources, asked_of, find, find_below, marks
from app.store.search.words import asked_pieces, folded, pieces, plans
from app.store.store import Store
from tests.store.conftest import NOW
from tests.store.search_world import OTHER, SCOPE, contact, contract

PEOPLE = (
    "王小明", "王建国", "张建国", "李国建", "曾国藩", "单雄信", "乐嘉", "欧阳娜娜", "Anna Wang",
    "云岭市宏远物流有限公司", "宏达建筑工程有限公司", "重庆银行股份有限公司", "𠮷野家",
    "ＡＢＣ公司", "365便利",
)  # fmt: skip


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that is only read."""
    slots, key = new_slots()
    folder = tmp_path_factory.mktemp("people") / "desk"
    store = Store.create(folder, slots, key, FixedClock(NOW))
    with store.desk_work() as session:
        session.add_all(contact(SCOPE, UUID(int=n), name) for n, name in enumerate(PEOPLE, 1))
        session.add(contact(OTHER, UUID(int=99), "王小明"))
    yield store
    store.close()


def names(store: Store, typed: str, **more: int) -> list[str]:
    return [PEOPLE[id.int - 1] for id in store.read(find, Contact, SCOPE, typed, **more)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("王", ["王小明", "王建国"]),
        ("建国", ["王建国", "张建国"]),
        ("国建", ["李国建"]),
        ("王建国", ["王建国"]),
        ("建 国", ["王建国", "张建国", "李国建"]),
        ("公司 宏远", ["云岭市宏远物流有限公司"]),
        ("𠮷", ["𠮷野家"]),
        ("abc", ["ＡＢＣ公司"]),
        ("ａｂｃ公", ["ＡＢＣ公司"]),
        ("wxm", ["王小明"]),
        ("WXM", ["王小明"]),
        ("wang", ["王小明", "王建国", "Anna Wang"]),
        ("wangjianguo", ["王建国"]),
        ("wangjg", ["王建国"]),
        ("wjianguo", ["王建国"]),
        ("zengguofan", ["曾国藩"]),
        ("sxx", ["单雄信"]),
        ("danxx", ["单雄信"]),
        ("yuejia", ["乐嘉"]),
        ("lejia", ["乐嘉"]),
        ("oynn", ["欧阳娜娜"]),
        ("cqyh", ["重庆银行股份有限公司"]),
        ("chongqingyinhanggufenyouxiangongsi", ["重庆银行股份有限公司"]),
        ("chongqingyinhanggufenyouxiangongsia", []),
        ("hywl", ["云岭市宏远物流有限公司"]),
        ("hongyuanwuliuyouxian", ["云岭市宏远物流有限公司"]),
        ("nna", ["Anna Wang"]),
        ("anna w", ["Anna Wang"]),
        ("365", ["365便利"]),
        ("没有", []),
        ("王建国王建国", []),
        ("", []),
        ("  ", []),
        ("%", []),
        ("_", []),
        ('"', []),
        ("'; DROP TABLE search_doc --", []),
        ("王*", []),
        ("AND", []),
        ("\x00", []),
        ("\ud800", []),
        ("王" * 3000, []),
    ],
)
def test_what_is_typed_finds(people: Store, typed: str, expected: list[str]) -> None:
    assert sorted(names(people, typed)) == sorted(expected)


def test_a_limit_is_kept_and_an_office_sees_its_own(people: Store) -> None:
    assert names(people, "王", limit=1) == ["王小明"]
    assert people.read(find, Contact, OTHER, "王") == (UUID(int=99),)
    assert people.read(find, Contact, "ho.80", "王") == ()
    assert people.read(find, Office, SCOPE, "王") == ()


def test_an_office_and_those_below_it(people: Store) -> None:
    own = [UUID(int=1), UUID(int=2)]
    assert sorted(people.read(find_below, Contact, "ho.79", "王")) == [*own, UUID(int=99)]
    assert sorted(people.read(find_below, Contact, SCOPE, "王")) == own
    assert people.read(find_below, Contact, "ho.7", "王") == ()
    assert len(people.read(find_below, Contact, "ho.79", "王", limit=2)) == 2


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("CGPAI7901152026", 2),
        ("cgpai 790115", 2),
        ("C", 0),
        ("0000190", 1),
        ("190", 1),
        ("90", 0),
        ("CGPAI7901152026000000190", 1),
        ("CGPAI79011520260000001900", 0),
        ("7901152026", 0),
    ],
)
def test_numbers_are_found_by_their_beginning_and_their_end(
    store: Store, typed: str, found: int
) -> None:
    with store.desk_work() as session:
        session.add(contract(SCOPE, UUID(int=1), "CGPAI7901152026000000190", "甲"))
        session.add(contract(SCOPE, UUID(int=2), "CGPAI7901152026000000273", "乙"))
    assert len(store.read(find, Contract, SCOPE, typed)) == found


@pytest.mark.parametrize(
    "typed", ["王建国", "建", "wjg", "wangjianguo", "wangjg", "0000190", "王 国"]
)
def test_every_question_is_answered_by_an_index(people: Store, typed: str) -> None:
    """Nothing is walked through: no table, and of an index only the part that fits."""

    def plans_of(session: Session) -> list[str]:
        raw, said = _raw(session), []
        for of in (Contact, Contract):
            plan, shelf = plans()[of.__tablename__], _shelf(raw, "customer_contact", SCOPE) or 0
            for source in _sources(plan, shelf, asked_of(typed), newest=True):
                ask = f"EXPLAIN QUERY PLAN {source.sql}"
                given = (SCOPE, *source.given, source.at_most)
                said += [row[3] for row in raw.execute(ask, given)]
        return said

    said = people.read(plans_of)
    assert any("SEARCH" in line for line in said)
    bad = [line for line in said if "SCAN" in line and "VIRTUAL TABLE" not in line]
    assert bad == [] and not any("TEMP B-TREE" in line for line in said)


@pytest.mark.parametrize(("typed", "compared"), [("建国", False), ("王建国", True), ("wjg", False)])
def test_a_question_is_one_statement_and_reads_no_text_it_does_not_compare(
    people: Store, typed: str, compared: bool
) -> None:
    """Which part of the index is the office's, then what is found; nothing once there is enough."""
    run: list[str] = []

    def watched(session: Session) -> int:
        raw = _raw(session)
        raw.set_trace_callback(run.append)
        found = find(session, Contact, SCOPE, typed, limit=1)
        raw.set_trace_callback(None)
        return len(found)

    assert people.read(watched) == 1
    # What the index asks of its own tables, once for each connection, is not asked by us.
    ours = [one for one in run if one.startswith("SELECT") and "'main'.'search_text_" not in one]
    shelf, question = ours
    assert "FROM search_shelf" in shelf
    assert question.startswith('SELECT b."name", b.id' if compared else "SELECT b.id")


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("王小明", "小明", ["小明"]),
        ("王 小 明", "小明", ["小 明"]),
        ("ＡＢＣ 公司", "bc公", ["ＢＣ 公"]),
        ("王小明", "wx", ["王小"]),
        ("王小明", "wangxm", ["王小明"]),
        ("云岭市宏远物流", "hongyuan", ["宏远"]),
        ("张建国", "国 张", ["张", "国"]),
        ("CGPAI7901152026000000190", "0190", ["0190"]),
        ("CGPAI-7901", "cgpai79", ["CGPAI-79"]),
        ("王小明", "李", []),
        ("𠮷野家", "野", ["野"]),
        ("", "x", []),
        ("王", "", []),
    ],
)
def test_the_matched_part_is_marked(text: str, typed: str, marked: list[str]) -> None:
    assert [text[first:last] for first, last in marks(text, typed)] == marked


TEXTS = st.text(alphabet=st.sampled_from("王小明国建银行重ab1 ·（\u0301😀ＡK"), max_size=9)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, typed=TEXTS)
def test_the_index_never_hides_what_the_text_holds(text: str, typed: str) -> None:
    """Every piece that is asked for stands in the index of each text that holds what was typed."""
    asked = folded(typed).signs
    if asked and asked in folded(text).signs:
        assert set(asked_pieces(asked)) <= set(pieces(folded(text).signs))


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, typed=TEXTS)
def test_marks_lie_in_the_text_in_order(text: str, typed: str) -> None:
    places = [place for mark in marks(text, typed) for place in mark]
    assert all(first < last for first, last in marks(text, typed))
    assert not places or (places[0] >= 0 and places[-1] <= len(text))


def test_readings_are_read_once() -> None:
    assert shipped_pinyin() is shipped_pinyin()
