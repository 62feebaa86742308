"""One workstation without a screen: store, vault, packs, keys, the line to head office, seats.

The window (assembly/desk.py) and the headless day (assembly/headless.py) both sit on this.
"""

import base64
import hashlib
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate
from typing_extensions import override

import app.schema  # noqa: F401 - the metadata must be whole
from app.access.actions import ActivatePerson, confirm_people, confirm_people_by_word
from app.access.leave import Leave
from app.access.login import SignedIn, make_credential, sign_in, use_code
from app.access.policy import policy_of
from app.access.queries import PersonCard, person_by_number
from app.access.records import Credential
from app.assembly.after import AFTER
from app.assembly.batches import Batches
from app.assembly.devices import PadPort, SealPort, open_machine, pad_at
from app.assembly.door import Door, Proofs
from app.assembly.trade import delegations_of, name_words
from app.assembly.verbs import Parts, all_verbs
from app.audit.actions import HeadSigner, head_of
from app.audit.chain import Anchor
from app.audit.queries import check_chain
from app.contracts.rules import series_of
from app.customers.importing import BatchTaken, ImportCustomers
from app.documents.fonts import fonts_folder
from app.documents.laid_open import LaidOpen
from app.documents.pdf import PdfPress
from app.documents.signatures import (
    DocumentKey,
    SignatureProvider,
    load_document_key,
    new_private_key,
)
from app.documents.vault import Vault
from app.kit.clock import Clock, today
from app.kit.errors.access import activation_wrong, login_unknown, proof_missing, seat_left
from app.kit.errors.audit import chain_behind
from app.kit.errors.base import BranchError
from app.kit.errors.seals import machine_unknown
from app.kit.errors.sync import hub_unreachable
from app.kit.ids import new_id
from app.kit.lanes import Lane
from app.kit.logs import event
from app.packs.in_force import FormsInForce
from app.packs.queries import pack_files
from app.packs.records import PackFile
from app.packs.resources import resource_bytes
from app.packs.shipped import held_packs, offers_former
from app.packs.sources import BytesSource
from app.packs.trust import PackStore
from app.pricing.pricer import pricer_of
from app.reports.actions import drop_run, drop_saved, keep_run, keep_saved, mark_run
from app.reports.rules.due import Saved
from app.reports.rules.kept import KeptRun
from app.seals.actions import MachineSuspect
from app.seals.queries import machine_card
from app.signing.actions import RequestCertificate
from app.signing.queries import certificate_of
from app.store.drafts import drop_draft, keep_draft, read_draft
from app.store.files_here import line_up
from app.store.follow import Follower, RequestNumbers, SeriesWanted
from app.store.gate import LOCK
from app.store.keyslots import Keyring, KeySlots
from app.store.letters import put_away
from app.store.numbers import next_number
from app.store.outbox import SCHEMA, left
from app.store.queries import files_left
from app.store.session import Session
from app.store.store import DATABASE, KEYS, Store
from app.store.work import Actor, Changes, Command
from devices.seal.api import LastKnown, LogPosition, SealDevice
from devices.signpad.api import SignaturePad
from sync.client.faults import HubError, HubFault
from sync.client.link import HubAddress, HubLink, Transport
from sync.courier.parts import send_files
from sync.engine.round import sync_round
from sync.engine.taking import RoundSettings, SyncReport
from sync.wire.messages import EnrolRequest
from sync.wire.plain import to_plain
from sync.wire.signature import RequestKey
from ui.shell.ports import Desk, Prover, SyncView

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger("sealdesk.desk")
PERMIT_KEY_ID = "hq-permit-1"
STEP_UP_SECONDS = 300.0
"""How long a fresh code holds for the one record it was given for (docs/decisions/0002)."""
NUMBERS_LENT = 200
FILE_BUDGET = 64 * 1024 * 1024
PRODUCT = "GPA1"
OPENED = "opened"
"""The folder beside the store where files lie open for a viewer."""


@dataclass(frozen=True)
class Enrolment:
    """What a workstation needs to be taken in: where, whom to trust, the one-time code."""

    url: str
    ca_pem: str
    token: str
    name: str
    office: str
    scopes: tuple[str, ...] = ()


