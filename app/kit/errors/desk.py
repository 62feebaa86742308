"""What is said when the desk itself cannot be opened."""

from app.kit.errors.base import Problem
from app.kit.words import t


def desk_not_set_up(folder: str) -> Problem:
    """Say that no workstation is in the folder."""
    return Problem(
        code="E-DESK-NONE",
        what=t("No workstation is set up in {folder}.", folder=folder),
        safe=t("Nothing was made or changed."),
        next=t("Name the folder with --folder, or look around with --demo."),
    )


def desk_still_opening() -> Problem:
    """Say that the store is not open yet."""
    return Problem(
        code="E-DESK-OPENING",
        what=t("The store of this desk is not open."),
        safe=t("Nothing was made or changed."),
        next=t("Open it with its passphrase, then sign in."),
    )
