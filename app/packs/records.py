"""The files of the signed bundle in force, as head office hands them to the desks.

They travel like any reference row; what they are worth is decided by their signatures alone.
"""

from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Shared, Travels
from app.store.types import IntType, TextType


class PackFile(Shared):
    """One file of a bundle: its path in it and its bytes in base64."""

    __tablename__ = "pack_file"
    travels: ClassVar[Travels] = "reference"

    path: Mapped[str] = mapped_column(TextType)
    content: Mapped[str] = mapped_column(TextType)
    bundle: Mapped[int] = mapped_column(IntType)
