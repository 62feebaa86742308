"""Keeping the index with the records, in the same transaction, whoever writes them.

Two locks. Triggers on every searched table note each record that is written (unit of work, feed,
snapshot, rebase, deletion, hand-written SQL: SQLite fires them all), with its searched columns as
they were. The writing engine empties the note just before it commits, so that a commit either holds
a record and its entries, or neither. What a program without the second lock wrote is noted in the
file, and the next commit here makes it good.

Records that were there before their index are built over in small transactions between other work;
how far it is stands in `search_build`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from app.kit.pinyin import shipped_pinyin
from app.store.search.words import Entries, Plan, entries, plans

AT_ONCE = 1_000
"""Records indexed with one set of statements; some tens of milliseconds."""
SHELF_BITS = 32


@dataclass(frozen=True, slots=True)
class Building:
    """How far an index is: records done of all that were there."""

    done: int
    total: int


def keep_index(engine: Engine) -> None:
    """Let every commit of a writing engine bring the index along."""

    def ready(raw: Any, _record: object) -> None:
        raw.execute("PRAGMA recursive_triggers=ON")  # so that REPLACE fires what DELETE fires

    def bring_along(connection: Any) -> None:
        index_due(connection.connection.driver_connection)

    event.listen(engine, "connect", ready)
    event.listen(engine, "commit", bring_along)


def prepare_index(engine: Engine) -> None:
    """See that triggers and plans fit the record classes; a kind that does not is built anew."""
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        wanted = plans()
        built = dict(raw.execute("SELECT kind, print FROM search_build"))
        there = dict(
            raw.execute(
                "SELECT name, sql FROM sqlite_master WHERE type='trigger'"
                " AND name LIKE 'search\\_%' ESCAPE '\\'"
            )
        )
        for kind in sorted(set(built) - set(wanted)):
            _retire(raw, kind)
        for kind, plan in wanted.items():
            triggers = _triggers(plan)
            if built.get(kind) != plan.print or any(
                there.get(name) != sql for name, sql in triggers.items()
            ):
                _retire(raw, kind)
                _begin(raw, plan, triggers)


def index_due(raw: Any) -> None:
    """Bring the entries of every record that is noted as written up to what it says now."""
    known: dict[str, Plan] = {}
    while due := raw.execute(
        "SELECT kind, scope, id, old FROM search_due LIMIT ?", (AT_ONCE,)
    ).fetchall():
        known = known or plans()
        groups: dict[tuple[str, str], dict[str, str | None]] = {}
        for kind, scope, id, old in due:
            groups.setdefault((kind, scope), {})[id] = old
        for (kind, scope), old_of in groups.items():
            if kind in known:
                _index_written(raw, known[kind], scope, old_of)
        raw.executemany(
            "DELETE FROM search_due WHERE kind=? AND scope=? AND id=?", [one[:3] for one in due]
        )


def build_some(engine: Engine) -> Building | None:
    """Build, or take away, one part of what is due, in one transaction; None when all is done."""
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        retired = raw.execute("SELECT shelf FROM search_shelf WHERE retired LIMIT 1").fetchone()
        if retired is not None:
            _sweep(raw, retired[0])
        else:
            row = raw.execute(
                "SELECT kind, scope, id FROM search_build WHERE NOT complete LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            _build_part(raw, plans()[row[0]], row[1], row[2])
        return building(raw) or Building(0, 0)


def building(raw: Any) -> Building | None:
    """Say how far the kinds are that are being built; None where none is."""
    row = raw.execute(
        "SELECT sum(done), sum(total) FROM search_build WHERE NOT complete"
    ).fetchone()
    return None if row[1] is None else Building(row[0], max(row[0], row[1]))


def _begin(raw: Any, plan: Plan, triggers: Mapping[str, str]) -> None:
    for name, sql in triggers.items():
        raw.execute(f"DROP TRIGGER IF EXISTS {name}")
        raw.execute(sql)
    (total,) = raw.execute(f'SELECT count(*) FROM "{plan.kind}"').fetchone()
    raw.execute(
        "INSERT INTO search_build (kind, print, scope, id, done, total, complete)"
        " VALUES (?, ?, '', '', 0, ?, ?)",
        (plan.kind, plan.print, total, total == 0),
    )


def _retire(raw: Any, kind: str) -> None:
    for event_name in ("insert", "update", "delete"):
        raw.execute(f'DROP TRIGGER IF EXISTS "search_{kind}_{event_name}"')
    raw.execute("UPDATE search_shelf SET retired=1 WHERE kind=?", (kind,))
    raw.execute("DELETE FROM search_due WHERE kind=?", (kind,))
    raw.execute("DELETE FROM search_build WHERE kind=?", (kind,))


def _triggers(plan: Plan) -> dict[str, str]:
    """Write the three triggers of a table, by name, as they stand in the file."""
    kind = plan.kind
    old = "json_array(" + ", ".join(f'OLD."{column}"' for column in plan.columns) + ")"
    changed = " OR ".join(
        f'OLD."{column}" IS NOT NEW."{column}"' for column in ("scope", "id", *plan.columns)
    )
    watched = ", ".join(f'"{column}"' for column in ("scope", "id", *plan.columns))
    was, now = _note(kind, "OLD", old), _note(kind, "NEW", "NULL")
    bodies = {
        f"AFTER INSERT ON": f"BEGIN {now} END",  # noqa: F541
        f"AFTER UPDATE OF {watched} ON": f"WHEN {changed} BEGIN {was} {now} END",
        f"AFTER DELETE ON": f"BEGIN {was} END",  # noqa: F541
    }
    return {
        (name := f"search_{kind}_{when.split()[1].lower()}"): (
            f'CREATE TRIGGER "{name}" {when} "{kind}" {body}'
        )
        for when, body in bodies.items()
    }


def _note(kind: str, row: str, old: str) -> str:
    """Note a record once in a transaction: what it was before the first change counts.

    No OR IGNORE: inside a trigger the outer statement's own OR would take its place.
    """
    return (
        f"INSERT INTO search_due (kind, scope, id, old) SELECT '{kind}', {row}.scope, {row}.id,"
        f" {old} WHERE NOT EXISTS (SELECT 1 FROM search_due WHERE kind = '{kind}'"
        f" AND scope = {row}.scope AND id = {row}.id);"
    )


def _index_written(raw: Any, plan: Plan, scope: str, old_of: Mapping[str, str | None]) -> None:
    shelf = _shelf(raw, plan.kind, scope)
    docs = _docs(raw, shelf, old_of)
    now = dict(_rows(raw, plan, scope, old_of))
    was = {
        id: entries(plan, json.loads(old), shipped_pinyin())
        for id, old in old_of.items()
        if old is not None and id in docs
    }
    _take_out(raw, shelf, [(docs[id], was.get(id)) for id in docs])
    _put_in(raw, shelf, plan, now, docs)
    gone = [(doc,) for id, doc in docs.items() if id not in now]
    raw.executemany("DELETE FROM search_doc WHERE doc=?", gone)


def _build_part(raw: Any, plan: Plan, scope: str, id: str) -> None:
    columns = ", ".join(f'"{column}"' for column in plan.columns)
    found = raw.execute(
        f'SELECT scope, id, {columns} FROM "{plan.kind}" WHERE (scope, id) > (?, ?)'
        " ORDER BY scope, id LIMIT ?",
        (scope, id, AT_ONCE),
    ).fetchall()
    groups: dict[str, dict[str, tuple[Any, ...]]] = {}
    for row in found:
        groups.setdefault(row[0], {})[row[1]] = tuple(row[2:])
    for of, rows in groups.items():
        shelf = _shelf(raw, plan.kind, of)
        written = _docs(raw, shelf, rows)
        _put_in(raw, shelf, plan, {k: v for k, v in rows.items() if k not in written}, {})
    last = found[-1][:2] if found else (scope, id)
    raw.execute(
        "UPDATE search_build SET scope=?, id=?, done=done+?, complete=? WHERE kind=?",
        (*last, len(found), len(found) < AT_ONCE, plan.kind),
    )


def _put_in(
    raw: Any,
    shelf: int,
    plan: Plan,
    rows: Mapping[str, Sequence[str | None]],
    docs: Mapping[str, int],
) -> None:
    """Enter records; those without a document number get the next ones."""
    new = [id for id in rows if id not in docs]
    numbers = dict(docs) | dict(zip(new, _numbers(raw, shelf, len(new)), strict=True))
    raw.executemany(
        "INSERT INTO search_doc (doc, id) VALUES (?, ?)",
        [(numbers[id], bytes.fromhex(id)) for id in new],
    )
    pinyin = shipped_pinyin()
    signs: list[tuple[int, str]] = []
    words: list[tuple[int, str, int]] = []
    for id, values in rows.items():
        doc, entered = numbers[id], entries(plan, values, pinyin)
        signs.append((doc, " ".join(sorted(entered.signs))))
        words.extend((shelf, word, _serial(doc)) for word in entered.words if word)
    raw.executemany("INSERT INTO search_text (rowid, signs) VALUES (?, ?)", signs)
    raw.executemany("INSERT INTO search_word (shelf, word, n) VALUES (?, ?, ?)", sorted(words))


def _take_out(raw: Any, shelf: int, docs: Iterable[tuple[int, Entries | None]]) -> None:
    """Remove the entries of documents; the numbers stay."""
    docs = list(docs)
    raw.executemany("DELETE FROM search_text WHERE rowid=?", [(doc,) for doc, _ in docs])
    raw.executemany(
        "DELETE FROM search_word WHERE shelf=? AND word=? AND n=?",
        [(shelf, word, _serial(doc)) for doc, was in docs if was for word in was.words],
    )


def _shelf(raw: Any, kind: str, scope: str) -> int:
    row = raw.execute(
        "SELECT shelf FROM search_shelf WHERE kind=? AND scope=? AND NOT retired", (kind, scope)
    ).fetchone()
    if row is not None:
        return int(row[0])
    made = raw.execute(
        "INSERT INTO search_shelf (kind, scope, next, retired) VALUES (?, ?, 1, 0)", (kind, scope)
    )
    return int(made.lastrowid)


def _numbers(raw: Any, shelf: int, count: int) -> Iterable[int]:
    """Take the next document numbers of a shelf."""
    if not count:
        return ()
    (first,) = raw.execute("SELECT next FROM search_shelf WHERE shelf=?", (shelf,)).fetchone()
    raw.execute("UPDATE search_shelf SET next=next+? WHERE shelf=?", (count, shelf))
    return ((shelf << SHELF_BITS) + n for n in range(first, first + count))


def _serial(doc: int) -> int:
    return doc & ((1 << SHELF_BITS) - 1)


def _docs(raw: Any, shelf: int, ids: Iterable[str]) -> dict[str, int]:
    """Give the document numbers of records that have one."""
    low, high = shelf << SHELF_BITS, (shelf + 1) << SHELF_BITS
    found: dict[str, int] = {}
    for id in ids:
        row = raw.execute(
            "SELECT doc FROM search_doc WHERE id=? AND doc>=? AND doc<?",
            (bytes.fromhex(id), low, high),
        ).fetchone()
        if row is not None:
            found[id] = row[0]
    return found


def _rows(
    raw: Any, plan: Plan, scope: str, ids: Iterable[str]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    columns = ", ".join(f'"{column}"' for column in plan.columns)
    found = raw.execute(
        f'SELECT id, {columns} FROM "{plan.kind}"'
        " WHERE scope=? AND id IN (SELECT value FROM json_each(?))",
        (scope, json.dumps(list(ids))),
    )
    for row in found:
        yield row[0], tuple(row[1:])


def _sweep(raw: Any, shelf: int) -> None:
    """Take a part of a retired shelf away, and the shelf itself when it is empty."""
    low, high = shelf << SHELF_BITS, (shelf + 1) << SHELF_BITS
    docs = raw.execute(
        "SELECT doc FROM search_doc WHERE doc>=? AND doc<? LIMIT ?", (low, high, AT_ONCE)
    ).fetchall()
    words = raw.execute(
        "SELECT shelf, word, n FROM search_word WHERE shelf=? LIMIT ?", (shelf, 4 * AT_ONCE)
    ).fetchall()
    raw.executemany("DELETE FROM search_text WHERE rowid=?", docs)
    raw.executemany("DELETE FROM search_doc WHERE doc=?", docs)
    raw.executemany("DELETE FROM search_word WHERE shelf=? AND word=? AND n=?", words)
    if not docs and not words:
        raw.execute("DELETE FROM search_shelf WHERE shelf=?", (shelf,))
