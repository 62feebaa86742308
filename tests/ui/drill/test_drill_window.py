"""One person at one screen: signs and seals a contract with nothing but pages of the window."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.assembly import desk as desk_module
from app.contracts.rules import SIGNED
from tests.ui.contract_site import Branch
from tests.ui.desk_site import PATIENCE_MS, Sitting
from ui.contracts.presenter import ContractsPresenter
from ui.drill.view import DRILL_KEYS, DrillView
from ui.drill.window import DrillWindow, place_beside
from ui.seals.view import SealingPage
from ui.seals.view import Step as SealStep
from ui.shell.pictures import cut_off, nameless
from ui.shell.speaking import speak
from ui.signing.view import Phase, SigningPage

ROOT = Path(__file__).resolve().parents[3]
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


class Trainer(Sitting):
    """Somebody who tries a demo alone: the desk and, by one key, the drill beside it."""

    @property
    def drill(self) -> DrillWindow:
        """The drill's window."""
        assert self.desk._drill is not None
        return self.desk._drill

    @property
    def view(self) -> DrillView:
        """What is in it."""
        return self.drill.view

    def call_up(self, part: str) -> None:
        """Go to a part of the drill by keys alone."""
        if not (self.desk._drill is not None and self.drill.isActiveWindow()):
            self.press(Qt.Key.Key_D, CTRL, SHIFT)
            self.until(self.drill.isActiveWindow)
        for _ in self.view.panels:
            if self.view.part == part:
                break
            self.press(Qt.Key.Key_Tab, CTRL)
        assert self.view.part == part
        self.look()
        self.view.panels[part].setFocus()

    def go_back(self) -> None:
        """Give the keyboard back to the desk."""
        self.press(Qt.Key.Key_D, CTRL, SHIFT)
        self.until(self.window.isActiveWindow)

    def enter(self) -> None:
        """Press Enter and let the hands do it."""
        self.press(Qt.Key.Key_Return)
        self.until(lambda: self.view.at_rest)

    def look(self) -> None:
        """Look at everything now, not in a second."""
        self.until(lambda: self.view.at_rest)
        self.view.refresh()
        self.until(lambda: self.view.at_rest)

    def next_verb(self) -> None:
        """Ctrl+Enter, wherever the keyboard is."""
        self.control(Qt.Key.Key_Return)

    def button(self, key: str) -> None:
        """Press a button of the part in front by keyboard."""
        bars = (self.view.paper.paper_bar, self.view.paper.fault_bar, self.view.pen.bar,
                self.view.people.bar, self.view.line.bar)  # fmt: skip
        for bar in bars:
            for place, verb in enumerate(bar.verbs):
                if verb.key == key:
                    bar.buttons[place].setFocus()
                    self.enter()
                    return
        raise AssertionError(key)

    def shown_code(self, number: str) -> str:
        """Read a person's code off the drill, waiting for the next where it must."""
        self.call_up("people")
        assert self.view.people.table.choose(number)
        login = self.view.people.chosen
        while login is not None and login.code == "":
            self.qtbot.wait(500)
            self.look()
            login = self.view.people.chosen
        assert login is not None and login.code
        shown = str(self.view.people.facts.facts[1].value)
        assert shown.replace(" ", "").startswith(login.code)
        return login.code


@pytest.fixture
def trainer(sitting: Sitting) -> Iterator[Trainer]:
    """Give a desk of the demo; afterwards its drill is gone and its devices are in order."""
    sitting.desk.site = sitting.site
    one = Trainer(sitting.qtbot, sitting.desk, sitting.site)
    yield one
    drill, sitting.desk._drill = sitting.desk._drill, None
    if drill is not None:
        drill.view.paper.at.bridge.run(sitting.site.hands, drill.view._presenter.put_right)
        sitting.rest()
        drill.hide()
        drill.deleteLater()


@pytest.mark.slow
def test_one_person_signs_and_seals_beside_the_drill(trainer: Trainer, branch: Branch) -> None:
    contract_id = branch.drafted(821)
    trainer.sit("clerk")
    sign(trainer, contract_id)
    card = ContractsPresenter(branch.seat("clerk")).card(contract_id)
    assert card.state == SIGNED
    custodian, witness = (trainer.site.person("custodian", n).number for n in (0, 1))
    sit_as(trainer, custodian)
    page = arm(trainer, contract_id, custodian, witness)
    wanted = card.seal_place.page
    # Nothing lies in it; another page, a blank sheet and a covered code are refused.
    for prepare in (("up", "lay"), ("blank",), ("down", "lay", "cover")):
        for step in prepare:
            if step in ("up", "down"):
                trainer.view.paper.page.setFocus()
                trainer.press(Qt.Key.Key_Up if step == "up" else Qt.Key.Key_Down)
            else:
                trainer.button(step)
        press_stamp(trainer, page)
        assert page.step is SealStep.STAMP, prepare
    trainer.button("cover")
    assert trainer.view.paper.chosen is not None and trainer.view.paper.chosen[1] == wanted
    trainer.look()
    bare = trainer.view.paper.picture._picture
    press_stamp(trainer, page)
    trainer.until(lambda: page.step is SealStep.LOOK)
    trainer.look()
    assert trainer.view.paper.picture._picture != bare, "the imprint is seen on the paper"
    trainer.next_verb()
    trainer.qtbot.waitUntil(lambda: page.step is SealStep.DONE, timeout=3 * PATIENCE_MS)
    assert page._done is not None and page._done.state == "sealed"
    assert trainer.drill.isActiveWindow(), "the keyboard stayed with the hands"


