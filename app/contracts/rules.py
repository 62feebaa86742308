"""The life of a contract and its number.

::

    drafted --customer signed--> signed --all impressions done--> sealed --photo checked--> archived

Nothing leads back; a changed contract is a new version under a new number. Each step adds one link
to the chain of app.documents.archive, so none can be left out or put in later.
"""

DRAFTED, SIGNED, SEALED, ARCHIVED = "drafted", "signed", "sealed", "archived"


def series_of(product: str, office_code: str, year: int) -> str:
    """Name the series of contract numbers of an office and a year: ``C-GPA1-790115-2026``."""
    return f"C-{product}-{office_code}-{year}"
