"""Signatures on documents: the document key, its certificate, PAdES on a PDF, and the check of it.

Keys are X.509 P-256 certificates from the head-office CA (Ed25519 is refused by common verifiers).
What signs is a ``SignatureProvider``: a key in memory here, a UKey or HSM through PKCS#11
elsewhere; its algorithm id travels with every signature, so another algorithm can come without a
new format.

A signed PDF is certified with "no changes allowed" (ISO 32000-2, 12.8.2.2), profile PAdES B-B (ETSI
EN 319 142-1). B-B carries no trusted time: a verdict holds for the moment it is asked for, and who
keeps the time is the audit chain. The time stamps of B-T are not made here.
"""

import io
import logging
import secrets
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import override

from app.documents.evidence import canonical_json, sha256_hex
from app.documents.places import Place
from app.kit.errors.base import BranchError
from app.kit.errors.documents import already_signed, certificate_not_in_force, pdf_not_readable

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )
    from pyhanko.sign.signers import Signer
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

ECDSA_P256 = "ecdsa-p256-sha256"
"""Algorithm id: ECDSA on NIST P-256 over SHA-256, DER signature (FIPS 186-5)."""

FIELD = "CustomerSignature"
_RESERVED = 8192
"""Room for the CMS container in bytes of hexadecimal; ours needs about 4000."""


# ---- keys and certificates ---------------------------------------------------------------------


class SignatureProvider(Protocol):
    """Something that signs: the private key never leaves it."""

    @property
    def algorithm(self) -> str:
        """Name the algorithm, for instance ``ecdsa-p256-sha256``."""
        ...

    @property
    def certificate(self) -> bytes:
        """Give the signer's certificate (X.509, DER)."""
        ...

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """Give the certificates above it, root included (DER)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign the bytes; the hash is part of the algorithm."""
        ...


@dataclass(frozen=True)
class CertificateAuthority:
    """Head office's issuer of document certificates: its certificate (DER) and its key."""

    certificate: bytes
    key: "EllipticCurvePrivateKey"


class DocumentKey(SignatureProvider):
    """A P-256 document key in memory, loaded once and used many times."""

    def __init__(
        self, certificate: bytes, key: "EllipticCurvePrivateKey", issuers: Sequence[bytes] = ()
    ) -> None:
        self._certificate = certificate
        self._key = key
        self._issuers = tuple(issuers)

    @property
    @override
    def algorithm(self) -> str:
        return ECDSA_P256

    @property
    @override
    def certificate(self) -> bytes:
        return self._certificate

    @property
    @override
    def issuers(self) -> tuple[bytes, ...]:
        return self._issuers

    @override
    def sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))

    def private_pem(self, passphrase: bytes) -> bytes:
        """Give the private key as encrypted PKCS#8 PEM, for the key file or the store."""
        from cryptography.hazmat.primitives import serialization as form

        return self._key.private_bytes(
            form.Encoding.PEM,
            form.PrivateFormat.PKCS8,
            form.BestAvailableEncryption(passphrase),
        )


def load_document_key(
    certificate: bytes, private_pem: bytes, passphrase: bytes, issuers: Sequence[bytes] = ()
) -> DocumentKey:
    """Open a document key; raises ValueError for a wrong passphrase or a key that does not fit."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(private_pem, passphrase)
    if (
        not isinstance(key, ec.EllipticCurvePrivateKey)
        or x509.load_der_x509_certificate(certificate).public_key() != key.public_key()
    ):
        raise ValueError("the private key does not belong to the certificate")
    return DocumentKey(certificate, key, issuers)


def new_private_key() -> "EllipticCurvePrivateKey":
    """Make a P-256 private key."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def make_ca(name: str, at: datetime, *, days: int = 3650) -> CertificateAuthority:
    """Make a self-signed head-office CA, in force from ``at`` (aware)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    key = new_private_key()
    builder = _certificate_of(name, name, key.public_key(), at, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(issuer=True), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    return CertificateAuthority(_der(certificate), key)


def issue_certificate(
    ca: CertificateAuthority,
    public_key: "EllipticCurvePublicKey",
    subject: str,
    at: datetime,
    *,
    days: int = 730,
) -> bytes:
    """Issue a document-signing certificate (DER) for a public key, in force from ``at``."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    issuer = x509.load_der_x509_certificate(ca.certificate)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key())
    builder = _certificate_of(subject, issuer.subject, public_key, at, days)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_usage(issuer=False), critical=True)
    builder = builder.add_extension(authority, critical=False)
    return _der(builder.sign(ca.key, hashes.SHA256()))


