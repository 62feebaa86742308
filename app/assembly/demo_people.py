"""Made-up customers and rosters for demo, drills and benches: the same seed, the same people.

Every identifier is valid by its checks and stands in region 79, which GB/T 2260 does not assign, so
no number can belong to a living person. Words come from ``resources/demo/words.json``.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.customers.actions import ContactDetails, RegisterOrganisation, RegisterPerson
from app.customers.rules.credit_code import ALPHABET, with_checks
from app.customers.rules.id_types import PASSPORT, RESIDENT_CARD, IdTypes, read_id_types
from app.customers.rules.resident_id import Sex, with_check
from app.kit.calendar import SHANGHAI, anniversary
from app.kit.clock import FixedClock
from app.kit.files import atomic_write
from app.kit.ids import new_id
from app.kit.sheets.write import Column, Value, xlsx_bytes
from app.packs.resources import resource_bytes
from app.pricing.sheet.form import FIELDS, Field, RosterForm, read_roster_form

ORGANISATIONS = 2
"""Of five customers so many are organisations."""
NEAR_DOUBLES = 25
"""About one customer in so many looks like the one before it."""
YOUNGEST, OLDEST = 18, 60
"""Ages in full years on the first day of cover."""

Order = RegisterOrganisation | RegisterPerson


@dataclass(frozen=True, slots=True)
class DemoWords:
    """What names, addresses and jobs are put together from."""

    surnames: tuple[str, ...]
    given: dict[Sex, tuple[str, ...]]
    places: tuple[str, ...]
    marks: tuple[str, ...]
    trades: tuple[tuple[str, str], ...]
    """Name in the firm's name, industry."""
    forms: tuple[str, ...]
    short_form: str
    streets: tuple[str, ...]
    street_number: str
    jobs: dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MadePerson:
    """A made-up person."""

    name: str
    sex: Sex
    birth: date
    id_no: str
    mobile: str


def read_demo_words(content: bytes) -> DemoWords:
    """Read the words from their JSON."""
    plain: Any = json.loads(content)
    return DemoWords(
        surnames=tuple(plain["surnames"]),
        given={"M": tuple(plain["given_m"]), "F": tuple(plain["given_f"])},
        places=tuple(plain["places"]),
        marks=tuple(plain["marks"]),
        trades=tuple((trade["name"], trade["industry"]) for trade in plain["trades"]),
        forms=tuple(plain["forms"]),
        short_form=str(plain["short_form"]),
        streets=tuple(plain["streets"]),
        street_number=str(plain["street_number"]),
        jobs={int(number): tuple(jobs) for number, jobs in plain["jobs"].items()},
    )


class Maker:
    """Makes people and organisations one after another; no identifier comes twice."""

    def __init__(self, words: DemoWords, seed: int, on: date) -> None:
        self._words = words
        self._on = on
        self._random = random.Random(seed)  # noqa: S311 - made-up people, not secrets
        self._ids = random.Random(seed ^ 0x5EA1)  # noqa: S311 - the same run, the same ids
        self._clock = FixedClock(datetime.combine(on, time(9), SHANGHAI))
        self._used: set[str] = set()

    def person(self, youngest: int = YOUNGEST, oldest: int = OLDEST) -> MadePerson:
        """Make a person whose age in full years on the day lies between two ages, both included."""
        sex: Sex = self._random.choice(("M", "F"))
        birth = self._birth(youngest, oldest)
        name = self._random.choice(self._words.surnames) + self._random.choice(
            self._words.given[sex]
        )
        return MadePerson(name, sex, birth, self._resident_id(birth, sex), self._mobile())

    def organisation(self) -> RegisterOrganisation:
        """Make an organisation with its operator."""
        words, pick = self._words, self._random.choice
        trade, industry = pick(words.trades)
        name = f"{pick(words.places)}{pick(words.marks)}{trade}{pick(words.forms)}"
        region = self._region()
        operator = self.person(22, 55)
        return RegisterOrganisation(
            customer_id=self._id(),
            event_id=self._id(),
            name=name,
            credit_code=self._credit_code(region),
            region=region,
            address=self._address(),
            industry=industry,
            headcount=self._random.randrange(12, 900),
            legal_representative=self.person(30, 60).name,
            contacts=(
                ContactDetails(
                    contact_id=self._id(),
                    role="operator",
                    name=operator.name,
                    id_type=RESIDENT_CARD,
                    id_no=operator.id_no,
                    mobile=operator.mobile,
                ),
            ),
        )

    def private_customer(self) -> RegisterPerson:
        """Make a person as a customer of their own."""
        person = self.person(18, 75)
        return RegisterPerson(
            customer_id=self._id(),
            event_id=self._id(),
            name=person.name,
            id_type=RESIDENT_CARD,
            id_no=person.id_no,
            sex=person.sex,
            birth=person.birth,
            mobile=person.mobile,
            address=self._address(),
            job=self._random.choice(self._words.jobs[self._random.randrange(1, 5)]),
        )

    def near_double(self, order: Order) -> Order:
        """Make a customer that looks like another: shorter legal form, or another document."""
        if isinstance(order, RegisterOrganisation):
            form = next(form for form in self._words.forms if order.name.endswith(form))
            return replace(
                order,
                customer_id=self._id(),
                event_id=self._id(),
                name=order.name.removesuffix(form) + self._words.short_form,
                credit_code=self._credit_code(order.region),
                contacts=(),
            )
        return replace(
            order,
            customer_id=self._id(),
            event_id=self._id(),
            id_type=PASSPORT,
            id_no=self.passport(),
        )

    def passport(self) -> str:
        """Make a passport number: E and eight digits."""
        return self._fresh(lambda: f"E{self._random.randrange(10**8):08d}")

    def _birth(self, youngest: int, oldest: int) -> date:
        first = anniversary(self._on, -12 * (oldest + 1)) + timedelta(days=1)
        last = anniversary(self._on, -12 * youngest)
        return first + timedelta(days=self._random.randrange((last - first).days))

    def _resident_id(self, birth: date, sex: Sex) -> str:
        def make() -> str:
            odd = 2 * self._random.randrange(500) + (sex == "M")
            return with_check(f"{self._region()}{birth:%Y%m%d}{odd:03d}")

        return self._fresh(make)

    def _credit_code(self, region: str) -> str:
        def make() -> str:
            own = "".join(self._random.choice(ALPHABET) for _ in range(6))
            return with_checks(f"91{region}MA{own}")

        return self._fresh(make)

    def _fresh(self, make: Callable[[], str]) -> str:
        number = make()
        while number in self._used:
            number = make()
        self._used.add(number)
        return number

    def _region(self) -> str:
        return f"79{self._random.randrange(1, 4):02d}{self._random.randrange(1, 13):02d}"

    def _mobile(self) -> str:
        return self._fresh(lambda: f"1990{self._random.randrange(10**7):07d}")

    def _address(self) -> str:
        street = self._random.choice(self._words.streets)
        return self._words.street_number.format(street=street, n=self._random.randrange(1, 300))

    def _id(self) -> UUID:
        return new_id(self._clock, self._ids.getrandbits)


