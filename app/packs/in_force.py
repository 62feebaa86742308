"""Which form is in force at this end: head office's where it has signed one, else the shipped one.

Bundles signed before there were forms, or without one of them, leave the desk with the forms that
came with the program, so that a customer can always be taken up.
"""

from app.kit.clock import Clock, today
from app.kit.errors.base import BranchError
from app.kit.errors.packs import pack_unknown
from app.kit.words import Text
from app.packs.forms import FormSpec, HandbookPlace
from app.packs.handbook import HANDBOOK
from app.packs.header import pack_path
from app.packs.shipped import shipped_packs
from app.packs.trust import PackStore


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
            if missing.code != pack_unknown(pack_path("forms", form_id)).code:
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
    names = {origin.id for origin in packs.origins() if origin.kind == "forms"}
    if HANDBOOK + quoted.handbook not in names:
        return None
    return packs.handbook(quoted.handbook).places.get(quoted.place)
