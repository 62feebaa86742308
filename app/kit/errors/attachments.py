"""What is said when a file cannot be hung on a form."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def _not_taken(code: str, what: Text, following: Text) -> Problem:
    return Problem(
        code=code,
        what=what,
        safe=t("Nothing was added; the other files are still there."),
        next=following,
    )


def file_kind_wrong(name: str) -> Problem:
    """Say that a file is of a kind no form takes, by what is in it and not by its name."""
    return _not_taken(
        "E-FILE-KIND",
        t("“{name}” is not a file that can be added.", name=name[:80]),
        t("Add a PDF, a picture (PNG, JPEG, TIFF), a Word or an Excel file."),
    )


def file_too_large(name: str, megabytes: int) -> Problem:
    """Say that a file is larger than one may be."""
    return _not_taken(
        "E-FILE-LARGE",
        t("“{name}” is larger than {n} MB.", name=name[:80], n=megabytes),
        t("Scan it with fewer dots per inch, or add it in parts."),
    )


def file_empty(name: str) -> Problem:
    """Say that a file holds nothing."""
    return _not_taken(
        "E-FILE-EMPTY",
        t("“{name}” is empty.", name=name[:80]),
        t("Open the file where it comes from and save it again."),
    )


def file_not_read(name: str) -> Problem:
    """Say that a file cannot be opened."""
    return _not_taken(
        "E-FILE-READ",
        t("“{name}” cannot be read.", name=name[:80]),
        t("Check that the file is still there and that you may open it."),
    )


def too_many_files(most: int) -> Problem:
    """Say that a field holds as many files as it may."""
    return _not_taken(
        "E-FILE-MANY",
        t("At most {n} files.", n=most),
        t("Take one out first."),
    )


def clipboard_without_file() -> Problem:
    """Say that there is nothing on the clipboard that could be added."""
    return _not_taken(
        "E-FILE-CLIPBOARD",
        t("There is no file and no picture on the clipboard."),
        t("Copy a file or a picture first."),
    )


def no_scanner() -> Problem:
    """Say that no scanner is set up at this desk."""
    return _not_taken(
        "E-SCAN-NONE",
        t("No scanner is set up at this desk."),
        t("Scan with the scanner's own program and drag the file here."),
    )


def file_may_run(name: str) -> Problem:
    """Say that a file is of a kind that is not opened from here."""
    return _not_opened(
        "E-FILE-RUNS",
        t("“{name}” is of a kind that is not opened from here: it could run.", name=name[:80]),
        t("Save a copy if you know what it is, and open it yourself."),
    )


def place_not_made() -> Problem:
    """Say that the disk did not take a file that should be looked at or saved."""
    return _not_opened(
        "E-FILE-PLACE",
        t("The file could not be written."),
        t("Check that there is room on the disk and that you may write there."),
    )


def no_viewer(name: str) -> Problem:
    """Say that the system has nothing to show a file with."""
    return _not_opened(
        "E-FILE-VIEWER",
        t("This machine has no program that shows “{name}”.", name=name[:80]),
        t("Save a copy, or ask support for a viewer."),
    )


def _not_opened(code: str, what: Text, following: Text) -> Problem:
    return Problem(
        code=code,
        what=what,
        safe=t("The file is still kept as it was."),
        next=following,
    )
