"""What a clerk asks to have priced: one typed value, from and to plain JSON.

Money and ratios come as decimal text or whole numbers; a JSON number with a point is refused,
because whoever wrote it may already have rounded it. What depends on the tariff (which classes,
ages, regions there are) is checked where it is priced.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.money import money_not_readable
from app.kit.errors.pricing import (
    cohort_twice,
    cover_twice,
    cover_unknown,
    day_not_readable,
    decimal_not_readable,
    discretion_not_positive,
    end_before_start,
    field_is_a_float,
    field_missing,
    field_of_wrong_type,
    field_unknown,
    heads_not_positive,
    nothing_to_price,
    request_not_json,
    request_too_large,
    share_outside,
    sum_not_positive,
)
from app.kit.money import Fen, fen_of
from app.kit.signs import plainly_seen
from app.kit.words import Text, t
from app.packs.exact import Exact, decimal_text, exact_of

REQUEST_LIMIT_MIB = 16


@dataclass(frozen=True, slots=True)
class AccidentCover:
    """GPA."""

    sum_fen: Fen


@dataclass(frozen=True, slots=True)
class AccidentMedicalCover:
    """GMA; the deductible in whole yuan, the pay ratio in per cent."""

    sum_fen: Fen
    deductible_yuan: int
    pay_ratio: int
    social_share: Exact


@dataclass(frozen=True, slots=True)
class HospitalMedicalCover:
    """GHI."""

    sum_fen: Fen
    social_insurance: bool


@dataclass(frozen=True, slots=True)
class HospitalCashCover:
    """GHC; the allowance a day, and the days waited."""

    daily_fen: Fen
    wait_days: int


Cover = AccidentCover | AccidentMedicalCover | HospitalMedicalCover | HospitalCashCover


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who are priced alike."""

    name: str
    heads: int
    job_class: int
    age: int
    job: str | None
    covers: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class PastClaims:
    """The experience of one cover over at most three expired years."""

    life_years: Exact
    loss_ratio: Exact


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """One request; ``end`` is the last covered day."""

    tariff: str
    start: date
    end: date
    region: str
    discretion: Exact
    experience: Mapping[str, PastClaims]
    cohorts: tuple[Cohort, ...]

    @property
    def heads(self) -> int:
        """Count the people of the policy."""
        return sum(cohort.heads for cohort in self.cohorts)


COVER_CODES: Mapping[type[Cover], str] = {
    AccidentCover: "GPA",
    AccidentMedicalCover: "GMA",
    HospitalMedicalCover: "GHI",
    HospitalCashCover: "GHC",
}


def code_of(cover: Cover) -> str:
    """Give the code of a cover, ``GPA``."""
    return COVER_CODES[type(cover)]


def request_of_bytes(content: bytes) -> PriceRequest:
    """Read a request from a JSON file; raises BranchError E-PRICE-JSON, -LARGE and below."""
    if len(content) > REQUEST_LIMIT_MIB * 1024 * 1024:
        raise BranchError(request_too_large(REQUEST_LIMIT_MIB))
    try:
        tree = json.loads(
            content.decode("utf-8-sig"),
            parse_float=_Float,
            parse_constant=_Float,
            object_pairs_hook=_no_key_twice,
        )
    except (ValueError, RecursionError) as wrong:
        raise BranchError(request_not_json()) from wrong
    return request_of(tree)


def request_of(tree: object) -> PriceRequest:
    """Read a request from plain JSON values; every refusal names the field."""
    fields = _Fields(tree, "")
    fields.only("tariff", "start", "end", "region", "discretion", "experience", "cohorts")
    start, end = fields.day("start"), fields.day("end")
    if end < start:
        raise BranchError(end_before_start(start, end))
    discretion = fields.decimal("discretion", least_places=2)
    if discretion.num == 0:
        raise BranchError(discretion_not_positive())
    return PriceRequest(
        tariff=fields.text("tariff"),
        start=start,
        end=end,
        region=fields.text("region"),
        discretion=discretion,
        experience=_experience(fields.at("experience")) if fields.has("experience") else {},
        cohorts=_cohorts(fields),
    )


