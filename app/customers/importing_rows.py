"""One row of a customer list: the customer it describes, or every reason why it describes none.

The rules are those of the form: names, numbers, lines of text are judged by `customers.rules`,
what head office added and its rules between fields by the form in force (`importing_further`). What
a resident number says by itself (sex, birth) need not stand beside it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from app.customers.further import FurtherValue
from app.customers.importing_form import Columns, Field, ImportForm, Party, day_of, folded
from app.customers.importing_further import Breach, breaches, kept_cell
from app.customers.importing_likeness import Likeness, likenesses
from app.customers.rules.check import Check, normalised
from app.customers.rules.credit_code import check_credit_code
from app.customers.rules.id_types import (
    CREDIT_CODE,
    RESIDENT_CARD,
    RESIDENT_CARDS,
    check_id_number,
)
from app.customers.rules.mobile import check_mobile
from app.customers.rules.resident_id import ResidentId, Sex, resident_id_holds
from app.customers.rules.text import check_line
from app.kit.sheets.table import Cell, Formula, Row, Unreadable, cell_text
from app.kit.words import Text, t

_MOST_HEADS = 8
"""Digits of a number of employees."""
_REGION = re.compile(r"\d{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """One wrong place of a row."""

    field: Field
    code: str
    reason: Text


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """What a good row says; ``id_type`` is CREDIT_CODE for an organisation, numbers as stored."""

    party: Party
    name: str
    id_type: str
    id_no: str
    sex: str = ""
    birth: date | None = None
    mobile: str = ""
    email: str = ""
    region: str = ""
    address: str = ""
    industry: str = ""
    headcount: int | None = None
    legal_representative: str = ""
    job: str = ""
    operator: str = ""
    operator_id: str = ""
    operator_mobile: str = ""
    further: tuple[FurtherValue, ...] = ()

    @property
    def identity(self) -> tuple[str, str]:
        """Give what makes two customers the same: kind of document and number."""
        return self.id_type, self.id_no


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row by its number in the file; ``found`` is None where something in it is wrong."""

    row: int
    found: FoundCustomer | None
    wrong: tuple[WrongCell, ...] = ()
    doubts: tuple[WrongCell, ...] = ()
    likenesses: tuple[Likeness, ...] = ()
    """What it shares with whoever may be the same customer under another number."""


@dataclass(slots=True)
class _Reader:
    """Reads the fields of one row and gathers what is wrong."""

    row: Row
    columns: Columns
    form: ImportForm
    wrong: list[WrongCell] = field(default_factory=list)
    doubts: list[WrongCell] = field(default_factory=list)

    def cell(self, name: Field) -> Cell:
        place = self.columns.places.get(name)
        return None if place is None or place >= len(self.row.cells) else self.row.cells[place]

    def text(self, name: Field) -> str:
        """Give the text of a cell; empty where there is none or it cannot be read."""
        cell = self.cell(name)
        if cell is None:
            return ""
        if isinstance(cell, Formula):
            reason = t("The cell holds a formula; only values are read. Paste it as a value.")
            self.fail(name, "E-IMPORT-FORMULA", reason)
            return ""
        if isinstance(cell, Unreadable):
            reason = t("The cell shows “{text}” and cannot be read.", text=cell.text[:40])
            self.fail(name, "E-IMPORT-CELL", reason)
            return ""
        return cell_text(cell).strip()

    def line(self, name: Field) -> str:
        """Read a line of text."""
        said = self.text(name)
        return self.checked(name, check_line(said)) if said else ""

    def checked(self, name: Field, check: Check) -> str:
        """Take what a check found: its value, or its reason."""
        if check.reason is not None and not check.stands:
            self.fail(name, check.code, check.reason)
        elif check.reason is not None:
            self.doubts.append(WrongCell(name, check.code, check.reason))
        return check.value

    def fail(self, name: Field, code: str, reason: Text) -> None:
        if all(one.field != name for one in self.wrong):
            self.wrong.append(WrongCell(name, code, reason))


