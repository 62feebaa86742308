"""The manifest of a kept day: every file's SHA-256, signed as the bytes lie there.

``manifest.json`` is one JSON object, ``{"manifest": {…}, "signature": "…"}``. The signature
(Ed25519, 128 small hexadecimal digits) covers every byte before its own line; that line has one
spelling. So every byte of the file is either signed or fixed, and nothing is spelled again before
it is checked.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MANIFEST = "manifest.json"
FORM = "sealdesk-kept-day/1"
_LAST_LINE = re.compile(rb',\n "signature": "([0-9a-f]{128})"\n\}\n')
_LAST_LINE_LENGTH = len(',\n "signature": ""\n}\n') + 128
_SHA = re.compile(r"[0-9a-f]{64}")


class NotAManifest(ValueError):  # noqa: N818 - it names what was seen
    """The bytes are no manifest of this form, or the key did not sign them."""


@dataclass(frozen=True)
class Manifest:
    """What a kept day says it holds: path below the folder to SHA-256 (hex)."""

    run: str
    contract: str
    device: str
    files: Mapping[str, str]


def manifest_bytes(manifest: Manifest, sign: Callable[[bytes], bytes]) -> bytes:
    """Spell a manifest and sign it."""
    said = {
        "form": FORM,
        "run": manifest.run,
        "contract": manifest.contract,
        "device": manifest.device,
        "files": dict(sorted(manifest.files.items())),
    }
    inner = json.dumps(said, ensure_ascii=False, indent=1)
    signed = f'{{\n "manifest": {inner}'.encode()
    return signed + f',\n "signature": "{sign(signed).hex()}"\n}}\n'.encode()


def open_manifest(octets: bytes, key: bytes) -> Manifest:
    """Check the signature by a raw Ed25519 key and read the manifest; raises NotAManifest."""
    signed, last = octets[:-_LAST_LINE_LENGTH], octets[-_LAST_LINE_LENGTH:]
    match = _LAST_LINE.fullmatch(last)
    if match is None:
        raise NotAManifest("its last line is no signature")
    try:
        public = Ed25519PublicKey.from_public_bytes(key)
        public.verify(bytes.fromhex(match[1].decode("ascii")), signed)
    except (InvalidSignature, ValueError) as error:
        raise NotAManifest("the signature does not hold") from error
    return read_manifest(octets)


def read_manifest(octets: bytes) -> Manifest:
    """Read what a manifest says without believing it; raises NotAManifest."""
    try:
        said = json.loads(octets)["manifest"]
        if said["form"] != FORM:
            raise NotAManifest("another form")
        files = {str(path): str(sha256) for path, sha256 in said["files"].items()}
        manifest = Manifest(str(said["run"]), str(said["contract"]), str(said["device"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAManifest("not readable") from error
    if not all(_SHA.fullmatch(sha256) for sha256 in manifest.files.values()):
        raise NotAManifest("a hash is none")
    return manifest


def listing(folder: Path) -> dict[str, str]:
    """Hash every file below a folder but the manifest; a link is listed as what it says it is."""
    return {path.relative_to(folder).as_posix(): _hash(path) for path in _below(folder)}


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path == folder / MANIFEST or (path.is_dir() and not path.is_symlink()):
            continue
        yield path


def _hash(path: Path) -> str:
    """Hash a plain file; what is none (a link, a pipe) gets words that are no hash."""
    if path.is_symlink() or not path.is_file():
        return "not a plain file"
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "not readable"
