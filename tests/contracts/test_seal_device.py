"""What every seal machine adapter promises, the shipped driver and the desk without one alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.seal import api
from devices.seal.absent import AbsentMachine
from tests.devices.seal.rig import NOBODY, Rig, make_permit, proofs, signed


@dataclass(frozen=True)
class Adapter:
    """An adapter and what it claims to be able to do."""

    device: api.SealDevice
    rig: Rig | None

    @property
    def stamps(self) -> bool:
        return self.rig is not None


@pytest.fixture(params=["scp1", "absent"])
def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Adapter]:
    if request.param == "absent":
        yield Adapter(AbsentMachine(), None)
        return
    rig = Rig(tmp_path / "machine")
    rig.sim.order("paper")
    yield Adapter(rig.open(), rig)
    rig.close()


OP = api.OpHandle(NOBODY, 1, api.LOG_START, 1)
REF = api.ImageRef(1, 1, bytes(32), 1, 1)
CALLS: dict[str, Callable[[api.SealDevice], object]] = {
    "identify": lambda device: device.identify(),
    "status": lambda device: device.status(),
    "challenge": lambda device: device.challenge(),
    "arm": lambda device: device.arm(b"", []),
    "disarm": lambda device: device.disarm(),
    "stamp": lambda device: device.stamp(NOBODY, 1, 1),
    "resolve": lambda device: device.resolve(OP),
    "abort": lambda device: device.abort(OP),
    "read_log": lambda device: device.read_log(api.LOG_START),
    "ack_log": lambda device: device.ack_log(api.LOG_START),
    "capture": lambda device: device.capture(api.Photo.BEFORE),
    "fetch": lambda device: device.fetch(REF),
    "drop": lambda device: device.drop(REF),
    "self_test": lambda device: device.self_test(),
    "set_time": lambda device: device.set_time(b""),
    "attend": lambda device: device.attend(0.01),
}


def test_the_list_of_calls_is_the_port() -> None:
    port = {name for name in vars(api.SealDevice) if not name.startswith("_")}
    assert port == set(CALLS) | {"close"}


def test_a_call_answers_or_says_what_a_person_can_do(adapter: Adapter) -> None:
    for name, call in CALLS.items():
        try:
            call(adapter.device)
        except api.DeviceError as error:
            problem = error.problem()
            assert problem.code.startswith("E-"), name
            assert isinstance(error, api.NotFound) or adapter.stamps, name
        else:
            assert adapter.stamps, f"{name} pretends that something is there"


def test_closing_twice_is_no_error(adapter: Adapter) -> None:
    adapter.device.close()
    adapter.device.close()


def test_after_closing_nothing_answers(adapter: Adapter) -> None:
    adapter.device.close()
    for name, call in CALLS.items():
        with pytest.raises((api.NotFound, api.Disconnected, api.Unsupported)):
            call(adapter.device)
        assert name


def test_a_permit_allows_what_it_says_and_no_more(adapter: Adapter) -> None:
    device = adapter.device
    if not adapter.stamps:
        with pytest.raises(api.NotFound):
            device.challenge()
        return
    before = device.status().total
    permit = make_permit(nonce=device.challenge(), impressions=2)
    assert device.arm(signed(permit), proofs(permit)).remaining == 2
    for index in (1, 2):
        outcome = device.resolve(device.stamp(permit.permit_id, index, 3))
        assert isinstance(outcome, api.Done)
        assert outcome.down.total == before + index
        assert outcome.image_sha256 == device.capture(api.Photo.OF_IMPRESSION).sha256
    with pytest.raises(api.Refused):
        device.stamp(permit.permit_id, 3, 3)
    assert device.status().total == before + 2
    assert device.disarm().unused == 0


def test_asking_what_became_of_it_changes_nothing(adapter: Adapter) -> None:
    device = adapter.device
    if not adapter.stamps:
        with pytest.raises(api.NotFound):
            device.resolve(OP)
        return
    permit = make_permit(nonce=device.challenge())
    device.arm(signed(permit), proofs(permit))
    op = device.stamp(permit.permit_id, 1, 3)
    first = device.resolve(op)
    sequence = device.status().log_sequence
    assert device.resolve(op) == first
    assert device.status().log_sequence == sequence
    saved = api.OpHandle(op.permit_id, op.index, op.after)
    assert device.resolve(saved) == first