def judge_row(row: Row, columns: Columns, form: ImportForm, today: date) -> JudgedRow:
    """Judge one row; every wrong cell of it is named, not only the first."""
    reader = _Reader(row, columns, form)
    name = " ".join(reader.line("name").split())
    if not name:
        reader.fail("name", "E-IMPORT-EMPTY", t("The cell must be filled in."))
    party = _party(reader, today)
    read: Callable[[_Reader, str, date], FoundCustomer | None]
    read = _organisation if party == "organisation" else _person
    found = read(reader, name, today)
    if found is not None and party in form.held:
        found = _held_to_form(reader, found)
    wrong, doubts = tuple(reader.wrong), tuple(reader.doubts)
    if wrong or found is None:
        return JudgedRow(row.number, None, wrong, doubts)
    return JudgedRow(row.number, found, wrong, doubts, likenesses(found, form.names))


def _held_to_form(reader: _Reader, found: FoundCustomer) -> FoundCustomer:
    """Read the further fields of a row and hold it to the form's needs and rules."""
    form = reader.form
    given: list[FurtherValue] = []
    for column, spec in form.added_to(found.party).items():
        if column in reader.columns.places and reader.text(column):
            try:
                given.append(FurtherValue(spec.key, kept_cell(spec, reader.cell(column), form)))
            except ValueError:
                reason = t("it is not of the kind the form asks for.")
                reader.fail(column, "E-CUSTOMER-FIELD", reason)
    whole = replace(found, further=tuple(given))
    for breach in breaches(form.held[found.party], whole):
        _tell(reader, found.party, breach)
    return whole


def _tell(reader: _Reader, party: Party, breach: Breach) -> None:
    """Tell a breach at the column of its field, be it in the file or not."""
    column = _column_of(reader, party, breach.key)
    if breach.stops:
        reader.fail(column, breach.code, breach.says)
    else:
        reader.doubts.append(WrongCell(column, breach.code, breach.says))


def _column_of(reader: _Reader, party: Party, key: str) -> Field:
    places = reader.columns.places
    if key == "credit_code":
        return "credit_code" if "credit_code" in places else "id_no"
    if (party, key) == ("organisation", "mobile"):
        return "mobile" if "mobile" in places else "operator_mobile"
    added = [column for column, spec in reader.form.added_to(party).items() if spec.key == key]
    return next((column for column in added if column in places), added[0] if added else key)


def _party(reader: _Reader, today: date) -> Party:
    """Say who the row is about: by its own word, by the kind of document, by the number."""
    said = reader.text("party")
    if said:
        party = reader.form.parties.get(folded(said))
        if party is not None:
            return party
        reason = t("“{text}” says neither person nor organisation.", text=said[:40])
        reader.fail("party", "E-IMPORT-KIND", reason)
    if folded(reader.text("id_type")) in reader.form.credit_code_names:
        return "organisation"
    if reader.text("credit_code") or reader.text("id_type"):
        return "organisation" if reader.text("credit_code") else "person"
    number = normalised(reader.text("id_no"))
    if check_id_number(RESIDENT_CARD, number, today, final=True).stands:
        return "person"
    return "organisation" if check_credit_code(number, final=True).stands else "person"


def _organisation(reader: _Reader, name: str, today: date) -> FoundCustomer:
    place: Field = "credit_code" if reader.text("credit_code") else "id_no"
    number = _number(reader, place, lambda typed: check_credit_code(typed, final=True))
    operator, operator_id, mobile = _operator(reader, today)
    return FoundCustomer(
        party="organisation",
        name=name,
        id_type=CREDIT_CODE,
        id_no=number,
        region=_region(reader),
        address=reader.line("address"),
        industry=reader.line("industry"),
        headcount=_heads(reader),
        legal_representative=reader.line("legal_representative"),
        operator=operator,
        operator_id=operator_id,
        operator_mobile=mobile,
    )


def _operator(reader: _Reader, today: date) -> tuple[str, str, str]:
    """Read who acts for an organisation: name and number together, or neither."""
    name = " ".join(reader.line("operator").split())
    number, typed = "", reader.text("operator_id")
    mobile = _mobile(reader, "operator_mobile") or _mobile(reader, "mobile")
    if typed:
        check = check_id_number(RESIDENT_CARD, typed, today, final=True)
        number = reader.checked("operator_id", check)
    if bool(name) != bool(typed):
        field: Field = "operator_id" if name else "operator"
        reason = t("An operator needs a name and an ID number.")
        reader.fail(field, "E-IMPORT-OPERATOR", reason)
    if mobile and not name:
        reason = t("A mobile number of an organisation is its operator's: name the operator.")
        reader.fail("operator", "E-IMPORT-OPERATOR", reason)
    return name, number, mobile


