"""How much of an annual premium a cover of some length costs (domain.md 3.1 and 3.2).

A full year costs the annual premium, whatever the days in it. A shorter cover is charged by its
short table: by started month (a part of a month is a month) or by day; a cover with a daily rule
that is shorter than the rule's limit costs annual / days_per_year × times × days.
"""

from datetime import date

from app.kit.calendar import days_of_cover, last_day_after, months_of_cover
from app.kit.errors.base import BranchError
from app.kit.errors.pricing import cover_too_long
from app.packs.exact import Exact
from app.packs.tariff import CoverTerms, DailyRule, ShortTable, Tariff


def check_length(tariff: Tariff, start: date, end: date) -> None:
    """Refuse a cover longer than the tariff's year; raises BranchError E-PRICE-TERM."""
    last = last_day_after(start, tariff.full_year_months)
    if end > last:
        raise BranchError(cover_too_long(last, tariff.full_year_months))


def term_factor(terms: CoverTerms, year_months: int, start: date, end: date) -> Exact:
    """Give the part of the annual premium, with the words a clerk follows it by."""
    full, extra = months_of_cover(start, end)
    if full == year_months:
        return Exact(f"{full} full months = 100%", 1, 1)
    days = days_of_cover(start, end)
    if terms.daily is not None and days < terms.daily.below_days:
        return _daily(terms.daily, days)
    table = terms.short_table
    if table.days_per_year:
        return Exact(f"{days}/{table.days_per_year}", days, table.days_per_year)
    return _by_month(table, full, extra)


def _daily(rule: DailyRule, days: int) -> Exact:
    return Exact(
        f"daily: {rule.times.text}*{days}/{rule.days_per_year}",
        rule.times.num * days,
        rule.times.den * rule.days_per_year,
    )


def _by_month(table: ShortTable, full: int, extra: int) -> Exact:
    months = full + (1 if extra else 0)
    percent = table.percent_by_month[months - 1]
    text = f"{table.id}[{months} months]={percent}%"
    return Exact(f"{text} ({full} full + {extra} days)" if extra else text, percent, 100)
