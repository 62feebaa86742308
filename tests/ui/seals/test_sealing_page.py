"""The custodian's stepper over the simulated machine: refusals, an imprint, and a real doubt."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from app.documents.page_codes import PageCode, encode
from app.kit.money import yuan_grouped
from app.seals.queries import JobCard
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.contracts.presenter import ContractsPresenter
from ui.register.presenter import Impression
from ui.register.view import RegisterView
from ui.seals.machine_face import state_words
from ui.seals.session import MachineView
from ui.seals.view import SealingPage, Step, read_pages
from ui.shell.record_reading import RecordReader


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ("3, 5", (3, 5)),
        ("3，5、5", (3, 5, 5)),
        (" 8 ", (8,)),
        ("", None),
        ("0", None),
        ("9", None),
        ("-1", None),
        ("3 x", None),
        ("²", None),
    ],
)
def test_pages_are_read_or_refused(typed: str, pages: tuple[int, ...] | None) -> None:
    assert read_pages(typed, 8) == pages


def test_a_machine_nobody_asked_yet_is_not_shown_as_ready() -> None:
    assert state_words(None) != state_words(MachineView(None))


def sealing(sitting: Sitting, role: str) -> SealingPage:
    """Open the custodian's page."""
    sitting.sit(role)
    view = sitting.open("seals", SealingPage)
    sitting.until(lambda: bool(view.choose.rows.rows))
    return view


def page_picture(branch: Branch, contract_id: UUID, page: int) -> bytes:
    """Print a page of a contract."""
    return ContractsPresenter(branch.seat("clerk")).page_picture(contract_id, page, dpi=200)


def test_a_clerk_may_look_and_not_seal(sitting: Sitting, branch: Branch) -> None:
    branch.signed(621)
    view = sealing(sitting, "clerk")
    sitting.rest()
    (verb,) = view.verbs()
    assert not verb.enabled and verb.reason is not None
    sitting.control(Qt.Key.Key_Return)
    assert view.step is Step.CHOOSE


@pytest.mark.slow
def test_from_the_code_on_the_page_to_a_ruling_of_two(sitting: Sitting, branch: Branch) -> None:
    site = sitting.site
    if not site.machine_has_power:
        site.power_machine_up()
    site.machine.ask("paper", out=True)  # whoever came before may have left some in it
    contract_id = branch.signed(622)
    card = ContractsPresenter(branch.seat("clerk")).card(contract_id)
    view = sealing(sitting, "custodian")
    operator, witness = (site.person("custodian", n).number for n in (0, 1))
    # A code nobody knows is refused in words, the one on the page finds its contract.
    view.choose.scan.setFocus()
    sitting.type("SD1:NONE")
    sitting.press(Qt.Key.Key_Return)
    assert view.choose.scan_note.text() and view.step is Step.CHOOSE
    view.choose.scan.clear()
    code = PageCode(card.number, card.version, 3, card.pages, card.content_sha256[:16])
    sitting.type(encode(code))
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: view.step is Step.CHECK)
    # Pages that are none are refused beside the field.
    view.check.pages.setFocus()
    view.check.pages.selectAll()
    sitting.type("3, 99")
    sitting.press(Qt.Key.Key_Return)
    assert view.step is Step.CHECK and view.check.pages_note.text()
    view.check.pages.selectAll()
    sitting.type("3")
    sitting.press(Qt.Key.Key_Return)
    assert view.step is Step.PROVE
    # Whoever proves sees what for: the record, the pages, whose it is and the amount.
    shown = view.prove.what.text() + view.prove.whom.text()
    for what in (card.number, "3", card.customer_name, yuan_grouped(card.premium_fen)):
        assert what in shown
    prove(sitting, view, operator, witness)
    sitting.until(lambda: view.step is Step.STAMP)
    assert sitting.window.may_close() is not None
    # Nothing lies in it: the verb waits and says why. Another page is refused with what it is.
    sitting.until(lambda: view._machine is not None and not view._machine.paper)
    assert not view.verbs()[0].enabled
    site.lay_in(page_picture(branch, contract_id, 4), 4)
    sitting.until(lambda: view.verbs()[0].enabled)
    sitting.press(Qt.Key.Key_F9)
    sitting.until(lambda: view.at_rest)
    assert view.step is Step.STAMP and card.number in view.stamping.seen_words.text()
    assert view._presenter.doubts() == []
    # The power goes after the intent: the machine itself does not know.
    site.lay_in(page_picture(branch, contract_id, 3), 3)
    site.machine.ask("power_loss", at="after_intent")
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.step is Step.DOUBT)
    site.power_machine_up()
    sitting.until(lambda: not view.doubt.now.picture_box().isEmpty())
    assert not view.doubt.form.isVisible()
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.doubt.form.isVisible())
    rule(sitting, view, operator, witness)
    sitting.qtbot.waitUntil(lambda: view.step is Step.DONE, timeout=60_000)
    job = view._done
    assert job is not None and job.state == "closed_short"
    assert [stamp.state for stamp in job.stamps] == ["settled_not_done"]
    assert view._presenter.doubts() == [] and sitting.window.may_close() is None
    registered(sitting, job)


def registered(sitting: Sitting, job: JobCard) -> None:
    """Look the impression up in the register: its record, its timeline, what belongs to it."""
    register = sitting.open("register", RegisterView, job.id)
    sitting.until(lambda: register.current is not None)
    sitting.rest()
    line = register.current
    assert isinstance(line, Impression) and line.stamp.id == job.stamps[0].id
    facts = [str(fact.value) for fact in register.facts.facts]
    assert job.subject_number in facts and "陈静 E1004" in facts and "刘洋 E1005" in facts
    key = register.around_of(line)
    assert key is not None
    belongs = RecordReader(sitting.seat).related(key)
    assert {one.kind for one in belongs} >= {"contract", "customer"}
    assert job.id not in [one.target for one in belongs], "a record does not belong to itself"
    page = RecordReader(sitting.seat).timeline(key).page()
    told = [one.what.in_language("en") for one in page.entries]
    assert any("permit asked for" in one for one in told), told
    assert any(one.startswith("Impression 1 begun") for one in told)
    assert [verb.key for verb in register.verbs()] == ["open"]


def prove(sitting: Sitting, view: SealingPage, operator: str, witness: str) -> None:
    """Type both proofs as two people do, Enter from field to field."""
    site = sitting.site
    for text in (
        site.code(site.branch, operator),
        witness,
        site.password(witness),
        site.code(site.branch, witness),
    ):
        sitting.type(text)
        sitting.press(Qt.Key.Key_Return)
    sitting.control(Qt.Key.Key_Return)


def rule(sitting: Sitting, view: SealingPage, operator: str, second: str) -> None:
    """Let two persons say that it was not stamped."""
    site, form = sitting.site, view.doubt.form
    form.editor("ruling").put("settled_not_done")
    form.editor("statement").setFocus()
    for text in (
        "no imprint on the paper",
        site.code(site.branch, operator),
        second,
        site.password(second),
        site.code(site.branch, second),
    ):
        sitting.type(text)
        sitting.press(Qt.Key.Key_Return)
    sitting.control(Qt.Key.Key_Return)
