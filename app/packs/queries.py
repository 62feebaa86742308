"""Reading the files of the signed bundle that head office handed down."""

import base64
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.packs.records import PackFile


def pack_files(session: Session) -> Mapping[str, bytes]:
    """Give every file by its path in the bundle; their signatures say what they are worth."""
    rows = session.scalars(select(PackFile))
    return {row.path: base64.b64decode(row.content) for row in rows}
