"""The bundle that ships with the program, so that a fresh installation can price without a hub.

Its root is pinned here: swapping the whole folder for one signed by somebody else is refused as
well. Why, and at what price: docs/decisions/0001-shipped-packs.md.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.packs import bundle_root_wrong
from app.packs.resources import resource_bytes, resource_path
from app.packs.sources import FolderSource
from app.packs.trust import PackStore

SHIPPED_ROOT_SHA256 = "42c266cd532c6d518383649a5355a82934e325fba34d4d05983aebca3df7c1a5"
FORMER_ROOTS = frozenset(
    {
        "97b6c13475832427f87650948452f994e18150b8e6256895dfbf9ee402554a0f",
        "5be264c90fca65660c6a173667ce17f1d625b08a97a47e9237626303f35a4365",
        "dc2ecfe8c01022e8697207382600a643b253ce9ccc5877af85dc5d876c32caef",
        "01a6d3f20f24219b6b9d517ca997848b3a65daade062ed01c42b751a77769700",
    }
)
"""Roots of the bundles earlier programs shipped. Their keys are thrown away, so that under each
stands one bundle and no other: whoever holds it may have this program's instead."""
_ROOT = "metadata/1.root.json"


def is_former(root: bytes | None) -> bool:
    """Say whether a root is that of a bundle an earlier program shipped."""
    return root is not None and hashlib.sha256(root).hexdigest() in FORMER_ROOTS


def offers_former(files: Mapping[str, bytes]) -> bool:
    """Say whether a bundle by its files is one that an earlier program shipped."""
    return is_former(files.get(_ROOT))


def held_packs(folder: Path, clock: Clock) -> PackStore:
    """Open the packs a workstation holds.

    The bundle of an earlier program gives way to this program's: it was signed by us, it holds the
    same and more, and nobody can have signed another one under its root. Raises BranchError as
    `PackStore`.
    """
    packs = PackStore(folder, shipped_root(), clock, given_up=FORMER_ROOTS)
    if not packs.version:
        packs.refresh(FolderSource(resource_path("packs")))
    return packs


def shipped_root() -> bytes:
    """Read the root the program was built with; raises BranchError E-PACK-ROOT for another."""
    root = resource_bytes("packs/metadata/1.root.json")
    if hashlib.sha256(root).hexdigest() != SHIPPED_ROOT_SHA256:
        raise BranchError(bundle_root_wrong())
    return root


def shipped_packs(clock: Clock) -> PackStore:
    """Open the shipped packs, read-only: nobody refreshes this folder."""
    return PackStore(resource_path("packs"), shipped_root(), clock)
