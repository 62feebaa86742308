"""The vault: files kept by what they are, encrypted, whole or not at all.

A file is asked for by its SHA-256. On disk its name is HMAC-SHA-256 of that hash under a key
derived from the data key, so a folder listing does not even say whether a known file is there.
Its bytes are AES-256-GCM in chunks under a key of its own (HKDF-SHA-256, RFC 5869, over a random
salt).

Layout of a file: ``b"SDV1"``, salt 16, then chunks of at most 64 KiB ciphertext + tag 16. The
nonce of chunk n is n in 12 bytes; the additional data are the header and whether the chunk is the
last, so no chunk can be dropped, swapped or cut off. The plain bytes begin with the SHA-256 (32),
the length of the extension (1) and the extension.

Writing: a temporary file in the same folder, flush, fsync, rename, fsync of the folder. What
stops in between leaves a ``*.part`` that no read ever looks at.
"""

import errno
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from app.kit.errors.base import BranchError
from app.kit.errors.documents import (
    vault_file_damaged,
    vault_file_missing,
    vault_full,
    vault_not_writable,
)

MAGIC = b"SDV1"
CHUNK = 64 * 1024
_SALT = 16
_TAG = 16
_HEAD = len(MAGIC) + _SALT
_SHA = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"[a-z0-9]{1,10}")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class StoredFile:
    """A file of the vault: its SHA-256, the extension it was stored with, its size in bytes."""

    sha256: str
    extension: str
    size: int


