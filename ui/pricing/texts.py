"""The words of the quote screen that are chosen by what a record says."""

import re
from collections.abc import Callable, Mapping

from app.kit.errors.base import BranchError
from app.kit.money import fen_of, yuan_grouped
from app.kit.words import Text, t, tn
from app.pricing.groups import NO, YES, Doubt, GroupField, GroupsRead, WrongCell
from app.pricing.labels import cover
from ui.shell.record_states import QUOTES, state_in
from ui.theme.tokens import Mood

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
    return state_in(QUOTES, code)


def step(code: str) -> Text:
    """Name a step of the calculation."""
    return STEPS.get(code) or t("{code}", code=code)


def step_value(code: str, value: str) -> Text | str:
    """Say a value of the calculation; the term's is a phrase, the others are plain numbers."""
    if code != "term":
        return value
    for form, said in _TERMS:
        found = form.fullmatch(value)
        if found:
            return said(found)
    return value


_TERMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Text]], ...] = (
    (re.compile(r"(\d+) full months = 100%"), lambda m: t("{n} full months: 100%", n=m[1])),
    (
        re.compile(r"(\w+)\[(\d+) months\]=(\d+)%"),
        lambda m: t("{table}, {n} months: {percent}%", table=m[1], n=m[2], percent=m[3]),
    ),
    (
        re.compile(r"(\w+)\[(\d+) months\]=(\d+)% \((\d+) full \+ (\d+) days\)"),
        lambda m: t(
            "{table}, {n} months: {percent}% ({full} full, {days} days)",
            table=m[1],
            n=m[2],
            percent=m[3],
            full=m[4],
            days=m[5],
        ),
    ),
    (
        re.compile(r"daily: ([\d.]+)\*(\d+)/(\d+)"),
        lambda m: t("by day: {times} × {days}/{year}", times=m[1], days=m[2], year=m[3]),
    ),
)
"""The phrases of `app.pricing.rules.term`, which are those of the worked examples, in words."""


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


MONEY: frozenset[GroupField] = frozenset(
    {"ghi_sum", "ghc_daily", "gpa_sum", "gma_sum", "deductible"}
)


def group_cell(field: GroupField, text: str) -> str:
    """Write a cell of a group as it stands on the screen; what cannot be read stays as typed."""
    if field == "social" and text in (YES, NO):
        return str(t("Yes") if text == YES else t("No"))
    if field not in MONEY or not text:
        return text
    try:
        return yuan_grouped(fen_of(text)).removesuffix(".00")
    except BranchError:
        return text


def groups_standing(read: GroupsRead) -> Text:
    """Say how the groups stand: their people, and what is still to fill in or to mend."""
    people = tn("{n} person in groups", "{n} people in groups", read.heads)
    wrong = sum(not one.missing for one in read.problems)
    if wrong:
        places = tn("{n} place wrong", "{n} places wrong", wrong)
        return t("{people}, {places}.", people=people, places=places)
    if read.problems:
        places = tn("{n} place still empty", "{n} places still empty", len(read.problems))
        return t("{people}, {places}.", people=people, places=places)
    if read.doubts:
        places = tn("{n} place to compare", "{n} places to compare", len(read.doubts))
        return t("{people}, {places}.", people=people, places=places)
    return t("{people}, nothing wrong.", people=people)


def cell_note(note: WrongCell | Doubt) -> Text:
    """Say what is wrong with a cell of a group and what to do, with the code for support."""
    if isinstance(note, Doubt):
        return note.words
    problem = note.problem
    return t("{what} {next} ({code})", what=problem.what, next=problem.next, code=problem.code)


def unnamed_words(people: int) -> Text:
    """Say how many people no roster names, and what that means for the contract."""
    return tn(
        "{n} person is counted by groups and not named; a contract names everybody it insures.",
        "{n} people are counted by groups and not named; a contract names everybody it insures.",
        people,
    )


def draft_kept(name: str) -> Text:
    """Offer the quote that was being made."""
    if not name:
        return t("A quote you were making is kept.")
    return t("A quote you were making is kept: {name}.", name=name)
