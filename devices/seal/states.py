"""The states of a seal machine and the one table of how it moves between them.

The numbers are those of the STATUS answer. A pair that is not in the table cannot happen: a
driver that sees it does not know its machine any more. A lost link makes the host's view STALE
while the machine goes on alone; the next HELLO says where it stands then.
"""

from enum import IntEnum, StrEnum


class DeviceState(IntEnum):
    """Where a machine stands; ABSENT, PROBING and STALE are only ever the host's view."""

    ABSENT = 0
    PROBING = 1
    LOCKED = 2
    AUTHED = 3
    ARMED = 4
    STAMPING = 5
    CAPTURING = 6
    FAULT = 7
    TAMPERED = 8
    INDETERMINATE = 9
    MAINTENANCE = 10
    STALE = 11


class Happening(StrEnum):
    """What moves a machine from one state to another."""

    FOUND = "found"
    IDENTIFIED = "identified"
    PROVED = "proved"
    REFUSED = "refused"
    PERMITTED = "permitted"
    ACCEPTED = "accepted"
    IMPRESSED = "impressed"
    ABORTED = "aborted"
    JAMMED = "jammed"
    FREED = "freed"
    FREED_ARMED = "freed_armed"
    PHOTOGRAPHED = "photographed"
    USED_UP = "used_up"
    DISARMED = "disarmed"
    IN_DOUBT = "in_doubt"
    ACKNOWLEDGED = "acknowledged"
    TAMPER = "tamper"
    LINK_LOST = "link_lost"


_S = DeviceState
_H = Happening

TRANSITIONS: dict[tuple[DeviceState, Happening], DeviceState] = {
    (_S.ABSENT, _H.FOUND): _S.PROBING,
    (_S.PROBING, _H.IDENTIFIED): _S.LOCKED,
    (_S.LOCKED, _H.PROVED): _S.AUTHED,
    (_S.AUTHED, _H.REFUSED): _S.LOCKED,
    (_S.AUTHED, _H.PERMITTED): _S.ARMED,
    (_S.ARMED, _H.ACCEPTED): _S.STAMPING,
    (_S.ARMED, _H.DISARMED): _S.LOCKED,
    (_S.STAMPING, _H.IMPRESSED): _S.CAPTURING,
    (_S.STAMPING, _H.ABORTED): _S.ARMED,
    (_S.STAMPING, _H.JAMMED): _S.FAULT,
    (_S.CAPTURING, _H.PHOTOGRAPHED): _S.ARMED,
    (_S.CAPTURING, _H.USED_UP): _S.LOCKED,
    (_S.CAPTURING, _H.DISARMED): _S.LOCKED,
    (_S.FAULT, _H.FREED): _S.LOCKED,
    (_S.FAULT, _H.FREED_ARMED): _S.ARMED,
    (_S.FAULT, _H.DISARMED): _S.FAULT,
    (_S.LOCKED, _H.IN_DOUBT): _S.INDETERMINATE,
    (_S.INDETERMINATE, _H.ACKNOWLEDGED): _S.LOCKED,
    **{
        (state, _H.LINK_LOST): _S.STALE
        for state in (
            _S.LOCKED, _S.AUTHED, _S.ARMED, _S.STAMPING, _S.CAPTURING, _S.FAULT,
            _S.INDETERMINATE, _S.TAMPERED,
        )
    },
    **{
        (state, _H.TAMPER): _S.TAMPERED
        for state in (
            _S.LOCKED, _S.AUTHED, _S.ARMED, _S.STAMPING, _S.CAPTURING, _S.FAULT,
            _S.INDETERMINATE,
        )
    },
}  # fmt: skip

WITH_PERMIT = frozenset({_S.ARMED, _S.STAMPING, _S.CAPTURING, _S.FAULT})


class NoSuchMove(ValueError):  # noqa: N818 - it names what was seen
    """The table has no such move."""


def after(state: DeviceState, happening: Happening) -> DeviceState:
    """Give the state that follows. Raises NoSuchMove."""
    following = TRANSITIONS.get((state, happening))
    if following is None:
        raise NoSuchMove(f"{state.name} knows no {happening.value}")
    return following


def leads(state: DeviceState, following: DeviceState) -> bool:
    """Say whether one single happening leads from one state to the other."""
    return any(start is state and end is following for (start, _), end in TRANSITIONS.items())
