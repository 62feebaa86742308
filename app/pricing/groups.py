"""Groups as a clerk types them: people who are priced alike, one row each, every cover by its sum.

A row is a cohort of a price request (domain.md 3.2): an empty sum is a cover that is not bought.
What is typed is judged by the request's own rules and the tariff's own tables, letter by letter;
a wrong cell has the very problem the request would be refused with, said in the clerk's words.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar, get_args

from app.kit.errors.base import BranchError, Problem
from app.kit.errors.money import money_not_readable
from app.kit.errors.pricing import (
    class_unknown,
    decimal_not_readable,
    field_missing,
    field_of_wrong_type,
    heads_not_positive,
    nothing_to_price,
    share_outside,
    sum_not_positive,
)
from app.kit.money import Fen, fen_of
from app.kit.signs import plainly_seen
from app.kit.words import Text, t
from app.packs.exact import Exact, decimal_text, exact_of
from app.packs.tariff import Tariff
from app.pricing.labels import cover as cover_name
from app.pricing.requests import (
    AccidentCover,
    AccidentMedicalCover,
    Cohort,
    Cover,
    HospitalCashCover,
    HospitalMedicalCover,
    yuan_plain,
)
from app.pricing.rules.premium import Part, own_factors

T = TypeVar("T")
MOST_GROUPS = 100
"""Rows of one quote; more people of different kinds belong on a roster."""
LONGEST_JOB = 40
SHARE_PLACES = 6
"""Decimals a request carries; a share that has more would be priced as another one."""
YES, NO = "yes", "no"
"""How a kept row spells whether people have social insurance."""

GroupField = Literal[
    "heads",
    "job_class",
    "age",
    "job",
    "ghi_sum",
    "social",
    "ghc_daily",
    "wait_days",
    "gpa_sum",
    "gma_sum",
    "deductible",
    "pay_ratio",
    "social_share",
]
GROUP_FIELDS: tuple[GroupField, ...] = get_args(GroupField)
LABELS: Mapping[GroupField, Text] = {
    "heads": t("People"),
    "job_class": t("Class"),
    "age": t("Age"),
    "job": t("Occupation"),
    "ghi_sum": t("Hospital medical sum"),
    "social": t("Social insurance"),
    "ghc_daily": t("Hospital cash a day"),
    "wait_days": t("Waiting days"),
    "gpa_sum": t("Accident sum"),
    "gma_sum": t("Accident medical sum"),
    "deductible": t("Deductible"),
    "pay_ratio": t("Pay ratio"),
    "social_share": t("Social insurance share"),
}
"""What heads a column and names a cell; sums, allowance and deductible are yuan."""
_COVERS: tuple[tuple[GroupField, ...], ...] = (
    ("ghi_sum", "social"),
    ("ghc_daily", "wait_days"),
    ("gpa_sum",),
    ("gma_sum", "deductible", "pay_ratio", "social_share"),
)
"""The cells of each cover, its sum first: who fills in one of them buys the cover."""
_CELL_OF: Mapping[Part, GroupField] = {
    "class": "job_class",
    "age": "age",
    "deductible": "deductible",
    "pay_ratio": "pay_ratio",
    "sum_insured": "ghi_sum",
    "wait_days": "wait_days",
}


@dataclass(frozen=True, slots=True)
class TypedGroup:
    """One row, every cell as typed, in the order of GROUP_FIELDS."""

    cells: tuple[str, ...] = ("",) * len(GROUP_FIELDS)

    def __post_init__(self) -> None:
        if len(self.cells) != len(GROUP_FIELDS):
            raise ValueError(f"a group has {len(GROUP_FIELDS)} cells, not {len(self.cells)}")

    def text(self, name: GroupField) -> str:
        """Give what is typed in a cell."""
        return self.cells[GROUP_FIELDS.index(name)]

    def typed(self, name: GroupField, text: str) -> "TypedGroup":
        """Give the row with another text in a cell."""
        place = GROUP_FIELDS.index(name)
        return replace(self, cells=(*self.cells[:place], text, *self.cells[place + 1 :]))

    @property
    def blank(self) -> bool:
        """Whether nothing is typed: such a row asks for nothing and holds nothing back."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell that holds the price back; ``missing`` where it is only still empty."""

    cell: GroupField
    problem: Problem
    missing: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell to look at once more; it holds nothing back."""

    cell: GroupField
    words: Text


@dataclass(frozen=True, slots=True)
class GroupReading:
    """What a row gave; ``cohort`` where nothing is wrong, ``name`` empty for a blank row."""

    name: str
    cohort: Cohort | None
    wrong: tuple[WrongCell, ...]
    doubts: tuple[Doubt, ...] = ()

    def note(self, name: GroupField) -> WrongCell | Doubt | None:
        """Give what there is to say about a cell."""
        notes: tuple[WrongCell | Doubt, ...] = (*self.wrong, *self.doubts)
        return next((one for one in notes if one.cell == name), None)


@dataclass(frozen=True, slots=True)
class GroupsRead:
    """All rows as read, in their order."""

    rows: tuple[GroupReading, ...] = ()

    @property
    def cohorts(self) -> tuple[Cohort, ...]:
        """The groups that can be priced."""
        return tuple(row.cohort for row in self.rows if row.cohort is not None)

    @property
    def heads(self) -> int:
        """Count the people of the groups that can be priced."""
        return sum(cohort.heads for cohort in self.cohorts)

    @property
    def problems(self) -> tuple[WrongCell, ...]:
        """Every cell that holds the price back."""
        return tuple(wrong for row in self.rows for wrong in row.wrong)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Every cell to look at once more."""
        return tuple(doubt for row in self.rows for doubt in row.doubts)


