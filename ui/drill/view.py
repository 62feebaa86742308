"""The drill: what hands do outside the program, done inside it, at a demo and nowhere else.

It is a page of its own, and the same view in a small window that stays beside the page being tried
(``ui.drill.window``): one person at one screen signs and lays paper in while the desk waits.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from ui.drill.panels import LinePanel, Offer, Panel, PaperPanel, PenPanel, PeoplePanel
from ui.drill.presenter import DrillNow, DrillPresenter
from ui.shell.page import Page, PageView, Surroundings
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.badge import StateBadge
from ui.widgets.label import PlainLabel, named
from ui.widgets.rows import Row
from ui.widgets.verb import Verb, keys_text

R = TypeVar("R")
DRILL_KEYS = "Ctrl+Shift+D"
LOOK_MS = 1_000
"""How often the simulators are looked at while somebody sees it."""
Sit = Callable[[str, bool], None]
"""Lets a person of the demo take the seat, by number; the flag says: at head office's desk."""
TABS = ("paper", "pen", "people", "line")


def drill_page(presenter: DrillPresenter, hands: Lane, sit: Sit) -> Page:
    """Declare the drill as a page of a demo's window."""
    return Page("drill", t("Drill"), "drill", lambda at: DrillView(at, presenter, hands, sit))


