"""What a status of the machine means: which error it is and how a person is told."""

from collections.abc import Callable

from app.kit.words import Text, t
from devices.kit import errors
from devices.kit.trace import Traced

OK, UNKNOWN_CODE, BAD_SEQUENCE = 0x00, 0x01, 0x05
_PROTOCOL = {0x02: "body", 0x03: "length"}
_BUSY, _TAMPERED = 0x10, 0x16

_REFUSED: dict[int, Callable[[], Text]] = {
    BAD_SEQUENCE: lambda: t("it lost count of the messages and did nothing."),
    0x12: lambda: t("it is not ready for this step."),
    0x13: lambda: t("its door is open."),
    0x14: lambda: t("no seal is in it."),
    0x15: lambda: t("no paper lies in it."),
    0x17: lambda: t("it has a fault; remove jammed paper and run the self-test."),
    0x27: lambda: t("this is not the next impression."),
    0x28: lambda: t("all impressions of the permit are used up."),
    0x29: lambda: t("this page is not in the permit."),
    0x2B: lambda: t("its clock is not set."),
    0x30: lambda: t("it no longer has this photograph."),
    0x31: lambda: t("its log is full; send it to head office first."),
    0x3F: lambda: t("it reports an internal fault."),
}
_REJECTED: dict[int, Callable[[], Text]] = {
    0x20: lambda: t("the signature of head office does not hold."),
    0x21: lambda: t("it is for another machine."),
    0x22: lambda: t("it is for another seal."),
    0x23: lambda: t("it does not answer the machine's last challenge."),
    0x24: lambda: t("it is expired or not valid yet."),
    0x25: lambda: t("it was used before."),
    0x26: lambda: t("operator and witness are not both proved."),
    0x2A: lambda: t("the machine does not know the key of head office."),
}


def refusal(
    device: str, operation: str, status: int, evidence: tuple[Traced, ...]
) -> errors.DeviceError:
    """Make the error that a status stands for; ``operation`` names what was asked."""
    if status in _REJECTED:
        return errors.PermitRejected(device, status, _REJECTED[status](), evidence)
    if status == UNKNOWN_CODE:
        return errors.Unsupported(device, operation, evidence)
    if status in _PROTOCOL:
        return errors.ProtocolError(device, _PROTOCOL[status], evidence)
    if status == _BUSY:
        return errors.Busy(device, operation, evidence)
    if status == _TAMPERED:
        return errors.Tampered(device, operation, evidence)
    reason = _REFUSED.get(status, lambda: t("it gives no reason we know."))
    return errors.Refused(device, status, reason(), evidence)
