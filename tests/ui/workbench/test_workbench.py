"""The workbench names what waits on whom, and Enter opens it at its next verb."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.kit.money import yuan_grouped
from app.kit.words import t
from tests.ui.approvals.test_approvals_page import submitted
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.approvals.view import ApprovalsView
from ui.pricing.presenter import QuotePresenter
from ui.reports.view import ReportsView
from ui.shell.pictures import SMALL_SCREEN
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.theme.tokens import Mood
from ui.widgets.figure_card import Figure, FigureCard
from ui.widgets.verb import VerbButton
from ui.workbench.presenter import COUNTED, Load
from ui.workbench.steps import Urgency
from ui.workbench.view import PEOPLE, STEPS, WorkbenchView


def test_a_case_waits_on_the_reviewer_and_opens_with_its_verb_focused(sitting: Sitting) -> None:
    sitting.sit()
    quote = submitted(sitting, 501)
    case = QuotePresenter(sitting.seat).case(quote)
    assert case is not None
    sitting.sit("reviewer")
    bench = sitting.window.page("workbench")
    assert isinstance(bench, WorkbenchView)
    sitting.until(lambda: bench.table.model.rowCount() > 0)
    place = next(n for n, task in enumerate(bench.lines) if task.target == case.id)
    bench.table.view.setFocus()
    bench.table.view.go_to(place)
    sitting.press(Qt.Key.Key_Return)
    view = sitting.window.page("approvals")
    assert isinstance(view, ApprovalsView)
    sitting.until(lambda: view.current is not None and view.current.case.id == case.id)
    focused = sitting.window.focusWidget()
    assert isinstance(focused, VerbButton) and focused.verb.key == "approve"


def shown(view: WorkbenchView) -> list[str]:
    """Give the keys of the cards that are shown, in their order."""
    return [one.shown.key for one in view.cards.cards if not one.isHidden()]


def test_every_card_of_every_role_opens_exactly_what_it_counts(
    sitting: Sitting, branch: Branch
) -> None:
    branch.signed(1801)
    branch.drafted(1802)
    branch.approved(1803)
    sitting.sit()
    submitted(sitting, 1804)
    counted = 0
    for role in ("clerk", "reviewer", "custodian", "branch_manager"):
        sitting.sit(role)
        view = sitting.open("workbench", WorkbenchView)
        sitting.rest()
        assert view.bench is not None
        assert shown(view) == [card.key for card in view.bench.cards]
        for card in view.bench.cards:
            if card.page:
                continue
            view.press(card.key)
            assert view.table.model.rowCount() == int(card.figure.replace(",", "")), card.key
            assert view.cards.card(card.key).isChecked()
            filled = [
                one for one in view.findChildren(VerbButton) if one.property("look") == "filled"
            ]
            assert sum(one.isVisible() for one in filled) == 1, card.key
            counted += len(card.lines)
            view.show_mine()
            assert view.table.model.rowCount() == len(view.bench.today)
    assert counted > 4, "something stood in them"


def test_the_managers_load_and_figures_hold(sitting: Sitting, branch: Branch) -> None:
    branch.drafted(1811)
    branch.approved(1812)
    sitting.sit("branch_manager")
    view = sitting.open("workbench", WorkbenchView)
    sitting.rest()
    bench = view.bench
    assert bench is not None and bench.leading
    assert sum(len(one.lines) for one in bench.steps) == len({*_ids(bench.steps)})
    for place, loads in ((PEOPLE, bench.people), (STEPS, bench.steps)):
        view.tabs.setCurrentIndex(place)
        table = view.people if place == PEOPLE else view.steps
        table.view.setFocus()
        table.view.go_to(0)
        sitting.press(Qt.Key.Key_Return)
        assert view.table.model.rowCount() == len(loads[0].lines) > 0
        sitting.press(Qt.Key.Key_Escape)
        assert view.table.model.rowCount() == len(bench.today)
    actor = sitting.seat.actor
    others = [one for one in bench.today if not one.waits_on(actor)]
    assert others and all(one.urgency is Urgency.STOP for one in others)
    figures = {card.key: card.figure for card in bench.cards}
    view.press("contracted")
    reports = sitting.window.page("reports")
    assert isinstance(reports, ReportsView)
    sitting.until(lambda: reports.ran is not None)
    assert reports.ran is not None
    assert yuan_grouped(reports.ran.pivot.figure("premium") or 0) == figures["contracted"] != "0.00"


def _ids(loads: Sequence[Load]) -> list[object]:
    return [(one.step, one.target) for load in loads for one in load.lines]


def test_an_empty_workbench_teaches_the_way_to_the_first_line(sitting: Sitting) -> None:
    sitting.sit("custodian")
    sitting.hush()
    view = sitting.open("workbench", WorkbenchView)
    sitting.rest()
    view._take(replace(view.bench, today=(), cards=()))  # type: ignore[type-var]
    assert view.empty.isVisible() and not view.bar.buttons
    assert "待用印" in " ".join(one.text() for one in view.empty.findChildren(QLabel))
    view.empty.findChild(VerbButton).click()
    sitting.arrive()
    assert sitting.window.page_key == "seals"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_word_of_a_card_is_cut_on_a_small_screen(
    sitting: Sitting, branch: Branch, language: str
) -> None:
    for role in ("clerk", "branch_manager"):
        sitting.sit(role)
        sitting.window.resize(SMALL_SCREEN.window)
        view = sitting.open("workbench", WorkbenchView)
        sitting.rest()
        speak(language)
        cut = [one.shown.key for one in view.cards.cards if not one.isHidden() and one.cut]
        assert cut == []
        for key, words in COUNTED.items():
            one = view.cards.cards[0]
            one.tell(Figure(key, "1,234", words.words, words.mood))
            assert not one.cut, key
        speak("zh_CN")


def test_a_card_with_too_many_words_is_known_to_be_cut(theme: Theme) -> None:
    card = FigureCard(theme, Figure("x", "1", t("{code}", code="超长的说明" * 12), Mood.OK))
    card.resize(150, 84)
    card.grab()
    assert card.cut and "超长" in card.toolTip()
