"""Runs that are kept: whole, one's own, and held against the data of another reading."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError
from app.pricing.records import Quote
from app.reports.actions import drop_run, drop_saved, keep_run, keep_saved, mark_run
from app.reports.declarations import REPORTS
from app.reports.queries.kept import broken_runs, kept_run, kept_runs, last_run_of
from app.reports.queries.plain import digest_of, plain_ran
from app.reports.queries.reading import run
from app.reports.queries.saved import KEY, saved_reports
from app.reports.records import ReportRun
from app.reports.rules.declared import Asked, Only
from app.reports.rules.due import (
    NEVER,
    Saved,
    Schedule,
    days_of,
    last_slot,
    next_slot,
    slot_due,
)
from app.reports.rules.kept import Difference, KeptRun, Ran, Verdict, differences, verdict
from app.reports.rules.pivot import ALL
from app.store.desk_tables import Desk, OutboxRow, ScopeState, SyncLog
from tests.reports.conftest import (
    HERE,
    NOW,
    Branch,
    china,
    number,
    quote,
    registered,
    sync_round,
)
from tests.reports.conftest import customer as a_customer

ASKED = Asked("quotes", "month", "state", office=HERE)


def ran(branch: Branch, asked: Asked = ASKED) -> Ran:
    return branch.read(run, branch.reader(), asked, NOW, lambda _done, _total: None)


def kept(branch: Branch, made: Ran, n: int = 70, **more: Any) -> KeptRun:
    """Keep a run and give it as it is read back."""
    branch.write(keep_run, "E1", KeptRun(number(n), "月报", "premium", made, **more))
    return branch.read(kept_run, "E1", number(n))


def mutation(n: int = 1) -> OutboxRow:
    """Make what every act of this desk leaves in the outbox."""
    return OutboxRow(
        mseq=n, txn=number(n), n_in_txn=0, scope=HERE, kind="quote", row_id=number(n), op="c",
        base_ver=0, patch={}, schema=1, at=NOW, actor="E1", hash="0" * 64,
    )  # fmt: skip


def price_more(branch: Branch) -> None:
    """Change a row behind everybody's back."""
    with Session(branch.write_engine) as session, session.begin():
        session.execute(update(Quote).where(Quote.id == number(3)).values(premium_fen=50_01))


@pytest.mark.parametrize("key", list(REPORTS))
def test_a_kept_run_is_read_back_as_it_was(branch: Branch, key: str) -> None:
    """Groups that are days, whole numbers and nothing at all among them."""
    branch.add(
        sync_round(1, "2026-02-01T08:00:00", "done", 3, 10),
        a_customer(61),
        a_customer(62, party="organisation"),
        registered(66, of=61, at="2026-01-31T23:00:00"),
    )
    report = REPORTS[key]
    made = ran(branch, Asked(key, report.group, report.across, until=date(2026, 2, 28)))
    back = kept(branch, made)
    assert back.ran == made
    assert (back.name, back.measure) == ("月报", "premium")


def test_a_group_without_a_value_and_one_of_days_come_back(branch: Branch) -> None:
    branch.add(a_customer(61), sync_round(1, "2026-02-01T08:00:00", "done", 3, 10))
    by_month = ran(branch, Asked("customers", "party", "month"))
    assert by_month.pivot.across == (None,)
    assert kept(branch, by_month).ran.pivot == by_month.pivot
    by_day = ran(branch, Asked("sync", "outcome", "day", only=(Only("outcome", "done"),)))
    assert kept(branch, by_day, 71).ran == by_day


def test_the_same_data_give_it_again_at_any_later_time(branch: Branch) -> None:
    made = kept(branch, ran(branch)).ran
    later = branch.read(
        run, branch.reader(), ASKED, datetime(2030, 1, 1, tzinfo=UTC), lambda _d, _t: None
    )
    assert verdict(made, later) is Verdict.SAME
    assert list(differences(made, later)) == []


def test_data_that_went_on_are_no_trouble_and_are_shown(branch: Branch) -> None:
    made = kept(branch, ran(branch)).ran
    price_more(branch)
    branch.add(quote(9, "2026-04-20T12:00:00", "priced", 1_00, 1), mutation())
    now = ran(branch)
    assert verdict(made, now) is Verdict.MOVED
    found = list(differences(made, now))
    february = [one for one in found if (one.group, one.across) == ("2026-02", "declined")]
    assert {(one.measure, one.before, one.after, one.change) for one in february} == {
        ("premium", 50_00, 50_01, 1), ("mean", 50_00, 50_01, 1),
    }  # fmt: skip
    new = [one for one in found if one.group == "2026-04" and one.measure == "quotes"]
    assert [(one.across, one.before, one.after) for one in new] == [
        ("priced", None, 1), (ALL, None, 1),
    ]  # fmt: skip
    total = next(one for one in found if one.group is ALL and one.across is ALL)
    assert total == Difference(ALL, ALL, "quotes", total.unit, 4, 5)


