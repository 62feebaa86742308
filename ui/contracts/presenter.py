"""What the contract screen decides: drawing up, the files to look at, the archive."""

import json
from dataclasses import dataclass
from uuid import UUID

from app.approvals.queries import case_of
from app.contracts.actions import ArchiveContract, DraftContract
from app.contracts.drawing import FormWords, draw_content
from app.contracts.queries import (
    ContractCard,
    contract_card,
    contract_here,
    contract_of_quote,
    contracts_here,
)
from app.contracts.rules import series_of
from app.customers.queries import customer_card
from app.customers.rules.document_no import document_no
from app.customers.rules.id_types import read_id_types
from app.documents.archive import ChainFault, check_chain
from app.documents.clauses import wording_for
from app.documents.content import ContractContent, Insurer, Product, canonical_bytes, content_hash
from app.documents.docx import working_copy
from app.documents.page_codes import PageCode, PhotoVerdict, check_photo, encode
from app.documents.pages import page_png
from app.documents.places import Place
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.contracts import people_not_named, photo_not_matching
from app.kit.ids import new_id
from app.kit.words import t
from app.packs.form_needs import TERMS
from app.packs.form_values import shown_address, told
from app.packs.in_force import FormsInForce
from app.packs.resources import resource_bytes, resource_path
from app.pricing.queries import QuoteCard, quote_card, quotes_here
from app.pricing.quoting import APPROVED
from app.pricing.roster_file import roster_of
from app.seals.queries import jobs_of
from ui.printing.presenter import Printable
from ui.shell.places import PlacesHere
from ui.shell.ports import Desk
from ui.shell.seen_records import SeenRecords

PRODUCT = "GPA1"


@dataclass(frozen=True)
class DrawnContract:
    """A contract that was drawn up: its id and number."""

    contract_id: UUID
    number: str


@dataclass(frozen=True)
class SealPhoto:
    """A photograph the seal machine took of an impression: its hash and the page it shows."""

    sha256: str
    page: int


@dataclass(frozen=True)
class ContractRecord:
    """A contract with what its page shows beside it; ``torn``: a link of its chain does not fit."""

    card: ContractCard
    photos: tuple[SealPhoto, ...]
    torn: bool


