"""Every figure of every report against a small day that was counted by hand."""

from dataclasses import replace
from datetime import date

import pytest

from app.reports.declarations import REPORTS
from app.reports.queries.reading import run
from app.reports.queries.sources import SOURCES
from app.reports.rules.declared import Asked
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import ALL
from tests.reports.conftest import (
    BELOW,
    HERE,
    NOW,
    Branch,
    case,
    contact,
    contract,
    customer,
    job,
    registered,
    stamp,
    step,
    sync_round,
)

CHECKED: set[str] = set()
"""The figures some test here has worked out by hand."""


def ran(branch: Branch, asked: Asked) -> Ran:
    return branch.read(run, branch.reader(), asked, NOW, lambda _done, _total: None)


def figures(given: Ran, group: object = ALL, across: object = ALL) -> dict[str, int | None]:
    found = {one.key: given.pivot.figure(one.key, group, across) for one in given.report.measures}
    CHECKED.update(f"{given.report.key}.{key}" for key in found)
    return found


def test_quotes(branch: Branch) -> None:
    given = ran(branch, Asked("quotes", "month", "state", office=HERE))
    assert given.pivot.groups == ("2026-01", "2026-02")
    assert given.pivot.across == ("approved", "declined", "priced")
    assert figures(given) == {
        "quotes": 4, "premium": 750_01, "people": 75, "mean": 187_50, "approved": 6_667,
    }  # fmt: skip
    assert figures(given, "2026-02") == {
        "quotes": 3, "premium": 650_01, "people": 65, "mean": 216_67, "approved": 5_000,
    }  # fmt: skip
    assert figures(given, "2026-02", "priced") == {
        "quotes": 1, "premium": 400_00, "people": 40, "mean": 400_00, "approved": None,
    }  # fmt: skip
    assert figures(given, "2026-01", "priced") == {
        "quotes": 0, "premium": 0, "people": 0, "mean": None, "approved": None,
    }  # fmt: skip


def test_quotes_of_the_offices_below_too(branch: Branch) -> None:
    given = ran(branch, Asked("quotes", "office"))
    assert given.pivot.groups == (HERE, BELOW)
    assert given.stamp.offices == (HERE, BELOW)
    assert given.pivot.figure("premium") == 760_01


def test_the_period_is_days_of_china_both_inclusive(branch: Branch) -> None:
    february = Asked("quotes", "month", since=date(2026, 2, 1), until=date(2026, 2, 28))
    assert ran(branch, february).stamp.rows == 4
    january = Asked("quotes", "month", until=date(2026, 1, 31), office=HERE)
    assert ran(branch, january).pivot.figure("premium") == 100_00


def test_approvals(branch: Branch) -> None:
    """Waits: 30 and 91 minutes (91.98 cut) at L1; 60 at L2, after L1 and not after opening."""
    branch.add(
        case(10, "2026-02-01T09:00:00", "2026-02-01T10:00:00"),
        step(11, 10, 1, "E2", "approve", "2026-02-01T09:30:00"),
        step(12, 10, 2, "E3", "approve", "2026-02-01T10:30:00"),
        case(20, "2026-02-28T23:00:00", "2026-03-01T01:00:00"),
        step(21, 20, 1, "E2", "decline", "2026-03-01T00:31:59"),
        case(30, "2026-03-01T08:00:00", "2026-03-01T12:00:00"),
    )
    given = ran(branch, Asked("approvals", "level", "month"))
    sunday = {"mean_worked": 0, "most_worked": 0, "assumed": 0}  # all three days are Sundays
    assert figures(given, 1) == {"decisions": 2, "mean": 61, "most": 91, "late": 0} | sunday
    assert figures(given, 2) == {"decisions": 1, "mean": 60, "most": 60, "late": 10_000} | sunday
    assert figures(given) == {"decisions": 3, "mean": 60, "most": 91, "late": 3_333} | sunday
    march = figures(given, 1, "2026-03")
    assert march == {"decisions": 1, "mean": 91, "most": 91, "late": 0} | sunday


def test_waits_in_working_time_stand_beside_the_plain_ones(branch: Branch) -> None:
    """Friday 17:00 to Monday 09:00 is 60 minutes of work; 2027 is taken for working and marked."""
    branch.add(
        case(10, "2026-03-06T17:00:00", "2026-03-09T10:00:00"),
        step(11, 10, 1, "E2", "approve", "2026-03-09T09:00:00"),
        case(20, "2026-02-27T17:00:00", "2026-03-02T10:00:00"),
        step(21, 20, 1, "E2", "approve", "2026-02-28T09:00:00"),
        case(30, "2026-12-31T17:00:00", "2027-01-04T10:00:00"),
        step(31, 30, 1, "E2", "approve", "2027-01-01T09:00:00"),
    )
    given = ran(branch, Asked("approvals", "month"))
    assert {g: figures(given, g)["mean_worked"] for g in given.pivot.groups} == {
        "2026-02": 60,  # the 28th, a Saturday, is worked in exchange for the Spring Festival
        "2026-03": 60,
        "2027-01": 60,  # New Year's Day of a year nobody has published
    }
    assert figures(given, "2026-03")["mean"] == 64 * 60
    assert [figures(given, g)["assumed"] for g in given.pivot.groups] == [0, 0, 1]
    said = "work-calendar v1 (2025-01-01 – 2026-12-31); 08:30–12:00, 13:30–17:30"
    assert given.stamp.calendar == said


