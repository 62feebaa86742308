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

_ESCROW = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SAFE_BACKENDS = ("SecretService", "libsecret", "kwallet", "Windows", "macOS")


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

        self._backend: Any = keyring.get_keyring()
        kind = type(self._backend)
        self.name = f"{kind.__module__}.{kind.__qualname__}"
        if not any(mark in self.name for mark in _SAFE_BACKENDS):
            raise BranchError(store_keyring_unsafe(self.name))

    @override
    def get(self, entry: str) -> str | None:
        found = self._backend.get_password(SERVICE, entry)
        return str(found) if found is not None else None

    @override
    def set(self, entry: str, secret: str) -> None:
        self._backend.set_password(SERVICE, entry, secret)


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
            return cls(found["store_id"], found["keyring"], found["passphrase"], found["escrow"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BranchError(store_key_missing()) from error

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
        salt = secrets.token_bytes(16)
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
        return _unwrap(bytes.fromhex(kept), slot, self.store_id)

    def open_by_passphrase(self, passphrase: str) -> bytes:
        """Give the data key by the passphrase; raises BranchError E-STORE-KEY if it is wrong."""
        if self.passphrase is None:
            raise BranchError(store_key_missing())
        salt = base64.b64decode(self.passphrase["salt"])
        return _unwrap(stretch(passphrase, salt), self.passphrase, self.store_id)

    def open_by_escrow(self, head_office: X25519PrivateKey) -> bytes:
        """Give the data key by head office's escrow key."""
        if self.escrow is None:
            raise BranchError(store_key_missing())
        sealed = base64.b64decode(self.escrow["sealed"])
        try:
            return _ESCROW.decrypt(sealed, head_office, info=self.store_id.encode())
        except (InvalidTag, ValueError) as error:
            raise BranchError(store_key_wrong(self.store_id)) from error


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
        return answer.result(timeout=KEYRING_SECONDS)
    except TimeoutError as error:
        raise BranchError(store_key_missing()) from error


def _wrap(wrapping: bytes, key: bytes, store_id: str) -> dict[str, str]:
    nonce = secrets.token_bytes(12)
    return {
        "nonce": _b64(nonce),
        "wrapped": _b64(AESGCM(wrapping).encrypt(nonce, key, store_id.encode())),
    }


def _unwrap(wrapping: bytes, slot: dict[str, str], store_id: str) -> bytes:
    try:
        return AESGCM(wrapping).decrypt(
            base64.b64decode(slot["nonce"]),
            base64.b64decode(slot["wrapped"]),
            store_id.encode(),
        )
    except InvalidTag as error:
        raise BranchError(store_key_wrong(store_id)) from error


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
