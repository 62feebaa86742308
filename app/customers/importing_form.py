"""The words of a customer list that comes as a file: headings and what stands in the cells.

They are a resource (``resources/rules/customer_headings.json``): they are the offices' words and
not ours. Chinese and English headings are known, each with the others seen in files. A field head
office added to the form in force is known by its label, in either language.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal, TypeVar

from app.customers.further import FORM_OF, Forms, asked_beside, no_forms
from app.customers.rules.fields import LABELS
from app.customers.rules.id_types import IdTypes, read_id_types
from app.customers.rules.names import NameWords, read_name_words
from app.kit.sheets.table import Cell, Row, Table, cell_text
from app.kit.words import LANGUAGES, Text, t
from app.packs.form_kinds import Kind
from app.packs.form_rules import Rule
from app.packs.forms import FieldSpec, FormSpec
from app.packs.resources import resource_bytes

T = TypeVar("T")

Field = str
"""A column: one of FIELDS, or ADDED and the heading of a field head office added."""
FIELDS: tuple[Field, ...] = (
    "name", "party", "id_type", "id_no", "credit_code", "sex", "birth", "mobile", "email", "region",
    "address", "industry", "headcount", "legal_representative", "job", "operator", "operator_id",
    "operator_mobile",
)  # fmt: skip
"""The columns the program itself reads."""
ADDED = "+"
Party = Literal["person", "organisation"]
PARTIES: tuple[Party, ...] = ("organisation", "person")
NOT_FROM_A_FILE = frozenset({Kind.PERSON, Kind.PRODUCT, Kind.ROWS, Kind.ATTACHMENTS})
"""Kinds that are picked or put together, and stand in no cell."""

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


PlaceCode = Callable[[str], str]
"""Gives the code of a place by its words; empty where no list knows it or several are called so."""


def no_place(_words: str) -> str:
    """Know no place by its words: only codes are taken."""
    return ""


@dataclass(frozen=True)
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
    names: NameWords
    asked: Mapping[Party, FormSpec] = field(default_factory=dict)
    """The signed forms in force, whose rules and further fields the rows are held to."""
    added: Mapping[str, Mapping[Party, FieldSpec]] = field(default_factory=dict)
    """Heading → the further field it is, for each kind of customer that is asked for it."""
    closed: Mapping[str, Text] = field(default_factory=dict)
    """Heading → why a further field is not taken from a file."""
    place_code: PlaceCode = no_place
    """Gives the code of a place that is written out."""

    @cached_property
    def held(self) -> Mapping[Party, FormSpec]:
        """Give the forms that ask more of a row than the program itself does."""
        return {party: form for party, form in self.asked.items() if asks_more(form)}

    def label(self, column: Field) -> Text:
        """Say what a column is called."""
        if column in FIELD_LABELS:
            return FIELD_LABELS[column]
        return next(iter(self.added[column.removeprefix(ADDED)].values())).label

    def added_to(self, party: Party) -> Mapping[Field, FieldSpec]:
        """Give the further fields of a kind of customer, by their columns."""
        return {
            ADDED + word: fields[party] for word, fields in self.added.items() if party in fields
        }


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


def asks_more(form: FormSpec | None) -> bool:
    """Say whether a form asks more of a branch than the program itself does."""
    if form is None:
        return False
    theirs = {one.key for one in form.fields if one.theirs}
    return (
        any(not _waits(rule, theirs) for rule in form.rules)
        or any(not one.theirs for one in form.further())
        or any(one.required for one in asked_beside(form))
    )


def _waits(rule: Rule, theirs: Collection[str]) -> bool:
    """Say whether a rule cannot speak before head office has filled in a field of its own."""
    return any(test.key in theirs and test.how != "empty" for test in rule.when)


def folded(text: str) -> str:
    """Bring a word to the form it is compared in: half-width, lower case, no spaces or stars."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if not sign.isspace() and sign != "*")


def import_form(forms: Forms = no_forms, place_code: PlaceCode = no_place) -> ImportForm:
    """Give the words this version ships with, and what the forms in force ask for."""
    form = read_import_form(
        resource_bytes("rules/customer_headings.json"), resource_bytes("rules/id_types.json"), forms
    )
    return replace(form, place_code=place_code)