def test_other_rows_with_nothing_written_are_trouble(branch: Branch) -> None:
    made = kept(branch, ran(branch)).ran
    price_more(branch)
    assert verdict(made, ran(branch)) is Verdict.BROKEN


def test_a_run_without_a_position_is_never_accused(branch: Branch) -> None:
    made = ran(branch)
    older = replace(made, stamp=replace(made.stamp, position=""))
    price_more(branch)
    assert verdict(older, ran(branch)) is Verdict.MOVED


def test_other_terms_are_said_before_anything_else(branch: Branch) -> None:
    made = ran(branch)
    price_more(branch)
    now = ran(branch)
    measures = tuple(replace(one, version=2) for one in made.report.measures)
    for other in (
        replace(made, report=replace(made.report, version=9)),
        replace(made, report=replace(made.report, measures=measures)),
        replace(made, stamp=replace(made.stamp, offices=("ho",))),
        replace(made, stamp=replace(made.stamp, calendar="v0")),
    ):
        assert verdict(other, now) is Verdict.TERMS


def test_the_same_rows_with_other_figures_are_trouble_too(branch: Branch) -> None:
    made = ran(branch)
    figures = {**made.pivot.figures, (ALL, ALL): (0, 0, 0, 0, 0)}
    wrong = replace(made, pivot=replace(made.pivot, figures=figures))
    assert verdict(wrong, ran(branch)) is Verdict.BROKEN


@pytest.mark.parametrize(
    "move",
    [
        lambda s: s.add(mutation(7)),
        lambda s: s.execute(update(OutboxRow).values(answered_at=NOW)),
        lambda s: s.execute(update(ScopeState).values(seq=8)),
        lambda s: s.execute(update(ScopeState).values(epoch="b")),
        lambda s: s.execute(delete(ScopeState)),
    ],
)
def test_whatever_is_written_moves_the_position(
    branch: Branch, move: Callable[[Session], object]
) -> None:
    branch.add(ScopeState(scope=HERE, epoch="a", seq=7), mutation(5))
    before = ran(branch).stamp.position
    branch.write(_do, lambda session: session.execute(delete(OutboxRow)))
    assert ran(branch).stamp.position == before, "a number given out once is never given again"
    branch.add(mutation(6))
    between = ran(branch).stamp.position
    branch.write(_do, move)
    assert len({before, between, ran(branch).stamp.position}) == 3


def _do(session: Session, move: Callable[[Session], object]) -> None:
    move(session)


def test_the_desks_own_report_moves_with_its_rounds(branch: Branch) -> None:
    branch.add(*(sync_round(n, "2026-02-01T08:00:00", "done", 1, 1) for n in (1, 2)))
    asked = Asked("sync", "day")
    made = ran(branch, asked)
    branch.add(mutation())
    assert verdict(made, ran(branch, asked)) is Verdict.SAME
    with Session(branch.write_engine) as session, session.begin():
        session.execute(update(SyncLog).where(SyncLog.n == 2).values(pushed=9))
    assert verdict(made, ran(branch, asked)) is Verdict.BROKEN
    branch.add(sync_round(3, "2026-02-01T08:00:00", "done", 1, 1))
    assert verdict(made, ran(branch, asked)) is Verdict.MOVED


def test_kept_runs_are_ones_own_and_never_written_over(branch: Branch) -> None:
    made = ran(branch)
    kept(branch, made, 70, saved=number(5), due_at=NOW)
    later = replace(made, stamp=replace(made.stamp, as_of=NOW + timedelta(hours=1)))
    kept(branch, later, 71, saved=number(5))
    branch.write(keep_run, "E1", KeptRun(number(70), "other", "quotes", later))
    branch.write(keep_run, "E2", KeptRun(number(72), "x", "quotes", made))
    assert [(one.id, one.name) for one in branch.read(kept_runs, "E1")] == [
        (number(71), "月报"), (number(70), "月报"),
    ]  # fmt: skip
    assert branch.read(last_run_of, "E1", number(5)) == number(71)
    assert branch.read(last_run_of, "E2", number(5)) is None
    for stranger, run_id in (("E2", number(70)), ("E1", number(99))):
        with pytest.raises(BranchError) as refused:
            branch.read(kept_run, stranger, run_id)
        assert refused.value.code == "E-REPORT-GONE"
    branch.write(mark_run, "E2", number(70), NOW)
    assert branch.read(broken_runs, "E1") == ()
    branch.write(mark_run, "E1", number(70), NOW)
    assert [one.id for one in branch.read(broken_runs, "E1")] == [number(70)]
    assert branch.read(kept_run, "E1", number(70)).broken_at == NOW
    branch.write(mark_run, "E1", number(70), None)
    branch.write(drop_run, "E2", number(70))
    assert len(branch.read(kept_runs, "E1")) == 2
    branch.write(drop_run, "E1", number(70))
    assert [one.id for one in branch.read(kept_runs, "E1")] == [number(71)]