def issue_document_key(
    ca: CertificateAuthority, subject: str, at: datetime, *, days: int = 730
) -> DocumentKey:
    """Make a document key and its certificate in one step, as demo and enrolment do."""
    key = new_private_key()
    certificate = issue_certificate(ca, key.public_key(), subject, at, days=days)
    return DocumentKey(certificate, key, (ca.certificate,))


def issue_crl(
    ca: CertificateAuthority, revoked: Mapping[int, datetime], at: datetime, *, days: int = 30
) -> bytes:
    """List revoked certificates by serial number and time of revocation (X.509 CRL, DER)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(ca.certificate).subject)
        .last_update(at)
        .next_update(at + timedelta(days=days))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False
        )
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    )
    for serial, when in sorted(revoked.items()):
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        )
    return _der(builder.sign(ca.key, hashes.SHA256()))


def serial_of(certificate: bytes) -> int:
    """Give the serial number of a certificate (DER)."""
    from cryptography import x509

    return x509.load_der_x509_certificate(certificate).serial_number


def _certificate_of(
    subject: str,
    issuer: "str | x509.Name",
    public_key: "EllipticCurvePublicKey",
    at: datetime,
    days: int,
) -> "x509.CertificateBuilder":
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer) if isinstance(issuer, str) else issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC).replace(microsecond=0))
        .not_valid_after(at.astimezone(UTC).replace(microsecond=0) + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(common_name: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _usage(*, issuer: bool) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not issuer,
        content_commitment=not issuer,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuer,
        crl_sign=issuer,
        encipher_only=False,
        decipher_only=False,
    )


def _der(signed: "x509.Certificate | x509.CertificateRevocationList") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return signed.public_bytes(Encoding.DER)


# ---- signing a PDF -----------------------------------------------------------------------------


@dataclass(frozen=True)
class SigningAct:
    """Who signs what for, where, and the hash of the ink record that belongs to it."""

    signer: str
    reason: str
    location: str
    ink_sha256: str


def sign_pdf(
    pdf: bytes,
    *,
    ink_png: bytes,
    place: Place,
    act: SigningAct,
    key: SignatureProvider,
    at: datetime,
) -> bytes:
    """Put the ink picture into the signature place and certify the PDF against any change.

    ``at`` is the claimed signing time (aware). Raises BranchError E-SIGN-CERT outside the
    validity of the certificate, E-SIGN-TWICE for a PDF that is already signed, E-DOC-PDF for no
    PDF.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import fields
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    _must_be_in_force(key.certificate, at)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signed_before = bool(writer.prev.embedded_signatures)
    except (PdfError, *_PARSER_TROUBLE) as error:
        raise BranchError(pdf_not_readable()) from error
    if signed_before:
        raise BranchError(already_signed())
    signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=act.signer,
            reason=f"{act.reason} [ink-sha256 {act.ink_sha256}]",
            location=act.location,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        ),
        signer=_pyhanko_signer(key),
        stamp_style=_appearance(ink_png),
        new_field_spec=fields.SigFieldSpec(
            sig_field_name=FIELD, on_page=place.page - 1, box=_whole_points(place)
        ),
    )
    return _run_signing(signer, writer, at)


def _run_signing(signer: Any, writer: Any, at: datetime) -> bytes:
    """Go through pyHanko's steps one by one, because only so the clock is ours."""
    import asyncio

    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    async def run() -> bytes:
        session = signer.init_signing_session(writer)
        session.system_time = at
        prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
        digest, output = prepared.digest_tbs_document()
        done = await prepared.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at),
        )
        await done.post_signature_processing(output)
        signed: bytes = output.getvalue()
        return signed

    return asyncio.run(run())


