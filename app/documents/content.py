"""The content of a contract: what PDF and docx are both made of, and its hash.

``app.contracts`` fills a ContractContent from a priced quote; nothing else reaches paper. Sums are
fen, days are dates of Asia/Shanghai (first and last covered day). The value checks itself when it
is made: amounts must add up (a BugError, ours) and every text must be printable (a BranchError,
somebody typed it).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date

from app.documents.evidence import canonical_json, sha256_hex
from app.kit.errors.base import BranchError, BugError
from app.kit.errors.documents import contract_place, text_not_printable, text_too_long
from app.kit.signs import HIDDEN

NUMBER_FORM = re.compile(r"[0-9A-Z][0-9A-Z.-]{0,23}")
"""Contract numbers are short and plain, because the page code carries them."""

SHA_FORM = re.compile(r"[0-9a-f]{64}")
LONGEST_LINE = 120
LONGEST_PARAGRAPH = 1500
_LONG = frozenset({"paragraphs", "special_terms"})
_INVISIBLE = HIDDEN | {"Co", "Cn"}


@dataclass(frozen=True)
class Policyholder:
    """The group that takes the contract; the operator's ID is already masked."""

    name: str
    credit_code: str
    address: str
    operator: str
    operator_id_masked: str
    phone: str


@dataclass(frozen=True)
class Insurer:
    """The company and the branch that signs for it."""

    company: str
    branch: str
    address: str
    phone: str


@dataclass(frozen=True)
class Product:
    """A cover of the contract: its code, the heading of its sum in lists, and its filing.

    ``sum_heading`` says the unit where it is not plain yuan (yuan per day for a cash benefit).
    """

    code: str
    name: str
    sum_heading: str
    filing_no: str
    clause_version: str


@dataclass(frozen=True)
class TariffUsed:
    """The signed tariff the premium was computed with."""

    tariff_id: str
    version: str
    filing_no: str
    sha256: str


@dataclass(frozen=True)
class PremiumLine:
    """One priced line: people of a cohort under one cover. Amounts in fen."""

    cohort: str
    coverage: str
    occupation_class: int
    people: int
    sum_insured_fen: int
    terms: str
    per_person_fen: int
    subtotal_fen: int


@dataclass(frozen=True)
class InsuredPerson:
    """One row of the list of insured people; the ID number is already masked.

    ``sums_fen`` stands in the order of the contract's products; 0 means the cover was not bought.
    """

    name: str
    id_type: str
    id_masked: str
    occupation_class: int
    sums_fen: tuple[int, ...]
    premium_fen: int


@dataclass(frozen=True)
class Clause:
    """One clause of the wording: its number as printed, its heading, its paragraphs.

    ``prominent`` clauses take something away from the customer and are set in bold type, because
    the Insurance Law (art. 17) asks for a notice that draws attention.
    """

    number: str
    title: str
    paragraphs: tuple[str, ...]
    prominent: bool = False


@dataclass(frozen=True)
class ContractContent:
    """Everything a group contract says. Frozen and checked: a wrong one cannot exist.

    Raises BugError where amounts or identifiers contradict each other, BranchError E-DOC-TEXT or
    E-DOC-LONG where a text cannot be printed.
    """

    number: str
    version: int
    drawn_on: date
    policyholder: Policyholder
    insurer: Insurer
    products: tuple[Product, ...]
    tariff: TariffUsed
    cover_from: date
    cover_to: date
    lines: tuple[PremiumLine, ...]
    premium_fen: int
    minimum_applied: bool
    insured: tuple[InsuredPerson, ...]
    roster_sha256: str
    special_terms: tuple[str, ...]
    wording_version: str
    clauses: tuple[Clause, ...]
    sign_place: str
    inputs_sha256: str
    approval: str

    def __post_init__(self) -> None:
        _check_texts(self)
        _check_identifiers(self)
        _check_amounts(self)

    @property
    def people(self) -> int:
        """Count the insured people."""
        return len(self.insured)

    @property
    def sum_of_lines_fen(self) -> int:
        """Add the lines, before a minimum premium."""
        return sum(line.subtotal_fen for line in self.lines)


def canonical_bytes(content: ContractContent) -> bytes:
    """Spell the content in the one way that is hashed (see ``evidence.canonical_json``)."""
    record = _plain(content)
    if not isinstance(record, dict):
        raise BugError("a contract is a record")
    return canonical_json({"form": "group-accident/1", **record})


def content_hash(content: ContractContent) -> str:
    """Give the SHA-256 of the canonical bytes; the page codes carry its first 16 characters."""
    return sha256_hex(canonical_bytes(content))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Walk every text below a value with the name of the field that holds it."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner, name)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), field.name)


def _check_texts(content: ContractContent) -> None:
    for field in fields(content):
        part = getattr(content, field.name)
        rows = enumerate(part, start=1) if isinstance(part, tuple) else ((None, part),)
        for row, value in rows:
            for name, text in _texts(value, field.name):
                _check_text(text, field.name, row, name)


def _check_text(text: str, part: str, row: int | None, name: str) -> None:
    longest = LONGEST_PARAGRAPH if name in _LONG else LONGEST_LINE
    if len(text) > longest:
        raise BranchError(text_too_long(contract_place(part, row), longest))
    for character in text:
        if unicodedata.category(character) in _INVISIBLE:
            where = contract_place(part, row)
            raise BranchError(text_not_printable(where, f"U+{ord(character):04X}"))


def _check_identifiers(content: ContractContent) -> None:
    _must(NUMBER_FORM.fullmatch(content.number) is not None, "contract number")
    _must(1 <= content.version <= 999, "version")
    _must(content.cover_from <= content.cover_to, "cover period")
    for name in (content.roster_sha256, content.inputs_sha256, content.tariff.sha256):
        _must(SHA_FORM.fullmatch(name) is not None, "hash")
    codes = [product.code for product in content.products]
    _must(bool(codes) and len(set(codes)) == len(codes), "products")
    _must(all(line.coverage in codes for line in content.lines), "cover of a line")
    _must(all(len(one.sums_fen) == len(codes) for one in content.insured), "sums of a person")


def _check_amounts(content: ContractContent) -> None:
    """Lines, people and premium are three views of one sum; only the minimum may lift the last."""
    for line in content.lines:
        _must(line.subtotal_fen == line.people * line.per_person_fen, "subtotal of a line")
    total = content.sum_of_lines_fen
    _must(bool(content.insured), "insured people")
    _must(sum(one.premium_fen for one in content.insured) == total, "premiums of the people")
    lifted = content.premium_fen > total
    _must(content.premium_fen >= total and lifted == content.minimum_applied, "premium")


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise BugError(f"the contract content contradicts itself: {what}")
