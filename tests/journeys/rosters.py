"""Rosters of our own as a customer would send them: headings of their choice, in their order.

Nothing of the product makes them: the check digit of an ID is computed here (GB 11643).
"""

import random
from datetime import date
from pathlib import Path

from openpyxl import Workbook

HEADINGS = {
    "name": "被保险人姓名",
    "id_type": "证件类型",
    "id_no": "身份证号",
    "sex": "性别",
    "birth": "出生日期",
    "job": "岗位",
    "class": "职业类别",
    "gpa": "意外保额(元)",
    "gma": "意外医疗保额",
    "deductible": "免赔额",
    "ratio": "给付比例",
    "social": "有无社保",
}
NAMES = "赵钱孙李周吴郑王冯陈褚卫"
GIVEN = "安平宁和康健文武清明远志"


def resident_id(birth: date, serial: int) -> str:
    """Give a resident ID of region 790115 with its check digit (ISO 7064, MOD 11-2)."""
    body = f"790115{birth:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * (1 << (17 - place)) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def people(count: int, seed: int, *, classes: tuple[int, ...] = (1, 2, 3)) -> list[dict]:
    """Make people of 25 to 52 years; every third buys no medical cover."""
    chance = random.Random(seed)
    return [_person(chance, number, classes) for number in range(count)]


def _person(chance: random.Random, number: int, classes: tuple[int, ...]) -> dict:
    birth = date(chance.randrange(1975, 2000), chance.randrange(1, 13), chance.randrange(1, 29))
    serial = number + 1
    medical = number % 3 > 0
    return {
        "name": chance.choice(NAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
        "id_type": "居民身份证",
        "id_no": resident_id(birth, serial),
        "sex": "男" if serial % 2 else "女",
        "birth": birth if number % 2 else birth.isoformat(),
        "job": None,
        "class": chance.choice(classes),
        "gpa": chance.choice((100_000, 150_000, 200_000)),
        "gma": chance.choice((10_000, 20_000)) if medical else None,
        "deductible": 100 if medical else None,
        "ratio": 80 if medical else None,
        "social": "有" if number % 4 else "无",
    }


def write(path: Path, rows: list[dict], seed: int) -> Path:
    """Write a workbook with its headings shuffled below a title line."""
    fields = list(HEADINGS)
    random.Random(seed).shuffle(fields)
    book = Workbook()
    sheet = book.active
    sheet.append(["投保人员清单"])
    sheet.append([HEADINGS[field] for field in fields])
    for row in rows:
        sheet.append([row[field] for field in fields])
    book.save(path)
    return path


def column_of(seed: int, field: str) -> int:
    """Say in which column (from 1) a field stands in a workbook of that seed."""
    fields = list(HEADINGS)
    random.Random(seed).shuffle(fields)
    return fields.index(field) + 1