@dataclass
class Workstation:
    """An open workstation; everything a seat needs. Close it at the end."""

    store: Store
    vault: Vault
    packs: PackStore
    clock: Clock
    device: str
    office: str
    link: HubLink
    door: Door
    network: Lane
    machine_lane: Lane
    pad_lane: Lane
    printer_lane: Lane
    seal_port: SealPort = field(default_factory=SealPort)
    pad_port: PadPort = field(default_factory=PadPort)
    keyring: Keyring | None = None
    left_over: set[str] = field(default_factory=set)
    """Files that waited for head office when this desk was opened: perhaps of a step cut off."""
    offline_since: datetime | None = None
    last_report: SyncReport | None = None
    laid_open: LaidOpen = field(init=False)
    """Where files lie open for the system's viewer while a person sits here."""
    _press: PdfPress | None = field(default=None, repr=False)
    _packs_seen: date | None = field(default=None, repr=False)
    """The day on which the bundle that came last was verified (it expires by the day)."""

    def __post_init__(self) -> None:
        self.laid_open = LaidOpen(self.store.folder / OPENED)
        # What a power cut left lying open.
        self.laid_open.clear()

    @classmethod
    def enrol(
        cls,
        folder: Path,
        slots: KeySlots,
        key: bytes,
        clock: Clock,
        enrolment: Enrolment,
        transport: Transport | None = None,
    ) -> "Workstation":
        """Make a new workstation, have head office take it in, and open it."""
        store = Store.create(folder, slots, key, clock)
        signing = Ed25519PrivateKey.generate()
        public = base64.b64encode(signing.public_key().public_bytes_raw()).decode("ascii")
        fingerprint = hashlib.sha256(signing.public_key().public_bytes_raw()).hexdigest()[:32]
        address = HubAddress(enrolment.url, enrolment.ca_pem, {})
        link = HubLink(
            address,
            RequestKey(fingerprint, "ed25519", signing.sign),
            RequestNumbers(store),
            clock,
            SCHEMA,
            transport=transport,
        )
        try:
            reply = link.enrol(
                EnrolRequest(
                    token=enrolment.token,
                    algorithm="ed25519",
                    public_key=public,
                    name=enrolment.name,
                    app="sealdesk",
                    schema=SCHEMA,
                )
            )
        except BaseException:
            store.close()
            _take_away(folder)
            raise
        finally:
            link.close()
        raw = base64.b64decode(reply.receipt_key)
        store.note(
            "hub",
            {
                "url": enrolment.url,
                "ca_pem": reply.ca_pem,
                "receipt": {hashlib.sha256(raw).hexdigest()[:16]: reply.receipt_key},
                "permit": reply.permit_key,
                "escrow": reply.escrow_key,
                "courier": reply.courier_key,
            },
        )
        store.note("device", reply.device)
        store.note("office", enrolment.office)
        store.keep_secret("workstation_key", signing.private_bytes_raw())
        store.keep_secret("desk_secret", secrets.token_bytes(32))
        Follower(store).begin(grant.scope for grant in reply.scopes)
        held_packs(folder / "packs", clock)
        slots.with_escrow(key, base64.b64decode(reply.escrow_key)).write(folder / "keys.json")
        return cls.over(store, transport)

    @classmethod
    def over(
        cls,
        store: Store,
        transport: Transport | None = None,
        keyring: Keyring | None = None,
    ) -> "Workstation":
        """Open an enrolled workstation over its open store.

        With a keyring, the last head of the audit chain is kept in it too, outside the store: an
        older copy of the store that was put back is refused (BranchError E-AUDIT-ANCHOR).
        """
        hub, device = store.noted("hub"), store.noted("device")
        office, key = store.noted("office"), store.secret("workstation_key")
        assert isinstance(hub, dict) and isinstance(device, str) and isinstance(office, str)
        assert key is not None
        signing = Ed25519PrivateKey.from_private_bytes(key)
        packs = held_packs(store.folder / "packs", store.clock)
        link = HubLink(
            HubAddress(hub["url"], hub["ca_pem"], hub["receipt"]),
            RequestKey(device, "ed25519", signing.sign),
            RequestNumbers(store),
            store.clock,
            SCHEMA,
            transport=transport,
        )
        parts = Parts(
            pricer_of(packs),
            name_words(),
            delegations_of(packs),
            forms=FormsInForce(packs, store.clock).form,
        )
        door = Door(
            verbs=all_verbs(parts),
            policy=policy_of(resource_bytes("rules/access.json")),
            after=AFTER,
            chain=device,
            signer=HeadSigner(signing.sign),
        )
        station = cls(
            store=store,
            vault=Vault(store.folder / "files", store.key),
            packs=packs,
            clock=store.clock,
            device=device,
            office=office,
            link=link,
            door=door,
            network=Lane("network"),
            machine_lane=Lane("seal machine"),
            pad_lane=Lane("signature pad"),
            printer_lane=Lane("printer"),
        )
        station.seal_port = SealPort(**_facts(store.noted("seal_port")))
        station.pad_port = PadPort(**_facts(store.noted("pad_port")))
        waiting = Follower(store).files_waiting(10_000)
        station.left_over = {one.sha256 for one in waiting}
        station.keyring = keyring
        station.check_anchor()
        return station

    def check_anchor(self) -> None:
        """Hold the audit chain against the head the keyring keeps (E-AUDIT-ANCHOR)."""
        kept = self.keyring.get(self._anchor_name()) if self.keyring else None
        if kept is None:
            return
        n, _, digest = kept.partition(":")
        anchor = Anchor("the keyring", int(n), digest)
        verdict = self.store.read(check_chain, self.device, [anchor], signed_by=self.signed_here)
        if not verdict.whole:
            raise BranchError(chain_behind(verdict.fault))

    def signed_here(self, said: bytes, signature: bytes) -> bool:
        """Say whether a signature over some bytes is this workstation's own."""
        key = self.store.secret("workstation_key")
        assert key is not None
        try:
            Ed25519PrivateKey.from_private_bytes(key).public_key().verify(signature, said)
        except InvalidSignature:
            return False
        return True

    def keep_anchor(self) -> None:
        """Put the head of the audit chain into the keyring, where there is one."""
        if self.keyring is not None:
            n, digest = self.store.read(head_of, self.device)
            self.keyring.set(self._anchor_name(), f"{n}:{digest}")

    def _anchor_name(self) -> str:
        return f"audit-{self.device}"

    def set_devices(self, seal: SealPort, pad: PadPort) -> None:
        """Remember where this desk's devices are."""
        self.seal_port, self.pad_port = seal, pad
        self.store.note("seal_port", {"device_id": seal.device_id, "path": seal.path})
        self.store.note("pad_port", {"path": pad.path, "model": pad.model})

    def activate(self, number: str, code: str, password: str) -> str:
        """Let a person in for the first time, against their one-time code.

        Needs head office once. Gives the TOTP secret, shown to the person and never again; raises
        BranchError E-LOGIN-UNKNOWN or E-LOGIN-ACTIVATION.
        """
        card = self.store.read(person_by_number, number)
        if card is None:
            raise BranchError(login_unknown())
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw().hex()
        seat = Seat(self, SignedIn(_actor(card, self.device), key, second_factor=False))
        seat.perform("access.activate_person", ActivatePerson(card.id, code, public))
        self.sync()
        confirmed = self.store.read(person_by_number, number)
        if confirmed is None or confirmed.public_key != public:
            raise BranchError(activation_wrong())
        credential = make_credential(number, password, key, self._desk_secret(), self.clock)
        secret = credential.totp_secret

        def keep() -> None:
            with self.store.desk_work() as session:
                session.merge(credential)

        self.store.writer.ask(keep)
        return secret

    def sign_in(self, number: str, password: str, code: str | None = None) -> "Seat":
        """Let a person sit down; raises BranchError E-LOGIN-… and counts wrong tries."""
        return Seat(self, self._let_in(number, password, code))

    def sync(self) -> SyncView:
        """Sync until nothing is left to do, files included, then take new packs into use.

        Raises BranchError while head office is not reached.
        """
        return self.network.ask(self._sync)

    def sync_state(self) -> SyncView:
        """Say where the desk stands, without asking head office."""
        return self._view(0, 0, 0)

    def press(self) -> PdfPress:
        """Give the press; the first call warms it."""
        if self._press is None:
            self._press = PdfPress(fonts_folder())
        return self._press

    def close(self) -> None:
        """Finish the lanes, take away what was laid open, close the store."""
        self.laid_open.clear()
        for lane in (self.network, self.machine_lane, self.pad_lane, self.printer_lane):
            lane.close()
        self.link.close()
        self.store.close()

    def _let_in(self, number: str, password: str, code: str | None) -> SignedIn:
        def act() -> SignedIn | BranchError:
            with self.store.desk_work() as session:
                try:
                    return sign_in(
                        session,
                        number,
                        password,
                        code,
                        desk_secret=self._desk_secret(),
                        device=self.device,
                        clock=self.clock,
                        tally=self.keyring,
                    )
                except BranchError as refused:
                    return refused

        answer = self.store.writer.ask(act)
        if isinstance(answer, BranchError):
            raise answer
        return answer

    def _desk_secret(self) -> bytes:
        secret = self.store.secret("desk_secret")
        assert secret is not None
        return secret

    def _sync(self) -> SyncView:
        desk = Follower(self.store)
        settings = self.round_settings()
        rounds = pushed = pulled = 0
        try:
            for _ in range(8):
                self.store.writer.ask(self._batches().take_again)  # also what a kill left undone
                report = sync_round(desk, self.link, settings)
                self.last_report = report
                rounds += report.rounds
                pushed += report.pushed
                pulled += report.pulled
                if PackFile.__tablename__ in report.kinds:
                    self._packs_seen = None
                over = frozenset(self.left_over) if report.outbox_left == 0 else frozenset[str]()
                sent = send_files(
                    desk, self.link, self.vault.get, budget=FILE_BUDGET, left_over=over
                )
                if report.even and not sent.left and not report.letters:
                    break
        except HubError as error:
            if error.fault in (HubFault.NO_ANSWER, HubFault.BUSY):
                self.offline_since = self.offline_since or self.clock.now()
            raise
        self.offline_since = None
        self._note_courier_key()
        self._take_packs()
        self._confirm_people()
        if self.last_report is not None and self.last_report.hub_time is not None:
            self.store.writer.ask(self.store.trust_time, self.last_report.hub_time)
        return self._view(rounds, pushed, pulled)

    def _batches(self) -> Batches:
        return Batches(self.store, self.door, self.device)

    def take_up(self, actor: Actor, order: ImportCustomers, proofs: Proofs) -> BatchTaken:
        """Take up a batch of a list without the rows that are refused; they get letters."""
        return self.store.writer.ask(self._batches().take, actor, order, proofs)

    def round_settings(self) -> RoundSettings:
        """Say how this desk asks head office, by the line or by courier."""
        return RoundSettings(self.device, SCHEMA, series=self._series())

    def hub_facts(self) -> dict[str, Any]:
        """Give what head office told this desk of itself: address, keys in base64."""
        hub = self.store.noted("hub")
        assert isinstance(hub, dict)
        return hub

    def took_in(self, report: SyncReport) -> None:
        """Heed what an answer brought that came another way than by the line."""
        self.last_report = report
        self._packs_seen = None
        self._take_packs()
        if report.hub_time is not None:
            self.store.writer.ask(self._confirm_by_word, report.hub_time)
            self.store.writer.ask(self.store.trust_time, report.hub_time)

    def _confirm_by_word(self, said_at: datetime) -> None:
        with self.store.desk_work() as session:
            confirm_people_by_word(session, said_at)

    def _note_courier_key(self) -> None:
        """Keep head office's key for packs as the line told it."""
        told, hub = self.link.courier_key, self.hub_facts()
        if told and told != hub.get("courier"):
            self.store.writer.ask(self.store.note, "hub", {**hub, "courier": told})

    def _series(self) -> tuple[SeriesWanted, ...]:
        if self.office.count(".") < 2:
            return ()
        code = self.office.rsplit(".", 1)[-1]
        series = series_of(PRODUCT, code, today(self.clock).year)
        return (SeriesWanted(self.office, series, NUMBERS_LENT),)

    def _view(self, rounds: int, pushed: int, pulled: int) -> SyncView:
        digests = self.last_report.digest_equal if self.last_report else {}
        return SyncView(
            rounds=rounds,
            pushed=pushed,
            pulled=pulled,
            outbox_left=self.store.read(left),
            files_left=self.store.read(files_left),
            digest_equal=all(digests.values()) if digests else None,
            at=self.clock.now(),
            offline_since=self.offline_since,
        )

    def _take_packs(self) -> None:
        """Take a new bundle into use; one that is refused is refused at every sync."""
        if self._packs_seen == today(self.clock):
            return
        files = self.store.read(pack_files)
        if files and not offers_former(files):
            self.packs.refresh(BytesSource(files))
        self._packs_seen = today(self.clock)

    def _confirm_people(self) -> None:
        """Note that head office was reached: its word about people is fresh again."""

        def act() -> None:
            with self.store.desk_work() as session:
                confirm_people(session, self.clock.now())

        self.store.writer.ask(act)


