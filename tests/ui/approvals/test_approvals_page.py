"""Deciding by keyboard: another person signs in, reads the figures, signs an answer."""

from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PySide6.QtCore import Qt

from app.access.queries import person_by_number
from app.approvals.rules import statement
from app.assembly.demo_people import demo_branch, demo_roster
from app.kit.clock import today
from app.pricing.quoting import RETURNED
from tests.ui.desk_site import Sitting
from ui.approvals.view import ApprovalsView
from ui.pricing.presenter import QuotePresenter


def submitted(sitting: Sitting, seed: int) -> UUID:
    """Have the clerk price and submit a quote; gives the quote."""
    group = demo_branch(size=0, seed=seed, on=today(sitting.site.clock)).group
    sitting.seat.perform("customers.register_organisation", group)
    presenter = QuotePresenter(sitting.seat)
    path = sitting.site.folder / f"roster-{seed}.xlsx"
    terms = presenter.usual_terms()
    demo_roster(path, seed=seed, on=today(sitting.site.clock) + timedelta(days=1), people=8)
    preview = presenter.read_roster(path.read_bytes(), terms.start)
    quote = presenter.keep(group.customer_id, group.name, preview, presenter.price(preview, terms))
    presenter.submit(quote)
    return quote


def approvals(sitting: Sitting) -> ApprovalsView:
    """Open the page by its key."""
    sitting.press(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    view = sitting.window.page("approvals")
    assert isinstance(view, ApprovalsView)
    sitting.rest()
    return view


def test_the_one_who_asked_decides_nothing(sitting: Sitting) -> None:
    sitting.sit()
    quote = submitted(sitting, 301)
    case = QuotePresenter(sitting.seat).case(quote)
    assert case is not None
    view = approvals(sitting)
    view.go(case.id)
    assert view.current is not None and not view.current.mine
    assert view.verbs() == () and not view.opinion.isVisible()


def test_a_reviewer_approves_with_a_signature_that_holds(sitting: Sitting) -> None:
    sitting.sit()
    quote = submitted(sitting, 302)
    sitting.sit("reviewer")
    before = QuotePresenter(sitting.seat).case(quote)
    assert before is not None and before.level == 1
    view = approvals(sitting)
    view.go(before.id)
    assert view.current is not None and view.current.mine
    view.opinion.setFocus()
    sitting.type("ok")
    sitting.control(Qt.Key.Key_S)
    sitting.until(lambda: len(QuotePresenter(sitting.seat).case(quote).steps) == 1)  # type: ignore[union-attr]
    sitting.rest()
    after = QuotePresenter(sitting.seat).case(quote)
    assert after is not None
    step = after.steps[0]
    assert (step.choice, step.opinion, step.level) == ("approve", "ok", 1)
    row = view.table.current()
    assert row is not None and "王芳 E1001" in row.cells, "people have a name and a number"
    decided = view.steps.model.row(0)
    assert decided is not None and "李敏 E1002" in decided.cells
    assert "王芳 E1001" in [str(fact.value) for fact in view.facts.facts]
    person = sitting.seat.read(person_by_number, step.person)
    assert person is not None and person.number != before.requester
    said = statement(before.id.hex, before.subject_hash, 1, "approve")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(person.public_key))
    key.verify(bytes.fromhex(step.signature), said)
    assert view.current is not None and not view.current.mine, "nobody decides twice"


def test_returning_asks_for_a_reason_and_the_opinion_outlives_a_refresh(sitting: Sitting) -> None:
    sitting.sit()
    quote = submitted(sitting, 303)
    sitting.sit("reviewer")
    case = QuotePresenter(sitting.seat).case(quote)
    assert case is not None
    view = approvals(sitting)
    view.go(case.id)
    sitting.control(Qt.Key.Key_R)
    sitting.rest()
    assert view.opinion.hasFocus(), "it goes to where the reason is missing"
    unchanged = QuotePresenter(sitting.seat).case(quote)
    assert unchanged is not None and unchanged.steps == ()
    sitting.type("sum too high")
    sitting.press(Qt.Key.Key_F5)
    sitting.rest()
    assert view.opinion.toPlainText() == "sum too high"
    sitting.control(Qt.Key.Key_R)
    sitting.until(lambda: QuotePresenter(sitting.seat).card(quote).state == RETURNED)
