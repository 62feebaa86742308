"""The seal register: within the policy's leave, and a machine reopened by two offices."""

from uuid import UUID

import pytest

from app.assembly.demo import DEVICE_ID
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.seals.actions import FreezeMachine, ReopenMachine
from app.seals.queries import machine_card
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.register.presenter import MachineCase, RegisterPresenter, place_of
from ui.register.view import RegisterView


def stopped(branch: Branch, said: str) -> UUID:
    """Have the custodian take the machine out of service; gives the case."""
    custodian = branch.seat("custodian")
    case_id = new_id(custodian.clock)
    order = FreezeMachine(case_id, DEVICE_ID, "reported", (), said)
    custodian.perform("seals.freeze_machine", order)
    branch.site.branch.sync()
    return case_id


def test_two_offices_reopen_a_machine_by_a_fresh_code_for_that_case(
    branch: Branch, sitting: Sitting
) -> None:
    site = branch.site
    case_id = stopped(branch, "the lid is loose")
    sitting.sit("branch_manager")
    sitting.hush()
    view = sitting.open("register", RegisterView, case_id)
    sitting.until(lambda: view.current is not None and view.current.id == case_id)
    sitting.rest()
    assert [verb.key for verb in view.verbs()] == ["agree"]
    view.agree()
    assert view.agreeing.isVisible(), "without a word nothing is agreed"
    view.agreeing.fill({"opinion": "hinge tightened, paper taken out"})
    view.agree()
    sitting.until(lambda: isinstance(view.current, MachineCase) and not view.verbs())
    manager = RegisterPresenter(sitting.seat)
    found = manager.found(case_id)
    assert isinstance(found, MachineCase) and found.case.state == "agreed"
    known = sitting.seat.read(machine_card, found.case.device_id)
    assert known is not None and known.frozen == "reported", "the branch alone does not reopen it"
    assert found.case.told is not None and found.case.told.total == known.total
    site.branch.sync()
    site.head_office.sync()
    chief = site.sit(site.head_office, "E0001")
    presenter = RegisterPresenter(chief)
    there = presenter.found(case_id)
    assert isinstance(there, MachineCase) and presenter.may_reopen(there.case)
    place = place_of(there.case)
    with pytest.raises(BranchError) as refused:
        presenter.reopen(there.case, place, "compared with the log", "000000")
    assert refused.value.code == "E-LOGIN-CODE"
    with pytest.raises(BranchError) as refused:
        chief.perform(
            "seals.reopen_machine",
            ReopenMachine(case_id, place.total, place.log_sequence, place.log_head, "x"),
        )
    assert refused.value.code == "E-ACCESS-PROOF", "a code of the sign-in is not one for this case"
    code = site.code(site.head_office, "E0001")
    presenter.reopen(there.case, place, "compared with the log", code)
    site.head_office.sync()
    site.branch.sync()
    after = sitting.seat.read(machine_card, found.case.device_id)
    assert after is not None and after.frozen == ""
    closed = manager.found(case_id)
    assert isinstance(closed, MachineCase)
    assert (closed.case.state, closed.case.closed_by) == ("closed", "E0001")
    assert closed.case.ruling == "compared with the log"


def test_who_has_no_part_in_seals_has_no_register(branch: Branch) -> None:
    case_id = stopped(branch, "for the reviewer")
    reviewer = RegisterPresenter(branch.seat("reviewer"))
    assert not reviewer.sees and reviewer.lines() == []
    with pytest.raises(BranchError) as refused:
        reviewer.found(case_id)
    assert refused.value.code == "E-ACCESS-SEE"
    custodian = RegisterPresenter(branch.seat("custodian"))
    found = custodian.found(case_id)
    assert isinstance(found, MachineCase)
    assert not custodian.may_agree(found.case) and not custodian.may_reopen(found.case)
    assert [one.id for one in custodian.lines()][:1] == [case_id], "what waits comes first"
    settle(branch, case_id)
    assert RegisterPresenter(branch.seat("clerk")).found(new_id(branch.site.clock)) is None


def settle(branch: Branch, case_id: UUID) -> None:
    """Close a case by both offices, so that the machine serves the other tests."""
    site = branch.site
    manager = RegisterPresenter(branch.seat("branch_manager"))
    found = manager.found(case_id)
    assert isinstance(found, MachineCase)
    manager.agree(found.case, "ok", None)
    site.branch.sync()
    site.head_office.sync()
    chief = RegisterPresenter(site.sit(site.head_office, "E0001"))
    there = chief.found(case_id)
    assert isinstance(there, MachineCase) and there.case.told is None
    assert place_of(there.case) == there.case.known
    chief.reopen(there.case, there.case.known, "ok", site.code(site.head_office, "E0001"))
    site.head_office.sync()
    site.branch.sync()
