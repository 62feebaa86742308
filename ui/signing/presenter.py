"""What the signing screen decides: begin, take the ink, bind it, sign the PDF, finish."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.contracts.queries import ContractCard, contract_card, contracts_here
from app.contracts.rules import DRAFTED
from app.customers.queries import customer_card
from app.documents.evidence import EvidenceEvent, chain_of_events
from app.documents.ink import ink_picture
from app.documents.pages import page_png
from app.documents.signatures import (
    InkBinding,
    SignatureVerdict,
    SigningAct,
    bind_ink,
    sign_pdf,
    verify_pdf,
)
from app.kit.errors.base import BranchError, Cancelled
from app.kit.errors.signing import signature_not_whole
from app.kit.ids import new_id
from app.kit.words import Text, t
from app.signing.actions import AbandonSignature, BeginSignature, FinishSignature
from app.signing.queries import SignatureCard, begun_signatures, signatures_of
from devices.kit.errors import DeviceError
from devices.signpad.api import (
    Axes,
    InkDocument,
    InkRecord,
    Rect,
    Sample,
    SignaturePad,
    SigningRequest,
    Watch,
    encode_ink,
)
from devices.signpad.capture import Captured, capture
from devices.signpad.quality import InkPolicy
from ui.shell.ports import Desk


@dataclass(frozen=True)
class BegunSigning:
    """A signature that was begun: data that survives a restart."""

    signature_id: UUID
    contract: ContractCard
    signer: str
    consent: str


@dataclass(frozen=True)
class SignedContract:
    """What a signature came to: the verdict over the signed file, and the ink's hash."""

    signature_id: UUID
    signed_sha256: str
    ink_sha256: str
    verdict: SignatureVerdict


@dataclass(frozen=True)
class SigningSheet:
    """What the customer sees: the document, who may sign, and the sentence accepted with it.

    ``left_open``: an earlier signature was begun and not finished; a new one takes its place.
    """

    contract: ContractCard
    signers: tuple[str, ...]
    consent: Text
    left_open: bool


