"""A form as head office signs it: sections of fields in their order, and rules between them.

A pack of kind ``forms`` holds ``sections`` (key, ``title``, ``fields``) and, where there are any,
``rules`` (app.packs.form_rules). A field has ``key``, ``kind``, ``label``, and may have
``required``, ``hint`` (words, or ``{"handbook": id, "place": key}``), ``choices``, ``longest``
(signs), ``least`` and ``most`` (decimals in yuan, percent as the share, or ISO days), ``owner``
(``branch``, ``head_office``), ``computed`` (app.packs.form_sums), ``remembered`` (what a person
typed last is offered again), ``columns`` (of rows), ``printed`` (a further term of a quote stands
among the special terms of the contract). Words are ``{"zh_CN": …, "en": …}``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.packs import form_field_missing, form_field_wrong, pack_content_wrong
from app.kit.words import Text
from app.packs.form_kinds import NUMBERS, PERSONAL, Kind
from app.packs.form_needs import NEEDS, Needs
from app.packs.form_rules import Rule, read_rule
from app.packs.form_sums import Place, check_place, read_place
from app.packs.handbook import Handbook
from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading

LONGEST = 200
LONGEST_OF_ALL = 4_000
"""Signs of a field where the pack names none, and at most."""
MOST_FIELDS = 120
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_MAY = ("key", "kind", "label", "required", "hint", "choices", "longest", "least", "most", "owner",
        "computed", "remembered", "columns", "printed")  # fmt: skip
_TYPED = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.ADDRESS})
IN_ROWS = frozenset({Kind.TEXT, Kind.MONEY, Kind.DATE, Kind.PERCENT, Kind.DECIMAL, Kind.INTEGER})
"""Kinds a column of rows may have."""


@dataclass(frozen=True)
class ChoiceSpec:
    """One answer to choose."""

    key: str
    label: Text


@dataclass(frozen=True)
class HandbookPlace:
    """A place of a handbook that a hint quotes."""

    handbook: str
    place: str


@dataclass(frozen=True)
class FieldSpec:
    """One field of a form, as signed."""

    key: str
    kind: Kind
    label: Text
    required: bool = False
    hint: Text | HandbookPlace | None = None
    choices: tuple[ChoiceSpec, ...] = ()
    longest: int = LONGEST
    least: str = ""
    most: str = ""
    theirs: bool = False
    """Filled by head office, only read at a branch."""
    computed: Place | None = None
    remembered: bool = False
    columns: tuple["FieldSpec", ...] = ()
    printed: bool = False
    """Stands among the special terms of the contract."""


@dataclass(frozen=True)
class SectionSpec:
    """Fields that belong together, under a title."""

    key: str
    title: Text
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True)
class FormSpec:
    """A form as signed."""

    origin: PackOrigin
    sections: tuple[SectionSpec, ...]
    rules: tuple[Rule, ...]

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """Every field in the order of the form."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> FieldSpec | None:
        """Give a field by its key; None where the form has none."""
        return next((field for field in self.fields if field.key == key), None)

    def further(self) -> tuple[FieldSpec, ...]:
        """Give the fields head office added: those the program itself knows nothing of."""
        needs = NEEDS[self.origin.id]
        return tuple(field for field in self.fields if not needs.kinds_of(field.key))


def read_form(origin: PackOrigin, content: Mapping[str, Any]) -> FormSpec:
    """Read a form; raises BranchError E-PACK-CONTENT, or E-PACK-FORM for what the program needs."""
    reading = Reading(content, pack_path(origin.kind, origin.id))
    reading.only("sections", "rules")
    needs = NEEDS.get(origin.id)
    sections = tuple(_section(item, needs) for item in reading.at("sections").items())
    fields = tuple(field for section in sections for field in section.fields)
    _refuse_twice([section.key for section in sections], reading.at("sections"))
    _refuse_twice([field.key for field in fields], reading.at("sections"))
    if len(fields) > MOST_FIELDS:
        raise reading.wrong("sections")
    kinds = {field.key: field.kind for field in fields}
    _check_computed(fields, kinds, reading)
    rules = reading.at("rules").items() if reading.has("rules") else ()
    form = FormSpec(origin, sections, tuple(read_rule(item, kinds) for item in rules))
    if needs is not None:
        _check_needs(form, needs)
    return form


