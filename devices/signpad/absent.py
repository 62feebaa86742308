"""The pad of a desk that has none: every question is answered with NotFound."""

from collections.abc import Iterator
from typing import NoReturn

from typing_extensions import override

from devices.kit.errors import NotFound
from devices.signpad.api import (
    Axes,
    InkRecord,
    PadIdentity,
    Sample,
    SignaturePad,
    SigningRequest,
    Watch,
)


class AbsentPad(SignaturePad):
    """No pad is set up at this desk; closing it is no error."""

    @override
    def open(self) -> None:
        _nothing_here()

    @override
    def identity(self) -> PadIdentity:
        _nothing_here()

    @override
    def info(self) -> Axes:
        _nothing_here()

    @override
    def start(self, request: SigningRequest) -> None:
        _nothing_here()

    @override
    def samples(self, watch: Watch) -> Iterator[Sample]:
        _nothing_here()

    @override
    def clear(self) -> None:
        _nothing_here()

    @override
    def stop(self) -> InkRecord:
        _nothing_here()

    @override
    def close(self) -> None:
        """Nothing to let go."""


def _nothing_here() -> NoReturn:
    raise NotFound("signature pad", "none is set up at this desk")
