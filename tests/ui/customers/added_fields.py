"""Two workstations at a real hub, and head office that signs a second bundle of forms.

The hub is the shipped application in this process, the line is httpx, stores are encrypted, packs
are signed with keys of their own; only the pin of the root is that of the first bundle here.
"""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.access.login import SignedIn
from app.assembly.workstation import Enrolment, Seat, Workstation
from app.kit.ids import derived_id
from app.kit.lanes import Lane
from app.packs.publish import (
    PackKeys,
    first_root,
    make_keys,
    publish,
    shipped_sources,
    write_bundle,
)
from app.packs.queries import pack_rows
from app.packs.records import PackFile
from app.packs.resources import RESOURCES
from app.store.keyslots import new_slots
from app.store.work import Actor, Work
from sync.hub.founding import Connection, founding_work
from tests.sync.world import SCOPE, URL, Hub, make_hub
from ui.shell.bridge import Bridge
from ui.shell.page import Surroundings
from ui.theme.theme import Theme

ORG = "forms/customers.organisation.json"
FOREVER = datetime(2031, 1, 1, tzinfo=UTC)
Change = Callable[[Any], object]


def word(chinese: str, english: str) -> dict[str, str]:
    return {"zh_CN": chinese, "en": english}


def changed(tree: Any) -> None:
    """What head office changes: fields added, one moved, a rule, a hint, a sum, a new version."""
    tree["header"]["version"] += 1
    licence, _operator, more, _head_office = tree["sections"]
    more["fields"].insert(0, licence["fields"].pop(0))  # the name stands below now
    licence["fields"][0]["hint"] = word("以营业执照为准。", "As printed on the licence.")
    more["fields"] += [
        {"key": "fleet", "kind": "integer", "label": word("车辆数", "Vehicles"), "most": "500",
         "hint": word("自有和租用合计。", "Owned and hired.")},
        {"key": "site", "kind": "choice", "label": word("场所", "Premises"), "remembered": True,
         "choices": [{"key": "own", "label": word("自有", "Owned")},
                     {"key": "hired", "label": word("租用", "Hired")}]},
        {"key": "wants", "kind": "product", "label": word("意向产品", "Wants")},
        {"key": "since", "kind": "month", "label": word("成立年月", "Founded")},
        {"key": "per_head", "kind": "decimal", "label": word("人均车辆", "Vehicles per head"),
         "computed": {"quotient": [{"field": "fleet"}, {"field": "headcount"}]}},
        {"key": "grade", "kind": "text", "label": word("总公司评级", "Grade"),
         "owner": "head_office"},
    ]  # fmt: skip
    tree["rules"] += [
        {"when": [{"field": "fleet", "is": "above", "than": {"field": "headcount"}}],
         "at": "fleet", "stands": "warned",
         "says": word("车辆比员工还多。", "More vehicles than employees.")},
        {"when": [{"field": "site", "is": "one_of", "of": ["hired"]}], "at": "address",
         "stands": "needed", "says": word("租用场所须填地址。", "Hired premises need an address.")},
    ]  # fmt: skip


def second_bundle(
    keys: PackKeys, first: dict[str, bytes], form: str = ORG, change: Change = changed
) -> dict[str, bytes]:
    """Sign the changed form."""
    packs = shipped_sources()
    tree = json.loads(packs[form])
    change(tree)
    packs[form] = json.dumps(tree, ensure_ascii=False).encode()
    return publish(packs, keys, FOREVER, previous=first)


@dataclass
class Office:
    """A hub, two desks of one office, and the keys of head office."""

    hub: Hub
    keys: PackKeys
    first: dict[str, bytes]
    seats: tuple[Seat, ...]

    def both(self) -> None:
        """Sync until both desks have everything."""
        for seat in (*self.seats, *self.seats):
            seat.sync()

    def hand_down(self, bundle: dict[str, bytes]) -> None:
        """Let head office hand a bundle to its desks, as it hands any reference data."""
        founder = Actor("A1", "", frozenset({"administrator"}), SCOPE, "hub")

        def put(connection: Connection) -> None:
            with founding_work(connection, founder, self.hub.clock) as work:
                _put_files(work, bundle)

        self.hub.database.write(put)

    def close(self) -> None:
        for seat in self.seats:
            seat.station.close()
        self.hub.database.close()


def _put_files(work: Work, bundle: dict[str, bytes]) -> None:
    held = pack_rows(work.session)
    for path, content in bundle.items():
        text = base64.b64encode(content).decode("ascii")
        if path in held:
            held[path].content = text
        else:
            id = derived_id("pack_file", path)
            work.session.add(PackFile(scope=SCOPE, id=id, path=path, content=text, bundle=2))


def make_office(folder: Path, patch: pytest.MonkeyPatch) -> Office:
    """Found the hub, enrol two desks with the first bundle."""
    keys = make_keys()
    first = publish(shipped_sources(), keys, FOREVER)
    resources = folder / "resources"
    shutil.copytree(RESOURCES, resources, ignore=shutil.ignore_patterns("packs", "pinyin"))
    write_bundle(first, resources / "packs")
    (resources / "pinyin").symlink_to(RESOURCES / "pinyin")
    pin = hashlib.sha256(first_root(first)).hexdigest()
    patch.setattr("app.packs.resources.RESOURCES", resources)
    patch.setattr("app.packs.shipped.SHIPPED_ROOT_SHA256", pin)
    hub = make_hub(folder / "hub")
    seats = tuple(_seat(hub, folder / name, person) for name, person in (("a", "c1"), ("b", "c2")))
    return Office(hub, keys, first, seats)


def _seat(hub: Hub, folder: Path, person: str) -> Seat:
    slots, key = new_slots()
    asked = Enrolment(URL, hub.keys.ca_pem.read_text(), hub.token(SCOPE), "desk", SCOPE, (SCOPE,))
    station = Workstation.enrol(folder, slots, key, hub.clock, asked, hub.transport())
    actor = Actor(person, person, frozenset({"clerk"}), SCOPE, station.device)
    return Seat(station, SignedIn(actor, None, second_factor=False))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = make_office(tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def at(theme: Theme, office: Office) -> Iterator[Surroundings]:
    def bug(error: BaseException) -> None:
        raise error

    bridge = Bridge(bug)
    yield Surroundings(theme, bridge, office.hub.clock)
    bridge.close()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("desk")
    yield made
    made.close()
