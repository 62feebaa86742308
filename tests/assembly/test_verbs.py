"""The table of verbs is whole: every order an area can take has its row, and its line of policy."""

import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

from app.assembly.trade import name_words
from app.assembly.verbs import Parts, all_verbs
from app.kit.clock import SystemClock
from app.packs.resources import resource_bytes
from app.packs.shipped import shipped_packs
from app.pricing.pricer import pricer_of

ROOT = Path(__file__).resolve().parents[2]
VERBS = all_verbs(Parts(pricer_of(shipped_packs(SystemClock())), name_words(), lambda: ()))


def orders() -> Iterator[tuple[str, type]]:
    """Give every ``verb(work, order: Order, …)`` of the areas by its name."""
    names = ("actions", "importing", "head_fields")
    for path in sorted(one for name in names for one in (ROOT / "app").glob(f"*/{name}.py")):
        area = path.parent.name
        module = import_module(f"app.{area}.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and list(inspect.signature(function).parameters)[:2] == ["work", "order"]:
                yield f"{area}.{name}", get_type_hints(function)["order"]


def test_every_order_has_its_row() -> None:
    found = dict(orders())
    assert found
    assert {name: verb.order for name, verb in VERBS.items()} == found


def test_the_subject_is_a_field_of_the_order() -> None:
    for verb in VERBS.values():
        assert verb.subject in verb.order.__dataclass_fields__, verb.name  # type: ignore[attr-defined]


def test_every_verb_has_its_line_of_policy() -> None:
    """One whose line depends on the order (a level) names it itself."""
    policy = json.loads(resource_bytes("rules/access.json"))["actions"]
    assert {verb.name for verb in VERBS.values() if verb.action is None} <= policy.keys()
    assert {f"approvals.decide_l{level}" for level in (1, 2, 3, 4)} <= policy.keys()
