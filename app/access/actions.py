"""Verbs about offices and people; head office runs them for good."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.access.records import Credential, Office, Person
from app.access.rules import ROLES, reaches
from app.kit.errors.access import activation_wrong, not_allowed, number_taken
from app.kit.errors.base import BranchError, BugError
from app.store.session import Session
from app.store.work import Changes, Work

ONLINE_COARSE = timedelta(minutes=1)
"""How coarsely is kept when head office was last reached: it counts days."""


@dataclass(frozen=True)
class AddOffice:
    """Order: an office at ``path`` (dotted), written into ``scope`` so that its desks see it."""

    office_id: UUID
    scope: str
    path: str
    name: str


@dataclass(frozen=True)
class AddPerson:
    """Order: a person with roles at an office; the one-time code travels only as its SHA-256."""

    person_id: UUID
    number: str
    name: str
    office: str
    roles: tuple[str, ...]
    activation_sha256: str


@dataclass(frozen=True)
class ActivatePerson:
    """Order: the first sign-in; ``public_key`` is the person's new Ed25519 key in hex."""

    person_id: UUID
    code: str
    public_key: str


def add_office(work: Work, order: AddOffice) -> Changes:
    """Enter an office; raises BranchError E-ACCESS-OFFICE outside the actor's own tree."""
    if not reaches(work.scope, order.scope, "below"):
        raise BranchError(not_allowed("access.add_office", "office"))
    office = Office(
        scope=order.scope,
        id=order.office_id,
        path=order.path,
        code=order.path.rsplit(".", 1)[-1],
        name=order.name,
    )
    work.session.add(office)
    return Changes.of(office)


def add_person(work: Work, order: AddPerson) -> Changes:
    """Enter a person; they come in with the one-time code and make their own key.

    Raises BranchError E-ACCESS-NUMBER where the staff number is taken: it is the person's key id.
    """
    if not order.roles or set(order.roles) - set(ROLES):
        raise BugError(f"unknown roles {order.roles}")
    if work.session.scalars(select(Person.id).where(Person.number == order.number)).first():
        raise BranchError(number_taken(order.number))
    person = Person(
        scope=order.office,
        id=order.person_id,
        number=order.number,
        name=order.name,
        office=order.office,
        roles=list(order.roles),
        activation=order.activation_sha256,
    )
    work.session.add(person)
    return Changes.of(person)


def activate_person(work: Work, order: ActivatePerson) -> Changes:
    """Bind a person's new key to them against their one-time code (E-LOGIN-ACTIVATION)."""
    person = work.session.scalars(select(Person).where(Person.id == order.person_id)).one()
    offered = activation_hash(order.code)
    if not person.activation or not hmac.compare_digest(offered, person.activation):
        raise BranchError(activation_wrong())
    person.public_key = order.public_key
    person.activation = ""
    return Changes.of(person)


def activation_hash(code: str) -> str:
    """Hash a one-time code; it has 80 random bits, so no salt is needed."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def confirm_people(session: Session, at: datetime) -> None:
    """Note that head office was reached: its word about the people of this desk is fresh again.

    Kept to the minute, so that a sync after every edit does not write it every time.
    """
    for credential in session.scalars(select(Credential)):
        if not timedelta(0) <= at - credential.online_at < ONLINE_COARSE:
            credential.online_at = at


def confirm_people_by_word(session: Session, said_at: datetime) -> None:
    """Note head office's word about people that came here by another way than the line.

    It is as fresh as it was when head office signed it, and never older than what is known.
    """
    for credential in session.scalars(select(Credential)):
        if said_at - credential.online_at >= ONLINE_COARSE:
            credential.online_at = said_at
