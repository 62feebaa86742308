"""What is said when paper does not come out."""

from app.kit.errors.base import Problem
from app.kit.words import t


def printer_refused(printer: str) -> Problem:
    """Say that a printer did not take the job at all."""
    return Problem(
        code="E-PRINT-START",
        what=t("The printer {printer} did not take the job.", printer=printer),
        safe=t("Nothing was printed; the document is unchanged."),
        next=t("Check that it is switched on and connected, or choose another printer."),
    )


def printing_stopped(printer: str, page: int, pages: int) -> Problem:
    """Say that a printer gave up in the middle: some sheets may lie in it."""
    return Problem(
        code="E-PRINT-STOPPED",
        what=t(
            "The printer {printer} stopped at sheet {page} of {pages}.",
            printer=printer,
            page=page,
            pages=pages,
        ),
        safe=t("The document is unchanged; sheets printed so far lie in the printer."),
        next=t("Look what came out, then print the missing pages by their numbers."),
    )


def file_not_written(name: str, detail: str) -> Problem:
    """Say that a document could not be saved where the person wanted it."""
    return Problem(
        code="E-PRINT-FILE",
        what=t("{name} could not be written.", name=name),
        safe=t("The document is unchanged here; what was there before is still there."),
        next=t("Choose another folder, or make room on this one."),
        detail=detail,
    )
