"""Verbs of electronic signing: begin for a hash, then finish or abandon.

``begin_signature`` commits which document is laid before the customer; the ink comes from the pad
in between; ``finish_signature`` commits what was signed. A pad that is unplugged in between leaves
a begun signature, which a person abandons or begins again: nothing half is ever kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kit.errors.access import not_allowed
from app.kit.errors.base import BranchError
from app.kit.errors.signing import (
    signature_not_whole,
    signature_other_document,
    signature_settled,
    subject_not_ready,
)
from app.signing.records import DeskCertificate, Signature
from app.signing.rules import SignSubject
from app.store.work import Changes, Finished, Work

Certify = Callable[[str, str], bytes]
"""At head office: issues a certificate (DER) for a public key (PEM) and a name."""

SubjectOf = Callable[[Work, str, UUID], SignSubject]
"""Tells what stands behind a subject (kind, id); passed in, because signing knows no area above."""


@dataclass(frozen=True)
class BeginSignature:
    """Order: lay one document, by its hash, before one signer."""

    signature_id: UUID
    subject_kind: str
    subject_id: UUID
    document_sha256: str
    signer: str


@dataclass(frozen=True)
class FinishSignature:
    """Order: what was signed; all hashes in hex, the files already in the vault.

    ``bottom_line`` is the verdict of the signature check over the signed file; False is refused.
    """

    signature_id: UUID
    document_sha256: str
    ink_sha256: str
    picture_sha256: str
    signed_sha256: str
    pad: str
    bottom_line: bool
    evidence: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class AbandonSignature:
    """Order: the customer or the pad stopped; say why."""

    signature_id: UUID
    reason: str


@dataclass(frozen=True)
class RequestCertificate:
    """Order: a desk asks for a document certificate; ``public_key`` is its P-256 key as PEM."""

    certificate_id: UUID
    name: str
    public_key: str


def request_certificate(
    work: Work, order: RequestCertificate, *, certify: Certify | None = None
) -> Changes:
    """Ask for a document certificate; at head office ``certify`` issues it."""
    row = DeskCertificate(
        scope=work.scope,
        id=order.certificate_id,
        device=work.actor.device,
        name=order.name,
        public_key=order.public_key,
        certificate="" if certify is None else certify(order.public_key, order.name).hex(),
        asked_at=work.at,
    )
    work.session.add(row)
    return Changes.of(row)


def begin_signature(work: Work, order: BeginSignature, *, subject_of: SubjectOf) -> Changes:
    """Commit that a document is being signed; an older try at the same subject is abandoned."""
    subject: SignSubject = subject_of(work, order.subject_kind, order.subject_id)
    if subject.scope != work.scope:
        raise BranchError(not_allowed("signing.begin_signature", "office"))
    if not subject.ready:
        raise BranchError(subject_not_ready(subject.number))
    if subject.sha256 != order.document_sha256:
        raise BranchError(signature_other_document(subject.number))
    for older in work.session.scalars(
        select(Signature).where(
            Signature.subject_kind == order.subject_kind,
            Signature.subject_id == order.subject_id,
            Signature.state == "begun",
        )
    ):
        older.state, older.reason = "abandoned", "begun again"
    signature = Signature(
        scope=subject.scope,
        id=order.signature_id,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
        document_sha256=order.document_sha256,
        signer=order.signer,
        state="begun",
        begun_by=work.actor.person,
        begun_at=work.at,
    )
    work.session.add(signature)
    return Changes.of(signature)


def finish_signature(work: Work, order: FinishSignature) -> Changes:
    """Commit a signature whose file passed every check."""
    signature = _begun(work, order.signature_id)
    if signature.document_sha256 != order.document_sha256:
        raise BranchError(signature_other_document(signature.signer))
    if not order.bottom_line:
        raise BranchError(signature_not_whole())
    signature.state = "signed"
    signature.signed_at = work.at
    signature.ink_sha256 = order.ink_sha256
    signature.picture_sha256 = order.picture_sha256
    signature.signed_sha256 = order.signed_sha256
    signature.pad = order.pad
    signature.evidence = list(order.evidence)
    finished = Finished("signed", signature.subject_kind, signature.subject_id)
    return Changes.of(signature) + Changes(finished=(finished,))


def abandon_signature(work: Work, order: AbandonSignature) -> Changes:
    """Close a signature that did not come about."""
    signature = _begun(work, order.signature_id)
    signature.state, signature.reason = "abandoned", order.reason
    return Changes.of(signature)


def _begun(work: Work, signature_id: UUID) -> Signature:
    signature = work.session.scalars(select(Signature).where(Signature.id == signature_id)).one()
    if signature.state != "begun":
        raise BranchError(signature_settled(signature.state))
    return signature
