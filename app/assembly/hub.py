"""Head office put together: its keys, its packs, its door, its first people, its server."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate
from typing_extensions import override

import app.schema  # noqa: F401 - the metadata must be whole
from app.access.actions import activation_hash
from app.access.policy import policy_of
from app.access.queries import person_by_number
from app.access.records import Office, Person
from app.access.rules import Resource, decide
from app.assembly.after import AFTER
from app.assembly.door import Door, Proofs
from app.assembly.trade import delegations_of, name_words
from app.assembly.verbs import Parts, all_verbs
from app.audit.actions import HeadSigner
from app.customers.further import Forms
from app.customers.head_fields import owned_by_head_office
from app.documents.signatures import CertificateAuthority, issue_certificate
from app.kit.clock import Clock
from app.kit.errors.access import not_allowed
from app.kit.errors.base import BranchError
from app.kit.errors.contracts import number_not_leased
from app.kit.errors.customers import field_of_head_office
from app.kit.errors.seals import permit_wrong, persons_wrong
from app.kit.ids import new_id
from app.packs.in_force import FormsInForce
from app.packs.queries import pack_files, pack_rows
from app.packs.records import PackFile
from app.packs.resources import resource_bytes, resource_path
from app.packs.shipped import offers_former, shipped_packs
from app.packs.trust import PackStore
from app.pricing.pricer import pricer_of
from app.seals.queries import last_register_no, open_offline_permits
from app.seals.rules import ONLINE_PERMIT_MINUTES, PERMIT_HOURS, PermitAsked, PermitIssued
from app.store.session import Session
from app.store.work import Actor, Work
from devices.seal.api import Permit, PersonKey, sign_permit
from sync.hub import workstations
from sync.hub.door import Edit, HubDoor, Refused
from sync.hub.founding import Connection, founding_work
from sync.hub.keys import HubKeys, init_hub
from sync.hub.numbers import is_lent
from sync.hub.server import KEYS, HubSettings, open_database, serve

HEAD_OFFICE = "ho"
HUB_CHAIN = "hub"
PERMIT_KEY_ID = "hq-permit-1"
OPEN_OFFLINE_PERMITS = 3
"""The quota of a machine: so many offline permits may be open for it at once."""
CERTIFICATE_DAYS = 397

ROW_ACTIONS = {
    ("customer", "insert"): "customers.register_organisation",
    ("customer", "patch"): "customers.correct_customer",
    ("customer_contact", "insert"): "customers.add_contact",
    ("customer_contact", "patch"): "customers.correct_customer",
    ("customer_event", "insert"): "customers.add_note",
    ("customer_further", "insert"): "customers.correct_customer",
    ("customer_further", "patch"): "customers.correct_customer",
    ("customer_change", "insert"): "customers.correct_customer",
}
"""What the policy calls an edit that came as rows. Lines of the audit chain need no leave."""


@dataclass(frozen=True)
class TradeDoor(HubDoor):
    """The hub's way into the rooms of the trade."""

    door: Door
    forms: Forms

    @override
    def actor(self, session: Session, person: str, scope: str, device: str) -> Actor | None:
        found = person_by_number(session, person)
        if found is None:
            return None
        return Actor(found.number, found.name, found.roles, found.office, device)

    @override
    def perform(self, work: Work, verb: str, order: dict[str, Any]) -> None:
        self.door.perform(work, verb, self.door.order_of(verb, order), Proofs())

    @override
    def check_edit(self, session: Session, actor: Actor, edit: Edit) -> None:
        if edit.kind in ("audit_line", "audit_head") and edit.op == "insert":
            return
        action = ROW_ACTIONS.get((edit.kind, edit.op), f"rows.{edit.kind}.{edit.op}")
        answer = decide(actor, action, Resource(edit.scope, {}), self.door.policy)
        if not answer.allowed:
            problem = not_allowed(action, answer.reason)
            raise Refused(problem.code, str(problem.what))
        if owned_by_head_office(session, self.forms, edit.scope, edit.id, edit.kind, edit.fresh):
            problem = field_of_head_office()
            raise Refused(problem.code, str(problem.what))


