"""Head office's log of audit heads as it travels: signed tree heads and proofs, checked offline.

Every signed head of an audit chain becomes a leaf of one Merkle log (RFC 6962, sync.wire.merkle).
Head office signs how long the log is and its root; who keeps a tree head can have it proved later
that nothing before it was changed, and that a chain's head stands in it.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.wire.merkle import consistent, included, leaf_hash
from sync.wire.messages import Code, Count, Message, Micros, Sha
from sync.wire.receipts import sha256
from sync.wire.signature import public_key_of

PURPOSE = "sealdesk tree head 1"
LEAF = "sealdesk audit log leaf 1"


class TreeHead(Message, frozen=True):
    """What head office signs: the log's length, its root, when; the signature in base64."""

    size: Count
    root: Sha
    at: Micros
    key_id: Code
    signature: str


class LogLeaf(Message, frozen=True):
    """A chain's head as the log holds it, with the workstation's signature in hex."""

    device: str
    chain: Code
    n: Count
    hash: Sha
    signature: str


class LogProof(Message, frozen=True):
    """A leaf, its place, and the way from it to the root of a tree head."""

    leaf: LogLeaf
    place: Count
    path: list[Sha]
    head: TreeHead


class LogConsistency(Message, frozen=True):
    """The way from the log's first ``first`` leaves to a tree head."""

    first: Count
    path: list[Sha]
    head: TreeHead


def leaf_bytes(leaf: LogLeaf) -> bytes:
    """Give the exact bytes that are hashed into the log."""
    lines = (LEAF, leaf.device, leaf.chain, str(leaf.n), leaf.hash, leaf.signature)
    return "\n".join(lines).encode()


def head_bytes(size: int, root: str, at: int) -> bytes:
    """Give the exact bytes a tree head's signature covers."""
    return f"{PURPOSE}\n{size}\n{root}\n{at}".encode()


def head_holds(head: TreeHead, keys: dict[str, Ed25519PublicKey]) -> bool:
    """Check head office's signature over a tree head; ``keys`` by their id."""
    key = keys.get(head.key_id)
    if key is None:
        return False
    try:
        signature = base64.b64decode(head.signature, validate=True)
        key.verify(signature, head_bytes(head.size, head.root, head.at))
    except (InvalidSignature, ValueError):
        return False
    return True


def proof_holds(proof: LogProof, keys: dict[str, Ed25519PublicKey]) -> bool:
    """Check that a chain's head stands in the log, by the proof and head office's key alone."""
    return head_holds(proof.head, keys) and included(
        leaf_hash(leaf_bytes(proof.leaf)),
        proof.place,
        proof.head.size,
        [bytes.fromhex(step) for step in proof.path],
        bytes.fromhex(proof.head.root),
    )


def grew_from(before: TreeHead, answer: LogConsistency, keys: dict[str, Ed25519PublicKey]) -> bool:
    """Check that the log only grew since a tree head that was kept."""
    return (
        head_holds(before, keys)
        and head_holds(answer.head, keys)
        and answer.first == before.size
        and consistent(
            before.size,
            bytes.fromhex(before.root),
            answer.head.size,
            bytes.fromhex(answer.head.root),
            [bytes.fromhex(step) for step in answer.path],
        )
    )


class KeptProof(Message, frozen=True):
    """A proof as it is kept in a file; the key is told beside it, but is to be known otherwise."""

    proof: LogProof
    key: str


def key_of(public: str) -> dict[str, Ed25519PublicKey]:
    """Read head office's public key from base64; gives it by its id, as proofs name it.

    Raises WireError BAD_SIGNATURE for anything that is no key.
    """
    key = public_key_of("ed25519", public)
    assert isinstance(key, Ed25519PublicKey)
    return {sha256(key.public_bytes_raw())[:16]: key}
