"""The demo branch: its offices and people, a head office of its own, its customers.

Everything is made through the same verbs a person uses; only the persons' devices (their second
factor) and the customer's hand are played here.
"""

import hashlib
import hmac
import random
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.access.actions import AddOffice, AddPerson, activation_hash
from app.access.login import STEP_SECONDS, code_of, needs_second_factor
from app.access.records import Credential
from app.assembly.demo_people import demo_branch
from app.assembly.devices import PadPort, SealPort, meet_machine
from app.assembly.hub import (
    HEAD_OFFICE,
    FirstAdministrator,
    enrolment_code,
    init_head_office,
    new_code,
)
from app.assembly.processes import start_hub, start_machine
from app.assembly.workstation import PERMIT_KEY_ID, Enrolment, Seat, Workstation
from app.customers.actions import RegisterOrganisation
from app.kit.child import Child
from app.kit.clock import Clock, today
from app.kit.errors.base import BranchError, BugError
from app.kit.ids import new_id
from app.kit.lanes import Lane
from app.packs.resources import resource_bytes
from app.seals.actions import PairMachine
from app.store.keyslots import KeySlots, new_slots
from app.store.store import KEYS, Store
from devices.signpad.simulator.launch import PadSimulator
from sync.hub.places import listening
from sync.hub.server import HubSettings

PROVINCE = "ho.79"
BRANCH = "ho.79.790115"
DEVICE_ID = "SC-0790115"
SEAL_ID = "SEAL-790115-01"
PAD_MODEL = "siglite_1x5"
SEED = 790115
LASTING_PORTS = range(20_000, 30_000)


@dataclass(frozen=True)
class DemoPerson:
    """A person of the demo."""

    number: str
    name: str
    office: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class DemoCompany:
    """Offices and people of the demo, as ``resources/demo/company.json`` has them."""

    offices: tuple[tuple[str, str], ...]
    people: tuple[DemoPerson, ...]

    def with_role(self, role: str) -> list[DemoPerson]:
        """Give the people who have a role."""
        return [person for person in self.people if role in person.roles]


@dataclass(frozen=True)
class DeviceCode:
    """What a person's device shows: six digits, empty while none is unused, and for how long (s).

    Without digits ``seconds`` is how long it takes until the next may be used.
    """

    digits: str
    seconds: float


def read_company() -> DemoCompany:
    """Read the demo company."""
    import json

    raw: dict[str, Any] = json.loads(resource_bytes("demo/company.json"))
    return DemoCompany(
        tuple((path, name) for path, name in raw["offices"]),
        tuple(
            DemoPerson(one["number"], one["name"], one["office"], tuple(one["roles"]))
            for one in raw["people"]
        ),
    )


