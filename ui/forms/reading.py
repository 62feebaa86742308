"""How what is typed becomes a value, and how a value is written back. No Qt in here."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.customers.rules.resident_id import province_known
from app.kit.errors.base import BranchError
from app.kit.money import fen_of, yuan_grouped
from app.kit.signs import without_hidden
from app.kit.words import Text, t
from app.packs.form_kinds import PERSONAL
from app.packs.form_sums import percent_text
from app.packs.form_values import (
    MOST_FILES,
    MOST_ROWS,
    address_of,
    files_of,
    kept_files,
    kept_rows,
    kept_text,
    kept_value,
    person_of,
    rows_of,
    shown_value,
)
from app.packs.forms import FieldSpec, FormSpec
from ui.forms.fields import FINE, Field, FieldNote, Kind, Standing, Value

_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})", re.ASCII)
_LOOSE_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_SHORT_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})|(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/.]?(\d{2})|(\d{4})[-/.](\d)", re.ASCII)
_SHORT_MONTH = re.compile(r"(\d{1,2})[-/.]?(\d{2})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?\s*%?", re.ASCII)
_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_PHONE = re.compile(r"\+?[\d -]{3,20}", re.ASCII)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width letters and digits, as a Chinese input method types them, to their plain twins."""


@dataclass(frozen=True)
class Reading:
    """What was typed, as a value, and what is to be said about it."""

    value: Value
    note: FieldNote = FINE


def read(field: Field, typed: str, today: date) -> Reading:
    """Read what was typed into a field, then let the field's own check speak.

    ``today`` completes a day typed without its year: the coming one within half a year back.
    """
    text = _plain(field, typed)
    if not text.strip():
        return Reading(None, _nothing(field))
    reading = _READERS[field.kind](field, text, today)
    if field.check is None or reading.value is None or reading.note.standing is Standing.WRONG:
        return reading
    note = field.check(reading.value)
    # What is half typed may be wrong already; it is never right before it is whole.
    if reading.note.standing is Standing.INCOMPLETE and note.standing is not Standing.WRONG:
        return reading
    return Reading(reading.value, note)


def write(field: Field, value: Value) -> str:
    """Write a value the way the field shows it."""
    if value is None:
        return ""
    if field.kind is Kind.MONEY and isinstance(value, int):
        return yuan_grouped(value)
    if field.kind is Kind.PERCENT and isinstance(value, int):
        return percent_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def typed_again(form: FormSpec, key: str, kept: str) -> str:
    """Give a kept value as it would be typed into a form.

    Nothing for a field the form does not have, and for one whose values say who somebody is: they
    are kept masked, or not offered again.
    """
    field = form.field(key)
    if field is None or field.kind in PERSONAL or not kept:
        return ""
    return typed_text(field, kept)


def typed_text(field: FieldSpec, kept: str) -> str:
    """Give a kept value of any kind as it would be typed; nothing where it does not fit."""
    try:
        return write(Field(field.key, field.label, field.kind), kept_value(field.kind, kept))
    except ValueError:
        return ""


def shown_text(field: Field, kept: str) -> str:
    """Give what a field that is only read shows: words of its choices, names, counts."""
    if field.kind in (Kind.CHOICE, Kind.PRODUCT):
        return str(next((one.label for one in field.choices if one.key == kept), kept))
    if field.kind in (Kind.PERSON, Kind.ROWS, Kind.ATTACHMENTS):
        return str(shown_value(FieldSpec(field.key, field.kind, field.label), kept))
    return kept


def tidy(field: Field, typed: str, today: date) -> str:
    """Write what was typed in the field's own form, once it is left; the wrong stays as typed.

    What nobody can see, as a web page puts it into what is copied from it, is taken out.
    """
    reading = read(field, typed, today)
    if field.kind in _TEXTS:
        return _seen(field, typed)
    if field.kind in _AS_TYPED or reading.value is None:
        return typed
    return write(field, reading.value)


def _plain(field: Field, typed: str) -> str:
    """Give what is read of what was typed; a secret and a key are read to the letter."""
    if field.kind in _TEXTS:
        return _seen(field, typed)
    if field.kind in _AS_TYPED:
        return typed
    return _seen(field, typed).translate(_FULL_WIDTH).strip()


def _seen(field: Field, typed: str) -> str:
    if field.kind is Kind.LONG_TEXT:
        return without_hidden(typed, kept="\n\t")
    return without_hidden(re.sub("[\r\n\t]+", " ", typed))


