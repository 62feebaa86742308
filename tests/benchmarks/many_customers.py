"""An office with a great many customers: the same rows in our encrypted store and in a plain file.

They come as a first load from head office brings them, whole rows in one transaction. Names are put
together from the words of the demo; the same count gives the same rows.
"""

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from app.assembly.demo_people import DemoWords, read_demo_words
from app.customers.rules.names import search_form
from app.packs.resources import resource_bytes

SCOPE = "ho.79.790115"
COUNT = int(os.environ.get("SEALDESK_BENCH_CUSTOMERS", "1000000"))
"""How many there are; fewer for a quick look, which is then no figure of T4–T8."""
AT_ONCE = 20_000
BORN = date(1950, 1, 1)
COLUMNS = (
    "scope", "id", "_seq", "_ver", "_pend", "party", "name", "search_name", "name_key", "id_type",
    "id_no", "id_tail", "sex", "birth", "checked", "mobile", "mobile_tail", "email", "region",
    "address", "industry", "headcount", "legal_representative", "job",
)  # fmt: skip
"""The columns of the customer table as SQLite has them."""
INSERT = f"INSERT INTO customer ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
Values = tuple[str | int | None, ...]


def rows(count: int) -> Iterator[Values]:
    """Make the rows of the table, in the order of COLUMNS."""
    words = read_demo_words(resource_bytes("demo/words.json"))
    chance = random.Random(79)
    for number in range(count):
        yield _row(words, chance, number)


def plain_file(folder: Path) -> Path:
    """Say where the yardstick's plain file lies."""
    return folder / "plain.db"


def store_file(folder: Path) -> Path:
    """Say where the database of the encrypted store lies."""
    return folder / "desk" / "desk.db"


def key_of(folder: Path) -> bytes:
    """Give the key of the encrypted store: made-up rows, so it lies beside them."""
    return (folder / "key").read_bytes()


def _row(words: DemoWords, chance: random.Random, number: int) -> Values:
    pick = chance.choice
    organisation = number % 5 < 2
    mobile = f"139{chance.randrange(10**8):08d}"
    region = f"79{chance.randrange(1, 40):02d}{chance.randrange(1, 20):02d}"
    if organisation:
        trade, industry = pick(words.trades)
        name = f"{pick(words.places)}{pick(words.marks)}{trade}{number % 9973}{pick(words.forms)}"
        id_no = f"91{region}MA{number:08d}"
        of_kind: Values = ("", None, 1)
    else:
        sex, industry = pick(("M", "F")), ""
        name = pick(words.surnames) + pick(words.given[sex]) + pick(words.given[sex])
        birth = BORN + timedelta(days=chance.randrange(20_000))
        id_no = f"{region}{birth:%Y%m%d}{number % 10_000:04d}"
        of_kind = (sex, birth.isoformat(), 1)
    return (
        SCOPE, f"0193{number:012x}7000800000000000"[:32], number + 1, 1, 0,
        "organisation" if organisation else "person", name, search_form(name), search_form(name),
        "810" if organisation else "111", id_no, id_no[-4:], *of_kind, mobile, mobile[-4:], "",
        region, f"{pick(words.places)}{pick(words.streets)}{chance.randrange(300)}", industry,
        chance.randrange(5, 900) if organisation else None, "", "" if organisation else "1001",
    )  # fmt: skip