def change_body(branch: Branch, change: Callable[[dict[str, Any]], object], *, sign: bool) -> None:
    """Write another body under a kept run, with its digest or without."""
    with Session(branch.write_engine) as session, session.begin():
        row = session.get(ReportRun, number(70))
        assert row is not None
        body = plain_ran(branch.read(kept_run, "E1", number(70)).ran, "premium")
        change(body)
        row.body = body
        if sign:
            row.digest = digest_of(body)


def test_figures_nobody_read_are_not_shown(branch: Branch) -> None:
    kept(branch, ran(branch))
    change_body(branch, lambda body: body["figures"][0][2].__setitem__(0, 999), sign=False)
    with pytest.raises(BranchError) as refused:
        branch.read(kept_run, "E1", number(70))
    assert refused.value.code == "E-REPORT-ALTERED"


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["asked"].update(report="gone"),
        lambda body: body["asked"].update(group="gone"),
        lambda body: body["asked"].update(only=[["gone", "x"]]),
        lambda body: body.update(versions=[["", 1], ["gone", 1]]),
    ],
)
def test_a_run_this_program_cannot_say_is_refused_in_words(
    branch: Branch, change: Callable[[dict[str, Any]], object]
) -> None:
    kept(branch, ran(branch))
    change_body(branch, change, sign=True)
    with pytest.raises(BranchError) as refused:
        branch.read(kept_run, "E1", number(70))
    assert refused.value.code == "E-REPORT-UNKNOWN"


def test_a_run_of_former_definitions_says_their_versions(branch: Branch) -> None:
    """A figure added since is left out, one defined anew has not today's definition beside it."""
    kept(branch, ran(branch))

    def former(body: dict[str, Any]) -> None:
        body["versions"] = [["", 1], ["quotes", 1], ["premium", 7]]
        body["figures"] = [[row, column, cells[:2]] for row, column, cells in body["figures"]]

    change_body(branch, former, sign=True)
    back = branch.read(kept_run, "E1", number(70)).ran
    assert [(one.key, one.version) for one in back.report.measures] == [
        ("quotes", 1), ("premium", 7),
    ]  # fmt: skip
    today = {one.key: one.definition for one in REPORTS["quotes"].measures}
    assert back.report.measures[0].definition == today["quotes"]
    assert back.report.measures[1].definition != today["premium"]
    assert back.pivot.figure("premium") == 750_01


# -- saved reports and their times -----------------------------------------------------------


def test_saved_reports_are_ones_own(branch: Branch) -> None:
    stamp = ran(branch).stamp
    only = (Only("state", "approved"),)
    asked = Asked("quotes", "month", "state", date(2026, 1, 1), None, HERE, only)
    weekly = Schedule("week", time(7, 30), 5)
    mine = Saved(number(1), "我的", asked, "premium", "month", weekly, NOW, stamp)
    other = Saved(number(2), "x", Asked("sync", "day"), "rounds", "asked", NEVER, None, None)
    branch.write(keep_saved, "E1", mine)
    branch.write(keep_saved, "E2", other)
    assert branch.read(saved_reports, "E1") == (mine,)
    assert branch.read(saved_reports, "E2") == (other,)
    branch.write(keep_saved, "E2", replace(other, id=mine.id, name="taken"))
    branch.write(drop_saved, "E2", mine.id)
    assert branch.read(saved_reports, "E1") == (mine,)
    branch.write(drop_saved, "E1", mine.id)
    branch.write(drop_saved, "E1", UUID(int=77))
    assert branch.read(saved_reports, "E1") == ()


def test_what_an_earlier_program_saved_is_read(branch: Branch) -> None:
    """Neither a time of day nor parameters nor a position: it ran once in each span."""
    value = {
        "person": "E1", "name": "旧", "measure": "quotes", "span": "month", "every": "week",
        "asked": {"report": "quotes", "group": "month", "across": "", "since": None,
                  "until": "2026-02-28", "office": ""},
        "ran_on": "2026-03-02",
        "stamp": {"as_of": 0, "rows": 1, "sha256": "a", "offices": [HERE]},
    }  # fmt: skip
    branch.add(Desk(key=KEY + number(1).hex, value=value))
    (found,) = branch.read(saved_reports, "E1")
    assert found.schedule == Schedule("week", time(), 1)
    assert found.asked == Asked("quotes", "month", until=date(2026, 2, 28))
    assert found.stamp is not None and found.stamp.position == ""
    assert slot_due(found, china("2026-03-08T23:59:59")) is None
    assert slot_due(found, china("2026-03-09T00:00:00")) == china("2026-03-09T00:00:00")


