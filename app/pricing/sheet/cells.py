"""One cell at a time: from what a spreadsheet holds to a typed value, or to the reason why not.

A reader returns the value or raises `WrongCell`. What is accepted:

* sums: yuan, with thousands marks, a currency sign or a unit of the form (20 in ten-thousands);
* pay ratio: ``90``, ``90%`` or ``0.9``; numbers up to 1 are shares, so ``1`` is all of it;
* dates: a date cell, ``1990-03-07``, ``1990/3/7``, ``1990.3.7`` or ``19900307``, as text or number.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Literal

from app.kit.errors.base import BranchError
from app.kit.money import Fen, fen_of
from app.kit.sheets.table import Cell, Formula, Unreadable, cell_text
from app.kit.signs import plainly_seen
from app.kit.words import Text, t
from app.pricing.sheet.form import RosterForm, folded

_NAME_MARKS = frozenset("·•‧.'’ -()")  # noqa: RUF001 - the dots of transcribed names
_LONGEST_NAME = 50
_PLAIN_NUMBER = re.compile(r"-?\d{1,13}(\.\d{1,4})?", re.ASCII)


class WrongCell(Exception):  # noqa: N818 - it is caught where the row is read and becomes a problem
    """A cell cannot be read; carries the code and the reason."""

    def __init__(self, code: str, reason: Text) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


def trusted(cell: Cell) -> Cell:
    """Refuse a formula or an error cell; give any other as it is."""
    match cell:
        case Formula():
            raise WrongCell(
                "E-ROSTER-FORMULA",
                t("The cell holds a formula; only values are read. Paste it as a value."),
            )
        case Unreadable():
            reason = t("The cell shows “{text}” and cannot be read.", text=cell.text[:40])
            raise WrongCell("E-ROSTER-CELL", reason)
        case _:
            return cell


def filled(cell: Cell) -> str:
    """Give the text of a cell that must not be empty."""
    text = cell_text(trusted(cell)).strip()
    if not text:
        raise WrongCell("E-ROSTER-EMPTY", t("The cell must be filled in."))
    return text


def name_of(cell: Cell) -> str:
    """Read a person's name; spaces that only align Chinese names go."""
    text = unicodedata.normalize("NFKC", filled(cell))
    words = text.split()
    name = (" " if text.isascii() else "").join(words)
    odd = next((sign for sign in name if not sign.isalpha() and sign not in _NAME_MARKS), None)
    if odd is not None or not name[0].isalpha():
        reason = t("“{sign}” cannot stand in a name.", sign=odd or name[0])
        raise WrongCell("E-ROSTER-NAME", reason)
    if len(name) > _LONGEST_NAME:
        raise WrongCell("E-ROSTER-NAME", t("A name has at most {n} signs.", n=_LONGEST_NAME))
    return name


def sex_of(cell: Cell, form: RosterForm) -> Literal["M", "F"]:
    """Read male or female."""
    said = filled(cell)
    sex = form.sexes.get(folded(said))
    if sex is None:
        raise WrongCell("E-ROSTER-SEX", t("“{text}” says neither male nor female.", text=said[:40]))
    return sex


def day_of(cell: Cell, form: RosterForm) -> date:
    """Read a date cell, or a date as text or as eight digits."""
    if isinstance(cell, date):
        return cell
    said = filled(cell)
    plain = unicodedata.normalize("NFKC", said)
    mark = f"[{re.escape(form.date_separators)}]"
    match = re.fullmatch(rf"(\d{{4}}){mark}(\d{{1,2}}){mark}(\d{{1,2}}){mark}?", plain, re.ASCII)
    match = match or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain, re.ASCII)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass  # falls to the one refusal below
    reason = t("“{text}” is not a date; write it as 1990-03-07.", text=said[:40])
    raise WrongCell("E-ROSTER-DATE", reason)


def class_of(cell: Cell, form: RosterForm) -> int:
    """Read an occupation class from 1 to 6."""
    said = filled(cell)
    number = form.classes.get(folded(said))
    if number is None:
        reason = t("“{text}” is not an occupation class from 1 to 6.", text=said[:40])
        raise WrongCell("E-ROSTER-CLASS", reason)
    return number


def social_of(cell: Cell, form: RosterForm) -> bool:
    """Read whether the person has social insurance."""
    said = filled(cell)
    answer = form.social.get(folded(said))
    if answer is None:
        reason = t("“{text}” does not say whether there is social insurance.", text=said[:40])
        raise WrongCell("E-ROSTER-SOCIAL", reason)
    return answer


def job_of(cell: Cell) -> str | None:
    """Read the job, which may be empty; any job is taken, the tariff knows which weigh more."""
    text = unicodedata.normalize("NFKC", cell_text(trusted(cell))).strip()
    if len(text) > _LONGEST_NAME or not plainly_seen(text):
        raise WrongCell("E-ROSTER-JOB", t("The job cannot be read."))
    return text or None


def sum_of(cell: Cell, form: RosterForm) -> Fen | None:
    """Read a sum insured in yuan as fen; empty, zero or a dash say that it is not bought."""
    said = cell_text(trusted(cell)).strip()
    if not said or folded(said) in form.nothing:
        return None
    fen = _fen(cell, said, form)
    if fen < 0:
        reason = t("The sum {text} is below zero.", text=said[:40])
        raise WrongCell("E-ROSTER-NEGATIVE", reason)
    return fen or None


def whole_yuan_of(cell: Cell, form: RosterForm) -> int:
    """Read a deductible in whole yuan, zero included."""
    said = filled(cell)
    fen = _fen(cell, said, form)
    if fen < 0 or fen % 100:
        reason = t("“{text}” is not a deductible in whole yuan.", text=said[:40])
        raise WrongCell("E-ROSTER-DEDUCTIBLE", reason)
    return fen // 100


def percent_of(cell: Cell) -> int:
    """Read a pay ratio as whole per cent from 1 to 100."""
    said = filled(cell)
    plain = folded(said)
    share = plain.removesuffix("%")
    if not isinstance(cell, bool) and _PLAIN_NUMBER.fullmatch(share):
        number = Decimal(share)
        percent = number if plain.endswith("%") or number > 1 else number * 100
        if 1 <= percent <= 100 and percent == int(percent):
            return int(percent)
    reason = t("“{text}” is not a pay ratio; write it as 90 or 90%.", text=said[:40])
    raise WrongCell("E-ROSTER-PAY-RATIO", reason)


def _fen(cell: Cell, said: str, form: RosterForm) -> Fen:
    plain = "".join(sign for sign in folded(said) if sign not in form.amount_signs)
    unit = max((u for u in form.amount_units if plain.endswith(u)), key=len, default="")
    number = plain.removesuffix(unit)
    if isinstance(cell, bool | date) or not _PLAIN_NUMBER.fullmatch(number):
        raise _not_a_sum(said)
    yuan = Decimal(number) * form.amount_units.get(unit, 1)
    try:
        return fen_of(format(yuan.normalize(), "f"))
    except BranchError as error:
        raise _not_a_sum(said) from error


def _not_a_sum(said: str) -> WrongCell:
    return WrongCell("E-ROSTER-SUM", t("“{text}” is not an amount in yuan.", text=said[:40]))
