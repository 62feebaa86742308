"""The Merkle tree of RFC 6962 section 2.1: its hashes, its proofs, and how they are checked.

A leaf is hashed with 0x00 before it, a node with 0x01, so that neither can pass for the other.
What makes a proof follows the recursive definitions of RFC 6962; what checks one follows the
algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2, which know nothing of the tree.
"""

import hashlib
from collections.abc import Callable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""
Node = Callable[[int, int], bytes]
"""Gives the hash of a full subtree: ``(level, place)`` spans the leaves from place * 2^level on."""


def leaf_hash(content: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(size: int, node: Node) -> bytes:
    """Give the root of the first ``size`` leaves."""
    return _span(0, size, node) if size else EMPTY


def inclusion_path(place: int, size: int, node: Node) -> list[bytes]:
    """Prove that a leaf is in the tree of ``size`` leaves; raises IndexError where it is not."""
    if not 0 <= place < size:
        raise IndexError(place)
    return _path(place, 0, size, node)


def consistency_path(first: int, size: int, node: Node) -> list[bytes]:
    """Prove that the tree of ``first`` leaves is how the one of ``size`` began.

    Raises IndexError where it cannot be, and for an empty beginning, which needs no proof.
    """
    if not 0 < first <= size:
        raise IndexError(first)
    return _subproof(first, 0, size, node, whole=True)


def included(
    content_hash: bytes, place: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Check that a leaf's hash stands at its place of the tree with this root."""
    if not 0 <= place < size:
        return False
    at, last, so_far = place, size - 1, content_hash
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            so_far = node_hash(step, so_far)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            so_far = node_hash(so_far, step)
        at, last = at >> 1, last >> 1
    return last == 0 and so_far == root


def consistent(
    first: int, first_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> bool:
    """Check that one tree is how the other began: nothing before was changed or left out."""
    if first == size:
        return not path and first_root == root
    if first == 0:
        return not path and first_root == EMPTY
    if not 0 < first < size or not path:
        return False
    steps = list(path) if first & (first - 1) else [first_root, *path]
    at, last = first - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == root


def grown(place: int, content_hash: bytes, node: Node) -> list[tuple[int, int, bytes]]:
    """Give the full subtrees that a new leaf at the end completes, itself the first."""
    level, whole = 0, [(0, place, content_hash)]
    while place & 1:
        content_hash = node_hash(node(level, place - 1), content_hash)
        level, place = level + 1, place >> 1
        whole.append((level, place, content_hash))
    return whole


def _span(start: int, end: int, node: Node) -> bytes:
    """Hash the leaves from start to end; every span of the definitions begins at a subtree's."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _left(size)
    return node_hash(_span(start, middle, node), _span(middle, end, node))


def _path(place: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _left(end - start)
    if place < middle:
        return [*_path(place, start, middle, node), _span(middle, end, node)]
    return [*_path(place, middle, end, node), _span(start, middle, node)]


def _subproof(first: int, start: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [_span(start, end, node)]
    middle = start + _left(end - start)
    if first <= middle:
        return [
            *_subproof(first, start, middle, node, whole=whole),
            _span(middle, end, node),
        ]
    return [*_subproof(first, middle, end, node, whole=False), _span(start, middle, node)]


def _left(size: int) -> int:
    """Give how many leaves stand left: the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