class DrillView(PageView):
    """Paper, pen, people and line; everything it does goes over the lane of the hands."""

    def __init__(self, at: Surroundings, presenter: DrillPresenter, hands: Lane, sit: Sit) -> None:
        super().__init__()
        self.at, self._presenter, self._hands, self._sit = at, presenter, hands, sit
        self.now: DrillNow | None = None
        self._looking = self._acting = False
        self._missed = ""
        self.paper, self.pen = PaperPanel(at), PenPanel(at)
        self.people, self.line = PeoplePanel(at), LinePanel(at)
        self.panels: dict[str, Panel] = {
            "paper": self.paper, "pen": self.pen, "people": self.people, "line": self.line,
        }  # fmt: skip
        self.tabs = QTabWidget()
        self._timer = QTimer(self)
        self._build()
        self._wire()
        self._say_parts()
        self._offer()

    @property
    def part(self) -> str:
        """Which part is in front, one of TABS."""
        return TABS[self.tabs.currentIndex()]

    def open_part(self, part: str) -> None:
        """Bring a part to the front."""
        self.tabs.setCurrentIndex(TABS.index(part))

    @property
    def at_rest(self) -> bool:
        """Whether no hand is at work and nothing is being looked at."""
        return not self._acting and not self._looking

    # -- what the window asks ------------------------------------------------------------------

    @override
    def open_at(self, target: object) -> None:
        if target in TABS:
            self.open_part(str(target))
        self.refresh()

    @override
    def refresh(self) -> None:
        if self._looking or self._acting:
            return
        self._looking = True
        seen = self.now.machine.changes if self.now is not None else -1
        self.at.bridge.run(
            self._hands,
            self._presenter.look,
            seen,
            done=self._show,
            failed=self._not_seen,
            owner=self,
        )

    @override
    def verbs(self) -> Sequence[Verb]:
        match self.part:
            case "paper":
                return (*self._paper_verbs(), *self._fault_verbs())
            case "pen":
                return self._pen_verbs()
            case "people":
                return self._people_verbs()
            case _:
                return self._line_verbs()

    def _paper_verbs(self) -> tuple[Verb, ...]:
        machine = self.now.machine if self.now else None
        on = machine is not None and machine.powered
        lies = on and machine is not None and machine.paper
        covered = machine is not None and machine.covered
        cover = t("Uncover the code") if covered else t("Cover the code")
        there = self.paper.chosen is not None
        return (
            Verb("lay", t("Lay it in"), self._lay_in, "import", "", on and there),
            Verb("out", t("Take it out"), self._take_out, "undo", "", lies),
            Verb("cover", cover, partial(self._cover, not covered), "look", "", lies),
            Verb("blank", t("Blank sheet"), self._blank, "empty", "", on),
        )

    def _fault_verbs(self) -> tuple[Verb, ...]:
        machine = self.now.machine if self.now else None
        on = machine is not None and machine.powered
        wrong = machine is not None and bool(
            not machine.powered or not machine.plugged or machine.faults
        )
        return (
            Verb("happen", t("Let it happen"), self._let_happen, "problems", "", on),
            Verb("right", t("Put the machine right"), self._put_right, "approve", "", wrong),
        )

    def _pen_verbs(self) -> tuple[Verb, ...]:
        plugged = self.now is not None and self.now.pad_plugged
        cable = (
            Verb("pull", t("Pull the cable"), self._pull_pad, "offline")
            if plugged
            else Verb("plug", t("Plug it in"), self._plug_pad, "link")
        )
        return (Verb("sign", t("Sign on the pad"), self._sign, "pen", "", plugged), cable)

    def _people_verbs(self) -> tuple[Verb, ...]:
        login = self.people.chosen
        there, code = login is not None, login is not None and bool(login.code)
        return (
            Verb("sit", t("Sit here as this person"), self._sit_down, "person", "", there),
            Verb("password", t("Copy the password"), self._copy_password, "copy", "", there),
            Verb("code", t("Copy the code"), self._copy_code, "copy", "", code),
        )

    def _line_verbs(self) -> tuple[Verb, ...]:
        if self.now is not None and self.now.line_up:
            return (Verb("cut", t("Cut the line"), self._cut_line, "offline"),)
        return (Verb("mend", t("Restore the line"), self._mend_line, "link"),)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(NEAR)
        head.addWidget(PlainLabel(t("Drill"), size="title"))
        head.addWidget(StateBadge(self.at.theme, t("Demo only: nothing here is real"), Mood.WARN))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addLayout(head)
        words = t("What hands do outside the program, you do here: paper, pen, people, cables.")
        beside = t("{keys} keeps it beside the page you try, and goes back from it.",
                   keys=keys_text(DRILL_KEYS))  # fmt: skip
        both = t("{words} {beside}", words=words, beside=beside)
        column.addWidget(PlainLabel(both, size="small", wrap=True))
        column.addWidget(self.tabs, 1)
        self.tabs.setIconSize(QSize(16, 16))
        for panel in self.panels.values():
            self.tabs.addTab(panel, "")
        self.tabs.tabBar().setExpanding(False)
        column.setContentsMargins(0, 0, 0, PLAIN)

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(self._on_part)
        for panel in self.panels.values():
            panel.changed.connect(self._offer)
        self.people.table.opened.connect(self._on_opened)
        self.people.table.told.connect(self.told)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._tick)

    def _say_parts(self) -> None:
        named(self.tabs.tabBar(), t("Parts of the drill"))
        titles = (t("Paper and machine"), t("Signature pad"), t("Demo people"), t("Line"))
        for place, title in enumerate(titles):
            self.tabs.setTabText(place, str(title))

    # -- looking -------------------------------------------------------------------------------

    def _show(self, now: DrillNow) -> None:
        self._looking, self._missed = False, ""
        self.now = now
        for panel in self.panels.values():
            panel.show_now(now)
        self._offer()

    def _not_seen(self, problem: Problem) -> None:
        """Say once what is wrong, not every second."""
        self._looking = False
        if problem.code != self._missed:
            self._missed = problem.code
            self.show_trouble(problem)

    @Slot()
    def _tick(self) -> None:
        if self.isVisible():
            self.refresh()

    @Slot()
    def _on_part(self) -> None:
        self._offer()

    @Slot()
    def _offer(self) -> None:
        bars: tuple[tuple[Offer, Sequence[Verb]], ...] = (
            (self.paper.paper_bar, self._paper_verbs()),
            (self.paper.fault_bar, self._fault_verbs()),
            (self.pen.bar, self._pen_verbs()),
            (self.people.bar, self._people_verbs()),
            (self.line.bar, self._line_verbs()),
        )
        moved = [bar.keep(verbs) for bar, verbs in bars]
        if any(moved):
            self.verbs_changed.emit()

    # -- doing ---------------------------------------------------------------------------------

    def _act(
        self, call: Callable[[], R], said: Text | None = None,
        done: Callable[[R], object] | None = None,
    ) -> None:  # fmt: skip
        """Let the hands do one thing, then look at what came of it."""
        if self._acting:
            return
        self._acting = True

        def over(result: R) -> None:
            self._acting = False
            if done is not None:
                done(result)
            if said is not None:
                self.tell(said)
            self.refresh()

        def refused(problem: Problem) -> None:
            self._acting = False
            self.pen.came.tell("")
            self.show_trouble(problem)
            self.refresh()

        self.at.bridge.run(self._hands, call, done=over, failed=refused, owner=self)

    def _lay_in(self) -> None:
        chosen = self.paper.chosen
        if chosen is not None:
            self._act(partial(self._presenter.lay_in, *chosen))

    def _take_out(self) -> None:
        self._act(self._presenter.take_out)

    def _blank(self) -> None:
        self._act(self._presenter.lay_blank)

    def _cover(self, on: bool) -> None:
        self._act(partial(self._presenter.cover, on))

    def _let_happen(self) -> None:
        self._act(partial(self._presenter.let_happen, self.paper.fault_chosen))

    def _put_right(self) -> None:
        self._act(self._presenter.put_right, t("The machine is in order again."))

    def _sign(self) -> None:
        name, manner = self.pen.name.text(), self.pen.manner_chosen
        self.pen.tell_written(None)
        self._act(partial(self._presenter.sign, name, manner), done=self.pen.tell_written)

    def _pull_pad(self) -> None:
        self._act(self._presenter.pull_pad)

    def _plug_pad(self) -> None:
        self._act(self._presenter.plug_pad)

    def _cut_line(self) -> None:
        self._act(self._presenter.cut_line, t("The line to head office is cut."))

    def _mend_line(self) -> None:
        self._act(self._presenter.mend_line, t("Head office can be reached again."))

    def _sit_down(self) -> None:
        login = self.people.chosen
        if login is not None:
            self._sit(login.number, login.elsewhere)

    @Slot(object)
    def _on_opened(self, _row: Row) -> None:
        self._sit_down()

    def _copy_password(self) -> None:
        login = self.people.chosen
        if login is not None:
            QGuiApplication.clipboard().setText(login.password)
            self.tell(t("The password of {name} is copied.", name=login.name))

    def _copy_code(self) -> None:
        login = self.people.chosen
        if login is not None and login.code:
            QGuiApplication.clipboard().setText(login.code)
            self.tell(t("The code of {name} is copied.", name=login.name))

    # -- Qt ------------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter presses the button under the focus, else it does the next thing of this part.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        if isinstance(focused, QPushButton):
            focused.click()
        elif (verb := self.verbs()[0]).enabled:
            verb.call()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.refresh()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    @override
    def say(self) -> None:
        self._say_parts()
        self._offer()
