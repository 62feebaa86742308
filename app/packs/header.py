"""The head of every pack: what it is, its version, its filing, and the days it serves.

A pack is one JSON object. Its first key is ``header``; what else it holds depends on its kind.
Dates are ISO days of Asia/Shanghai, both included.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.packs import (
    pack_filing_missing,
    pack_header_unreadable,
    pack_kind_wrong,
    pack_validity_wrong,
    pack_version_wrong,
)

KINDS = ("tariff", "rules", "forms", "divisions")
"""The kinds of pack; each has a role of the same name that signs it."""
LATER_KINDS = frozenset({"forms", "divisions"})
"""Kinds that bundles signed before them have no role for; such a bundle holds none of them."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_KEYS = {"kind", "id", "version", "filing_no", "valid_from", "valid_to"}


@dataclass(frozen=True, slots=True)
class PackOrigin:
    """Where the values of a pack come from: enough to prove it years later."""

    kind: str
    id: str
    version: int
    sha256: str
    """SHA-256 of the signed bytes, in hex."""
    signed_by: str
    """The role whose keys signed it."""
    filing_no: str
    valid_from: date
    valid_to: date

    def serves(self, day: date) -> bool:
        """Say whether the pack is meant for this day."""
        return self.valid_from <= day <= self.valid_to


def pack_path(kind: str, pack_id: str) -> str:
    """Name the target that carries a pack."""
    return f"{kind}/{pack_id}.json"


def read_pack(target: bytes, path: str, signed_by: str) -> tuple[PackOrigin, Mapping[str, Any]]:
    """Read the head of a pack and hand out the rest of its content.

    ``path`` is the name under which it was signed: kind and id must agree with it. Raises
    BranchError E-PACK-HEADER, -KIND, -VERSION, -FILING or -VALIDITY.
    """
    content = _json_object(target, path)
    header = content.get("header")
    if not isinstance(header, dict) or set(header) - _KEYS:
        raise BranchError(pack_header_unreadable(path))
    kind, pack_id = header.get("kind"), header.get("id")
    if kind not in KINDS or kind != signed_by or not _is_id(pack_id):
        raise BranchError(pack_kind_wrong(path))
    if path != pack_path(str(kind), str(pack_id)):
        raise BranchError(pack_kind_wrong(path))
    valid_from, valid_to = _validity(header, path)
    origin = PackOrigin(
        kind=str(kind),
        id=str(pack_id),
        version=_version(header, path),
        sha256=hashlib.sha256(target).hexdigest(),
        signed_by=signed_by,
        filing_no=_filing(header, path),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return origin, {key: value for key, value in content.items() if key != "header"}


def _json_object(target: bytes, path: str) -> dict[str, Any]:
    """Read JSON strictly: an object, no key twice, no float."""
    try:
        content = json.loads(target, object_pairs_hook=_no_key_twice, parse_float=_no_float)
    except (ValueError, RecursionError) as wrong:
        raise BranchError(pack_header_unreadable(path)) from wrong
    if not isinstance(content, dict):
        raise BranchError(pack_header_unreadable(path))
    return content


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice")
    return content


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} must be decimal text in quotes: a float would round it")


def _is_id(pack_id: object) -> bool:
    return isinstance(pack_id, str) and _ID.fullmatch(pack_id) is not None


def _version(header: Mapping[str, Any], path: str) -> int:
    version = header.get("version")
    if type(version) is not int or version < 1:
        raise BranchError(pack_version_wrong(path))
    return version


def _filing(header: Mapping[str, Any], path: str) -> str:
    filing = header.get("filing_no")
    if not isinstance(filing, str) or not filing.strip():
        raise BranchError(pack_filing_missing(path))
    return filing


def _validity(header: Mapping[str, Any], path: str) -> tuple[date, date]:
    try:
        first = date.fromisoformat(header["valid_from"])
        last = date.fromisoformat(header["valid_to"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise BranchError(pack_validity_wrong(path)) from wrong
    if last < first:
        raise BranchError(pack_validity_wrong(path))
    return first, last
