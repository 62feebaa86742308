"""The life of a signature: begun → signed | abandoned, for exactly one document."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.contracts.queries import contract_card
from app.kit.errors.base import BranchError
from app.signing.actions import (
    AbandonSignature,
    BeginSignature,
    FinishSignature,
    RequestCertificate,
)
from app.signing.queries import begun_signatures, certificate_of, signatures_of
from tests.stage import BRANCH, CLERK, DESK, OPERATOR, STRANGER, Human, Stage


@pytest.fixture
def contract(stage: Stage) -> UUID:
    stage.lend_numbers()
    order = stage.draft_order(stage.approved(1))
    stage.act(CLERK, "contracts.draft_contract", order)
    return order.contract_id


def begin(stage: Stage, contract: UUID, **changes: object) -> BeginSignature:
    sha256 = stage.read(contract_card, contract).pdf_sha256
    order = BeginSignature(stage.id(), "contract", contract, sha256, "Example Ltd")
    order = replace(order, **changes)  # type: ignore[arg-type]
    stage.act(CLERK, "signing.begin_signature", order)
    return order


def finish(begun: BeginSignature, **changes: object) -> FinishSignature:
    order = FinishSignature(
        begun.signature_id, begun.document_sha256, "1" * 64, "2" * 64, "3" * 64, "pad", True,
        ({"kind": "ink"},),
    )  # fmt: skip
    return replace(order, **changes)  # type: ignore[arg-type]


def tried(stage: Stage, verb: str, order: object, who: Human = CLERK) -> str:
    try:
        stage.act(who, f"signing.{verb}", order)
    except BranchError as refused:
        return refused.code
    return "ok"


def test_a_signature_signs_its_contract_in_the_same_act(stage: Stage, contract: UUID) -> None:
    begun = begin(stage, contract)
    assert [card.id for card in stage.read(begun_signatures)] == [begun.signature_id]
    stage.act(CLERK, "signing.finish_signature", finish(begun))
    card = stage.read(contract_card, contract)
    assert (card.state, card.signed_sha256) == ("signed", "3" * 64)
    signed = stage.read(signatures_of, "contract", contract)[0]
    assert (signed.state, signed.evidence, signed.pad) == ("signed", ({"kind": "ink"},), "pad")
    assert stage.read(begun_signatures) == []
    assert {answer.status for answer in stage.carry()} == {"ok"}
    assert stage.read_hub(contract_card, contract).state == "signed"


def test_only_the_document_drawn_up_is_signed(stage: Stage, contract: UUID) -> None:
    with pytest.raises(BranchError) as refused:
        begin(stage, contract, document_sha256="0" * 64)
    assert refused.value.code == "E-SIGN-DOCUMENT"
    begun = begin(stage, contract)
    other = finish(begun, document_sha256="0" * 64)
    assert tried(stage, "finish_signature", other) == "E-SIGN-DOCUMENT"
    unsound = finish(begun, bottom_line=False)
    assert tried(stage, "finish_signature", unsound) == "E-SIGN-CHECK"
    assert stage.read(contract_card, contract).state == "drafted"


def test_begun_again_leaves_the_older_try_abandoned(stage: Stage, contract: UUID) -> None:
    first, second = begin(stage, contract), begin(stage, contract)
    states = {card.id: card.state for card in stage.read(signatures_of, "contract", contract)}
    assert states == {first.signature_id: "abandoned", second.signature_id: "begun"}
    assert tried(stage, "finish_signature", finish(first)) == "E-SIGN-SETTLED"
    assert tried(stage, "finish_signature", finish(second)) == "ok"


def test_nothing_leads_back(stage: Stage, contract: UUID) -> None:
    begun = begin(stage, contract)
    quit_ = AbandonSignature(begun.signature_id, "the pad was unplugged")
    assert tried(stage, "abandon_signature", quit_) == "ok"
    assert tried(stage, "abandon_signature", quit_) == "E-SIGN-SETTLED"
    assert tried(stage, "finish_signature", finish(begun)) == "E-SIGN-SETTLED"
    card = stage.read(signatures_of, "contract", contract)[0]
    assert (card.state, card.reason) == ("abandoned", "the pad was unplugged")
    again = begin(stage, contract)
    stage.act(CLERK, "signing.finish_signature", finish(again))
    with pytest.raises(BranchError) as refused:
        begin(stage, contract)
    assert refused.value.code == "E-SIGN-STATE"


def test_another_office_and_another_role_do_not_sign(stage: Stage, contract: UUID) -> None:
    stage.carry()
    sha256 = stage.read(contract_card, contract).pdf_sha256
    order = BeginSignature(stage.id(), "contract", contract, sha256, "X")
    assert tried(stage, "begin_signature", order, OPERATOR) == "E-ACCESS-ROLE"
    with pytest.raises(BranchError) as refused:
        stage.at_hub(STRANGER, "signing.begin_signature", order)
    assert refused.value.code == "E-ACCESS-OFFICE"


def test_a_certificate_comes_from_head_office_alone(stage: Stage) -> None:
    order = RequestCertificate(stage.id(), BRANCH, "-----BEGIN PUBLIC KEY-----")
    stage.act(CLERK, "signing.request_certificate", order)
    assert stage.read(certificate_of, DESK) is None
    asked: list[tuple[str, str]] = []

    def certify(key: str, name: str) -> bytes:
        asked.append((key, name))
        return b"DER"

    stage.certify = certify
    stage.carry()
    assert asked == [(order.public_key, order.name)]
    assert stage.read(certificate_of, DESK) == b"DER"
    assert stage.read(certificate_of, "another desk") is None