def request_json(request: PriceRequest) -> dict[str, object]:
    """Write a request as plain JSON values, in one way only: equal requests, equal values."""
    return {
        "tariff": request.tariff,
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "region": request.region,
        "discretion": request.discretion.text,
        "experience": {
            code: {
                "life_years": _plain(past.life_years),
                "loss_ratio": _plain(past.loss_ratio, least_places=2),
            }
            for code, past in request.experience.items()
        },
        "cohorts": [_cohort_json(cohort) for cohort in request.cohorts],
    }


def canonical_bytes(request: PriceRequest) -> bytes:
    """Give the bytes a request is hashed by: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        request_json(request), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode()


def input_hash(request: PriceRequest, tariff_sha256: str) -> str:
    """Give the SHA-256 an approval is bound to: the request, and the very tariff that priced it."""
    return hashlib.sha256(canonical_bytes(request) + b"\n" + tariff_sha256.encode()).hexdigest()


def yuan_plain(fen: int) -> str:
    """Write a sum as a request does: ``200000``, or ``200000.5`` where there are jiao."""
    return decimal_text(fen, 100)


def _plain(number: Exact, least_places: int = 0) -> str:
    return decimal_text(number.num, number.den, least_places)


def _cohort_json(cohort: Cohort) -> dict[str, object]:
    return {
        "cohort": cohort.name,
        "heads": cohort.heads,
        "class": cohort.job_class,
        "age": cohort.age,
        "job": cohort.job,
        "covers": [_cover_json(cover) for cover in cohort.covers],
    }


def _cover_json(cover: Cover) -> dict[str, object]:
    return {"coverage": code_of(cover), **_own_fields(cover)}


def _own_fields(cover: Cover) -> dict[str, object]:
    match cover:
        case AccidentCover():
            return {"sum_insured": yuan_plain(cover.sum_fen)}
        case AccidentMedicalCover():
            return {
                "sum_insured": yuan_plain(cover.sum_fen),
                "deductible": cover.deductible_yuan,
                "pay_ratio": cover.pay_ratio,
                "social_share": _plain(cover.social_share, least_places=2),
            }
        case HospitalMedicalCover():
            return {
                "sum_insured": yuan_plain(cover.sum_fen),
                "social_insurance": cover.social_insurance,
            }
        case HospitalCashCover():
            return {"daily": yuan_plain(cover.daily_fen), "wait_days": cover.wait_days}


def _experience(fields: "_Fields") -> dict[str, PastClaims]:
    past = {}
    for code in sorted(fields.keys()):
        one = fields.at(code)
        if code not in COVER_CODES.values():
            raise BranchError(cover_unknown("experience", code))
        one.only("life_years", "loss_ratio")
        past[code] = PastClaims(one.decimal("life_years"), one.decimal("loss_ratio", 2))
    return past


def _cohorts(fields: "_Fields") -> tuple[Cohort, ...]:
    cohorts = tuple(_cohort(one) for one in fields.list("cohorts"))
    seen: set[str] = set()
    for cohort in cohorts:
        if cohort.name in seen:
            raise BranchError(cohort_twice(cohort.name))
        seen.add(cohort.name)
    return cohorts


def _cohort(fields: "_Fields") -> Cohort:
    fields.only("cohort", "heads", "class", "age", "job", "covers")
    heads = fields.whole("heads")
    if heads < 1:
        raise BranchError(heads_not_positive(fields.path("heads")))
    covers = tuple(_cover(one) for one in fields.list("covers"))
    codes = [code_of(cover) for cover in covers]
    for code in codes:
        if codes.count(code) > 1:
            raise BranchError(cover_twice(fields.path("covers"), code))
    return Cohort(
        name=fields.text("cohort"),
        heads=heads,
        job_class=fields.whole("class"),
        age=fields.whole("age"),
        job=fields.optional_text("job"),
        covers=covers,
    )


def _cover(fields: "_Fields") -> Cover:
    code = fields.text("coverage")
    match code:
        case "GPA":
            fields.only("coverage", "sum_insured")
            return AccidentCover(fields.money("sum_insured"))
        case "GMA":
            fields.only("coverage", "sum_insured", "deductible", "pay_ratio", "social_share")
            return AccidentMedicalCover(
                sum_fen=fields.money("sum_insured"),
                deductible_yuan=fields.whole("deductible"),
                pay_ratio=fields.whole("pay_ratio"),
                social_share=fields.share("social_share"),
            )
        case "GHI":
            fields.only("coverage", "sum_insured", "social_insurance")
            return HospitalMedicalCover(
                fields.money("sum_insured"), fields.yes_or_no("social_insurance")
            )
        case "GHC":
            fields.only("coverage", "daily", "wait_days")
            return HospitalCashCover(fields.money("daily"), fields.whole("wait_days"))
        case _:
            raise BranchError(cover_unknown(fields.path("coverage"), code))


class _Float:
    """A JSON number with a point, kept as its text to be refused by the field's name."""

    def __init__(self, text: str) -> None:
        self.text = text


