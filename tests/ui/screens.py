"""Every screen a person can come to, opened one after another, for checks that hold on all.

The pages come from the desk itself: a new page is walked without being named here. What lies behind
a page (a form, a step) is named, because only a person's act leads there. The records on them carry
names that look like markup, so whatever is checked is checked with those.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from tests.ui.pricing.quote_table import composing, with_roster
from ui.contracts.view import ContractsPage
from ui.customers.view import CustomersView
from ui.seals.view import SealingPage, Step
from ui.shell.pictures import SMALL_SCREEN
from ui.signing.view import Phase, SigningPage
from ui.workbench.view import PEOPLE, STEPS, WorkbenchView

UNSAFE = "<img src=x onerror=alert(1)><b>粗体</b>&amp; 有限公司"
"""A name a customer may have as far as the register is concerned; shown as typed, everywhere."""
SIGNED_SEED, DRAFTED_SEED, PRICED_SEED = 801, 802, 803


@dataclass(frozen=True)
class Screen:
    """One screen as it stands: its name and the window it is seen in."""

    name: str
    window: QWidget


@dataclass(frozen=True)
class Records:
    """What was made for these screens."""

    signed: UUID
    drafted: UUID


class Walk:
    """Goes through the screens of a person at a desk."""

    def __init__(self, sitting: Sitting, records: Records) -> None:
        self.sitting, self.records = sitting, records

    def screens(self, role: str = "clerk", size: QSize = SMALL_SCREEN.window) -> Iterator[Screen]:
        """Open every page a person of this role has, and what lies behind them."""
        sitting = self.sitting
        sitting.sit(role)
        sitting.hush()
        sitting.window.resize(size)
        for key in sitting.window.page_keys:
            sitting.window.open_page(key)
            sitting.rest()
            yield self._seen(key)
        behind = {
            "clerk": self._clerks,
            "custodian": self._custodians,
            "branch_manager": self._managers,
        }
        if role in behind:
            yield from behind[role]()
        yield from self._palette()

    def at_the_door(self) -> Iterator[Screen]:
        """Ask who is there, as after the desk was locked."""
        desk = self.sitting.desk
        desk.lock()
        self.sitting.rest()
        desk.front.resize(SMALL_SCREEN.window)
        self.sitting.rest()
        yield Screen("sign_in", desk.front)

    def _clerks(self) -> Iterator[Screen]:
        yield from self._new_customer()
        yield from self._new_quote()
        yield from self._contract()
        yield from self._signing()

    def _new_customer(self) -> Iterator[Screen]:
        sitting, view = self.sitting, self.sitting.open("customers", CustomersView)
        sitting.rest()
        sitting.control(Qt.Key.Key_N)
        view.new.form.editor("credit_code").setFocus()
        sitting.type("9179")
        sitting.rest()
        yield self._seen("customer_new")
        view.new.discard()
        sitting.rest()

    def _new_quote(self) -> Iterator[Screen]:
        sitting = self.sitting
        composer = composing(sitting, PRICED_SEED)
        yield self._seen("quote_terms")
        with_roster(sitting, composer, sitting.site.folder / f"roster-{SIGNED_SEED}.xlsx")
        yield self._seen("quote_roster")
        sitting.control(Qt.Key.Key_Return)
        sitting.until(lambda: composer.step == "price")
        sitting.rest()
        yield self._seen("quote_price")
        composer.discard()
        sitting.rest()

    def _contract(self) -> Iterator[Screen]:
        sitting = self.sitting
        view = sitting.open("contracts", ContractsPage, self.records.signed)
        sitting.qtbot.wait(200)
        sitting.rest()
        yield self._seen("contract")
        assert view.record.timeline is not None
        view.record.tabs.setCurrentWidget(view.record.timeline)
        sitting.rest()
        yield self._seen("contract_timeline")

    def _managers(self) -> Iterator[Screen]:
        sitting = self.sitting
        view = sitting.open("workbench", WorkbenchView)
        sitting.rest()
        for place in (PEOPLE, STEPS):
            view.tabs.setCurrentIndex(place)
            yield self._seen(f"workbench_{place}")
        view.press("running_out")
        yield self._seen("workbench_card")

    def _signing(self) -> Iterator[Screen]:
        sitting = self.sitting
        view = sitting.open("signing", SigningPage, self.records.drafted)
        sitting.until(lambda: view.phase is Phase.READING)
        sitting.rest()
        yield self._seen("signing_read")

    def _custodians(self) -> Iterator[Screen]:
        sitting = self.sitting
        # By its id: whatever other tests had signed waits in the list as well.
        view = sitting.open("seals", SealingPage, self.records.signed)
        sitting.until(lambda: view.step is Step.CHECK)
        sitting.rest()
        yield self._seen("seals_check")

    def _palette(self) -> Iterator[Screen]:
        sitting = self.sitting
        sitting.control(Qt.Key.Key_K)
        sitting.type("img")
        sitting.qtbot.wait(200)
        sitting.rest()
        yield self._seen("palette")
        sitting.press(Qt.Key.Key_Escape)

    def _seen(self, name: str) -> Screen:
        return Screen(name, self.sitting.window)


@pytest.fixture(scope="session")
def records(branch: Branch) -> Records:
    """Have a contract to seal and one to sign for customers with an unsafe name."""
    return Records(
        branch.signed(SIGNED_SEED, f"{UNSAFE}一"), branch.drafted(DRAFTED_SEED, f"{UNSAFE}二")
    )


@pytest.fixture
def walk(sitting: Sitting, records: Records) -> Walk:
    """Give a walk through the desk; nobody sits there yet."""
    return Walk(sitting, records)
