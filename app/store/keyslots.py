"""The data key and the slots that give it back: keyring, passphrase, escrow.

A random 256-bit data key opens the store and the vault. It lies on the disk only wrapped:

* keyring: wrapped by a key the system's keyring keeps (a worker asks it, with a time limit);
* passphrase: wrapped by argon2id (64 MiB, 3 passes, 4 lanes), where no keyring is there;
* escrow: sealed to head office's X25519 key by HPKE (RFC 9180), so two officers can open it.

Never plain, never a silent fallback; a backend that would keep it readable is refused by class.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from typing_extensions import override

from app.kit.errors.base import BranchError
from app.kit.errors.store import store_key_missing, store_key_wrong, store_keyring_unsafe
from app.kit.files import atomic_write
from app.kit.lanes import Lane

R = TypeVar("R")
SERVICE = "sealdesk"
KEYRING_SECONDS = 10.0
"""How long a keyring may take; a locked one may be asking the person for a password."""

SALT_BYTES = 16

_ESCROW = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_CHAINER = "keyring.backends.chainer.ChainerBackend"
_SAFE_BACKENDS = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
    }
)
"""By class: ``keyrings.alt.Windows`` and its like keep a secret readable under a trusted name."""


class Keyring(Protocol):
    """Where the system keeps a secret of the person who is signed in to it."""

    name: str

    def get(self, entry: str) -> str | None:
        """Give a kept secret, or None."""
        ...

    def set(self, entry: str, secret: str) -> None:
        """Keep a secret."""
        ...


class SystemKeyring(Keyring):
    """The desktop's own keyring; refuses a backend that keeps secrets readable."""

    def __init__(self) -> None:
        import keyring

        self._backend = safe_backend(keyring.get_keyring())
        self.name = class_name(self._backend)

    @override
    def get(self, entry: str) -> str | None:
        from keyring.errors import KeyringError

        try:
            found = self._backend.get_password(SERVICE, entry)
        except KeyringError as error:
            raise BranchError(store_key_missing()) from error
        return str(found) if found is not None else None

    @override
    def set(self, entry: str, secret: str) -> None:
        from keyring.errors import KeyringError

        try:
            self._backend.set_password(SERVICE, entry, secret)
        except KeyringError as error:
            raise BranchError(store_key_missing()) from error


def safe_backend(backend: Any) -> Any:
    """Give a keyring backend that keeps a secret, the first such of a chain.

    Raises BranchError E-STORE-KEYRING for one that would keep it readable, or keeps nothing.
    """
    name = class_name(backend)
    for member in backend.backends if name == _CHAINER else [backend]:
        if class_name(member) in _SAFE_BACKENDS:
            return member
    raise BranchError(store_keyring_unsafe(name))


def class_name(backend: object) -> str:
    """Name a backend by its class, with its module."""
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"


class DrawerKeyring(Keyring):
    """A keyring in memory, for drills and for tests that need one and have no desktop."""

    name = "drawer"

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    @override
    def get(self, entry: str) -> str | None:
        return self._kept.get(entry)

    @override
    def set(self, entry: str, secret: str) -> None:
        self._kept[entry] = secret


def system_keyring() -> Keyring | None:
    """Give the system's keyring, or None where there is none that keeps a secret."""
    try:
        return SystemKeyring()
    except BranchError:
        return None


