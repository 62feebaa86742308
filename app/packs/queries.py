"""Reading the files of the signed bundle that head office handed down."""

import base64
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.packs.records import PackFile


def pack_files(session: Session) -> Mapping[str, bytes]:
    """Give every file by its path in the bundle; their signatures say what they are worth."""
    rows = pack_rows(session)
    return {path: base64.b64decode(row.content) for path, row in rows.items()}


def pack_rows(session: Session) -> Mapping[str, PackFile]:
    """Give the records of the bundle's files, by path."""
    return {row.path: row for row in session.scalars(select(PackFile))}