def group_name(place: int) -> str:
    """Name a group by its place: ``a`` … ``z``, ``aa``. Groups of a roster have numbers."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("a") + letter) + name
    return name


def read_groups(
    typed: Sequence[TypedGroup], tariff: Tariff, social_words: Mapping[str, bool]
) -> GroupsRead:
    """Read rows; every wrong cell is named. ``social_words`` say yes and no as rosters do, folded.

    Blank rows are passed over and take no letter. Whether the people are enough for a group, and
    what region and discretion make of the price, is judged when the whole is priced.
    """
    rows: list[GroupReading] = []
    named = 0
    for one in typed:
        if one.blank:
            rows.append(GroupReading("", None, ()))
            continue
        rows.append(_Row(one, group_name(named), tariff, social_words).read())
        named += 1
    return GroupsRead(tuple(rows))


def typed_group(cohort: Cohort) -> TypedGroup:
    """Write a cohort as a clerk would have typed it; reading it gives the cohort again."""
    row = (
        TypedGroup()
        .typed("heads", str(cohort.heads))
        .typed("job_class", str(cohort.job_class))
        .typed("age", str(cohort.age))
        .typed("job", cohort.job or "")
    )
    for cover in cohort.covers:
        for name, text in _cover_texts(cover):
            row = row.typed(name, text)
    return row


def _cover_texts(cover: Cover) -> tuple[tuple[GroupField, str], ...]:
    match cover:
        case AccidentCover():
            return (("gpa_sum", yuan_plain(cover.sum_fen)),)
        case AccidentMedicalCover():
            share = cover.social_share
            return (
                ("gma_sum", yuan_plain(cover.sum_fen)),
                ("deductible", str(cover.deductible_yuan)),
                ("pay_ratio", str(cover.pay_ratio)),
                ("social_share", f"{decimal_text(share.num * 100, share.den)}%"),
            )
        case HospitalMedicalCover():
            social = YES if cover.social_insurance else NO
            return (("ghi_sum", yuan_plain(cover.sum_fen)), ("social", social))
        case HospitalCashCover():
            daily = yuan_plain(cover.daily_fen)
            return (("ghc_daily", daily), ("wait_days", str(cover.wait_days)))


@dataclass
class _Row:
    """Reads one row and gathers what is wrong; the first word about a cell stands."""

    row: TypedGroup
    name: str
    tariff: Tariff
    social_words: Mapping[str, bool]
    wrong: dict[GroupField, WrongCell] = field(default_factory=dict)

    def read(self) -> GroupReading:
        heads = self._heads()
        job_class, age = self._class(), self._needed("age", self._whole)
        job = self._job()
        covers = tuple(cover for cover in self._covers() if cover is not None)
        if job_class is not None and age is not None:
            for cover in covers:
                self._ask_tariff(job_class, age, job, cover)
        wrong = tuple(self.wrong[name] for name in GROUP_FIELDS if name in self.wrong)
        doubts = self._doubts(job, covers)
        if wrong or heads is None or job_class is None or age is None:
            return GroupReading(self.name, None, wrong, doubts)
        cohort = Cohort(self.name, heads, job_class, age, job, covers)
        return GroupReading(self.name, cohort, (), doubts)

    def spot(self, name: GroupField) -> Text:
        """Name a cell in a sentence."""
        return t("{field} of group {group}", field=LABELS[name], group=self.name)

    def _ask_tariff(self, job_class: int, age: int, job: str | None, cover: Cover) -> None:
        asked = _Asked(self)
        try:
            own_factors(self.tariff, job_class, age, job, cover, asked)
        except BranchError as refused:
            if asked.cell is None:
                raise
            self._refuse(asked.cell, refused.problem)

    def _refuse(self, name: GroupField, problem: Problem, *, missing: bool = False) -> None:
        self.wrong.setdefault(name, WrongCell(name, problem, missing))

    def _needed(self, name: GroupField, reader: Callable[[GroupField, str], T | None]) -> T | None:
        text = _plain(self.row.text(name))
        if not text:
            self._refuse(name, field_missing(self.spot(name)), missing=True)
            return None
        return reader(name, text)

    def _heads(self) -> int | None:
        heads = self._needed("heads", self._whole)
        if heads == 0:
            self._refuse("heads", heads_not_positive(self.spot("heads")))
        return heads

    def _class(self) -> int | None:
        """Read the class; one no cover knows is refused before any cover is chosen."""
        job_class = self._needed("job_class", self._whole)
        if job_class is not None and job_class not in self.tariff.gpa.rate_per_mille:
            self._refuse("job_class", class_unknown(self.spot("job_class"), job_class))
        return job_class

    def _job(self) -> str | None:
        job = " ".join(self.row.text("job").split())
        if len(job) > LONGEST_JOB or not plainly_seen(job):
            self._refuse("job", field_of_wrong_type(self.spot("job"), t("a short text")))
        return job or None

    def _doubts(self, job: str | None, covers: Sequence[Cover]) -> tuple[Doubt, ...]:
        """Tell an occupation without a factor of its own: it may be another one misspelt."""
        accident = any(isinstance(cover, AccidentCover) for cover in covers)
        if job is None or not accident or job in self.tariff.jobs:
            return ()
        known = ", ".join(self.tariff.jobs)
        said = t(
            "The tariff has no factor for “{job}”; it counts as 1. It has factors for: {known}.",
            job=job[:LONGEST_JOB],
            known=known,
        )
        return (Doubt("job", said),)

    def _covers(self) -> Sequence[Cover | None]:
        bought = [cells for cells in _COVERS if any(self.row.text(one).strip() for one in cells)]
        if not bought:
            self._refuse("ghi_sum", nothing_to_price(self._cover_cells()), missing=True)
        readers: Mapping[GroupField, Callable[[], Cover | None]] = {
            "ghi_sum": self._hospital_medical,
            "ghc_daily": self._hospital_cash,
            "gpa_sum": self._accident,
            "gma_sum": self._accident_medical,
        }
        # In the order a request is written in elsewhere: accident first.
        ordered = sorted(bought, key=lambda cells: _ORDER.index(cells[0]))
        return [readers[cells[0]]() for cells in ordered]

    def _cover_cells(self) -> Text:
        return t("The list of covers of group {group}", group=self.name)

    def _hospital_medical(self) -> Cover | None:
        total = self._needed("ghi_sum", self._money)
        social = self._needed("social", self._yes_or_no)
        if total is None or social is None:
            return None
        return HospitalMedicalCover(total, social)

    def _hospital_cash(self) -> Cover | None:
        daily = self._needed("ghc_daily", self._money)
        wait = self._needed("wait_days", self._whole)
        return None if daily is None or wait is None else HospitalCashCover(daily, wait)

    def _accident(self) -> Cover | None:
        total = self._needed("gpa_sum", self._money)
        return None if total is None else AccidentCover(total)

    def _accident_medical(self) -> Cover | None:
        total = self._needed("gma_sum", self._money)
        deductible = self._needed("deductible", self._whole)
        ratio = self._needed("pay_ratio", self._per_cent)
        share = self._needed("social_share", self._share)
        if total is None or deductible is None or ratio is None or share is None:
            return None
        return AccidentMedicalCover(total, deductible, ratio, share)

    def _whole(self, name: GroupField, text: str) -> int | None:
        plain = text.replace(",", "")
        if not (plain.isascii() and plain.isdecimal() and len(plain) < 10):
            self._refuse(name, field_of_wrong_type(self.spot(name), t("a whole number")))
            return None
        return int(plain)

    def _per_cent(self, name: GroupField, text: str) -> int | None:
        return self._whole(name, text.removesuffix("%").rstrip())

    def _money(self, name: GroupField, text: str) -> Fen | None:
        try:
            amount = fen_of(text)
        except BranchError as unreadable:
            if unreadable.code != money_not_readable("").code:
                raise
            self._refuse(name, decimal_not_readable(self.spot(name), text))
            return None
        if amount <= 0:
            self._refuse(name, sum_not_positive(self.spot(name)))
            return None
        return amount

    def _share(self, name: GroupField, text: str) -> Exact | None:
        """Read ``85%``, ``85`` or ``0.85``; as on a roster, a bare number up to 1 is a share."""
        plain = text.removesuffix("%").rstrip()
        try:
            share = exact_of(plain)
        except ValueError:
            self._refuse(name, decimal_not_readable(self.spot(name), text))
            return None
        bare = plain == text and share.num <= share.den
        num, den = share.num, share.den if bare else share.den * 100
        if num * 10**SHARE_PLACES % den:
            self._refuse(name, decimal_not_readable(self.spot(name), text))
            return None
        if num > den:
            self._refuse(name, share_outside(self.spot(name)))
            return None
        return Exact(decimal_text(num, den, 2), num, den)

    def _yes_or_no(self, name: GroupField, text: str) -> bool | None:
        said = self.social_words.get("".join(text.casefold().split()))
        if said is None:
            self._refuse(name, field_of_wrong_type(self.spot(name), t("yes or no")))
        return said


@dataclass
class _Asked:
    """The `Spot` of one question to the tariff: notes which cell the refusal is about."""

    row: _Row
    cell: GroupField | None = None

    def part(self, part: Part) -> Text:
        """Name a part of the group by its cell."""
        self.cell = _CELL_OF[part]
        return self.row.spot(self.cell)

    def cover(self, code: str) -> Text:
        """Name a cover."""
        return cover_name(code)


_ORDER: tuple[GroupField, ...] = ("gpa_sum", "gma_sum", "ghi_sum", "ghc_daily")


def _plain(text: str) -> str:
    """Bring what an input method gives (full-width digits and signs) to plain signs."""
    return unicodedata.normalize("NFKC", text).strip()
