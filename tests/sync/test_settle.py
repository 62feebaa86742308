"""Many answers at once: the same as one after the other, in a number of statements that stays."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.kit.clock import FixedClock
from app.store.outbox import Answer, Answered, apply_hub_row, settle
from app.store.store import Store
from tests.sync.world import SCOPE, START, Desk, open_store

TABLES = ("customer", "person", "outbox", "outbox_touch", "base_row", "inbox")
STATUSES: tuple[Answer, ...] = ("ok", "merged", "conflict", "rejected", "duplicate", "superseded")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on its own: nobody answers but these tests."""
    clock = FixedClock(START)
    store = open_store(tmp_path / "d", clock)
    yield Desk("d", store, clock, "0" * 32, None, None)  # type: ignore[arg-type]
    store.close()


def contents(session: Session) -> dict[str, list[Any]]:
    session.flush()
    return {
        name: [
            tuple(row) for row in session.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2, 3"))
        ]
        for name in TABLES
    }


def make_work(desk: Desk, dice: random.Random) -> int:
    """Rows with one, two or three pending mutations each; gives how many were made."""
    made = 0
    for _ in range(12):
        id = desk.add_customer(f"n{dice.random()}")
        made += 1
        for field in dice.sample(("email", "job", "region"), dice.randint(0, 2)):
            desk.edit(id, **{field: f"v{dice.random()}"})
            made += 1
        if dice.random() < 0.2:
            desk.delete(id)
            made += 1
        if dice.random() < 0.3:
            desk.add_person(f"p{dice.random()}")
            made += 1
    return made


def bring_hub_rows(session: Session, desk: Desk, dice: random.Random) -> None:
    """Let head office's versions of some rows arrive while they wait."""
    for id, name in sorted(desk.names().items()):
        if dice.random() < 0.4:
            body = {"name": name, "email": "hub", "party": "organisation"}
            apply_hub_row(session, "customer", SCOPE, id, seq=7, ver=3, body=body)


def settled(desk: Desk, groups: list[list[Answered]], seed: int) -> dict[str, list[Any]]:
    """Settle in these groups and look, then take it all back."""
    with Session(desk.store.write_engine) as session:
        if seed >= 0:
            bring_hub_rows(session, desk, random.Random(seed))
        for group in groups:
            settle(session, group, START)
        found = contents(session)
        session.rollback()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_all_at_once_is_one_after_the_other(desk: Desk, seed: int) -> None:
    dice = random.Random(seed)
    made = make_work(desk, dice)
    answered = sorted(dice.sample(range(1, made + 1), dice.randint(made // 2, made)))
    odds = (20, 2, 2, dice.choice((0, 3, 10)), 1, 1)
    answers = [Answered(mseq, dice.choices(STATUSES, odds)[0]) for mseq in answered]
    together = settled(desk, [answers], seed)
    assert together == settled(desk, [[answer] for answer in answers], seed)
    assert together != settled(desk, [], seed)
    assert settled(desk, [answers, answers], seed) == together, "answers that come twice count once"


def statements(store: Store, act: Any) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store.write_engine, "before_cursor_execute", note)
    act()
    event.remove(store.write_engine, "before_cursor_execute", note)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_answers(desk: Desk) -> None:
    ids = [desk.add_customer(f"n{n}") for n in range(60)]
    for id in ids:
        desk.edit(id, email="x")

    def count(answers: int) -> int:
        said = [Answered(mseq, "ok") for mseq in range(1, answers + 1)]
        return statements(desk.store, lambda: settled(desk, [said], -1))

    assert count(120) <= count(20) + 4
