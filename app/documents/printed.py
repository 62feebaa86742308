"""The words of a contract as they stand on paper: one view that both templates are filled from.

Every amount, date and number becomes text here, once, so PDF and docx cannot differ in a value.
The Chinese patterns are data: ``resources/templates/group_accident.words.json``.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.documents.content import ContractContent, InsuredPerson, PremiumLine, content_hash
from app.kit.calendar import days_of_cover
from app.kit.money import yuan_grouped

TEMPLATES = Path(__file__).resolve().parents[2] / "resources" / "templates"
"""Where the templates of this copy of the program stand."""


@dataclass(frozen=True)
class AmountWords:
    """The characters of an amount written in words, as banks want it."""

    prefix: str
    digits: str
    places: tuple[str, ...]
    groups: tuple[str, ...]
    yuan: str
    jiao: str
    fen: str
    whole: str
    minus: str


@dataclass(frozen=True)
class FormWords:
    """The patterns a form is printed with."""

    title: str
    date: str
    period: str
    people: str
    occupation_class: str
    none: str
    minimum: str
    clause: str
    digits: str
    amount: AmountWords


@dataclass(frozen=True)
class PrintedLine:
    """A premium line as text."""

    cohort: str
    cover: str
    occupation_class: str
    people: str
    sum_insured: str
    terms: str
    per_person: str
    subtotal: str


@dataclass(frozen=True)
class PrintedPerson:
    """A row of the list of insured people as text."""

    seq: str
    name: str
    id_type: str
    id_masked: str
    occupation_class: str
    sums: tuple[str, ...]
    premium: str


@dataclass(frozen=True)
class PrintedContract:
    """A whole contract as text, in the order it is read."""

    content: ContractContent
    content_hash: str
    title: str
    drawn_on: str
    period: str
    days: str
    people: str
    lines: tuple[PrintedLine, ...]
    sum_of_lines: str
    premium: str
    premium_in_words: str
    minimum_note: str
    insured: tuple[PrintedPerson, ...]
    insured_premium: str

    @property
    def hash16(self) -> str:
        """Give the part of the content hash that page codes carry."""
        return self.content_hash[:16]


def form_words(templates: Path) -> FormWords:
    """Read the patterns of the form from the templates folder."""
    raw: dict[str, Any] = json.loads(
        (templates / "group_accident.words.json").read_text(encoding="utf-8")
    )
    amount = raw["amount"]
    return FormWords(
        title=raw["title"],
        date=raw["date"],
        period=raw["period"],
        people=raw["people"],
        occupation_class=raw["class"],
        none=raw["none"],
        minimum=raw["minimum"],
        clause=raw["clause"],
        digits=raw["digits"],
        amount=AmountWords(
            **{**amount, "places": tuple(amount["places"]), "groups": tuple(amount["groups"])}
        ),
    )


def printed(content: ContractContent, words: FormWords) -> PrintedContract:
    """Write every value of a contract as the text that stands on paper."""
    total = content.sum_of_lines_fen
    covers = {product.code: product.name for product in content.products}
    return PrintedContract(
        content=content,
        content_hash=content_hash(content),
        title=words.title,
        drawn_on=_day(content.drawn_on, words),
        period=words.period.format(
            start=_day(content.cover_from, words), end=_day(content.cover_to, words)
        ),
        days=str(days_of_cover(content.cover_from, content.cover_to)),
        people=words.people.format(n=content.people),
        lines=tuple(_line(line, covers[line.coverage], words) for line in content.lines),
        sum_of_lines=yuan_grouped(total),
        premium=yuan_grouped(content.premium_fen),
        premium_in_words=amount_in_words(content.premium_fen, words.amount),
        minimum_note=_minimum_note(content, words),
        insured=tuple(_person(seq, one, words) for seq, one in enumerate(content.insured, start=1)),
        insured_premium=yuan_grouped(total),
    )


def counted(number: int, digits: str) -> str:
    """Write 1 to 99 in Chinese numerals; ``digits`` holds zero to ten."""
    if not 1 <= number <= 99:
        raise ValueError("numerals are written from 1 to 99")
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else digits[10] if tens == 1 else digits[tens] + digits[10]
    return lead + (digits[ones] if ones or not tens else "")


def amount_in_words(fen: int, words: AmountWords) -> str:
    """Write an amount as bank forms want it, so that no digit can be added later.

    Groups of four digits; runs of zeros inside become one zero; an amount without fen ends in
    "whole" (Payment and Settlement Measures of the central bank, appendix 1 on filling in forms).
    """
    yuan, cents = divmod(abs(fen), 100)
    jiao, rest = divmod(cents, 10)
    text = _yuan_words(yuan, words) + words.yuan if yuan else ""
    if jiao:
        text += words.digits[jiao] + words.jiao
    if rest:
        text += (words.digits[0] if text and not jiao else "") + words.digits[rest] + words.fen
    else:
        text = (text or words.digits[0] + words.yuan) + words.whole
    return words.prefix + (words.minus if fen < 0 else "") + text


def _yuan_words(yuan: int, words: AmountWords) -> str:
    """Write whole yuan group by group; a group of zeros leaves one zero behind."""
    if yuan >= 10_000 ** len(words.groups):
        raise ValueError("the amount is beyond what a form can say")
    text, gap = "", False
    for index in reversed(range(len(words.groups))):
        part = yuan // 10_000**index % 10_000
        if part:
            zero = words.digits[0] if text and (gap or part < 1000) else ""
            text += zero + _group_words(part, words) + words.groups[index]
        gap = part == 0
    return text


def _group_words(part: int, words: AmountWords) -> str:
    """Write 1 to 9999; zeros between two digits become one zero."""
    text, gap = "", False
    for place in reversed(range(4)):
        figure = part // 10**place % 10
        if figure:
            text += words.digits[0] if text and gap else ""
            text += words.digits[figure] + words.places[place]
        gap = figure == 0
    return text


def _day(day: date, words: FormWords) -> str:
    return words.date.format(year=day.year, month=day.month, day=day.day)


def _line(line: PremiumLine, cover: str, words: FormWords) -> PrintedLine:
    return PrintedLine(
        cohort=line.cohort,
        cover=cover,
        occupation_class=words.occupation_class.format(n=line.occupation_class),
        people=str(line.people),
        sum_insured=yuan_grouped(line.sum_insured_fen),
        terms=line.terms or words.none,
        per_person=yuan_grouped(line.per_person_fen),
        subtotal=yuan_grouped(line.subtotal_fen),
    )


def _person(seq: int, one: InsuredPerson, words: FormWords) -> PrintedPerson:
    return PrintedPerson(
        seq=str(seq),
        name=one.name,
        id_type=one.id_type,
        id_masked=one.id_masked,
        occupation_class=words.occupation_class.format(n=one.occupation_class),
        sums=tuple(yuan_grouped(fen) if fen else words.none for fen in one.sums_fen),
        premium=yuan_grouped(one.premium_fen),
    )


def _minimum_note(content: ContractContent, words: FormWords) -> str:
    if not content.minimum_applied:
        return ""
    return words.minimum.format(
        sum=yuan_grouped(content.sum_of_lines_fen), premium=yuan_grouped(content.premium_fen)
    )
