"""Merging an edit into what head office has: three-way, field by field (sync.md 6.5). Pure.

A field is taken where the hub's value is still the one the branch started from (``old``), or is
already the new one. Otherwise the hub's value stays and the other one is told as a conflict. Fields
of one group are taken or left together: a group is also left where another workstation changed a
field of it that this edit does not name.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sync.wire.faults import WireError, WireFault

Groups = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Merged:
    """What became of an edit: the row now, the fields taken, the fields left with hub's values."""

    body: dict[str, Any]
    taken: tuple[str, ...]
    left: dict[str, Any]


def merge_fields(
    hub: Mapping[str, Any], patch: Mapping[str, Any], groups: Groups, others: AbstractSet[str]
) -> Merged:
    """Merge ``{field: [old, new]}`` into a row.

    ``others``: the fields that other workstations changed since the edit's base version. Raises
    WireError WRONG_SHAPE where the patch is not made of pairs.
    """
    edits = {name: _pair(name, value) for name, value in patch.items()}
    clashing = {name for name, (old, new) in edits.items() if not _fits(hub.get(name), old, new)}
    left = clashing | _left_with_their_group(clashing, edits.keys(), groups, others)
    taken = tuple(name for name in edits if name not in left)
    body = dict(hub) | {name: edits[name][1] for name in taken}
    return Merged(body, taken, {name: hub.get(name) for name in sorted(left)})


def _pair(name: str, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise WireError(WireFault.WRONG_SHAPE, f"{name} is not [old, new]")
    return value[0], value[1]


def _fits(hub: Any, old: Any, new: Any) -> bool:
    return bool(_same(hub, old) or _same(hub, new))


def _same(one: Any, other: Any) -> bool:
    """Compare as JSON does: true is not 1."""
    return type(one) is type(other) and bool(one == other)


def _left_with_their_group(
    clashing: AbstractSet[str], edits: AbstractSet[str], groups: Groups, others: AbstractSet[str]
) -> set[str]:
    return {
        name
        for group in groups
        if (clashing | (others - edits)) & set(group)
        for name in group
        if name in edits
    }
