"""The tables of search. They hold nothing that cannot be made again from the records.

Beside them stands the FTS5 table ``search_text`` (contentless, no positions): the signs and pairs
of signs of every searched text, under the number of its record here: the row's own number (rowid),
which only a migration can change, and then the index is made again.
Its tokenizer is `ascii`: every sign beyond ASCII counts, so signs newer than SQLite's tables of
letters are found too; texts come to it cut already.
"""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Local
from app.store.types import BoolType, CodeType, IntType, TextType


class SearchShelf(Local):
    """The number of one kind in one scope: the record in row ``n`` is ``(shelf << 32) | n`` here.

    ``retired``: the kind is searched otherwise now; what stands here is being taken away.
    """

    __tablename__ = "search_shelf"

    shelf: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(CodeType)
    scope: Mapped[str] = mapped_column(CodeType)
    retired: Mapped[bool] = mapped_column(BoolType)


class SearchWord(Local):
    """What is found by its beginning: pinyin, initials, ``#`` number, ``~`` number backwards."""

    __tablename__ = "search_word"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own name

    shelf: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(TextType, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class SearchDue(Local):
    """A row written in the open transaction; triggers put it here, the commit empties it.

    ``old`` holds its searched columns before the transaction (JSON list), None where it was new.
    """

    __tablename__ = "search_due"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own name

    kind: Mapped[str] = mapped_column(CodeType, primary_key=True)
    scope: Mapped[str] = mapped_column(CodeType, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    old: Mapped[str | None] = mapped_column(TextType)


class SearchBuild(Local):
    """How far the index of a kind is built over the records that were there before it.

    ``print`` says by which columns and readings, ``version`` which version of the file it is for: a
    migration may give rows other numbers. ``n`` is the last row done.
    """

    __tablename__ = "search_build"

    kind: Mapped[str] = mapped_column(CodeType, primary_key=True)
    print: Mapped[str] = mapped_column(CodeType)
    version: Mapped[int] = mapped_column(IntType)
    n: Mapped[int] = mapped_column(IntType)
    done: Mapped[int] = mapped_column(IntType)
    total: Mapped[int] = mapped_column(IntType)
    complete: Mapped[bool] = mapped_column(BoolType)
