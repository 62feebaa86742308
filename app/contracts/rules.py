"""The life of a contract and its number.

::

    drafted --customer signed--> signed --all impressions done--> sealed --photo checked--> archived

Nothing leads back; a changed contract is a new version under a new number. Each step adds one link
to the chain draft → signed → sealed → photo, so none can be left out or put in later.
"""

import hashlib
from dataclasses import dataclass

from app.store.types import canonical_json

DRAFTED, SIGNED, SEALED, ARCHIVED = "drafted", "signed", "sealed", "archived"
LINKS = ("draft", "signed", "sealed", "photo")


@dataclass(frozen=True)
class Link:
    """One link: what was done, the hash of its file, and the hash of the link before it."""

    kind: str
    sha256: str
    prev: str
    facts: dict[str, str]

    @property
    def hash(self) -> str:
        """Give the hash the next link carries: SHA-256 over the link's canonical JSON."""
        said = [self.kind, self.sha256, self.prev, self.facts]
        return hashlib.sha256(canonical_json(said).encode()).hexdigest()

    def plain(self) -> dict[str, object]:
        """Give the link in the form it is stored and kept in."""
        return {
            "kind": self.kind,
            "sha256": self.sha256,
            "prev": self.prev,
            "facts": self.facts,
            "hash": self.hash,
        }


def add_link(
    chain: list[dict[str, object]], kind: str, sha256: str, facts: dict[str, str]
) -> list[dict[str, object]]:
    """Give a new chain with one link more; raises ValueError where the kind is not the next one."""
    if kind != LINKS[len(chain)]:
        raise ValueError(f"{kind} does not follow {[link['kind'] for link in chain]}")
    prev = str(chain[-1]["hash"]) if chain else "0" * 64
    return [*chain, Link(kind, sha256, prev, facts).plain()]


def series_of(product: str, office_code: str, year: int) -> str:
    """Name the series of contract numbers of an office and a year: ``C-GPA1-790115-2026``."""
    return f"C-{product}-{office_code}-{year}"