def read_import_form(content: bytes, id_types: bytes, forms: Forms = no_forms) -> ImportForm:
    """Read the words from their JSON; raises ValueError where a word stands for two things."""
    plain: Mapping[str, Any] = json.loads(content)
    if set(plain["headings"]) != set(FIELDS):
        raise ValueError("the headings do not name each field of a customer once")
    asked: dict[Party, FormSpec] = {}
    for party in PARTIES:
        form = forms(FORM_OF[party])
        if form is not None:
            asked[party] = form
    headings: dict[str, Field] = _by_word({one: plain["headings"][one] for one in FIELDS})
    added, closed = _further(asked, headings)
    return ImportForm(
        official={field: str(plain["headings"][field][0]) for field in FIELDS},
        fields=_own_labels(asked, added) | headings,
        ignored=frozenset(map(folded, plain["ignored"])),
        parties=_by_word({party: plain["parties"][party] for party in PARTIES}),
        credit_code_names=frozenset(map(folded, plain["credit_code_names"])),
        sexes=_by_word({"M": plain["sexes"]["M"], "F": plain["sexes"]["F"]}),
        date_separators=unicodedata.normalize("NFKC", str(plain["date_separators"])),
        id_types=read_id_types(id_types),
        names=read_name_words(resource_bytes("rules/organisation_names.json")),
        asked=asked,
        added=added,
        closed=closed,
    )


def words_of(label: Text) -> tuple[str, ...]:
    """Give the headings a label is known by: itself in each language, folded."""
    return tuple(dict.fromkeys(folded(label.in_language(language)) for language in LANGUAGES))


def day_of(said: str, separators: str) -> date | None:
    """Read a date as text or as eight digits; None where it is none."""
    plain = unicodedata.normalize("NFKC", said[:40]).strip()
    mark = f"[{re.escape(separators)}]"
    match = re.fullmatch(rf"(\d{{4}}){mark}(\d{{1,2}}){mark}(\d{{1,2}}){mark}?", plain, re.ASCII)
    match = match or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain, re.ASCII)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


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


def _further(
    asked: Mapping[Party, FormSpec], taken: Mapping[str, Field]
) -> tuple[dict[str, dict[Party, FieldSpec]], dict[str, Text]]:
    """Give the further fields a list may have, by heading, and why others are not taken."""
    added: dict[str, dict[Party, FieldSpec]] = {}
    closed: dict[str, Text] = {}
    for party, form in asked.items():
        for one in form.further():
            reason = _not_from_a_file(one)
            for word in words_of(one.label):
                if word in taken or not word:
                    continue
                if reason is None:
                    added.setdefault(word, {})[party] = one
                else:
                    closed[word] = reason
    return added, {word: reason for word, reason in closed.items() if word not in added}


def _not_from_a_file(one: FieldSpec) -> Text | None:
    if one.theirs:
        return t("head office fills it.")
    if one.computed is not None:
        return t("it is reckoned.")
    return t("no cell can hold it.") if one.kind in NOT_FROM_A_FILE else None


def _own_labels(asked: Mapping[Party, FormSpec], added: Mapping[str, object]) -> dict[str, Field]:
    """Give the labels head office has for fields the program knows; organisations' come first."""
    found: dict[str, Field] = {}
    for party, form in asked.items():
        for one in form.fields:
            own = "operator_mobile" if (party, one.key) == _OPERATORS_MOBILE else one.key
            if own in FIELDS:
                for word in words_of(one.label):
                    if word not in added:
                        found.setdefault(word, own)
    return found


_OPERATORS_MOBILE = ("organisation", "mobile")
"""The one field of a form whose column has another name."""


def _columns(row: Row, form: ImportForm) -> tuple[Columns, tuple[HeadingTrouble, ...]]:
    places: dict[Field, int] = {}
    troubles: list[HeadingTrouble] = []
    for place, cell in enumerate(row.cells):
        word = _heading(cell)
        field = form.fields.get(word) or (ADDED + word if word in form.added else None)
        said = cell_text(cell).strip()[:40]
        if field is None:
            if word and word not in form.ignored:
                reason = t("The column “{heading}” is not read: it is not known.", heading=said)
                if word in form.closed:
                    reason = t(
                        "The column “{heading}” is not read: {reason}",
                        heading=said,
                        reason=form.closed[word],
                    )
                troubles.append(HeadingTrouble(row.number, reason, stops=False))
        elif field in places:
            reason = t("Two columns say “{heading}”.", heading=form.official.get(field, said))
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
