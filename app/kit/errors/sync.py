"""What is said when head office and this desk cannot come together."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t

_WAITS = t("Everything is kept here and goes to head office with the next round.")


def _sync(code: str, what: Text, next_step: Text, safe: Text = _WAITS, detail: str = "") -> Problem:
    return Problem(code=code, what=what, safe=safe, next=next_step, detail=detail)


def hub_unreachable(detail: str) -> Problem:
    """Say that head office does not answer."""
    return _sync(
        "E-SYNC-OFFLINE",
        t("Head office does not answer."),
        t("Go on working; the desk tries again by itself. Check the network if it lasts."),
        detail=detail,
    )


def hub_busy(seconds: int) -> Problem:
    """Say that head office asks to come back later."""
    return _sync(
        "E-SYNC-BUSY",
        t("Head office is busy and asks to be left alone for {seconds} s.", seconds=seconds),
        t("Nothing to do: the desk comes back by itself."),
    )


def hub_untrusted(detail: str) -> Problem:
    """Say that an answer was not head office's."""
    return _sync(
        "E-SYNC-UNTRUSTED",
        t("The answer did not come from head office ({detail}).", detail=detail),
        t("Do not go round it. Tell head office: somebody may be on the line."),
        t("The answer was thrown away; nothing was taken as acknowledged."),
    )


def hub_refused(detail: str) -> Problem:
    """Say that head office does not understand or accept this desk."""
    return _sync(
        "E-SYNC-REFUSED",
        t("Head office refused this desk's request ({detail}).", detail=detail),
        t("Send the problem report to head office; the desk can be used in the meantime."),
    )


def desk_unknown() -> Problem:
    """Say that head office does not know this desk."""
    return _sync(
        "E-SYNC-UNKNOWN",
        t("Head office does not know this workstation."),
        t("Ask head office for an enrolment code and enrol this desk again."),
    )


def desk_revoked() -> Problem:
    """Say that head office shut this desk out."""
    return _sync(
        "E-SYNC-REVOKED",
        t("Head office has blocked this workstation."),
        t("Stop working here and call head office."),
        t("What was made here is kept, encrypted, until head office decides."),
    )


def desk_to_empty() -> Problem:
    """Say that head office has told this desk to hand in its work and empty itself."""
    return _sync(
        "E-SYNC-WIPE",
        t("Head office has ended this workstation: its work is to be handed in, then removed."),
        t("Stop working here and call head office."),
        t("What waited here was handed in; what is left is kept, encrypted."),
    )


def token_refused() -> Problem:
    """Say that an enrolment code is wrong, used or too old."""
    return _sync(
        "E-SYNC-TOKEN",
        t("The enrolment code is wrong, was used already, or is older than a day."),
        t("Ask head office for a new code."),
        t("Nothing was changed, here or at head office."),
    )


def upgrade_needed() -> Problem:
    """Say that this program is too old to receive."""
    return _sync(
        "E-SYNC-UPGRADE",
        t("This program is too old to receive what head office sends."),
        t("Install the update. What was made here has been handed in."),
    )


def numbers_forked(mseq: int) -> Problem:
    """Say that this store is a copy of another one, or an old copy was put back."""
    return _sync(
        "E-SYNC-FORK",
        t("Head office already has another change with the number {mseq}.", mseq=mseq),
        t("This store is a copy, or an old one was put back: have this desk enrolled anew."),
    )


def store_too_old(scope: str) -> Problem:
    """Say that this desk was away for so long that it must load an office afresh."""
    return _sync(
        "E-SYNC-AWAY",
        t("This desk was away too long to catch up with {scope} step by step.", scope=scope),
        t("It loads the office's records again; what waits here still goes out first."),
    )


def hub_restored(scope: str) -> Problem:
    """Say that head office put back an older state."""
    return _sync(
        "E-SYNC-EPOCH",
        t("Head office has put back an older state of {scope}.", scope=scope),
        t("Nothing to do: the desk hands in again what head office lost."),
    )


def going_in_circles(scope: str) -> Problem:
    """Say that rounds bring nothing forward."""
    return _sync(
        "E-SYNC-LOOP",
        t("The exchange with head office about {scope} goes in circles.", scope=scope),
        t("It was stopped. Send the problem report to head office."),
    )


def sides_differ(scope: str, rows: int) -> Problem:
    """Say that this desk and head office do not hold the same after a repair."""
    return _sync(
        "E-SYNC-DIFFER",
        t(
            "{rows} records of {scope} are not the same here and at head office.",
            rows=rows,
            scope=scope,
        ),
        t("Send the problem report to head office, which compares the two."),
        t("Nothing was deleted on either side."),
    )


def many_deletions(scope: str, rows: int) -> Problem:
    """Say that head office asks to delete so much that a person must agree."""
    return _sync(
        "E-SYNC-DELETE",
        t("Head office asks to delete {rows} records of {scope} at once.", rows=rows, scope=scope),
        t("Ask head office whether this is meant; then agree to it under Sync."),
        t("Nothing was deleted yet."),
    )


def clock_far_off(minutes: int) -> Problem:
    """Say that the machine's clock is far from head office's."""
    return _sync(
        "E-SYNC-CLOCK",
        t("The clock of this machine is {minutes} minutes off head office's.", minutes=minutes),
        t("Set the clock. More than a day off, no numbered document is issued."),
    )


def scope_taken(scope: str) -> Problem:
    """Say that head office took an office's records from this desk."""
    return _sync(
        "E-SYNC-SCOPE-GONE",
        t("This desk no longer follows {scope}.", scope=scope),
        t("Hand in what is still waiting; ask head office if this is a mistake."),
    )


def hub_newer(found: str, known: str) -> Problem:
    """Say that a newer program wrote the hub's database."""
    return _sync(
        "E-HUB-NEWER",
        t(
            "The hub's database was written by a newer Sealdesk ({found}, this one knows {known}).",
            found=found,
            known=known,
        ),
        t("Start the newer version of the hub, or update this one."),
        t("Nothing in the database was changed."),
    )


def letter_refused(code: str) -> Problem:
    """Say why head office did not take a change, for the codes the hub itself gives."""
    what = {
        "E-SYNC-FORM": t("The change does not fit the records of head office."),
        "E-SYNC-KIND": t("Head office does not take this kind of change."),
        "E-SYNC-SCOPE": t("This desk may not write for that office."),
        "E-SYNC-PERSON": t("Head office does not know the person who made the change."),
        "E-SYNC-BUG": t("Head office could not work the change out."),
        "E-SYNC-NEWER": t("Head office runs another version and cannot read the change."),
    }.get(code, t("Head office did not take the change ({code}).", code=code))
    return _sync(
        code,
        what,
        t("Read it in the inbox, put it right and enter it again."),
        t("The record shows head office's values; what you entered is in the inbox."),
    )


def hub_address_taken(address: str, detail: str) -> Problem:
    """Say that the hub cannot listen where it should."""
    return _sync(
        "E-HUB-ADDRESS",
        t("The hub cannot listen at {address}: another program may be there.", address=address),
        t("End that program, or give the hub another address."),
        t("The hub was not started; nothing in its database was changed."),
        detail=detail,
    )
