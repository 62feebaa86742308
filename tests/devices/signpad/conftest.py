"""A simulated pad in its own process, and a lane to drive it from."""

from collections.abc import Callable, Iterator

import pytest

from app.kit.clock import SystemClock
from app.kit.lanes import Lane
from devices.signpad.api import InkRecord, Sample, Watch
from devices.signpad.simulator.launch import PadSimulator
from devices.signpad.topaz.driver import TopazPad
from devices.signpad.topaz.models import MODELS
from tests.devices.signpad.specimens import REQUEST

StartPad = Callable[..., PadSimulator]


@pytest.fixture
def start_pad() -> Iterator[StartPad]:
    """Start simulated pads that end with the test."""
    running: list[PadSimulator] = []

    def start(model: str = "siglite_1x5", *, seed: int = 1) -> PadSimulator:
        running.append(PadSimulator(model, seed=seed))
        return running[-1]

    yield start
    for simulator in running:
        simulator.close()


@pytest.fixture
def lane() -> Iterator[Lane]:
    """The pad's lane."""
    own = Lane("pad")
    yield own
    own.close()


def open_topaz(simulator: PadSimulator, model: str = "siglite_1x5") -> TopazPad:
    """Give an open driver on a simulator's path, owned by the calling thread."""
    pad = TopazPad(simulator.path, MODELS[model], SystemClock())
    pad.open()
    return pad


def signed(pad: TopazPad, simulator: PadSimulator, **order: object) -> InkRecord:
    """Let the simulator's hand sign and give the record; it ends when the pen leaves."""
    watch = patient()
    pad.start(REQUEST)
    simulator.tell("sign", **order)
    for sample in pad.samples(watch):
        accept_when_gone(watch, sample)
    return pad.stop()


def patient() -> Watch:
    """Give a watch that a slow machine does not end too early, for packets may be lost too."""
    return Watch(first_touch_s=30, rest_s=2)


def accept_when_gone(watch: Watch, sample: Sample) -> None:
    """Press Accept when the pen has left the pad."""
    if not sample.near:
        watch.done.set()
