"""What is said about the physical seal."""

from app.kit.errors.base import Problem
from app.kit.errors.states import state_word
from app.kit.words import Text, t

_SAFE = t("Nothing was stamped by this step.")


def _refused(code: str, what: Text, next_step: Text, safe: Text = _SAFE) -> Problem:
    return Problem(code=code, what=what, safe=safe, next=next_step)


def document_not_signed(number: str) -> Problem:
    """Say that a contract is not ready to be sealed."""
    return _refused(
        "E-SEAL-DOCUMENT",
        t(
            "Contract {number} is not signed, or this is another file than the signed one.",
            number=number,
        ),
        t("Open the contract and seal the signed version."),
    )


def machine_unknown(name: str) -> Problem:
    """Say that head office does not know the machine or the seal in it."""
    return _refused(
        "E-SEAL-MACHINE",
        t("Head office has not paired “{name}” with this office.", name=name),
        t("Ask the administrator at head office to pair it."),
    )


_WHY = {
    "sequence": t("an entry of its log is missing"),
    "head": t("its log is another one than the log known here"),
    "total": t("its count of impressions does not fit its log"),
    "signature": t("an entry of its log is not signed by it"),
    "counter": t("its counter is another one than the counter known here"),
    "contact": t("it struck without an impression that was begun here"),
    "reported": t("a person reported it"),
}


def machine_frozen(name: str, why: str) -> Problem:
    """Say that a machine may not be armed; ``why`` is the kind of its case."""
    return _refused(
        "E-SEAL-FROZEN",
        t("The machine {name} is frozen: {why}.", name=name, why=_WHY.get(why, why)),
        t("Settle the open case first; branch manager and head office close it together."),
    )


def persons_wrong() -> Problem:
    """Say that two custodians are needed."""
    return _refused(
        "E-SEAL-PERSONS",
        t("Sealing needs two different custodians of this office, both activated."),
        t("Choose another operator or witness."),
    )


def permit_wrong() -> Problem:
    """Say that the step is not what the permit allows."""
    return _refused(
        "E-SEAL-PERMIT",
        t("The permit does not cover this page or this number of impressions."),
        t("Check the page; ask for a new permit if more is needed."),
    )


def job_not_ready(state: str) -> Problem:
    """Say that a job has no permit now."""
    return _refused(
        "E-SEAL-STATE",
        t("This seal job has no open permit (it is {state}).", state=state_word(state)),
        t("Wait for head office's permit, or ask for a new one."),
    )


def impression_open() -> Problem:
    """Say that an impression of this machine must be settled first."""
    return _refused(
        "E-SEAL-OPEN",
        t("An impression of this machine is not settled yet."),
        t("Settle it first: look at counter and photograph with a second person."),
    )


def index_wrong(index: int) -> Problem:
    """Say that it is not this impression's turn."""
    return _refused(
        "E-SEAL-INDEX",
        t("Impression {index} is not the next one of this job.", index=index),
        t("Reload the job; impressions are made in order."),
    )


def outcome_not_shown() -> Problem:
    """Say that the machine's log and counter do not show what was said."""
    return _refused(
        "E-SEAL-OUTCOME",
        t("The machine's counter and log do not show this outcome."),
        t("Read the log again; if it stays so, leave it in doubt and call head office."),
        t("The impression stays open; nothing is counted twice."),
    )


def ruling_not_open() -> Problem:
    """Say that an impression is settled already."""
    return _refused(
        "E-SEAL-SETTLED",
        t("This impression is settled already."),
        t("Reload the job."),
        t("The first ruling stands."),
    )


def log_broken(name: str, kind: str) -> Problem:
    """Say that a machine's log does not join the one known here; ``kind`` is that of its case."""
    return _refused(
        "E-SEAL-LOG",
        t(
            "The log of machine {name} does not fit what is known here: {kind}.",
            name=name,
            kind=_WHY.get(kind, kind),
        ),
        t("Do not use the machine. Branch manager and head office open a case."),
        t("Everything known so far is kept."),
    )


def page_refused(reason: Text) -> Problem:
    """Say that the page in the machine is not the one the permit names."""
    return _refused(
        "E-SEAL-PAGE",
        t("The page in the machine was refused: {reason}", reason=reason),
        t("Take it out, lay in the right page with its code in view, and look again."),
    )


def stamp_in_doubt() -> Problem:
    """Say that nobody knows yet whether the machine struck."""
    return _refused(
        "E-SEAL-DOUBT",
        t("The machine did not say whether it stamped."),
        t("Look at the counter and the paper with a second person and settle it."),
        t("The intent is saved. Nothing is stamped again by itself."),
    )


def second_person_needed() -> Problem:
    """Say that the second person has not proved themselves."""
    return _refused(
        "E-SEAL-PROOF",
        t("Operator and witness must both prove themselves."),
        t("Let the second person sign in at the machine."),
    )


def case_not_open(state: str) -> Problem:
    """Say that a case of a machine cannot take this step now."""
    return _refused(
        "E-SEAL-CASE",
        t(
            "The case of this machine cannot take this step (it is {state}).",
            state=state_word(state),
        ),
        t("The branch manager agrees first, then head office closes it."),
        t("The machine stays frozen."),
    )


def run_over() -> Problem:
    """Say that the line to the machine was lost, so that its permit is gone."""
    return _refused(
        "E-SEAL-RUN",
        t("The machine was let go; the permit of this run is over."),
        t("Begin again: check the contract and ask for a new permit."),
        t("What was stamped is in the log; nothing is stamped again by itself."),
    )
