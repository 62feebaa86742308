"""The bundle that ships with the program, so that a fresh installation can price without a hub.

Its root is pinned here: swapping the whole folder for one signed by somebody else is refused as
well. Why, and at what price: docs/decisions/0001-shipped-packs.md.
"""

import hashlib

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.packs import bundle_root_wrong
from app.packs.resources import resource_bytes, resource_path
from app.packs.trust import PackStore

SHIPPED_ROOT_SHA256 = "dc2ecfe8c01022e8697207382600a643b253ce9ccc5877af85dc5d876c32caef"


def shipped_root() -> bytes:
    """Read the root the program was built with; raises BranchError E-PACK-ROOT for another."""
    root = resource_bytes("packs/metadata/1.root.json")
    if hashlib.sha256(root).hexdigest() != SHIPPED_ROOT_SHA256:
        raise BranchError(bundle_root_wrong())
    return root


def shipped_packs(clock: Clock) -> PackStore:
    """Open the shipped packs, read-only: nobody refreshes this folder."""
    return PackStore(resource_path("packs"), shipped_root(), clock)
