"""Many people at once: everybody who is priced alike shares one cell, and a cell is priced once.

A plain dictionary does it: arrays were tried first in mind of numpy, but turning rows into columns
costs more than the lookups, and sums times factors leave 64 bits behind.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol


class Row(Protocol):
    """What a row of a roster must say to be priced."""

    @property
    def birth(self) -> date:
        """The day of birth."""
        ...

    @property
    def job_class(self) -> int:
        """The job class, 1 to 6."""
        ...

    @property
    def job(self) -> str | None:
        """The job, where one is named."""
        ...

    @property
    def gpa_si_fen(self) -> int | None:
        """Accident sum insured in fen; None: not bought."""
        ...

    @property
    def gma_si_fen(self) -> int | None:
        """Medical sum insured in fen; None: not bought."""
        ...

    @property
    def deductible_yuan(self) -> int | None:
        """The medical deductible in yuan."""
        ...

    @property
    def pay_ratio(self) -> int | None:
        """The share of medical cost that is paid, in percent."""
        ...


class Cell(NamedTuple):
    """Everything by which one person's premium differs from another's on the same roster."""

    job_class: int
    age: int
    job: str | None
    gpa_si_fen: int | None
    gma_si_fen: int | None
    deductible_yuan: int | None
    pay_ratio: int | None


def cells_of(people: Sequence[Row], start: date) -> tuple[list[Cell], tuple[int, ...]]:
    """Find the distinct cells, in the order of their first person, and each person's cell.

    The deductible and pay ratio of a person who buys no medical cover make no difference, nor does
    an empty job.
    """
    place_of: dict[tuple[object, ...], int] = {}
    year, day = start.year, (start.month, start.day)
    places = []
    for person in people:
        birth, medical = person.birth, person.gma_si_fen
        cell = (
            person.job_class,
            year - birth.year - (day < (birth.month, birth.day)),
            person.job or None,
            person.gpa_si_fen,
            medical,
            None if medical is None else person.deductible_yuan,
            None if medical is None else person.pay_ratio,
        )
        places.append(place_of.setdefault(cell, len(place_of)))
    return [Cell._make(cell) for cell in place_of], tuple(places)
