"""The table a quote is made on, opened as a clerk opens it."""

from pathlib import Path

from PySide6.QtCore import Qt

from app.assembly.demo_people import demo_branch
from app.kit.clock import today
from tests.ui.desk_site import Sitting
from ui.customers.presenter import CustomersPresenter
from ui.pricing.compose import QuoteComposer
from ui.pricing.view import QuotesView
from ui.shell.targets import NewQuoteFor

PEOPLE = 25
"""Rows of the roster of these tests."""


def group_of(sitting: Sitting, seed: int) -> NewQuoteFor:
    """Take an organisation up, unless it is there."""
    made = demo_branch(size=0, seed=seed, on=today(sitting.site.clock)).group
    presenter = CustomersPresenter(sitting.seat)
    found = presenter.holder(made.credit_code)
    if found is None:
        sitting.seat.perform("customers.register_organisation", made)
        return NewQuoteFor(made.customer_id, made.name)
    return NewQuoteFor(found.id, found.name)


def composing(sitting: Sitting, seed: int) -> QuoteComposer:
    """Open the table a quote is made on, for a customer."""
    view = sitting.open("pricing", QuotesView, group_of(sitting, seed))
    sitting.rest()
    return view.composer


def with_roster(sitting: Sitting, composer: QuoteComposer, path: Path) -> None:
    """Go to the roster and read a file by typing its path."""
    sitting.control(Qt.Key.Key_Return)
    assert composer.step == "roster"
    sitting.type(str(path))
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: composer.work is not None)
    sitting.rest()