class _Fields:
    """One JSON object of a request; every getter refuses with the path of the field."""

    def __init__(self, tree: object, path: str) -> None:
        self._path = path
        self._tree = self._object(tree)

    def path(self, key: str) -> str:
        """Say where a field stands: ``cohorts[0].class``."""
        return f"{self._path}.{key}" if self._path else key

    def only(self, *keys: str) -> None:
        for key in self._tree:
            if key not in keys:
                raise BranchError(field_unknown(self.path(key)))

    def keys(self) -> tuple[str, ...]:
        return tuple(self._tree)

    def has(self, key: str) -> bool:
        return key in self._tree

    def at(self, key: str) -> "_Fields":
        return _Fields(self._take(key), self.path(key))

    def list(self, key: str) -> Iterator["_Fields"]:
        items = self._take(key)
        if not isinstance(items, list):
            raise self._wrong(key, items, t("a list"))
        if not items:
            raise BranchError(nothing_to_price(self.path(key)))
        for number, item in enumerate(items):
            yield _Fields(item, f"{self.path(key)}[{number}]")

    def text(self, key: str) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not _short_text(value):
            raise self._wrong(key, value, t("a short text"))
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if self._tree.get(key) is not None else None

    def yes_or_no(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise self._wrong(key, value, t("true or false"))
        return value

    def whole(self, key: str) -> int:
        value = self._take(key)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            return int(value)
        if type(value) is not int or not 0 <= value < 10**9:
            raise self._wrong(key, value, t("a whole number"))
        return value

    def decimal(self, key: str, least_places: int = 0) -> Exact:
        text = self._number_text(key)
        try:
            return exact_of(text, least_places)
        except ValueError as unreadable:
            raise BranchError(decimal_not_readable(self.path(key), text)) from unreadable

    def share(self, key: str) -> Exact:
        share = self.decimal(key, 2)
        if share.num > share.den:
            raise BranchError(share_outside(self.path(key)))
        return share

    def money(self, key: str) -> Fen:
        text = self._number_text(key)
        try:
            amount = fen_of(text)
        except BranchError as unreadable:
            if unreadable.code != money_not_readable("").code:
                raise
            raise BranchError(decimal_not_readable(self.path(key), text)) from unreadable
        if amount <= 0:
            raise BranchError(sum_not_positive(self.path(key)))
        return amount

    def day(self, key: str) -> date:
        text = self.text(key)
        try:
            day = date.fromisoformat(text)
        except ValueError as unreadable:
            raise BranchError(day_not_readable(self.path(key), text)) from unreadable
        if day.isoformat() != text or not 1900 <= day.year <= 2999:
            raise BranchError(day_not_readable(self.path(key), text))
        return day

    def _number_text(self, key: str) -> str:
        value = self._take(key)
        if type(value) is int:
            return str(value)
        if not isinstance(value, str):
            raise self._wrong(key, value, t("a number in quotes"))
        return value

    def _take(self, key: str) -> Any:
        if key not in self._tree:
            raise BranchError(field_missing(self.path(key)))
        return self._tree[key]

    def _object(self, tree: object) -> dict[str, Any]:
        if not isinstance(tree, dict):
            where = self._path or "request"
            raise BranchError(field_of_wrong_type(where, t("a JSON object")))
        return tree

    def _wrong(self, key: str, value: object, expected: Text) -> BranchError:
        if isinstance(value, _Float | float):
            text = value.text if isinstance(value, _Float) else str(value)
            return BranchError(field_is_a_float(self.path(key), text))
        return BranchError(field_of_wrong_type(self.path(key), expected))


def _short_text(text: str) -> bool:
    """Say whether a text can be stored: not empty, not long, no half of a surrogate pair."""
    return 0 < len(text.strip()) <= len(text) <= 200 and plainly_seen(text)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise ValueError("a key stands twice")
    return tree
