"""The simulated hand and its process: plausible, repeatable, and plain about what went wrong."""

from itertools import pairwise
from pathlib import Path

import pytest

from devices.signpad.simulator.handwriting import PenMoment, sign
from devices.signpad.simulator.launch import PadSimulator
from devices.signpad.simulator.packets import about_packet
from devices.signpad.topaz.models import MODELS
from tests.devices.signpad.conftest import StartPad


def _hand(name: str = "王小明", seed: int = 1, *, flat: bool = False) -> list[PenMoment]:
    return sign(name, seconds=1.5, rate=100, seed=seed, flat=flat)


def test_a_hand_writes_alike_and_no_two_alike() -> None:
    assert _hand() == _hand()
    assert _hand(seed=2) != _hand()
    assert _hand("王小刚") != _hand()


def test_the_pen_comes_near_touches_lifts_and_leaves() -> None:
    moments = _hand()
    states = [(moment.near, moment.down) for moment in moments]
    assert states[0] == (True, False)
    assert states[-2:] == [(True, False), (False, False)]
    assert states.count((False, False)) == 1
    lifts = sum(a == (True, True) and b == (True, False) for a, b in pairwise(states))
    assert lifts >= 3
    touching = [moment.at_s for moment in moments if moment.down]
    assert 1.3 < touching[-1] - touching[0] <= 1.5


def test_speed_and_pressure_are_a_persons() -> None:
    moments = _hand()
    pressures = {round(moment.pressure * 1023) for moment in moments if moment.down}
    assert len(pressures) > 50
    assert all(moment.pressure == 0 for moment in moments if not moment.down)
    steps = [abs(b.x - a.x) + abs(b.y - a.y) for a, b in pairwise(moments) if a.down and b.down]
    assert max(steps) > 5 * sorted(steps)[len(steps) // 10]  # strokes start slow and run fast
    assert max(steps) < 0.2  # and never jump
    assert all(0 <= part <= 1 for m in moments for part in (m.x, m.y, m.pressure))


def test_a_flat_hand_presses_evenly() -> None:
    assert {moment.pressure for moment in _hand(flat=True) if moment.down} == {0.5}


def test_the_serial_number_refuses_bits_that_do_not_travel() -> None:
    with pytest.raises(ValueError, match="do not travel"):
        about_packet(1, 20_000)


def test_the_simulator_knows_every_model_the_driver_knows(start_pad: StartPad) -> None:
    for model in MODELS:
        assert start_pad(model).path.startswith("/dev/")


def test_orders_that_cannot_be_followed_are_answered(start_pad: StartPad) -> None:
    simulator = start_pad()
    for verb, values in (
        ("dance", {}),
        ("sign", {"name": "x", "seconds": 99}),
        ("sign", {}),
        ("fault", {"noise": 2}),
        ("fault", {"meteor": 1}),
    ):
        answer = simulator.ask(verb, **values)
        assert (answer.ok, answer.verb) == (False, verb)
        assert answer.reason
    assert simulator.ask("state").plugged


def test_unplug_and_plug_give_a_line_again_and_the_link_follows(tmp_path: Path) -> None:
    link = tmp_path / "pad"
    with PadSimulator(link=link) as simulator:
        assert str(link.readlink()) == simulator.path
        assert simulator.ask("unplug").ok
        assert not simulator.ask("state").plugged
        assert not simulator.ask("sign", name="x").ok
        assert simulator.ask("plug").path == str(link.readlink()) == simulator.path


def test_clear_stops_the_hand(start_pad: StartPad) -> None:
    simulator = start_pad()
    simulator.tell("sign", name="王小明", seconds=20)
    assert simulator.ask("clear").verb == "clear"
    assert simulator.ask("sign", name="王", seconds=0.1).ok


def test_quit_and_end_of_input_end_the_process() -> None:
    asked, closed = PadSimulator(), PadSimulator()
    assert asked.ask("quit").ok
    with pytest.raises((EOFError, BrokenPipeError)):
        asked.ask("state")
    asked.close()
    closed.close()
    with pytest.raises((EOFError, ValueError)):
        closed.ask("state")


def test_a_hand_too_light_is_felt_as_a_pen_that_hovers(start_pad: StartPad) -> None:
    simulator = start_pad()
    usual = simulator.ask("sign", name="Wang", seconds=0.5)
    simulator.ask("fault", light=0.1)
    light = simulator.ask("sign", name="Wang", seconds=0.5)
    assert light.ok and light.samples == usual.samples
    assert usual.touching > 0 and light.touching == 0
    assert not simulator.ask("fault", light=1.5).ok


def test_a_hand_that_stops_half_way_takes_the_pen_away(start_pad: StartPad) -> None:
    simulator = start_pad()
    usual = simulator.ask("sign", name="Wang", seconds=0.5)
    simulator.ask("fault", stop_at=25)
    stopped = simulator.ask("sign", name="Wang", seconds=0.5)
    assert stopped.ok and stopped.samples == 26
    assert 0 < stopped.touching < usual.touching
    simulator.ask("fault")
    assert simulator.ask("sign", name="Wang", seconds=0.5).samples == usual.samples