@dataclass(frozen=True)
class KeySlots:
    """The wrapped copies of one data key, as they lie in ``keys.json``."""

    store_id: str
    keyring: dict[str, str] | None = None
    passphrase: dict[str, str] | None = None
    escrow: dict[str, str] | None = None

    @classmethod
    def read(cls, path: Path) -> "KeySlots":
        """Read the slots of a store; raises BranchError E-STORE-KEYSLOTS if they are unreadable."""
        try:
            found = json.loads(path.read_text("utf-8"))
            slots = cls(found["store_id"], found["keyring"], found["passphrase"], found["escrow"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BranchError(store_key_missing()) from error
        if not isinstance(found["store_id"], str) or not all(
            _is_slot(found[name], fields) for name, fields in _FIELDS.items()
        ):
            raise BranchError(store_key_missing())
        return slots

    def write(self, path: Path) -> None:
        """Write the slots whole or not at all."""
        said = {
            "store_id": self.store_id,
            "keyring": self.keyring,
            "passphrase": self.passphrase,
            "escrow": self.escrow,
        }
        atomic_write(path, json.dumps(said, indent=1, sort_keys=True).encode())

    def with_keyring(self, key: bytes, keyring: Keyring) -> "KeySlots":
        """Add the keyring slot: the keyring keeps a wrapping key, the file the wrapped data key."""
        wrapping = secrets.token_bytes(32)
        entry = f"store-{self.store_id}"
        _ask(lambda: keyring.set(entry, wrapping.hex()))
        slot = {"backend": keyring.name, "entry": entry, **_wrap(wrapping, key, self.store_id)}
        return replace(self, keyring=slot)

    def with_passphrase(self, key: bytes, passphrase: str) -> "KeySlots":
        """Add the passphrase slot."""
        salt = secrets.token_bytes(SALT_BYTES)
        slot = {"salt": _b64(salt), **_wrap(stretch(passphrase, salt), key, self.store_id)}
        return replace(self, passphrase=slot)

    def with_escrow(self, key: bytes, head_office: bytes) -> "KeySlots":
        """Add the escrow slot, sealed to head office's X25519 public key (32 bytes)."""
        public = X25519PublicKey.from_public_bytes(head_office)
        sealed = _ESCROW.encrypt(key, public, info=self.store_id.encode())
        return replace(self, escrow={"to": _b64(head_office), "sealed": _b64(sealed)})

    def open_by_keyring(self, keyring: Keyring) -> bytes:
        """Give the data key by the keyring; raises BranchError E-STORE-KEYSLOTS where it cannot."""
        slot = self.keyring
        if slot is None:
            raise BranchError(store_key_missing())
        entry = slot["entry"]
        kept = _ask(lambda: keyring.get(entry))
        if kept is None:
            raise BranchError(store_key_missing())
        try:
            wrapping = bytes.fromhex(kept)
        except ValueError as error:
            raise BranchError(store_key_wrong(self.store_id)) from error
        return _unwrap(wrapping, slot, self.store_id)

    def open_by_passphrase(self, passphrase: str) -> bytes:
        """Give the data key by the passphrase; raises BranchError E-STORE-KEY if it is wrong."""
        if self.passphrase is None:
            raise BranchError(store_key_missing())
        salt = _unb64(self.passphrase["salt"], self.store_id)
        if len(salt) != SALT_BYTES:
            raise BranchError(store_key_wrong(self.store_id))
        return _unwrap(stretch(passphrase, salt), self.passphrase, self.store_id)

    def open_by_escrow(self, head_office: X25519PrivateKey) -> bytes:
        """Give the data key by head office's escrow key."""
        if self.escrow is None:
            raise BranchError(store_key_missing())
        sealed = _unb64(self.escrow["sealed"], self.store_id)
        try:
            return _ESCROW.decrypt(sealed, head_office, info=self.store_id.encode())
        except (InvalidTag, ValueError) as error:
            raise BranchError(store_key_wrong(self.store_id)) from error


_FIELDS = {
    "keyring": {"backend", "entry", "nonce", "wrapped"},
    "passphrase": {"salt", "nonce", "wrapped"},
    "escrow": {"to", "sealed"},
}


def _is_slot(slot: Any, fields: set[str]) -> bool:
    """Say whether a slot is empty, or has its fields and all of them are texts."""
    if slot is None:
        return True
    return (
        isinstance(slot, dict)
        and set(slot) == fields
        and all(isinstance(value, str) for value in slot.values())
    )


def new_slots() -> tuple[KeySlots, bytes]:
    """Make a data key of 32 random bytes and an empty set of slots for it."""
    return KeySlots(secrets.token_hex(8)), os.urandom(32)


def stretch(passphrase: str, salt: bytes) -> bytes:
    """Turn a passphrase into 32 key bytes: argon2id, 64 MiB, 3 passes, 4 lanes (RFC 9106)."""
    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=3,
        memory_cost=64 * 1024,
        parallelism=4,
        hash_len=32,
        type=Type.ID,
    )


def _ask(question: Callable[[], R]) -> R:
    lane = Lane("keyring")
    answer = lane.post(question)
    try:
        found = answer.result(timeout=KEYRING_SECONDS)
    except TimeoutError as error:
        raise BranchError(store_key_missing()) from error
    lane.close()
    return found


def _wrap(wrapping: bytes, key: bytes, store_id: str) -> dict[str, str]:
    nonce = secrets.token_bytes(12)
    return {
        "nonce": _b64(nonce),
        "wrapped": _b64(AESGCM(wrapping).encrypt(nonce, key, store_id.encode())),
    }


def _unwrap(wrapping: bytes, slot: dict[str, str], store_id: str) -> bytes:
    try:
        return AESGCM(wrapping).decrypt(
            _unb64(slot["nonce"], store_id),
            _unb64(slot["wrapped"], store_id),
            store_id.encode(),
        )
    except (InvalidTag, ValueError) as error:
        raise BranchError(store_key_wrong(store_id)) from error


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _unb64(text: str, store_id: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BranchError(store_key_wrong(store_id)) from error
