"""What is in force at this end: head office's where it has signed it, else what is shipped.

Bundles signed before there were forms, or without one of them, leave the desk with the forms that
came with the program, so that a customer can always be taken up; so it is with the work calendar.
"""

from app.kit.clock import Clock, today
from app.kit.errors.base import BranchError
from app.kit.errors.packs import pack_unknown
from app.kit.words import Text
from app.packs.divisions import GBT2260, Divisions
from app.packs.forms import FormSpec, HandbookPlace
from app.packs.handbook import HANDBOOK
from app.packs.header import pack_path
from app.packs.shipped import shipped_packs
from app.packs.trust import PackStore
from app.packs.work_calendar import WORK_CALENDAR, WorkCalendar


class FormsInForce:
    """The forms of one end, by the packs it holds and the day it is."""

    def __init__(self, packs: PackStore, clock: Clock) -> None:
        self._packs, self._clock = packs, clock
        self._shipped: PackStore | None = None

    def form(self, form_id: str) -> FormSpec:
        """Give the form in force; raises BranchError as `PackStore.form`.

        A form of head office that does not serve today gives way to the shipped one.
        """
        try:
            held = self._packs.form(form_id)
        except BranchError as missing:
            if not _is_missing(missing, "forms", form_id):
                raise
            return self._own().form(form_id)
        return held if held.origin.serves(today(self._clock)) else self._own().form(form_id)

    def hint(self, quoted: HandbookPlace) -> Text | None:
        """Give what the handbook says at a place; None where no handbook here says it."""
        return _said(self._packs, quoted) or _said(self._own(), quoted)

    def _own(self) -> PackStore:
        if self._shipped is None:
            self._shipped = shipped_packs(self._clock)
        return self._shipped


def _said(packs: PackStore, quoted: HandbookPlace) -> Text | None:
    if HANDBOOK + quoted.handbook not in packs.held("forms"):
        return None
    return packs.handbook(quoted.handbook).places.get(quoted.place)


def divisions_in_force(packs: PackStore, clock: Clock) -> Divisions:
    """Give the places of the country as head office signed them last, else the shipped list.

    Raises BranchError where the held one is damaged, as `PackStore.divisions`.
    """
    try:
        return packs.divisions()
    except BranchError as missing:
        if not _is_missing(missing, "divisions", GBT2260):
            raise
        return shipped_packs(clock).divisions()


def calendar_in_force(packs: PackStore, clock: Clock) -> WorkCalendar:
    """Give the work calendar head office signed last, else the shipped one.

    Raises BranchError where the held one is damaged, as `PackStore.work_calendar`.
    """
    try:
        return packs.work_calendar()
    except BranchError as missing:
        if not _is_missing(missing, "rules", WORK_CALENDAR):
            raise
        return shipped_packs(clock).work_calendar()


def _is_missing(refused: BranchError, kind: str, pack_id: str) -> bool:
    return refused.code == pack_unknown(pack_path(kind, pack_id)).code