@dataclass
class DemoSite:
    """The running demo: hub, simulators, the branch's desk and head office's desk.

    Who lays paper, signs or pulls cables while a window is open does so on ``hands``, one after
    another; a day that owns the whole site may call directly.
    """

    folder: Path
    passphrase: str
    clock: Clock
    company: DemoCompany
    port: int
    hub: Child | None
    machine: Child
    pad: PadSimulator
    branch: Workstation
    head_office: Workstation
    hands: Lane = field(default_factory=lambda: Lane("hands"), repr=False)

    @classmethod
    def found(
        cls,
        folder: Path,
        passphrase: str,
        clock: Clock,
        *,
        size: int,
        told: Callable[[str], None],
    ) -> "DemoSite":
        """Set the whole demo up in an empty folder."""
        company = read_company()
        told("head office")
        admin = init_head_office(folder / "hub", clock)
        settings = HubSettings(folder / "hub")
        scopes = [HEAD_OFFICE, PROVINCE, BRANCH]
        codes = {
            "headoffice": enrolment_code(settings, scopes, "head office", clock),
            "desk": enrolment_code(settings, [BRANCH], "branch", clock, read_only=[HEAD_OFFICE]),
        }
        port = free_port()
        hub = start_hub(folder / "hub", port, folder / "hub.log")
        told("workstations")
        stations = {
            name: _enrol(folder, name, office, code, passphrase, clock, port)
            for name, office, code in (
                ("headoffice", HEAD_OFFICE, codes["headoffice"]),
                ("desk", BRANCH, codes["desk"]),
            )
        }
        machine, pad = _devices(folder, settings)
        demo = cls(
            folder, passphrase, clock, company, port, hub, machine, pad,
            stations["desk"], stations["headoffice"],
        )  # fmt: skip
        demo._plug_in()
        told("people")
        demo._take_people_in(admin)
        demo._pair_machine()
        told("customers")
        demo.take_customers_up(size)
        return demo

    @classmethod
    def resume(cls, folder: Path, passphrase: str, clock: Clock) -> "DemoSite":
        """Open a demo again after it was stopped, in order or not.

        The stores are opened before anything is started, so a wrong passphrase (BranchError
        E-STORE-KEY) leaves no process behind. E-HUB-ADDRESS where another program sits at the
        port this demo's head office is known under.
        """
        settings = HubSettings(folder / "hub")
        port = int((folder / "port").read_text("ascii"))
        with listening("127.0.0.1", port):
            pass
        with ExitStack() as undo:
            stations = []
            for name in ("desk", "headoffice"):
                store = _open_store(folder / "stores" / name, passphrase, clock)
                undo.callback(store.close)
                stations.append(Workstation.over(store))
            hub = start_hub(folder / "hub", port, folder / "hub.log")
            undo.callback(hub.close)
            machine, pad = _devices(folder, settings)
            undo.callback(pad.close)
            undo.callback(machine.close)
            company = read_company()
            desk, head_office = stations
            demo = cls(
                folder, passphrase, clock, company, port, hub, machine, pad, desk, head_office
            )
            demo._plug_in()
            undo.pop_all()
        return demo

    def stop_hub(self) -> None:
        """Take the hub away at once, as a power cut at head office does."""
        if self.hub is not None:
            self.hub.kill()
            self.hub = None

    def start_hub(self) -> None:
        """Bring the hub back where it was."""
        if self.hub is None:
            self.hub = start_hub(self.folder / "hub", self.port, self.folder / "hub.log")

    def lay_in(self, picture: bytes, page: int, label: str = "") -> None:
        """Lay a page (PNG) into the simulated machine, for whatever lay there."""
        paper = self.folder / f"paper-{page}.png"
        paper.write_bytes(picture)
        answer = self.machine.ask("paper", image=str(paper), page=page, label=label)
        if answer.get("ok") is not True:
            raise BugError(f"the paper does not lie in the machine: {answer}")

    @property
    def machine_has_power(self) -> bool:
        """Say whether the simulated machine runs."""
        return self.machine.process.poll() is None

    def power_machine_up(self) -> None:
        """Switch the machine on again after its power was cut; nothing lies in it any more."""
        self.machine.kill()
        self.machine = _machine(self.folder, HubSettings(self.folder / "hub"))
        self._seal_port_at(str(self.machine.said["path"]))

    def plug_machine_in(self) -> None:
        """Put the machine's cable back; it comes up under another path, as a real one may."""
        self._seal_port_at(str(self.machine.ask("plug_in")["path"]))

    def plug_pad_in(self) -> None:
        """Put the pad's cable back, under another path."""
        self.pad.ask("plug")
        self.branch.set_devices(self.branch.seal_port, PadPort(self.pad.path, PAD_MODEL))

    def _seal_port_at(self, path: str) -> None:
        self.branch.set_devices(SealPort(DEVICE_ID, path), self.branch.pad_port)

    def station_of(self, person: DemoPerson) -> Workstation:
        """Give the desk a person of the demo works at."""
        return self.branch if person.office == BRANCH else self.head_office

    def password(self, number: str) -> str:
        """Give the password a person of this demo chose; it depends on the passphrase alone."""
        return hmac.digest(self.passphrase.encode(), number.encode(), hashlib.sha256).hex()[:24]

    def code(self, station: Workstation, number: str) -> str:
        """Read the next unused code off the person's device, waiting for it where one must."""
        while True:
            shown = self.code_now(station, number)
            if shown.digits:
                return shown.digits
            threading.Event().wait(min(shown.seconds, 0.5))

    def code_now(self, station: Workstation, number: str) -> DeviceCode:
        """Read what the person's device shows; a code that was used is passed over."""
        credential = station.store.read(_credential, number)
        now = self.clock.now().timestamp()
        first = int(now) // STEP_SECONDS
        for step in (first, first + 1):
            if step > credential.totp_last_step:
                return DeviceCode(
                    code_of(credential.totp_secret, step), (step + 1) * STEP_SECONDS - now
                )
        return DeviceCode("", max(credential.totp_last_step * STEP_SECONDS - now, 0.0))

    def has_device(self, person: DemoPerson) -> bool:
        """Say whether a person signs in with a second factor."""
        return needs_second_factor(frozenset(person.roles))

    def sit(self, station: Workstation, number: str) -> Seat:
        """Let a person of the demo sit down at a workstation."""
        return station.sign_in(number, self.password(number), self.code(station, number))

    def person(self, role: str, nth: int = 0) -> DemoPerson:
        """Give a person with a role."""
        return self.company.with_role(role)[nth]

    def take_customers_up(self, size: int) -> None:
        """Take the made-up customers up as the clerk, then bring them to head office."""
        clerk = self.sit(self.branch, self.person("clerk").number)
        made = demo_branch(size=size, seed=SEED, on=today(self.clock))
        for order in made.customers:
            kind = "organisation" if isinstance(order, RegisterOrganisation) else "person"
            clerk.perform(f"customers.register_{kind}", order)
        clerk.sync()

    def close(self) -> None:
        """End everything that was started here; the stores are closed whole."""
        self.hands.close()
        self.branch.close()
        self.head_office.close()
        if self.hub is not None:
            self.hub.close()
            self.hub = None
        self.machine.close()
        self.pad.close()

    def _plug_in(self) -> None:
        (self.folder / "port").write_text(str(self.port), "ascii")
        self.branch.set_devices(
            SealPort(DEVICE_ID, str(self.machine.said["path"])), PadPort(self.pad.path, PAD_MODEL)
        )

    def _take_people_in(self, admin: FirstAdministrator) -> None:
        self.head_office.sync()
        self.head_office.activate(admin.number, admin.code, self.password(admin.number))
        seat = self.sit(self.head_office, admin.number)
        for path, name in self.company.offices:
            order = AddOffice(new_id(self.clock), HEAD_OFFICE, path, name)
            seat.perform("access.add_office", order)
        codes = {}
        for person in self.company.people:
            codes[person.number] = new_code()
            seat.perform(
                "access.add_person",
                AddPerson(
                    new_id(self.clock),
                    person.number,
                    person.name,
                    person.office,
                    person.roles,
                    activation_hash(codes[person.number]),
                ),
            )
        seat.sync()
        self.branch.sync()
        for person in self.company.people:
            station = self.branch if person.office == BRANCH else self.head_office
            station.activate(person.number, codes[person.number], self.password(person.number))
        self.branch.sync()

    def _pair_machine(self) -> None:
        port = self.branch.seal_port
        public = str(self.machine.said["pubkey"])
        identity = meet_machine(port, bytes.fromhex(public), self.clock)
        seat = self.sit(self.head_office, "A0001")
        seat.perform(
            "seals.pair_machine",
            PairMachine(
                machine_id=new_id(self.clock),
                scope=BRANCH,
                device_id=DEVICE_ID,
                name=identity.model,
                public_key=public,
                seals=(SEAL_ID,),
                total=identity.total,
                log_sequence=identity.log_sequence,
                log_head=identity.log_head.hex(),
                arm_counter=identity.arm_counter,
            ),
        )
        seat.sync()
        self.branch.sync()