class SigningPresenter:
    """The customer's signature on a contract."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waiting(self) -> list[ContractCard]:
        """List the contracts that wait for the customer's signature, the newest first."""
        return [
            card
            for card in self._desk.read(contracts_here, self._desk.seeing)
            if card.state == DRAFTED
        ]

    def sheet(self, contract_id: UUID) -> SigningSheet:
        """Give what is laid before the customer, and who may sign for the customer.

        Raises BranchError E-ACCESS-SEE where this person may not see the contract.
        """
        contract = self._desk.read(contract_card, contract_id)
        self._desk.seeing.must_see("signature", contract.scope)
        customer = self._desk.read(customer_card, self._desk.scope, contract.customer_id)
        contacts = customer.contacts if customer else ()
        signers = tuple(contact.name for contact in contacts) or (contract.customer_name,)
        left = [card for card in self.signatures(contract_id) if card.state == "begun"]
        return SigningSheet(contract, signers, self.consent(contract), bool(left))

    def page_picture(self, contract: ContractCard, page: int, *, dpi: int = 110) -> bytes:
        """Give a page of the document that is signed as PNG."""
        return page_png(self._desk.vault.get(contract.pdf_sha256), page, dpi=dpi)

    def consent(self, contract: ContractCard) -> Text:
        """Give the sentence the signer accepts with the signature."""
        return t(
            "I have read contract {number} and its exclusions and sign it electronically.",
            number=contract.number,
        )

    def begin(self, contract_id: UUID, signer: str) -> BegunSigning:
        """Commit that this document is laid before this signer."""
        contract = self._desk.read(contract_card, contract_id)
        order = BeginSignature(
            signature_id=new_id(self._desk.clock),
            subject_kind="contract",
            subject_id=contract_id,
            document_sha256=contract.pdf_sha256,
            signer=signer,
        )
        self._desk.perform("signing.begin_signature", order)
        return BegunSigning(order.signature_id, contract, signer, str(self.consent(contract)))

    def take_ink(
        self,
        begun: BegunSigning,
        watch: Watch,
        *,
        ready: Callable[[], None],
        seen: Callable[[Sample], None],
        pad: SignaturePad | None = None,
        measured: Callable[[Axes], None] | None = None,
    ) -> Captured:
        """Let the customer write; runs on the pad's lane, no unit of work is open.

        ``ready`` is called when the pad listens, ``seen`` with each reading; ``measured`` gets the
        pad's measures before either. ``pad`` is another pad than the desk's own, for instance the
        window itself. Raises BranchError where the signature did not come about, Cancelled where a
        person stopped it.
        """
        place = begun.contract.sign_place
        request = SigningRequest(
            document=InkDocument(
                sha256=begun.contract.pdf_sha256,
                version=begun.contract.version,
                page=place.page,
                rect=Rect(place.x, place.y, place.width, place.height),
            ),
            signer=begun.signer,
            consent_sha256=hashlib.sha256(begun.consent.encode()).hexdigest(),
            prompt=begun.consent,
        )
        pad = pad or self._desk.pad()
        in_hand = self._desk.in_hand
        in_hand.add(begun.signature_id)
        ink: Captured | None = None
        try:
            pad.open()
            if measured is not None:
                measured(pad.info())
            ink = capture(pad, request, watch, InkPolicy(), ready=ready, seen=seen)
            return ink
        except Cancelled:
            raise
        except DeviceError as error:
            raise BranchError(error.problem()) from error
        finally:
            if ink is None:
                in_hand.discard(begun.signature_id)
            pad.close()

    def finish(self, begun: BegunSigning, ink: InkRecord) -> SignedContract:
        """Bind the ink, certify the PDF, check it whole, and commit; nothing half is kept."""
        desk = self._desk
        now = desk.clock.now()
        key = desk.document_key()
        octets = encode_ink(ink)
        ink_sha256 = desk.keep_file(octets, "cbor", "application/cbor", "ink.cbor")
        picture = ink_picture(ink.strokes(), aspect=ink.axes.aspect)
        picture_sha256 = desk.keep_file(picture, "png", "image/png", "ink.png")
        binding = bind_ink(
            document_sha256=begun.contract.pdf_sha256,
            ink_sha256=ink_sha256,
            picture=picture,
            key=key,
            at=now,
        )
        act = SigningAct(begun.signer, begun.consent, "", ink_sha256)
        signed = sign_pdf(
            desk.vault.get(begun.contract.pdf_sha256),
            ink_png=picture,
            place=begun.contract.sign_place,
            act=act,
            key=key,
            at=now,
        )
        signed_sha256 = hashlib.sha256(signed).hexdigest()
        verdict = verify_pdf(
            signed,
            trust_anchors=desk.trust_anchors(),
            at=now,
            expected_sha256=signed_sha256,
        )
        if not verdict.valid:
            raise BranchError(signature_not_whole())
        desk.keep_file(signed, "pdf", "application/pdf", f"{begun.contract.number}-signed.pdf")
        bound = desk.keep_file(
            binding_bytes(binding), "json", "application/json", "ink-binding.json"
        )
        order = FinishSignature(
            signature_id=begun.signature_id,
            document_sha256=begun.contract.pdf_sha256,
            ink_sha256=ink_sha256,
            picture_sha256=picture_sha256,
            signed_sha256=signed_sha256,
            pad=f"{ink.device.driver} {ink.device.model} {ink.device.serial}".strip(),
            bottom_line=verdict.bottom_line,
            evidence=self._evidence(begun, ink_sha256, signed_sha256, bound),
        )
        desk.perform("signing.finish_signature", order)
        desk.in_hand.discard(begun.signature_id)
        return SignedContract(begun.signature_id, signed_sha256, ink_sha256, verdict)

    def abandon(self, signature_id: UUID, reason: str) -> None:
        """Close a signature that did not come about."""
        self._desk.perform("signing.abandon_signature", AbandonSignature(signature_id, reason))
        self._desk.in_hand.discard(signature_id)

    def signatures(self, contract_id: UUID) -> list[SignatureCard]:
        """List the signatures on a contract, the newest first."""
        return self._desk.read(signatures_of, "contract", contract_id)

    def begun(self) -> list[SignatureCard]:
        """List signatures that were begun and neither finished nor abandoned."""
        return self._desk.read(begun_signatures)

    def _evidence(
        self, begun: BegunSigning, ink_sha256: str, signed_sha256: str, bound: str
    ) -> tuple[dict[str, object], ...]:
        at = self._desk.clock.now().isoformat(timespec="milliseconds")
        asked = (("doc_sha256", begun.contract.pdf_sha256), ("consent", begun.consent))
        signed = (("ink_sha256", ink_sha256), ("binding_sha256", bound))
        events = (
            EvidenceEvent(1, "sign_request", at, asked),
            EvidenceEvent(2, "signed", at, signed),
            EvidenceEvent(3, "certified", at, (("signed_sha256", signed_sha256),)),
        )
        hashes = chain_of_events(events)
        return tuple(
            {**event.record(), "hash": link} for event, link in zip(events, hashes, strict=True)
        )


def binding_bytes(binding: InkBinding) -> bytes:
    """Spell an ink binding for the vault: canonical JSON, octets in hex."""
    said = {
        "document_sha256": binding.document_sha256,
        "ink_sha256": binding.ink_sha256,
        "picture_sha256": binding.picture_sha256,
        "nonce": binding.nonce,
        "at": binding.at,
        "algorithm": binding.algorithm,
        "certificate": binding.certificate.hex(),
        "signature": binding.signature.hex(),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