def trade_door(keys: HubKeys, packs: PackStore, clock: Clock) -> TradeDoor:
    """Build the hub's door: the same verbs as a desk, with the leave to issue and to check."""
    receipt = keys.receipt_key()
    parts = Parts(
        pricer=pricer_of(packs),
        names=name_words(),
        delegations=delegations_of(packs),
        issue=issuer(keys.permit_key(), clock),
        number_check=check_lease,
        certify=certifier(_authority(keys), clock),
        forms=FormsInForce(packs, clock).form,
    )
    return TradeDoor(
        Door(
            verbs=all_verbs(parts),
            policy=policy_of(resource_bytes("rules/access.json")),
            after=AFTER,
            chain=HUB_CHAIN,
            signer=HeadSigner(receipt.sign),
            trusted=True,
            chain_scope=HEAD_OFFICE,
        ),
        parts.forms,
    )


def issuer(key: Ed25519PrivateKey, clock: Clock) -> Callable[[Work, PermitAsked], PermitIssued]:
    """Give the leave to sign permits: exactly what was asked, for a short while.

    Online permits are bound to the machine's challenge and live half an hour; offline ones are
    bound to its arm counter, live 72 hours at most, and few may be open for one machine.
    """

    def issue(work: Work, asked: PermitAsked) -> PermitIssued:
        if bool(asked.nonce) == (asked.arm_counter is not None):
            raise BranchError(permit_wrong())
        if asked.arm_counter is not None:
            _refuse_over_quota(work, asked.device_id)
        now = clock.now().replace(microsecond=0)
        life = (
            timedelta(minutes=ONLINE_PERMIT_MINUTES)
            if asked.nonce
            else timedelta(hours=PERMIT_HOURS)
        )
        permit = Permit(
            permit_id=new_id(clock),
            device_id=asked.device_id,
            seal_id=asked.seal_id,
            document_sha256=bytes.fromhex(asked.document_sha256),
            impressions=asked.impressions,
            not_before=now - timedelta(minutes=2),
            not_after=now + life - timedelta(minutes=2),
            persons=(_person_key(work, asked.operator), _person_key(work, asked.witness)),
            persons_needed=2,
            pages=asked.pages,
            branch=asked.scope.rsplit(".", 1)[-1],
            contract_number=asked.number,
            approval_chain_sha256=bytes.fromhex(asked.approval_chain_sha256),
            nonce=bytes.fromhex(asked.nonce) if asked.nonce else None,
            arm_counter=asked.arm_counter,
        )
        signed = sign_permit(permit, by=key.sign, kid=PERMIT_KEY_ID)
        return PermitIssued(permit.permit_id, signed.hex(), _next_register_no(work, asked.scope))

    return issue


def certifier(authority: CertificateAuthority, clock: Clock) -> Callable[[str, str], bytes]:
    """Give the leave to issue a document certificate (DER) to a desk's P-256 key (PEM)."""

    def certify(public_pem: str, name: str) -> bytes:
        public = load_pem_public_key(public_pem.encode())
        if not isinstance(public, EllipticCurvePublicKey):
            raise BranchError(permit_wrong())
        since = clock.now() - timedelta(hours=1)
        return issue_certificate(authority, public, name, since, days=CERTIFICATE_DAYS)

    return certify