def sign(trainer: Trainer, contract_id: object) -> None:
    """Let the signing page listen, sign on the drill, show and accept it without going back."""
    trainer.press(page_key_of(trainer, "signing"), ALT)
    trainer.rest()
    page = trainer.window.page("signing")
    assert isinstance(page, SigningPage)
    page.open_at(contract_id)
    trainer.until(lambda: page.phase is Phase.READING)
    trainer.next_verb()
    trainer.until(lambda: page.phase is Phase.WRITING)
    trainer.call_up("pen")
    assert trainer.view.pen.name.text() == page.signer.currentText()
    trainer.enter()
    assert trainer.view.pen.came.text()
    trainer.until(lambda: page._points > 20)
    trainer.next_verb()
    trainer.until(lambda: page.phase is Phase.ACCEPTING)
    trainer.next_verb()
    trainer.qtbot.waitUntil(lambda: page.phase is Phase.SIGNED, timeout=3 * PATIENCE_MS)


def sit_as(trainer: Trainer, number: str) -> None:
    """Change the person on the drill; it stays where it was, over the new window."""
    trainer.call_up("people")
    assert trainer.view.people.table.choose(number)
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: trainer.desk.window is not None and trainer.seat.actor.person == number)
    trainer.until(lambda: trainer.window.isVisible() and trainer.drill.isVisible())
    trainer.until(lambda: trainer.drill.parentWidget() is trainer.window)
    trainer.window.activateWindow()
    trainer.until(trainer.window.isActiveWindow)
    trainer.rest()


def page_key_of(trainer: Trainer, key: str) -> Qt.Key:
    """Give the digit that opens a page with Alt: not every role has every page."""
    return Qt.Key(Qt.Key.Key_1 + trainer.window.page_keys.index(key))


def arm(trainer: Trainer, contract_id: object, custodian: str, witness: str) -> SealingPage:
    """Go to the armed machine with the codes and the password the drill shows."""
    trainer.press(page_key_of(trainer, "seals"), ALT)
    trainer.rest()
    assert trainer.window.page_key == "seals"
    page = trainer.window.page("seals")
    assert isinstance(page, SealingPage)
    page.open_at(contract_id)
    trainer.until(lambda: page.step is SealStep.CHECK)
    trainer.next_verb()
    trainer.until(lambda: page.step is SealStep.PROVE)
    codes = [trainer.shown_code(number) for number in (custodian, witness)]
    trainer.button("password")
    trainer.go_back()
    page.prove.form.focus_first_open()
    for text in (codes[0], witness, None, codes[1]):
        if text is None:
            trainer.control(Qt.Key.Key_V)
        else:
            trainer.type(text)
        trainer.press(Qt.Key.Key_Return)
    trainer.next_verb()
    trainer.until(lambda: page.step is SealStep.STAMP)
    trainer.call_up("paper")
    return page


def press_stamp(trainer: Trainer, page: SealingPage) -> None:
    """Press the desk's next verb from the drill, once the machine feels the paper."""
    trainer.until(lambda: page.verbs()[0].enabled)
    trainer.next_verb()
    trainer.until(lambda: page.at_rest)


@pytest.mark.parametrize(
    ("desk", "left"),
    [
        (QRect(0, 0, 1280, 760), 16),  # no room: over the left of the desk
        (QRect(86, 0, 1280, 760), 102),
        (QRect(0, 0, 800, 760), 800),  # room on the right
        (QRect(566, 0, 800, 760), 66),  # room on the left
    ],
)
def test_the_drill_stands_where_it_hides_no_ink(desk: QRect, left: int) -> None:
    screen = QRect(0, 0, 1366, 768)
    place = place_beside(desk, screen, QSize(500, 640))
    assert (place.left(), place.width(), place.height()) == (left, 500, 640)
    assert screen.contains(place)


def test_a_real_desk_has_no_drill(sitting: Sitting) -> None:
    sitting.sit("clerk")
    keys = {verb.key for verb in sitting.window.verbs_now()}
    assert "drill" not in keys and not any(key.startswith("sit_") for key in keys)
    with pytest.raises(KeyError):
        sitting.window.page("drill")
    sitting.press(Qt.Key.Key_D, CTRL, SHIFT)
    sitting.desk.open_drill()
    sitting.desk.lock()
    sitting.rest()
    assert sitting.desk._drill is None


