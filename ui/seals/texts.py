"""What the sealing screen says."""

from app.documents.page_codes import PhotoFinding
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
