"""Verbs of the contract: draw it up, mark it signed and sealed, archive it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.approvals.queries import case_card
from app.contracts.records import Contract, links_of, plain_links
from app.contracts.rules import ARCHIVED, DRAFTED, SEALED, SIGNED, number_fits
from app.documents.archive import LinkKind, extend
from app.kit.errors.access import not_allowed
from app.kit.errors.approvals import case_expired
from app.kit.errors.base import BranchError
from app.kit.errors.contracts import (
    approval_missing,
    contract_state,
    inputs_changed,
    number_form,
    number_moved,
    people_not_named,
    photo_not_matching,
)
from app.pricing.quoting import APPROVED
from app.pricing.records import Quote
from app.pricing.roster import unnamed_people
from app.seals.records import SealJob
from app.signing.records import Signature
from app.store.numbers import take_number
from app.store.work import Changes, Work

NumberCheck = Callable[[Work, str, int], None]
"""At the hub: raises BranchError where the number is outside the sender's lease or used."""


@dataclass(frozen=True)
class DraftContract:
    """Order: a contract for an approved quote; its files are in the vault, hashes in hex."""

    contract_id: UUID
    quote_id: UUID
    number: str
    series: str
    serial: int
    version: int
    input_hash: str
    content_sha256: str
    pdf_sha256: str
    docx_sha256: str
    pages: int
    sign_place: dict[str, int]
    seal_place: dict[str, int]


@dataclass(frozen=True)
class ArchiveContract:
    """Order: the photograph of the sealed paper; the page code read back from it is repeated."""

    contract_id: UUID
    photo_sha256: str
    page: int
    code: str


def draft_contract(
    work: Work, order: DraftContract, *, number_check: NumberCheck | None = None
) -> Changes:
    """Draw up a numbered contract.

    The branch takes the number from its leased block in this unit of work; the hub checks it.
    Raises BranchError E-CONTRACT-APPROVAL (provisional is not enough, nor is one older than 30
    days), E-CONTRACT-INPUTS, E-CONTRACT-ROSTER (somebody insured is not named), E-CONTRACT-FORM,
    E-CONTRACT-NUMBER, E-NUMBER-NONE.
    """
    quote = work.session.scalars(select(Quote).where(Quote.id == order.quote_id)).one()
    if quote.scope != work.scope:
        raise BranchError(not_allowed("contracts.draft_contract", "office"))
    if quote.state != APPROVED:
        raise BranchError(approval_missing(quote.state))
    if quote.input_hash != order.input_hash:
        raise BranchError(inputs_changed())
    _check_approval(work, quote)
    if people := unnamed_people(quote.request, quote.roster_sha256):
        raise BranchError(people_not_named(people))
    if not number_fits(order.number, order.series, order.serial, quote.scope):
        raise BranchError(number_form(order.number))
    _claim_number(work, order, number_check)
    facts: list[tuple[str, str | int]] = [("number", order.number), ("version", order.version)]
    chain = extend((), LinkKind.DRAFT, order.pdf_sha256, facts)
    contract = Contract(
        scope=quote.scope,
        id=order.contract_id,
        number=order.number,
        series=order.series,
        serial=order.serial,
        version=order.version,
        quote_id=quote.id,
        customer_id=quote.customer_id,
        customer_name=quote.customer_name,
        premium_fen=quote.premium_fen,
        cover_from=quote.cover_from,
        cover_to=quote.cover_to,
        state=DRAFTED,
        inputs_sha256=quote.input_hash,
        content_sha256=order.content_sha256,
        pdf_sha256=order.pdf_sha256,
        docx_sha256=order.docx_sha256,
        pages=order.pages,
        sign_place=order.sign_place,
        seal_place=order.seal_place,
        chain=plain_links(chain),
        drawn_by=work.actor.person,
        drawn_at=work.at,
    )
    work.session.add(contract)
    return Changes.of(contract)


def contract_signed(work: Work, contract_id: UUID) -> Changes:
    """Take the customer's signature over."""
    contract = _contract(work, contract_id)
    if contract.state != DRAFTED:
        raise BranchError(contract_state(contract.number, contract.state))
    signature = work.session.scalars(
        select(Signature).where(
            Signature.subject_kind == "contract",
            Signature.subject_id == contract_id,
            Signature.state == "signed",
        )
    ).one()
    facts = [("ink", signature.ink_sha256), ("signature", signature.id.hex)]
    chain = extend(links_of(contract.chain), LinkKind.SIGNED, signature.signed_sha256, facts)
    contract.signed_sha256 = signature.signed_sha256
    contract.chain = plain_links(chain)
    contract.state = SIGNED
    return Changes.of(contract)


def contract_sealed(work: Work, contract_id: UUID) -> Changes:
    """Take a finished seal job over; the link names the hash of the machine's last log entry."""
    contract = _contract(work, contract_id)
    if contract.state != SIGNED:
        raise BranchError(contract_state(contract.number, contract.state))
    job = work.session.scalars(
        select(SealJob)
        .where(
            SealJob.subject_kind == "contract",
            SealJob.subject_id == contract_id,
            SealJob.state == "sealed",
        )
        .order_by(SealJob.register_no.desc())
    ).first()
    if job is None or job.permit_id is None or job.log_head is None:
        raise BranchError(contract_state(contract.number, contract.state))
    facts: list[tuple[str, str | int]] = [
        ("permit", job.permit_id.hex),
        ("counter_before", job.counter_before or 0),
        ("counter_after", job.counter_after or 0),
    ]
    chain = extend(links_of(contract.chain), LinkKind.SEALED, job.log_head, facts)
    contract.chain = plain_links(chain)
    contract.state = SEALED
    return Changes.of(contract)


def archive_contract(work: Work, order: ArchiveContract) -> Changes:
    """Store the photograph as the last link; its code must be one of this contract's pages."""
    contract = _contract(work, order.contract_id)
    if contract.state != SEALED:
        raise BranchError(contract_state(contract.number, contract.state))
    if not code_matches(order.code, contract, order.page):
        raise BranchError(photo_not_matching(contract.number))
    facts: list[tuple[str, str | int]] = [("page", order.page), ("code", order.code)]
    chain = extend(links_of(contract.chain), LinkKind.PHOTO, order.photo_sha256, facts)
    contract.photo_sha256 = order.photo_sha256
    contract.chain = plain_links(chain)
    contract.state = ARCHIVED
    return Changes.of(contract)


def code_matches(code: str, contract: Contract, page: int) -> bool:
    """Say whether a page code read from a photograph is this page of this contract."""
    from app.documents.page_codes import parse

    read = parse(code)
    return (
        read is not None
        and read.number == contract.number
        and read.version == contract.version
        and read.page == page
        and contract.content_sha256.startswith(read.hash16)
    )


def _check_approval(work: Work, quote: Quote) -> None:
    """Hold the quote against its case: approved, about this hash, not older than 30 days."""
    case = case_card(work.session, quote.case_id) if quote.case_id else None
    if case is None or case.state != "approved" or case.subject_hash != quote.input_hash:
        raise BranchError(approval_missing(case.state if case else "-"))
    if work.at >= case.expires_at:
        raise BranchError(case_expired())


def _claim_number(work: Work, order: DraftContract, check: NumberCheck | None) -> None:
    if work.side == "hub":
        if check is not None:
            check(work, order.series, order.serial)
        return
    if take_number(work.session, order.series, work.at) != order.serial:
        raise BranchError(number_moved(order.number))


def _contract(work: Work, contract_id: UUID) -> Contract:
    return work.session.scalars(select(Contract).where(Contract.id == contract_id)).one()
