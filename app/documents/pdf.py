"""The contract as PDF: typst, kept warm, the same bytes for the same content on any machine.

What makes bytes equal: the fonts are pinned and system fonts ignored, the creation time is the day
the contract was drawn, and nothing but the content reaches the template. Every text of the content
enters as a JSON string, never as markup: a customer named ``#image("x")`` is printed as typed.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from app.documents.content import ContractContent
from app.documents.page_codes import PageCode, page_code_svg
from app.documents.places import Place
from app.documents.printed import TEMPLATES, PrintedContract, form_words, printed
from app.documents.typesetting import Typesetter
from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError
from app.kit.errors.documents import template_not_usable

TEMPLATE = "group_accident.typ"
_TEXT_PAGES = 3
_ROWS_A_PAGE = 49
"""What an ordinary contract fills: good guesses spare a second run, wrong ones change no page."""


@dataclass(frozen=True)
class PressedPdf:
    """A rendered contract: its bytes, its pages, and where it is signed and sealed."""

    pdf: bytes
    pages: int
    sign_place: Place
    seal_place: Place
    content_hash: str


class PdfPress:
    """Renders contracts; kept for the life of the desk: a warm compiler is ten times faster.

    Used from one lane at a time. Raises BranchError E-DOC-FONT, E-DOC-FONT-CHANGED when made.
    """

    def __init__(self, fonts_dir: Path, templates: Path = TEMPLATES) -> None:
        self._typesetter = Typesetter(TEMPLATE, fonts_dir, templates)
        self._words = form_words(templates)
        self._guess: dict[int, int] = {}

    def press(self, content: ContractContent) -> PressedPdf:
        """Render a contract.

        Raises BranchError E-DOC-GLYPH where the font has no shape for a character, E-DOC-TEMPLATE
        where the template does not compile.
        """
        view = printed(content, self._words)
        fields = json.dumps(template_fields(view), ensure_ascii=False)
        self._typesetter.check_shapes(fields)
        guess = self._guess.get(content.people) or _TEXT_PAGES + -(-content.people // _ROWS_A_PAGE)
        pdf = self._run(fields, view, guess)
        places, pages = self._places()
        if pages != guess:
            pdf = self._run(fields, view, pages)
            places, pages = self._places()
        self._guess = {content.people: pages}
        return PressedPdf(
            pdf=pdf,
            pages=pages,
            sign_place=places["sign"],
            seal_place=places["seal"],
            content_hash=view.content_hash,
        )

    def _run(self, fields: str, view: PrintedContract, pages: int) -> bytes:
        """Compile with the codes of ``pages`` pages."""
        inputs = {"contract": fields, "codes": json.dumps(_codes(view, pages))}
        return self._typesetter.pdf(inputs, _written(view.content))

    def _places(self) -> tuple[dict[str, Place], int]:
        """Ask the laid-out document where its marked places are and how many pages it has."""
        found = json.loads(self._typesetter.query("<place>"))
        places = {one["kind"]: _place(one) for one in found}
        if {"sign", "seal", "end"} - places.keys():
            raise BranchError(template_not_usable(TEMPLATE))
        return places, places["end"].page


def template_fields(view: PrintedContract) -> dict[str, Any]:
    """Name every field the template reads; texts only, in the order of the printed page."""
    content = view.content
    return {
        "title": view.title,
        "company": content.insurer.company,
        "number": content.number,
        "version": str(content.version),
        "hash16": view.hash16,
        "drawn_on": view.drawn_on,
        "approval": content.approval,
        "holder": {
            "name": content.policyholder.name,
            "credit_code": content.policyholder.credit_code,
            "address": content.policyholder.address,
            "operator": content.policyholder.operator,
            "operator_id": content.policyholder.operator_id_masked,
            "phone": content.policyholder.phone,
        },
        "insurer": asdict(content.insurer),
        "period": view.period,
        "days": view.days,
        "people": view.people,
        "premium": view.premium,
        "premium_in_words": view.premium_in_words,
        "minimum_note": view.minimum_note,
        "lines": [asdict(line) for line in view.lines],
        "sum_of_lines": view.sum_of_lines,
        "products": [asdict(product) for product in content.products],
        "tariff": {
            "id": content.tariff.tariff_id,
            "version": content.tariff.version,
            "filing_no": content.tariff.filing_no,
            "sha256": content.tariff.sha256,
        },
        "inputs_sha256": content.inputs_sha256,
        "special_terms": list(content.special_terms),
        "wording_version": content.wording_version,
        "clauses": [asdict(clause) for clause in content.clauses],
        "sign_place": content.sign_place,
        "roster_sha256": content.roster_sha256,
        "insured": [asdict(one) for one in view.insured],
        "insured_premium": view.insured_premium,
    }


def _codes(view: PrintedContract, pages: int) -> list[str]:
    content = view.content
    return [
        page_code_svg(PageCode(content.number, content.version, page, pages, view.hash16))
        for page in range(1, pages + 1)
    ]


def _written(content: ContractContent) -> datetime:
    """Give midnight of the day of drawing: a fact of the content."""
    return datetime.combine(content.drawn_on, time(), SHANGHAI)


def _place(found: dict[str, Any]) -> Place:
    return Place(
        page=int(found["page"]),
        x=round(found["x"] * 10),
        y=round(found["y"] * 10),
        width=round(found["width"] * 10),
        height=round(found["height"] * 10),
    )
