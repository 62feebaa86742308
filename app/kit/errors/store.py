"""What is said when the branch's own store cannot be opened or written."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t

_UNTOUCHED = t("Nothing in the store was changed or deleted.")


def _stopped(code: str, what: Text, next_step: Text, safe: Text = _UNTOUCHED) -> Problem:
    return Problem(code=code, what=what, safe=safe, next=next_step)


def store_key_wrong(name: str) -> Problem:
    """Say that the key does not open the store."""
    return _stopped(
        "E-STORE-KEY",
        t("The key does not open the store {name}.", name=name),
        t("Sign in with the right passphrase, or ask head office to open it with the escrow key."),
    )


def store_key_missing() -> Problem:
    """Say that no slot gives the data key."""
    return _stopped(
        "E-STORE-KEYSLOTS",
        t("No key slot of this desk could be opened."),
        t("Unlock the system's keyring, type the store's passphrase, or ask head office."),
    )


def store_keyring_unsafe(backend: str) -> Problem:
    """Say that the keyring found here would keep the key readable."""
    return _stopped(
        "E-STORE-KEYRING",
        t("The keyring “{backend}” would not keep the key safe.", backend=backend),
        t("Protect the store with a passphrase instead."),
    )


def store_not_encrypted() -> Problem:
    """Say that the database library would write in the clear."""
    return _stopped(
        "E-STORE-CIPHER",
        t("This installation cannot encrypt the store."),
        t("Install Sealdesk again from head office's package."),
    )


def store_exists() -> Problem:
    """Say that a folder holds a store already; a new one would throw its key away."""
    return _stopped(
        "E-STORE-EXISTS",
        t("This folder holds a store already."),
        t("Open that store, or choose an empty folder for a new one."),
    )


def store_newer(found: int, known: int) -> Problem:
    """Say that a newer program wrote the store."""
    return _stopped(
        "E-STORE-NEWER",
        t(
            "The store was written by a newer Sealdesk (schema {found}, this one knows {known}).",
            found=found,
            known=known,
        ),
        t("Start the newer version, or update this one."),
    )


def store_in_use() -> Problem:
    """Say that another desk program has the store open."""
    return _stopped(
        "E-STORE-IN-USE",
        t("Another Sealdesk on this machine has the store open."),
        t("Go on in the window that is already open, or close it first."),
    )


def store_not_local(kind: str) -> Problem:
    """Say that the folder is not on a local disk."""
    return _stopped(
        "E-STORE-NOT-LOCAL",
        t("The store's folder is on “{kind}”, where a store can be lost.", kind=kind),
        t("Move the store to a local disk of this machine."),
    )


def store_disk_full(free_mb: int) -> Problem:
    """Say that too little room is left to work safely."""
    return _stopped(
        "E-STORE-FULL",
        t("The disk is full: {free_mb} MB are left.", free_mb=free_mb),
        t("Free at least 200 MB, then do it again."),
        t("What was saved before is safe; the last step was not saved."),
    )


def store_damaged(detail: str) -> Problem:
    """Say that the store failed its check."""
    return _stopped(
        "E-STORE-DAMAGED",
        t("The store failed its integrity check ({detail}).", detail=detail[:120]),
        t("Do not delete it. Restore the last backup to a new folder and call support."),
    )


def store_sqlite_old(version: str) -> Problem:
    """Say that the bundled SQLite is one that can corrupt a file."""
    return _stopped(
        "E-STORE-SQLITE",
        t("This installation carries SQLite {version}, which can damage a store.", version=version),
        t("Install Sealdesk again from head office's package."),
    )


def store_write_failed(detail: str) -> Problem:
    """Say that the disk refused a write."""
    return _stopped(
        "E-STORE-WRITE",
        t("The disk refused to save ({detail}).", detail=detail[:120]),
        t("Check the disk, then do it again."),
        t("What was saved before is safe; the last step was not saved."),
    )


def numbers_used_up(series: str) -> Problem:
    """Say that a leased block has no number left."""
    return _stopped(
        "E-NUMBER-NONE",
        t("No number of series {series} is left at this desk.", series=series),
        t("Connect to head office once: a new block of numbers comes with the next sync."),
        t("The document was not numbered and nothing was printed."),
    )


def migration_failed(detail: str) -> Problem:
    """Say that bringing the store to this version failed on the copy."""
    return _stopped(
        "E-STORE-MIGRATION",
        t("The store could not be brought to this version ({detail}).", detail=detail[:120]),
        t("Start the version used before; it still opens the store. Call support."),
    )
