"""One row of a roster: the person it describes, or every reason why it describes none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from app.customers.rules.check import Check
from app.customers.rules.id_types import RESIDENT_CARDS, IdTypes, check_id_number
from app.customers.rules.resident_id import Sex
from app.kit.calendar import age_on
from app.kit.money import Fen
from app.kit.sheets.table import Cell, Row
from app.kit.words import Text, t
from app.packs.tariff import Tariff, band_for
from app.pricing.roster import InsuredPerson
from app.pricing.sheet import cells
from app.pricing.sheet.cells import WrongCell
from app.pricing.sheet.columns import Columns, Problem
from app.pricing.sheet.form import Field, RosterForm

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What rows are judged by: the words, the kinds of document, the days, the tariff if known."""

    form: RosterForm
    id_types: IdTypes
    today: date
    start: date
    """First day of cover: ages are counted on it."""
    tariff: Tariff | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row gave; ``identity`` is known as soon as its document is, whatever else is wrong."""

    row: int
    person: InsuredPerson | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    identity: tuple[str, str] | None


@dataclass
class _Reader:
    """Reads the fields of one row and gathers what is wrong."""

    row: Row
    columns: Columns
    rules: RosterRules
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def cell(self, name: Field) -> Cell:
        place = self.columns.places[name]
        return self.row.cells[place] if place < len(self.row.cells) else None

    def read(self, name: Field, reader: Callable[[Cell], T]) -> T | None:
        """Read one field; None once its problem is noted."""
        try:
            return reader(self.cell(name))
        except WrongCell as wrong:
            self.wrong(name, wrong.code, wrong.reason)
            return None

    def wrong(self, name: Field, code: str, reason: Text) -> None:
        self.problems.append(self._problem(name, code, reason))

    def doubt(self, name: Field, code: str, reason: Text) -> None:
        self.warnings.append(self._problem(name, code, reason))

    def _problem(self, name: Field, code: str, reason: Text) -> Problem:
        return Problem(self.row.number, self.columns.headings[name], code, reason)


@dataclass(frozen=True, slots=True)
class _Medical:
    deductible_yuan: int | None = None
    pay_ratio: int | None = None


def read_person(row: Row, columns: Columns, rules: RosterRules) -> Reading:
    """Read one row; every wrong cell of it is named, not only the first."""
    reader = _Reader(row, columns, rules)
    form = rules.form
    name = reader.read("name", cells.name_of)
    sex = reader.read("sex", lambda cell: cells.sex_of(cell, form))
    birth = reader.read("birth", lambda cell: cells.day_of(cell, form))
    id_type = reader.read("id_type", lambda cell: _id_type(cell, rules.id_types))
    id_no = reader.read("id_no", cells.filled)
    job = reader.read("job", cells.job_of)
    job_class = reader.read("job_class", lambda cell: cells.class_of(cell, form))
    gpa = reader.read("gpa_si", lambda cell: cells.sum_of(cell, form))
    gma = reader.read("gma_si", lambda cell: cells.sum_of(cell, form))
    medical = _medical(reader, gma)
    social = reader.read("social", lambda cell: cells.social_of(cell, form))
    number = _identity(reader, id_type, id_no, sex, birth)
    _covers(reader, gpa, gma)
    _age(reader, birth, gpa)
    identity = _identity_key(id_type, number)
    if reader.problems:
        return Reading(row.number, None, tuple(reader.problems), tuple(reader.warnings), identity)
    assert name and sex and birth and id_type and number and job_class and social is not None
    person = InsuredPerson(
        name=name,
        id_type=id_type,
        id_no=number,
        sex=sex,
        birth=birth,
        job=job,
        job_class=job_class,
        gpa_si_fen=gpa,
        gma_si_fen=gma,
        deductible_yuan=medical.deductible_yuan,
        pay_ratio=medical.pay_ratio,
        social=social,
    )
    return Reading(row.number, person, (), tuple(reader.warnings), identity)


def _id_type(cell: Cell, id_types: IdTypes) -> str:
    said = cells.filled(cell)
    code = id_types.code_of(said)
    if code is None:
        reason = t("“{text}” is not a kind of identity document we know.", text=said[:40])
        raise WrongCell("E-ROSTER-ID-TYPE", reason)
    return code


def _identity(
    reader: _Reader, id_type: str | None, id_no: str | None, sex: Sex | None, birth: date | None
) -> str | None:
    """Check the number by its kind and against sex and birth beside it; give the form to store."""
    today = reader.rules.today
    if birth is not None and birth > today:
        reader.wrong("birth", "E-ROSTER-BIRTH", t("The birth date is in the future."))
        birth = None
    if id_type is None or id_no is None:
        return None
    check = check_id_number(id_type, id_no, today, sex=sex, birth=birth, final=True)
    if not check.stands:
        _wrong_number(reader, check)
        return None
    if check.state == "warned" and check.reason is not None:
        reader.doubt("id_no", check.code, check.reason)
    return check.value


def _wrong_number(reader: _Reader, check: Check) -> None:
    if isinstance(reader.cell("id_no"), int) and len(check.value) > 15:
        reason = t(
            "The cell holds a number, and a spreadsheet keeps only 15 digits of it:"
            " format the column as text and type the number again."
        )
        reader.wrong("id_no", "E-ROSTER-ID-NUMBER", reason)
        return
    place: Field = {"E-ID-SEX": "sex", "E-ID-BIRTH": "birth"}.get(check.code, "id_no")  # type: ignore[assignment]  # the values are fields
    reader.wrong(place, check.code, check.reason or t("The number is wrong."))


def _identity_key(id_type: str | None, number: str | None) -> tuple[str, str] | None:
    """Give what makes two rows the same person; a temporary card has the number of the card."""
    if id_type is None or number is None:
        return None
    return ("resident" if id_type in RESIDENT_CARDS else id_type, number)


def _medical(reader: _Reader, gma: Fen | None) -> _Medical:
    """Read deductible and pay ratio where medical cover is bought; else they do not matter."""
    if gma is None:
        return _Medical()
    form, tariff = reader.rules.form, reader.rules.tariff
    deductible = reader.read("deductible", lambda cell: cells.whole_yuan_of(cell, form))
    ratio = reader.read("pay_ratio", cells.percent_of)
    if tariff is not None:
        _in_tariff(reader, "deductible", "E-ROSTER-DEDUCTIBLE", deductible, tariff.gma.deductibles)
        _in_tariff(reader, "pay_ratio", "E-ROSTER-PAY-RATIO", ratio, tariff.gma.pay_ratios)
    return _Medical(deductible, ratio)


def _in_tariff(
    reader: _Reader, name: Field, code: str, value: int | None, filed: Mapping[int, object]
) -> None:
    if value is None or value in filed:
        return
    listed = ", ".join(str(choice) for choice in sorted(filed))
    reason = t("{value} is not filed with the tariff; choose {listed}.", value=value, listed=listed)
    reader.wrong(name, code, reason)


def _covers(reader: _Reader, gpa: Fen | None, gma: Fen | None) -> None:
    named = {problem.column for problem in reader.problems}
    sums: tuple[Field, Field] = ("gpa_si", "gma_si")
    unread = named & {reader.columns.headings[name] for name in sums}
    if gpa is None and gma is None and not unread:
        reader.wrong("gpa_si", "E-ROSTER-COVER", t("The person has no cover: both sums are empty."))


def _age(reader: _Reader, birth: date | None, gpa: Fen | None) -> None:
    """Judge the age on the first day of cover."""
    if birth is None or birth > reader.rules.today:
        return
    age = age_on(birth, reader.rules.start)
    tariff = reader.rules.tariff
    if age < 0:
        reason = t("The person is not yet born on the first day of cover.")
        reader.wrong("birth", "E-ROSTER-AGE", reason)
    elif tariff is not None and gpa is not None and not _insurable(tariff, age):
        reason = t("Age {age} on the first day of cover is outside the tariff.", age=age)
        reader.wrong("birth", "E-ROSTER-AGE", reason)


def _insurable(tariff: Tariff, age: int) -> bool:
    return age < tariff.gpa.child.below_age or band_for(tariff.gpa.ages, age) is not None


def with_double(reading: Reading, columns: Columns, rows: tuple[int, ...]) -> Reading:
    """Say that the same person stands in other rows too; the row is no longer good."""
    others = ", ".join(str(row) for row in rows if row != reading.row)
    reason = t("The same person stands in row {rows} too.", rows=others)
    double = Problem(reading.row, columns.headings["id_no"], "E-ROSTER-DOUBLE", reason)
    return replace(reading, person=None, problems=(*reading.problems, double))
