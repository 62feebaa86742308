"""Timelines and belongings read from real stores: what is told, how often, by which index."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.access.leave import SEEING
from app.access.queries import awaited_people, names_of_people
from app.approvals.queries import cases_about, given_steps, open_cases
from app.assembly.trade import name_words
from app.assembly.verbs import Parts, all_verbs
from app.audit.queries import acts_before
from app.contracts.queries import contracts_in, contracts_of, quotes_drawn
from app.pricing.actions import PriceQuote
from app.pricing.queries import quotes_in, quotes_of
from app.seals.queries import jobs_about, jobs_in
from app.signing.queries import signatures_of
from app.store.queries import files_of
from tests.stage import BRANCH, CLERK, MANAGER, OPERATOR, STRANGER, Human, Stage, shipped_pricer
from tests.ui.contract_site import Branch
from ui.pricing.presenter import QuotePresenter
from ui.shell import record_reading
from ui.shell.ports import Desk
from ui.shell.record_acts import ACTS
from ui.shell.record_reading import (
    RecordKey,
    RecordReader,
    TimelineEntry,
    related,
)

ID = UUID(int=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Give a branch and a head office with the real door at both ends."""
    made = Stage.open(tmp_path)
    yield made
    made.close()


def read_all(seat: Desk, key: RecordKey) -> list[TimelineEntry]:
    """Read a timeline to its end."""
    reading, found, more = RecordReader(seat).timeline(key), [], True
    while more:
        page = reading.page()
        found += page.entries
        more = page.more
    return found


def priced_again(seat: Desk, quote_id: UUID) -> None:
    """Price a quote anew with what it has."""
    card = QuotePresenter(seat).card(quote_id)
    order = PriceQuote(
        quote_id, card.customer_id, card.customer_name, card.request, card.roster_sha256,
        card.premium_fen,
    )  # fmt: skip
    seat.perform("pricing.price_quote", order)


def test_every_price_is_told_from_the_log_and_the_last_only_once(branch: Branch) -> None:
    quote_id = branch.approved(1411)
    seat = branch.seat("clerk")
    priced_again(seat, quote_id)
    card = QuotePresenter(seat).card(quote_id)
    told = read_all(seat, RecordKey("quote", card.scope, quote_id))
    prices = [one for one in told if str(one.what.in_language("en")).startswith("Priced")]
    assert len(prices) == 2, "the first from the log, the last from the quote itself"
    assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)
    lines = [one.line for one in told if one.line]
    assert len(lines) == len(set(lines)) == len(told)


def test_pages_of_any_size_tell_the_same(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    quote_id = branch.approved(1412)
    seat = branch.seat("clerk")
    key = RecordKey("quote", QuotePresenter(seat).card(quote_id).scope, quote_id)
    whole = read_all(seat, key)
    monkeypatch.setattr(record_reading, "STRIDE", 2)
    monkeypatch.setattr(record_reading, "STRIDES", 1)
    # By the minute a line may prove a moment they come in other pages, never twice and none lost.
    assert sorted(map(str, read_all(seat, key))) == sorted(map(str, whole))
    assert len(whole) >= 3


def test_the_log_is_read_no_further_back_than_the_record_is_old(branch: Branch) -> None:
    quote_id = branch.approved(1413)
    seat = branch.seat("clerk")
    birth = record_reading._birth(quote_id)
    assert birth < quote_id
    far = UUID(int=(quote_id.int >> 80) + 86_400_000 << 80)
    assert seat.read(acts_before, seat.scope, None, far, 10) == ()
    assert len(seat.read(acts_before, seat.scope, None, birth, 3)) == 3


def test_every_verb_there_is_has_its_words() -> None:
    verbs = all_verbs(Parts(shipped_pricer(), name_words(), list))
    actions = {one.name for one in verbs.values() if one.action is None}
    actions |= {f"approvals.decide_l{n}" for n in (1, 2, 3, 4)}
    assert actions - ACTS.keys() == set()
    for words in ACTS.values():
        assert "." not in str(words.in_language("zh_CN")), words


def test_who_may_not_see_a_record_does_not_see_its_line(stage: Stage) -> None:
    stage.lend_numbers()
    quote = stage.approved()
    order = stage.draft_order(quote)
    stage.act(CLERK, "contracts.draft_contract", order)

    def kinds(who: Human) -> list[str]:
        leave = who.leave()
        key = RecordKey("contract", BRANCH, order.contract_id)
        return [line.kind for line in stage.read(related, leave, key)]

    assert kinds(CLERK) == ["customer", "quote", "approval_case", "file", "file"]
    assert kinds(MANAGER) == kinds(CLERK)
    assert kinds(OPERATOR) == ["customer", "file", "file"], "a custodian has no part in prices"
    assert kinds(STRANGER) == [], "another office"


def test_the_policy_has_a_line_for_every_kind() -> None:
    rules = CLERK.leave().policy.rules
    assert set(SEEING.values()) <= set(rules)


def plans(stage: Stage, query: Callable[[Session], object]) -> list[str]:
    """Give what SQLite says it will do for every SELECT of a query."""
    said: list[str] = []

    def watched(session: Session) -> None:
        def explain(_c: object, cursor: object, statement: str, values: object, *_: object) -> None:
            if statement.startswith("SELECT"):
                plan = cursor.connection.execute("EXPLAIN QUERY PLAN " + statement, values)  # type: ignore[attr-defined]
                said.extend(line[3] for line in plan)

        event.listen(session.connection(), "before_cursor_execute", explain)
        query(session)

    stage.read(watched)
    return said


QUERIES: dict[str, Callable[[Session], object]] = {
    "ix_quote_customer": lambda s: quotes_of(s, ID),
    "ix_quote_state": lambda s: quotes_in(s, ("priced", "approved")),
    "ix_approval_case_subject": lambda s: cases_about(s, "quote", [ID]),
    "ix_approval_case_state": open_cases,
    "ix_approval_step_case": lambda s: given_steps(s, [ID]),
    "ix_contract_quote": lambda s: (contracts_of(s, [ID]), quotes_drawn(s, [ID])),
    "ix_contract_state": lambda s: contracts_in(s, ("drafted",)),
    "ix_seal_job_subject": lambda s: jobs_about(s, "contract", [ID]),
    "ix_seal_job_state": lambda s: jobs_in(s, ("requested", "permitted")),
    "ix_signature_subject": lambda s: signatures_of(s, "contract", ID),
    "autoindex_audit_line": lambda s: acts_before(s, BRANCH, ID, UUID(int=0), 10),
    "autoindex_blob_local": lambda s: files_of(s, ["a" * 64]),
}


@pytest.mark.parametrize("index", QUERIES)
def test_what_a_record_and_the_workbench_ask_goes_by_an_index(stage: Stage, index: str) -> None:
    said = plans(stage, QUERIES[index])
    assert said and not [line for line in said if line.startswith("SCAN")], said
    assert all(index in line for line in said if line.startswith("SEARCH")), said


def test_people_are_few_enough_to_be_read_whole(stage: Stage) -> None:
    """The people of an office and those above: a table of some hundred rows, read as it is."""
    assert stage.read(names_of_people).of(CLERK.number) == CLERK.number
    assert stage.read(awaited_people) == ()
