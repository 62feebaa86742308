"""The bodies of SCP/1 answers and events as values. Raises Malformed for anything else."""

from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.kit import cbor
from devices.seal import api
from devices.seal.plain import Fields, Malformed

HELLO_WORDS = b"sealctl/hello/v1"


def read_hello(body: bytes, host_nonce: bytes) -> tuple[api.Identity, bool]:
    """Read HELLO's answer, and say whether its key signed this very conversation.

    Signed is "sealctl/hello/v1", the host's nonce, the boot id and the session, one after another.
    """
    fields = Fields(body, "HELLO")
    key, boot_id, session = fields.octets(5, 32), fields.octets(3, 8), fields.octets(4, 8)
    signed = HELLO_WORDS + host_nonce + boot_id + session
    identity = api.Identity(
        device_id=fields.need(0, str),
        model=fields.need(1, str),
        firmware=fields.need(2, str),
        public_key=key,
        boot_id=boot_id,
        state=_state(fields, 8),
        total=fields.count(9),
        log_sequence=fields.count(10),
        log_head=fields.octets(11, 32),
        arm_counter=fields.count(12),
        tamper_counter=fields.count(13),
        at=fields.moment(14),
        time_quality=fields.count(15),
    )
    return identity, _holds(key, fields.octets(6, 64), signed)


def read_status(body: bytes) -> api.Status:
    """Read STATUS's answer."""
    fields = Fields(body, "STATUS")
    permit = fields.octets(1, 16) if fields.has(1) else None
    return api.Status(
        state=_state(fields, 0),
        permit_id=None if permit is None else UUID(bytes=permit),
        remaining=fields.count(2),
        sensors=api.Sensors(fields.count(3) & 0x3F),
        total=fields.count(4),
        log_sequence=fields.count(5),
        fault=fields.count(6),
        open_operation=fields.may(7, int),
    )


def read_image(body: bytes) -> api.ImageRef:
    """Read CAPTURE's answer."""
    fields = Fields(body, "CAPTURE")
    return api.ImageRef(
        fields.count(0), fields.count(1), fields.octets(2, 32), fields.count(3), fields.count(4)
    )


def read_entries(body: bytes) -> tuple[list[bytes], bool]:
    """Read LOG_READ's answer: signed entries, and whether there are more."""
    fields = Fields(body, "LOG_READ")
    entries = [entry for entry in fields.need(0, list) if isinstance(entry, bytes)]
    if len(entries) != len(fields.need(0, list)):
        raise Malformed("LOG_READ: an entry is no byte string")
    return entries, fields.need(1, bool)


def read_notice(code: int, body: bytes) -> api.Notice | None:
    """Read an event; None for one that a newer machine knows and we do not."""
    try:
        kind = api.NoticeKind(code)
    except ValueError:
        return None
    match cbor.decode(body) if body else {}:
        case {0: bool()}:
            return api.Notice(kind)
        case {0: int() as number}:
            return api.Notice(kind, number)
        case {0: str() as text}:
            return api.Notice(kind, None, text)
        case {0: bytes() as octets}:
            return api.Notice(kind, None, octets.hex())
    return api.Notice(kind)


def _state(fields: Fields, key: int) -> api.DeviceState:
    try:
        return api.DeviceState(fields.count(key))
    except ValueError as error:
        raise Malformed("no such state") from error


def _holds(key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
