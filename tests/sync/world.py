"""A small world for the tests of sync: a real hub in this process, real stores, a line between.

The line is an httpx transport into the hub's real app; a test can bend it. The trade behind the hub
is the real verbs of app.access.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import app.audit.records
import app.customers.records  # noqa: F401 - tables
from app.access.actions import AddPerson, activation_hash, add_person
from app.access.records import Person
from app.customers.records import Customer
from app.kit.clock import FixedClock
from app.kit.ids import new_id
from app.store.base import Base
from app.store.follow import Follower, RequestNumbers
from app.store.keyslots import new_slots
from app.store.outbox import SCHEMA
from app.store.store import Store
from app.store.work import Actor, Command, Work
from sync.client.link import HubAddress, HubLink
from sync.engine.round import sync_round
from sync.engine.taking import RoundSettings, SyncReport
from sync.hub import workstations
from sync.hub.app import hub_app
from sync.hub.database import HubDatabase
from sync.hub.door import Edit, Refused
from sync.hub.gate import Limits
from sync.hub.keys import HubKeys, init_hub, public_keys
from sync.hub.service import HubService
from sync.wire.messages import EnrolRequest
from sync.wire.plain import from_plain, to_plain
from sync.wire.signature import RequestKey

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
URL = "https://hub.test:8443"
SCOPE = "ho.79.790115"
OTHER = "ho.79.790116"
FREE = Limits(requests_per_second=1e9, burst=1_000_000)
CLERKS = {"c1", "c2", "c3"}


class Door:
    """The hub's door for these tests: clerks edit, an administrator adds people by a real verb."""

    def actor(self, session: Session, person: str, scope: str, device: str) -> Actor | None:
        if person not in CLERKS | {"admin"}:
            return None
        roles = frozenset({"administrator" if person == "admin" else "clerk"})
        return Actor(person, person, roles, scope, device)

    def perform(self, work: Work, verb: str, order: dict[str, Any]) -> None:
        if verb == "test.fault":
            raise ZeroDivisionError("a verb of head office broke")
        if "administrator" not in work.actor.roles:
            raise Refused("E-TEST-ROLE", "an administrator does that")
        add_person(work, from_plain(AddPerson, order))

    def check_edit(self, session: Session, actor: Actor, edit: Edit) -> None:
        if actor.person == "c3" and edit.op == "delete":
            raise Refused("E-TEST-DELETE", "c3 deletes nothing")


