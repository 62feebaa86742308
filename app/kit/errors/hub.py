"""What is said to those who run the hub."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t

_AS_IT_WAS = t("Nothing was changed at the hub.")


def _hub(code: str, what: Text, next_step: Text, safe: Text = _AS_IT_WAS) -> Problem:
    return Problem(code=code, what=what, safe=safe, next=next_step, detail="")


def backup_there(folder: str) -> Problem:
    """Say that a backup would be written over something."""
    return _hub(
        "E-HUB-BACKUP-THERE",
        t("{folder} is there already; a backup is never written over another.", folder=folder),
        t("Name a folder that does not exist yet."),
    )


def backup_broken(fault: str) -> Problem:
    """Say that a backup cannot be trusted."""
    return _hub(
        "E-HUB-BACKUP-BROKEN",
        t("This backup does not hold: {fault}.", fault=fault),
        t("Take another backup; keep this one for those who look into it."),
    )


def restore_into_full(place: str) -> Problem:
    """Say that a restore would be written over a hub."""
    return _hub(
        "E-HUB-RESTORE-FULL",
        t("{place} holds a hub's data already; a restore is never written over it.", place=place),
        t("Restore into a new folder or an empty database, then look at both."),
    )


def tool_failed(program: str, said: str) -> Problem:
    """Say that a program of PostgreSQL's did not do its work."""
    return _hub(
        "E-HUB-TOOL",
        t("{program} did not do its work: {said}", program=program, said=said),
        t("Put it right and run the command again."),
    )


def no_workstation(device: str) -> Problem:
    """Say that the hub knows no such workstation."""
    return _hub(
        "E-HUB-NO-WORKSTATION",
        t("The hub knows no workstation {device}.", device=device),
        t("Look at the list: sealdesk hub devices."),
    )


def proof_missing(which: str) -> Problem:
    """Say that the log of audit heads has no proof of something, or a file is none."""
    return _hub(
        "E-HUB-NO-PROOF",
        t("There is no proof of {which} in the log of audit heads.", which=which),
        t("Only signed heads are in the log; a chain's are listed with it."),
    )
