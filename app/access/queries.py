"""Reading people and offices."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access.leave import Leave, SeenKind
from app.access.records import Credential, Office, Person


@dataclass(frozen=True)
class PersonCard:
    """A person as other rooms need them."""

    id: UUID
    number: str
    name: str
    office: str
    roles: frozenset[str]
    public_key: str


def person_by_number(session: Session, number: str) -> PersonCard | None:
    """Find an active person by staff number."""
    row = session.scalars(
        select(Person).where(Person.number == number, Person.active.is_(True))
    ).first()
    return None if row is None else _card(row)


def person_row(session: Session, number: str) -> Person | None:
    """Find a person by staff number, active or not."""
    return session.scalars(select(Person).where(Person.number == number)).first()


def office_of_person(session: Session, person_id: UUID) -> str:
    """Give the path of the office a person belongs to."""
    return session.scalars(select(Person.office).where(Person.id == person_id)).one()


def credential_of(session: Session, number: str) -> Credential | None:
    """Give what this desk keeps of a person to let them in; None before their first sign-in."""
    return session.get(Credential, number)


def people_with_role(session: Session, role: str, office: str) -> list[PersonCard]:
    """List the active people of an office with a role, by number."""
    rows = session.scalars(
        select(Person)
        .where(Person.office == office, Person.active.is_(True))
        .order_by(Person.number)
    )
    return [_card(row) for row in rows if role in row.roles]


@dataclass(frozen=True, slots=True)
class AwaitedPerson:
    """A person whose first sign-in has not been yet."""

    id: UUID
    number: str
    name: str
    office: str


def active_people(session: Session) -> list[PersonCard]:
    """List the active people this desk knows, by number."""
    rows = session.scalars(select(Person).where(Person.active.is_(True)).order_by(Person.number))
    return [_card(row) for row in rows]


@dataclass(frozen=True, slots=True)
class PeopleNames:
    """The names of people by their staff numbers, for who writes people on a screen."""

    names: Mapping[str, str]

    def of(self, number: str) -> str:
        """Write a person: name and staff number; the number alone where nobody knows the name."""
        name = self.names.get(number, "")
        return f"{name} {number}" if name and name != number else number


NOBODY_NAMED = PeopleNames({})
"""Before the names were read."""


def names_of_people(session: Session) -> PeopleNames:
    """Give the names of the people this desk knows."""
    found = session.execute(select(Person.number, Person.name))
    return PeopleNames({row.number: row.name for row in found})


def awaited_people(session: Session) -> tuple[AwaitedPerson, ...]:
    """List the active people who have not signed in for the first time, by number."""
    wanted = (
        select(Person.id, Person.number, Person.name, Person.office)
        .where(Person.active.is_(True), Person.activation != "")
        .order_by(Person.number)
    )
    return tuple(AwaitedPerson(*row) for row in session.execute(wanted))


def office_name(session: Session, path: str) -> str:
    """Give the name of an office, or its path where it is not known here."""
    return session.scalars(select(Office.name).where(Office.path == path)).first() or path


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An office to choose: its path and its name."""

    path: str
    name: str


def offices_within(session: Session, path: str) -> tuple[OfficeLine, ...]:
    """Give an office and those below it that this desk knows, by path; the office itself first."""
    below = (Office.path > f"{path}.") & (Office.path < f"{path}/")
    rows = session.execute(select(Office.path, Office.name).where(below).order_by(Office.path))
    own = OfficeLine(path, office_name(session, path))
    return (own, *(OfficeLine(row.path, row.name) for row in rows))


def seen_by(
    leave: Leave | None, kind: SeenKind, scope: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Say in SQL which records of a kind lie within a leave; None where no person asks.

    The same answer as `Leave.sees` gives for each row: a list is cut before it is counted off.
    """
    if leave is None:
        return true()
    rule = leave.rule(kind)
    if rule is None:
        return false()
    office = leave.actor.scope
    match rule.reach:
        case "any":
            return true()
        case "own":
            return scope == office
        case "below":
            # From the full stop to the sign behind it: every path that goes on from this office.
            return or_(scope == office, (scope > f"{office}.") & (scope < f"{office}/"))


def _card(row: Person) -> PersonCard:
    return PersonCard(
        row.id, row.number, row.name, row.office, frozenset(row.roles), row.public_key
    )
