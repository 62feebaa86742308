"""The hands on the simulator: every verb is known, and nonsense changes nothing."""

import json
import re
from pathlib import Path

import pytest

from devices.seal.simulator import control
from devices.seal.simulator.control import BadOrder, Order
from tests.devices.seal.rig import Rig

NONSENSE = [
    {"verb": "fly"},
    {"verb": "unplug", "at": "lunch"},
    {"verb": "line", "direction": "up"},
    {"verb": "jam", "on": "yes"},
    {"verb": "late_reply", "ms": True},
    {"verb": "cover_code", "rect": [1, 2]},
    {"verb": "counter_jump", "counter": "money", "by": 1},
    {"verb": "wrong_key", "what": "nothing"},
    {"verb": "grade", "grade": "hostile"},
    {"verb": "log_truncate", "entries": 99},
    {"verb": "paper", "image": "/nowhere.png"},
    {"verb": 5},
    [],
]


def test_nonsense_is_answered_and_changes_nothing(rig: Rig) -> None:
    before = rig.sim.order("state")
    process = rig.sim.process
    assert process.stdin is not None and process.stdout is not None
    for line in [json.dumps(one) for one in NONSENSE] + ["{", ""]:
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        if line:
            answer = json.loads(process.stdout.readline())
            assert answer["ok"] is False and answer["error"], line
    after = rig.sim.order("state")
    assert {**before, "now": 0} == {**after, "now": 0}


def test_every_documented_verb_is_obeyed(rig: Rig) -> None:
    documented = set(re.findall(r'"verb": "(\w+)"', control.__doc__ or ""))
    harmless = documented - {"power_loss"}
    assert len(harmless) >= 17
    for verb in sorted(harmless):
        fields: dict[str, object] = {
            "log_truncate": {"entries": 0},
            "wrong_key": {"what": "off"},
        }.get(verb, {})
        if verb == "log_truncate":
            continue
        assert rig.sim.order(verb, **fields)["verb"] == verb
    assert rig.sim.order("power_loss", at="done")["ok"]


def test_the_machine_ends_with_its_input_and_keeps_its_key(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    key = rig.pairing.public_key
    rig.sim.stop()
    assert rig.sim.process.returncode == 0
    rig.restart()
    assert rig.pairing.public_key == key
    assert (tmp_path / "device.key").stat().st_mode & 0o777 == 0o600
    rig.close()


def test_orders_are_read_strictly() -> None:
    order = Order.read({"verb": "x", "n": 1.5, "t": "a", "f": True})
    assert (order.number("n"), order.text("t"), order.flag("f", default=False)) == (1.5, "a", True)
    for wrong in (
        lambda: order.number("t"),
        lambda: order.text("n"),
        lambda: order.flag("n", default=True),
    ):
        with pytest.raises(BadOrder):
            wrong()
