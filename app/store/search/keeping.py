"""Keeping the index with the records, in the same transaction, whoever writes them.

Two locks. Triggers on every searched table note each record that is written (unit of work, feed,
snapshot, rebase, deletion, hand-written SQL: SQLite fires them all), with its searched columns as
they were. The writing engine empties the note just before it commits, so that a commit either holds
a record and its entries, or neither. What a program without the second lock wrote is noted in the
file, and the next commit here makes it good.

Records that were there before their index are built over in small transactions between other work;
how far it is stands in `search_build`. A record stands in the index under its rowid: migrations,
which copy the file, may change it, so a file of another version is built over anew.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from app.kit.pinyin import shipped_pinyin
from app.store.search.words import Plan, entries, plans

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
        built = {
            kind: (said, version)
            for kind, said, version in raw.execute("SELECT kind, print, version FROM search_build")
        }
        version = int(raw.execute("PRAGMA user_version").fetchone()[0])
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
            if built.get(kind) != (plan.print, version) or any(
                there.get(name) != sql for name, sql in triggers.items()
            ):
                _retire(raw, kind)
                _begin(raw, plan, version, triggers)


def index_due(raw: Any) -> None:
    """Bring the entries of every record that is noted as written up to what it says now."""
    known: dict[str, Plan] = {}
    while due := raw.execute(
        "SELECT kind, scope, n, old FROM search_due LIMIT ?", (AT_ONCE,)
    ).fetchall():
        known = known or plans()
        groups: dict[tuple[str, str], dict[int, str | None]] = {}
        for kind, scope, n, old in due:
            groups.setdefault((kind, scope), {})[n] = old
        for (kind, scope), old_of in groups.items():
            if kind in known:
                _index_written(raw, known[kind], scope, old_of)
        raw.executemany(
            "DELETE FROM search_due WHERE kind=? AND scope=? AND n=?", [one[:3] for one in due]
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
                "SELECT kind, n FROM search_build WHERE NOT complete LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            _build_part(raw, plans()[row[0]], row[1])
        return building(raw) or Building(0, 0)


def building(raw: Any) -> Building | None:
    """Say how far the kinds are that are being built; None where none is."""
    row = raw.execute(
        "SELECT sum(done), sum(total) FROM search_build WHERE NOT complete"
    ).fetchone()
    return None if row[1] is None else Building(row[0], max(row[0], row[1]))


def _begin(raw: Any, plan: Plan, version: int, triggers: Mapping[str, str]) -> None:
    for name, sql in triggers.items():
        raw.execute(f"DROP TRIGGER IF EXISTS {name}")
        raw.execute(sql)
    (total,) = raw.execute(f'SELECT count(*) FROM "{plan.kind}"').fetchone()
    raw.execute(
        "INSERT INTO search_build (kind, print, version, n, done, total, complete)"
        " VALUES (?, ?, ?, 0, 0, ?, ?)",
        (plan.kind, plan.print, version, total, total == 0),
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
        f"INSERT INTO search_due (kind, scope, n, old) SELECT '{kind}', {row}.scope, {row}.rowid,"
        f" {old} WHERE NOT EXISTS (SELECT 1 FROM search_due WHERE kind = '{kind}'"
        f" AND scope = {row}.scope AND n = {row}.rowid);"
    )


def _index_written(raw: Any, plan: Plan, scope: str, old_of: Mapping[int, str | None]) -> None:
    shelf = _shelf(raw, plan.kind, scope)
    was = {
        n: entries(plan, json.loads(old), shipped_pinyin())
        for n, old in old_of.items()
        if old is not None
    }
    raw.executemany(
        "DELETE FROM search_text WHERE rowid=?", [((shelf << SHELF_BITS) + n,) for n in old_of]
    )
    raw.executemany(
        "DELETE FROM search_word WHERE shelf=? AND word=? AND n=?",
        [(shelf, word, n) for n, entered in was.items() for word in entered.words],
    )
    _put_in(raw, shelf, plan, dict(_rows(raw, plan, scope, old_of)))


def _build_part(raw: Any, plan: Plan, last: int) -> None:
    columns = ", ".join(f'"{column}"' for column in plan.columns)
    found = raw.execute(
        f'SELECT rowid, scope, {columns} FROM "{plan.kind}" WHERE rowid > ? ORDER BY rowid LIMIT ?',
        (last, AT_ONCE),
    ).fetchall()
    groups: dict[str, dict[int, tuple[Any, ...]]] = {}
    for n, scope, *values in found:
        groups.setdefault(scope, {})[n] = tuple(values)
    for scope, rows in groups.items():
        shelf = _shelf(raw, plan.kind, scope)
        written = _written(raw, shelf, rows)
        _put_in(raw, shelf, plan, {n: row for n, row in rows.items() if n not in written})
    raw.execute(
        "UPDATE search_build SET n=?, done=done+?, complete=? WHERE kind=?",
        (found[-1][0] if found else last, len(found), len(found) < AT_ONCE, plan.kind),
    )


def _written(raw: Any, shelf: int, rows: Iterable[int]) -> set[int]:
    """Say which rows are entered already: they were written after building began."""
    low = shelf << SHELF_BITS
    found = raw.execute(
        "SELECT id FROM search_text_docsize WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([low + n for n in rows]),),
    )
    return {row[0] - low for row in found}


def _put_in(raw: Any, shelf: int, plan: Plan, rows: Mapping[int, Sequence[str | None]]) -> None:
    """Enter records."""
    pinyin = shipped_pinyin()
    signs: list[tuple[int, str]] = []
    words: list[tuple[int, str, int]] = []
    for n, values in rows.items():
        entered = entries(plan, values, pinyin)
        signs.append(((shelf << SHELF_BITS) + n, " ".join(sorted(entered.signs))))
        words.extend((shelf, word, n) for word in entered.words if word)
    raw.executemany("INSERT INTO search_text (rowid, signs) VALUES (?, ?)", signs)
    raw.executemany("INSERT INTO search_word (shelf, word, n) VALUES (?, ?, ?)", sorted(words))


def _shelf(raw: Any, kind: str, scope: str) -> int:
    row = raw.execute(
        "SELECT shelf FROM search_shelf WHERE kind=? AND scope=? AND NOT retired", (kind, scope)
    ).fetchone()
    if row is not None:
        return int(row[0])
    made = raw.execute(
        "INSERT INTO search_shelf (kind, scope, retired) VALUES (?, ?, 0)", (kind, scope)
    )
    return int(made.lastrowid)


def _rows(
    raw: Any, plan: Plan, scope: str, numbers: Iterable[int]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    columns = ", ".join(f'"{column}"' for column in plan.columns)
    # The plus keeps SQLite from walking an index of scopes, however many rows that has.
    found = raw.execute(
        f'SELECT rowid, {columns} FROM "{plan.kind}"'
        " WHERE +scope=? AND rowid IN (SELECT value FROM json_each(?))",
        (scope, json.dumps(list(numbers))),
    )
    for row in found:
        yield row[0], tuple(row[1:])


def _sweep(raw: Any, shelf: int) -> None:
    """Take a part of a retired shelf away, and the shelf itself when it is empty."""
    low, high = shelf << SHELF_BITS, (shelf + 1) << SHELF_BITS
    docs = raw.execute(
        "SELECT id FROM search_text_docsize WHERE id>=? AND id<? LIMIT ?", (low, high, AT_ONCE)
    ).fetchall()
    words = raw.execute(
        "SELECT shelf, word, n FROM search_word WHERE shelf=? LIMIT ?", (shelf, 4 * AT_ONCE)
    ).fetchall()
    raw.executemany("DELETE FROM search_text WHERE rowid=?", docs)
    raw.executemany("DELETE FROM search_word WHERE shelf=? AND word=? AND n=?", words)
    if not docs and not words:
        raw.execute("DELETE FROM search_shelf WHERE shelf=?", (shelf,))
