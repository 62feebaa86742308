"""What a presenter gets: the desk a person sits at. No Qt here, so the headless day uses it too."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

from app.access.leave import Leave
from app.customers.importing import BatchTaken, ImportCustomers
from app.documents.pdf import PdfPress
from app.documents.signatures import SignatureProvider
from app.documents.vault import Vault
from app.kit.clock import Clock
from app.packs.trust import PackStore
from app.reports.rules.due import Saved
from app.reports.rules.kept import KeptRun
from app.store.session import Session
from app.store.work import Actor, Changes
from devices.seal.api import SealDevice
from devices.signpad.api import SignaturePad

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class SyncView:
    """How one sync went and where the desk stands with head office after it.

    ``digest_equal`` is None while nothing was compared; ``offline_since`` None while online.
    """

    rounds: int
    pushed: int
    pulled: int
    outbox_left: int
    files_left: int
    digest_equal: bool | None
    at: datetime
    offline_since: datetime | None = None


@dataclass(frozen=True)
class Prover:
    """A person who has just proved themselves at this desk, able to sign one statement."""

    actor: Actor
    sign: Callable[[bytes], bytes]


class Desk(Protocol):
    """A desk with one person signed in. Everything blocks; the window calls it on lanes."""

    @property
    def actor(self) -> Actor:
        """Who sits here."""
        ...

    @property
    def seeing(self) -> Leave:
        """What who sits here may see, by the policy of the door."""
        ...

    @property
    def scope(self) -> str:
        """The office of this desk."""
        ...

    @property
    def clock(self) -> Clock:
        """The desk's clock."""
        ...

    @property
    def vault(self) -> Vault:
        """Files by hash."""
        ...

    @property
    def packs(self) -> PackStore:
        """Signed data of head office."""
        ...

    @property
    def in_hand(self) -> set[UUID]:
        """What was begun at this seat and goes on now; left open by another, it is a problem."""
        ...

    def perform(self, verb: str, order: object) -> Changes:
        """Do one act; raises BranchError in words."""
        ...

    def take_up(self, order: ImportCustomers) -> BatchTaken:
        """Take up a batch of a customer list; rows that are refused get letters, the rest stands.

        Raises BranchError where the whole batch is refused.
        """
        ...

    def read(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Ask a query in one snapshot."""
        ...

    def keep_file(self, content: bytes, extension: str, mime: str, name: str) -> str:
        """Put a file into the vault and line it up for head office; gives its SHA-256."""
        ...

    def lay_open(self, sha256: str, name: str) -> Path:
        """Write a kept file for the system's viewer; it is gone when the person leaves the seat.

        Raises BranchError E-VAULT-…, E-FILE-RUNS or E-FILE-PLACE.
        """
        ...

    def next_number(self, series: str) -> int:
        """Look at the next number of a leased series without taking it (E-NUMBER-NONE)."""
        ...

    def sync(self) -> SyncView:
        """Sync until nothing is left to do; raises BranchError when head office is not reached."""
        ...

    def sync_state(self) -> SyncView:
        """Say where the desk stands with head office, without asking it."""
        ...

    def press(self) -> PdfPress:
        """Give the warm PDF press."""
        ...

    def document_key(self) -> SignatureProvider:
        """Give the desk's document key; asks head office for its certificate the first time."""
        ...

    def trust_anchors(self) -> tuple[bytes, ...]:
        """Give head office's certificates (DER) that document signatures must end in."""
        ...

    def permit_keys(self) -> dict[str, bytes]:
        """Give head office's permit keys by id."""
        ...

    def seal_machine(self) -> AbstractContextManager[SealDevice]:
        """Open the seal machine of this desk for a while; use it on the device lane."""
        ...

    def seal_machine_id(self) -> str:
        """Say which machine this desk is set up with; empty for none."""
        ...

    def pad(self) -> SignaturePad:
        """Give the signature pad of this desk, not opened yet."""
        ...

    def sign_as_person(self, statement: bytes) -> bytes:
        """Sign with the key of the person who sits here."""
        ...

    def step_up(self, subject: str, code: str) -> None:
        """Take a fresh code for one record (id in hex); raises BranchError E-LOGIN-CODE."""
        ...

    def keep_draft(self, key: str, texts: tuple[tuple[str, str], ...]) -> None:
        """Keep what is being typed into the form ``key``, field by field, at this desk alone."""
        ...

    def read_draft(self, key: str) -> tuple[tuple[str, str], ...]:
        """Give what this person had typed into the form ``key``; empty where nothing is kept."""
        ...

    def drop_draft(self, key: str) -> None:
        """Forget a draft."""
        ...

    def keep_report(self, saved: Saved) -> None:
        """Keep a report this person saved, at this desk alone; the same id is replaced."""
        ...

    def drop_report(self, saved: UUID) -> None:
        """Forget a report this person saved."""
        ...

    def keep_run(self, run: KeptRun) -> None:
        """Keep a run of a report with its figures, at this desk alone; never written over."""
        ...

    def mark_run(self, run: UUID, broken_at: datetime | None) -> None:
        """Note that the same data no longer give a kept run, or (None) that they do again."""
        ...

    def drop_run(self, run: UUID) -> None:
        """Forget a kept run."""
        ...

    def put_away(self, letter: UUID) -> None:
        """Put a letter of head office away, because a person has settled what it says."""
        ...

    def prove(self, person: str, password: str, code: str) -> Prover:
        """Let another person prove themselves for one statement; nobody changes seats."""
        ...
