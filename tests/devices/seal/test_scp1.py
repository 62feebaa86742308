"""The shipped driver against the shipped simulator over a real pseudo-terminal: the plain day,
and everything the machine must refuse."""

import hashlib
import io
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from PIL import Image

from devices.kit import cbor, cose
from devices.seal import api
from tests.devices.seal.rig import (
    CLOCK,
    DEVICE_ID,
    HQ_KEY,
    HQ_KID,
    NOBODY,
    PEOPLE,
    PERSON_KEYS,
    Rig,
    make_permit,
    proofs,
    prove,
    signed,
)


def test_a_day_of_two_impressions(rig: Rig) -> None:
    device = rig.open()
    start = device.identify()
    permit = rig.armed(device)
    for index, page in ((1, 3), (2, 5)):
        before = device.capture(api.Photo.BEFORE)
        assert hashlib.sha256(device.fetch(before)).digest() == before.sha256
        op = device.stamp(permit.permit_id, index, page, api.Placement(1200, 2000, 50))
        assert op.operation is not None
        outcome = device.resolve(op)
        assert isinstance(outcome, api.Done)
        assert outcome.down.total == start.total + index
        assert outcome.down.persons == PEOPLE[:2]
        photo = device.capture(api.Photo.OF_IMPRESSION)
        assert photo.sha256 == outcome.image_sha256
        picture = Image.open(io.BytesIO(device.fetch(photo)))
        assert picture.size == (photo.width, photo.height)
        device.drop(photo)
    assert device.disarm() == api.DisarmReceipt(0, device.status().log_sequence)
    log = device.read_log(start.position)
    assert [entry.phase.name for entry in log] == [
        "ARMED",
        *("INTENT", "DOWN", "DONE", "IMAGE") * 2,
        "DISARMED",
    ]
    assert log[-1].cause == api.Cause.USED_UP
    assert log[-1].total == start.total + 2 == device.status().total


def test_events_tell_the_story_once(rig: Rig) -> None:
    device = rig.open()
    device.attend(0.1)
    permit = rig.armed(device, impressions=1)
    device.resolve(device.stamp(permit.permit_id, 1, 3))
    notices = device.attend(0.7)
    kinds = [n.kind.name for n in notices if n.kind is not api.NoticeKind.STATE]
    assert kinds == ["AUTH", "AUTH", "DOWN", "DONE", "IMAGE_READY"]
    states = [n.state.name for n in notices if n.state is not None]
    assert states == ["AUTHED", "ARMED", "STAMPING", "CAPTURING", "LOCKED"]


def test_an_offline_permit_serves_once_and_its_counter_never_again(rig: Rig) -> None:
    device = rig.open()
    permit = make_permit(arm_counter=5)
    assert device.arm(signed(permit), proofs(permit)).remaining == 2
    assert device.disarm().unused == 2
    for again in (permit, make_permit(arm_counter=5), make_permit(arm_counter=4)):
        with pytest.raises(api.PermitRejected) as rejected:
            device.arm(signed(again), proofs(again))
        assert rejected.value.status == 0x25
    later = make_permit(arm_counter=6)
    assert device.arm(signed(later), proofs(later)).remaining == 2


def test_a_log_at_head_office_may_be_forgotten(rig: Rig) -> None:
    device = rig.open()
    rig.armed(device)
    device.disarm()
    end = device.read_log(api.LOG_START)[-1].position
    device.ack_log(end)
    device.ack_log(end)
    assert device.read_log(end) == ()
    with pytest.raises(api.CounterAnomaly):
        rig.armed(device)
        device.read_log(api.LOG_START)
    with pytest.raises(api.ProtocolError):
        device.ack_log(api.LogPosition(device.status().log_sequence, bytes(32)))


Wrong = Callable[[bytes], tuple[bytes, list[bytes]]]


def with_permit(kid: str = HQ_KID, **changes: object) -> Wrong:
    def make(nonce: bytes) -> tuple[bytes, list[bytes]]:
        permit = make_permit(**{"nonce": nonce, **changes})
        return signed(permit, kid), proofs(permit)

    return make


def bent_signature(nonce: bytes) -> tuple[bytes, list[bytes]]:
    permit = make_permit(nonce=nonce)
    octets = signed(permit)
    return octets[:-1] + bytes([octets[-1] ^ 1]), proofs(permit)


def by_a_person(nonce: bytes) -> tuple[bytes, list[bytes]]:
    permit = make_permit(nonce=nonce)
    return api.sign_permit(permit, by=PERSON_KEYS[PEOPLE[0]].sign, kid=HQ_KID), proofs(permit)