def _section(content: Reading, needs: Needs | None) -> SectionSpec:
    content.only("key", "title", "fields")
    key = _key(content)
    fields = tuple(_field(item, needs) for item in content.at("fields").items())
    return SectionSpec(key, content.at("title").words(), fields)


def _field(content: Reading, needs: Needs | None) -> FieldSpec:
    content.only(*_MAY)
    key, kind = _key(content), _kind(content)
    computed = read_place(content.at("computed")) if content.has("computed") else None
    if computed is not None and (kind not in NUMBERS or content.has("owner")):
        raise content.wrong("computed")
    if _flag(content, "required") and (_theirs(content) or computed is not None):
        # Nobody at a branch could fill it.
        raise content.wrong("required")
    least, most = _limit(content, "least", kind), _limit(content, "most", kind)
    return FieldSpec(
        key=key,
        kind=kind,
        label=content.at("label").words(),
        required=_flag(content, "required"),
        hint=_hint(content.at("hint")) if content.has("hint") else None,
        choices=_choices(content, kind, offered=needs is not None and key in needs.offered),
        longest=_longest(content, kind),
        least=least,
        most=most,
        theirs=_theirs(content) or kind is Kind.THEIRS,
        computed=computed,
        remembered=_remembered(content, kind),
        columns=_columns(content, kind),
        printed=_printed(content, kind, needs),
    )


def _key(content: Reading) -> str:
    key = content.at("key").text()
    if not _KEY.fullmatch(key):
        raise content.wrong("key")
    return key


def _kind(content: Reading) -> Kind:
    try:
        kind = Kind(content.at("kind").text())
    except ValueError as unknown:
        raise content.wrong("kind") from unknown
    if kind is Kind.HIDDEN:
        raise content.wrong("kind")
    return kind


def _flag(content: Reading, key: str) -> bool:
    return content.at(key).flag() if content.has(key) else False


def _hint(content: Reading) -> Text | HandbookPlace:
    if not content.has("handbook"):
        return content.words()
    content.only("handbook", "place")
    return HandbookPlace(content.at("handbook").text(), content.at("place").text())


def _choices(content: Reading, kind: Kind, *, offered: bool) -> tuple[ChoiceSpec, ...]:
    """Take the answers to choose from; only a choice has some, and one the program offers none."""
    if content.has("choices") != (kind is Kind.CHOICE and not offered):
        raise content.wrong("choices")
    if not content.has("choices"):
        return ()
    choices = []
    for item in content.at("choices").items():
        item.only("key", "label")
        choices.append(ChoiceSpec(item.at("key").text(), item.at("label").words()))
    _refuse_twice([choice.key for choice in choices], content.at("choices"))
    return tuple(choices)


def _longest(content: Reading, kind: Kind) -> int:
    if not content.has("longest"):
        return LONGEST_OF_ALL if kind is Kind.LONG_TEXT else LONGEST
    longest = content.at("longest").whole(1)
    if kind not in _TYPED or longest > LONGEST_OF_ALL:
        raise content.wrong("longest")
    return longest


def _limit(content: Reading, key: str, kind: Kind) -> str:
    if not content.has(key):
        return ""
    limit = content.at(key)
    if kind in NUMBERS:
        return limit.exact().text
    if kind is Kind.DATE:
        return limit.day().isoformat()
    raise content.wrong(key)


def _theirs(content: Reading) -> bool:
    if not content.has("owner"):
        return False
    owner = content.at("owner").text()
    if owner not in ("branch", "head_office"):
        raise content.wrong("owner")
    return owner == "head_office"


