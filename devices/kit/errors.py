"""The error root of this room: what a driver may raise, and nothing else leaves a driver.

Each kind has a number that is never used again for another, says whether the same call may be
tried again by itself (``retryable``) and whether a person must look first (``needs_person``), and
carries the last 64 lines of the trace as evidence. ``problem()`` gives the sentences.
"""

# ruff: noqa: N818 - the kinds carry the names operators know; "Error" would add nothing

from abc import abstractmethod
from typing import ClassVar

from typing_extensions import override

from app.kit.errors import base, devices
from app.kit.words import Text
from devices.kit.trace import Traced


class DeviceError(Exception):
    """A device did not do what was asked; see the subclasses for what that means."""

    number: ClassVar[int]
    retryable: ClassVar[bool] = False
    needs_person: ClassVar[bool] = True

    def __init__(self, device: str, detail: str, evidence: tuple[Traced, ...] = ()) -> None:
        super().__init__(f"{type(self).__name__} {device}: {detail}")
        self.device = device
        self.detail = detail
        self.evidence = evidence

    @abstractmethod
    def problem(self) -> base.Problem:
        """Give code and sentences for the person at the desk."""


class NotFound(DeviceError):
    """Nothing is at the path, or no device is set up at this desk."""

    number = 1

    @override
    def problem(self) -> base.Problem:
        return devices.device_not_found(self.device)


class PermissionDenied(DeviceError):
    """The operating system does not open the port for this user."""

    number = 2

    @override
    def problem(self) -> base.Problem:
        return devices.device_no_permission(self.device, devices.port_needs_rule())


class Busy(DeviceError):
    """Another program holds the port, or the device is in the middle of something."""

    number = 3
    retryable = True
    needs_person = False

    @override
    def problem(self) -> base.Problem:
        return devices.device_busy(self.device)


class Disconnected(DeviceError):
    """The line went away; only a new opening with a new identification may follow."""

    number = 4

    @override
    def problem(self) -> base.Problem:
        return devices.device_disconnected(self.device)


class Timeout(DeviceError):
    """No answer in time to a reading or repeatable command; ``detail`` names it."""

    number = 5
    retryable = True
    needs_person = False

    @override
    def problem(self) -> base.Problem:
        return devices.device_silent(self.device, self.detail)


class ProtocolError(DeviceError):
    """What came does not follow the protocol; ``detail`` names the kind."""

    number = 6

    @override
    def problem(self) -> base.Problem:
        return devices.device_garbled(self.device, self.detail)


class Refused(DeviceError):
    """The device said no, with a status of its own protocol and a reason in words."""

    number = 7

    def __init__(
        self, device: str, status: int, reason: Text, evidence: tuple[Traced, ...] = ()
    ) -> None:
        super().__init__(device, f"status {status:02x}", evidence)
        self.status = status
        self.reason = reason

    @override
    def problem(self) -> base.Problem:
        return devices.device_refused(self.device, self.reason, self.status)


class PermitRejected(Refused):
    """The machine checked the permit or its proofs and does not accept them."""

    number = 8

    @override
    def problem(self) -> base.Problem:
        return devices.permit_rejected(self.device, self.reason, self.status)


class Indeterminate(DeviceError):
    """Nobody knows whether a physical act happened: never repeated, settled by persons."""

    number = 9

    def __init__(
        self, device: str, permit: str, index: int, evidence: tuple[Traced, ...] = ()
    ) -> None:
        super().__init__(device, f"permit {permit} impression {index}", evidence)
        self.permit = permit
        self.index = index

    @override
    def problem(self) -> base.Problem:
        return devices.stamp_in_doubt(self.device, self.permit, self.index)


class Tampered(DeviceError):
    """The machine reports tampering, or its key, id or signature is not the pinned one."""

    number = 10

    @override
    def problem(self) -> base.Problem:
        return devices.device_tampered(self.device)


class CounterAnomaly(DeviceError):
    """A counter that can only grow has fallen, or a log hash is not the known one."""

    number = 11

    def __init__(
        self, device: str, counter: str, known: int, seen: int, evidence: tuple[Traced, ...] = ()
    ) -> None:
        super().__init__(device, f"{counter}: known {known}, seen {seen}", evidence)
        self.counter = counter
        self.known = known
        self.seen = seen

    @override
    def problem(self) -> base.Problem:
        if self.counter.startswith("log"):
            return devices.log_does_not_follow(self.device)
        return devices.counter_anomaly(self.device, self.counter, self.known, self.seen)


class Cancelled(DeviceError, base.Cancelled):
    """A person stopped the operation; nothing of it is kept and nothing is shown."""

    number = 12
    needs_person = False

    @override
    def problem(self) -> base.Problem:
        return devices.device_cancelled(self.device)


class Unsupported(DeviceError):
    """This model or driver cannot do it."""

    number = 13

    @override
    def problem(self) -> base.Problem:
        return devices.device_unsupported(self.device, self.detail)