def test_a_real_desk_does_not_even_load_the_drill() -> None:
    """Every screen of a real desk is imported; no hand and no simulator comes with them."""
    words = (
        "import sys, app.assembly.desk, app.assembly.desk_pages, app.assembly.opening\n"
        "print([name for name in sys.modules if name.startswith('ui.drill')"
        " or name == 'app.assembly.drill'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "[]"), ran.stderr


def test_the_sign_in_of_a_demo_has_its_people_beside_it(trainer: Trainer) -> None:
    trainer.sit("clerk")
    trainer.control(Qt.Key.Key_L)
    desk = trainer.desk
    assert desk.window is None and desk.front.isVisible()
    assert trainer.drill.isVisible() and trainer.view.part == "people"
    trainer.rest()
    manager = trainer.site.person("branch_manager").number
    trainer.call_up("people")
    assert trainer.view.people.table.choose(manager)
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: desk.window is not None)
    assert trainer.seat.actor.person == manager
    trainer.press(Qt.Key.Key_Escape)
    trainer.until(trainer.window.isActiveWindow)
    assert not trainer.drill.isVisible()


def test_changing_the_person_does_not_end_the_program(trainer: Trainer, qapp: QApplication) -> None:
    """Between two persons no window of the desk is open for a while; that is no reason to quit."""
    trainer.sit("clerk")
    number, arrived, desk = trainer.site.person("reviewer").number, 7, trainer.desk

    def look() -> None:
        if desk.window is not None and trainer.seat.actor.person == number:
            qapp.exit(arrived)

    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(50)
    QTimer.singleShot(0, lambda: desk.sit_as(number, False))
    QTimer.singleShot(PATIENCE_MS, looking, qapp.quit)
    assert qapp.exec() == arrived
    looking.stop()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_word_of_the_drill_is_cut_off(trainer: Trainer, branch: Branch, language: str) -> None:
    branch.seat("clerk")
    trainer.sit("clerk")
    speak(language)
    page = trainer.open("drill", DrillView)
    trainer.call_up("paper")
    trainer.rest()
    for part in page.panels:
        page.open_part(part)
        trainer.view.open_part(part)
        trainer.rest()
        for window in (trainer.window, trainer.drill):
            assert cut_off(window) == [], part
            assert nameless(window) == [], part


def test_the_line_is_cut_and_restored_on_the_page(trainer: Trainer) -> None:
    trainer.sit("clerk")
    page = trainer.open("drill", DrillView, "line")
    trainer.rest()
    assert page.now is not None and page.now.line_up
    for up in (False, True):
        trainer.next_verb()
        trainer.until(lambda: page.at_rest and page.now is not None)
        trainer.until(lambda up=up: page.now is not None and page.now.line_up is up)
        trainer.rest()
    trainer.site.branch.sync()


def test_the_strip_of_a_demo_leads_to_the_drill(trainer: Trainer) -> None:
    assert desk_module.DRILL_KEYS == DRILL_KEYS
    trainer.sit("clerk")
    trainer.window.strip.asked_for.emit("drill")
    trainer.rest()
    assert trainer.window.page_key == "drill"
    QGuiApplication.clipboard().clear()
    page = trainer.window.page("drill")
    assert isinstance(page, DrillView)
    page.open_part("people")
    page.people.bar.buttons[1].click()
    login = page.people.chosen
    assert login is not None and QApplication.clipboard().text() == login.password


@pytest.mark.slow
def test_faults_are_met_and_put_right_in_the_midst_of_a_run(
    trainer: Trainer, branch: Branch
) -> None:
    contract_id = branch.signed(822)
    custodian, witness = (trainer.site.person("custodian", n).number for n in (0, 1))
    trainer.sit("custodian")
    page = arm(trainer, contract_id, custodian, witness)
    trainer.button("lay")
    trainer.until(lambda: page.verbs()[0].enabled)
    let_happen(trainer, "door")
    trainer.until(lambda: not page.verbs()[0].enabled)
    assert trainer.view.paper.on.isVisible()
    trainer.button("right")
    for fault, code in (("no_photo", "E-DEV-TIMEOUT"), ("photo", "E-DEV-PROTOCOL")):
        let_happen(trainer, fault)
        press_stamp(trainer, page)
        shown = trainer.window.banner.problem
        assert page.step is SealStep.STAMP and shown is not None and shown.code == code
        trainer.button("right")
    # The answer comes after the time is over: nobody knows, the log does; stamped once.
    trainer.look()
    before = trainer.view.now
    let_happen(trainer, "late")
    press_stamp(trainer, page)
    trainer.until(lambda: page.step is SealStep.DOUBT)
    trainer.button("right")
    trainer.until(lambda: page.at_rest)
    trainer.next_verb()
    trainer.qtbot.waitUntil(lambda: page.step is SealStep.DONE, timeout=3 * PATIENCE_MS)
    trainer.look()
    after = trainer.view.now
    assert before is not None and after is not None
    assert after.machine.total == before.machine.total + 1
    assert page._done is not None and page._done.state == "sealed"


def let_happen(trainer: Trainer, fault: str) -> None:
    """Choose a fault and let it happen."""
    box = trainer.view.paper.fault
    box.setFocus()
    trainer.press(Qt.Key.Key_Home)
    for _ in range(box.count()):
        if trainer.view.paper.fault_chosen == fault:
            break
        trainer.press(Qt.Key.Key_Down)
    trainer.button("happen")