def read_day(text: str, today: date) -> date | None:
    """Read a day; ``0305`` is the 5 March nearest to come, looking back half a year at most."""
    whole = _DAY.fullmatch(text) or _LOOSE_DAY.fullmatch(text)
    if whole:
        return _day(*(int(part) for part in whole.groups()))
    short = _SHORT_DAY.fullmatch(text)
    if short is None:
        return None
    month, day = (int(part) for part in short.groups() if part is not None)
    return _nearest(month, day, today)


def read_month(text: str) -> str | None:
    """Read a month as ``2026-03``; ``0326`` is March 2026, ``202603`` and ``2026-3`` as well."""
    whole, short = _MONTH.fullmatch(text), _SHORT_MONTH.fullmatch(text)
    if short is not None and 1 <= int(short[1]) <= 12 and len(text.strip()) <= 5:
        return f"20{short[2]}-{int(short[1]):02d}"
    if whole is None:
        return None
    year, month = (int(part) for part in whole.groups() if part is not None)
    return f"{year:04d}-{month:02d}" if 1900 <= year <= 2199 and 1 <= month <= 12 else None


def _nearest(month: int, day: int, today: date) -> date | None:
    candidates = [_day(today.year + step, month, day) for step in (-1, 0, 1)]
    fitting = [day for day in candidates if day is not None and (day - today).days > -183]
    return fitting[0] if fitting else None


def _day(year: int, month: int, day: int) -> date | None:
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _nothing(field: Field) -> FieldNote:
    if field.required:
        return FieldNote(Standing.INCOMPLETE, t("Needed."))
    return FINE


def _wrong(reason: Text) -> Reading:
    return Reading(None, FieldNote(Standing.WRONG, reason))


def _read_text(field: Field, text: str, _today: date) -> Reading:
    if len(text) > field.longest:
        return _wrong(t("At most {n} characters.", n=field.longest))
    return Reading(text)


def _read_money(field: Field, text: str, _today: date) -> Reading:
    plain = text.removesuffix("\u5143").strip().lstrip("\u00a5\uffe5")
    try:
        fen = fen_of(plain)
    except BranchError as error:
        return _wrong(error.problem.next)
    if fen < 0 and not field.below_zero:
        return _wrong(t("Not less than zero."))
    return Reading(fen)


def _read_date(_field: Field, text: str, today: date) -> Reading:
    day = read_day(text, today)
    if day is not None:
        return Reading(day)
    if len(re.sub(r"\D", "", text)) < 4:
        return Reading(None, FieldNote(Standing.INCOMPLETE, t("Month and day, for example 0305.")))
    return _wrong(t("No such day. Type 0305 or 2026-03-05."))


def _read_month(_field: Field, text: str, _today: date) -> Reading:
    month = read_month(text)
    if month is not None:
        return Reading(month)
    if len(re.sub(r"\D", "", text)) < 4:
        reason = t("Month and year, for example 0326.")
        return Reading(None, FieldNote(Standing.INCOMPLETE, reason))
    return _wrong(t("No such month. Type 0326 or 2026-03."))


def _read_address(field: Field, text: str, today: date) -> Reading:
    """Read an address; six figures in front are the code of the place."""
    whole = " ".join(text.split())
    code, line = address_of(whole)
    reading = _read_text(field, line, today)
    if reading.note.standing is Standing.WRONG:
        return reading
    if code and not province_known(code):
        reason = t("No province has the code {code}; compare it.", code=code[:2])
        return Reading(whole, FieldNote(Standing.WARNED, reason))
    return Reading(whole)


def _read_picked(_field: Field, text: str, _today: date) -> Reading:
    """Read a person somebody picked; a name that was only typed is nobody yet."""
    try:
        _, name = person_of(text)
    except ValueError:
        name = ""
    if not name:
        return Reading(None, FieldNote(Standing.INCOMPLETE, t("Choose one from the list.")))
    return Reading(text)


def _read_product(field: Field, text: str, _today: date) -> Reading:
    if text in {choice.key for choice in field.choices}:
        return Reading(text)
    return Reading(None, FieldNote(Standing.INCOMPLETE, t("Choose one from the list.")))