class InProcess(httpx.BaseTransport):
    """Ten lines that let the shipped client talk to the hub's app without a socket."""

    def __init__(self, app: Any) -> None:
        self._into = httpx.ASGITransport(app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()

        async def ask() -> httpx.Response:
            asked = httpx.Request(
                request.method, request.url, headers=request.headers, content=body
            )
            got = await self._into.handle_async_request(asked)
            raw = b"".join([chunk async for chunk in got.stream])  # type: ignore[union-attr]
            return httpx.Response(
                got.status_code, headers=got.headers, stream=httpx.ByteStream(raw)
            )

        return anyio.run(ask)


@dataclass
class Hub:
    """A hub with its database, ready to be asked."""

    folder: Path
    keys: HubKeys
    database: HubDatabase
    service: HubService
    clock: FixedClock
    app: Any

    def transport(self) -> httpx.BaseTransport:
        return InProcess(self.app)

    def token(self, *scopes: str) -> str:
        return self.database.write(
            lambda c: workstations.make_token(c, scopes or (SCOPE,), "test", self.clock)
        )

    def rows(self, sql: str, **values: object) -> list[Any]:
        return self.database.read(lambda c: list(c.execute(text(sql), values)))

    def restart(self) -> None:
        """Forget everything that is not in the database or on the disk."""
        self.service = HubService.over(
            self.database, self.keys, Door(), self.clock, self.folder / "files"
        )
        self.app = hub_app(self.service, FREE)


def make_hub(folder: Path, *, url: str = "", clock: FixedClock | None = None) -> Hub:
    """Make a hub; on the embedded database unless a PostgreSQL URL is given."""
    clock = clock or FixedClock(START)
    keys = init_hub(folder / "keys", clock, hosts=("hub.test", "127.0.0.1", "localhost"))
    database = HubDatabase.open(url or f"sqlcipher:///{folder / 'hub.db'}", keys.database_key())
    if url:
        with database.writer.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    database.bring_up()
    service = HubService.over(database, keys, Door(), clock, folder / "files")
    return Hub(folder, keys, database, service, clock, hub_app(service, FREE))


@dataclass
class Desk:
    """A workstation with its real store, enrolled at a hub."""

    name: str
    store: Store
    clock: FixedClock
    device: str
    link: HubLink
    hub: Hub
    person: str = "c1"
    scope: str = SCOPE
    settings: RoundSettings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = RoundSettings(device=self.device, schema=SCHEMA)
        self.follow = Follower(self.store)

    @property
    def actor(self) -> Actor:
        return Actor(self.person, self.name, frozenset({"clerk"}), self.scope, self.device)

    def write(self, act: Callable[[Work], None], command: Command | None = None) -> None:
        with self.store.work(self.actor, command=command) as work:
            act(work)
            work.commit()

    def add_customer(self, name: str, id: UUID | None = None) -> UUID:
        id = id or new_id(self.store.clock)
        self.write(lambda work: work.session.add(customer(self.scope, id, name)))
        return id

    def edit(self, id: UUID, **values: object) -> None:
        def act(work: Work) -> None:
            row = work.session.get_one(Customer, (self.scope, id))
            for name, value in values.items():
                setattr(row, name, value)

        self.write(act)

    def delete(self, id: UUID) -> None:
        self.write(
            lambda work: work.session.delete(work.session.get_one(Customer, (self.scope, id)))
        )

    def add_person(self, name: str, person_id: UUID | None = None) -> UUID:
        """Add a person by the command both ends run."""
        id = person_id or new_id(self.store.clock)
        order = AddPerson(id, id.hex[-12:], name, self.scope, ("clerk",), activation_hash("X"))
        command = Command("access.add_person", to_plain(order), "person", id)
        self.write(lambda work: void(add_person(work, order)), command)
        return id

    def customer(self, id: UUID) -> Customer | None:
        return self.store.read(lambda session: session.get(Customer, (self.scope, id)))

    def person_row(self, id: UUID) -> Person | None:
        return self.store.read(lambda session: session.get(Person, (self.scope, id)))

    def names(self) -> dict[UUID, str]:
        return self.store.read(
            lambda session: {row.id: row.name for row in session.scalars(select(Customer))}
        )

    def rows(self, sql: str) -> list[Any]:
        return self.store.read(lambda session: list(session.execute(text(sql))))

    def sync(self) -> SyncReport:
        return sync_round(self.follow, self.link, self.settings)

    def close(self) -> None:
        self.link.close()
        self.store.close()


def void(_result: object) -> None:
    """Drop a result, for a lambda that must give none."""


def customer(scope: str, id: UUID, name: str) -> Customer:
    """Make a customer with every field filled."""
    return Customer(
        scope=scope,
        id=id,
        party="organisation",
        name=name,
        search_name=name.lower(),
        name_key=name.lower(),
        id_type="uscc",
        id_no="",
        id_tail="",
        sex="",
        birth=None,
        checked=0,
        mobile="",
        mobile_tail="",
        email="",
        region="",
        address="",
        industry="",
        headcount=None,
        legal_representative="",
        job="",
    )


def open_store(folder: Path, clock: FixedClock, key: bytes | None = None) -> Store:
    """Open a real store with the shared tables in it."""
    slots, fresh = new_slots()
    key = key or fresh
    if not folder.exists():
        folder.mkdir(parents=True)
        slots.write(folder / "keys.json")
    store = Store.open(folder, key, clock, reserve=0)
    with store.write_engine.begin() as connection:
        Base.metadata.create_all(connection)
    return store


def make_desk(
    hub: Hub,
    folder: Path,
    name: str,
    *,
    scopes: tuple[str, ...] = (SCOPE,),
    transport: httpx.BaseTransport | None = None,
    person: str = "c1",
    clock: FixedClock | None = None,
) -> Desk:
    """Make a store and enrol it; the desk has its own clock, right at first."""
    clock = clock or FixedClock(hub.clock.now())
    store = open_store(folder / name, clock)
    private = Ed25519PrivateKey.generate()
    told = public_keys(hub.keys)
    address = HubAddress(URL, told.ca_pem, {told.receipt_id: told.receipt})
    public = private.public_key().public_bytes_raw()
    line = HubLink(
        address,
        RequestKey("enrolling", "ed25519", private.sign),
        RequestNumbers(store),
        clock,
        SCHEMA,
        transport=hub.transport(),
    )
    asked = EnrolRequest(hub.token(*scopes), "ed25519", b64(public), name, "test", SCHEMA)
    reply = line.enrol(asked)
    line.close()
    link = HubLink(
        address,
        RequestKey(reply.device, "ed25519", private.sign),
        RequestNumbers(store),
        clock,
        SCHEMA,
        transport=transport or hub.transport(),
    )
    desk = Desk(name, store, clock, reply.device, link, hub, person, scopes[0])
    desk.follow.begin([grant.scope for grant in reply.scopes])
    return desk


def b64(raw: bytes) -> str:
    """Write bytes as base64."""
    import base64

    return base64.b64encode(raw).decode()


def postgres_url() -> str:
    """The URL of a PostgreSQL a test may empty; "" where none is given."""
    return os.environ.get("SEALDESK_TEST_PG", "")
