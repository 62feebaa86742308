"""The devices of a desk: the only place that imports drivers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from devices.kit.errors import DeviceError
from devices.kit.transport import ports_here
from devices.seal.absent import AbsentMachine
from devices.seal.api import Identity, LastKnown, Pairing, SealDevice
from devices.seal.scp1.driver import Scp1Device
from devices.signpad.absent import AbsentPad
from devices.signpad.api import SignaturePad
from devices.signpad.topaz.driver import TopazPad
from devices.signpad.topaz.models import MODELS


@dataclass(frozen=True)
class SealPort:
    """Where a seal machine is: its id and the path of its line; empty for none."""

    device_id: str = ""
    path: str = ""


@dataclass(frozen=True)
class PadPort:
    """Where a signature pad is: the path of its line and its model; empty for none."""

    path: str = ""
    model: str = ""


@contextmanager
def open_machine(
    port: SealPort, public_key: bytes, last_known: LastKnown | None, clock: Clock
) -> Iterator[SealDevice]:
    """Open the paired machine for a while; raises BranchError in the words of the device."""
    if not port.path:
        yield AbsentMachine()
        return
    try:
        machine = Scp1Device.open(
            port.path, Pairing(port.device_id, public_key), last_known, clock=clock
        )
    except DeviceError as error:
        raise BranchError(error.problem()) from error
    try:
        yield machine
    finally:
        machine.close()


def meet_machine(port: SealPort, public_key: bytes, clock: Clock) -> Identity:
    """Ask a machine that is not paired yet who it is and where its counters stand."""
    with open_machine(port, public_key, None, clock) as machine:
        return machine.identify()


def pad_at(port: PadPort, clock: Clock) -> SignaturePad:
    """Give the pad of this desk, not opened."""
    if not port.path:
        return AbsentPad()
    return TopazPad(port.path, MODELS[port.model], clock)


def serial_ports() -> list[str]:
    """Name the serial ports of this machine; none is opened."""
    return ports_here()