def test_another_calendar_is_another_statement(branch: Branch) -> None:
    branch.add(
        case(10, "2026-03-06T17:00:00", "2026-03-09T10:00:00"),
        step(11, 10, 1, "E2", "approve", "2026-03-09T09:00:00"),
    )
    before = ran(branch, Asked("approvals", "month")).stamp
    origin = replace(branch.calendar.origin, version=2, sha256="0" * 64)
    branch.calendar = replace(branch.calendar, origin=origin)
    assert ran(branch, Asked("approvals", "month")).stamp.sha256 != before.sha256
    quotes = ran(branch, Asked("quotes", "month")).stamp
    assert quotes.calendar == "", "a report that counts no working time does not depend on it"


def test_contracts(branch: Branch) -> None:
    branch.add(
        contract(41, "2026-02-01T08:00:00", "drafted", 300_00),
        contract(42, "2026-02-02T08:00:00", "archived", 200_00),
        contract(43, "2026-03-02T08:00:00", "archived", 100_50),
    )
    given = ran(branch, Asked("contracts", "month", "state"))
    assert figures(given) == {"contracts": 3, "premium": 600_50, "archived": 6_667}
    assert figures(given, "2026-02") == {"contracts": 2, "premium": 500_00, "archived": 5_000}
    assert figures(given, ALL, "drafted") == {"contracts": 1, "premium": 300_00, "archived": 0}


def test_seals(branch: Branch) -> None:
    branch.add(
        job(50, 7),
        stamp(51, 50, "done", "2026-02-01T08:00:00", photo="a" * 64),
        stamp(52, 50, "settled_done", "2026-02-01T09:00:00"),
        stamp(53, 50, "in_doubt", "2026-02-01T10:00:00", photo="b" * 64),
        stamp(54, 50, "not_done", "2026-03-01T10:00:00"),
    )
    given = ran(branch, Asked("seals", "month", "seal"))
    assert figures(given) == {"impressions": 4, "stamped": 2, "photographed": 5_000}
    assert figures(given, "2026-03", "合同章") == {
        "impressions": 1, "stamped": 0, "photographed": None,
    }  # fmt: skip


def test_customers(branch: Branch) -> None:
    branch.add(
        customer(61, mobile="13800000000"),
        customer(62, checked=0),
        customer(63, party="organisation"),
        customer(64, party="organisation", email="a@b.cn"),
        contact(65, of=63, mobile="13900000000"),
        registered(66, of=61, at="2026-01-31T23:00:00"),
        registered(67, of=62, at="2026-02-01T01:00:00"),
    )
    given = ran(branch, Asked("customers", "party", "month"))
    assert figures(given) == {"customers": 4, "reachable": 7_500, "checked": 7_500}
    assert figures(given, "person") == {"customers": 2, "reachable": 5_000, "checked": 5_000}
    assert given.pivot.across == ("2026-01", "2026-02", None)
    assert figures(given, "organisation", None)["customers"] == 2
    since = Asked("customers", "party", since=date(2026, 2, 1))
    assert ran(branch, since).pivot.figure("customers") == 1


def test_quality(branch: Branch) -> None:
    branch.add(
        customer(61, mobile="13800000000", id_no="same"),
        customer(62, checked=0, id_no="same", address=""),
        customer(63, party="organisation", email="x@y.cn"),
        customer(64, id_no="", mobile="1"),
        customer(65, id_no="", mobile="1"),
    )
    given = ran(branch, Asked("quality", "finding", "party"))
    assert figures(given) == {"findings": 6}
    assert {group: given.pivot.figure("findings", group) for group in given.pivot.groups} == {
        "double": 2, "no_address": 1, "no_contact": 1, "unchecked": 1, "unreachable": 1,
    }  # fmt: skip


def test_sync(branch: Branch) -> None:
    branch.add(
        sync_round(1, "2026-02-01T08:00:00", "done", 3, 10),
        sync_round(2, "2026-02-01T23:59:59", "stopped", 0, 0),
        sync_round(3, "2026-02-02T00:00:00", "done", 1, 0),
    )
    given = ran(branch, Asked("sync", "day", "outcome"))
    assert figures(given) == {"rounds": 3, "pushed": 4, "pulled": 10, "whole": 6_667}
    assert figures(given, date(2026, 2, 1)) == {
        "rounds": 2, "pushed": 3, "pulled": 10, "whole": 5_000,
    }  # fmt: skip
    assert figures(given, date(2026, 2, 2), "done")["pushed"] == 1


@pytest.mark.parametrize("key", list(REPORTS))
def test_a_report_without_rows_is_a_report(branch: Branch, key: str) -> None:
    report = REPORTS[key]
    given = ran(branch, Asked(key, report.group, report.across, until=date(2000, 1, 1)))
    assert given.stamp.rows == 0 and given.pivot.groups == ()
    assert all(not value for value in (given.pivot.figure(m.key) for m in report.measures))


@pytest.mark.parametrize("key", list(REPORTS))
def test_a_report_holds_together(key: str) -> None:
    """What a declaration names must be there, and every figure has its meaning in words."""
    report = REPORTS[key]
    assert report.key == key and key in SOURCES
    names = [one.key for one in report.fields]
    assert len(set(names)) == len(names)
    assert report.field(report.group).groups
    assert not report.across or report.field(report.across).groups
    assert report.measure(report.shown)
    for one in report.measures:
        assert one.version >= 1 and str(one.definition).endswith(("。", "."))
        assert not one.of or report.place(one.of) >= 0
