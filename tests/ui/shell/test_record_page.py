"""A record as every page shows it: what belongs to it, who did what, each line opens its record."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.ui.approvals.test_approvals_page import submitted
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.approvals.view import ApprovalsView
from ui.contracts.view import FILES, ContractsPage
from ui.customers.view import CustomersView
from ui.pricing.presenter import QuotePresenter
from ui.pricing.view import QuotesView
from ui.shell.busy_guard import BusyApplication
from ui.shell.list_record import ListRecordPage
from ui.shell.record_page import BELOW_HEIGHT, SIDE_WIDTH, WIDE_ENOUGH, RecordPane
from ui.widgets.verb import VerbButton


def kinds(pane: RecordPane) -> list[str]:
    """Give the kinds of what belongs to the record, in order."""
    assert pane.related is not None
    return [line.kind for line in pane.related.lines]


def look_at_timeline(sitting: Sitting, pane: RecordPane) -> list[str]:
    """Open the timeline as a person does; give what it says."""
    assert pane.timeline is not None
    pane.tabs.setCurrentWidget(pane.timeline)
    sitting.rest()
    return [str(one.what) for one in pane.timeline.entries]


def rested(sitting: Sitting) -> None:
    """Let the cursor rest on a record until what belongs to it is read."""
    sitting.qtbot.wait(200)
    sitting.rest()


def test_a_customer_leads_to_the_contract_and_back(
    sitting: Sitting, branch: Branch, no_slow_call: None
) -> None:
    contract_id = branch.drafted(1401)
    sitting.sit()
    contracts = sitting.open("contracts", ContractsPage, contract_id)
    sitting.rest()
    card = contracts.current
    assert card is not None
    view = sitting.open("customers", CustomersView, card.customer_id)
    rested(sitting)
    sitting.until(
        lambda: kinds(view.record) == ["quote", "approval_case", "contract", "file", "file"]
    )
    panel = view.record.related
    assert panel is not None
    panel.table.view.setFocus()
    panel.table.view.go_to(2)
    sitting.press(Qt.Key.Key_Return)
    rested(sitting)
    assert sitting.window.page_key == "contracts"
    assert contracts.current is not None and contracts.current.id == contract_id
    focused = sitting.window.focusWidget()
    assert isinstance(focused, VerbButton) and focused.verb.key == "sign"
    assert kinds(contracts.record) == ["customer", "quote", "approval_case", "file", "file"]
    place = kinds(contracts.record).index("file")
    assert contracts.record.related is not None
    contracts.record.related.open_line(place)
    sitting.rest()
    assert contracts.record.tabs.currentIndex() == FILES


def test_a_quotes_timeline_tells_every_price_and_decision_once(
    sitting: Sitting, no_slow_call: None
) -> None:
    sitting.sit()
    quote = submitted(sitting, 1402)
    sitting.sit("reviewer")
    approvals = sitting.open("approvals", ApprovalsView)
    sitting.rest()
    case = QuotePresenter(sitting.seat).case(quote)
    assert case is not None
    approvals.open_at(case.id)
    rested(sitting)
    approvals.opinion.setFocus()
    sitting.type("too dear")
    sitting.control(Qt.Key.Key_R)
    sitting.until(lambda: QuotePresenter(sitting.seat).card(quote).state == "returned")
    rested(sitting)
    sitting.sit()
    view = sitting.open("pricing", QuotesView, quote)
    rested(sitting)
    said = look_at_timeline(sitting, view.list.record)
    heads = [words.split("：")[0].split(" ")[0] for words in said]
    assert heads == ["L1", "提交审批，需到", "试算"]
    timeline = view.list.record.timeline
    assert timeline is not None
    assert timeline.entries[0].detail == "too dear"
    assert all(one.line > 0 for one in timeline.entries), "each has its line in the log"
    assert all(" " in one.person for one in timeline.entries), "a name and a staff number"
    timeline.table.view.setFocus()
    timeline.table.view.go_to(0)
    sitting.press(Qt.Key.Key_Return)
    assert sitting.window.page_key == "approvals"


def test_nobody_sees_a_line_of_what_they_may_not_see(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(1403)
    sitting.sit("custodian")
    view = sitting.open("contracts", ContractsPage, contract_id)
    rested(sitting)
    assert kinds(view.record) == ["customer", "file", "file"]
    assert sitting.site.person("custodian").number


def test_it_stands_beside_where_there_is_room_and_below_where_not(
    sitting: Sitting, branch: Branch
) -> None:
    contract_id = branch.drafted(1404)
    sitting.sit()
    view = sitting.open("contracts", ContractsPage, contract_id)
    rested(sitting)
    panel = view.record.related
    assert panel is not None
    sitting.window.resize(1366, 740)
    sitting.qtbot.wait(50)
    assert panel.y() > view.record.tabs.y()
    sitting.window.resize(2200, 1000)
    sitting.qtbot.wait(50)
    assert panel.x() > view.record.tabs.x() and panel.y() == view.record.tabs.y()


def test_a_record_too_old_for_the_list_is_put_on_top(sitting: Sitting, branch: Branch) -> None:
    contract_id: UUID = branch.drafted(1405)
    sitting.sit()
    view = sitting.open("contracts", ContractsPage)
    sitting.rest()
    view._records.pop(contract_id)
    listed = view.read_all
    view.read_all = lambda: [one for one in listed() if one.id != contract_id]  # type: ignore[method-assign]
    view.open_at(contract_id)
    sitting.rest()
    assert view.current is not None and view.current.id == contract_id


def test_a_full_list_is_taken_up_and_walked_within_a_turn(
    sitting: Sitting, branch: Branch, qapp: QApplication
) -> None:
    """As many records as a page lists, the cursor going down them: no turn is a long one."""
    quote_id = branch.approved(1406)
    sitting.sit("reviewer")
    sitting.hush()
    quotes = sitting.open("pricing", QuotesView, quote_id)
    approvals = sitting.open("approvals", ApprovalsView)
    rested(sitting)
    card, case = quotes.list.current, approvals.current
    assert card is not None and case is not None
    ids = [uuid4() for _ in range(200)]
    full: tuple[tuple[str, ListRecordPage[Any], list[Any]], ...] = (
        ("pricing", quotes.list, [replace(card, id=one) for one in ids]),
        ("approvals", approvals, [replace(case, case=replace(case.case, id=one)) for one in ids]),
    )
    assert isinstance(qapp, BusyApplication)
    for key, page, records in full:
        sitting.window.open_page(key)
        sitting.rest()
        page.read_all = lambda: []  # type: ignore[method-assign]
        page.around_of = lambda _record: None  # type: ignore[method-assign]
        qapp.slow.clear()
        QTimer.singleShot(0, page, partial(page._take, records))
        sitting.until(lambda page=page: page.table.model.rowCount() == 200)  # type: ignore[misc]
        page.table.view.setFocus()
        for _ in range(5):
            sitting.press(Qt.Key.Key_Down)
        assert list(qapp.slow) == [], key


def test_what_belongs_to_a_record_is_no_taller_than_its_lines_and_never_narrows_the_facts(
    sitting: Sitting, branch: Branch
) -> None:
    contract_id = branch.drafted(1409)
    sitting.sit()
    sitting.hush()
    sitting.window.resize(1366, 768)
    view = sitting.open("contracts", ContractsPage, contract_id)
    rested(sitting)
    panel, body = view.record.related, view.record._body
    assert panel is not None and body.orientation() is Qt.Orientation.Vertical
    sitting.until(lambda: len(panel.lines) > 2)
    assert view.record.tabs.width() == body.width() and panel.height() == BELOW_HEIGHT
    panel.lines = panel.lines[:1]
    panel.say()
    sitting.rest()
    row = panel.table.view.verticalHeader().defaultSectionSize()
    assert row < panel.height() < 3 * row
    assert view.record.tabs.geometry().bottom() + body.handleWidth() + 1 == panel.y()
    assert panel.geometry().bottom() + 1 == body.height(), "no gap is left below it"
    sitting.window.resize(2400, 900)
    sitting.rest()
    assert body.orientation() is Qt.Orientation.Horizontal
    assert view.record.tabs.width() >= WIDE_ENOUGH - SIDE_WIDTH - body.handleWidth()
