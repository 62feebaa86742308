"""Making a quote by keyboard: terms, the roster mended, the price with its trace, submitting."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.kit.clock import today
from app.kit.money import yuan_grouped
from app.kit.sheets.read import read_table
from app.kit.sheets.table import cell_text
from app.kit.written import written_count
from app.pricing.quoting import PRICED, SUBMITTED
from tests.ui.approvals.test_approvals_page import submitted
from tests.ui.desk_site import Sitting
from tests.ui.pricing.quote_table import PEOPLE, composing, group_of, with_roster
from ui.customers.presenter import CustomersPresenter
from ui.forms.fields import Standing
from ui.pricing.presenter import QuotePresenter
from ui.pricing.view import QuotesView
from ui.widgets.list_filters import RangeField


def test_a_quote_is_made_and_submitted_by_keyboard(sitting: Sitting, roster: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 201)
    with_roster(sitting, composer, roster)
    assert composer.work is not None and composer.work.preview.good
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    assert composer.price.steps.model.rowCount() > PEOPLE
    sitting.control(Qt.Key.Key_Return)
    view = sitting.window.page("pricing")
    assert isinstance(view, QuotesView)
    sitting.until(lambda: not view.composing and view.list.current is not None)
    sitting.rest()
    card = view.list.current
    assert card is not None and card.state == PRICED and card.people == PEOPLE
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.list.current is not None and view.list.current.state == SUBMITTED)
    presenter = QuotePresenter(sitting.seat)
    stored = presenter.card(card.id)
    assert stored.premium_fen == sum(entry.premium_fen for entry in presenter.people(stored))
    workings = presenter.workings(stored)
    assert workings is not None and workings.premium_fen == stored.premium_fen
    assert not presenter.draft().begun, "what was kept is no draft any more"


def test_a_wrong_cell_is_found_told_and_mended_in_place(sitting: Sitting, roster: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 202)
    with_roster(sitting, composer, roster)
    grid = composer.grid
    column = grid.roster.fields.index("birth")
    right = str(grid.roster.data(grid.roster.index(3, column)))
    grid.setFocus()
    grid.setCurrentIndex(grid.roster.index(3, column))
    grid.edit(grid.currentIndex())
    sitting.control(Qt.Key.Key_A)
    sitting.type("1990-13-40")
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: composer.work is not None and not composer.work.preview.good)
    sitting.rest()
    assert composer.work is not None
    assert {one.row for one in composer.work.preview.problems} == {grid.roster.row_number(3)}
    grid.setCurrentIndex(grid.roster.index(0, 0))
    sitting.control(Qt.Key.Key_Return)  # the next verb is to go to the wrong place
    assert grid.currentIndex().row() == 3 and grid.currentIndex().column() == column
    assert "1990-13-40" in composer.cell.text()
    assert composer.step == "roster", "a wrong roster is not priced"
    grid.edit(grid.currentIndex())
    sitting.control(Qt.Key.Key_A)
    sitting.type(right)
    sitting.press(Qt.Key.Key_Return)
    sitting.until(lambda: composer.work is not None and composer.work.preview.good)
    assert composer.cell.text() == "" or "核对" not in composer.standing.text()


def test_rows_are_pasted_left_out_and_put_back(sitting: Sitting, roster: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 203)
    sitting.control(Qt.Key.Key_Return)
    table = read_table(roster.read_bytes())
    text = "\n".join("\t".join(map(cell_text, row.cells)) for row in table.rows)
    QGuiApplication.clipboard().setText(text)
    sitting.press(
        Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    )
    sitting.until(lambda: composer.work is not None)
    sitting.rest()
    assert composer.work is not None and len(composer.work.preview.people) == PEOPLE
    grid = composer.grid
    grid.setCurrentIndex(grid.roster.index(1, 0))
    left = grid.current_row_number()
    sitting.control(Qt.Key.Key_D)
    sitting.until(lambda: composer.work is not None and left in composer.work.left_out)
    sitting.rest()
    assert grid.roster.rowCount() == PEOPLE - 1
    sitting.control(Qt.Key.Key_Z)
    sitting.until(lambda: grid.roster.rowCount() == PEOPLE)
    name = grid.roster.fields.index("name")
    grid.setFocus()
    grid.setCurrentIndex(grid.roster.index(4, name))
    QGuiApplication.clipboard().setText("=cmd|' /C calc'!A0\n王小明")
    sitting.control(Qt.Key.Key_V)
    sitting.until(lambda: composer.work is not None and not composer.work.preview.good)
    assert composer.work is not None
    assert [one.code for one in composer.work.preview.problems] == ["E-ROSTER-FORMULA"]
    assert grid.roster.data(grid.roster.index(5, name)) == "王小明"


def test_a_quote_half_made_is_offered_again_with_its_roster_as_mended(
    sitting: Sitting, roster: Path
) -> None:
    sitting.sit()
    composer = composing(sitting, 204)
    with_roster(sitting, composer, roster)
    grid = composer.grid
    name = grid.roster.fields.index("name")
    grid.roster.setData(grid.roster.index(2, name), "改名之人")
    presenter = QuotePresenter(sitting.seat)
    sitting.until(lambda: any(text == "改名之人" for *_, text in presenter.draft().typed))
    sitting.sit()  # the former window is gone, as after a crash
    view = sitting.open("pricing", QuotesView)
    sitting.until(view.offer_line.isVisible)
    view.offer_line.buttons[0].click()
    again = view.composer
    sitting.until(lambda: again.work is not None)
    sitting.rest()
    assert again.step == "roster"
    assert again.grid.roster.data(again.grid.roster.index(2, name)) == "改名之人"
    assert again.customer.pick is not None
    again.discard()
    sitting.rest()
    assert not presenter.draft().begun


def test_the_last_day_follows_the_first_until_it_is_changed(sitting: Sitting) -> None:
    sitting.sit()
    composer = composing(sitting, 205)
    start = today(sitting.site.clock) + timedelta(days=40)
    composer.form.editor("start").put(start.isoformat())
    answers = composer.form.answers()
    assert answers.day("end") == QuotePresenter(sitting.seat).end_for(start)
    own = start + timedelta(days=30)
    composer.form.editor("end").put(own.isoformat())
    composer.form.editor("start").put((start + timedelta(days=1)).isoformat())
    assert composer.form.answers().day("end") == own, "what she chose herself stays"
    composer.form.editor("end").put((start - timedelta(days=9)).isoformat())
    sitting.control(Qt.Key.Key_Return)
    assert composer.step == "terms", "an end before the start goes no further"


def test_a_customer_is_found_while_typing(sitting: Sitting) -> None:
    sitting.sit()
    wanted = group_of(sitting, 206)
    view = sitting.open("pricing", QuotesView)
    sitting.rest()
    sitting.control(Qt.Key.Key_N)
    picker = view.composer.customer
    assert picker.hasFocus()
    code = CustomersPresenter(sitting.seat).card(wanted.customer_id)
    assert code is not None
    sitting.type(code.line.id_no[-6:])
    sitting.until(lambda: [one.name for one in picker.found] == [wanted.name])
    sitting.press(Qt.Key.Key_Return)
    assert picker.pick is not None and picker.pick.id == wanted.customer_id
    sitting.press(Qt.Key.Key_Backspace)
    assert picker.pick is None, "what is typed over is chosen no longer"


def test_a_file_that_is_no_roster_is_refused_in_words(sitting: Sitting, tmp_path: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 207)
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 not a workbook")
    sitting.control(Qt.Key.Key_Return)
    sitting.type(str(bad))
    sitting.press(Qt.Key.Key_Return)
    sitting.until(composer.problem.isVisible)
    problem = composer.problem.problem
    assert problem is not None and problem.code.startswith("E-SHEET")
    assert composer.work is None
    composer.file.clear()
    sitting.type(str(tmp_path / "nothing.xlsx"))
    sitting.press(Qt.Key.Key_Return)
    sitting.rest()
    problem = composer.problem.problem
    assert problem is not None and problem.code == "E-PRICE-FILE"


def test_a_priced_quote_is_changed_and_priced_anew(sitting: Sitting, roster: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 208)
    with_roster(sitting, composer, roster)
    for _ in range(2):
        sitting.control(Qt.Key.Key_Return)
        sitting.rest()
    view = sitting.window.page("pricing")
    assert isinstance(view, QuotesView)
    first = view.list.current
    assert first is not None
    sitting.control(Qt.Key.Key_E)
    sitting.until(lambda: view.composing and composer.work is not None)
    sitting.rest()
    assert composer.work is not None and composer.work.preview.good, "its people come back whole"
    composer.form.editor("region").put("C")
    composer.price_now()
    sitting.until(lambda: composer.step == "price")
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not view.composing)
    sitting.rest()
    again = QuotePresenter(sitting.seat).card(first.id)
    assert isinstance(again.id, UUID) and again.request["region"] == "C"
    assert again.input_hash != first.input_hash
    assert isinstance(again.cover_from, date)


def test_a_renewal_tells_the_claims_of_its_former_years(sitting: Sitting, roster: Path) -> None:
    sitting.sit()
    composer = composing(sitting, 209)
    assert not composer.past_part.isVisible(), "a new group has none"
    sitting.press(Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert composer.past_part.isVisible() and composer.past.editor("GPA_life_years").hasFocus()
    sitting.type("1500")
    sitting.press(Qt.Key.Key_Return)
    sitting.control(Qt.Key.Key_Return)
    assert composer.step == "terms" and composer.past.editor("GPA_loss_ratio").hasFocus()
    assert composer.past.notes()["GPA_loss_ratio"].standing is Standing.WRONG
    sitting.type("90")
    composer.keep()
    sitting.rest()
    kept = QuotePresenter(sitting.seat).draft()
    assert dict(kept.past) == {"GPA_life_years": "1500", "GPA_loss_ratio": "90"}
    with_roster(sitting, composer, roster)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: composer.step == "price")
    sitting.control(Qt.Key.Key_Return)
    view = sitting.window.page("pricing")
    assert isinstance(view, QuotesView)
    sitting.until(lambda: not view.composing and view.list.current is not None)
    sitting.rest()
    first = view.list.current
    assert first is not None
    # Z = 1500 / (1500 + 1500), f = 0.5 · 0.90 / 0.60 + 0.5 = 1.25 (domain.md 3.2).
    assert first.request["experience"] == {"GPA": {"life_years": "1500", "loss_ratio": "0.90"}}
    assert first.level == 3, "90 % needs the province"
    sitting.control(Qt.Key.Key_E)
    sitting.until(lambda: view.composing and composer.work is not None)
    sitting.rest()
    assert not composer.past_part.isHidden()
    assert composer.past.draft().text("GPA_loss_ratio") == "90%"


@pytest.mark.parametrize("typed", ["0", "-3", "1e3", "12a", "9" * 40, "\u0663"])
def test_former_years_take_plain_numbers_alone(sitting: Sitting, typed: str) -> None:
    sitting.sit()
    composer = composing(sitting, 210)
    composer.tell_past()
    composer.past.editor("GMA_life_years").put(typed)
    composer.past.editor("GMA_loss_ratio").put("50")
    composer.go_on()
    assert composer.step == "terms" and not composer.past.complete()
    composer.past.editor("GMA_life_years").put("")
    composer.past.editor("GMA_loss_ratio").put("")
    composer.go_on()
    assert composer.step == "roster", "both empty is a new group"


def test_the_list_of_quotes_gathers_adds_up_and_filters_by_amount(sitting: Sitting) -> None:
    sitting.sit()
    presenter = QuotePresenter(sitting.seat)
    kept = [presenter.card(submitted(sitting, seed)) for seed in (1701, 1702)]
    view = sitting.open("pricing", QuotesView)
    sitting.rest()
    table = view.list.table
    table.show_only(kept[0].customer_name)
    mine = [one for one in presenter.quotes() if one.customer_name == kept[0].customer_name]
    table.show_totals(True)
    people, premium = (words for _, words in table.totals.words())
    assert people == written_count(sum(one.people for one in mine))
    assert premium == yuan_grouped(sum(one.premium_fen for one in mine))
    table.show_only("")
    table.group_by("state")
    heads = [table.model.row(place) for place in range(table.model.rowCount())]
    assert sum(row.head.count for row in heads if row is not None and row.head is not None) == len(
        presenter.quotes()
    )
    table.group_by("")
    table.open_filters()
    amount, day = table.filters.fields["premium"], table.filters.fields["start"]
    assert isinstance(amount, RangeField) and isinstance(day, RangeField)
    sitting.qtbot.keyClicks(amount.least, str(kept[1].premium_fen // 100 + 1))
    dearer = {one.id for one in presenter.quotes() if one.premium_fen > kept[1].premium_fen}
    sitting.until(lambda: table.model.rowCount() == len(dearer))