class ContractsPresenter(SeenRecords):
    """The contracts of this office."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "contract")
        self._places = PlacesHere(desk.packs, desk.clock)

    def contracts(self) -> list[ContractCard]:
        """List the contracts, the newest first."""
        self.read_staff()
        return self._desk.read(contracts_here, self._desk.seeing)

    def card(self, contract_id: UUID) -> ContractCard:
        """Give one contract."""
        return self._desk.read(contract_card, contract_id)

    def found(self, contract_id: UUID) -> ContractCard | None:
        """Give one contract, also one too old for the list; None where it is not here.

        Raises BranchError E-ACCESS-SEE where this person may not see it.
        """
        card = self._desk.read(contract_here, self._desk.scope, contract_id)
        if card is not None:
            self._desk.seeing.must_see("contract", card.scope)
        return card

    def record(self, contract_id: UUID) -> ContractRecord:
        """Give one contract with its seal photographs, the newest job first."""
        card = self.card(contract_id)
        photos = tuple(
            SealPhoto(stamp.photo_sha256, stamp.page)
            for job in self._desk.read(jobs_of, "contract", contract_id)
            for stamp in job.stamps
            if stamp.photo_sha256
        )
        faults = {finding.fault for finding in check_chain(card.chain)}
        return ContractRecord(card, photos, bool(faults - {ChainFault.INCOMPLETE}))

    def to_draw_up(self) -> list[QuoteCard]:
        """List the approved quotes a contract can be drawn from and was not, the newest first."""
        drawn = {card.quote_id for card in self.contracts()}
        quotes = self._desk.read(quotes_here, self._desk.seeing)
        return [
            quote
            for quote in quotes
            if quote.state == APPROVED and quote.id not in drawn and not quote.unnamed
        ]

    def photo(self, sha256: str) -> bytes:
        """Give a kept photograph (JPEG) by its hash."""
        return self._desk.vault.get(sha256)

    def of_quote(self, quote_id: UUID) -> ContractCard | None:
        """Give the contract drawn from a quote, if there is one."""
        return self._desk.read(contract_of_quote, quote_id)

    def draw_up(self, quote_id: UUID) -> DrawnContract:
        """Number an approved quote and render PDF and docx from one content.

        Raises BranchError; the number is taken only when everything else is in the vault.
        """
        desk = self._desk
        quote = desk.read(quote_card, quote_id)
        if quote.unnamed:
            raise BranchError(people_not_named(quote.unnamed))
        office = desk.scope.rsplit(".", 1)[-1]
        year = today(desk.clock).year
        series = series_of(PRODUCT, office, year)
        serial = desk.next_number(series)
        number = document_no("C", PRODUCT, office, year, serial)
        content = self._content(quote, number)
        pressed = desk.press().press(content)
        order = DraftContract(
            contract_id=new_id(desk.clock),
            quote_id=quote.id,
            number=number,
            series=series,
            serial=serial,
            version=content.version,
            input_hash=quote.input_hash,
            content_sha256=content_hash(content),
            pdf_sha256=desk.keep_file(pressed.pdf, "pdf", "application/pdf", f"{number}.pdf"),
            docx_sha256=desk.keep_file(working_copy(content), "docx", DOCX, f"{number}.docx"),
            pages=pressed.pages,
            sign_place=_plain(pressed.sign_place),
            seal_place=_plain(pressed.seal_place),
        )
        kept = desk.keep_file(
            canonical_bytes(content), "json", "application/json", f"{number}.json"
        )
        assert kept == order.content_sha256
        desk.perform("contracts.draft_contract", order)
        return DrawnContract(order.contract_id, number)

    def page_picture(self, contract_id: UUID, page: int, *, dpi: int = 150) -> bytes:
        """Give a page of the newest version as PNG."""
        card = self.card(contract_id)
        pdf = self._desk.vault.get(card.signed_sha256 or card.pdf_sha256)
        return page_png(pdf, page, dpi=dpi)

    def look_at_photo(self, contract_id: UUID, photo: bytes, page: int) -> PhotoVerdict:
        """Read the page code in a photograph and hold it against this contract's page."""
        card = self.card(contract_id)
        return check_photo(
            photo,
            number=card.number,
            version=card.version,
            pages_allowed=(page,),
            content_hash=card.content_sha256,
        )

    def archive(self, contract_id: UUID, photo_sha256: str, page: int) -> ContractCard:
        """Check the kept photograph once more and close the chain with it."""
        card = self.card(contract_id)
        verdict = self.look_at_photo(contract_id, self._desk.vault.get(photo_sha256), page)
        if not verdict.matches:
            raise BranchError(photo_not_matching(card.number))
        order = ArchiveContract(contract_id, photo_sha256, page, encode(_code(card, page)))
        self._desk.perform("contracts.archive_contract", order)
        return self.card(contract_id)

    def chain_whole(self, contract_id: UUID) -> bool:
        """Say whether the chain draft to photo holds together."""
        return not check_chain(self.card(contract_id).chain)

    def _content(self, quote: QuoteCard, number: str) -> ContractContent:
        desk = self._desk
        customer = desk.read(customer_card, desk.scope, quote.customer_id)
        if customer is None:
            raise LookupError(f"customer {quote.customer_id} of the quote is not here")
        roster = roster_of(desk.vault.get(quote.roster_sha256))
        wording = wording_for(
            {line["coverage"] for line in quote.lines}, resource_path("templates")
        )
        return draw_content(
            quote,
            customer,
            roster,
            number=number,
            version=1,
            drawn_on=today(desk.clock),
            words=form_words(),
            wording=wording,
            approval=self._approval(quote),
            special_terms=self.special_terms(quote),
            address=shown_address(customer.whole_address, self._places.name_of),
        )

    def special_terms(self, quote: QuoteCard) -> tuple[str, ...]:
        """Write the further terms the form in force has printed, in the contract's language."""
        form = FormsInForce(self._desk.packs, self._desk.clock).form(TERMS)
        printed = {field.key for field in form.further() if field.printed}
        kept = [one for one in quote.further if one.key in printed]
        terms = told(form, kept, self._places.name_of)
        return tuple(
            t("{field}: {value}", field=label, value=value).in_language("zh_CN")
            for label, value in terms
        )

    def _approval(self, quote: QuoteCard) -> str:
        case = self._desk.read(case_of, "quote", quote.id)
        people = " ".join(f"L{step.level}:{step.person}" for step in case.steps) if case else ""
        return f"{quote.level_name} {people}".strip()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def form_words() -> FormWords:
    """Read the words of the form that stand in neither quote nor customer."""
    raw = json.loads(resource_bytes("templates/form_words.json"))
    id_types = read_id_types(resource_bytes("rules/id_types.json"))
    return FormWords(
        insurer=Insurer(**raw["insurer"]),
        products={code: Product(code=code, **one) for code, one in raw["products"].items()},
        sign_place=raw["sign_place"],
        deductible=raw["deductible"],
        pay_ratio=raw["pay_ratio"],
        id_names={code: names[0] for code, names in id_types.names.items()},
        tariff_filing=raw["tariff_filing"],
    )


def _code(card: ContractCard, page: int) -> PageCode:
    return PageCode(card.number, card.version, page, card.pages, card.content_sha256[:16])


def _plain(place: Place) -> dict[str, int]:
    return {
        "page": place.page,
        "x": place.x,
        "y": place.y,
        "width": place.width,
        "height": place.height,
    }


def paper_of(card: ContractCard) -> Printable:
    """Say which file of a contract goes to paper: the signed one as soon as it is there."""
    name, sha256 = t("Contract {number}", number=card.number), card.signed_sha256 or card.pdf_sha256
    return Printable(name, sha256, form="contract", file_name=f"{card.number}.pdf")
