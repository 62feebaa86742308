"""What is said when signed data of head office cannot be used."""

from datetime import date

from app.kit.errors.base import Problem
from app.kit.words import Text, t

NO_ROW = "E-RULE-NO-ROW"
"""The code of a decision table without a row for what it was asked."""


def _refused(code: str, what: Text) -> Problem:
    """Say that a pack or a bundle is refused; what was verified before stays in use."""
    return Problem(
        code=code,
        what=what,
        safe=t("It was not taken into use. Data that was verified before stays as it is."),
        next=t("Ask head office for the bundle again and tell them this code."),
    )


def pack_header_unreadable(path: str) -> Problem:
    """Say that a pack has no head we can read."""
    return _refused("E-PACK-HEADER", t("The pack {path} has no readable head.", path=path))


def pack_kind_wrong(path: str) -> Problem:
    """Say that a pack is not what its name and its signer say."""
    return _refused(
        "E-PACK-KIND", t("The pack {path} is of another kind or name than was signed.", path=path)
    )


def pack_version_wrong(path: str) -> Problem:
    """Say that a pack has no version number."""
    return _refused(
        "E-PACK-VERSION",
        t("The pack {path} has no version, or changed under the same one.", path=path),
    )


def pack_filing_missing(path: str) -> Problem:
    """Say that a pack names no filing number."""
    return _refused("E-PACK-FILING", t("The pack {path} has no filing number.", path=path))


def pack_validity_wrong(path: str) -> Problem:
    """Say that the days a pack serves are missing or the wrong way round."""
    return _refused(
        "E-PACK-VALIDITY",
        t("The pack {path} does not say from when to when it is valid.", path=path),
    )


def pack_content_wrong(path: str, where: str) -> Problem:
    """Say at which place the content of a pack cannot be used."""
    return _refused(
        "E-PACK-CONTENT", t("The pack {path} is wrong at “{where}”.", path=path, where=where[:120])
    )


def form_field_missing(path: str, key: str) -> Problem:
    """Say which field of a form the program cannot do without."""
    return _refused(
        "E-PACK-FORM",
        t("The form {path} has no field “{key}”, which the program needs.", path=path, key=key),
    )


def form_field_wrong(path: str, key: str) -> Problem:
    """Say which field of a form the program cannot keep as it was declared."""
    return _refused(
        "E-PACK-FORM",
        t("The form {path} has a field “{key}” the program cannot keep so.", path=path, key=key),
    )


def pack_unknown(path: str) -> Problem:
    """Say that no verified pack has this name."""
    return Problem(
        code="E-PACK-UNKNOWN",
        what=t("There is no signed pack {path} here.", path=path[:120]),
        safe=t("Nothing was decided and nothing was saved."),
        next=t("Check the name, or fetch the packs from head office."),
    )


def bundle_root_wrong() -> Problem:
    """Say that the root of trust is not the one we were given."""
    return _refused(
        "E-PACK-ROOT", t("The root of trust of head office's data is not the one known here.")
    )


def bundle_signature_wrong(role: str) -> Problem:
    """Say whose signature does not hold."""
    return _refused(
        "E-PACK-SIGNATURE",
        t("Head office's data is not signed as it must be (role {role}).", role=role),
    )


def bundle_bytes_changed(path: str) -> Problem:
    """Say which file is not what was signed."""
    return _refused(
        "E-PACK-BYTES", t("The file {path} is not the one that head office signed.", path=path)
    )


def bundle_incomplete(path: str) -> Problem:
    """Say which file of a bundle is missing."""
    return _refused("E-PACK-MISSING", t("The file {path} is missing from the bundle.", path=path))


def bundle_too_large(path: str) -> Problem:
    """Say which file is larger than a pack may be."""
    return _refused("E-PACK-LARGE", t("The file {path} is larger than a pack may be.", path=path))


def bundle_rolled_back(role: str) -> Problem:
    """Say that somebody offers older data than we hold."""
    return _refused(
        "E-PACK-ROLLBACK", t("The bundle is older than the data in use (role {role}).", role=role)
    )


def bundle_mixed(role: str) -> Problem:
    """Say that the parts of a bundle were not published together."""
    return _refused(
        "E-PACK-MIXED",
        t("The parts of the bundle were not published together (role {role}).", role=role),
    )


def bundle_expired(role: str, on: date) -> Problem:
    """Say that a bundle is too old to be taken as an update."""
    return _refused(
        "E-PACK-EXPIRED",
        t("The bundle expired on {day} (role {role}).", day=on.isoformat(), role=role),
    )


def table_not_matched(table: str, values: str) -> Problem:
    """Say that a decision table has no row for these values: a default would be a guess."""
    return Problem(
        code=NO_ROW,
        what=t("The table {table} has no row for {values}.", table=table, values=values),
        safe=t("Nothing was decided and nothing was saved."),
        next=t("Change the values, or ask head office which rule applies."),
    )