def people(*who: tuple[int, api.Role]) -> Wrong:
    def make(nonce: bytes) -> tuple[bytes, list[bytes]]:
        permit = make_permit(nonce=nonce)
        return signed(permit), [prove(permit, PEOPLE[i], role) for i, role in who]

    return make


def proofs_of_another_moment(nonce: bytes) -> tuple[bytes, list[bytes]]:
    permit = make_permit(nonce=nonce)
    other = make_permit(nonce=bytes(32), permit_id=permit.permit_id)
    return signed(permit), proofs(other)


NOW = CLOCK.now().replace(microsecond=0)
HOUR = timedelta(hours=1)
OPERATOR, WITNESS = api.Role.OPERATOR, api.Role.WITNESS
REFUSALS: dict[str, tuple[int, Wrong]] = {
    "bent signature": (0x20, bent_signature),
    "signed by another": (0x20, by_a_person),
    "unknown key": (0x2A, with_permit(kid="hq-1999-1")),
    "wrong device": (0x21, with_permit(device_id="SC-000778")),
    "wrong seal": (0x22, with_permit(seal_id="SEAL-SH-01")),
    "old challenge": (0x23, with_permit(nonce=bytes(32))),
    "expired": (0x24, with_permit(not_before=NOW - 3 * HOUR, not_after=NOW - HOUR)),
    "not yet": (0x24, with_permit(not_before=NOW + HOUR, not_after=NOW + 2 * HOUR)),
    "offline for too long": (
        0x24,
        with_permit(nonce=None, arm_counter=9, not_after=NOW + 73 * HOUR),
    ),
    "nobody": (0x26, people()),
    "operator alone": (0x26, people((0, OPERATOR))),
    "same person twice": (0x26, people((0, OPERATOR), (0, WITNESS))),
    "one person in both roles beside another": (
        0x26,
        people((0, WITNESS), (0, OPERATOR), (1, WITNESS)),
    ),
    "two witnesses": (0x26, people((0, WITNESS), (1, WITNESS))),
    "proofs of another moment": (0x26, proofs_of_another_moment),
}


def test_the_machine_refuses_every_wrong_permit_by_its_own_status(rig: Rig) -> None:
    device = rig.open()
    for name, (status, wrong) in REFUSALS.items():
        permit, shown = wrong(device.challenge())
        with pytest.raises(api.PermitRejected) as rejected:
            device.arm(permit, shown)
        assert rejected.value.status == status, name
        assert device.status().state is api.DeviceState.LOCKED
    assert [entry.phase.name for entry in device.read_log(api.LOG_START)] == ["BOOT"]


def test_a_challenge_serves_once_even_for_a_refusal(rig: Rig) -> None:
    device = rig.open()
    permit = make_permit(nonce=device.challenge())
    with pytest.raises(api.PermitRejected):
        device.arm(signed(permit), [])
    with pytest.raises(api.PermitRejected) as rejected:
        device.arm(signed(permit), proofs(permit))
    assert rejected.value.status == 0x23


def test_a_replayed_permit_is_named_as_one(rig: Rig) -> None:
    device = rig.open()
    permit = rig.armed(device)
    device.disarm()
    device.challenge()
    with pytest.raises(api.PermitRejected) as rejected:
        device.arm(signed(permit), proofs(permit))
    assert rejected.value.status == 0x25


def test_what_may_not_be_stamped(rig: Rig) -> None:
    device = rig.open()

    def refused(index: int, page: int, permit_id: object = None) -> int:
        with pytest.raises(api.Refused) as no:
            device.stamp(permit_id or permit.permit_id, index, page)  # type: ignore[arg-type]
        return no.value.status

    permit = make_permit(nonce=bytes(32))
    assert refused(1, 3) == 0x12
    permit = rig.armed(device, impressions=2, paper=False)
    assert refused(1, 3) == 0x15
    rig.sim.order("paper")
    assert refused(2, 3) == 0x27
    assert refused(0, 3) == 0x27
    assert refused(1, 4) == 0x29
    assert refused(1, 3, NOBODY) == 0x12
    rig.sim.order("door", open=True)
    assert refused(1, 3) == 0x13
    rig.sim.order("door", open=False)
    for index in (1, 2):
        assert isinstance(device.resolve(device.stamp(permit.permit_id, index, 3)), api.Done)
    assert refused(3, 3) == 0x28
    assert device.status().total == 2


def test_a_permit_ends_with_its_time(rig: Rig) -> None:
    device = rig.open()
    rig.armed(device)
    rig.sim.order("clock", offset=2 * 3600)
    notices = device.attend(0.3)
    assert api.NoticeKind.EXPIRED in {notice.kind for notice in notices}
    assert device.status().state is api.DeviceState.LOCKED
    assert device.read_log(api.LOG_START)[-1].cause == api.Cause.EXPIRED