@pytest.mark.parametrize(
    ("schedule", "now", "last", "following"),
    [
        (Schedule("day", time(8)), "2026-03-02T07:59:59", "2026-03-01T08:00", "2026-03-02T08:00"),
        (Schedule("day", time(8)), "2026-03-02T08:00:00", "2026-03-02T08:00", "2026-03-03T08:00"),
        (
            Schedule("week", time(9), 1),
            "2026-03-02T08:00:00",
            "2026-02-23T09:00",
            "2026-03-02T09:00",
        ),
        (
            Schedule("week", time(9), 7),
            "2026-03-02T08:00:00",
            "2026-03-01T09:00",
            "2026-03-08T09:00",
        ),
        (
            Schedule("month", time(6), 31),
            "2026-03-15T00:00:00",
            "2026-02-28T06:00",
            "2026-03-31T06:00",
        ),
        (
            Schedule("month", time(6), 1),
            "2026-01-01T05:00:00",
            "2025-12-01T06:00",
            "2026-01-01T06:00",
        ),
        (
            Schedule("month", time(6), 30),
            "2028-02-29T06:00:00",
            "2028-02-29T06:00",
            "2028-03-30T06:00",
        ),
    ],
)
def test_the_times_of_a_schedule(schedule: Schedule, now: str, last: str, following: str) -> None:
    assert last_slot(schedule, china(now)) == china(last)
    assert next_slot(schedule, china(now)) == china(following)


SCHEDULES = st.one_of(
    st.builds(Schedule, st.just("day"), st.times()),
    st.builds(Schedule, st.just("week"), st.times(), st.integers(1, 7)),
    st.builds(Schedule, st.just("month"), st.times(), st.integers(1, 31)),
)
MOMENTS = st.integers(0, 10 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=seconds)
)


@given(SCHEDULES, MOMENTS)
def test_there_is_one_time_before_and_one_after_and_none_between(
    schedule: Schedule, now: datetime
) -> None:
    last, following = last_slot(schedule, now), next_slot(schedule, now)
    assert last <= now < following
    assert next_slot(schedule, last) == following
    assert last_slot(schedule, following - timedelta(microseconds=1)) == last
    assert following - last <= timedelta(days={"day": 1, "week": 7, "month": 31}[schedule.every])
    assert last.timetz().replace(tzinfo=None) == schedule.at


@given(SCHEDULES, MOMENTS, MOMENTS)
def test_whatever_was_missed_is_made_up_once(
    schedule: Schedule, done: datetime, now: datetime
) -> None:
    saved = Saved(number(1), "x", ASKED, "quotes", "asked", schedule, done, None)
    due = slot_due(saved, now)
    if due is None:
        assert last_slot(schedule, now) <= done
        return
    assert done < due <= now
    assert slot_due(replace(saved, done=due), now) is None
    assert slot_due(replace(saved, done=None), now) == due
    assert slot_due(replace(saved, schedule=NEVER), now) is None


@pytest.mark.parametrize(("every", "on"), [("day", 2), ("week", 0), ("week", 8), ("month", 32)])
def test_a_day_there_is_none_of_is_no_schedule(every: Any, on: int) -> None:
    with pytest.raises(ValueError, match="no day"):
        Schedule(every, time(8), on)


@pytest.mark.parametrize(
    ("span", "since", "until"),
    [
        ("month", "2026-05-01", "2026-05-20"),
        ("quarter", "2026-04-01", "2026-05-20"),
        ("year", "2026-01-01", "2026-05-20"),
        ("last_month", "2026-04-01", "2026-04-30"),
    ],
)
def test_a_saved_span_moves_with_the_day(span: Any, since: str, until: str) -> None:
    only = (Only("state", "approved"),)
    asked = Asked("quotes", "month", "state", date(2020, 1, 1), date(2020, 2, 1), HERE, only)
    moved = days_of(asked, span, date(2026, 5, 20))
    assert (moved.since, moved.until) == (date.fromisoformat(since), date.fromisoformat(until))
    assert replace(moved, since=asked.since, until=asked.until) == asked
    assert days_of(asked, "asked", date(2026, 5, 20)) == asked
