"""The machine's own copy of its states and moves, held against the driver's by a test."""

from enum import IntEnum


class State(IntEnum):
    """Numbers as in the STATUS answer."""

    LOCKED = 2
    AUTHED = 3
    ARMED = 4
    STAMPING = 5
    CAPTURING = 6
    FAULT = 7
    TAMPERED = 8
    INDETERMINATE = 9


MOVES: dict[State, dict[str, State]] = {
    State.LOCKED: {
        "proved": State.AUTHED,
        "in_doubt": State.INDETERMINATE,
        "tamper": State.TAMPERED,
    },
    State.AUTHED: {
        "refused": State.LOCKED,
        "permitted": State.ARMED,
        "tamper": State.TAMPERED,
    },
    State.ARMED: {
        "accepted": State.STAMPING,
        "disarmed": State.LOCKED,
        "tamper": State.TAMPERED,
    },
    State.STAMPING: {
        "impressed": State.CAPTURING,
        "aborted": State.ARMED,
        "jammed": State.FAULT,
        "tamper": State.TAMPERED,
    },
    State.CAPTURING: {
        "photographed": State.ARMED,
        "used_up": State.LOCKED,
        "disarmed": State.LOCKED,
        "tamper": State.TAMPERED,
    },
    State.FAULT: {
        "freed": State.LOCKED,
        "freed_armed": State.ARMED,
        "disarmed": State.FAULT,
        "tamper": State.TAMPERED,
    },
    State.INDETERMINATE: {
        "acknowledged": State.LOCKED,
        "tamper": State.TAMPERED,
    },
    State.TAMPERED: {},
}
