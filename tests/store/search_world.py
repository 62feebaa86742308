"""Records that are searched, and what their index must hold, counted anew from the records."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.contracts.records import Contract
from app.customers.records import Contact
from app.kit.pinyin import shipped_pinyin
from app.store.engine import connect
from app.store.search.keeping import SHELF_BITS
from app.store.search.words import entries, plans
from app.store.store import DATABASE, Store
from app.store.work import Actor

SCOPE = "ho.79.790115"
OTHER = "ho.79"
PLACE = {"page": 1, "x": 0, "y": 0, "width": 1, "height": 1}
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CLERK = Actor("C0001", "Clerk", frozenset({"clerk"}), SCOPE, "desk-1")

Index = tuple[Counter[tuple[str, str, str]], Counter[tuple[str, str, str, str]]]
"""Records entered, and what stands about each: kind, scope, id (, a sign, a pair, a word)."""


def contact_body(name: str, customer: UUID) -> dict[str, Any]:
    """Give a contact in wire form."""
    return {
        "customer_id": customer.hex, "role": "operator", "name": name, "search_name": name,
        "id_type": "111", "id_no": "1", "mobile": "2", "mobile_tail": "2", "email": "",
    }  # fmt: skip


def contact(scope: str, id: UUID, name: str) -> Contact:
    """Make a contact."""
    return Contact(scope=scope, id=id, **contact_body(name, id) | {"customer_id": id})


def contract(scope: str, id: UUID, number: str, name: str) -> Contract:
    """Make a contract."""
    return Contract(
        scope=scope, id=id, number=number, series="s", serial=1, version=1, quote_id=id,
        customer_id=id, customer_name=name, premium_fen=1, cover_from=date(2026, 1, 1),
        cover_to=date(2026, 12, 31), state="drafted", inputs_sha256="", content_sha256="",
        pdf_sha256="", docx_sha256="", pages=1, sign_place=PLACE, seal_place=PLACE, chain=[],
        drawn_by="C0001", drawn_at=NOON,
    )  # fmt: skip


def index_there(store: Store) -> Index:
    """Read the index as it stands, by a connection of its own."""
    raw = connect(store.folder / DATABASE, store.key)
    try:
        shelves = {
            shelf: (kind, scope)
            for shelf, kind, scope in raw.execute("SELECT shelf, kind, scope FROM search_shelf")
        }
        names = {
            (shelf << SHELF_BITS) + n: (kind, scope, id)
            for shelf, (kind, scope) in shelves.items()
            for n, id in raw.execute(f"SELECT rowid, id FROM {kind} WHERE scope=?", (scope,))
        }
        entered = [row[0] for row in raw.execute("SELECT id FROM search_text_docsize")]
        raw.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search_text, instance)")
        held: Counter[tuple[str, str, str, str]] = Counter()
        for term, doc in raw.execute("SELECT term, doc FROM temp.terms"):
            held[(*names[doc], term)] += 1
        for shelf, word, n in raw.execute("SELECT shelf, word, n FROM search_word"):
            held[(*names[(shelf << SHELF_BITS) + n], f"word {word}")] += 1
        assert raw.execute("SELECT count(*) FROM search_due").fetchone() == (0,)
        return Counter(names[doc] for doc in entered), held
    finally:
        raw.close()


def index_due(store: Store) -> Index:
    """Count what the index must hold from the records alone."""
    raw = connect(store.folder / DATABASE, store.key)
    pinyin = shipped_pinyin()
    names: Counter[tuple[str, str, str]] = Counter()
    held: Counter[tuple[str, str, str, str]] = Counter()
    try:
        for kind, plan in plans().items():
            columns = ", ".join(plan.columns)
            for scope, id, *values in raw.execute(f"SELECT scope, id, {columns} FROM {kind}"):
                names[kind, scope, id] += 1
                entered = entries(plan, values, pinyin)
                held.update((kind, scope, id, sign) for sign in entered.signs)
                held.update((kind, scope, id, f"word {word}") for word in entered.words if word)
        return names, held
    finally:
        raw.close()


def assert_whole(store: Store) -> None:
    """See that the index holds what the records ask for, no more and no less."""
    there, due = index_there(store), index_due(store)
    assert there[0] == due[0]
    assert there[1] == due[1]
