"""What is said when a kept day cannot be checked at all."""

from app.kit.errors.base import Problem
from app.kit.words import t


def folder_missing(folder: str) -> Problem:
    """Say that there is no such folder."""
    return Problem(
        code="E-VERIFY-FOLDER",
        what=t("There is no folder {folder}.", folder=folder),
        safe=t("Nothing was checked."),
        next=t("Name the folder that “sealdesk demo --keep” wrote."),
    )


def anchors_not_readable(path: str) -> Problem:
    """Say that a file holds no trust anchors."""
    return Problem(
        code="E-VERIFY-ANCHORS",
        what=t("{path} holds no trust anchors.", path=path),
        safe=t("Nothing was checked."),
        next=t("Name a file of the form of anchors.json, as head office gave it."),
    )