class Vault:
    """Keeps files under their SHA-256. Which record a file belongs to is the caller's to know."""

    def __init__(self, folder: Path, data_key: bytes) -> None:
        """Open (and make) the folder; the data key is the desk's 256-bit key."""
        if len(data_key) != 32:
            raise ValueError("the data key has 32 bytes")
        self._folder = folder
        self._file_key = _derived(data_key, b"sealdesk vault files", b"")
        self._name_key = _derived(data_key, b"sealdesk vault names", b"")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, content: bytes, extension: str = "bin") -> str:
        """Store bytes and give their SHA-256; the same bytes twice are one file.

        When it returns, the file is on the disk. Raises BranchError E-VAULT-FULL or E-VAULT-DISK
        and then nothing half is there; ValueError for an extension that is not short and plain.
        """
        if _EXTENSION.fullmatch(extension) is None:
            raise ValueError("an extension is one to ten small letters or digits")
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if self._holds(path, sha256):
            self._settle(path.parent)
        else:
            self._write(path, self._sealed(sha256, extension, content))
        return sha256

    def get(self, sha256: str) -> bytes:
        """Give the bytes of a file, verified.

        Raises BranchError E-VAULT-MISSING, or E-VAULT-DAMAGED when a bit of it differs.
        """
        return self._open(sha256)[1]

    def facts(self, sha256: str) -> StoredFile:
        """Say what is stored under a hash; raises as ``get`` does."""
        extension, content = self._open(sha256)
        return StoredFile(sha256, extension, len(content))

    def has(self, sha256: str) -> bool:
        """Say whether a file is there, without reading it."""
        return self._path(sha256).is_file()

    def files(self) -> Iterator[StoredFile]:
        """Read and verify every file, in no particular order; raises at the first damaged one."""
        for path in sorted(self._folder.glob("??/*.sealed")):
            sha256, extension, content = self._unsealed(path, path.stem[:16])
            if self._path(sha256) != path:
                raise BranchError(vault_file_damaged(path.stem))
            yield StoredFile(sha256, extension, len(content))

    def export(self, sha256: str, folder: Path) -> Path:
        """Write a file in the clear as ``<sha256>.<extension>``, whole or not at all."""
        extension, content = self._open(sha256)
        target = folder / f"{sha256}.{extension}"
        folder.mkdir(parents=True, exist_ok=True)
        self._write(target, content)
        return target

    def sweep(self) -> int:
        """Remove what interrupted writes left; give how many. Call it when the desk opens."""
        left = list(self._folder.glob("??/*.part"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, sha256: str) -> Path:
        if _SHA.fullmatch(sha256) is None:
            raise ValueError("a SHA-256 is 64 small hexadecimal digits")
        name = hmac.new(self._name_key, bytes.fromhex(sha256), "sha256").hexdigest()
        return self._folder / name[:2] / f"{name}.sealed"

    def _holds(self, path: Path, sha256: str) -> bool:
        """Say whether the file is there and whole; a damaged one is written anew."""
        if not path.is_file():
            return False
        try:
            return self._unsealed(path, sha256)[0] == sha256
        except BranchError:
            return False

    def _open(self, sha256: str) -> tuple[str, bytes]:
        path = self._path(sha256)
        found, extension, content = self._unsealed(path, sha256)
        if found != sha256:
            raise BranchError(vault_file_damaged(sha256))
        return extension, content

    def _sealed(self, sha256: str, extension: str, content: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        head = MAGIC + secrets.token_bytes(_SALT)
        cipher = AESGCM(_derived(self._file_key, b"file", head))
        plain = bytes.fromhex(sha256) + bytes([len(extension)]) + extension.encode() + content
        starts = range(0, len(plain), CHUNK)
        sealed = [
            cipher.encrypt(_nonce(n), plain[at : at + CHUNK], _bound(head, n == len(starts) - 1))
            for n, at in enumerate(starts)
        ]
        return head + b"".join(sealed)

    def _unsealed(self, path: Path, shown: str) -> tuple[str, str, bytes]:
        """Decrypt a file into its SHA-256, extension and bytes, all of it checked."""
        try:
            raw = path.read_bytes()
        except FileNotFoundError as error:
            raise BranchError(vault_file_missing(shown)) from error
        except OSError as error:
            raise BranchError(vault_file_damaged(shown)) from error
        plain = self._plain(raw)
        if plain is None:
            raise BranchError(vault_file_damaged(shown))
        cut = 33 + plain[32]
        sha256, content = plain[:32].hex(), plain[cut:]
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BranchError(vault_file_damaged(shown))
        return sha256, plain[33:cut].decode("ascii"), content

    def _plain(self, raw: bytes) -> bytes | None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        head, body = raw[:_HEAD], raw[_HEAD:]
        if not head.startswith(MAGIC) or len(body) <= _TAG:
            return None
        cipher = AESGCM(_derived(self._file_key, b"file", head))
        starts = range(0, len(body), CHUNK + _TAG)
        try:
            return b"".join(
                cipher.decrypt(
                    _nonce(n), body[at : at + CHUNK + _TAG], _bound(head, n == len(starts) - 1)
                )
                for n, at in enumerate(starts)
            )
        except (InvalidTag, ValueError):
            return None

    def _settle(self, folder: Path) -> None:
        """Make sure that a file found in place also stays there: its rename may be young."""
        try:
            _sync_folder(folder)
        except OSError as error:
            _refuse(error)

    def _write(self, path: Path, content: bytes) -> None:
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            _make_folder(path.parent)
            _write_through(part, content)
            part.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            _forget(part)
            _refuse(error)


def _derived(key: bytes, use: bytes, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt or None, info=use).derive(key)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(head: bytes, last: bool) -> bytes:
    return head + (b"\x01" if last else b"\x00")


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(exist_ok=True, mode=0o700)
        _sync_folder(folder.parent)


def _write_through(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it; readable by its owner only."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        rest = memoryview(content)
        while rest:
            rest = rest[file.write(rest) or 0 :]
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a rename last; Windows has no such call and orders renames itself (NTFS journal)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget(part: Path) -> None:
    """Remove a half file; where even that fails, sweep() does it at the next start."""
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def _refuse(error: OSError) -> NoReturn:
    if error.errno in _NO_ROOM:
        raise BranchError(vault_full()) from error
    raise BranchError(vault_not_writable(error.strerror or type(error).__name__)) from error