def _authority(keys: HubKeys) -> CertificateAuthority:
    key = load_pem_private_key(keys.ca_key.read_bytes(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise ValueError("ca.key is not an elliptic-curve key")
    certificate = load_pem_x509_certificate(keys.ca_pem.read_bytes())
    return CertificateAuthority(certificate.public_bytes(Encoding.DER), key)


def check_lease(work: Work, series: str, serial: int) -> None:
    """Refuse a number that is outside the sender's lease (E-CONTRACT-LEASE)."""
    if not is_lent(work.session.connection(), work.actor.device, series, serial):
        raise BranchError(number_not_leased(f"{series}/{serial}"))


@dataclass(frozen=True)
class FirstAdministrator:
    """The person who lets the others in; the code is shown once."""

    number: str
    code: str


def init_head_office(
    folder: Path, clock: Clock, *, database: str = "", hosts: Sequence[str] = ("127.0.0.1",)
) -> FirstAdministrator:
    """Make head office new: keys, database, the signed packs, the first administrator.

    Raises FileExistsError where a head office is there already.
    """
    init_hub(folder / KEYS, clock, hosts)
    settings = HubSettings(folder, database)
    hub = open_database(settings)
    code = new_code()
    founder = Actor("A0001", "", frozenset({"administrator"}), HEAD_OFFICE, HUB_CHAIN)

    def found(connection: Connection) -> None:
        with founding_work(connection, founder, clock) as work:
            _found(work, code)

    try:
        hub.write(found)
    finally:
        hub.close()
    return FirstAdministrator("A0001", code)


def enrolment_code(
    settings: HubSettings,
    scopes: Sequence[str],
    note: str,
    clock: Clock,
    *,
    read_only: Sequence[str] = (),
) -> str:
    """Make a one-time enrolment code for a workstation; good for 24 hours.

    The workstation may write for ``scopes``; those of ``read_only`` it only follows.
    """
    hub = open_database(settings)
    try:
        return hub.write(
            lambda c: workstations.make_token(c, scopes, note, clock, read_only=read_only)
        )
    finally:
        hub.close()


def serve_head_office(settings: HubSettings, clock: Clock) -> None:
    """Serve until told to stop; packs of an earlier program's bundle are renewed first."""
    renew_packs(settings, clock)
    serve(settings, trade_door(settings.keys, shipped_packs(clock), clock), clock)


def renew_packs(settings: HubSettings, clock: Clock) -> bool:
    """Hand the desks this program's bundle where head office still hands out a former program's.

    True where it did. A bundle that head office signed itself is left alone.
    """
    hub = open_database(settings)
    founder = Actor("A0001", "", frozenset({"administrator"}), HEAD_OFFICE, HUB_CHAIN)

    def renew(connection: Connection) -> bool:
        with founding_work(connection, founder, clock) as work:
            if not offers_former(pack_files(work.session)):
                return False
            held = dict(pack_rows(work.session))
            for row in _pack_rows():
                former = held.pop(row.path, None)
                if former is None:
                    work.session.add(row)
                else:
                    former.content, former.bundle = row.content, row.bundle
            for gone in held.values():
                work.session.delete(gone)
            return True

    try:
        return hub.write(renew)
    finally:
        hub.close()


def new_code() -> str:
    """Make a one-time activation code: 80 random bits in five groups."""
    raw = base64.b32encode(secrets.token_bytes(10)).decode("ascii")
    return "-".join(raw[start : start + 4] for start in range(0, 16, 4))


def _found(work: Work, code: str) -> None:
    names = _first_names()
    head_office = Office(
        scope=HEAD_OFFICE,
        id=new_id(work.clock),
        path=HEAD_OFFICE,
        code=HEAD_OFFICE,
        name=names["head_office"],
    )
    administrator = Person(
        scope=HEAD_OFFICE,
        id=new_id(work.clock),
        number=work.actor.person,
        name=names["administrator"],
        office=HEAD_OFFICE,
        roles=["administrator"],
        activation=activation_hash(code),
    )
    work.session.add_all([head_office, administrator, *_pack_rows()])


def _first_names() -> dict[str, str]:
    import json

    names: dict[str, str] = json.loads(resource_bytes("demo/first_names.json"))
    return names


def _pack_rows() -> list[PackFile]:
    folder = resource_path("packs")
    rows = []
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        digest = hashlib.sha256(f"pack_file\n{name}".encode()).digest()
        content = base64.b64encode(path.read_bytes()).decode("ascii")
        rows.append(
            PackFile(
                scope=HEAD_OFFICE, id=UUID(bytes=digest[:16]), path=name, content=content, bundle=1
            )
        )
    return rows


def _person_key(work: Work, number: str) -> PersonKey:
    person = person_by_number(work.session, number)
    if person is None or not person.public_key:
        raise BranchError(persons_wrong())
    return PersonKey(number, bytes.fromhex(person.public_key))


def _next_register_no(work: Work, scope: str) -> int:
    return last_register_no(work.session, scope) + 1


def _refuse_over_quota(work: Work, device_id: str) -> None:
    if open_offline_permits(work.session, device_id) >= OPEN_OFFLINE_PERMITS:
        raise BranchError(permit_wrong())
