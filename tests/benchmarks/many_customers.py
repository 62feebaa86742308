"""An office with a great many customers: the same ones in our encrypted store and in plain files.

Into our store they are imported by the product's own verb, from lists as an office has them
(`lists`); the yardsticks' plain files get the rows such an import makes (`rows`). Names are put
together from the words of the demo, numbers are valid and no two are the same; the same count gives
the same customers.
"""

import csv
import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from io import StringIO
from itertools import islice
from pathlib import Path

from app.assembly.demo_people import DemoWords, read_demo_words
from app.customers.rules.credit_code import with_checks
from app.customers.rules.names import search_form
from app.customers.rules.resident_id import with_check
from app.packs.resources import resource_bytes
from tests.benchmarks.harness import ROOT, python

SCOPE = "ho.79.790115"
COUNT = int(os.environ.get("SEALDESK_BENCH_CUSTOMERS", "1000000"))
"""How many there are; fewer for a quick look, which is then no figure of T4–T8."""
AT_ONCE = 20_000
BORN, DAYS = date(1950, 1, 1), 20_000
LIST_ROWS = 200_000
"""Rows of one list: what an import takes at once."""
HEADINGS = ("Customer", "Number", "Mobile", "Address", "Industry", "Employees", "Region", "Job")
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


def lists(count: int) -> Iterator[bytes]:
    """Write the customers as lists an office might have, CSV, each no longer than one may be."""
    made = rows(count)
    while some := list(islice(made, LIST_ROWS)):
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(HEADINGS)
        for row in some:
            said = dict(zip(COLUMNS, row, strict=True))
            person = said["party"] == "person"
            writer.writerow(
                [said["name"], said["id_no"], said["mobile"], said["address"], said["industry"],
                 said["headcount"], said["region"], said["job"] if person else ""]
            )  # fmt: skip
        yield text.getvalue().encode()


@cache
def filled() -> Path:
    """Give the folder with our store and the list's plain file, filled where they are not yet.

    SEALDESK_BENCH_FOLDER names one that is kept; else it goes with this process.
    """
    kept = os.environ.get("SEALDESK_BENCH_FOLDER")
    folder = (Path(kept) if kept else Path(_passing().name)) / str(COUNT)
    folder.mkdir(parents=True, exist_ok=True)
    for file, module in (
        (folder / "key", "tests.benchmarks.list_store"),
        (plain_file(folder), "tests.benchmarks.yardsticks.plain_customers"),
    ):
        if not file.exists():
            subprocess.run(python("-m", module, str(folder)), cwd=ROOT, check=True)
    assert store_file(folder).exists()
    return folder


@cache
def _passing() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory()


def plain_file(folder: Path) -> Path:
    """Say where the yardstick's plain file lies."""
    return folder / "plain.db"


def store_folder(folder: Path) -> Path:
    """Say where the workstation's encrypted store lies."""
    return folder / "site" / "stores" / "desk"


def store_file(folder: Path) -> Path:
    """Say where the database of the encrypted store lies."""
    return store_folder(folder) / "desk.db"


def key_of(folder: Path) -> bytes:
    """Give the key of the encrypted store: made-up rows, so it lies beside them."""
    return (folder / "key").read_bytes()


def _row(words: DemoWords, chance: random.Random, number: int) -> Values:
    pick = chance.choice
    organisation = number % 5 < 2
    region = f"79{chance.randrange(1, 40):02d}{chance.randrange(1, 20):02d}"
    mobile = "" if organisation else f"139{chance.randrange(10**8):08d}"
    if organisation:
        trade, industry = pick(words.trades)
        name = f"{pick(words.places)}{pick(words.marks)}{trade}{number % 9973}{pick(words.forms)}"
        id_no = with_checks(f"91{region}{number:08d}")
        of_kind: Values = ("", None, 1)
    else:
        sex, industry = pick(("M", "F")), ""
        name = pick(words.surnames) + pick(words.given[sex]) + pick(words.given[sex])
        birth = BORN + timedelta(days=number % DAYS)
        place = number // DAYS * 2 + (sex == "M")
        id_no = with_check(f"{region}{birth:%Y%m%d}{place:03d}")
        of_kind = (sex, birth.isoformat(), 1)
    return (
        SCOPE, f"0193{number:012x}7000800000000000"[:32], number + 1, 1, 0,
        "organisation" if organisation else "person", name, search_form(name), search_form(name),
        "USCC" if organisation else "111", id_no, id_no[-4:], *of_kind, mobile, mobile[-4:], "",
        region, f"{pick(words.places)}{pick(words.streets)}{chance.randrange(300)}", industry,
        chance.randrange(5, 900) if organisation else None, "", "" if organisation else "1001",
    )  # fmt: skip
