"""Reading signatures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.signing.records import DeskCertificate, Signature


@dataclass(frozen=True)
class SignatureCard:
    """One act of signing; hashes in hex, empty until signed."""

    id: UUID
    scope: str
    subject_kind: str
    subject_id: UUID
    document_sha256: str
    signer: str
    state: str
    begun_by: str
    begun_at: datetime
    signed_at: datetime | None
    ink_sha256: str
    picture_sha256: str
    signed_sha256: str
    pad: str
    reason: str
    evidence: tuple[dict[str, Any], ...]


def signatures_of(session: Session, subject_kind: str, subject_id: UUID) -> list[SignatureCard]:
    """List the signatures about a subject, the newest first."""
    rows = session.scalars(
        select(Signature)
        .where(Signature.subject_kind == subject_kind, Signature.subject_id == subject_id)
        .order_by(Signature.begun_at.desc(), Signature.id.desc())
    )
    return [_card(row) for row in rows]


def begun_signatures(session: Session) -> list[SignatureCard]:
    """List the signatures that were begun and neither signed nor abandoned."""
    rows = session.scalars(
        select(Signature).where(Signature.state == "begun").order_by(Signature.begun_at)
    )
    return [_card(row) for row in rows]


def signature_scope(session: Session, signature_id: UUID) -> str:
    """Give the office a signature belongs to."""
    return session.scalars(select(Signature.scope).where(Signature.id == signature_id)).one()


def certificate_of(session: Session, device: str) -> bytes | None:
    """Give the newest document certificate (DER) issued to a desk, or None."""
    row = session.scalars(
        select(DeskCertificate)
        .where(DeskCertificate.device == device, DeskCertificate.certificate != "")
        .order_by(DeskCertificate.asked_at.desc())
    ).first()
    return None if row is None else bytes.fromhex(row.certificate)


def _card(row: Signature) -> SignatureCard:
    return SignatureCard(
        id=row.id,
        scope=row.scope,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        document_sha256=row.document_sha256,
        signer=row.signer,
        state=row.state,
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        signed_at=row.signed_at,
        ink_sha256=row.ink_sha256,
        picture_sha256=row.picture_sha256,
        signed_sha256=row.signed_sha256,
        pad=row.pad,
        reason=row.reason,
        evidence=tuple(row.evidence or ()),
    )
