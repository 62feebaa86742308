"""What is said when a request cannot be priced."""

from datetime import date

from app.kit.errors.base import Problem
from app.kit.words import Text, t

Place = str | Text
"""What a refusal is about: a field of a request by its path, or a cell by the clerk's words."""


def _not_priced(code: str, what: Text, then: Text) -> Problem:
    """Say why nothing was priced."""
    return Problem(
        code=code, what=what, safe=t("Nothing was priced and nothing was saved."), next=then
    )


def request_not_json() -> Problem:
    """Say that the file is not JSON."""
    return _not_priced(
        "E-PRICE-JSON",
        t("The request is not readable JSON."),
        t("Check the file: one JSON object in UTF-8, no key twice."),
    )


def request_file_missing(name: str) -> Problem:
    """Say that the file cannot be opened."""
    return _not_priced(
        "E-PRICE-FILE",
        t("The file {name} cannot be opened.", name=name),
        t("Check the name and whether you may read the file."),
    )


def request_too_large(limit_mib: int) -> Problem:
    """Say that the file is larger than any request."""
    return _not_priced(
        "E-PRICE-LARGE",
        t("The request is larger than {limit} MiB.", limit=limit_mib),
        t("Send people of the same kind as one cohort."),
    )


def field_unknown(field: str) -> Problem:
    """Say which key nobody knows."""
    return _not_priced(
        "E-PRICE-KEY",
        t("The request holds “{field}”, which is not a field.", field=field[:120]),
        t("Correct the name or leave the field out."),
    )


def field_missing(field: Place) -> Problem:
    """Say which field is missing."""
    return _not_priced(
        "E-PRICE-MISSING", t("{field} is missing.", field=field), t("Fill the field in.")
    )


def field_of_wrong_type(field: Place, expected: Text) -> Problem:
    """Say which field holds something else than it should."""
    return _not_priced(
        "E-PRICE-TYPE",
        t("{field} is not {expected}.", field=field, expected=expected),
        t("Correct the field."),
    )


def field_is_a_float(field: str, text: str) -> Problem:
    """Say why a JSON number with a point is refused."""
    return _not_priced(
        "E-PRICE-FLOAT",
        t("{field} is the bare number {text}; it may have been rounded.", field=field, text=text),
        t('Write it in quotes, for example "0.95".'),
    )


def decimal_not_readable(field: Place, text: str) -> Problem:
    """Say which field is not a plain decimal."""
    return _not_priced(
        "E-PRICE-DECIMAL",
        t("{field}: “{text}” is not a plain decimal.", field=field, text=text[:40]),
        t("Write digits with at most six decimals, for example 0.95."),
    )


def day_not_readable(field: str, text: str) -> Problem:
    """Say which field is not a day."""
    return _not_priced(
        "E-PRICE-DATE",
        t("{field}: “{text}” is not a day.", field=field, text=text[:40]),
        t("Write year, month and day, for example 2026-03-01."),
    )


def end_before_start(start: date, end: date) -> Problem:
    """Say that the cover ends before it begins."""
    return _not_priced(
        "E-PRICE-END",
        t("The cover ends on {end}, before it starts on {start}.", end=end, start=start),
        t("Correct the first or the last day."),
    )


def cover_too_long(last: date, months: int) -> Problem:
    """Say up to which day the cover may run."""
    return _not_priced(
        "E-PRICE-TERM",
        t("The cover runs longer than {months} months.", months=months),
        t("End it on {last} at the latest.", last=last),
    )


def tariff_not_serving(tariff: str, start: date, first: date, last: date) -> Problem:
    """Say that the tariff does not serve this first day."""
    return _not_priced(
        "E-PRICE-TARIFF-DATES",
        t("Tariff {tariff} does not serve a start on {start}.", tariff=tariff, start=start),
        t("It serves starts from {first} to {last}: choose such a day.", first=first, last=last),
    )


def tariff_is_another(asked: str, given: str) -> Problem:
    """Say that the request names another tariff."""
    return _not_priced(
        "E-PRICE-TARIFF",
        t("The request asks for tariff {asked}, not {given}.", asked=asked[:60], given=given),
        t("Choose a tariff that is here, or ask head office for it."),
    )


def region_unknown(region: str) -> Problem:
    """Say that the tariff has no such region."""
    return _not_priced(
        "E-PRICE-REGION",
        t("The tariff has no region “{region}”.", region=region[:40]),
        t("Choose a region of the tariff."),
    )


def class_unknown(field: Place, number: int) -> Problem:
    """Say that the tariff has no such occupation class."""
    return _not_priced(
        "E-PRICE-CLASS",
        t("{field}: the tariff has no occupation class {number}.", field=field, number=number),
        t("Correct the class; a class the tariff leaves out is not insurable."),
    )


def age_outside(field: Place, age: int, cover: Place) -> Problem:
    """Say that the cover is not offered at this age."""
    return _not_priced(
        "E-PRICE-AGE",
        t("{field}: {cover} is not offered at age {age}.", field=field, age=age, cover=cover),
        t("Correct the age or leave this cover out."),
    )


def sum_not_positive(field: Place) -> Problem:
    """Say which sum is zero."""
    return _not_priced(
        "E-PRICE-SUM",
        t("{field} must be above zero.", field=field),
        t("Type the sum, or leave the cover out."),
    )


