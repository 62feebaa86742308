"""A refusal of head office is a problem with words, and a person puts it away."""

from uuid import UUID

from PySide6.QtCore import Qt

from app.kit.ids import new_id
from app.store.desk_tables import InboxRow
from tests.ui.desk_site import Sitting
from ui.problems.presenter import ProblemsPresenter
from ui.problems.view import ProblemsView


def letter(sitting: Sitting, status: str) -> UUID:
    """Put a letter into the store, as a pull does when head office refused something."""
    store, clock = sitting.site.branch.store, sitting.site.clock
    number = new_id(clock)

    def write() -> None:
        with store.desk_work() as session:
            session.add(
                InboxRow(
                    id=number,
                    at=clock.now(),
                    mseq=1,
                    kind="quote",
                    scope=sitting.seat.scope,
                    row_id=new_id(clock),
                    status=status,
                    code="E-QUOTE-PREMIUM",
                    text="another premium",
                )
            )

    store.writer.ask(write)
    return number


def test_a_letter_is_read_and_put_away_by_keyboard(sitting: Sitting) -> None:
    sitting.sit()
    ours, other = letter(sitting, "refused"), letter(sitting, "conflict")
    presenter = ProblemsPresenter(sitting.seat)
    view = sitting.open("problems", ProblemsView)
    sitting.rest()
    view.go(ours)
    told = {str(fact.label): str(fact.value) for fact in view.facts.facts}
    assert "another premium" in told["发生了什么"] and told["代码"] == "E-QUOTE-PREMIUM"
    sitting.desk.speak("en")
    assert view.current is not None and view.current.letter == ours, "another language, same line"
    assert {str(fact.label) for fact in view.facts.facts} > {"What happened", "Code"}
    sitting.desk.speak("zh_CN")
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: ours not in [one.letter for one in presenter.problems()])
    assert other in [one.letter for one in presenter.problems()], "only the one that was read"
    presenter.put_away(other)
