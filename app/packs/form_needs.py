"""The fields the program itself reads from a form: a form without one of them is not installed.

Everything else of a form is head office's: order, words, hints, limits, rules, and, where a record
has room for them, further fields nobody here has heard of.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.packs.form_kinds import Kind

ONE_LINE = (Kind.TEXT, Kind.ADDRESS)


@dataclass(frozen=True)
class Needs:
    """What a form must have, what it may have that the program knows, and whether more is kept.

    ``offered`` names the choices that the program brings itself (they stand in another pack).
    """

    must: Mapping[str, tuple[Kind, ...]]
    known: Mapping[str, tuple[Kind, ...]]
    further: bool
    offered: frozenset[str] = frozenset()
    printed: bool = False
    """Whether a further field can be printed on what comes of the record."""
    theirs: bool = True
    """Whether head office may own a further field: somebody there must be able to fill it."""

    def kinds_of(self, key: str) -> tuple[Kind, ...]:
        """Give the kinds a field the program reads may have; none for a further one."""
        return self.must.get(key) or self.known.get(key, ())


ORGANISATION = "customers.organisation"
PERSON = "customers.person"
TERMS = "pricing.terms"

NEEDS: Mapping[str, Needs] = {
    ORGANISATION: Needs(
        must={
            "name": (Kind.TEXT,),
            "credit_code": (Kind.USCC,),
            "operator": (Kind.TEXT,),
            "operator_id": (Kind.ID_NUMBER,),
            "mobile": (Kind.PHONE,),
        },
        known={
            "address": ONE_LINE,
            "industry": (Kind.TEXT, Kind.CHOICE),
            "headcount": (Kind.INTEGER,),
            "legal_representative": (Kind.TEXT,),
        },
        further=True,
    ),
    PERSON: Needs(
        must={
            "name": (Kind.TEXT,),
            "id_type": (Kind.CHOICE,),
            "id_no": (Kind.TEXT,),
            "sex": (Kind.CHOICE,),
            "birth": (Kind.DATE,),
        },
        known={
            "mobile": (Kind.PHONE,),
            "email": (Kind.TEXT,),
            "address": ONE_LINE,
            "job": (Kind.TEXT, Kind.CHOICE),
        },
        further=True,
    ),
    TERMS: Needs(
        must={
            "start": (Kind.DATE,),
            "end": (Kind.DATE,),
            "region": (Kind.CHOICE,),
            "discretion": (Kind.DECIMAL,),
        },
        known={},
        further=True,
        offered=frozenset({"region"}),
        printed=True,
        theirs=False,
    ),
}
"""By the id of the form. A form that is not here waits for a newer program."""
