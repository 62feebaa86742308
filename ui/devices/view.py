"""The devices page: which devices this desk has, how they stand, and what to do where they fail."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from app.kit.written import written_clock
from ui.devices.presenter import DevicesPresenter, DeviceView
from ui.devices.texts import KINDS, kind, machine_state, standing
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.theme.tokens import PLAIN, WIDE, Mood
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.label import PlainLabel
from ui.widgets.problem import ProblemPanel
from ui.widgets.verb import Verb, VerbBar


def devices_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of devices."""
    return Page(
        "devices",
        t("Devices"),
        "devices",
        lambda at: DevicesScreen(at, lanes, DevicesPresenter(desk)),
    )


class DeviceCard(QFrame):
    """One device: its name, how it stands, its facts, and its problem where it has one."""

    def __init__(self, at: Surroundings, code: str) -> None:
        super().__init__()
        self._at, self._code = at, code
        self.view: DeviceView | None = None
        self.header = RecordHeader(at.theme)
        self.detail = PlainLabel(wrap=True)
        self.problem = ProblemPanel(closable=False)
        self.setProperty("look", "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, PLAIN, WIDE, PLAIN)
        column.setSpacing(PLAIN)
        for part in (self.header, self.detail, self.problem):
            column.addWidget(part)
        self.ask()

    def ask(self, words: Text | None = None) -> None:
        """Say that the device is being asked, or why it is not."""
        state = words or t("Being asked…")
        self.header.show_head(RecordHead(str(KINDS[self._code]), state, Mood.WAIT))

    def show_device(self, view: DeviceView) -> None:
        """Show how the device stands."""
        self.view = view
        words, mood = standing(view)
        facts = [Fact(t("Model"), view.name)]
        if view.standing:
            facts.append(Fact(t("State"), machine_state(view.standing)))
        moment = written_clock(self._at.clock.now(), seconds=True)
        as_of = t("As of {time}", time=moment)
        self.header.show_head(RecordHead(str(kind(view)), words, mood, tuple(facts), as_of))
        self.detail.tell(view.detail)
        self.detail.setVisible(view.problem is None)
        if view.problem is not None:
            self.problem.show_problem(view.problem)
        else:
            self.problem.clear()


class DevicesScreen(PageView):
    """Every device is asked on its own lane; one that somebody holds is left in peace."""

    def __init__(self, at: Surroundings, lanes: DeskLanes, presenter: DevicesPresenter) -> None:
        super().__init__()
        self.at, self._lanes, self._presenter = at, lanes, presenter
        self.cards = {code: DeviceCard(at, code) for code in KINDS}
        self.bar = VerbBar(at.theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        column.addWidget(self.bar)
        self.bar.offer(self.verbs())

    @override
    def refresh(self) -> None:
        lanes, presenter = self._lanes, self._presenter
        self._ask("seal", lanes.machine, lanes.machine_held, presenter.seal_machine)
        self._ask("pad", lanes.pad, lanes.pad_held, presenter.pad)

    @override
    def verbs(self) -> Sequence[Verb]:
        return (Verb("ask", t("Ask the devices again"), self._again, "sync"),)

    @Slot()
    def _again(self) -> None:
        self.refresh()

    def _ask(self, code: str, lane: Lane, held: Event, call: Callable[[], DeviceView]) -> None:
        card = self.cards[code]
        if held.is_set():
            card.ask(t("In use"))
            return
        card.ask()
        self.at.bridge.run(
            lane, call, done=card.show_device, failed=partial(self._failed, code), owner=self
        )

    def _failed(self, code: str, problem: Problem) -> None:
        self.cards[code].problem.show_problem(problem)

    @override
    def say(self) -> None:
        self.bar.offer(self.verbs())
        for card in self.cards.values():
            if card.view is not None:
                card.show_device(card.view)
