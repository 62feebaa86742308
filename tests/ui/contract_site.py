"""Contracts to sign and seal at the demo of these tests, made by the verbs a branch uses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.assembly.demo import DemoSite
from app.assembly.demo_people import demo_branch, demo_roster
from app.kit.clock import today
from devices.signpad.api import Watch
from ui.approvals.presenter import ApprovalsPresenter
from ui.contracts.presenter import ContractsPresenter
from ui.pricing.presenter import QuotePresenter
from ui.shell.ports import Desk
from ui.signing.presenter import SigningPresenter


class Branch:
    """The people of the branch who decide and draw up; each signs in once."""

    def __init__(self, site: DemoSite) -> None:
        self.site = site
        self._seats: dict[str, Desk] = {}

    def seat(self, role: str) -> Desk:
        """Give the seat of a person with a role."""
        if role not in self._seats:
            self._seats[role] = self.site.sit(self.site.branch, self.site.person(role).number)
        return self._seats[role]

    def approved(self, seed: int, name: str = "") -> UUID:
        """Have a quote of a made-up group approved by everybody it needs; gives the quote."""
        clerk, day = self.seat("clerk"), today(self.site.clock)
        group = demo_branch(size=0, seed=seed, on=day).group
        group = replace(group, name=name or group.name)
        clerk.perform("customers.register_organisation", group)
        quotes = QuotePresenter(clerk)
        terms = quotes.usual_terms()
        path = self.site.folder / f"roster-{seed}.xlsx"
        demo_roster(path, seed=seed, on=day + timedelta(days=1), people=8)
        preview = quotes.read_roster(path.read_bytes(), terms.start)
        priced = quotes.price(preview, terms)
        quote = quotes.keep(group.customer_id, group.name, preview, priced)
        quotes.submit(quote)
        self.site.branch.sync()
        roles = {1: "reviewer", 2: "branch_manager"}
        while (case := quotes.case(quote)) is not None and case.state == "waiting":
            ApprovalsPresenter(self.seat(roles[case.level])).decide(case.id, "approve", "")
            self.site.branch.sync()
        return quote

    def drafted(self, seed: int, name: str = "") -> UUID:
        """Have a contract drawn up; gives the contract."""
        contracts = ContractsPresenter(self.seat("clerk"))
        return contracts.draw_up(self.approved(seed, name)).contract_id

    def signed(self, seed: int, name: str = "") -> UUID:
        """Have a contract drawn up and signed on the pad; gives the contract."""
        contract_id = self.drafted(seed, name)
        signing = SigningPresenter(self.seat("clerk"))
        begun = signing.begin(contract_id, "signer")
        pad = self.site.pad
        captured = self.site.branch.pad_lane.ask(
            lambda: signing.take_ink(
                begun,
                Watch(rest_s=0.5),
                ready=lambda: pad.tell("sign", name="signer", seconds=0.8),
                seen=lambda _sample: None,
            )
        )
        pad.answer()
        signing.finish(begun, captured.record)
        self.site.branch.sync()
        return contract_id


@pytest.fixture(scope="session")
def branch(site: DemoSite) -> Iterator[Branch]:
    """Give the people of the branch, signed in when they are first needed."""
    yield Branch(site)
