"""The hands on the simulator: every verb is known, and nonsense changes nothing."""

import base64
import json
import re
from pathlib import Path

import pytest
from PIL import Image

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


def test_a_look_inside_uses_no_photograph_up_and_says_what_lies_there(
    rig: Rig, tmp_path: Path
) -> None:
    empty = rig.sim.order("peek")
    assert empty["jpeg"] == "" and rig.sim.order("state")["label"] == ""
    sheet = tmp_path / "sheet.png"
    Image.new("RGB", (210, 297), "white").save(sheet)
    rig.sim.order("paper", image=str(sheet), label="page 3")
    state = rig.sim.order("state")
    assert (state["label"], state["covered"], state["changes"]) == ("page 3", False, 1)
    open_page, again = (rig.sim.order("peek", dpi=40)["jpeg"] for _ in range(2))
    assert open_page == again and base64.b64decode(str(open_page))[:2] == b"\xff\xd8"
    rig.sim.order("cover_code")
    assert rig.sim.order("state")["covered"] is True
    assert rig.sim.order("peek", dpi=40)["jpeg"] != open_page
    rig.sim.order("paper", out=True)
    state = rig.sim.order("state")
    assert (state["label"], state["covered"], state["changes"]) == ("", False, 3)
    assert rig.sim.order("peek")["jpeg"] == ""


def test_a_fault_that_waits_is_named_and_can_be_taken_back(rig: Rig) -> None:
    assert rig.sim.order("state")["faults"] == []
    for order in (
        {"verb": "power_loss", "at": "after_intent"},
        {"verb": "unplug", "at": "down"},
        {"verb": "door", "open": True},
        {"verb": "jam", "on": True},
        {"verb": "late_reply", "ms": 600, "count": 1},
        {"verb": "lose", "code": 11},
        {"verb": "image_corrupt", "on": True},
        {"verb": "counter_jump", "by": 3},
    ):
        rig.sim.order(**order)
    on = rig.sim.order("state")["faults"]
    assert set(on) == {
        "power_loss", "unplug", "door", "jam", "late_reply", "lose", "image_corrupt",
        "counter_jump",
    }  # fmt: skip
    for order in (
        {"verb": "power_loss", "off": True},
        {"verb": "unplug", "off": True},
        {"verb": "door", "open": False},
        {"verb": "jam", "on": False},
        {"verb": "late_reply", "ms": 0},
        {"verb": "lose", "code": 11, "count": 0},
        {"verb": "image_corrupt", "on": False},
        {"verb": "counter_jump", "by": -3},
    ):
        rig.sim.order(**order)
    state = rig.sim.order("state")
    assert state["faults"] == [] and state["path"] is not None
