"""The life of a signature: ``begun → signed | abandoned``; nothing leads back."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.store.work import Work


@dataclass(frozen=True)
class SignSubject:
    """What is to be signed: its number and the hash of the file laid before the customer."""

    scope: str
    number: str
    sha256: str
    ready: bool


SubjectOf = Callable[[Work, str, UUID], SignSubject]
"""Tells what stands behind a subject (kind, id); passed in, because signing knows no area above."""