def test_a_silent_host_is_disarmed_and_a_living_one_is_not(rigs: Callable[..., Rig]) -> None:
    rig = rigs(watchdog_s=1.4)
    device = rig.open()
    rig.armed(device)
    device.attend(2.2)
    assert device.status().state is api.DeviceState.ARMED
    threading.Event().wait(1.8)
    assert device.status().state is api.DeviceState.LOCKED
    assert device.read_log(api.LOG_START)[-1].cause == api.Cause.SILENCE


def test_a_full_log_arms_nothing_until_it_is_acknowledged(rigs: Callable[..., Rig]) -> None:
    rig = rigs(log_capacity=30)
    device = rig.open()
    for _ in range(2):
        rig.armed(device, impressions=2)
        device.disarm()
    with pytest.raises(api.Refused) as full:
        rig.armed(device, impressions=3)
    assert full.value.status == 0x31
    device.ack_log(device.read_log(api.LOG_START)[-1].position)
    rig.armed(device, impressions=3)


def test_an_unset_clock_judges_no_permit_until_head_office_sets_it(rig: Rig) -> None:
    device = rig.open()
    rig.sim.order("clock", offset=-86400, trusted=False)
    with pytest.raises(api.Refused) as no:
        rig.armed(device)
    assert no.value.status == 0x2B
    now = int(CLOCK.now().timestamp())

    def order(device_id: str, nonce: bytes) -> bytes:
        payload = cbor.encode({0: now, 1: device_id, 2: nonce})
        return cose.sign(payload, by=HQ_KEY.sign, kid=HQ_KID.encode(), aad=b"sealctl/time/v1")

    with pytest.raises(api.PermitRejected):
        device.set_time(order("SC-OTHER", device.challenge()))
    with pytest.raises(api.PermitRejected):
        device.set_time(order(DEVICE_ID, bytes(32)))
    device.set_time(order(DEVICE_ID, device.challenge()))
    assert abs(device.identify().at.timestamp() - now) < 10
    rig.armed(device)


def test_one_head_at_a_time(rigs: Callable[..., Rig]) -> None:
    rig = rigs(stroke_ms=600)
    device = rig.open()
    permit = rig.armed(device)
    op = device.stamp(permit.permit_id, 1, 3)
    for forbidden in (
        lambda: device.stamp(permit.permit_id, 2, 3),
        device.disarm,
        device.self_test,
        lambda: device.capture(api.Photo.BEFORE),
    ):
        with pytest.raises(api.Busy):
            forbidden()
    assert isinstance(device.resolve(op), api.Done)


def test_an_order_can_be_stopped_before_contact(rigs: Callable[..., Rig]) -> None:
    rig = rigs(stroke_ms=1500)
    device = rig.open()
    permit = rig.armed(device)
    op = device.stamp(permit.permit_id, 1, 3)
    device.abort(op)
    assert device.resolve(op) == api.NotDone(api.Cause.HOST)
    assert device.status().remaining == 2 and device.status().total == 0
    assert isinstance(device.resolve(device.stamp(permit.permit_id, 1, 3)), api.Done)


def test_resolving_can_be_cancelled_and_asked_again(rigs: Callable[..., Rig]) -> None:
    rig = rigs(stroke_ms=700)
    device = rig.open()
    permit = rig.armed(device)
    op = device.stamp(permit.permit_id, 1, 3)
    stop = api.CancelFlag()
    stop.set()
    with pytest.raises(api.Cancelled):
        device.resolve(op, stop)
    assert isinstance(device.resolve(op), api.Done)


def test_a_photograph_can_be_cancelled_and_its_progress_is_told(rigs: Callable[..., Rig]) -> None:
    rig = rigs(dpi=100)
    device = rig.open()
    rig.sim.order("paper")
    ref = device.capture(api.Photo.AFTER)
    stop = api.CancelFlag()
    steps: list[tuple[int, int]] = []

    def progress(done: int, of: int) -> None:
        steps.append((done, of))
        if len(steps) == 2:
            stop.set()

    with pytest.raises(api.Cancelled):
        device.fetch(ref, progress, stop)
    assert steps == [(3584, ref.size), (7168, ref.size)]
    assert len(device.fetch(ref)) == ref.size
    device.drop(ref)
    with pytest.raises(api.Refused) as gone:
        device.fetch(ref)
    assert gone.value.status == 0x30


def test_a_command_it_does_not_know_is_unsupported(rig: Rig) -> None:
    device = rig.open()
    with pytest.raises(api.Unsupported):
        device.abort(api.OpHandle(NOBODY, 1, api.LOG_START))
