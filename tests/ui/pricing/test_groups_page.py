"""Groups by form, by keyboard: hospital covers typed row by row, mended, priced, submitted."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.pricing.groups import GROUP_FIELDS, GroupField
from app.pricing.quoting import APPROVED, PRICED, SUBMITTED
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from tests.ui.pricing.quote_table import PEOPLE, composing, with_roster
from ui.approvals.presenter import ApprovalsPresenter
from ui.pricing.compose import QuoteComposer
from ui.pricing.presenter import QuotePresenter
from ui.pricing.view import QuotesView
from ui.shell.pictures import cut_off, nameless

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SPACE = " "
Q12 = (
    ("30", "1", "24", "", "15000", SPACE),
    ("50", "1", "33", "", "15,000", SPACE),
    ("25", "4", "48", "", "15000", SPACE),
    ("6", "4", "48", "", "15000", "no"),
)
"""The people of the worked quote Q12: 38,904.40 yuan for a year in region B."""


def type_cell(sitting: Sitting, text: str) -> None:
    """Type into the cell under the cursor; the first letter opens it, Enter goes to the next."""
    for letter in text:
        sitting.type(letter)
    sitting.press(Qt.Key.Key_Return)
    sitting.qtbot.wait(1)  # the cell is closed in the next turn of the event loop


def type_row(sitting: Sitting, cells: Sequence[str]) -> None:
    """Add a row and type its first cells."""
    sitting.press(Qt.Key.Key_G, CTRL, SHIFT)
    for text in cells:
        type_cell(sitting, text)


def to_groups(sitting: Sitting, composer: QuoteComposer, rows: Sequence[Sequence[str]]) -> None:
    """Go to the people and type groups."""
    sitting.control(Qt.Key.Key_Return)
    assert composer.step == "roster"
    for row in rows:
        type_row(sitting, row)


def put_cursor(composer: QuoteComposer, row: int, field: GroupField) -> None:
    composer.groups.grid.setFocus()
    composer.groups.grid.go_to(row, GROUP_FIELDS.index(field))


def codes(composer: QuoteComposer) -> dict[str, str]:
    """Say which cells are wrong, with their codes."""
    return {one.cell: one.problem.code for one in composer.groups.work.read.problems}


def page(sitting: Sitting) -> QuotesView:
    view = sitting.window.page("pricing")
    assert isinstance(view, QuotesView)
    return view


def test_hospital_covers_are_typed_priced_kept_and_submitted(
    sitting: Sitting, branch: Branch
) -> None:
    sitting.sit()
    composer = composing(sitting, 221)
    to_groups(sitting, composer, Q12)
    put_cursor(composer, 0, "ghc_daily")
    type_cell(sitting, "100")
    type_cell(sitting, "3")
    assert composer.groups.work.good and composer.groups.work.read.heads == 111
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    lines = composer.price.lines.model
    assert lines.rowCount() == 5
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page(sitting).composing and page(sitting).list.current is not None)
    sitting.rest()
    card = page(sitting).list.current
    assert card is not None and card.state == PRICED
    # Q12 to the fen, and thirty times a full year of 100 yuan a day at 24: 12.00 × 10.
    assert (card.premium_fen, card.people, card.level) == (38_904_40 + 30 * 120_00, 111, 2)
    assert [line["coverage"] for line in card.lines] == ["GHI", "GHC", "GHI", "GHI", "GHI"]
    assert page(sitting).list.price.lines.model.rowCount() == 5
    assert page(sitting).list.price.steps.model.rowCount() > 40, "every step of every line"
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: page(sitting).list.current.state == SUBMITTED)  # type: ignore[union-attr]
    presenter = QuotePresenter(sitting.seat)
    assert presenter.people(card) == () and card.unnamed == 111
    assert not presenter.draft().begun

    sitting.site.branch.sync()
    for role in ("reviewer", "branch_manager"):
        case = presenter.case(card.id)
        assert case is not None
        ApprovalsPresenter(branch.seat(role)).decide(case.id, "approve", "")
        sitting.site.branch.sync()
    there = presenter.card(card.id)
    assert (there.state, there.pending) == (APPROVED, False), "head office priced it alike"
    assert (there.premium_fen, there.input_hash) == (card.premium_fen, card.input_hash)
    assert there.lines == card.lines
    view = page(sitting)
    view.list.refresh()
    sitting.rest()
    view.list.open_at(card.id)
    sitting.rest()
    first = view.verbs()[0]
    assert (first.key, first.enabled) == ("contract", False), "a contract names its people"
    assert "111" in str(first.reason)


def test_what_is_wrong_is_said_at_every_letter_with_code_and_sentence(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 222)
    sitting.control(Qt.Key.Key_Return)
    sitting.press(Qt.Key.Key_G, CTRL, SHIFT)
    grid, told = composer.groups.grid, composer.groups.cell
    assert composer.groups.work.good, "an empty row holds nothing back"
    sitting.type("0")
    assert isinstance(QApplication.focusWidget(), QLineEdit), "the letter opened the cell"
    assert codes(composer)["heads"] == "E-PRICE-HEADS"
    assert "E-PRICE-HEADS" in told.text() and "a 组“人数”" in told.text()
    sitting.press(Qt.Key.Key_Backspace)
    for letter in "12":
        sitting.type(letter)
    assert "heads" not in codes(composer) and told.text() == ""
    sitting.press(Qt.Key.Key_Return)
    sitting.qtbot.wait(1)
    assert GROUP_FIELDS[grid.currentIndex().column()] == "job_class"
    sitting.type("7")
    assert codes(composer)["job_class"] == "E-PRICE-CLASS"
    sitting.press(Qt.Key.Key_Backspace)
    type_cell(sitting, "2")
    assert codes(composer)["age"] == "E-PRICE-MISSING"
    for text in ("66", "", "15000", SPACE):
        type_cell(sitting, text)
    assert codes(composer) == {"age": "E-PRICE-AGE"}
    sitting.control(Qt.Key.Key_Return)  # the next verb is to go to the wrong place
    assert GROUP_FIELDS[grid.currentIndex().column()] == "age" and composer.step == "roster"
    assert "住院医疗" in told.text() and "66" in told.text()
    composer.price_now()
    assert composer.step == "roster", "wrong groups are not priced"
    type_cell(sitting, "65")
    assert composer.groups.work.good
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    assert cut_off(composer) == [] and nameless(composer) == []


def test_a_row_is_copied_taken_out_and_put_back(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 223)
    to_groups(sitting, composer, Q12[:1])
    sitting.press(Qt.Key.Key_C, CTRL, SHIFT)
    typed = composer.groups.work.typed
    assert len(typed) == 2 and typed[0] == typed[1]
    assert composer.groups.grid.current_row() == 1
    type_cell(sitting, "6")
    assert [one.heads for one in composer.groups.work.read.cohorts] == [30, 6]
    assert [one.name for one in composer.groups.work.read.cohorts] == ["a", "b"]
    put_cursor(composer, 0, "heads")
    sitting.press(Qt.Key.Key_R, CTRL, SHIFT)
    assert [one.heads for one in composer.groups.work.read.cohorts] == [6]
    sitting.control(Qt.Key.Key_Z)
    assert [one.heads for one in composer.groups.work.read.cohorts] == [30, 6]
    put_cursor(composer, 1, "social")
    sitting.press(Qt.Key.Key_Space)
    assert composer.groups.work.typed[1].text("social") == "no"
    sitting.press(Qt.Key.Key_Delete)
    assert codes(composer) == {"social": "E-PRICE-MISSING"}
    sitting.press(Qt.Key.Key_Escape)
    assert composer.step == "terms", "one step back, and nothing typed is lost"
    sitting.control(Qt.Key.Key_Return)
    assert len(composer.groups.work.typed) == 2


def test_groups_are_pasted_from_a_spreadsheet(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 224)
    sitting.control(Qt.Key.Key_Return)
    sitting.press(Qt.Key.Key_G, CTRL, SHIFT)
    rows = [("30", "1", "24", "", "15000", "有"), ("6", "4", "48", "", "15000", "无")]
    QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows) + "\n")
    sitting.control(Qt.Key.Key_V)
    covers = [one.covers[0] for one in composer.groups.work.read.cohorts]
    assert [cover.social_insurance for cover in covers] == [True, False]  # type: ignore[union-attr]
    QGuiApplication.clipboard().setText("\n".join(["9"] * 101))
    sitting.control(Qt.Key.Key_V)
    assert len(composer.groups.work.typed) == 2, "too many rows are refused whole"
    assert "100" in composer.groups.cell.text()


def test_groups_stand_beside_a_roster_in_one_quote(sitting: Sitting, roster: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 225)
    with_roster(sitting, composer, roster)
    alone = QuotePresenter(sitting.seat).price(composer.work.preview, composer._terms())  # type: ignore[union-attr]
    type_row(sitting, Q12[0])
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not page(sitting).composing and page(sitting).list.current is not None)
    sitting.rest()
    card = page(sitting).list.current
    assert card is not None and card.people == PEOPLE + 30 and card.unnamed == 30
    assert card.lines[-1]["cohort"] == "a" and card.lines[-1]["coverage"] == "GHI"
    assert {line["size"] for line in card.lines} == {"1.05"}, "all heads count for the size"
    assert {line["size"] for line in alone.answer["lines"]} == {"1.15"}
    presenter = QuotePresenter(sitting.seat)
    people = presenter.people(card)
    named = sum(line["subtotal_fen"] for line in card.lines if line["cohort"] != "a")
    assert len(people) == PEOPLE and sum(one.premium_fen for one in people) == named
    again = presenter.begin_again(card)
    assert [row.text("heads") for row in again.groups] == ["30"]
    sitting.control(Qt.Key.Key_E)
    sitting.until(lambda: page(sitting).composing and composer.work is not None)
    sitting.rest()
    assert composer.groups.work.read.heads == 30
    priced = presenter.price(composer.work.preview, composer._terms(), composer.groups.work)  # type: ignore[union-attr]
    assert priced.quotation.policy_premium_fen == card.premium_fen
    composer.discard()
    sitting.rest()


def test_groups_half_typed_are_offered_again_after_a_crash(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 226)
    to_groups(sitting, composer, Q12[:2])
    for letter in "12":  # the editor is still open when the power fails
        sitting.type(letter)
    typed = composer.groups.work.typed
    presenter = QuotePresenter(sitting.seat)
    sitting.until(lambda: presenter.draft().groups == typed)
    sitting.sit()
    sitting.window.open_page("pricing")
    view = page(sitting)
    sitting.until(view.offer_line.isVisible)
    view.offer_line.buttons[0].click()
    sitting.rest()
    assert view.composer.step == "roster" and view.composer.groups.work.typed == typed
    view.composer.discard()
    sitting.rest()
    assert not presenter.draft().begun


def test_too_few_people_for_a_group_are_refused_in_words(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 227)
    to_groups(sitting, composer, [("2", *Q12[0][1:])])
    assert composer.groups.work.good
    sitting.control(Qt.Key.Key_Return)
    sitting.until(composer.problem.isVisible)
    problem = composer.problem.problem
    assert problem is not None and problem.code == "E-PRICE-GROUP"
    assert composer.step == "roster"
    composer.discard()
    sitting.rest()


def test_a_price_is_gone_once_its_people_are_others(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 228)
    to_groups(sitting, composer, Q12[:2])
    put_cursor(composer, 1, "heads")
    sitting.press(Qt.Key.Key_R, CTRL, SHIFT)
    put_cursor(composer, 0, "heads")
    for letter in "31":  # Ctrl+Enter is pressed while the cell is still open
        sitting.type(letter)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    assert composer.price.lines.model.rowCount() == 1
    sitting.control(Qt.Key.Key_Z)  # the group that was taken out comes back
    assert composer.step == "roster"
    assert [one.heads for one in composer.groups.work.read.cohorts] == [31, 50]
    composer.discard()
    sitting.rest()


def compose_chinese(widget: QWidget, spelled: str, word: str) -> None:
    """Do as an input method does: the spelling shows first, then the word replaces it."""
    spelling, chosen = QInputMethodEvent(spelled, []), QInputMethodEvent()
    chosen.setCommitString(word)
    for event in (spelling, chosen):
        QApplication.sendEvent(widget, event)


def test_an_occupation_is_typed_with_an_input_method(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 229)
    to_groups(sitting, composer, [("30", "4", "35")])
    put_cursor(composer, 0, "job")
    compose_chinese(composer.groups.grid, "zhuangxie", "装卸")
    assert composer.groups.work.typed[0].text("job") == "装卸", "the whole word, at once"
    compose_chinese(QApplication.focusWidget(), "banyun", "搬运")
    sitting.press(Qt.Key.Key_Return)
    sitting.qtbot.wait(1)
    put_cursor(composer, 0, "gpa_sum")
    type_cell(sitting, "200000")
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    assert composer._priced is not None
    assert composer._priced.answer["lines"][0]["job_factor"] == "1.15"
    composer.discard()
    sitting.rest()
