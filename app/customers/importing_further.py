"""What a signed form asks of a row of a customer list: further fields by their heading, and rules.

The action holds an order to the same form again (`customers.further.further_rows`), by the same
code (`app.packs.form_judging`); here each breach is told at the cell it stands in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from app.customers.further import FurtherValue, asked_beside, kept_values, reckoned
from app.customers.importing_form import ImportForm, Party, day_of, folded
from app.customers.rules.check import normalised
from app.kit.errors.base import BranchError
from app.kit.money import fen_of, yuan_text
from app.kit.sheets.table import Cell, cell_text
from app.kit.words import LANGUAGES, Text, t
from app.packs.exact import decimal_text, exact_of
from app.packs.form_kinds import Kind, Value
from app.packs.form_rules import speaking
from app.packs.form_values import wrong_with
from app.packs.forms import FieldSpec, FormSpec

BASIS_POINTS = 100
"""Of one percent."""


class Described(Protocol):
    """A customer as a row describes it."""

    @property
    def party(self) -> Party:
        """Person or organisation."""
        ...

    @property
    def id_no(self) -> str:
        """The number as stored."""
        ...

    @property
    def operator_mobile(self) -> str:
        """The mobile number of who acts for an organisation."""
        ...

    @property
    def further(self) -> tuple[FurtherValue, ...]:
        """What stands in the fields head office added."""
        ...


@dataclass(frozen=True, slots=True)
class Breach:
    """What a form has against a row: at which of its fields; one that does not stop warns."""

    key: str
    code: str
    says: Text
    stops: bool


def breaches(form: FormSpec, said: Described) -> Iterator[Breach]:
    """Hold a row to the form: each further value, what must be filled, the rules between fields."""
    fields = {one.key: one for one in form.fields}
    wrong = False
    for one in said.further:
        reason = wrong_with(fields[one.key], one.value)
        if reason is not None:
            wrong = True
            yield Breach(one.key, "E-CUSTOMER-FIELD", reason, stops=True)
    if wrong:
        return  # a value of another kind cannot be compared
    values = _values(form, said)
    for field in asked_beside(form):
        if field.required and values.get(field.key) in (None, ""):
            yield Breach(field.key, "E-FORM-RULE", t("Needed."), stops=True)
    kinds = {key: field.kind for key, field in fields.items()}
    for at, rule in speaking(form.rules, values, kinds).items():
        yield Breach(at, "E-FORM-RULE", rule.says, stops=rule.stands != "warned")


def _values(form: FormSpec, said: Described) -> dict[str, Value]:
    """Give what every field of the form holds, the reckoned ones among them."""
    further = {one.key: one.value for one in said.further}
    columns: dict[str, Value] = {
        one.key: getattr(said, one.key) for one in form.fields if hasattr(said, one.key)
    }
    if said.party == "organisation":
        columns |= {"credit_code": said.id_no, "mobile": said.operator_mobile}
    return columns | kept_values(form, further | reckoned(form, columns, further))


def kept_cell(field: FieldSpec, cell: Cell, form: ImportForm) -> str:
    """Give a cell as app.packs.form_values keeps it; raises ValueError where it does not fit.

    Amounts are in yuan, a share carries its sign, a day is written as in the other columns.
    """
    said = cell_text(cell).strip()
    if not said:
        return ""
    read = _READ.get(field.kind)
    return said if read is None else read(field, cell, said, form)


def typed_cell(field: FieldSpec, kept: str) -> str:
    """Write a kept value as it would stand in a cell: what `kept_cell` reads again."""
    if not kept:
        return ""
    if field.kind is Kind.MONEY:
        return yuan_text(int(kept))
    if field.kind is Kind.PERCENT:
        return f"{decimal_text(int(kept), BASIS_POINTS)}%"
    return kept


def _day(_field: FieldSpec, cell: Cell, said: str, form: ImportForm) -> str:
    day = cell if isinstance(cell, date) else day_of(said, form.date_separators)
    if day is None:
        raise ValueError("no date")
    return day.isoformat()


def _month(_field: FieldSpec, cell: Cell, said: str, _form: ImportForm) -> str:
    if isinstance(cell, date):
        return cell.isoformat()[:7]
    digits = "".join(sign for sign in normalised(said) if sign.isdigit())
    if len(digits) not in (5, 6):
        raise ValueError("no month")
    return f"{digits[:4]}-{int(digits[4:]):02d}"


def _choice(field: FieldSpec, _cell: Cell, said: str, _form: ImportForm) -> str:
    word = folded(said)
    for choice in field.choices:
        labels = [choice.label.in_language(language) for language in LANGUAGES]
        if word in {folded(text) for text in (choice.key, *labels)}:
            return choice.key
    raise ValueError("no choice")


def _money(_field: FieldSpec, _cell: Cell, said: str, _form: ImportForm) -> str:
    try:
        return str(fen_of(said))
    except BranchError as unreadable:
        raise ValueError("no amount") from unreadable


def _share(_field: FieldSpec, _cell: Cell, said: str, _form: ImportForm) -> str:
    number = normalised(said)
    if not number.endswith("%"):
        raise ValueError("a share without its sign may be a hundred times itself")
    points = Fraction(Decimal(exact_of(number[:-1]).text)) * BASIS_POINTS
    if points.denominator != 1:
        raise ValueError("finer than a basis point")
    return str(points.numerator)


def _whole(_field: FieldSpec, _cell: Cell, said: str, _form: ImportForm) -> str:
    return str(int(_plain_number(said)))


def _decimal(_field: FieldSpec, _cell: Cell, said: str, _form: ImportForm) -> str:
    return exact_of(_plain_number(said)).text


def _plain_number(said: str) -> str:
    return normalised(said).replace(",", "")


def _code(_field: FieldSpec, _cell: Cell, said: str, _form: ImportForm) -> str:
    return normalised(said)


_READ: Mapping[Kind, Callable[[FieldSpec, Cell, str, ImportForm], str]] = {
    Kind.DATE: _day,
    Kind.MONTH: _month,
    Kind.CHOICE: _choice,
    Kind.MONEY: _money,
    Kind.PERCENT: _share,
    Kind.INTEGER: _whole,
    Kind.DECIMAL: _decimal,
    Kind.PHONE: _code,
    Kind.ID_NUMBER: _code,
    Kind.USCC: _code,
}
