"""Head office's signed leave for a branch to decide levels with no line, as a rules pack.

One pack per office, its id ``delegation-<office code>``; it serves the days of its header, both
included.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading

PREFIX = "delegation-"


@dataclass(frozen=True, slots=True)
class DelegationPack:
    """Which office may decide which levels; ``origin`` carries the days it serves."""

    origin: PackOrigin
    scope: str
    levels: tuple[int, ...]


def read_delegation(origin: PackOrigin, content: Mapping[str, Any]) -> DelegationPack:
    """Read a delegation; raises BranchError E-PACK-CONTENT."""
    reading = Reading(content, pack_path(origin.kind, origin.id))
    reading.only("scope", "levels")
    levels = tuple(item.whole(1) for item in reading.at("levels").items())
    if not levels or max(levels) > 2:
        raise reading.wrong("levels")
    return DelegationPack(origin, reading.at("scope").text(), levels)
