"""What programs of a schema hand in: their orders, and an outbox a desk of that schema left behind.

``python -m tests.sync.golden_outbox`` writes the files of today's schema where they are not there;
those of an older schema are never written again: they stand for the desks that still hold them.
"""

import dataclasses
import enum
import types
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from app.assembly.trade import name_words
from app.assembly.verbs import Parts, all_verbs
from app.kit.clock import SystemClock
from app.packs.shipped import shipped_packs
from app.pricing.pricer import pricer_of
from app.store.outbox import SCHEMA
from sync.engine.messages import txns_of
from sync.wire.body import encode
from sync.wire.messages import SyncRequest
from sync.wire.plain import to_plain
from tests.sync.goldens import GOLDEN
from tests.sync.world import make_desk, make_hub

ORDERS = f"orders.schema{SCHEMA}.json"
OUTBOX = f"outbox.schema{SCHEMA}.json"


def orders_now() -> dict[str, type]:
    """Give every verb's order."""
    parts = Parts(pricer_of(shipped_packs(SystemClock())), name_words(), lambda: ())
    return {name: verb.order for name, verb in all_verbs(parts).items()}


def example(kind: Any) -> Any:
    """Make a value of a type, every field filled."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return example(next(one for one in inner if one is not type(None)))
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        return (example(inner[0]),) if inner[-1] is Ellipsis else tuple(map(example, inner))
    if origin in (list, frozenset, set):
        return origin([example(inner[0])])
    if origin is dict:
        return {example(inner[0]): example(inner[1])}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: example(hints[one.name]) for one in dataclasses.fields(kind)})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    return _PLAIN[kind]


_PLAIN: dict[Any, Any] = {
    str: "text",
    int: 7,
    bool: True,
    bytes: b"bytes",
    UUID: UUID(int=7),
    date: date(2026, 3, 2),
    datetime: datetime(2026, 3, 2, 1, tzinfo=UTC),
    object: "text",
    Any: "text",
}


def write_orders(path: Path) -> None:
    plain = {name: to_plain(example(order)) for name, order in sorted(orders_now().items())}
    path.write_bytes(encode(plain))


def write_outbox(path: Path) -> None:
    """Let a desk do every kind of change and keep what it would push."""
    with TemporaryDirectory() as folder:
        hub = make_hub(Path(folder) / "hub")
        desk = make_desk(hub, Path(folder), "a")
        kept, gone = desk.add_customer("华星贸易"), desk.add_customer("王芳")
        desk.edit(kept, email="a@b.cn", headcount=120)
        desk.delete(gone)
        desk.person = "admin"
        desk.add_person("李雷")
        push = txns_of(desk.follow.outgoing(100))
        asked = SyncRequest("0" * 32, 1, SCHEMA, push, [], 100)
        desk.close()
        hub.service.close()
        hub.database.close()
    path.write_bytes(encode(asked))


if __name__ == "__main__":
    for name, write in ((ORDERS, write_orders), (OUTBOX, write_outbox)):
        if not (GOLDEN / name).exists():
            write(GOLDEN / name)
