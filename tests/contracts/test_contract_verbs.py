"""Contracts: numbered from the lease, only from a standing approval, links in their order."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.approvals.queries import case_of
from app.approvals.records import ApprovalCase
from app.assembly.hub import check_lease
from app.contracts.actions import ArchiveContract, DraftContract
from app.contracts.queries import contract_card, contract_of_quote, contracts_here
from app.contracts.records import Contract, links_of, plain_links
from app.contracts.rules import number_fits, series_of
from app.customers.rules.document_no import document_no
from app.documents.archive import LinkKind, check_chain
from app.documents.page_codes import PageCode, encode
from app.kit.errors.base import BranchError
from app.pricing.queries import quote_card
from app.seals.records import SealJob
from app.signing.actions import BeginSignature, FinishSignature
from app.store.desk_tables import InboxRow, NumberUsed
from sync.hub.tables import number_block
from tests.stage import BRANCH, CLERK, DECIDERS, DESK, REVIEWER, SERIES, STRANGER, Human, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage.open(tmp_path)
    made.lend_numbers(1, 50)
    yield made
    made.close()


def draft(stage: Stage, **changes: Any) -> DraftContract:
    order = stage.draft_order(stage.approved(1), **changes)
    stage.act(CLERK, "contracts.draft_contract", order)
    return order


def tried(stage: Stage, order: object, verb: str = "draft_contract", who: Human = CLERK) -> str:
    try:
        stage.act(who, f"contracts.{verb}", order)
    except BranchError as refused:
        return refused.code
    return "ok"


def sign(stage: Stage, order: DraftContract) -> None:
    begun = BeginSignature(stage.id(), "contract", order.contract_id, order.pdf_sha256, "X")
    stage.act(CLERK, "signing.begin_signature", begun)
    done = FinishSignature(
        begun.signature_id, order.pdf_sha256, "1" * 64, "2" * 64, "3" * 64, "pad", True, ()
    )
    stage.act(CLERK, "signing.finish_signature", done)


def used(stage: Stage) -> dict[int, str]:
    return {row.n: row.fate for row in stage.read(lambda s: s.scalars(select(NumberUsed)).all())}


def test_a_draft_takes_its_number_and_begins_its_chain(stage: Stage) -> None:
    order = draft(stage)
    card = stage.read(contract_card, order.contract_id)
    assert (card.state, card.number, card.premium_fen) == ("drafted", order.number, 14_400_00)
    assert used(stage) == {1: "used"}
    assert [(link.kind, link.sha256) for link in card.chain] == [(LinkKind.DRAFT, "d" * 64)]
    found = stage.read(contract_of_quote, order.quote_id)
    assert found is not None and found.id == order.contract_id
    second = draft(stage)
    assert second.serial == 2 and len(stage.read(contracts_here, None)) == 2


@pytest.mark.parametrize("state", ["priced", "submitted", "provisional", "returned", "declined"])
def test_only_an_approved_quote_becomes_a_contract(stage: Stage, state: str) -> None:
    from app.pricing.records import Quote

    quote = stage.approved(1)
    with stage.store.desk_work() as session:
        session.execute(update(Quote).values(state=state))
    order = stage.draft_order(quote)
    assert tried(stage, order) == "E-CONTRACT-APPROVAL"
    assert used(stage) == {}


def test_a_provisional_approval_never_issues(stage: Stage) -> None:
    from datetime import timedelta

    from app.approvals.rules import Delegation

    now = stage.clock.now()
    stage.delegations = [Delegation(BRANCH, (1,), now, now + timedelta(days=1))]
    quote_id = stage.price(1)
    stage.submit(quote_id)
    stage.act(REVIEWER, "approvals.decide_case", stage.decision(quote_id, REVIEWER, 1))
    quote = stage.read(quote_card, quote_id)
    assert quote.state == "provisional"
    assert tried(stage, stage.draft_order(quote)) == "E-CONTRACT-APPROVAL"
    stage.carry()
    assert tried(stage, stage.draft_order(stage.read(quote_card, quote_id))) == "ok"


def test_who_stands_on_no_roster_cannot_be_named_in_a_contract(stage: Stage) -> None:
    quote_id = stage.price(1, roster="")
    stage.submit(quote_id)
    stage.act(REVIEWER, "approvals.decide_case", stage.decision(quote_id, REVIEWER, 1))
    stage.carry()
    quote = stage.read(quote_card, quote_id)
    assert (quote.state, quote.unnamed) == ("approved", 120)
    assert tried(stage, stage.draft_order(quote)) == "E-CONTRACT-ROSTER"
    assert used(stage) == {}


def test_an_approval_holds_thirty_days_and_one_hash(stage: Stage) -> None:
    quote = stage.approved(1)
    other = stage.draft_order(quote, input_hash="0" * 64)
    assert tried(stage, other) == "E-CONTRACT-INPUTS"
    stage.clock.advance(30 * 86400)
    order = stage.draft_order(quote)
    assert tried(stage, order) == "E-APPROVAL-EXPIRED"
    with pytest.raises(BranchError) as refused:
        stage.at_hub(CLERK, "contracts.draft_contract", order)
    assert refused.value.code == "E-APPROVAL-EXPIRED"


def test_the_quotes_word_is_held_against_the_case(stage: Stage) -> None:
    quote = stage.approved(1)
    for changes in ({"state": "waiting"}, {"state": "approved", "subject_hash": "0" * 64}):
        with stage.store.desk_work() as session:
            session.execute(update(ApprovalCase).values(**changes))
        assert tried(stage, stage.draft_order(quote)) == "E-CONTRACT-APPROVAL"


def test_a_clock_set_back_does_not_bring_an_older_case_up(stage: Stage) -> None:
    quote = stage.approved(1)
    stage.clock.advance(-86400)
    stage.price(2, quote_id=quote.id)
    stage.submit(quote.id)
    stage.carry()
    case = stage.read(case_of, "quote", quote.id)
    assert case is not None and (case.state, case.needed) == ("waiting", 2)
    for level in (1, 2):
        order = stage.decision(quote.id, DECIDERS[level], level)
        stage.at_hub(DECIDERS[level], "approvals.decide_case", order)
        stage.feed()
    assert tried(stage, stage.draft_order(stage.read(quote_card, quote.id))) == "ok"


def test_a_number_is_the_one_its_series_gives(stage: Stage) -> None:
    quote = stage.approved(1)
    right = stage.draft_order(quote)
    for number in (
        document_no("C", "GPA1", "790115", 2026, 2),
        document_no("P", "GPA1", "790115", 2026, 1),
        document_no("C", "GPA1", "790116", 2026, 1),
        document_no("C", "GPA1", "790115", 2025, 1),
        document_no("C", "GMA1", "790115", 2026, 1),
        right.number[:-1] + str((int(right.number[-1]) + 1) % 10),
        "whatever",
    ):
        assert tried(stage, replace(right, number=number)) == "E-CONTRACT-FORM", number
    assert used(stage) == {}
    assert number_fits(right.number, SERIES, 1, BRANCH)
    assert series_of("GPA1", "790115", 2026) == SERIES == "C-GPA1-790115-2026"


def test_a_number_taken_meanwhile_is_said_and_not_lost(stage: Stage) -> None:
    late = stage.draft_order(stage.approved(1))
    draft(stage)
    assert tried(stage, late) == "E-CONTRACT-NUMBER"
    assert used(stage) == {1: "used"}


def test_without_numbers_nothing_is_drawn_up(tmp_path: Path) -> None:
    stage = Stage.open(tmp_path / "bare")
    try:
        order = stage.draft_order(stage.approved(1), serial=1)
        assert tried(stage, order) == "E-NUMBER-NONE"
        assert stage.read(contracts_here, None) == []
    finally:
        stage.close()


def test_head_office_checks_the_lease_of_the_desk_that_sends(stage: Stage) -> None:
    stage.number_check = check_lease
    order = draft(stage)
    answers = stage.carry()
    assert [answer.code for answer in answers if answer.status == "rejected"] == [
        "E-CONTRACT-LEASE"
    ]
    assert stage.read(contracts_here, None) == []
    letters = stage.read(lambda s: list(s.scalars(select(InboxRow))))
    assert [letter.code for letter in letters] == ["E-CONTRACT-LEASE"]
    until = stage.clock.now().replace(year=2027)
    with stage.hub.writer.begin() as connection:
        connection.execute(
            number_block.insert().values(
                scope=BRANCH, series=SERIES, first=2, last=9, lease=stage.id(), device=DESK,
                until=until,
            )
        )  # fmt: skip
    again = stage.draft_order(stage.read(quote_card, order.quote_id))
    assert again.serial == 2
    stage.act(CLERK, "contracts.draft_contract", again)
    assert {answer.status for answer in stage.carry()} == {"ok"}
    assert stage.read_hub(contract_card, again.contract_id).number == again.number


def test_another_offices_quote_is_out_of_reach(stage: Stage) -> None:
    quote = stage.approved(1)
    order = stage.draft_order(quote, serial=1)
    with pytest.raises(BranchError) as refused:
        stage.at_hub(STRANGER, "contracts.draft_contract", order)
    assert refused.value.code == "E-ACCESS-OFFICE"


def sealed(stage: Stage, contract: UUID) -> None:
    """Write a finished seal job as the feed brings it, and take it over as after.py does."""
    from app.contracts.actions import contract_sealed
    from app.store.outbox import apply_hub_row
    from app.store.work import Command

    job = SealJob(
        scope=BRANCH, id=stage.id(), subject_kind="contract", subject_id=contract,
        subject_number="n", document_sha256="3" * 64, device_id="d", seal_id="s", impressions=1,
        pages=[5], purpose="p", operator="K0001", witness="K0002", state="sealed",
        permit_id=stage.id(), permit="", counter_before=4, counter_after=5, log_head="9" * 64,
        requested_by="K0001", requested_at=stage.clock.now(), closed_at=stage.clock.now(),
        nonce="", register_no=1,
    )  # fmt: skip
    from app.store.capture import body_of

    with stage.store.desk_work() as session:
        apply_hub_row(session, "seal_job", BRANCH, job.id, seq=1, ver=1, body=body_of(job))
    command = Command("seals.close_job", {}, "seal_job", job.id)
    with stage.store.work(CLERK.at(), command=command) as work:
        contract_sealed(work, contract)
        work.commit()


def test_the_chain_grows_draft_signed_sealed_photo_and_in_no_other_order(stage: Stage) -> None:
    order = draft(stage)
    code = encode(PageCode(order.number, 1, 5, 5, order.content_sha256[:16]))
    photo = ArchiveContract(order.contract_id, "7" * 64, 5, code)
    assert tried(stage, photo, "archive_contract") == "E-CONTRACT-STATE"
    with pytest.raises(BranchError, match="E-CONTRACT-STATE"):
        sealed(stage, order.contract_id)
    sign(stage, order)
    assert tried(stage, photo, "archive_contract") == "E-CONTRACT-STATE"
    sealed(stage, order.contract_id)
    for wrong in (
        replace(photo, page=4),
        replace(photo, code=encode(PageCode(order.number, 2, 5, 5, "c" * 16))),
        replace(photo, code=encode(PageCode(order.number, 1, 5, 5, "d" * 16))),
        replace(photo, code=encode(PageCode("CGPA1790115202600000029", 1, 5, 5, "c" * 16))),
        replace(photo, code="not a code"),
    ):
        assert tried(stage, wrong, "archive_contract") == "E-CONTRACT-PHOTO", wrong
    assert tried(stage, photo, "archive_contract") == "ok"
    card = stage.read(contract_card, order.contract_id)
    assert card.state == "archived" and card.photo_sha256 == "7" * 64
    assert [link.kind for link in card.chain] == [
        LinkKind.DRAFT, LinkKind.SIGNED, LinkKind.SEALED, LinkKind.PHOTO
    ]  # fmt: skip
    assert [link.sha256[0] for link in card.chain] == ["d", "3", "9", "7"]
    assert check_chain(card.chain) == ()
    assert tried(stage, photo, "archive_contract") == "E-CONTRACT-STATE"


def test_a_chain_reads_back_as_it_was_kept(stage: Stage) -> None:
    order = draft(stage)
    sign(stage, order)
    chain = stage.read(contract_card, order.contract_id).chain
    plain = plain_links(chain)
    assert links_of(plain) == chain
    row = stage.read(lambda s: s.scalars(select(Contract)).one())
    assert [link["hash"] for link in row.chain] == [link.hash for link in chain]
