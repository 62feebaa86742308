"""Taking an organisation up by keyboard: checks while typing, doubles, drafts, search."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.assembly.demo_people import demo_branch
from app.customers.actions import RegisterOrganisation
from app.kit.clock import today
from tests.ui.desk_site import Sitting
from ui.customers.presenter import CustomersPresenter
from ui.customers.view import CustomersView
from ui.forms.fields import Standing
from ui.pricing.view import QuotesView
from ui.widgets.verb import VerbButton

Typist = Callable[[QWidget, str], None]


def made_up(sitting: Sitting, seed: int) -> RegisterOrganisation:
    """Make an organisation up that is not there yet."""
    return demo_branch(size=0, seed=seed, on=today(sitting.site.clock)).group


def customers(sitting: Sitting) -> CustomersView:
    """Open the page by its key."""
    sitting.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    view = sitting.window.page("customers")
    assert isinstance(view, CustomersView)
    sitting.rest()
    return view


def type_group(sitting: Sitting, write: Typist, group: RegisterOrganisation) -> None:
    """Fill the form from field to field with Enter."""
    view = sitting.window.page("customers")
    assert isinstance(view, CustomersView)
    operator = group.contacts[0]
    write(view.new.form.editor("name"), group.name)
    sitting.press(Qt.Key.Key_Return)
    sitting.type(group.credit_code)
    sitting.press(Qt.Key.Key_Return)
    write(view.new.form.editor("operator"), operator.name)
    sitting.press(Qt.Key.Key_Return)
    sitting.type(operator.id_no)
    sitting.press(Qt.Key.Key_Return)
    sitting.type(operator.mobile)


def test_an_organisation_is_taken_up_by_keyboard(sitting: Sitting, write_chinese: Typist) -> None:
    sitting.sit()
    view = customers(sitting)
    group = made_up(sitting, 101)
    sitting.control(Qt.Key.Key_N)
    type_group(sitting, write_chinese, group)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.card is not None and view.card.line.name == group.name)
    sitting.rest()
    assert view.card is not None and view.card.contacts[0].name == group.contacts[0].name
    assert not view.typing_new
    found = CustomersPresenter(sitting.seat).holder(group.credit_code)
    assert found is not None and found.id == view.card.line.id
    focused = sitting.window.focusWidget()
    assert isinstance(focused, VerbButton) and focused.verb.key == "quote"
    sitting.press(Qt.Key.Key_Space)
    quotes = sitting.window.page("pricing")
    assert isinstance(quotes, QuotesView) and quotes.composing
    assert quotes.composer.draft.customer == view.card.line.id.hex


def test_a_wrong_number_is_told_while_it_is_typed(sitting: Sitting, write_chinese: Typist) -> None:
    sitting.sit()
    view = customers(sitting)
    group = made_up(sitting, 102)
    sitting.control(Qt.Key.Key_N)
    form = view.new.form
    form.editor("credit_code").setFocus()
    sitting.type("91I")
    note = form.notes()["credit_code"]
    assert note.standing is Standing.WRONG, "a letter no code has is told at once"
    form.editor("credit_code").put("")
    sitting.type(group.credit_code[:17])
    assert form.notes()["credit_code"].standing is Standing.INCOMPLETE
    last = "0" if group.credit_code[17] != "0" else "1"
    sitting.type(last)
    assert form.notes()["credit_code"].standing is Standing.WRONG
    sitting.control(Qt.Key.Key_Return)
    sitting.rest()
    assert view.typing_new, "nothing is saved while a number is wrong"
    assert CustomersPresenter(sitting.seat).holder(group.credit_code) is None


def test_a_double_is_shown_and_opened(sitting: Sitting, write_chinese: Typist) -> None:
    sitting.sit()
    presenter = CustomersPresenter(sitting.seat)
    there = made_up(sitting, 103)
    sitting.seat.perform("customers.register_organisation", there)
    view = customers(sitting)
    sitting.control(Qt.Key.Key_N)
    other = replace(made_up(sitting, 104), name=there.name, credit_code=there.credit_code)
    type_group(sitting, write_chinese, other)
    line = view.new.doubles[0]
    sitting.until(lambda: line.isVisible() and there.name in line.text())
    sitting.window.resize(1280, 700)
    sitting.qtbot.wait(30)
    assert line.visibleRegion().boundingRect() == line.rect(), "in sight however low the window"
    sitting.control(Qt.Key.Key_Return)
    sitting.rest()
    assert view.typing_new
    before = presenter.count()
    line.buttons[0].setFocus()
    sitting.press(Qt.Key.Key_Space)
    sitting.until(lambda: view.card is not None and view.card.line.id == there.customer_id)
    assert not view.typing_new
    assert presenter.count() == before


def test_a_near_double_is_a_warning_and_may_be_saved(
    sitting: Sitting, write_chinese: Typist
) -> None:
    sitting.sit()
    there = made_up(sitting, 105)
    sitting.seat.perform("customers.register_organisation", there)
    near = demo_branch(size=0, seed=1050, on=today(sitting.site.clock)).group
    code = near.credit_code
    view = customers(sitting)
    sitting.control(Qt.Key.Key_N)
    presenter = CustomersPresenter(sitting.seat)
    same_place = presenter.doubles(there.name, there.credit_code[:8] + code[8:])
    assert [line.id for line in same_place] == [there.customer_id]
    assert presenter.doubles("", code) == ()
    assert view.typing_new


def test_what_was_typed_is_offered_again_after_a_crash(
    sitting: Sitting, write_chinese: Typist
) -> None:
    sitting.sit()
    view = customers(sitting)
    group = made_up(sitting, 106)
    sitting.control(Qt.Key.Key_N)
    write_chinese(view.new.form.editor("name"), group.name)
    sitting.press(Qt.Key.Key_Return)
    sitting.type("9179")
    presenter = CustomersPresenter(sitting.seat)
    sitting.until(lambda: dict(presenter.draft()).get("credit_code") == "9179")
    sitting.sit()  # a new window knows nothing of the former one
    view = customers(sitting)
    sitting.until(view.draft.isVisible)
    assert group.name in view.draft.text()
    view.draft.buttons[0].click()
    texts = dict(view.new.form.draft().texts)
    assert (texts["name"], texts["credit_code"]) == (group.name, "9179")
    sitting.press(Qt.Key.Key_Escape)
    sitting.rest()
    assert not view.typing_new and view.draft.isVisible(), "Esc steps back and loses nothing"
    view.draft.buttons[1].click()
    sitting.rest()
    assert presenter.draft() == ()


def test_a_customer_is_found_by_name_phone_tail_and_id_tail(sitting: Sitting) -> None:
    sitting.sit()
    there = made_up(sitting, 107)
    sitting.seat.perform("customers.register_organisation", there)
    view = customers(sitting)
    for words in (there.name[:4], there.credit_code[-5:], there.contacts[0].mobile[-4:]):
        view.table.show_only(words)
        found = [view.table.model.row(n) for n in range(view.table.model.rowCount())]
        assert there.customer_id in [row.id for row in found if row is not None], words
    view.table.show_only("no such customer")
    assert view.table.model.rowCount() == 0
