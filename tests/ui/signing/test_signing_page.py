"""The customer signs: on the pad, with a pen on the screen; and everything that may go wrong."""

import os
import signal
from uuid import UUID

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.assembly.devices import PadPort
from app.contracts.rules import DRAFTED, SIGNED
from devices.signpad.api import Source
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.shell.unsettled import ProblemLine, unsettled
from ui.signing.view import Phase, SigningPage


def signing(sitting: Sitting, contract_id: UUID) -> SigningPage:
    """Lay a contract before the customer."""
    sitting.sit()
    view = sitting.open("signing", SigningPage, contract_id)
    sitting.until(lambda: view.phase is Phase.READING)
    sitting.rest()
    return view


def write(sitting: Sitting, seconds: float = 0.6) -> None:
    """Let the customer's hand write on the pad."""
    sitting.site.pad.tell("sign", name="signer", seconds=seconds)
    assert sitting.site.pad.answer().ok


def signatures_left(sitting: Sitting) -> list[ProblemLine]:
    """List the signatures the problem list shows."""
    return [line for line in unsettled(sitting.seat) if line.source == "signature"]


def test_signed_cleared_signed_again_accepted(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(611)
    view = signing(sitting, contract_id)
    assert not view.pages.image.picture_box().isEmpty()
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.WRITING)
    write(sitting)
    sitting.until(lambda: len(view.pad_ink.strokes) > 0)
    assert signatures_left(sitting) == [], "a customer who signs is no problem"
    sitting.control(Qt.Key.Key_R)
    assert view.pad_ink.strokes == ()
    sitting.qtbot.wait(250)
    write(sitting)
    sitting.until(lambda: len(view.pad_ink.strokes) > 0)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.ACCEPTING)
    record = view._record
    assert record is not None and len(record.strokes()) == len(view.pad_ink.strokes)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.SIGNED)
    signatures = view._presenter.signatures(contract_id)
    assert [card.state for card in signatures] == ["signed"]
    sheet = view._presenter.sheet(contract_id)
    assert sheet.contract.state == SIGNED


def test_a_pad_unplugged_while_signing_keeps_nothing_half(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(612)
    view = signing(sitting, contract_id)
    pad, port = sitting.site.pad, sitting.site.branch.pad_port
    assert pad.ask("fault", unplug_at=20).ok
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.WRITING)
    pad.tell("sign", name="signer", seconds=0.8)
    pad.answer()
    try:
        sitting.until(lambda: view.phase is Phase.READING)
        problem = view.problem.problem
        assert problem is not None and problem.code == "E-SIGN-BROKEN-OFF"
        assert view.pad_ink.strokes == () and view._record is None
        assert view._presenter.sheet(contract_id).contract.state == DRAFTED
        (left,) = view._presenter.signatures(contract_id)
        assert (left.state, left.ink_sha256, left.signed_sha256) == ("begun", "", "")
        assert len(signatures_left(sitting)) == 1, "until it is tried again or given up"
    finally:
        assert pad.ask("fault").ok
        path = pad.ask("plug").path
        sitting.site.branch.set_devices(sitting.site.branch.seal_port, PadPort(path, port.model))
    # The same signature is tried again, and given up by the clerk.
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.WRITING)
    view.stop()
    sitting.rest()
    assert view.phase is Phase.READING
    assert [card.state for card in view._presenter.signatures(contract_id)] == ["abandoned"]
    assert sitting.window.may_close() is None


def test_ctrl_c_leaves_no_customer_who_signs(sitting: Sitting, branch: Branch) -> None:
    view = signing(sitting, branch.drafted(616))
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.WRITING)
    sitting.desk.heed_signals()
    os.kill(os.getpid(), signal.SIGINT)
    sitting.until(sitting.window.toast.isVisible)
    assert sitting.desk.window is not None and view.phase is Phase.WRITING
    view.stop()
    sitting.until(lambda: view.phase is Phase.READING)


def test_a_mouse_is_refused_with_its_reason(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(613)
    view = signing(sitting, contract_id)
    sitting.control(Qt.Key.Key_T)
    sitting.until(lambda: view.phase is Phase.WRITING)
    ink, left = view.screen_ink, Qt.MouseButton.LeftButton
    QTest.mousePress(ink, left, pos=ink.rect().center())
    for step in range(20):
        QTest.mouseMove(ink, ink.rect().center() + QPointF(step * 3, step).toPoint())
        sitting.qtbot.wait(5)
    QTest.mouseRelease(ink, left, pos=ink.rect().center())
    assert "鼠标" in view.progress.text()
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.READING)
    problem = view.problem.problem
    assert problem is not None and problem.code == "E-SIGN-REFUSED"
    assert view.screen_ink.strokes == ()
    view.stop()
    sitting.rest()


def test_a_pen_on_the_screen_signs(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(614)
    view = signing(sitting, contract_id)
    sitting.control(Qt.Key.Key_T)
    sitting.until(lambda: view.phase is Phase.WRITING)
    draw(sitting, view)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.ACCEPTING)
    record = view._record
    assert record is not None and record.source is Source.QTABLET
    assert len({sample.pressure for sample in record.samples if sample.down}) > 5
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.SIGNED)
    assert view._presenter.signatures(contract_id)[0].pad.startswith("tablet")


def draw(sitting: Sitting, view: SigningPage) -> None:
    """Draw a stroke with a pen, one event after another as a tablet sends them."""
    pen = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        1,
    )
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * 60, QEvent.Type.TabletRelease]
    for step, kind in enumerate(kinds):
        place = QPointF(40 + step * 2, 60 + (step * 7) % 30)
        down = kind is not QEvent.Type.TabletRelease
        event = QTabletEvent(
            kind, pen, place, QPointF(view.screen_ink.mapToGlobal(place.toPoint())),
            0.2 + (step % 20) / 30 if down else 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton if down else Qt.MouseButton.NoButton,
        )  # fmt: skip
        event.setTimestamp(10_000 + step * 10)
        QApplication.sendEvent(view.screen_ink, event)
    sitting.qtbot.wait(200)


def test_esc_and_closing_do_not_lose_a_customer_who_signs(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(615)
    view = signing(sitting, contract_id)
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.phase is Phase.WRITING)
    sitting.press(Qt.Key.Key_Escape)
    assert view.phase is Phase.WRITING and sitting.window.may_close() is not None
    view.stop()
    sitting.rest()
    sitting.press(Qt.Key.Key_Escape)
    sitting.until(lambda: view.phase is Phase.CHOOSE)
