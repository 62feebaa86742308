"""Contracts to print: an ordinary one of 130 people, made once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.documents.clauses import wording_for
from app.documents.content import (
    ContractContent,
    InsuredPerson,
    Insurer,
    Policyholder,
    PremiumLine,
    Product,
    TariffUsed,
)
from app.documents.fonts import fonts_folder
from app.documents.pdf import PdfPress, PressedPdf
from app.documents.printed import TEMPLATES

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("伟", "芳", "建国", "秀英", "敏", "静", "丽", "强", "磊", "晓东", "欣怡", "子轩")
PRODUCTS = (
    Product(
        "GPA", "团体意外伤害保险", "意外保额（元）", "示例备案〔2026〕意险001号", "GPA-2026-01"
    ),
    Product(
        "GMA",
        "附加意外伤害团体医疗保险",
        "医疗保额（元）",
        "示例备案〔2026〕医疗002号",
        "GMA-2026-01",
    ),
)


def people(count: int) -> tuple[InsuredPerson, ...]:
    """Make people of which every third has no medical cover."""
    made = []
    for n in range(count):
        medical = n % 3 != 0
        made.append(
            InsuredPerson(
                name=SURNAMES[n % len(SURNAMES)] + GIVEN[n // 3 % len(GIVEN)],
                id_type="居民身份证",
                id_masked=f"790101**********{n % 90 + 10}",
                occupation_class=2,
                sums_fen=(30_000_000, 2_000_000 if medical else 0),
                premium_fen=22_500 + (8_100 if medical else 0),
            )
        )
    return tuple(made)


def contract(count: int = 130) -> ContractContent:
    """Make an ordinary contract over ``count`` people."""
    insured = people(count)
    medical = sum(1 for one in insured if one.sums_fen[1])
    lines = (
        PremiumLine("甲", "GPA", 2, count, 30_000_000, "", 22_500, 22_500 * count),
        PremiumLine(
            "甲", "GMA", 2, medical, 2_000_000, "免赔额100元,给付比例90%", 8_100, 8_100 * medical
        ),
    )
    wording = wording_for({"GPA", "GMA"}, TEMPLATES)
    return ContractContent(
        number="PA7901-2026-000123",
        version=1,
        drawn_on=date(2026, 3, 2),
        policyholder=Policyholder(
            name="示例精密机械制造(华东)有限公司",
            credit_code="91790000MA00TEXT0Q",
            address="示例省示例市高新区创新大道88号3幢",
            operator="林晓东",
            operator_id_masked="790101**********1X",
            phone="139****0042",
        ),
        insurer=Insurer(
            company="示例财产保险股份有限公司",
            branch="示例市中心支公司城东营业部",
            address="示例省示例市人民路1号",
            phone="95000",
        ),
        products=PRODUCTS,
        tariff=TariffUsed("T2026.1", "1", "示例备案〔2026〕费率003号", "5f" * 32),
        cover_from=date(2026, 3, 1),
        cover_to=date(2027, 2, 28),
        lines=lines,
        premium_fen=sum(line.subtotal_fen for line in lines),
        minimum_applied=False,
        insured=insured,
        roster_sha256="ab" * 32,
        special_terms=("本合同不承保高处作业(坠落高度基准面2米及以上)期间发生的事故。",),
        wording_version=wording.version,
        clauses=wording.clauses,
        sign_place="示例市",
        inputs_sha256="c3" * 32,
        approval="二级(中心支公司) 2026年3月2日",
    )


@pytest.fixture(scope="session")
def press() -> PdfPress:
    """The press, warm for all tests, as at a desk."""
    return PdfPress(fonts_folder())


@pytest.fixture(scope="session")
def pressed(press: PdfPress) -> PressedPdf:
    """The ordinary contract, rendered once."""
    return press.press(contract())


@pytest.fixture
def named() -> Callable[[str], ContractContent]:
    """Make a contract whose policyholder has the given name."""

    def make(name: str) -> ContractContent:
        plain = contract(12)
        return replace(plain, policyholder=replace(plain.policyholder, name=name))

    return make


@pytest.fixture
def templates() -> Path:
    """The folder of the shipped templates."""
    return TEMPLATES
