"""The hands of a drill, over the demo's simulators: the only maker of what the drill page needs."""

import base64
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from typing_extensions import override

from app.assembly.demo import DemoPerson, DemoSite
from app.contracts.queries import ContractCard, contract_card, contracts_here
from app.customers.queries import customer_card
from app.documents.pages import page_png
from app.kit.errors.base import BranchError, BugError
from app.kit.errors.drill import line_stays_down, machine_without_power, pad_cannot_write
from app.kit.words import Text
from app.seals.queries import JobCard, jobs_here
from devices.seal.scp1.frames import Code
from ui.drill.ports import DemoLogin, Drill, Fault, MachineNow, Manner, Written

PRINTED_DPI = 200
HALF_WAY = 70
"""The moment of a signature, a hundred a second, at which a hand stops or a cable goes."""
SIGNING_S = 1.6
TOO_LATE_MS = 6_000
"""Later than the driver waits for the answer to an order to stamp."""
FOR_EVER = 1_000_000
NO_ANSWER = (EOFError, OSError, ValueError)
"""What a process that has ended, or whose pipes are closed, gives for an answer."""
FAULTS: Mapping[Fault, tuple[str, Mapping[str, object]]] = {
    "power": ("power_loss", {}),
    "power_intent": ("power_loss", {"at": "after_intent"}),
    "cable": ("unplug", {}),
    "cable_stroke": ("unplug", {"at": "before_intent"}),
    "late": ("late_reply", {"ms": TOO_LATE_MS, "code": int(Code.STAMP), "count": 1}),
    "photo": ("image_corrupt", {"on": True}),
    "no_photo": ("lose", {"code": int(Code.IMG_READ), "count": FOR_EVER}),
    "jam": ("jam", {"on": True}),
    "door": ("door", {"open": True}),
    "counter": ("counter_jump", {"by": 3}),
}
"""What each fault is on the control channel of the simulated machine."""
ENDED: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("power_loss", {"off": True}),
    ("unplug", {"off": True}),
    ("late_reply", {"ms": 0, "count": 0}),
    ("image_corrupt", {"on": False}),
    ("lose", {"count": 0}),
    ("jam", {"on": False}),
    ("door", {"open": False}),
)
HANDS: Mapping[Manner, Mapping[str, object]] = {
    "usual": {},
    "even": {"flat": True},
    "light": {"light": 0.1},
    "half": {"stop_at": HALF_WAY},
    "torn": {"unplug_at": HALF_WAY},
}
"""What each manner of signing is on the control channel of the simulated pad."""


class DemoDrill(Drill):
    """The hands at one demo; every call belongs on ``site.hands``."""

    def __init__(self, site: DemoSite, role_words: Callable[[frozenset[str]], Text]) -> None:
        self._site, self._role_words = site, role_words

    @override
    def contracts(self) -> list[ContractCard]:
        return self._site.branch.store.read(contracts_here, None)

    @override
    def jobs(self) -> list[JobCard]:
        return self._site.branch.store.read(jobs_here, None)

    @override
    def page_picture(self, contract_id: UUID, page: int) -> bytes:
        branch = self._site.branch
        card = branch.store.read(contract_card, contract_id)
        pdf = branch.vault.get(card.signed_sha256 or card.pdf_sha256)
        return page_png(pdf, page, dpi=PRINTED_DPI)

    @override
    def signers(self, customer_id: UUID) -> tuple[str, ...]:
        branch = self._site.branch
        customer = branch.store.read(customer_card, branch.office, customer_id)
        return tuple(contact.name for contact in customer.contacts) if customer else ()

    # -- the seal machine ----------------------------------------------------------------------

    @override
    def machine(self) -> MachineNow:
        if not self._site.machine_has_power:
            return MachineNow(powered=False)
        said = self._order("state")
        return MachineNow(
            powered=True,
            plugged=said["path"] is not None,
            paper=bool(said["paper_in"]),
            label=str(said["label"]),
            covered=bool(said["covered"]),
            changes=int(said["changes"]),
            total=int(said["total"]),
            faults=tuple(str(fault) for fault in said["faults"]),
        )

    @override
    def bed_picture(self) -> bytes:
        return base64.b64decode(str(self._order("peek")["jpeg"]))

    @override
    def lay_in(self, picture: bytes, page: int, label: str) -> None:
        try:
            self._site.lay_in(picture, page, label)
        except NO_ANSWER as error:
            raise BranchError(machine_without_power()) from error

    @override
    def lay_blank(self) -> None:
        self._order("paper")

    @override
    def take_out(self) -> None:
        self._order("paper", out=True)

    @override
    def cover(self, on: bool) -> None:
        self._order("cover_code", off=not on)

    @override
    def let_happen(self, fault: Fault) -> None:
        verb, fields = FAULTS[fault]
        if fault == "power":
            self._site.machine.kill()
        else:
            self._order(verb, **fields)

    @override
    def put_right(self) -> None:
        site = self._site
        if not site.machine_has_power:
            site.power_machine_up()
            return
        for verb, fields in ENDED:
            self._order(verb, **fields)
        for counter, by in self._order("state")["jumped"].items():
            self._order("counter_jump", counter=counter, by=-by)
        now = self.machine()
        if "jam" in now.faults:
            # A head that stuck is freed by its own test as it is switched on.
            site.power_machine_up()
        elif not now.plugged:
            site.plug_machine_in()

    def _order(self, verb: str, **fields: object) -> dict[str, Any]:
        """Give the machine's control channel an order; raises BranchError where it is off."""
        try:
            said = self._site.machine.ask(verb, **fields)
        except NO_ANSWER as error:
            raise BranchError(machine_without_power()) from error
        if said.get("ok") is not True:
            raise BugError(f"the simulated machine did not take {verb}: {said.get('error')}")
        return said

    # -- the pad -------------------------------------------------------------------------------

    @override
    def pad_plugged(self) -> bool:
        return self._site.pad.ask("state").plugged

    @override
    def sign(self, name: str, manner: Manner) -> Written:
        pad = self._site.pad
        pad.tell("fault", **HANDS[manner])
        pad.answer()
        written = pad.ask("sign", name=name, seconds=SIGNING_S)
        pad.ask("fault")
        torn = not written.ok and manner == "torn" and written.samples > 0
        if not written.ok and not torn:
            raise BranchError(pad_cannot_write())
        return Written(written.samples, written.touching, torn)

    @override
    def pull_pad(self) -> None:
        self._site.pad.ask("unplug")

    @override
    def plug_pad(self) -> None:
        self._site.plug_pad_in()

    # -- people and the line ---------------------------------------------------------------------

    @override
    def people(self) -> tuple[DemoLogin, ...]:
        return tuple(self._login(person) for person in self._site.company.people)

    def _login(self, person: DemoPerson) -> DemoLogin:
        site = self._site
        station = site.station_of(person)
        shown = site.code_now(station, person.number) if site.has_device(person) else None
        return DemoLogin(
            number=person.number,
            name=person.name,
            role=self._role_words(frozenset(person.roles)),
            password=site.password(person.number),
            code=None if shown is None else shown.digits,
            seconds=0.0 if shown is None else shown.seconds,
            elsewhere=station is not site.branch,
        )

    @override
    def line_up(self) -> bool:
        hub = self._site.hub
        return hub is not None and hub.process.poll() is None

    @override
    def cut_line(self) -> None:
        self._site.stop_hub()

    @override
    def mend_line(self) -> None:
        if not self.line_up():
            self._site.stop_hub()
        try:
            self._site.start_hub()
        except NO_ANSWER as error:
            raise BranchError(line_stays_down()) from error
