"""The product handbook of head office, as far as forms quote it: places by name, in every language.

A handbook travels as a pack of kind ``forms`` whose id begins with ``handbook.``, for instance
``handbook.GPA1``; a field's hint names a place of it, so that the handbook is mended in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kit.words import Text
from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading

HANDBOOK = "handbook."


@dataclass(frozen=True)
class Handbook:
    """What a handbook says, by place."""

    origin: PackOrigin
    places: Mapping[str, Text]


def read_handbook(origin: PackOrigin, content: Mapping[str, Any]) -> Handbook:
    """Read a handbook; raises BranchError E-PACK-CONTENT."""
    reading = Reading(content, pack_path(origin.kind, origin.id))
    reading.only("places")
    places = reading.at("places")
    return Handbook(origin, {key: places.at(key).words() for key in places.keys()})  # noqa: SIM118