@dataclass
class Seat(Desk):
    """A person at a workstation: the Desk that presenters get."""

    station: Workstation
    who: SignedIn
    _in_hand: set[UUID] = field(default_factory=set, repr=False)
    _step_ups: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    @override
    def in_hand(self) -> set[UUID]:
        return self._in_hand

    @property
    @override
    def actor(self) -> Actor:
        return self.who.actor

    @property
    @override
    def seeing(self) -> Leave:
        return Leave(self.who.actor, self.station.door.policy)

    @property
    @override
    def scope(self) -> str:
        return self.station.office

    @property
    @override
    def clock(self) -> Clock:
        return self.station.clock

    @property
    @override
    def vault(self) -> Vault:
        return self.station.vault

    @property
    @override
    def packs(self) -> PackStore:
        return self.station.packs

    @override
    def perform(self, verb: str, order: object) -> Changes:
        writer = self.station.store.writer
        try:
            return writer.ask(self._perform, verb, order)
        except MachineSuspect as found:
            # The refusal rolled its own unit of work back; what it found is kept in another one.
            writer.ask(self._perform, "seals.freeze_machine", found.freeze)
            raise

    def _perform(self, verb: str, order: object) -> Changes:
        door = self.station.door
        known = door.verb(verb)
        command = None
        if known.travels == "command":
            subject = getattr(order, known.subject)
            command = Command(verb, to_plain(order), known.subject_kind, subject)
        with self.station.store.work(self.actor, command=command) as work:
            changes = door.perform(work, verb, order, self._proofs())
            work.commit()
        event(_log, logging.INFO, "performed", doing=verb, rows=len(changes.rows))
        if known.sealed:
            self.station.keep_anchor()
        return changes

    @override
    def take_up(self, order: ImportCustomers) -> BatchTaken:
        return self.station.take_up(self.actor, order, self._proofs())

    @override
    def read(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return self.station.store.read(query, *args, **kwargs)

    @override
    def keep_file(self, content: bytes, extension: str, mime: str, name: str) -> str:
        sha256 = self.station.vault.put(content, extension)
        self.station.left_over.discard(sha256)

        def note() -> None:
            with self.station.store.desk_work() as session:
                line_up(
                    session,
                    sha256,
                    size=len(content),
                    mime=mime,
                    name=name,
                    scope=self.scope,
                    at=self.clock.now(),
                )

        self.station.store.writer.ask(note)
        return sha256

    @override
    def lay_open(self, sha256: str, name: str) -> Path:
        content = self.vault.get(sha256)
        extension = self.vault.facts(sha256).extension
        return self.station.laid_open.lay(sha256, name, extension, content)

    @override
    def next_number(self, series: str) -> int:
        return self.read(next_number, series, self.clock.now())

    @override
    def sync(self) -> SyncView:
        return self.station.sync()

    @override
    def sync_state(self) -> SyncView:
        return self.station.sync_state()

    @override
    def press(self) -> PdfPress:
        return self.station.press()

    @override
    def document_key(self) -> SignatureProvider:
        certificate = self.read(certificate_of, self.station.device)
        if certificate is None:
            certificate = self._ask_certificate()
        pem, secret = self.station.store.secret("document_key"), self.station._desk_secret()
        assert pem is not None
        return load_document_key(certificate, pem, secret.hex().encode(), self.trust_anchors())

    def _ask_certificate(self) -> bytes:
        store, secret = self.station.store, self.station._desk_secret()
        key = new_private_key()
        pem = DocumentKey(b"", key).private_pem(secret.hex().encode())
        store.writer.ask(store.keep_secret, "document_key", pem)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        order = RequestCertificate(new_id(self.clock), self.scope, public.decode("ascii"))
        self.perform("signing.request_certificate", order)
        self.sync()
        certificate = self.read(certificate_of, self.station.device)
        if certificate is None:
            raise BranchError(hub_unreachable("no certificate"))
        return certificate

    @override
    def trust_anchors(self) -> tuple[bytes, ...]:
        hub = self.station.store.noted("hub")
        assert isinstance(hub, dict)
        certificate = load_pem_x509_certificate(hub["ca_pem"].encode("ascii"))
        return (certificate.public_bytes(Encoding.DER),)

    @override
    def permit_keys(self) -> dict[str, bytes]:
        hub = self.station.store.noted("hub")
        assert isinstance(hub, dict)
        return {PERMIT_KEY_ID: base64.b64decode(hub["permit"])}

    @override
    def seal_machine(self) -> AbstractContextManager[SealDevice]:
        port = self.station.seal_port
        card = self.read(machine_card, port.device_id)
        if card is None:
            raise BranchError(machine_unknown(port.device_id or "–"))
        place = LogPosition(card.log_sequence, bytes.fromhex(card.log_head), card.total)
        known = LastKnown(place, card.arm_counter, card.tamper_counter)
        return open_machine(port, bytes.fromhex(card.public_key), known, self.clock)

    @override
    def seal_machine_id(self) -> str:
        return self.station.seal_port.device_id

    @override
    def pad(self) -> SignaturePad:
        return pad_at(self.station.pad_port, self.clock)

    @override
    def sign_as_person(self, statement: bytes) -> bytes:
        if self.who.key is None:
            raise BranchError(seat_left())
        return self.who.key.sign(statement)

    def leave(self) -> None:
        """Forget the person's key and proofs: from here on nothing is signed or proved as them.

        Drafts are still kept and read; what asks for a proof is refused (E-ACCESS-LEFT).
        """
        self.who = replace(self.who, key=None)
        self._step_ups.clear()
        self.station.laid_open.clear()

    @override
    def step_up(self, subject: str, code: str) -> None:
        def act() -> BranchError | None:
            with self.station.store.desk_work() as session:
                credential = session.get_one(Credential, self.actor.person)
                try:
                    use_code(credential, code, self.clock)
                except BranchError as refused:
                    return refused
            return None

        refused = self.station.store.writer.ask(act)
        if refused is not None:
            raise refused
        self._step_ups[subject] = self.clock.monotonic()

    @override
    def keep_draft(self, key: str, texts: tuple[tuple[str, str], ...]) -> None:
        def act() -> None:
            with self.station.store.desk_work() as session:
                keep_draft(session, key, self.actor.person, texts, self.clock.now())

        self.station.store.writer.ask(act)

    @override
    def read_draft(self, key: str) -> tuple[tuple[str, str], ...]:
        return self.read(read_draft, key, self.actor.person)

    @override
    def drop_draft(self, key: str) -> None:
        def act() -> None:
            with self.station.store.desk_work() as session:
                drop_draft(session, key, self.actor.person)

        self.station.store.writer.ask(act)

    @override
    def keep_report(self, saved: Saved) -> None:
        self._write_own(keep_saved, self.actor.person, saved)

    @override
    def drop_report(self, saved: UUID) -> None:
        self._write_own(drop_saved, self.actor.person, saved)

    @override
    def keep_run(self, run: KeptRun) -> None:
        self._write_own(keep_run, self.actor.person, run)

    @override
    def mark_run(self, run: UUID, broken_at: datetime | None) -> None:
        self._write_own(mark_run, self.actor.person, run, broken_at)

    @override
    def drop_run(self, run: UUID) -> None:
        self._write_own(drop_run, self.actor.person, run)

    def _write_own(
        self, act: Callable[Concatenate[Session, P], None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Write into the desk's own tables, on the writer lane."""
        store = self.station.store

        def write() -> None:
            with store.desk_work() as session:
                act(session, *args, **kwargs)

        store.writer.ask(write)

    @override
    def put_away(self, letter: UUID) -> None:
        def act() -> None:
            with self.station.store.desk_work() as session:
                put_away(session, letter)

        self.station.store.writer.ask(act)

    @override
    def prove(self, person: str, password: str, code: str) -> Prover:
        if person == self.actor.person:
            raise BranchError(proof_missing("witness"))
        other = self.station._let_in(person, password, code)
        assert other.key is not None, "whoever was let in just now has a key"
        return Prover(other.actor, other.key.sign)

    def _proofs(self) -> Proofs:
        now = self.clock.monotonic()
        fresh = {subject for subject, at in self._step_ups.items() if now - at <= STEP_UP_SECONDS}
        return Proofs(self.who.second_factor, frozenset(fresh))


def _take_away(folder: Path) -> None:
    """Remove a store that head office did not take in: it is empty, and the next try needs room."""
    for name in (DATABASE, KEYS, LOCK):
        (folder / name).unlink(missing_ok=True)


def _actor(card: PersonCard, device: str) -> Actor:
    return Actor(card.number, card.name, card.roles, card.office, device)


def _facts(noted: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in noted.items()} if isinstance(noted, dict) else {}
