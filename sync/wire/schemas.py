"""The shapes of messages as JSON Schema (2020-12), for documents made of them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.wire.body import encode


def schemas_of(kinds: Sequence[type], ref: str) -> dict[str, Any]:
    """Give the schemas of message types and of all they name; ``ref`` has a ``{name}``."""
    _, found = msgspec.json.schema_components(kinds, ref_template=ref)
    return found


def readable(said: object) -> bytes:
    """Write plain values or a message as JSON for a person: sorted keys, one value a line."""
    return msgspec.json.format(encode(said), indent=1)