def _remembered(content: Reading, kind: Kind) -> bool:
    """Refuse to remember what says who somebody is."""
    remembered = _flag(content, "remembered")
    if remembered and kind in PERSONAL | {Kind.ROWS, Kind.ATTACHMENTS, Kind.THEIRS}:
        raise content.wrong("remembered")
    return remembered


def _printed(content: Reading, kind: Kind, needs: Needs | None) -> bool:
    """Refuse to print what no paper has a place for, and what says who somebody is."""
    printed = _flag(content, "printed")
    fits = needs is not None and needs.printed and not needs.kinds_of(content.at("key").text())
    if printed and (not fits or kind in PERSONAL | {Kind.ROWS, Kind.ATTACHMENTS, Kind.THEIRS}):
        raise content.wrong("printed")
    return printed


def _columns(content: Reading, kind: Kind) -> tuple[FieldSpec, ...]:
    if content.has("columns") != (kind is Kind.ROWS):
        raise content.wrong("columns")
    if kind is not Kind.ROWS:
        return ()
    columns = []
    for item in content.at("columns").items():
        item.only("key", "kind", "label", "required", "longest")
        column = _field(item, None)
        if column.kind not in IN_ROWS:
            raise item.wrong("kind")
        columns.append(column)
    _refuse_twice([column.key for column in columns], content.at("columns"))
    return tuple(columns)


def _refuse_twice(keys: list[str], content: Reading) -> None:
    twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
    if twice is not None:
        raise content.wrong(twice)


def _check_computed(
    fields: tuple[FieldSpec, ...], kinds: Mapping[str, Kind], reading: Reading
) -> None:
    """Refuse what is reckoned from a field that is not there, or from itself."""
    asked = {field.key: field.computed for field in fields if field.computed is not None}
    for key, place in asked.items():
        check_place(place, kinds, reading.at("sections"))
        if key in _behind(place, asked):
            raise reading.at("sections").wrong(key)


def _behind(place: Place, asked: Mapping[str, Place]) -> set[str]:
    """Name every field an expression stands on, however far."""
    seen: set[str] = set()
    waiting = list(place.fields())
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += asked[key].fields() if key in asked else ()
    return seen


def _check_needs(form: FormSpec, needs: Needs) -> None:
    path = pack_path(form.origin.kind, form.origin.id)
    kinds = {field.key: field.kind for field in form.fields}
    for key in needs.must:
        if key not in kinds:
            raise BranchError(form_field_missing(path, key))
    for field in form.fields:
        fitting = needs.kinds_of(field.key)
        of_program = bool(fitting)
        if of_program and (field.kind not in fitting or field.theirs or field.computed):
            raise BranchError(form_field_wrong(path, field.key))
        if not of_program and (not needs.further or (field.theirs and not needs.theirs)):
            raise BranchError(form_field_wrong(path, field.key))
    for field in form.fields:
        if field.key in needs.must and not field.required:
            raise BranchError(form_field_wrong(path, field.key))


def check_hints(form: FormSpec, handbooks: Mapping[str, Handbook]) -> None:
    """Refuse a hint that quotes what no handbook of the bundle says (E-PACK-CONTENT)."""
    path = pack_path(form.origin.kind, form.origin.id)
    for field in form.fields:
        if isinstance(field.hint, HandbookPlace):
            book = handbooks.get(field.hint.handbook)
            if book is None or field.hint.place not in book.places:
                raise BranchError(pack_content_wrong(path, field.key))


def in_order(form: FormSpec) -> Iterator[FieldSpec]:
    """Walk the computed fields so that each comes behind those it stands on."""
    asked = {field.key: field for field in form.fields if field.computed is not None}
    done: set[str] = set()

    def walk(key: str) -> Iterator[FieldSpec]:
        field = asked.get(key)
        if field is None or field.computed is None or key in done:
            return
        done.add(key)
        for other in field.computed.fields():
            yield from walk(other)
        yield field

    for key in asked:
        yield from walk(key)
