"""Bad luck at the worst moment: never a second stamp, never a false word about the first one."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.seal import api
from devices.seal.scp1.driver import Limits, Scp1Device
from tests.devices.seal.rig import NOBODY, Rig, make_permit, proofs, public, signed

HASTY = Limits(waits=0.25)


def downs(device: Scp1Device, place: api.LogPosition = api.LOG_START) -> int:
    return sum(entry.phase is api.Phase.DOWN for entry in device.read_log(place))


def stamp_and_lose(rig: Rig, device: Scp1Device, permit: api.Permit) -> api.OpHandle:
    """Order the first impression while something pulls the plug; give the handle saved before."""
    saved = api.OpHandle(permit.permit_id, 1, device.identify().position)
    with pytest.raises(api.Disconnected):
        device.resolve(device.stamp(permit.permit_id, 1, 3))
    return saved


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("before_intent", api.NotDone),
        ("after_intent", api.InDoubt),
        ("down", api.Done),
        ("done", api.Done),
    ],
)
def test_power_lost_at_every_phase(rig: Rig, phase: str, expected: type) -> None:
    device = rig.open()
    permit = rig.armed(device)
    last_known = device.identify().last_known
    rig.sim.order("power_loss", at=phase)
    saved = stamp_and_lose(rig, device, permit)
    rig.restart()
    again = rig.open(last_known)
    outcome = again.resolve(saved)
    assert type(outcome) is expected
    assert downs(again) == (expected is api.Done) == again.status().total
    log = again.read_log(api.LOG_START)
    if phase == "down":
        assert isinstance(outcome, api.Done)
        assert outcome.done.cause == api.Cause.POWER and outcome.image_sha256 is None
    assert again.status().remaining == 0
    assert [e.cause for e in log if e.phase is api.Phase.DISARMED] == [api.Cause.POWER]
    with pytest.raises(api.DeviceError):
        again.stamp(permit.permit_id, 1, 3)
    assert again.status().total == log[-1].total


def test_doubt_blocks_arming_until_head_office_has_heard(rig: Rig) -> None:
    device = rig.open()
    permit = rig.armed(device)
    rig.sim.order("power_loss", at="after_intent")
    stamp_and_lose(rig, device, permit)
    rig.restart()
    rig.restart()
    device = rig.open()
    assert device.status().state is api.DeviceState.INDETERMINATE
    with pytest.raises(api.Refused):
        rig.armed(device)
    log = device.read_log(api.LOG_START)
    assert sum(entry.phase is api.Phase.INDETERMINATE for entry in log) == 1
    device.ack_log(log[-1].position)
    assert device.status().state is api.DeviceState.LOCKED
    rig.armed(device)


@pytest.mark.parametrize("phase", ["before_intent", "after_intent", "down", "done"])
def test_the_cable_pulled_at_every_phase_changes_nothing_in_the_machine(
    rig: Rig, phase: str
) -> None:
    """Unlike power, the cable stops no stroke: what the machine heard it does to the end."""
    device = rig.open()
    permit = rig.armed(device)
    last_known = device.identify().last_known
    rig.sim.order("unplug", at=phase)
    saved = stamp_and_lose(rig, device, permit)
    with pytest.raises(api.Disconnected):
        device.status()
    rig.sim.path = str(rig.sim.order("plug_in")["path"])
    again = rig.open(last_known)
    assert isinstance(again.resolve(saved), api.Done)
    assert downs(again) == 1 and again.status().remaining == 1
    assert isinstance(again.resolve(again.stamp(permit.permit_id, 2, 5)), api.Done)


def test_an_answer_after_the_time_limit_is_not_asked_for_twice(rig: Rig) -> None:
    device = rig.open()
    permit = rig.armed(device)
    rig.sim.order("late_reply", ms=900, code=6, count=1)
    op = device.stamp(permit.permit_id, 1, 3)
    assert op.operation is None
    assert isinstance(device.resolve(op), api.Done)
    assert downs(device) == 1
    second = device.stamp(permit.permit_id, 2, 5)
    assert second.operation is not None
    assert isinstance(device.resolve(second), api.Done)


def test_late_answers_to_reading_are_taken_when_they_come(rig: Rig) -> None:
    device = rig.open()
    rig.sim.order("late_reply", ms=700, count=2)
    assert device.status().total == 0
    assert len(device.challenge()) == 32
    permit = rig.armed(device)
    assert isinstance(device.resolve(device.stamp(permit.permit_id, 1, 3)), api.Done)


def test_a_stamp_that_never_arrived_is_not_done(rig: Rig) -> None:
    device = rig.open()
    permit = rig.armed(device)
    rig.sim.order("lose", code=6, what="request")
    op = device.stamp(permit.permit_id, 1, 3)
    assert op.operation is None
    assert device.resolve(op) == api.NotDone(None)
    assert heard(rig, "06") == 1
    assert downs(device) == 0 and device.status().remaining == 2
    assert isinstance(device.resolve(device.stamp(permit.permit_id, 1, 3)), api.Done)


def test_a_stamp_whose_answer_is_lost_is_never_sent_again(rig: Rig) -> None:
    device = rig.open()
    permit = rig.armed(device)
    rig.sim.order("lose", code=6, what="answer")
    op = device.stamp(permit.permit_id, 1, 3)
    assert op.operation is None
    assert isinstance(device.resolve(op), api.Done)
    assert isinstance(device.resolve(op), api.Done)
    assert heard(rig, "06") == downs(device) == 1


@pytest.mark.parametrize("what", ["answer", "request"])
def test_a_lost_arming_is_sent_again_and_arms_once(rig: Rig, what: str) -> None:
    device = rig.open(limits=HASTY)
    rig.sim.order("lose", code=4, what=what)
    rig.armed(device)
    assert heard(rig, "04") == 2
    armings = [e for e in device.read_log(api.LOG_START) if e.phase is api.Phase.ARMED]
    assert len(armings) == 1


def test_lost_blocks_of_a_photograph_are_fetched_again(rigs: Callable[..., Rig]) -> None:
    rig = rigs(dpi=100)
    device = rig.open(limits=HASTY)
    rig.sim.order("paper")
    ref = device.capture(api.Photo.AFTER)
    rig.sim.order("lose", code=0x0B, what="request", count=2)
    assert len(device.fetch(ref)) == ref.size
    rig.sim.order("lose", code=0x0B, what="answer", count=10_000)
    with pytest.raises(api.Timeout):
        device.fetch(ref)


def heard(rig: Rig, code: str) -> object:
    counts = rig.sim.order("state")["heard"]
    assert isinstance(counts, dict)
    return counts.get(code, 0)


def test_without_events_the_log_tells_all(rig: Rig) -> None:
    device = rig.open()
    device.attend(0.1)
    permit = rig.armed(device)
    rig.sim.order("mute_events")
    device.attend(0.1)
    outcome = device.resolve(device.stamp(permit.permit_id, 1, 3))
    assert isinstance(outcome, api.Done) and outcome.image_sha256 is not None
    assert device.attend(0.2) == ()


def test_a_jam_uses_nothing_up_and_the_permit_goes_on(rig: Rig) -> None:
    device = rig.open()
    permit = rig.armed(device)
    rig.sim.order("jam")
    assert device.resolve(device.stamp(permit.permit_id, 1, 3)) == api.NotDone(api.Cause.JAM)
    assert device.status().state is api.DeviceState.FAULT
    with pytest.raises(api.Refused) as fault:
        device.stamp(permit.permit_id, 1, 3)
    assert fault.value.status == 0x17
    assert device.self_test().fault == 1
    rig.sim.order("jam", on=False)
    assert device.self_test().fault == 0
    assert isinstance(device.resolve(device.stamp(permit.permit_id, 1, 3)), api.Done)
    assert downs(device) == 1 and device.status().remaining == 1


def test_a_door_opened_during_the_stroke_stops_it(rigs: Callable[..., Rig]) -> None:
    rig = rigs(stroke_ms=800)
    device = rig.open()
    permit = rig.armed(device)
    op = device.stamp(permit.permit_id, 1, 3)
    rig.sim.order("door", open=True)
    assert device.resolve(op) == api.NotDone(api.Cause.DOOR)
    assert downs(device) == 0


def test_a_broken_housing_blocks_the_machine(rig: Rig) -> None:
    device = rig.open()
    last_known = device.identify().last_known
    rig.armed(device)
    rig.sim.order("tamper")
    assert device.status().state is api.DeviceState.TAMPERED
    with pytest.raises(api.Tampered):
        rig.armed(device)
    device.close()
    rig.restart()
    again = rig.open(last_known)
    assert again.identify().tamper_counter == 1
    assert again.status().state is api.DeviceState.TAMPERED


@pytest.mark.parametrize("what", ["key", "signature"])
def test_another_key_is_another_machine(rig: Rig, what: str) -> None:
    rig.sim.order("wrong_key", what=what)
    with pytest.raises(api.Tampered):
        rig.open()
    rig.sim.order("wrong_key", what="off")
    rig.open()


def test_a_machine_with_another_id_or_pinned_key_is_not_ours(rig: Rig) -> None:
    key = public(Ed25519PrivateKey.generate())
    for pairing in (
        api.Pairing("SC-000001", rig.pairing.public_key),
        api.Pairing(rig.pairing.device_id, key),
    ):
        with pytest.raises(api.Tampered):
            rig.open(pairing=pairing)


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("counter_jump", {"by": -1}),
        ("counter_jump", {"by": 1}),
        ("counter_jump", {"by": -1, "counter": "arm"}),
        ("log_truncate", {"entries": 2}),
    ],
)
def test_counters_that_do_not_fit_are_an_anomaly(
    rig: Rig, verb: str, fields: dict[str, object]
) -> None:
    device = rig.open()
    permit = make_permit(arm_counter=3)
    rig.sim.order("paper")
    device.arm(signed(permit), proofs(permit))
    device.resolve(device.stamp(permit.permit_id, 1, 3))
    device.disarm()
    last_known = device.identify().last_known
    device.close()
    rig.sim.order(verb, **fields)
    with pytest.raises(api.CounterAnomaly):
        rig.open(last_known)
    rig.sim.order("state")


def test_a_rewritten_log_of_the_same_length_is_an_anomaly(rig: Rig) -> None:
    device = rig.open()
    last_known = device.identify().last_known
    device.close()
    rig.sim.kill()
    (rig._state / "nvram").unlink()
    rig.restart()
    with pytest.raises(api.CounterAnomaly):
        rig.open(last_known)


def test_a_photograph_with_a_bent_octet_is_thrown_away(rig: Rig) -> None:
    device = rig.open()
    rig.sim.order("paper")
    rig.sim.order("image_corrupt")
    with pytest.raises(api.ProtocolError) as wrong:
        device.fetch(device.capture(api.Photo.AFTER))
    assert "hash" in wrong.value.detail


def test_the_host_killed_mid_stroke_finds_the_truth_on_its_return(rigs: Callable[..., Rig]) -> None:
    rig = rigs(stroke_ms=300)
    device = rig.open()
    permit = rig.armed(device)
    saved = api.OpHandle(permit.permit_id, 1, device.identify().position)
    device.stamp(permit.permit_id, 1, 3)
    device.close()
    again = rig.open()
    assert isinstance(again.resolve(saved), api.Done)
    assert downs(again) == 1


def test_a_machine_that_never_rests_is_indeterminate(rigs: Callable[..., Rig]) -> None:
    rig = rigs(stroke_ms=60_000)
    device = rig.open(limits=Limits(impression=0.4))
    permit = rig.armed(device)
    op = device.stamp(permit.permit_id, 1, 3)
    with pytest.raises(api.Indeterminate):
        device.resolve(op)


def test_a_machine_that_is_gone_is_not_found(rig: Rig) -> None:
    rig.sim.order("unplug")
    with pytest.raises(api.NotFound):
        rig.open()


@pytest.mark.parametrize("mishap", ["drop", "flip", "duplicate", "garbage"])
def test_a_bad_line_costs_time_but_no_truth(rig: Rig, mishap: str) -> None:
    """Every error may show; the machine's log still has at most what was ordered."""
    device = rig.open(limits=HASTY)
    rig.sim.order("paper")
    permit = make_permit(nonce=device.challenge(), impressions=2)
    device.arm(signed(permit), proofs(permit))
    place = device.identify().position
    rig.sim.order("line", **{mishap: 0.004}, split=True, delay_ms=2)
    answers: list[str] = []
    for index in (1, 2):
        saved = api.OpHandle(permit.permit_id, index, place)
        try:
            outcome = device.resolve(device.stamp(permit.permit_id, index, 3))
        except (api.Timeout, api.Refused, api.ProtocolError):
            rig.sim.order("line")
            outcome = device.resolve(saved)
        answers.append(type(outcome).__name__)
    rig.sim.order("line")
    assert answers.count("Done") == downs(device) == device.status().total


def test_unknown_orders_resolve_to_not_done(rig: Rig) -> None:
    device = rig.open()
    assert device.resolve(api.OpHandle(NOBODY, 1, api.LOG_START)) == api.NotDone(None)
