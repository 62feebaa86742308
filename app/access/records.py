"""Offices and people as head office keeps them, and what a desk keeps to let them in offline."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Local, Shared, Travels
from app.store.types import (
    BoolType,
    BytesType,
    CodeType,
    IntType,
    JsonType,
    ShaType,
    TextType,
    UtcType,
)


class Office(Shared):
    """An office of the company; ``path`` is its dotted place in the tree."""

    __tablename__ = "office"
    travels: ClassVar[Travels] = "command"

    path: Mapped[str] = mapped_column(CodeType, index=True)
    code: Mapped[str] = mapped_column(CodeType)
    name: Mapped[str] = mapped_column(TextType)


class Person(Shared):
    """A person who works here; their public keys vouch for approvals and operator proofs."""

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_number", "number", unique=True),)
    travels: ClassVar[Travels] = "command"

    number: Mapped[str] = mapped_column(CodeType)
    """The staff number, which is also the key id of their proofs."""
    name: Mapped[str] = mapped_column(TextType)
    office: Mapped[str] = mapped_column(CodeType)
    roles: Mapped[list[str]] = mapped_column(JsonType)
    public_key: Mapped[str] = mapped_column(CodeType, default="")
    """Ed25519 public key, 64 hex digits; empty until the first sign-in."""
    activation: Mapped[str] = mapped_column(ShaType, default="")
    """SHA-256 of the one-time code for the first sign-in; empty once it was used."""
    active: Mapped[bool] = mapped_column(BoolType, default=True)


class Credential(Local):
    """What this desk needs to let a person in with no line.

    ``verifier`` is argon2id over the password and a secret of the desk, so the file alone cannot be
    guessed against. ``wrapped_key`` is the person's Ed25519 key under the password.
    """

    __tablename__ = "credential"

    person: Mapped[str] = mapped_column(CodeType, primary_key=True)
    salt: Mapped[bytes] = mapped_column(BytesType)
    verifier: Mapped[bytes] = mapped_column(BytesType)
    key_salt: Mapped[bytes] = mapped_column(BytesType)
    wrapped_key: Mapped[bytes] = mapped_column(BytesType)
    totp_secret: Mapped[str] = mapped_column(CodeType, default="")
    totp_last_step: Mapped[int] = mapped_column(IntType, default=0)
    failures: Mapped[int] = mapped_column(IntType, default=0)
    wait_until: Mapped[datetime | None] = mapped_column(UtcType, default=None)
    online_at: Mapped[datetime] = mapped_column(UtcType)