def _person(reader: _Reader, name: str, today: date) -> FoundCustomer | None:
    id_type = _id_type(reader)
    sex, birth = _sex(reader), _birth(reader, today)
    number = ""
    if id_type:
        number = _number(
            reader,
            "id_no",
            lambda typed: check_id_number(id_type, typed, today, sex=sex, birth=birth, final=True),
        )
    if id_type in RESIDENT_CARDS and resident_id_holds(number):
        said = ResidentId(number)
        sex, birth = sex or said.sex, birth or said.birth
    by_itself = id_type in RESIDENT_CARDS  # the number says both, once it is right
    if sex is None and not by_itself:
        reader.fail("sex", "E-IMPORT-EMPTY", t("male or female must be chosen."))
    if birth is None and not by_itself:
        reader.fail("birth", "E-IMPORT-EMPTY", t("The cell must be filled in."))
    return FoundCustomer(
        party="person",
        name=name,
        id_type=id_type,
        id_no=number,
        sex=sex or "",
        birth=birth,
        mobile=_mobile(reader, "mobile"),
        email=reader.line("email"),
        region=_region(reader),
        address=reader.line("address"),
        job=reader.line("job"),
    )


def _id_type(reader: _Reader) -> str:
    said = reader.text("id_type")
    if not said:
        return RESIDENT_CARD
    code = reader.form.id_types.code_of(said)
    if code is None:
        reason = t("“{text}” is not a kind of identity document we know.", text=said[:40])
        reader.fail("id_type", "E-IMPORT-DOCUMENT", reason)
    return code or ""


def _number(reader: _Reader, name: Field, check: Callable[[str], Check]) -> str:
    typed = reader.text(name)
    if not typed:
        reader.fail(name, "E-IMPORT-EMPTY", t("The cell must be filled in."))
        return ""
    checked = check(typed[:80])
    if not checked.stands and isinstance(reader.cell(name), int) and len(typed) > 15:
        reason = t(
            "The cell holds a number, and a spreadsheet keeps only 15 digits of it:"
            " format the column as text and type the number again."
        )
        reader.fail(name, "E-IMPORT-DIGITS", reason)
        return ""
    place = {"E-ID-SEX": "sex", "E-ID-BIRTH": "birth"}.get(checked.code, name)
    return reader.checked(place, checked)


def _sex(reader: _Reader) -> Sex | None:
    said = reader.text("sex")
    if not said:
        return None
    sex = reader.form.sexes.get(folded(said))
    if sex is None:
        reason = t("“{text}” says neither male nor female.", text=said[:40])
        reader.fail("sex", "E-IMPORT-SEX", reason)
    return sex


def _birth(reader: _Reader, today: date) -> date | None:
    cell = reader.cell("birth")
    said = reader.text("birth")
    if not said:
        return None
    day = cell if isinstance(cell, date) else day_of(said, reader.form.date_separators)
    if day is None:
        reason = t("“{text}” is not a date; write it as 1990-03-07.", text=said[:40])
        reader.fail("birth", "E-IMPORT-DATE", reason)
    elif day > today:
        reader.fail("birth", "E-IMPORT-DATE", t("The birth date is in the future."))
    return day


def _mobile(reader: _Reader, name: Field) -> str:
    typed = reader.text(name)
    return reader.checked(name, check_mobile(typed[:80], final=True)) if typed else ""


def _region(reader: _Reader) -> str:
    said = normalised(reader.text("region")[:40])
    if not said or _REGION.fullmatch(said):
        return said
    code = reader.form.place_code(reader.text("region")[:40])
    if not code:
        reason = t("Neither a code of six digits nor the whole name of one place.")
        reader.fail("region", "E-IMPORT-REGION", reason)
    return code


def _heads(reader: _Reader) -> int | None:
    said = normalised(reader.text("headcount")[:40]).replace(",", "")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= _MOST_HEADS):
        reader.fail("headcount", "E-IMPORT-NUMBER", t("it is not a whole number."))
        return None
    return int(said)
