"""What one page may ask another to open besides a record's id."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class NewQuoteFor:
    """Begin a quote for this customer."""

    customer_id: UUID
    name: str


@dataclass(frozen=True)
class FilesOf:
    """Open a contract at its files."""

    contract_id: UUID
