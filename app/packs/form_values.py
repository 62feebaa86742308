"""A value of a form as it is kept, checked and shown: one plain text for every kind.

Money is fen, a percentage basis points, a day and a month ISO, a person ``<id in hex> <name>``, an
address ``<code of the place> <street and number>`` with either left out where nobody knows it,
rows a JSON list of lists of such texts, attachments a JSON list of ``[sha256, name, bytes]``.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol
from uuid import UUID

from app.kit.signs import plainly_seen
from app.kit.words import Text, t
from app.kit.written import written_count
from app.packs.exact import exact_of
from app.packs.form_kinds import NUMBERS, Kind, Value
from app.packs.form_sums import as_number, rounded, shown_number
from app.packs.forms import FieldSpec, FormSpec

Places = Callable[[str], str]
"""Gives the whole name of a place by its code; empty where no list knows it."""


def nowhere(_code: str) -> str:
    """Know no place: codes stand as they are."""
    return ""


MOST_ROWS = 500
MOST_FILES = 20
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_MONTH = re.compile(r"(19|20|21)\d{2}-(0[1-9]|1[0-2])", re.ASCII)
_PERSON = re.compile(r"[0-9a-f]{32} \S.*", re.ASCII | re.DOTALL)
_ADDRESS = re.compile(r"(\d{6})(?:\s+(.*))?", re.ASCII | re.DOTALL)
_SHA = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, order=True)
class KeptFile:
    """A file that hangs on a field: its hash in the vault, its name, its size in bytes."""

    sha256: str
    name: str
    size: int


def kept_text(value: Value) -> str:
    """Write a value as it is kept; nothing is the empty text."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def kept_value(kind: Kind, kept: str) -> Value:
    """Read a kept text; raises ValueError where it is not one of this kind."""
    if not kept:
        return None
    if kind in (Kind.MONEY, Kind.PERCENT, Kind.INTEGER):
        if not _WHOLE.fullmatch(kept):
            raise ValueError(f"{kept[:40]!r} is no whole number")
        return int(kept)
    if kind is Kind.DATE:
        return date.fromisoformat(kept)
    if kind is Kind.DECIMAL:
        return exact_of(kept).text
    if kind is Kind.MONTH and not _MONTH.fullmatch(kept):
        raise ValueError(f"{kept[:40]!r} is no month")
    if kind is Kind.PERSON and not _PERSON.fullmatch(kept):
        raise ValueError("a person is an id and a name")
    return kept


def kept_person(person: UUID, name: str) -> str:
    """Write the person somebody picked."""
    return f"{person.hex} {name}"


def person_of(kept: str) -> tuple[UUID, str]:
    """Read a person back; raises ValueError for another text."""
    identity, _, name = kept.partition(" ")
    return UUID(hex=identity), name


def kept_address(code: str, line: str) -> str:
    """Write the code of a place and the line behind it; either may be empty."""
    return " ".join(part for part in (code, line) if part)


def address_of(kept: str) -> tuple[str, str]:
    """Read code and line back; a line without a code in front has none."""
    match = _ADDRESS.fullmatch(kept)
    return (match[1], match[2] or "") if match else ("", kept)


def shown_address(kept: str, places: Places) -> str:
    """Write an address in words; a code no list knows stands only where there is nothing else."""
    code, line = address_of(kept)
    name = places(code)
    if not name or line.startswith(name):
        return line or code
    return kept_address(name, line)


def kept_rows(rows: Sequence[Sequence[str]]) -> str:
    """Write rows of kept texts; no rows are the empty text."""
    filled = [list(row) for row in rows if any(row)]
    return json.dumps(filled, ensure_ascii=False) if filled else ""


def rows_of(kept: str) -> tuple[tuple[str, ...], ...]:
    """Read rows back; raises ValueError for another text."""
    rows = json.loads(kept) if kept else []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("rows are a list of lists")
    if not all(isinstance(cell, str) for row in rows for cell in row):
        raise ValueError("every cell is a text")
    return tuple(tuple(row) for row in rows)


def kept_files(files: Sequence[KeptFile]) -> str:
    """Write attachments; none are the empty text."""
    listed = [[one.sha256, one.name, one.size] for one in files]
    return json.dumps(listed, ensure_ascii=False) if listed else ""


def files_of(kept: str) -> tuple[KeptFile, ...]:
    """Read attachments back; raises ValueError for another text."""
    listed = json.loads(kept) if kept else []
    if not isinstance(listed, list):
        raise ValueError("attachments are a list")
    return tuple(_file(one) for one in listed)


def wrong_with(field: FieldSpec, kept: str) -> Text | None:
    """Say what is wrong with a kept text of a field; None where it stands.

    This is what an action checks again, whoever typed: kind, limits, choices, length, cells.
    """
    if not kept:
        return None
    try:
        value = kept_value(field.kind, kept)
        check = _CHECKED.get(field.kind)
        found = check(field, kept) if check is not None else None
    except ValueError:
        return t("it is not of the kind the form asks for.")
    return found or beyond(field.kind, value, field.least, field.most)


