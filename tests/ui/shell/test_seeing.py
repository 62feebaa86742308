"""What a person may see, on every way to it: navigation, lists, search, links by id."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from app.access.leave import Leave
from app.access.policy import policy_of
from app.access.rules import ROLES
from app.assembly.finding import find_records
from app.assembly.workstation import Seat
from app.kit.errors.base import BranchError
from app.packs.resources import resource_bytes
from app.store.actor import Actor
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.approvals.presenter import ApprovalsPresenter
from ui.approvals.view import ApprovalsView
from ui.contracts.presenter import ContractsPresenter
from ui.customers.presenter import CustomersPresenter
from ui.pricing.presenter import QuotePresenter
from ui.shell.page import Surroundings
from ui.shell.ports import Desk
from ui.shell.record_reading import page_open_to
from ui.signing.presenter import SigningPresenter

PEOPLE_OF_THE_DESK = {
    "clerk": {"customers", "pricing", "approvals", "contracts", "signing", "seals"},
    "reviewer": {"customers", "pricing", "approvals", "contracts", "signing"},
    "custodian": {"customers", "contracts", "signing", "seals"},
    "branch_manager": {"customers", "pricing", "approvals", "contracts", "signing", "seals"},
    "provincial_approver": {"customers", "pricing", "approvals", "contracts", "signing", "seals"},
    "head_office_approver": {"customers", "pricing", "approvals", "contracts", "signing", "seals"},
    "auditor": {"customers", "pricing", "approvals", "contracts", "signing", "seals"},
    "administrator": {"seals"},
}
"""Which pages of records each role has, written from the job descriptions."""
FOR_ALL = {"workbench", "problems", "sync", "devices", "reports"}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_nobody_of_a_role_may_see_is_not_in_her_navigation(role: str) -> None:
    policy = policy_of(resource_bytes("rules/access.json"))
    leave = Leave(Actor("P1", "P", frozenset({role}), "ho.79.790115", "desk"), policy)
    records = set().union(*PEOPLE_OF_THE_DESK.values())
    assert {key for key in records if page_open_to(leave, key)} == PEOPLE_OF_THE_DESK[role]
    assert all(page_open_to(leave, key) for key in FOR_ALL)


def test_the_window_of_a_custodian_has_her_pages_and_refuses_another_in_words(
    sitting: Sitting,
) -> None:
    sitting.sit("custodian")
    sitting.hush()
    window = sitting.window
    pages = set(window.page_keys)
    assert pages & (PEOPLE_OF_THE_DESK["clerk"]) == PEOPLE_OF_THE_DESK["custodian"]
    assert window.navigation.count() == len(window.page_keys)
    before = window.page_key
    window.open_page("pricing", UUID(int=1))
    shown = window.banner.problem
    assert shown is not None and shown.code == "E-ACCESS-SEE"
    assert window.page_key == before, "she stays where she was"
    window.banner.clear()


def refused(call: Callable[[UUID], object], id: UUID) -> str:
    try:
        call(id)
    except BranchError as error:
        return error.code
    return ""


def test_lists_search_and_links_by_id_hold_to_the_same_leave(branch: Branch) -> None:
    quote_id = branch.approved(1477, name="查看权测试公司")
    clerk = branch.seat("clerk")
    card = QuotePresenter(clerk).card(quote_id)
    case = QuotePresenter(clerk).case(quote_id)
    assert case is not None
    contract_id = ContractsPresenter(clerk).draw_up(quote_id).contract_id

    def seen(seat: Desk) -> list[str]:
        return [
            refused(CustomersPresenter(seat).card, card.customer_id),
            refused(QuotePresenter(seat).found, quote_id),
            refused(ApprovalsPresenter(seat).found, case.id),
            refused(ContractsPresenter(seat).found, contract_id),
            refused(SigningPresenter(seat).sheet, contract_id),
        ]

    def listed(seat: Desk) -> list[bool]:
        return [
            CustomersPresenter(seat).size_up_to(10) > 0,
            bool(CustomersPresenter(seat).find("查看权测试")),
            bool(QuotePresenter(seat).quotes()),
            bool(QuotePresenter(seat).find_customers("查看权测试")),
            bool(ApprovalsPresenter(seat).views()),
            bool(ContractsPresenter(seat).contracts()),
        ]

    def found(seat: Desk) -> set[str]:
        return {line.page for line in find_records(seat, "查看权测试").lines}

    assert seen(clerk) == [""] * 5 and listed(clerk) == [True] * 6
    assert found(clerk) == {"customers", "pricing", "contracts", "approvals"}
    custodian = branch.seat("custodian")
    no = "E-ACCESS-SEE"
    assert seen(custodian) == ["", no, no, "", ""]
    assert listed(custodian) == [True, True, False, True, False, True]
    assert found(custodian) == {"customers", "contracts"}


def from_elsewhere(seat: Desk) -> Seat:
    """Give the same seat to a person of an office that reaches none of this desk's records."""
    assert isinstance(seat, Seat)
    return Seat(seat.station, replace(seat.who, actor=replace(seat.actor, scope="ho.80")))


def test_who_is_of_another_office_finds_nothing_and_is_told_so(
    branch: Branch, sitting: Sitting
) -> None:
    quote_id = branch.approved(1478, name="外机构测试公司")
    case = QuotePresenter(branch.seat("clerk")).case(quote_id)
    assert case is not None
    stranger = from_elsewhere(branch.seat("clerk"))
    assert CustomersPresenter(stranger).size_up_to(10) == 0
    assert CustomersPresenter(stranger).count() == 0
    assert CustomersPresenter(stranger).find("外机构") == ()
    assert ApprovalsPresenter(stranger).views() == []
    assert find_records(stranger, "外机构测试").lines == ()
    desk = sitting.desk
    view = ApprovalsView(_at(sitting), desk.lane, ApprovalsPresenter(stranger))
    sitting.qtbot.addWidget(view)
    view.show()
    problems: list[object] = []
    view.troubled.connect(problems.append)
    view.open_at(case.id)
    sitting.until(lambda: bool(problems))
    assert problems[0].code == "E-ACCESS-SEE"  # type: ignore[attr-defined]
    assert view.table._empty is not None
    assert str(view.table._empty._what.text()) == "这些记录不归您查看。"


def _at(sitting: Sitting) -> Surroundings:
    return Surroundings(sitting.desk.theme, sitting.desk.bridge, sitting.desk.clock)
