"""The machine of a desk that has none: every call says so in words, nothing pretends."""

from collections.abc import Sequence
from typing import NoReturn
from uuid import UUID

from typing_extensions import override

from devices.seal import api


class AbsentMachine(api.SealDevice):
    """No seal machine is set up here; ``name`` is what the desk calls the missing thing."""

    def __init__(self, name: str = "seal machine") -> None:
        self._name = name

    @override
    def identify(self) -> api.Identity:
        self._nothing("identify")

    @override
    def status(self) -> api.Status:
        self._nothing("status")

    @override
    def challenge(self) -> bytes:
        self._nothing("challenge")

    @override
    def arm(self, permit: bytes, proofs: Sequence[bytes]) -> api.ArmReceipt:
        self._nothing("arm")

    @override
    def disarm(self) -> api.DisarmReceipt:
        self._nothing("disarm")

    @override
    def stamp(
        self, permit_id: UUID, index: int, page: int, placement: api.Placement | None = None
    ) -> api.OpHandle:
        self._nothing("stamp")

    @override
    def resolve(self, op: api.OpHandle, cancel: api.CancelFlag | None = None) -> api.Outcome:
        self._nothing("resolve")

    @override
    def abort(self, op: api.OpHandle) -> None:
        self._nothing("abort")

    @override
    def read_log(self, place: api.LogPosition) -> tuple[api.LogEntry, ...]:
        self._nothing("read_log")

    @override
    def ack_log(self, place: api.LogPosition) -> None:
        self._nothing("ack_log")

    @override
    def capture(self, photo: api.Photo) -> api.ImageRef:
        self._nothing("capture")

    @override
    def fetch(
        self,
        ref: api.ImageRef,
        progress: api.Progress | None = None,
        cancel: api.CancelFlag | None = None,
    ) -> bytes:
        self._nothing("fetch")

    @override
    def drop(self, ref: api.ImageRef) -> None:
        self._nothing("drop")

    @override
    def self_test(self) -> api.SelfTest:
        self._nothing("self_test")

    @override
    def set_time(self, order: bytes) -> None:
        self._nothing("set_time")

    @override
    def attend(
        self, seconds: float, cancel: api.CancelFlag | None = None
    ) -> tuple[api.Notice, ...]:
        self._nothing("attend")

    @override
    def close(self) -> None:
        """Nothing is open."""

    def _nothing(self, operation: str) -> NoReturn:
        raise api.NotFound(self._name, operation)