def sum_outside(field: Place, least: str, most: str) -> Problem:
    """Say between which sums a cover is offered."""
    return _not_priced(
        "E-PRICE-SUM-RANGE",
        t("{field} must lie between {least} and {most} yuan.", field=field, least=least, most=most),
        t("Choose a sum in this range."),
    )


def cover_unknown(field: str, cover: str) -> Problem:
    """Say that the tariff has no such cover for a group quote."""
    return _not_priced(
        "E-PRICE-COVER",
        t("{field}: “{cover}” is not a cover of this tariff.", field=field, cover=cover[:40]),
        t("Choose GPA, GMA, GHI or GHC."),
    )


def deductible_unknown(field: Place, yuan: int) -> Problem:
    """Say that the tariff has no such deductible."""
    return _not_priced(
        "E-PRICE-DEDUCTIBLE",
        t("{field}: the tariff has no deductible of {yuan} yuan.", field=field, yuan=yuan),
        t("Choose a deductible of the tariff."),
    )


def pay_ratio_unknown(field: Place, percent: int) -> Problem:
    """Say that the tariff has no such pay ratio."""
    return _not_priced(
        "E-PRICE-PAY-RATIO",
        t(
            "{field}: the tariff has no pay ratio of {percent} per cent.",
            field=field,
            percent=percent,
        ),
        t("Choose a pay ratio of the tariff."),
    )


def wait_days_unknown(field: Place, days: int) -> Problem:
    """Say that the tariff has no such waiting time."""
    return _not_priced(
        "E-PRICE-WAIT",
        t("{field}: the tariff has no waiting time of {days} days.", field=field, days=days),
        t("Choose a waiting time of the tariff."),
    )


def share_outside(field: Place) -> Problem:
    """Say that a share is above one."""
    return _not_priced(
        "E-PRICE-SHARE",
        t("{field} must lie between 0 and 1.", field=field),
        t("Write the share as a decimal, for example 0.85."),
    )


def discretion_not_positive() -> Problem:
    """Say that a discretion factor of zero is none."""
    return _not_priced(
        "E-PRICE-DISCRETION",
        t("The discretion factor must be above zero."),
        t("Write 1.00 where nothing is added or taken off."),
    )


def heads_not_positive(field: Place) -> Problem:
    """Say which cohort has nobody in it."""
    return _not_priced(
        "E-PRICE-HEADS",
        t("{field} must be at least 1.", field=field),
        t("Type the number of people, or leave the cohort out."),
    )


def group_too_small(heads: int, least: int) -> Problem:
    """Say how many people a group needs."""
    return _not_priced(
        "E-PRICE-GROUP",
        t("A group needs at least {least} people; this one has {heads}.", least=least, heads=heads),
        t("Add people, or offer a personal policy."),
    )


def nothing_to_price(field: Place) -> Problem:
    """Say where a list is empty."""
    return _not_priced(
        "E-PRICE-EMPTY",
        t("{field} is empty.", field=field),
        t("Add at least one cohort with at least one cover."),
    )


def cohort_twice(name: str) -> Problem:
    """Say which cohort stands twice."""
    return _not_priced(
        "E-PRICE-COHORT-TWICE",
        t("The cohort “{name}” stands twice.", name=name[:40]),
        t("Give every cohort its own name."),
    )


def cover_twice(field: str, cover: str) -> Problem:
    """Say which cover stands twice in a cohort."""
    return _not_priced(
        "E-PRICE-COVER-TWICE",
        t("{field}: the cover {cover} stands twice.", field=field, cover=cover),
        t("Put the sums together or make two cohorts."),
    )


def combined_outside(cover: str, factor: str, lowest: str, highest: str) -> Problem:
    """Say that size, experience, region and discretion together leave the filed range."""
    return _not_priced(
        "E-PRICE-COMBINED",
        t(
            "{cover}: size, experience, region and discretion together are {factor}, outside "
            "{lowest} to {highest}.",
            cover=cover,
            factor=factor,
            lowest=lowest,
            highest=highest,
        ),
        t("Change the discretion, or have head office file a rate for this group."),
    )


def roster_empty() -> Problem:
    """Say that nobody on the roster buys anything."""
    return _not_priced(
        "E-PRICE-ROSTER-EMPTY",
        t("The roster holds nobody who buys a cover."),
        t("Check the columns with the sums."),
    )


def roster_too_long(people: int, most: int) -> Problem:
    """Say how many people a roster may hold."""
    return _not_priced(
        "E-PRICE-ROSTER-LONG",
        t("The roster holds {people} people; at most {most} are priced.", people=people, most=most),
        t("Split the roster by site, one quote each."),
    )


def roster_row_incomplete(number: int, what: Text) -> Problem:
    """Say which person on the roster lacks something that the cover needs."""
    return _not_priced(
        "E-PRICE-ROSTER-ROW",
        t("Person {number} on the roster: {what} is missing.", number=number, what=what),
        t("Fill it in, or leave the sum of this cover empty."),
    )


def authority_not_serving(start: date) -> Problem:
    """Say that the authority table does not serve this first day."""
    return _not_priced(
        "E-PRICE-AUTHORITY-DATES",
        t("The authority table in force does not serve a start on {start}.", start=start),
        t("Ask head office for the table of that time."),
    )


def beyond_every_authority(trigger: str, value: str) -> Problem:
    """Say that no office may decide a quote like this."""
    return _not_priced(
        "E-PRICE-AUTHORITY",
        t("No level may decide this quote: {trigger} is {value}.", trigger=trigger, value=value),
        t("Bring the value into the range of the authority table."),
    )
