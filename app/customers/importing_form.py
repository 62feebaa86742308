"""The words of a customer list that comes as a file: headings and what stands in the cells.

They are a resource (``resources/rules/customer_headings.json``): they are the offices' words and
not ours. Chinese and English headings are known, each with the others seen in files.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from app.customers.rules.fields import LABELS
from app.customers.rules.id_types import IdTypes, read_id_types
from app.kit.sheets.table import Cell, Row, Table, cell_text
from app.kit.words import Text, t
from app.packs.resources import resource_bytes

T = TypeVar("T")

Field = Literal[
    "name",
    "party",
    "id_type",
    "id_no",
    "credit_code",
    "sex",
    "birth",
    "mobile",
    "email",
    "region",
    "address",
    "industry",
    "headcount",
    "legal_representative",
    "job",
    "operator",
    "operator_id",
    "operator_mobile",
]
FIELDS: tuple[Field, ...] = get_args(Field)
"""Every column an import reads, in the order they are shown."""
Party = Literal["person", "organisation"]

_LOOK_FOR_HEADINGS = 20
"""Filled rows above the heading row at most: titles, the office's name."""
_ENOUGH = 2
"""Known headings that make a row the heading row."""

FIELD_LABELS: Mapping[Field, Text] = {
    **{field: LABELS[field] for field in FIELDS if field in LABELS},
    "party": t("Kind"),
    "operator": t("Operator"),
    "operator_id": t("Operator's ID number"),
    "operator_mobile": t("Operator's mobile"),
}
"""What the columns are called on the screen."""


@dataclass(frozen=True, slots=True)
class ImportForm:
    """The words of a customer list, each in its folded form (`folded`), the official one first."""

    official: Mapping[Field, str]
    """Field → the heading a new file should have."""
    fields: Mapping[str, Field]
    """Heading → field."""
    ignored: frozenset[str]
    parties: Mapping[str, Party]
    credit_code_names: frozenset[str]
    """What the kind of document is called where the number is a credit code."""
    sexes: Mapping[str, Literal["M", "F"]]
    date_separators: str
    id_types: IdTypes


@dataclass(frozen=True, slots=True)
class Columns:
    """The heading row and the place of each field in a row (from 0)."""

    row: int
    places: Mapping[Field, int]


@dataclass(frozen=True, slots=True)
class HeadingTrouble:
    """Why no column can be read, or which heading is not; ``stops`` says the former."""

    row: int
    reason: Text
    stops: bool


def folded(text: str) -> str:
    """Bring a word to the form it is compared in: half-width, lower case, no spaces or stars."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if not sign.isspace() and sign != "*")


def import_form() -> ImportForm:
    """Give the words this version ships with."""
    return read_import_form(
        resource_bytes("rules/customer_headings.json"), resource_bytes("rules/id_types.json")
    )


def read_import_form(content: bytes, id_types: bytes) -> ImportForm:
    """Read the words from their JSON; raises ValueError where a word stands for two things."""
    plain: Mapping[str, Any] = json.loads(content)
    if set(plain["headings"]) != set(FIELDS):
        raise ValueError("the headings do not name each field of a customer once")
    return ImportForm(
        official={field: str(plain["headings"][field][0]) for field in FIELDS},
        fields=_by_word({field: plain["headings"][field] for field in FIELDS}),
        ignored=frozenset(map(folded, plain["ignored"])),
        parties=_by_word(
            {
                "person": plain["parties"]["person"],
                "organisation": plain["parties"]["organisation"],
            }
        ),
        credit_code_names=frozenset(map(folded, plain["credit_code_names"])),
        sexes=_by_word({"M": plain["sexes"]["M"], "F": plain["sexes"]["F"]}),
        date_separators=unicodedata.normalize("NFKC", str(plain["date_separators"])),
        id_types=read_id_types(id_types),
    )


def find_columns(table: Table, form: ImportForm) -> tuple[Columns, tuple[HeadingTrouble, ...]]:
    """Find the heading row; a heading that is missing or doubled stops, an unknown one is told."""
    row = next(
        (row for row in table.rows[:_LOOK_FOR_HEADINGS] if _known(row, form) >= _ENOUGH), None
    )
    if row is None:
        first = table.rows[0].number if table.rows else 1
        reason = t("No row with the headings of a customer list was found.")
        return Columns(first, {}), (HeadingTrouble(first, reason, stops=True),)
    return _columns(row, form)


def _known(row: Row, form: ImportForm) -> int:
    return len({form.fields[word] for word in map(_heading, row.cells) if word in form.fields})


def _columns(row: Row, form: ImportForm) -> tuple[Columns, tuple[HeadingTrouble, ...]]:
    places: dict[Field, int] = {}
    troubles: list[HeadingTrouble] = []
    for place, cell in enumerate(row.cells):
        word = _heading(cell)
        field = form.fields.get(word)
        if field is None:
            if word and word not in form.ignored:
                said = cell_text(cell).strip()[:40]
                reason = t("The column “{heading}” is not read: it is not known.", heading=said)
                troubles.append(HeadingTrouble(row.number, reason, stops=False))
        elif field in places:
            reason = t("Two columns say “{heading}”.", heading=form.official[field])
            troubles.append(HeadingTrouble(row.number, reason, stops=True))
        else:
            places[field] = place
    for missing in _missing(places):
        reason = t("The column “{heading}” is missing.", heading=form.official[missing])
        troubles.append(HeadingTrouble(row.number, reason, stops=True))
    return Columns(row.number, places), tuple(troubles)


def _missing(places: Mapping[Field, int]) -> list[Field]:
    missing: list[Field] = [] if "name" in places else ["name"]
    if "id_no" not in places and "credit_code" not in places:
        missing.append("id_no")
    return missing


def _heading(cell: Cell) -> str:
    return folded(cell_text(cell)[:80])


def _by_word(lists: Mapping[T, Sequence[str]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for value, words in lists.items():
        for word in map(folded, words):
            if found.setdefault(word, value) != value:
                raise ValueError(f"{word!r} stands for two things in a customer list")
    return found