def free_port() -> int:
    """Find a port of loopback nobody listens on.

    It is below those the system lends to outgoing connections: the demo's hub is known under it,
    goes away and comes back, and nothing may sit there meanwhile.
    """
    ports = list(LASTING_PORTS)
    random.SystemRandom().shuffle(ports)
    for port in ports:
        with suppress(BranchError), listening("127.0.0.1", port):
            return port
    raise BugError("no port of loopback is free")


def _enrol(
    folder: Path, name: str, office: str, code: str, passphrase: str, clock: Clock, port: int
) -> Workstation:
    slots, key = new_slots()
    slots = slots.with_passphrase(key, passphrase)
    ca_pem = (folder / "hub" / "keys" / "ca.pem").read_text("ascii")
    enrolment = Enrolment(f"https://127.0.0.1:{port}", ca_pem, code, name, office)
    return Workstation.enrol(folder / "stores" / name, slots, key, clock, enrolment)


def _open_store(folder: Path, passphrase: str, clock: Clock) -> Store:
    key = KeySlots.read(folder / KEYS).open_by_passphrase(passphrase)
    return Store.open(folder, key, clock)


def _devices(folder: Path, settings: HubSettings) -> tuple[Child, PadSimulator]:
    return _machine(folder, settings), PadSimulator(PAD_MODEL, seed=79)


def _machine(folder: Path, settings: HubSettings) -> Child:
    public = settings.keys.permit_key().public_key().public_bytes_raw().hex()
    return start_machine(folder / "machine", DEVICE_ID, SEAL_ID, (PERMIT_KEY_ID, public))


def _credential(session: Any, number: str) -> Credential:
    found: Credential = session.get_one(Credential, number)
    return found