def _pyhanko_signer(key: SignatureProvider) -> "Signer":
    """Wrap a provider for pyHanko: only digests and raw signatures cross the border."""
    from asn1crypto import x509  # type: ignore[import-untyped]
    from asn1crypto.algos import SignedDigestAlgorithm  # type: ignore[import-untyped]
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    if key.algorithm != ECDSA_P256:
        raise ValueError(f"{key.algorithm} is no algorithm of a PDF signature")

    class ProviderSigner(Signer):
        @override
        async def async_sign_raw(
            self, data: bytes, digest_algorithm: str, dry_run: bool = False
        ) -> bytes:
            return bytes(72) if dry_run else key.sign(data)

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([x509.Certificate.load(one) for one in key.issuers])
    return ProviderSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        cert_registry=store,
        signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        embed_roots=True,
    )


def _appearance(ink_png: bytes) -> Any:
    """Make the look of the signature: the ink alone, no border, nothing printed over it."""
    from PIL import Image
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.layout import (
        AxisAlignment,
        InnerScaling,
        Margins,
        SimpleBoxLayoutRule,
    )
    from pyhanko.stamp import StaticStampStyle

    with Image.open(io.BytesIO(ink_png), formats=("PNG",)) as picture:
        picture.load()
    whole_box = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MID,
        y_align=AxisAlignment.ALIGN_MID,
        margins=Margins(),
        inner_content_scaling=InnerScaling.SHRINK_TO_FIT,
    )
    return StaticStampStyle(
        background=PdfImage(picture),
        background_layout=whole_box,
        border_width=0,
        background_opacity=1.0,
    )


def _whole_points(place: Place) -> tuple[int, int, int, int]:
    left, bottom, right, top = place.pdf_rect()
    return round(left), round(bottom), round(right), round(top)


def _must_be_in_force(certificate: bytes, at: datetime) -> None:
    from cryptography import x509

    parsed = x509.load_der_x509_certificate(certificate)
    if not parsed.not_valid_before_utc <= at <= parsed.not_valid_after_utc:
        raise BranchError(certificate_not_in_force(f"{parsed.serial_number:x}"))


# ---- checking a PDF ----------------------------------------------------------------------------

_PARSER_TROUBLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What PDF and ASN.1 parsers have been seen to raise on hostile bytes: it means "not valid"."""


class SignatureFinding(Enum):
    """What the check of a signed PDF came to."""

    VALID = "valid"
    OTHER_FILE = "other file"
    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    MORE_THAN_ONE = "more than one signature"
    CHANGED = "changed after signing"
    NOT_TRUSTED = "not trusted"


@dataclass(frozen=True)
class SignatureVerdict:
    """The finding and what the signature says about itself (empty where it could not be read)."""

    finding: SignatureFinding
    bottom_line: bool = False
    signer: str = ""
    serial: str = ""
    claimed_at: datetime | None = None
    reason: str = ""
    coverage: str = ""
    modification: str = ""

    @property
    def valid(self) -> bool:
        """Say whether the signature may be relied on."""
        return self.finding is SignatureFinding.VALID


def verify_pdf(
    pdf: bytes,
    *,
    trust_anchors: Sequence[bytes],
    at: datetime,
    expected_sha256: str | None = None,
    crls: Sequence[bytes] = (),
) -> SignatureVerdict:
    """Check the one signature of a PDF; fails closed and never raises on foreign bytes.

    Valid means: the whole file is covered, nothing was appended but validation data, the chain ends
    in one of ``trust_anchors`` (DER) at the moment ``at``, and pyHanko's bottom line says so too.
    Some bytes of a PDF are outside any signature's reach (padding of the container), so callers who
    know the file give ``expected_sha256``. With ``crls`` (DER) a revoked certificate is refused.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator.errors import PathError

    if expected_sha256 is not None and sha256_hex(pdf) != expected_sha256:
        return SignatureVerdict(SignatureFinding.OTHER_FILE)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            many = SignatureFinding.MORE_THAN_ONE if signatures else SignatureFinding.UNSIGNED
            return SignatureVerdict(many)
        status = _status(signatures[0], trust_anchors, at, crls)
        return _verdict(signatures[0], status)
    except (PdfError, PathError, *_PARSER_TROUBLE):
        return SignatureVerdict(SignatureFinding.UNREADABLE)


