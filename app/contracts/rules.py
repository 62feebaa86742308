"""The life of a contract and its number.

::

    drafted --customer signed--> signed --all impressions done--> sealed --photo checked--> archived

Nothing leads back; a changed contract is a new version under a new number. Each step adds one link
to the chain of app.documents.archive, so none can be left out or put in later.
"""

from app.customers.rules.document_no import read_document_no

DRAFTED, SIGNED, SEALED, ARCHIVED = "drafted", "signed", "sealed", "archived"


def series_of(product: str, office_code: str, year: int) -> str:
    """Name the series of contract numbers of an office and a year: ``C-GPA1-790115-2026``."""
    return f"C-{product}-{office_code}-{year}"


def number_fits(number: str, series: str, serial: int, office: str) -> bool:
    """Say whether a contract number is the one its series, its serial and its office give.

    ``office`` is the dotted path; the number carries its last part.
    """
    parts = read_document_no(number)
    return (
        parts is not None
        and parts.kind == "C"
        and parts.serial == serial
        and parts.office == office.rsplit(".", 1)[-1]
        and series_of(parts.product, parts.office, parts.year) == series
    )
