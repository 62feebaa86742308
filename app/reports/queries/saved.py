"""Reading the saved reports of a person, and the form they are kept in at the desk."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reports.rules.declared import Asked, Stamp
from app.reports.rules.due import Saved
from app.store.desk_tables import Desk
from app.store.types import micros_of, moment_of

KEY = "report:"
"""Before the id in the desk's own table of facts."""


def saved_reports(session: Session, person: str) -> tuple[Saved, ...]:
    """List what a person saved, by name."""
    rows = session.execute(
        select(Desk.key, Desk.value).where(Desk.key.startswith(KEY)).order_by(Desk.key)
    )
    found = [saved_of(person, key, value) for key, value in rows]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))


def saved_of(person: str, key: str, value: Any) -> Saved | None:
    """Read one from the form it is kept in; None for another person's."""
    if value["person"] != person:
        return None
    asked = value["asked"]
    return Saved(
        id=UUID(hex=key.removeprefix(KEY)),
        name=value["name"],
        asked=Asked(
            asked["report"],
            asked["group"],
            asked["across"],
            _day(asked["since"]),
            _day(asked["until"]),
            asked["office"],
        ),
        measure=value["measure"],
        span=value["span"],
        every=value["every"],
        ran_on=_day(value["ran_on"]),
        stamp=_stamp(value["stamp"]),
    )


def plain_of(person: str, saved: Saved) -> dict[str, Any]:
    """Give the form a saved report is kept in."""
    asked, stamp = saved.asked, saved.stamp
    return {
        "person": person,
        "name": saved.name,
        "asked": {
            "report": asked.report,
            "group": asked.group,
            "across": asked.across,
            "since": _text(asked.since),
            "until": _text(asked.until),
            "office": asked.office,
        },
        "measure": saved.measure,
        "span": saved.span,
        "every": saved.every,
        "ran_on": _text(saved.ran_on),
        "stamp": None
        if stamp is None
        else {
            "as_of": micros_of(stamp.as_of),
            "rows": stamp.rows,
            "sha256": stamp.sha256,
            "offices": list(stamp.offices),
        },
    }


def _stamp(plain: Any) -> Stamp | None:
    if plain is None:
        return None
    return Stamp(moment_of(plain["as_of"]), plain["rows"], plain["sha256"], tuple(plain["offices"]))


def _day(plain: str | None) -> date | None:
    return None if plain is None else date.fromisoformat(plain)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
