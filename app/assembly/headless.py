"""The day without a window: the nine steps from price to archive, through the presenters.

The same presenters, verbs, engine and drivers as the window; what a person does with eyes and hands
(laying paper into the machine, writing on the pad, reading a code off a device) is played by the
demo site. Each step looks at what is there and goes on from there, so a day that was cut off at any
instant is simply run again.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from app.assembly.demo import BRANCH, SEED, DemoSite
from app.assembly.demo_people import demo_branch, demo_roster
from app.assembly.workstation import Workstation
from app.audit.chain import Anchor
from app.audit.queries import check_chain, signed_heads
from app.contracts.queries import ContractCard
from app.contracts.rules import ARCHIVED, DRAFTED, SIGNED
from app.kit.calendar import last_day_after
from app.kit.clock import Clock, today
from app.kit.errors.base import BranchError, BugError
from app.pricing.queries import QuoteCard
from app.pricing.quoting import APPROVED, PRICED, RETURNED
from app.seals.queries import JobCard, StampLine, log_of
from app.seals.rules import COUNTED
from devices.seal.api import SealDevice
from devices.signpad.api import Watch
from ui.approvals.presenter import ApprovalsPresenter
from ui.contracts.presenter import ContractsPresenter
from ui.customers.presenter import CustomersPresenter, OrganisationDraft
from ui.pricing.presenter import QuotePresenter, TermsDraft
from ui.problems.presenter import ProblemsPresenter
from ui.seals.presenter import SealingPresenter, SealRun
from ui.shell.ports import Desk
from ui.signing.presenter import SigningPresenter

R = TypeVar("R")
STEPS = (
    "customer",
    "price",
    "submit",
    "contract",
    "sign",
    "seal",
    "archive",
    "sync",
    "look_back",
)


class RosterWrong(Exception):  # noqa: N818 - an answer with its places, not a fault of ours
    """The roster has wrong places; nothing was stored."""

    def __init__(self, problems: list[dict[str, object]]) -> None:
        super().__init__(f"{len(problems)} wrong places")
        self.problems = problems


@dataclass(frozen=True)
class DayOptions:
    """How the day goes; ``roster`` None makes one up."""

    start: date
    region: str = "B"
    discretion: str = "1.00"
    roster: Path | None = None


@dataclass
class Day:
    """One day at a demo site."""

    site: DemoSite
    options: DayOptions
    clock: Clock
    told: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, Callable[[], None]] = field(init=False)

    def __post_init__(self) -> None:
        self.steps = {
            "customer": self.take_customer_up,
            "price": self.price_offline,
            "submit": self.submit_and_approve,
            "contract": self.draw_up,
            "sign": self.let_sign,
            "seal": self.seal,
            "archive": self.archive,
            "sync": self.sync_whole,
            "look_back": self.look_back,
        }

    def run(self) -> None:
        """Go through all steps in order; each is timed."""
        for name in STEPS:
            self.told(name)
            begun = time.perf_counter()
            self.steps[name]()
            self.seconds[name] = round(time.perf_counter() - begun, 3)

    # -- the steps -----------------------------------------------------------------------------

    def take_customer_up(self) -> None:
        """Step 1: a group with a valid credit code, checked while typed; its double is refused."""
        customers = CustomersPresenter(self._seat("clerk"))
        group = demo_branch(size=0, seed=SEED, on=today(self.clock)).group
        operator = group.contacts[0]
        for end in range(1, len(group.credit_code) + 1):
            said = customers.check_credit_code(group.credit_code[:end])
            _must(said.state != "wrong", f"the credit code was refused while typed: {said}")
        _must(customers.check_resident_id(operator.id_no).stands, "the operator's ID stands")
        draft = OrganisationDraft(
            name=group.name,
            credit_code=group.credit_code,
            operator=operator.name,
            operator_id=operator.id_no,
            mobile=operator.mobile,
            address=group.address,
            industry=group.industry,
            headcount=group.headcount,
            legal_representative=group.legal_representative,
        )
        if customers.holder(group.credit_code) is None:
            customers.register_organisation(draft)
        try:
            customers.register_organisation(draft)
        except BranchError as refused:
            _must(refused.code == "E-CUSTOMER-DOUBLE", f"the double was refused: {refused}")
        else:
            raise BugError("a double was taken up")
        self._customers().find(group.name)

    def price_offline(self) -> None:
        """Step 2: the hub is away; the roster is read from a real .xlsx and priced."""
        seat = self._seat("clerk")
        if QuotePresenter(seat).quotes():
            return
        self._bring_home()
        self.site.stop_hub()
        try:
            seat.sync()
        except BranchError:
            _must(seat.sync_state().offline_since is not None, "the desk knows it is offline")
        else:
            raise BugError("the hub answered although it is away")
        self._price(QuotePresenter(seat))

    def submit_and_approve(self) -> None:
        """Step 3: submitted with no line, then decided level by level by other people."""
        quote = self.quote()
        clerk = QuotePresenter(self._seat("clerk"))
        if quote.state in (PRICED, RETURNED):
            clerk.submit(quote.id)
        self.site.start_hub()
        self.site.branch.sync()
        self._approve()
        self.site.branch.sync()
        _must(self.quote().state == APPROVED, f"the quote is approved, not {self.quote().state}")

    def draw_up(self) -> None:
        """Step 4: a leased number, PDF and docx of one content."""
        if self._contract() is None:
            self.site.start_hub()
            self.site.branch.sync()
            ContractsPresenter(self._seat("clerk")).draw_up(self.quote().id)

    def let_sign(self) -> None:
        """Step 5: the customer signs on the pad; ink, binding, certified PDF."""
        if self.contract().state != DRAFTED:
            return
        self.site.start_hub()
        signing = SigningPresenter(self._seat("clerk"))
        signer = self._operator()
        begun = signing.begin(self.contract().id, signer)
        captured = self.site.branch.pad_lane.ask(
            lambda: signing.take_ink(
                begun,
                Watch(rest_s=1.2),
                ready=lambda: self.site.pad.tell("sign", name=signer, seconds=1.2),
                seen=lambda _sample: None,
            )
        )
        self.site.pad.answer()
        signing.finish(begun, captured.record)

    def seal(self) -> None:
        """Step 6: permit, two persons, the page under the camera, two impressions, the log."""
        if self.contract().state not in (SIGNED,):
            return
        self.site.start_hub()
        self.site.branch.sync()
        custodian, witness = (self.site.person("custodian", n).number for n in (0, 1))
        seat = self.site.sit(self.site.branch, custodian)
        self.site.branch.machine_lane.ask(lambda: self._seal_at_machine(seat, witness))

    def archive(self) -> None:
        """Step 7: the photograph by hash, its code read back, the chain complete."""
        if self.contract().state == ARCHIVED:
            return
        contracts = ContractsPresenter(self._seat("clerk"))
        card = contracts.archive(self.contract().id, *self._archive_photo())
        _must(card.state == ARCHIVED, "the contract is archived")
        _must(contracts.chain_whole(card.id), "the chain draft to photo is whole")

    def sync_whole(self) -> None:
        """Step 8: nothing left to send, both sides equal, files at the hub."""
        self.site.start_hub()
        view = self.site.branch.sync()
        self.site.head_office.sync()
        _must(view.outbox_left == 0 and view.files_left == 0, f"nothing is left: {view}")
        _must(view.digest_equal is True, "branch and hub hold the same")
        _must(self._audit_elsewhere(), "head office's copy of the branch's chain holds")

    def look_back(self) -> None:
        """Step 9: the chain of acts holds against its signed heads."""
        verdict = self._audit()
        _must(verdict["verified"] is True, f"the audit chain holds: {verdict}")

    # -- what came of it -----------------------------------------------------------------------

    def result(self) -> dict[str, Any]:
        """Give the day as one JSON object."""
        quote, contract, job = self.quote(), self.contract(), self.job()
        jobs = [*self.earlier_jobs(), job]
        seat = self._seat("clerk")
        case = QuotePresenter(seat).case(quote.id)
        signature = SigningPresenter(seat).signatures(contract.id)[0]
        view = self.site.branch.sync_state()
        approvals = [step.person for step in case.steps] if case else []
        return {
            "quote": {
                "premium_fen": quote.premium_fen,
                "people": quote.people,
                "lines": list(quote.lines),
                "tariff": {
                    "id": quote.tariff_id,
                    "version": quote.tariff_version,
                    "sha256": quote.tariff_sha256,
                },
                "level": quote.level_name,
                "approved_by": approvals[-1] if approvals else "",
                "approvals": approvals,
                "roster_sha256": quote.roster_sha256,
            },
            "contract": {
                "number": contract.number,
                "content_sha256": contract.content_sha256,
                "docx_sha256": contract.docx_sha256,
                "pdf_sha256": contract.pdf_sha256,
                "signed_sha256": contract.signed_sha256,
                "photo_sha256": contract.photo_sha256,
            },
            "signature": {
                "bottom_line": signature.state == "signed",
                "ink_sha256": signature.ink_sha256,
                "picture_sha256": signature.picture_sha256,
                "binding_sha256": next(
                    fact["binding_sha256"]
                    for fact in signature.evidence
                    if "binding_sha256" in fact
                ),
                "signer": signature.signer,
            },
            "seal": {
                "permit_id": str(job.permit_id),
                "counter_before": jobs[0].counter_before,
                "counter_after": job.counter_after,
                "log_entries": len(seat.read(log_of, job.device_id)),
                "register_no": job.register_no,
                "photos": [s.photo_sha256 for one in jobs for s in one.stamps if s.photo_sha256],
            },
            "audit": self._audit(),
            "sync": {
                "outbox_left": view.outbox_left,
                "digest_equal": view.digest_equal,
                "rounds": len(seat.read(_rounds)),
            },
            "seconds": dict(self.seconds),
            "problems": [
                {"code": one.code, "what": str(one.what)}
                for one in ProblemsPresenter(seat).problems()
            ],
        }

    def jobs(self) -> list[JobCard]:
        """Give every seal job of the day, the newest first."""
        return SealingPresenter(self._seat("clerk")).jobs()

    def clerk(self) -> Desk:
        """Give the seat of the day's clerk."""
        return self._seat("clerk")

    def quote(self) -> QuoteCard:
        """Give the quote of the day."""
        return QuotePresenter(self._seat("clerk")).quotes()[0]

    def contract(self) -> ContractCard:
        """Give the contract of the day; raises BugError while there is none."""
        card = self._contract()
        if card is None:
            raise BugError("no contract yet")
        return card

    def job(self) -> JobCard:
        """Give the seal job of the day that was done, else the newest."""
        jobs = self.jobs()
        return next((job for job in jobs if job.state == "sealed"), jobs[0])

    def earlier_jobs(self) -> list[JobCard]:
        """Give the jobs that used the seal on the contract and were closed short, oldest first."""
        done = self.job()
        mine = [job for job in reversed(self.jobs()) if job.subject_id == done.subject_id]
        return [job for job in mine if job.id != done.id and job.counter_before is not None]

    # -- parts ---------------------------------------------------------------------------------

    def _contract(self) -> ContractCard | None:
        cards = ContractsPresenter(self._seat("clerk")).contracts()
        return cards[0] if cards else None

    def _price(self, quotes: QuotePresenter) -> UUID:
        start = self.options.start
        path = self.options.roster or self._made_up_roster(start)
        preview = quotes.read_roster(path.read_bytes(), start)
        if not preview.good:
            raise RosterWrong(
                [
                    {"row": one.row, "column": one.column, "code": one.code,
                     "reason": str(one.reason)}
                    for one in preview.problems
                ]
            )  # fmt: skip
        terms = TermsDraft(
            start, last_day_after(start, 12), self.options.region, self.options.discretion
        )
        priced = quotes.price(preview, terms)
        group = demo_branch(size=0, seed=SEED, on=today(self.clock)).group
        holder = CustomersPresenter(self._seat("clerk")).holder(group.credit_code)
        if holder is None:
            raise BugError("the group of the day is not there")
        return quotes.keep(holder.id, holder.name, preview, priced)

    def _made_up_roster(self, start: date) -> Path:
        path = Path(tempfile.mkdtemp(prefix="roster-", dir=self.site.folder)) / "roster.xlsx"
        demo_roster(path, seed=SEED, on=start)
        return path

    def _approve(self) -> None:
        people = {1: "reviewer", 2: "branch_manager", 3: "provincial_approver",
                  4: "head_office_approver"}  # fmt: skip
        while self.quote().state not in (APPROVED,):
            case = QuotePresenter(self._seat("clerk")).case(self.quote().id)
            if case is None or case.state != "waiting":
                raise BugError(f"the case is {case.state if case else 'missing'}")
            person = self.site.person(people[case.level])
            station = self.site.branch if person.office == BRANCH else self.site.head_office
            station.sync()
            self._decide(person.number, station, case.id)
            station.sync()
            self.site.branch.sync()

    def _decide(self, number: str, station: Workstation, case_id: UUID) -> None:
        approvals = ApprovalsPresenter(self.site.sit(station, number))
        approvals.decide(case_id, "approve", "")

    def _seal_at_machine(self, seat: Desk, witness: str) -> None:
        sealing = SealingPresenter(seat)
        self._take_up_again(sealing, seat, witness)
        if self.contract().state != SIGNED:
            return
        contract = self.contract()
        wanted = (3, contract.seal_place.page)
        pages = tuple(page for page in wanted if page not in self._stamped())
        with seat.seal_machine() as machine:
            run = sealing.ask_permit(sealing.plan(contract.id, pages, witness), machine)
            self._refuse_wrong_pages(sealing, run, pages[0])
            password = self.site.password(witness)
            other = seat.prove(witness, password, self.site.code(self.site.branch, witness))
            sealing.arm(run, self.site.code(self.site.branch, seat.actor.person), other)
            for page in pages:
                self._lay_in(contract, page)
                struck = sealing.stamp(run, page)
                _must(struck.outcome == "done", f"page {page} is stamped: {struck}")
            job = sealing.close(run)
        _must(job.state == "sealed", f"the job is done: {job.state}")
        _must(
            (job.counter_after or 0) - (job.counter_before or 0) == len(pages),
            "the counter moved once per impression",
        )

    def _take_up_again(self, sealing: SealingPresenter, seat: Desk, witness: str) -> None:
        """Settle what an earlier run left open and close its jobs; nothing is stamped for it."""
        with seat.seal_machine() as machine:
            for job, stamp in sealing.doubts():
                self._lay_in(self.contract(), stamp.page)
                try:
                    sealing.recover(job, stamp, machine)
                except BranchError as doubt:
                    _must(doubt.code == "E-SEAL-DOUBT", f"only a doubt is left: {doubt}")
                    self._rule(sealing, seat, witness, stamp, machine)
            for job in sealing.jobs():
                if job.state == "permitted":
                    sealing.close(sealing.resume(job, machine))

    def _rule(
        self,
        sealing: SealingPresenter,
        seat: Desk,
        witness: str,
        stamp: StampLine,
        machine: SealDevice,
    ) -> None:
        """Two persons hold the counter then against the counter now, and sign what they saw."""
        struck = machine.identify().total - stamp.counter_before
        password = self.site.password(witness)
        second = seat.prove(witness, password, self.site.code(self.site.branch, witness))
        sealing.settle(
            stamp,
            machine,
            "settled_done" if struck else "settled_not_done",
            "counter and page looked at by both",
            self.site.code(self.site.branch, seat.actor.person),
            second,
        )

    def _stamped(self) -> set[int]:
        """Name the pages that carry an impression already, whatever job made it."""
        return {stamp.page for job in self.jobs() for stamp in job.stamps if stamp.state in COUNTED}

    def _refuse_wrong_pages(self, sealing: SealingPresenter, run: SealRun, page: int) -> None:
        """Page 4 laid in for page 3 is refused by its code, and again with the code covered."""
        self._lay_in(run.contract, 4)
        _must(not sealing.look(run, page).verdict.matches, f"page 4 is not taken for {page}")
        self.site.machine.ask("cover_code")
        covered = sealing.look(run, page).verdict
        self.site.machine.ask("cover_code", off=True)
        _must(not covered.matches and not covered.codes, "a covered code is refused")

    def _archive_photo(self) -> tuple[str, int]:
        """Choose a photograph of a stamped page, or take one where a power cut lost them all."""
        stamps = [stamp for job in self.jobs() for stamp in job.stamps if stamp.state in COUNTED]
        taken = [stamp for stamp in stamps if stamp.photo_sha256]
        if taken:
            return taken[0].photo_sha256, taken[0].page
        seat, page = self._seat("clerk"), stamps[0].page
        sealing = SealingPresenter(seat)
        self._lay_in(self.contract(), page)
        with seat.seal_machine() as machine:
            seen = sealing.look(sealing.resume(self.job(), machine), page)
        return seat.keep_file(seen.photo, "jpg", "image/jpeg", f"page-{page}.jpg"), page

    def _lay_in(self, contract: ContractCard, page: int) -> None:
        contracts = ContractsPresenter(self._seat("clerk"))
        self.site.lay_in(contracts.page_picture(contract.id, page, dpi=200), page, contract.number)

    def _operator(self) -> str:
        card = self._customers().card(self.quote().customer_id)
        if card is None:
            raise BugError("the customer of the quote is not there")
        return card.contacts[0].name

    def _customers(self) -> CustomersPresenter:
        return CustomersPresenter(self._seat("clerk"))

    def _bring_home(self) -> None:
        self.site.start_hub()
        self.site.branch.sync()

    def _audit(self) -> dict[str, Any]:
        seat = self._seat("clerk")
        device = self.site.branch.device
        heads = seat.read(signed_heads, device)
        anchors = [Anchor("head office", head.n, head.hash) for head in heads[-1:]]
        ours = self.site.branch.signed_here
        verdict = seat.read(check_chain, device, anchors, signed_by=ours)
        return {"entries": verdict.entries, "head": verdict.head, "verified": verdict.whole}

    def _audit_elsewhere(self) -> bool:
        """Check the branch's chain as head office has it, against the head the branch has."""
        here = self._audit()
        anchor = Anchor("the branch", here["entries"], here["head"])
        branch, elsewhere = self.site.branch, self.site.head_office.store
        chain = branch.device, [anchor]
        return elsewhere.read(check_chain, *chain, signed_by=branch.signed_here).whole

    def _seat(self, role: str) -> Desk:
        """Give the seat of the day's clerk, who stays signed in."""
        if role not in self._seats:
            number = self.site.person(role).number
            self._seats[role] = self.site.sit(self.site.branch, number)
        return self._seats[role]

    _seats: dict[str, Desk] = field(default_factory=dict, repr=False)


def _rounds(session: Any) -> list[Any]:
    from app.store.queries import sync_lines

    return list(sync_lines(session, at_most=100_000))


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise BugError(f"the day does not hold: {what}")
