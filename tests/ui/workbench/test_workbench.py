"""The workbench names what waits on whom, and Enter opens it at its next verb."""

from PySide6.QtCore import Qt

from tests.ui.approvals.test_approvals_page import submitted
from tests.ui.desk_site import Sitting
from ui.approvals.view import ApprovalsView
from ui.pricing.presenter import QuotePresenter
from ui.widgets.verb import VerbButton
from ui.workbench.view import WorkbenchView


def test_a_case_waits_on_the_reviewer_and_opens_with_its_verb_focused(sitting: Sitting) -> None:
    sitting.sit()
    quote = submitted(sitting, 501)
    case = QuotePresenter(sitting.seat).case(quote)
    assert case is not None
    sitting.sit("reviewer")
    bench = sitting.window.page("workbench")
    assert isinstance(bench, WorkbenchView)
    sitting.until(lambda: bench.table.model.rowCount() > 0)
    place = next(n for n, task in enumerate(bench._tasks) if task.target == case.id)
    bench.table.view.setFocus()
    bench.table.view.go_to(place)
    sitting.press(Qt.Key.Key_Return)
    view = sitting.window.page("approvals")
    assert isinstance(view, ApprovalsView)
    sitting.until(lambda: view.current is not None and view.current.case.id == case.id)
    focused = sitting.window.focusWidget()
    assert isinstance(focused, VerbButton) and focused.verb.key == "approve"
