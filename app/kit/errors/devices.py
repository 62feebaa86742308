"""What is said when a machine on a cable does not do what was asked."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def device_not_found(device: str) -> Problem:
    """Say that nothing answers where the device should be."""
    return Problem(
        code="E-DEV-NOT-FOUND",
        what=t("The device “{device}” is not connected.", device=device),
        safe=t("Nothing was sent to it."),
        next=t("Check power and cable, then try again."),
    )


def device_no_permission(device: str, hint: Text) -> Problem:
    """Say that the system does not let us use the port, and what would."""
    return Problem(
        code="E-DEV-PERMISSION",
        what=t("This user may not use the device “{device}”.", device=device),
        safe=t("Nothing was sent to it."),
        next=hint,
    )


def port_needs_rule() -> Text:
    """Say what opens a serial port to the person at the desk."""
    return t("Ask IT to install the device rules of this program, then plug the device in again.")


def device_busy(device: str) -> Problem:
    """Say that another program holds the device, or that it is at work."""
    return Problem(
        code="E-DEV-BUSY",
        what=t("The device “{device}” is in use.", device=device),
        safe=t("What it is doing was not disturbed."),
        next=t("Wait until it is done, or close the other program that uses it."),
    )


def device_disconnected(device: str) -> Problem:
    """Say that the line went away while we talked."""
    return Problem(
        code="E-DEV-DISCONNECTED",
        what=t("The connection to the device “{device}” was lost.", device=device),
        safe=t("What was finished before is kept; nothing half done counts."),
        next=t("Plug it in again; the program asks the device first how far it got."),
    )


def device_silent(device: str, operation: str) -> Problem:
    """Say that no answer came in time."""
    return Problem(
        code="E-DEV-TIMEOUT",
        what=t(
            "The device “{device}” gave no answer ({operation}).",
            device=device,
            operation=operation,
        ),
        safe=t("The order was not sent a second time."),
        next=t("Check the display of the device, then try again."),
    )


def device_garbled(device: str, kind: str) -> Problem:
    """Say that the answer does not follow the protocol."""
    return Problem(
        code="E-DEV-PROTOCOL",
        what=t(
            "The device “{device}” answered something unreadable ({kind}).",
            device=device,
            kind=kind,
        ),
        safe=t("The answer was thrown away; nothing was taken from it."),
        next=t("Check the cable. If it happens again, call support with the code."),
    )


def device_refused(device: str, reason: Text, number: int) -> Problem:
    """Say that the device refuses now, and why (``number`` is its own status)."""
    return Problem(
        code="E-DEV-REFUSED",
        what=t("The device “{device}” refuses: {reason}", device=device, reason=reason),
        safe=t("It did nothing. Its status was {number}.", number=f"{number:02X}"),
        next=t("Remove the cause, then try again."),
    )


def permit_rejected(device: str, reason: Text, number: int) -> Problem:
    """Say that the machine does not accept the permit, and why."""
    return Problem(
        code="E-SEAL-PERMIT",
        what=t(
            "The seal machine “{device}” does not accept the permit: {reason}",
            device=device,
            reason=reason,
        ),
        safe=t("Nothing was stamped. Its status was {number}.", number=f"{number:02X}"),
        next=t("Ask head office for a new permit."),
    )


def stamp_in_doubt(device: str, permit: str, index: int) -> Problem:
    """Say that nobody knows whether one impression was made."""
    return Problem(
        code="E-SEAL-DOUBT",
        what=t(
            "It is not certain whether impression {index} of permit {permit} was stamped.",
            index=index,
            permit=permit,
        ),
        safe=t("The machine “{device}” will not be told to stamp it again.", device=device),
        next=t("Look at the paper together with a second person and settle the doubt."),
    )


def device_tampered(device: str) -> Problem:
    """Say that the machine reports it was opened or that its signature is wrong."""
    return Problem(
        code="E-SEAL-TAMPER",
        what=t(
            "The seal machine “{device}” reports tampering, or is not the paired one.",
            device=device,
        ),
        safe=t("It is blocked; nothing can be stamped with it."),
        next=t("Leave it as it is and call head office."),
    )


def counter_anomaly(device: str, counter: str, known: int, seen: int) -> Problem:
    """Say that a counter that can only grow has fallen."""
    return Problem(
        code="E-SEAL-COUNTER",
        what=t(
            "The counter “{counter}” of the seal machine “{device}” shows {seen}, not {known}.",
            counter=counter,
            device=device,
            seen=seen,
            known=known,
        ),
        safe=t("The machine is blocked; nothing can be stamped with it."),
        next=t("Leave it as it is and call head office."),
    )


def log_does_not_follow(device: str) -> Problem:
    """Say that the machine's log is not the continuation of the one that is known."""
    return Problem(
        code="E-SEAL-LOG",
        what=t(
            "The log of the seal machine “{device}” does not continue the known one.", device=device
        ),
        safe=t("The machine is blocked; nothing can be stamped with it."),
        next=t("Leave it as it is and call head office."),
    )


def device_cancelled(device: str) -> Problem:
    """Say that a person stopped it."""
    return Problem(
        code="E-DEV-CANCELLED",
        what=t("Stopped at the device “{device}”.", device=device),
        safe=t("Nothing of it was kept."),
        next=t("Start again when you are ready."),
    )


def device_unsupported(device: str, operation: str) -> Problem:
    """Say that this model cannot do it."""
    return Problem(
        code="E-DEV-UNSUPPORTED",
        what=t(
            "The device “{device}” cannot do this ({operation}).",
            device=device,
            operation=operation,
        ),
        safe=t("Nothing was sent to it."),
        next=t("Use another device or do this step by hand."),
    )
