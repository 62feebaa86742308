"""Sync by hand: what waits is sent; without a line it is said, and nothing is lost."""

from PySide6.QtCore import Qt

from app.assembly.demo_people import demo_branch
from app.kit.clock import today
from tests.ui.desk_site import Sitting
from ui.sync.view import SyncScreen


def page(sitting: Sitting) -> SyncScreen:
    """Open the page, syncing by itself switched off so that the test decides when."""
    sitting.hush()
    view = sitting.open("sync", SyncScreen)
    sitting.rest()
    return view


def register(sitting: Sitting, seed: int) -> None:
    """Do something head office must hear of."""
    group = demo_branch(size=0, seed=seed, on=today(sitting.site.clock)).group
    sitting.seat.perform("customers.register_organisation", group)


def test_what_waits_is_sent_by_one_key(sitting: Sitting) -> None:
    sitting.sit()
    view = page(sitting)
    register(sitting, 401)
    view.refresh()
    sitting.rest()
    assert view.waiting.model.rowCount() > 0
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: sitting.seat.sync_state().outbox_left == 0)
    sitting.until(lambda: view.waiting.model.rowCount() == 0)
    assert sitting.seat.sync_state().digest_equal is True


def test_without_a_line_it_is_said_and_kept(sitting: Sitting) -> None:
    sitting.sit()
    view = page(sitting)
    register(sitting, 402)
    sitting.site.stop_hub()
    try:
        sitting.control(Qt.Key.Key_Return)
        sitting.until(view.problem.isVisible)
        problem = view.problem.problem
        assert problem is not None and problem.code == "E-SYNC-OFFLINE"
        sitting.rest()
        assert view.waiting.model.rowCount() > 0
        assert sitting.seat.sync_state().offline_since is not None
    finally:
        sitting.site.start_hub()
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: sitting.seat.sync_state().outbox_left == 0)
    sitting.until(lambda: not view.problem.isVisible())
