"""The names of python-tuf and securesystemslib that this room uses, from where they are documented.

Both document these names in these modules without marking them as exported, which strict typing
asks for; so the exception stands here once.
"""

from typing import TypeVar

from securesystemslib.signer import CryptoSigner, Key  # type: ignore[attr-defined]
from tuf.api.exceptions import LengthOrHashMismatchError, UnsignedMetadataError
from tuf.api.metadata import (  # type: ignore[attr-defined]
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

Signed = Root | Timestamp | Snapshot | Targets
"""What a file of metadata can hold."""

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)

__all__ = [
    "CryptoSigner",
    "DelegatedRole",
    "Delegations",
    "DeserializationError",
    "JSONSerializer",
    "Key",
    "LengthOrHashMismatchError",
    "MetaFile",
    "Metadata",
    "Root",
    "S",
    "Signed",
    "Snapshot",
    "TargetFile",
    "Targets",
    "Timestamp",
    "UnsignedMetadataError",
]
