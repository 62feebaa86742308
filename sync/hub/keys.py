"""Head office's keys and certificate authority, made once by ``init_hub``.

Private keys are PEM files with mode 0600 in ``keys/``; where a security module holds them instead,
HubKeys is built from it and the files are not made. The embedded database's key lies beside them.
"""

import base64
import ipaddress
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.kit.clock import Clock
from app.kit.files import atomic_write
from sync.wire.receipts import sha256

CA_YEARS = 10
TLS_DAYS = 397
"""No certificate lives longer than browsers would take it for."""


@dataclass(frozen=True)
class HubKeys:
    """Where the keys lie and what may be told of them."""

    folder: Path

    @property
    def ca_pem(self) -> Path:
        """The certificate of head office's own authority."""
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """The authority's key (P-256)."""
        return self.folder / "ca.key"

    @property
    def tls_pem(self) -> Path:
        """The hub's TLS certificate with the authority behind it."""
        return self.folder / "tls.pem"

    @property
    def tls_key(self) -> Path:
        """The hub's TLS key (P-256)."""
        return self.folder / "tls.key"

    def receipt_key(self) -> ed25519.Ed25519PrivateKey:
        """Load the key that signs receipts."""
        return _load_ed25519(self.folder / "receipt.key")

    def permit_key(self) -> ed25519.Ed25519PrivateKey:
        """Load the key that signs seal permits."""
        return _load_ed25519(self.folder / "permit.key")

    def escrow_key(self) -> x25519.X25519PrivateKey:
        """Load the key that data keys are escrowed to."""
        key = _load(self.folder / "escrow.key")
        if not isinstance(key, x25519.X25519PrivateKey):
            raise ValueError("escrow.key is not an X25519 key")
        return key

    def courier_key(self) -> x25519.X25519PrivateKey:
        """Load the key that packs of the courier are sealed to; a hub of before gets one now."""
        path = self.folder / "courier.key"
        if not path.exists():
            _make_once(path, x25519.X25519PrivateKey.generate())
        key = _load(path)
        if not isinstance(key, x25519.X25519PrivateKey):
            raise ValueError("courier.key is not an X25519 key")
        return key

    def database_key(self) -> bytes:
        """Give the 32 bytes of the embedded database's key."""
        return bytes.fromhex((self.folder / "database.key").read_text("ascii").strip())


@dataclass(frozen=True)
class PublicKeys:
    """What a workstation is told: raw public keys in base64, the authority as PEM."""

    receipt: str
    permit: str
    escrow: str
    ca_pem: str
    courier: str

    @property
    def receipt_id(self) -> str:
        """The receipt key's id: the first 16 hex digits of its SHA-256."""
        return key_id(self.receipt)


def init_hub(
    folder: Path, clock: Clock, hosts: Sequence[str] = ("127.0.0.1", "localhost")
) -> HubKeys:
    """Make head office's keys in a new folder; raises FileExistsError where there are some.

    ``hosts`` are the names and addresses the TLS certificate is for.
    """
    folder.mkdir(parents=True, mode=0o700)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = _make_ca(ca_key, clock)
    tls_key = ec.generate_private_key(ec.SECP256R1())
    tls = _make_tls(tls_key, ca, ca_key, hosts, clock)
    _write_key(folder / "ca.key", ca_key)
    _write_key(folder / "tls.key", tls_key)
    _write_key(folder / "receipt.key", ed25519.Ed25519PrivateKey.generate())
    _write_key(folder / "permit.key", ed25519.Ed25519PrivateKey.generate())
    _write_key(folder / "escrow.key", x25519.X25519PrivateKey.generate())
    _write_key(folder / "courier.key", x25519.X25519PrivateKey.generate())
    atomic_write(folder / "database.key", secrets.token_hex(32).encode())
    atomic_write(folder / "ca.pem", _pem(ca), mode=0o644)
    atomic_write(folder / "tls.pem", _pem(tls) + _pem(ca), mode=0o644)
    return HubKeys(folder)


def public_keys(keys: HubKeys) -> PublicKeys:
    """Give what may be told."""
    return PublicKeys(
        receipt=_public(keys.receipt_key().public_key().public_bytes_raw()),
        permit=_public(keys.permit_key().public_key().public_bytes_raw()),
        escrow=_public(keys.escrow_key().public_key().public_bytes_raw()),
        ca_pem=keys.ca_pem.read_text("ascii"),
        courier=_public(keys.courier_key().public_key().public_bytes_raw()),
    )


def key_id(public: str) -> str:
    """Give the id of a public key in base64."""
    return sha256(base64.b64decode(public))[:16]


def _make_ca(key: ec.EllipticCurvePrivateKey, clock: Clock) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sealdesk head office CA")])
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _make_tls(
    key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
    clock: Clock,
) -> x509.Certificate:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sealdesk hub")]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=TLS_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_name_of(host) for host in hosts]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
            critical=False,
        )
        .sign(ca_key, hashes.SHA256())
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name_of(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_key(path: Path, key: PrivateKeyTypes) -> None:
    atomic_write(
        path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def _make_once(path: Path, key: PrivateKeyTypes) -> None:
    """Write a key that was not there; of two processes at once the first one's stays."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write_key(beside, key)
    try:
        with suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()


def _load(path: Path) -> PrivateKeyTypes:
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def _load_ed25519(path: Path) -> ed25519.Ed25519PrivateKey:
    key = _load(path)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ValueError(f"{path.name} is not an Ed25519 key")
    return key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _public(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
