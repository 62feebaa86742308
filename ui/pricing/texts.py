"""The words of the quote screen that are chosen by what a record says."""

from collections.abc import Mapping

from app.kit.words import Text, t, tn
from app.pricing.labels import cover
from app.pricing.quoting import APPROVED, DECLINED, PRICED, PROVISIONAL, RETURNED, SUBMITTED
from ui.theme.tokens import Mood

STATES: Mapping[str, tuple[Text, Mood]] = {
    PRICED: (t("Priced"), Mood.PLAIN),
    SUBMITTED: (t("Being approved"), Mood.WAIT),
    PROVISIONAL: (t("Approved, not confirmed"), Mood.WARN),
    APPROVED: (t("Approved"), Mood.OK),
    RETURNED: (t("Returned"), Mood.WARN),
    DECLINED: (t("Declined"), Mood.STOP),
}
STEPS: Mapping[str, Text] = {
    "sum_insured": t("Sum insured per unit of the rate"),
    "rate_per_mille": t("Base rate by class, per mille"),
    "base_per_1000": t("Base premium per 1,000 by class"),
    "base_by_age": t("Base premium by age"),
    "base_for_daily": t("Base premium for the allowance a day"),
    "age_factor": t("Age factor"),
    "job_factor": t("Job factor"),
    "deductible_factor": t("Deductible factor"),
    "pay_ratio_factor": t("Pay ratio factor"),
    "social_share_factor": t("Social insurance share factor"),
    "si_factor": t("Sum insured factor"),
    "no_social_factor": t("Factor without social insurance"),
    "class_factor": t("Class factor"),
    "wait_factor": t("Waiting days factor"),
    "size": t("Size factor"),
    "experience": t("Experience factor"),
    "region": t("Region factor"),
    "discretion": t("Discretion"),
    "term": t("Term factor"),
    "round_half_up": t("Rounded to the fen, half up"),
    "minimum_per_person": t("Least premium per person"),
    "minimum_per_policy": t("Least premium per policy"),
    "heads": t("Times the people"),
    "sum_of_lines": t("Sum of the lines"),
}


def state(code: str) -> tuple[Text, Mood]:
    """Say a quote's state, and its mood."""
    return STATES.get(code) or (t("{code}", code=code), Mood.PLAIN)


def step(code: str) -> Text:
    """Name a step of the calculation."""
    return STEPS.get(code) or t("{code}", code=code)


def group_words(group: str, covered: str) -> Text:
    """Name the people and cover a part of the calculation is about; the policy where it is all."""
    if not group:
        return t("Policy")
    return t("Group {n}, {cover}", n=group, cover=cover(covered))


def standing(good: int, wrong: int, doubts: int) -> Text:
    """Say how a roster stands before anything is done with it."""
    people = tn("{n} person good", "{n} people good", good)
    if wrong:
        places = tn("{n} place wrong", "{n} places wrong", wrong)
        return t("{people}, {places}.", people=people, places=places)
    if doubts:
        places = tn("{n} place to compare", "{n} places to compare", doubts)
        return t("{people}, {places}.", people=people, places=places)
    return t("{people}, nothing wrong.", people=people)


def draft_kept(name: str) -> Text:
    """Offer the quote that was being made."""
    if not name:
        return t("A quote you were making is kept.")
    return t("A quote you were making is kept: {name}.", name=name)
