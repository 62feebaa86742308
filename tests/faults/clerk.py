"""A clerk at work in a process of its own: prices and submits, and says so only after the commit.

Run as ``python -m tests.faults.clerk FOLDER KEY COUNT``. Each act is acknowledged by one line on
standard output, written straight out: ``ready``, then ``priced ID`` and ``submitted ID``
per quote, ``refused CODE`` where the desk said no in words, ``done`` at the end.
"""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import app.schema  # noqa: F401 - the metadata must be whole
from app.access.policy import policy_of
from app.assembly.after import AFTER
from app.assembly.door import Door, Proofs, Verb
from app.assembly.trade import name_words
from app.assembly.verbs import Parts, all_verbs
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.packs.resources import resource_bytes
from app.pricing.actions import PriceQuote, SubmitQuote
from app.pricing.queries import quote_card
from app.pricing.quoting import Priced
from app.store.store import Store
from app.store.work import Actor, Command
from sync.wire.plain import to_plain

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLERK = Actor("C0001", "Clerk", frozenset({"clerk"}), "ho.79.790115", "desk-1")
PREMIUM = 14_400_00


def say(line: str) -> None:
    """Acknowledge: one write to the pipe, nothing kept back in this process."""
    os.write(1, f"{line}\n".encode())


def priced(plain: dict[str, Any]) -> Priced:
    """What pricing said about this request once; the store is on trial here, not the tariff."""
    return Priced(
        request=plain, people=120, cover_from=date(2026, 3, 5), cover_to=date(2027, 3, 4),
        input_hash="a" * 64, tariff_id="T2026.1", tariff_version="1", tariff_sha256="b" * 64,
        premium_fen=PREMIUM, minimum_applied=False, lines=[], level=1, level_name="L1", reasons=[],
    )  # fmt: skip


def make_door() -> Door:
    """The real door with the real verbs."""
    return Door(
        verbs=all_verbs(Parts(priced, name_words(), lambda: ())),
        policy=policy_of(resource_bytes("rules/access.json")),
        after=AFTER,
        chain="desk-1",
        signer=None,
    )


def act(store: Store, door: Door, verb: str, order: Any) -> None:
    """Do one act as a desk does it."""
    known: Verb = door.verb(verb)
    command = Command(verb, to_plain(order), known.subject_kind, getattr(order, known.subject))
    with store.work(CLERK, command=command) as work:
        door.perform(work, verb, order, Proofs())
        work.commit()


def one_quote(store: Store, door: Door, clock: FixedClock) -> None:
    """Price and submit one quote, acknowledging each."""
    quote_id: UUID = new_id(clock)
    act(store, door, "pricing.price_quote",
        PriceQuote(quote_id, new_id(clock), "X", {"n": 1}, "", PREMIUM))  # fmt: skip
    say(f"priced {quote_id.hex}")
    shown = store.read(quote_card, quote_id).input_hash
    act(store, door, "pricing.submit_quote", SubmitQuote(quote_id, new_id(clock), shown))
    say(f"submitted {quote_id.hex}")


def main(folder: str, key: str, count: str) -> None:
    """Open the store, work, close it."""
    clock = FixedClock(START)
    door = make_door()
    try:
        store = Store.open(Path(folder), bytes.fromhex(key), clock, reserve=0)
        say("ready")
        for _ in range(int(count)):
            try:
                one_quote(store, door, clock)
            except BranchError as refused:
                say(f"refused {refused.code}")
        store.close()
    except BranchError as refused:
        say(f"refused {refused.code}")
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
