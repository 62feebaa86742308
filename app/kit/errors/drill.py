"""What is said when the hands of a drill cannot do what was asked."""

from app.kit.errors.base import Problem
from app.kit.words import t


def machine_without_power() -> Problem:
    """Say that the simulated seal machine is switched off."""
    return Problem(
        code="E-DRILL-POWER",
        what=t("The simulated seal machine has no power."),
        safe=t("What it has in its log it keeps."),
        next=t("Put the machine right on the drill page: it is switched on again."),
    )


def pad_cannot_write() -> Problem:
    """Say that nobody can write on the simulated pad now."""
    return Problem(
        code="E-DRILL-PAD",
        what=t("Nobody can write on the simulated pad: its cable is out, or a hand writes on it."),
        safe=t("Nothing was written."),
        next=t("Plug the pad in on the drill page, then sign."),
    )


def nobody_named() -> Problem:
    """Say that a hand needs a name to write."""
    return Problem(
        code="E-DRILL-NAME",
        what=t("The hand does not know which name to write."),
        safe=t("Nothing was written."),
        next=t("Fill in the name of the person who signs."),
    )


def line_stays_down() -> Problem:
    """Say that the demo's head office did not start."""
    return Problem(
        code="E-DRILL-LINE",
        what=t("The head office of this demo did not come up."),
        safe=t("The branch goes on working without a line."),
        next=t("Try again; if it fails again, close the demo and open it anew."),
    )