def beyond(kind: Kind, value: Value, least: str, most: str) -> Text | None:
    """Say that a number or a day lies outside the form's limits; None where it does not."""
    if isinstance(value, date):
        if least and value < date.fromisoformat(least):
            return t("Not before {day}.", day=least)
        return t("Not after {day}.", day=most) if most and value.isoformat() > most else None
    if kind not in NUMBERS:
        return None
    number = as_number(value, kind)
    if number is None:
        return None
    if least and number < Fraction(least):
        return t("Not less than {number}.", number=_limit(least, kind))
    if most and number > Fraction(most):
        return t("Not more than {number}.", number=_limit(most, kind))
    return None


def shown_value(field: FieldSpec, kept: str, places: Places = nowhere) -> Text:
    """Say a kept value as a fact of the record; what no longer fits its kind stands as kept."""
    if field.kind is Kind.ADDRESS:
        return t("{text}", text=shown_address(kept, places))
    try:
        value = kept_value(field.kind, kept)
        said = _SHOWN.get(field.kind, _plain)(field, value, kept)
    except ValueError:
        said = t("{text}", text=kept)
    return said


class HeldValue(Protocol):
    """What a record holds in a further field."""

    @property
    def key(self) -> str:
        """Which field it is."""
        ...

    @property
    def kind(self) -> str:
        """Which kind it was typed as."""
        ...

    @property
    def value(self) -> str:
        """What is kept."""
        ...


def told(
    form: FormSpec, held: Sequence[HeldValue], places: Places = nowhere
) -> tuple[tuple[Text, Text], ...]:
    """Give label and value of further fields, in the order of the form in force.

    What the form no longer asks for stands last, under its own key.
    """
    there = {one.key: one.value for one in held}
    asked = form.further()
    known = {field.key for field in asked}
    gone = [
        FieldSpec(one.key, Kind(one.kind), t("{code}", code=one.key))
        for one in held
        if one.key not in known
    ]
    fields = [*(field for field in asked if field.key in there), *gone]
    return tuple((field.label, shown_value(field, there[field.key], places)) for field in fields)


def _limit(text: str, kind: Kind) -> str:
    return shown_number(rounded(Fraction(text), kind), kind)


def _file(one: object) -> KeptFile:
    match one:
        case [str(sha256), str(name), int(size)] if _SHA.fullmatch(sha256) and size >= 0:
            return KeptFile(sha256, name, size)
        case _:
            raise ValueError("an attachment is a hash, a name and a size")


def _check_text(field: FieldSpec, kept: str) -> Text | None:
    if len(kept) > field.longest:
        return t("At most {n} characters.", n=field.longest)
    seen = kept.replace("\n", "").replace("\t", "") if field.kind is Kind.LONG_TEXT else kept
    return None if plainly_seen(seen) else t("it holds signs that cannot be seen.")


def _check_address(field: FieldSpec, kept: str) -> Text | None:
    return _check_text(field, address_of(kept)[1])


def _check_choice(field: FieldSpec, kept: str) -> Text | None:
    offered = {choice.key for choice in field.choices}
    return None if kept in offered else t("Choose one from the list.")


def _check_rows(field: FieldSpec, kept: str) -> Text | None:
    rows = rows_of(kept)
    if len(rows) > MOST_ROWS:
        return t("At most {n} rows.", n=MOST_ROWS)
    for row in rows:
        if len(row) != len(field.columns):
            raise ValueError("a row has a cell for every column")
        for column, cell in zip(field.columns, row, strict=True):
            wrong = wrong_with(column, cell)
            if wrong is None and column.required and not cell:
                wrong = t("Needed.")
            if wrong is not None:
                return t("{column}: {reason}", column=column.label, reason=wrong)
    return None


def _check_files(_field: FieldSpec, kept: str) -> Text | None:
    too_many = len(files_of(kept)) > MOST_FILES
    return t("At most {n} files.", n=MOST_FILES) if too_many else None


_CHECKED: Mapping[Kind, Callable[[FieldSpec, str], Text | None]] = {
    Kind.TEXT: _check_text,
    Kind.LONG_TEXT: _check_text,
    Kind.ADDRESS: _check_address,
    Kind.PHONE: _check_text,
    Kind.PERSON: _check_text,
    Kind.PRODUCT: _check_text,
    Kind.THEIRS: _check_text,
    Kind.CHOICE: _check_choice,
    Kind.ROWS: _check_rows,
    Kind.ATTACHMENTS: _check_files,
}


def _plain(_field: FieldSpec, _value: Value, kept: str) -> Text:
    return t("{text}", text=kept)


def _number(field: FieldSpec, value: Value, _kept: str) -> Text:
    return t("{number}", number=shown_number(value, field.kind))


def _chosen(field: FieldSpec, _value: Value, kept: str) -> Text:
    label = next((choice.label for choice in field.choices if choice.key == kept), None)
    return label or t("{text}", text=kept)


def _person(_field: FieldSpec, _value: Value, kept: str) -> Text:
    return t("{text}", text=person_of(kept)[1])


def _rows(_field: FieldSpec, _value: Value, kept: str) -> Text:
    return t("{n} rows", n=written_count(len(rows_of(kept))))


def _files(_field: FieldSpec, _value: Value, kept: str) -> Text:
    return t("{text}", text="\n".join(one.name for one in files_of(kept)))


_SHOWN: Mapping[Kind, Callable[[FieldSpec, Value, str], Text]] = {
    **dict.fromkeys(NUMBERS, _number),
    Kind.CHOICE: _chosen,
    Kind.PERSON: _person,
    Kind.ROWS: _rows,
    Kind.ATTACHMENTS: _files,
}
