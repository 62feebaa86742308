"""Where the revisions of the tables lie, and which is the newest: read from their names alone."""

from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations"
"""The store's histories, a folder each."""


def newest_in(folder: Path) -> str:
    """Name the last of the revisions that lie in ``versions`` below a folder.

    They are counted in their names, so that Alembic need not read them to know.
    """
    return max(path.stem for path in (folder / "versions").glob("*_[0-9][0-9][0-9][0-9].py"))
