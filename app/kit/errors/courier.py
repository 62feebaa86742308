"""What is said when a courier's pack cannot be written or is not taken."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t

_UNTOUCHED = t("Nothing was changed, here or there.")


def _courier(
    code: str, what: Text, next_step: Text, *, safe: Text = _UNTOUCHED, detail: str = ""
) -> Problem:
    return Problem(code=code, what=what, safe=safe, next=next_step, detail=detail)


def pack_form(name: str) -> Problem:
    """Say that a file is no pack."""
    return _courier(
        "E-COURIER-FORM",
        t("“{name}” is not a courier's pack.", name=name),
        t("Choose the file that was written on the other side; its name ends in .sdpack."),
    )


def pack_newer(name: str, found: int) -> Problem:
    """Say that a newer program wrote a pack."""
    return _courier(
        "E-COURIER-VERSION",
        t("“{name}” was written by a newer Sealdesk (form {found}).", name=name, found=found),
        t("Install the update on this side, then take the pack again."),
    )


def pack_cut(name: str) -> Problem:
    """Say that a pack is not whole."""
    return _courier(
        "E-COURIER-CUT",
        t("“{name}” is cut off: it was not copied whole.", name=name),
        t("Copy it again, or have it written again on the other side."),
    )


def pack_damaged(name: str, detail: str) -> Problem:
    """Say that a pack is not as it was written."""
    return _courier(
        "E-COURIER-DAMAGED",
        t("“{name}” is not as it was written: it was damaged or changed.", name=name),
        t("Copy it again. If that does not help, have it written again and tell head office."),
        detail=detail,
    )


def pack_signer(name: str) -> Problem:
    """Say that a pack was not signed by the one it names."""
    return _courier(
        "E-COURIER-SIGNER",
        t("“{name}” does not come from the one it names.", name=name),
        t("Do not use it. Tell head office: somebody may have had the stick."),
    )


def pack_other(name: str) -> Problem:
    """Say that a pack is meant for somebody else."""
    return _courier(
        "E-COURIER-OTHER",
        t("“{name}” is not meant for this side.", name=name),
        t("Take it where it belongs: packs of a desk to head office, its answers to that desk."),
    )


def pack_desk_unknown(name: str) -> Problem:
    """Say that head office does not know the desk of a pack, or has blocked it."""
    return _courier(
        "E-COURIER-DESK",
        t("“{name}” comes from a desk that is unknown or blocked.", name=name),
        t("Ask who sent it; a desk must be enrolled before its packs are taken."),
    )


def pack_taken(number: int, last: int) -> Problem:
    """Say that this pack, or a later one, was taken before."""
    return _courier(
        "E-COURIER-OLD",
        t("Pack {number} was taken before, or a later one was.", number=number)
        if number == last
        else t("Pack {number} is older than pack {last}, taken before.", number=number, last=last),
        t("Use the newest pack. If its answer was lost, export again: nothing counts twice."),
    )


def pack_gap(answered: int, given: int) -> Problem:
    """Say that a desk speaks of an answer this head office has not given."""
    return _courier(
        "E-COURIER-GAP",
        t(
            "The desk has taken in answer {answered}; head office here has given {given}.",
            answered=answered,
            given=given,
        ),
        t("Find out whether an older state of head office was put back; then sync by the line."),
    )


def answer_unknown(number: int) -> Problem:
    """Say that an answer is to a pack this desk does not remember."""
    return _courier(
        "E-COURIER-STRANGE",
        t("The pack answers pack {number}, which this desk has not open.", number=number),
        t("Export a new pack and have it answered; what waits here goes with it."),
    )


def courier_key_missing() -> Problem:
    """Say that this desk does not have head office's key for packs yet."""
    return _courier(
        "E-COURIER-KEY",
        t("This desk does not have head office's key for packs yet."),
        t("Sync once by the line; the key comes with it."),
    )


def courier_refused(detail: str) -> Problem:
    """Say that head office could not work a pack through."""
    return _courier(
        "E-COURIER-REFUSED",
        t("Head office could not work the pack through ({detail}).", detail=detail),
        t("Try again; if it stays so, send the problem report to head office."),
        safe=t("What was taken before stays taken and does not count twice."),
        detail=detail,
    )


def courier_disk(detail: str) -> Problem:
    """Say that a pack could not be read or written."""
    return _courier(
        "E-COURIER-DISK",
        t("The pack could not be read or written ({detail}).", detail=detail),
        t("Look whether the stick is in and has room, then do it again."),
        safe=t("No half pack was left; everything here is kept."),
        detail=detail,
    )
