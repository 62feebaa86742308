"""What the sealing screen says."""

from app.documents.page_codes import PhotoFinding, PhotoVerdict
from app.kit.words import Text, t


def finding_text(finding: PhotoFinding) -> Text:
    """Say what a photograph of the page shows."""
    return {
        PhotoFinding.MATCH: t("It is the page wanted."),
        PhotoFinding.WRONG_PAGE: t("It is another page of this contract."),
        PhotoFinding.NO_CODE: t("No page code can be read; it may be covered or turned away."),
        PhotoFinding.OTHER_CONTRACT: t("It is a page of another contract."),
        PhotoFinding.OTHER_VERSION: t("It is a page of another version of this contract."),
        PhotoFinding.UNREADABLE: t("The photograph cannot be read."),
    }[finding]


def found_text(verdict: PhotoVerdict) -> Text:
    """Say what lies in the machine: the finding, and the page its code names."""
    said = finding_text(verdict.finding)
    if not verdict.codes:
        return said
    code = verdict.codes[0]
    return t(
        "{finding} It says: contract {number}, page {page} of {pages}.",
        finding=said,
        number=code.number,
        page=code.page,
        pages=code.pages,
    )
