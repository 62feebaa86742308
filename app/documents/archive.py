"""The archive chain of a document: draft, signed, sealed, photo, each tied to the one before.

    draft  → signed
    signed → sealed
    sealed → photo
    photo  → photo           (a further page, or a second shot of the same)

A draft stands first and nothing follows but what the table allows. A link's hash is SHA-256 over
the hash before it and the canonical JSON of the link (``evidence.next_hash``). The table and the
hashes say that nothing was put in, taken out or exchanged in the middle; the last hash is
anchored in the audit chain, because a chain alone cannot see its tail cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from app.documents.evidence import FIRST, next_hash


class LinkKind(Enum):
    """What a link stands for; ``sealed`` names the hash of the machine's signed log entries."""

    DRAFT = "draft"
    SIGNED = "signed"
    SEALED = "sealed"
    PHOTO = "photo"


FOLLOWS: dict[LinkKind | None, frozenset[LinkKind]] = {
    None: frozenset({LinkKind.DRAFT}),
    LinkKind.DRAFT: frozenset({LinkKind.SIGNED}),
    LinkKind.SIGNED: frozenset({LinkKind.SEALED}),
    LinkKind.SEALED: frozenset({LinkKind.PHOTO}),
    LinkKind.PHOTO: frozenset({LinkKind.PHOTO}),
}


@dataclass(frozen=True)
class ArchiveLink:
    """One step of a document's life: the file it left, what is known of it, and the link before.

    ``facts`` are names with texts or whole numbers (permit id, counter, page, finding of the
    photo).
    """

    kind: LinkKind
    sha256: str
    previous: str
    facts: tuple[tuple[str, str | int], ...] = ()

    @property
    def hash(self) -> str:
        """Give the hash that the next link carries."""
        record = {"kind": self.kind.value, "sha256": self.sha256, "facts": dict(self.facts)}
        return next_hash(self.previous, record)


class ChainFault(Enum):
    """What is wrong at a place of a chain."""

    ORDER = "out of order"
    TORN = "does not follow the link before"
    HEAD = "does not end in the hash that was kept"
    INCOMPLETE = "ends before the photograph"


@dataclass(frozen=True)
class ChainFinding:
    """A fault and the place of the link (from 0) where it shows."""

    fault: ChainFault
    place: int


def extend(
    links: Sequence[ArchiveLink],
    kind: LinkKind,
    sha256: str,
    facts: Sequence[tuple[str, str | int]] = (),
) -> tuple[ArchiveLink, ...]:
    """Add a link; raises ValueError where the table does not allow it or a fact comes twice."""
    last = links[-1] if links else None
    if kind not in FOLLOWS[last.kind if last else None]:
        raise ValueError(f"{kind.value} does not follow {last.kind.value if last else 'nothing'}")
    if len({name for name, _ in facts}) != len(facts):
        raise ValueError("a fact of a link has one value")
    previous = last.hash if last else FIRST
    return (*links, ArchiveLink(kind, sha256, previous, tuple(facts)))


def check_chain(
    links: Sequence[ArchiveLink], *, head: str | None = None
) -> tuple[ChainFinding, ...]:
    """List every fault of a whole chain, in order; empty when draft to photo hold together.

    ``head`` is the hash of the last link as it was kept elsewhere.
    """
    findings: list[ChainFinding] = []
    kind: LinkKind | None = None
    previous = FIRST
    for place, link in enumerate(links):
        if link.kind not in FOLLOWS[kind]:
            findings.append(ChainFinding(ChainFault.ORDER, place))
        if link.previous != previous:
            findings.append(ChainFinding(ChainFault.TORN, place))
        kind, previous = link.kind, link.hash
    if head is not None and head != previous:
        findings.append(ChainFinding(ChainFault.HEAD, max(len(links) - 1, 0)))
    if kind is not LinkKind.PHOTO:
        findings.append(ChainFinding(ChainFault.INCOMPLETE, len(links)))
    return tuple(findings)
