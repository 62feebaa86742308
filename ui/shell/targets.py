"""What one page may ask another to open besides a record's id."""

from dataclasses import dataclass
from uuid import UUID

from app.reports.rules.declared import Asked


@dataclass(frozen=True)
class NewQuoteFor:
    """Begin a quote for this customer."""

    customer_id: UUID
    name: str


@dataclass(frozen=True)
class ShowReport:
    """Run a report as it is asked for here, with one of its figures in the picture."""

    asked: Asked
    measure: str


@dataclass(frozen=True)
class MendRefused:
    """Open the import of customers at the rows that were refused; ``letter`` names one."""

    letter: UUID


@dataclass(frozen=True)
class FilesOf:
    """Open a contract at its files."""

    contract_id: UUID