@dataclass(frozen=True, slots=True)
class DemoBranch:
    """What a demo begins with: the group of the day, and the customers who are there already."""

    group: RegisterOrganisation
    customers: tuple[Order, ...]


def demo_branch(*, size: int, seed: int, on: date) -> DemoBranch:
    """Make a branch with ``size`` customers beside the group of the day.

    ``on`` is the day ages are counted on. Some customers look like the one before them.
    """
    maker = Maker(demo_words(), seed, on)
    return DemoBranch(maker.organisation(), tuple(_customers(maker, size)))


def _customers(maker: Maker, size: int) -> Iterator[Order]:
    before: Order | None = None
    for number in range(size):
        if before is not None and number % NEAR_DOUBLES == NEAR_DOUBLES - 1:
            made = maker.near_double(before)
        elif number % 5 < ORGANISATIONS:
            made = before = maker.organisation()
        else:
            made = before = maker.private_customer()
        yield made


def demo_words() -> DemoWords:
    """Read the shipped words."""
    return read_demo_words(resource_bytes("demo/words.json"))


def roster_form() -> RosterForm:
    """Read the shipped words of a roster."""
    return read_roster_form(resource_bytes("rules/roster_headings.json"))


def id_types() -> IdTypes:
    """Read the shipped kinds of identity document."""
    return read_id_types(resource_bytes("rules/id_types.json"))


def demo_roster(path: Path, *, seed: int, on: date, people: int = 128) -> None:
    """Write the roster of a made-up group as .xlsx, its columns in an order of the seed.

    Everybody is 18 to 60 on ``on``, of class 1 to 4, with a job; most have both covers. Same seed,
    day and number: same bytes.
    """
    words, form, types = demo_words(), roster_form(), id_types()
    maker = Maker(words, seed, on)
    chance = random.Random(seed ^ 0x0DE2)  # noqa: S311 - columns and covers, not secrets
    fields = chance.sample(FIELDS, len(FIELDS))
    rows = [_roster_row(maker, chance, words, form, types) for _ in range(people)]
    content = xlsx_bytes(
        [Column(form.official[field], _WIDTHS.get(field, 12)) for field in fields],
        [[row[field] for field in fields] for row in rows],
        sheet="Sheet1",
        created=datetime.combine(on, time(9), SHANGHAI),
    )
    atomic_write(path, content)


_WIDTHS: dict[Field, int] = {"id_no": 22, "id_type": 16, "job": 18}
_CLASSES = (1, 1, 1, 2, 2, 2, 3, 3, 4)


def _roster_row(
    maker: Maker, chance: random.Random, words: DemoWords, form: RosterForm, types: IdTypes
) -> dict[Field, Value]:
    person = maker.person()
    passport = chance.randrange(40) == 0
    job_class = chance.choice(_CLASSES)
    medical = chance.randrange(7) > 0
    insured = chance.randrange(10) > 0
    return {
        "name": person.name,
        "id_type": types.official(PASSPORT if passport else RESIDENT_CARD),
        "id_no": maker.passport() if passport else person.id_no,
        "sex": next(word for word, sex in form.sexes.items() if sex == person.sex),
        "birth": person.birth if chance.randrange(2) else person.birth.isoformat(),
        "job": chance.choice(words.jobs[job_class]),
        "job_class": job_class,
        "gpa_si": chance.choice((100_000, 200_000, 300_000)),
        "gma_si": chance.choice((10_000, 20_000, 30_000)) if medical else None,
        "deductible": 100 if medical else None,
        "pay_ratio": 90 if medical else None,
        "social": next(word for word, has in form.social.items() if has == insured),
    }