def _status(
    signature: "EmbeddedPdfSignature",
    trust_anchors: Sequence[bytes],
    at: datetime,
    crls: Sequence[bytes],
) -> "PdfSignatureStatus":
    from asn1crypto import x509
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    for name in ("pyhanko", "pyhanko_certvalidator"):
        # The verdict says it all; their log would put names and stack traces on standard error.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return validate_pdf_signature(
        signature,
        ValidationContext(
            trust_roots=[x509.Certificate.load(one) for one in trust_anchors],
            moment=at,
            allow_fetching=False,
            crls=list(crls),
            revocation_mode="require" if crls else "soft-fail",
        ),
    )


def _verdict(signature: "EmbeddedPdfSignature", status: "PdfSignatureStatus") -> SignatureVerdict:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    level = status.modification_level
    whole = (
        status.intact
        and status.valid
        and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and level is not None
        and level <= ModificationLevel.LTA_UPDATES
    )
    if not whole:
        finding = SignatureFinding.CHANGED
    elif status.trusted and status.bottom_line:
        finding = SignatureFinding.VALID
    else:
        finding = SignatureFinding.NOT_TRUSTED
    return SignatureVerdict(
        finding=finding,
        bottom_line=status.bottom_line,
        signer=str(signature.sig_object.get("/Name", "")),
        serial=f"{status.signing_cert.serial_number:x}",
        claimed_at=status.signer_reported_dt,
        reason=str(signature.sig_object.get("/Reason", "")),
        coverage="" if status.coverage is None else status.coverage.name,
        modification="" if level is None else level.name,
    )


# ---- binding ink to a document -----------------------------------------------------------------


@dataclass(frozen=True)
class InkBinding:
    """One signature over document, ink record, ink picture (SHA-256 each), nonce and time."""

    document_sha256: str
    ink_sha256: str
    picture_sha256: str
    nonce: str
    at: str
    algorithm: str
    certificate: bytes
    signature: bytes

    def message(self) -> bytes:
        """Give the bytes that are signed: canonical JSON of everything but the signature."""
        return canonical_json(
            {
                "use": "ink-binding/1",
                "document": self.document_sha256,
                "ink": self.ink_sha256,
                "picture": self.picture_sha256,
                "nonce": self.nonce,
                "at": self.at,
                "algorithm": self.algorithm,
                "certificate": sha256_hex(self.certificate),
            }
        )


def bind_ink(
    *, document_sha256: str, ink_sha256: str, picture: bytes, key: SignatureProvider, at: datetime
) -> InkBinding:
    """Bind the ink to the document it was written for."""
    from dataclasses import replace

    unsigned = InkBinding(
        document_sha256=document_sha256,
        ink_sha256=ink_sha256,
        picture_sha256=sha256_hex(picture),
        nonce=secrets.token_hex(16),
        at=at.astimezone(UTC).isoformat(timespec="milliseconds"),
        algorithm=key.algorithm,
        certificate=key.certificate,
        signature=b"",
    )
    return replace(unsigned, signature=key.sign(unsigned.message()))


def ink_binding_holds(binding: InkBinding, trust_anchors: Sequence[bytes]) -> bool:
    """Check the signature, and that an anchor issued the certificate, in force at ``at``."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        certificate = x509.load_der_x509_certificate(binding.certificate)
        public_key = certificate.public_key()
        at = datetime.fromisoformat(binding.at)
        if binding.algorithm != ECDSA_P256 or not isinstance(public_key, ec.EllipticCurvePublicKey):
            return False
        public_key.verify(binding.signature, binding.message(), ec.ECDSA(hashes.SHA256()))
        in_force = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    except (InvalidSignature, ValueError, TypeError):
        return False
    return in_force and any(_issued_by(certificate, anchor) for anchor in trust_anchors)


def _issued_by(certificate: "x509.Certificate", anchor: bytes) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(anchor))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