def _read_rows(field: Field, text: str, today: date) -> Reading:
    """Read a table cell by cell; the first cell that does not stand speaks for it."""
    try:
        rows = rows_of(text)
    except ValueError:
        return _wrong(t("This is no table."))
    if len(rows) > MOST_ROWS:
        return _wrong(t("At most {n} rows.", n=MOST_ROWS))
    kept = []
    for number, row in enumerate(rows, 1):
        cells = [read(c, cell, today) for c, cell in zip(field.columns, row, strict=False)]
        for column, cell in zip(field.columns, cells, strict=False):
            if cell.note.standing in (Standing.WRONG, Standing.INCOMPLETE) and any(row):
                said = t("{column}: {reason}", column=column.label, reason=cell.note.reason)
                return _wrong(t("Row {n}: {what}", n=number, what=said))
        kept.append([kept_text(cell.value) for cell in cells])
    return Reading(kept_rows(kept) or None, FINE if kept_rows(kept) else _nothing(field))


def _read_files(field: Field, text: str, _today: date) -> Reading:
    try:
        files = files_of(text)
    except ValueError:
        return _wrong(t("This is no list of files."))
    if len(files) > MOST_FILES:
        return _wrong(t("At most {n} files.", n=MOST_FILES))
    return Reading(kept_files(files) or None, FINE if files else _nothing(field))


def _read_percent(_field: Field, text: str, _today: date) -> Reading:
    match = _PERCENT.fullmatch(text)
    if match is None:
        return _wrong(t("A percentage with at most two decimals, for example 85."))
    whole, rest = match.groups()
    return Reading(int(whole) * 100 + int((rest or "0").ljust(2, "0")))


def _read_decimal(field: Field, text: str, _today: date) -> Reading:
    if _DECIMAL.fullmatch(text) is None:
        return _wrong(t("A plain number, at most six decimals."))
    return _read_text(field, text, _today)


def _read_integer(_field: Field, text: str, _today: date) -> Reading:
    plain = text.replace(",", "")
    if _WHOLE.fullmatch(plain) is None:
        return _wrong(t("A whole number."))
    return Reading(int(plain))


def _read_code(length: int) -> Callable[[Field, str, date], Reading]:
    def reader(_field: Field, text: str, _today: date) -> Reading:
        code = text.replace(" ", "").upper()
        if not (code.isascii() and code.isalnum()):
            return _wrong(t("Only digits and letters."))
        if len(code) < length:
            reason = t("{n} of {of} characters.", n=len(code), of=length)
            return Reading(code, FieldNote(Standing.INCOMPLETE, reason))
        if len(code) > length:
            return _wrong(t("{n} characters, {of} expected.", n=len(code), of=length))
        return Reading(code)

    return reader


def _read_phone(_field: Field, text: str, _today: date) -> Reading:
    if _PHONE.fullmatch(text) is None:
        return _wrong(t("Only digits, spaces, dashes and a leading +."))
    return Reading(text.replace(" ", "").replace("-", ""))


def _read_choice(field: Field, text: str, _today: date) -> Reading:
    if text in {choice.key for choice in field.choices}:
        return Reading(text)
    return _wrong(t("Choose one from the list."))


def _read_theirs(_field: Field, text: str, _today: date) -> Reading:
    return Reading(text)


_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.THEIRS})
_AS_TYPED = frozenset({
    Kind.TEXT, Kind.LONG_TEXT, Kind.HIDDEN, Kind.CHOICE, Kind.THEIRS,
    Kind.PERSON, Kind.PRODUCT, Kind.ROWS, Kind.ATTACHMENTS,
})  # fmt: skip
_READERS: dict[Kind, Callable[[Field, str, date], Reading]] = {
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.HIDDEN: _read_text,
    Kind.MONEY: _read_money,
    Kind.DATE: _read_date,
    Kind.MONTH: _read_month,
    Kind.ADDRESS: _read_address,
    Kind.PERSON: _read_picked,
    Kind.PRODUCT: _read_product,
    Kind.ROWS: _read_rows,
    Kind.ATTACHMENTS: _read_files,
    Kind.ID_NUMBER: _read_code(18),
    Kind.USCC: _read_code(18),
    Kind.PHONE: _read_phone,
    Kind.CHOICE: _read_choice,
    Kind.PERCENT: _read_percent,
    Kind.DECIMAL: _read_decimal,
    Kind.INTEGER: _read_integer,
    Kind.THEIRS: _read_theirs,
}
