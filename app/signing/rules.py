"""The life of a signature: ``begun → signed | abandoned``; nothing leads back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignSubject:
    """What is to be signed: its number and the hash of the file laid before the customer."""

    scope: str
    number: str
    sha256: str
    ready: bool
