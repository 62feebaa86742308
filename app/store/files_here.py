"""What this desk knows of the files in its vault."""

from datetime import datetime

from app.store.desk_tables import BlobLocal
from app.store.session import Session


def line_up(
    session: Session, sha256: str, *, size: int, mime: str, name: str, scope: str, at: datetime
) -> None:
    """Line a file up for head office, ``size`` in bytes; one that is known stays as it is."""
    if session.get(BlobLocal, sha256) is None:
        row = BlobLocal(sha256=sha256, size=size, mime=mime, name=name, scope=scope, at=at)
        session.add(row)
