"""Reading the saved reports of a person, and the form they are kept in at the desk."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.calendar import SHANGHAI
from app.reports.queries.plain import asked_of, day_of, plain_asked, plain_stamp, stamp_of
from app.reports.rules.due import Saved, Schedule
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
    return Saved(
        id=UUID(hex=key.removeprefix(KEY)),
        name=value["name"],
        asked=asked_of(value["asked"]),
        measure=value["measure"],
        span=value["span"],
        schedule=_schedule(value),
        done=_done(value),
        stamp=stamp_of(value["stamp"]),
    )


def plain_of(person: str, saved: Saved) -> dict[str, Any]:
    """Give the form a saved report is kept in."""
    return {
        "person": person,
        "name": saved.name,
        "asked": plain_asked(saved.asked),
        "measure": saved.measure,
        "span": saved.span,
        "every": saved.schedule.every,
        "at": saved.schedule.at.isoformat("minutes"),
        "on": saved.schedule.on,
        "done": None if saved.done is None else micros_of(saved.done),
        "stamp": plain_stamp(saved.stamp),
    }


def _schedule(value: Any) -> Schedule:
    """Read when it runs; an earlier program ran it once in each span, whatever the time."""
    if "at" not in value:
        return Schedule(value["every"], time())
    return Schedule(value["every"], time.fromisoformat(value["at"]), value["on"])


def _done(value: Any) -> datetime | None:
    """Read up to when its runs are done; an earlier program kept the day of the last one."""
    if "done" in value:
        return None if value["done"] is None else moment_of(value["done"])
    day = day_of(value["ran_on"])
    return None if day is None else datetime.combine(day, time(), SHANGHAI)
