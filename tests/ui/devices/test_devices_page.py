"""Devices are asked on their lanes; one that fails says what to do, one in use is left alone."""

from PySide6.QtCore import Qt

from app.assembly.demo import PAD_MODEL
from app.assembly.devices import PadPort
from tests.ui.desk_site import Sitting
from ui.devices.view import DevicesScreen


def page(sitting: Sitting) -> DevicesScreen:
    """Open the page; the strip asks nothing meanwhile."""
    sitting.hush()
    view = sitting.open("devices", DevicesScreen)
    sitting.rest()
    return view


def test_both_devices_answer_again_and_again(sitting: Sitting) -> None:
    sitting.sit()
    view = page(sitting)
    for _ in range(3):
        shown = {code: card.view for code, card in view.cards.items()}
        assert {code: one.state for code, one in shown.items() if one} == {
            "seal": "ready",
            "pad": "ready",
        }
        sitting.control(Qt.Key.Key_Return)
        sitting.rest()


def test_a_pad_that_is_gone_says_what_to_do(sitting: Sitting) -> None:
    sitting.sit()
    right = sitting.site.branch.pad_port
    sitting.site.branch.pad_port = PadPort("/dev/there-is-no-such-pad", PAD_MODEL)
    try:
        view = page(sitting)
        card = view.cards["pad"]
        assert card.view is not None and card.view.state == "absent"
        assert card.problem.isVisible() and str(card.problem.problem.next)  # type: ignore[union-attr]
    finally:
        sitting.site.branch.pad_port = right
    sitting.control(Qt.Key.Key_Return)
    sitting.rest()
    assert card.view.state == "ready" and not card.problem.isVisible()


def test_a_device_in_use_is_left_alone(sitting: Sitting) -> None:
    sitting.sit()
    view = page(sitting)
    life = sitting.desk._seat_life
    assert life is not None
    before = view.cards["seal"].view
    life.lanes.machine_held.set()
    view.refresh()
    sitting.rest()
    assert view.cards["seal"].view is before, "nobody asked it"
