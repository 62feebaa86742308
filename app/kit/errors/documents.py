"""What is said when a document, a font, a signature or the vault goes wrong."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def font_missing(name: str, folder: str) -> Problem:
    """Say that a font of the house is not where it belongs."""
    return Problem(
        code="E-DOC-FONT",
        what=t("The font {name} is missing in {folder}.", name=name, folder=folder),
        safe=t("No document was made; quotes and records are unchanged."),
        next=t("Run the set-up again; it brings the fonts and checks them."),
    )


def font_changed(name: str, folder: str) -> Problem:
    """Say that a font is not the pinned one, so documents would differ between machines."""
    return Problem(
        code="E-DOC-FONT-CHANGED",
        what=t("The font {name} in {folder} is not the one we use.", name=name, folder=folder),
        safe=t("No document was made; quotes and records are unchanged."),
        next=t("Run the set-up again; it replaces the font by the right one."),
    )


def contract_place(part: str, row: int | None) -> Text:
    """Name a part of a contract as its form does, with the row where the part is a list."""
    parts = {
        "number": t("contract number"),
        "policyholder": t("policyholder"),
        "insurer": t("insurer"),
        "products": t("products of the contract"),
        "tariff": t("tariff of the contract"),
        "lines": t("premium lines"),
        "insured": t("list of insured people"),
        "special_terms": t("special terms"),
        "clauses": t("clauses of the contract"),
        "sign_place": t("place of signing"),
        "approval": t("approval of the contract"),
    }
    named = parts.get(part, t("contract"))
    return named if row is None else t("{part}, row {row}", part=named, row=row)


def text_not_printable(place: Text, character: str) -> Problem:
    """Say that a text holds a character that cannot be seen on paper."""
    return Problem(
        code="E-DOC-TEXT",
        what=t(
            "The text of “{place}” holds an invisible character ({character}).",
            place=place,
            character=character,
        ),
        safe=t("No document was made; the record is unchanged."),
        next=t("Type this text again by hand instead of pasting it."),
    )


def text_too_long(place: Text, longest: int) -> Problem:
    """Say that a text does not fit its place on paper."""
    return Problem(
        code="E-DOC-LONG",
        what=t(
            "The text of “{place}” is longer than {longest} characters.",
            place=place,
            longest=longest,
        ),
        safe=t("No document was made; the record is unchanged."),
        next=t("Shorten the text and make the document again."),
    )


def character_without_shape(characters: str) -> Problem:
    """Say that the font has no shape for some characters: paper would show empty boxes."""
    return Problem(
        code="E-DOC-GLYPH",
        what=t("The font has no shape for: {characters}.", characters=characters),
        safe=t("No document was made; the record is unchanged."),
        next=t("Check the name against the certificate; use the form printed there."),
    )


def page_not_drawable(pages: int, page: int) -> Problem:
    """Say that a page picture was asked for that the document does not have."""
    return Problem(
        code="E-DOC-PAGE",
        what=t("The document has {pages} pages; page {page} is not there.", pages=pages, page=page),
        safe=t("The document is unchanged."),
        next=t("Choose a page that exists."),
    )


def pdf_not_readable() -> Problem:
    """Say that a file is not a PDF we can read."""
    return Problem(
        code="E-DOC-PDF",
        what=t("The file is not a PDF that can be read."),
        safe=t("The file and the records are unchanged."),
        next=t("Make the document again from the contract, or fetch it from head office."),
    )


def template_not_usable(name: str) -> Problem:
    """Say that a document template does not fit the contract."""
    return Problem(
        code="E-DOC-TEMPLATE",
        what=t("The template {name} cannot be filled.", name=name),
        safe=t("No document was made; quotes and records are unchanged."),
        next=t("Run the set-up again, or ask head office for the present template."),
    )


def certificate_not_in_force(serial: str) -> Problem:
    """Say that the certificate of the document key does not cover this moment."""
    return Problem(
        code="E-SIGN-CERT",
        what=t("The signing certificate {serial} is not valid at this time.", serial=serial),
        safe=t("Nothing was signed; the document is unchanged."),
        next=t("Ask head office for a new certificate, and check the clock of this computer."),
    )


def already_signed() -> Problem:
    """Say that a document already carries a signature that allows no change."""
    return Problem(
        code="E-SIGN-TWICE",
        what=t("This document is already signed and may not be changed any more."),
        safe=t("The signed document is unchanged."),
        next=t("Make a new version of the contract if something has to change."),
    )


def vault_full() -> Problem:
    """Say that the disk has no room for a file of the vault."""
    return Problem(
        code="E-VAULT-FULL",
        what=t("There is no room on the disk for this file."),
        safe=t("Nothing half was kept; all files stored before are unchanged."),
        next=t("Free some space on this disk, then do the step again."),
    )


def vault_not_writable(reason: str) -> Problem:
    """Say that the disk refused a file for another reason than room."""
    return Problem(
        code="E-VAULT-DISK",
        what=t("The disk did not take this file: {reason}.", reason=reason),
        safe=t("Nothing half was kept; all files stored before are unchanged."),
        next=t("Check the disk and the rights of the folder, then do the step again."),
    )


def vault_file_missing(sha256: str) -> Problem:
    """Say that a file is not in the vault of this desk."""
    return Problem(
        code="E-VAULT-MISSING",
        what=t("The file {sha256} is not on this computer.", sha256=sha256[:16]),
        safe=t("The record that names the file is unchanged."),
        next=t("Synchronise; head office sends files that it holds."),
    )


def vault_file_damaged(sha256: str) -> Problem:
    """Say that a file of the vault is not what was stored."""
    return Problem(
        code="E-VAULT-DAMAGED",
        what=t("The file {sha256} was changed or damaged on the disk.", sha256=sha256[:16]),
        safe=t("It was not opened; the record that names the file is unchanged."),
        next=t("Synchronise to get it from head office again, and have the disk checked."),
    )
