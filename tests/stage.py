"""A small stage for the rooms of the trade: a branch with its real store, a head office with its
real database and feed, the real door at both ends, and the people who work there.

Only the wire is left out: ``Stage.carry`` hands the branch's outbox to the hub's door one by one
and the hub's feed to the branch's store, as sync does (tests/sync holds that to account).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

import app.schema  # noqa: F401 - the metadata must be whole
from app.access.actions import ActivatePerson, AddPerson, activation_hash
from app.access.leave import Leave
from app.access.policy import policy_of
from app.access.queries import person_by_number
from app.approvals.actions import DecideCase
from app.approvals.queries import case_of
from app.approvals.rules import Choice, Delegation, statement
from app.assembly.after import AFTER
from app.assembly.door import Door, Proofs
from app.assembly.trade import name_words
from app.assembly.verbs import Parts, all_verbs
from app.audit.actions import HeadSigner
from app.contracts.actions import DraftContract, NumberCheck
from app.contracts.rules import series_of
from app.customers.rules.document_no import document_no
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.errors.parts import PartsRefused
from app.kit.ids import new_id
from app.packs.resources import resource_bytes
from app.packs.shipped import shipped_packs
from app.pricing.actions import PriceQuote, SubmitQuote
from app.pricing.pricer import pricer_of
from app.pricing.queries import QuoteCard, quote_card
from app.pricing.quoting import Pricer
from app.seals.actions import Issue
from app.signing.actions import Certify
from app.store.keyslots import new_slots
from app.store.numbers import next_number, store_lease
from app.store.outbox import Answered, apply_hub_row, settle, waiting
from app.store.store import Store
from app.store.work import Actor, Changes, Command, open_work
from sync.hub.database import HubDatabase
from sync.hub.feed import FeedDraft, FeedJournal, publish
from sync.hub.tables import sync_row
from sync.wire.plain import to_plain

P = ParamSpec("P")
R = TypeVar("R")

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BRANCH, OTHER_BRANCH, PROVINCE, HEAD_OFFICE = "ho.79.790115", "ho.79.790116", "ho.79", "ho"
DESK = "desk-790115-1"
SERIES = series_of("GPA1", "790115", 2026)
ALL_PROVED = Proofs(second_factor=True)

REQUEST: dict[str, Any] = {
    "tariff": "T2026.1",
    "start": "2026-03-05",
    "end": "2027-03-04",
    "region": "B",
    "discretion": "1.00",
    "experience": {},
    "cohorts": [
        {
            "cohort": "1",
            "heads": 120,
            "class": 1,
            "age": 35,
            "job": None,
            "covers": [{"coverage": "GPA", "sum_insured": "200000"}],
        }
    ],
}
"""120 office staff, region B, one year: 14,400.00 yuan by T2026.1, L1 (worked quote Q01)."""
DISCRETION = {1: "1.00", 2: "0.90", 3: "0.75", 4: "0.60"}
"""A discretion factor that needs exactly this level."""


@dataclass(frozen=True)
class Human:
    """A person with their key."""

    number: str
    office: str
    roles: tuple[str, ...]

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.number.encode()).digest())

    @property
    def public(self) -> str:
        return self.key.public_key().public_bytes_raw().hex()

    def at(self, device: str = DESK) -> Actor:
        return Actor(self.number, self.number, frozenset(self.roles), self.office, device)

    def leave(self) -> Leave:
        """What this person may see, by the policy that ships."""
        return Leave(self.at(), policy_of(resource_bytes("rules/access.json")))


ADMIN = Human("A0001", HEAD_OFFICE, ("administrator",))
CLERK = Human("C0001", BRANCH, ("clerk",))
COLLEAGUE = Human("C0002", BRANCH, ("clerk",))
BOTH = Human("C0003", BRANCH, ("clerk", "reviewer", "custodian"))
REVIEWER = Human("R0001", BRANCH, ("reviewer",))
MANAGER = Human("M0001", BRANCH, ("branch_manager",))
OPERATOR = Human("K0001", BRANCH, ("custodian",))
WITNESS = Human("K0002", BRANCH, ("custodian",))
PROVINCIAL = Human("P0001", PROVINCE, ("provincial_approver",))
CHIEF = Human("H0001", HEAD_OFFICE, ("head_office_approver",))
STRANGER = Human("C9001", OTHER_BRANCH, ("clerk",))
STRANGE_CUSTODIAN = Human("K9001", OTHER_BRANCH, ("custodian",))
PEOPLE = (
    CLERK,
    COLLEAGUE,
    BOTH,
    REVIEWER,
    MANAGER,
    OPERATOR,
    WITNESS,
    PROVINCIAL,
    CHIEF,
    STRANGER,
    STRANGE_CUSTODIAN,
)
DECIDERS = {1: REVIEWER, 2: MANAGER, 3: PROVINCIAL, 4: CHIEF}


@cache
def shipped_pricer() -> Pricer:
    """The pricer over the packs that ship."""
    return pricer_of(shipped_packs(FixedClock(NOW)))


def request_for(level: int = 1, **changes: object) -> dict[str, Any]:
    return {**REQUEST, "discretion": DISCRETION[level], **changes}


@dataclass
class Stage:
    """Both ends; ``delegations`` and ``issue`` may be set before an act."""

    store: Store
    hub: HubDatabase
    clock: FixedClock
    delegations: list[Delegation] = field(default_factory=list)
    issue: Issue | None = None
    number_check: NumberCheck | None = None
    certify: Certify | None = None
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @classmethod
    def open(cls, folder: Path) -> "Stage":
        clock = FixedClock(NOW)
        slots, key = new_slots()
        store = Store.create(folder / "branch", slots, key, clock)
        hub = HubDatabase.open(f"sqlcipher:///{folder / 'hub.db'}", bytes(range(32)))
        hub.bring_up()
        stage = cls(store, hub, clock)
        stage._found()
        return stage

    def close(self) -> None:
        self.store.close()
        self.hub.close()

    def id(self) -> UUID:
        return new_id(self.clock)

    def door(self, side: str) -> Door:
        parts = Parts(
            shipped_pricer(),
            name_words(),
            lambda: self.delegations,
            self.issue if side == "hub" else None,
            self.number_check if side == "hub" else None,
            self.certify if side == "hub" else None,
        )
        return Door(
            verbs=all_verbs(parts),
            policy=policy_of(resource_bytes("rules/access.json")),
            after=AFTER,
            chain=DESK if side == "branch" else "hub",
            signer=HeadSigner(self.signing.sign),
            trusted=side == "hub",
            chain_scope="" if side == "branch" else HEAD_OFFICE,
        )

    def act(
        self, who: Human, verb: str, order: Any, proofs: Proofs = ALL_PROVED, *, step_up: str = ""
    ) -> Changes:
        """Do one act at the branch, as a desk does it."""
        if step_up:
            proofs = replace(proofs, step_up=frozenset({step_up}))
        door = self.door("branch")
        known = door.verb(verb)
        subject = getattr(order, known.subject)
        command = None
        if known.travels == "command":
            command = Command(verb, to_plain(order), known.subject_kind, subject)

        def run() -> Changes:
            with self.store.work(who.at(), command=command) as work:
                changes = door.perform(work, verb, order, proofs)
                work.commit()
            return changes

        return self.store.writer.ask(run)

    def at_hub(self, who: Human, verb: str, order: Any, at: datetime | None = None) -> Changes:
        """Do one act at head office, in a transaction of its own."""
        door = self.door("hub")
        known = door.verb(verb)

        def run(connection: Any) -> Changes:
            draft = FeedDraft(connection)
            session = Session(connection, join_transaction_mode="create_savepoint")
            subject = getattr(order, known.subject)
            with open_work(
                session,
                who.at(),
                self.clock,
                FeedJournal(draft),
                side="hub",
                at=at,
                command=Command(verb, to_plain(order), known.subject_kind, subject),
            ) as work:
                changes = door.perform(work, verb, order, Proofs())
                work.commit()
            publish(draft, "e1")
            return changes

        return self.hub.write(run)

    def carry(self) -> list[Answered]:
        """Bring every waiting command to head office, its answers and its feed back."""
        with self.store.desk_work() as session:
            rows = [
                (row.mseq, row.op, row.actor, row.patch, row.at) for row in waiting(session, 500)
            ]
        answers = [self._deliver(*row) for row in rows]
        with self.store.desk_work() as session:
            settle(session, answers, self.clock.now())
        self.feed()
        return answers

    def feed(self) -> None:
        """Bring what is new in the hub's feeds to the branch."""
        with self.hub.reader.connect() as connection:
            rows = connection.execute(
                select(sync_row).where(
                    sync_row.c.scope.in_((BRANCH, PROVINCE, HEAD_OFFICE)),
                    sync_row.c.kind != "audit_line",
                )
            ).all()
        with self.store.desk_work() as session:
            for row in rows:
                apply_hub_row(
                    session, row.kind, row.scope, row.id, seq=row.seq, ver=row.ver, body=row.body
                )

    def read(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return self.store.read(query, *args, **kwargs)

    def read_hub(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        with Session(self.hub.reader) as session:
            return query(session, *args, **kwargs)

    # -- the day in short words

    def price(
        self,
        level: int = 1,
        who: Human = CLERK,
        quote_id: UUID | None = None,
        roster: str = "9" * 64,
    ) -> UUID:
        quote_id = quote_id or self.id()
        request = request_for(level)
        shown = shipped_pricer()(request).premium_fen
        order = PriceQuote(quote_id, self.id(), "Example Ltd", request, roster, shown)
        self.act(who, "pricing.price_quote", order)
        return quote_id

    def submit(self, quote_id: UUID, who: Human = CLERK) -> UUID:
        case_id = self.id()
        shown = self.read(quote_card, quote_id)
        self.act(who, "pricing.submit_quote", SubmitQuote(quote_id, case_id, shown.input_hash))
        return case_id

    def decision(
        self, quote_id: UUID, who: Human, level: int, choice: Choice = "approve"
    ) -> DecideCase:
        case = self.read(case_of, "quote", quote_id)
        assert case is not None
        said = statement(case.id.hex, case.subject_hash, level, choice)
        signature = who.key.sign(said).hex()
        return DecideCase(case.id, self.id(), level, choice, "", case.subject_hash, signature)

    def approved(self, level: int = 1) -> QuoteCard:
        """A quote that went up every level and was approved by head office's own run."""
        quote_id = self.price(level)
        self.submit(quote_id)
        self.carry()
        for step in range(1, level + 1):
            order = self.decision(quote_id, DECIDERS[step], step)
            self.at_hub(DECIDERS[step], "approvals.decide_case", order)
            self.feed()
        return self.read(quote_card, quote_id)

    def lend_numbers(self, first: int = 1, last: int = 50) -> None:
        with self.store.desk_work() as session:
            until = self.clock.now() + timedelta(days=400)
            store_lease(session, self.id(), BRANCH, SERIES, first, last, until)

    def draft_order(self, quote: QuoteCard, **changes: Any) -> DraftContract:
        serial = changes.get("serial") or self.read(next_number, SERIES, self.clock.now())
        order = DraftContract(
            contract_id=self.id(),
            quote_id=quote.id,
            number=document_no("C", "GPA1", "790115", 2026, serial),
            series=SERIES,
            serial=serial,
            version=1,
            input_hash=quote.input_hash,
            content_sha256="c" * 64,
            pdf_sha256="d" * 64,
            docx_sha256="e" * 64,
            pages=5,
            sign_place={"page": 5, "x": 1, "y": 2, "width": 3, "height": 4},
            seal_place={"page": 5, "x": 1, "y": 2, "width": 3, "height": 4},
        )
        return replace(order, **changes)

    def _found(self) -> None:
        for human in PEOPLE:
            person_id = self.id()
            code = f"CODE-{human.number}"
            add = AddPerson(
                person_id,
                human.number,
                human.number,
                human.office,
                human.roles,
                activation_hash(code),
            )
            self.at_hub(ADMIN, "access.add_person", add)
            self.at_hub(
                human, "access.activate_person", ActivatePerson(person_id, code, human.public)
            )
        self.feed()

    def _deliver(
        self, mseq: int, op: str, actor: str, said: dict[str, Any], at: datetime
    ) -> Answered:
        if op != "command":
            return Answered(mseq, "ok")
        card = self.read_hub(person_by_number, actor)
        assert card is not None
        who = Human(card.number, card.office, tuple(card.roles))
        try:
            order = self.door("hub").order_of(said["verb"], said["order"])
            self.at_hub(who, said["verb"], order, at)
        except BranchError as refused:
            parts = refused.told() if isinstance(refused, PartsRefused) else {}
            detail = {"hub": {"parts": parts} if parts else None}
            return Answered(mseq, "rejected", refused.code, str(refused.problem.what), detail)
        return Answered(mseq, "ok")
