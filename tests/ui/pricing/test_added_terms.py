"""Terms of a quote that head office adds by a signed form: typed, judged, bound, kept, shown."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.access.records import Person
from app.assembly.hub import trade_door
from app.customers.further import FurtherValue
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.kit.lanes import Lane
from app.packs.form_needs import TERMS
from app.packs.form_values import told
from app.packs.header import pack_path
from app.packs.publish import write_bundle
from app.packs.shipped import shipped_packs
from app.pricing.actions import PriceQuote
from app.pricing.groups import GROUP_FIELDS, TypedGroup
from app.pricing.queries import QuoteCard, quote_here, terms_of
from app.pricing.quoting import bound_hash
from app.pricing.records import QuoteFurther
from app.store.queries import inbox_lines
from app.store.work import Actor
from sync.hub.founding import founding_work
from sync.wire.plain import to_plain
from tests.sync.world import SCOPE
from tests.ui.customers.added_fields import Office, second_bundle, word
from tests.ui.customers.added_fields import at as at
from tests.ui.customers.added_fields import lane as lane
from tests.ui.customers.added_fields import office as office
from ui.contracts.presenter import ContractsPresenter
from ui.forms.fields import Draft, Standing
from ui.pricing.compose import QuoteComposer
from ui.pricing.presenter import QuoteDraft, QuotePresenter
from ui.shell.page import Surroundings

FORM = pack_path("forms", TERMS)


def added(tree: Any) -> None:
    """What head office adds to the terms: fields, a rule, a sum; one of them is printed."""
    tree["header"]["version"] += 1
    tree["sections"][-1]["fields"] += [
        {"key": "waiting", "kind": "integer", "label": word("等待期（天）", "Waiting days"),
         "most": "90", "printed": True},
        {"key": "channel", "kind": "choice", "label": word("渠道", "Channel"),
         "choices": [{"key": "direct", "label": word("直销", "Direct")},
                     {"key": "broker", "label": word("经纪", "Broker")}]},
        {"key": "broker", "kind": "text", "label": word("经纪公司", "Broker company")},
        {"key": "double", "kind": "integer", "label": word("两倍等待期", "Twice"),
         "computed": {"product": [{"field": "waiting"}, {"number": "2"}]}},
    ]  # fmt: skip
    tree["rules"] = [
        {"when": [{"field": "channel", "is": "one_of", "of": ["broker"]}], "at": "broker",
         "stands": "needed", "says": word("经纪渠道须填经纪公司。", "A broker has a name.")},
        {"when": [{"field": "waiting", "is": "above", "than": "30"},
                  {"field": "region", "is": "one_of", "of": ["A"]}], "at": "waiting",
         "stands": "wrong", "says": word("A类地区等待期不超过30天。", "Region A waits 30 days.")},
    ]  # fmt: skip


class HeadOffice:
    """An office whose hub is the hub of the trade: it prices and judges orders by its own packs."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder, self.bundle = office, folder, office.first
        office.hub.database.write(self._take_in)
        self._open()

    def sign(self, change: Any) -> None:
        """Sign a changed form of the terms and decide by it from now on."""
        self.bundle = second_bundle(self.office.keys, self.bundle, FORM, change)
        write_bundle(self.bundle, self.folder / "resources" / "packs")
        self._open()

    def hand_down(self) -> None:
        """Hand the bundle to the desks and let them take it."""
        self.office.hand_down(self.bundle)
        self.office.both()

    def _open(self) -> None:
        hub = self.office.hub
        # The lines of the desks are bound to this very service, which is frozen.
        door = trade_door(hub.keys, shipped_packs(hub.clock), hub.clock)
        object.__setattr__(hub.service, "door", door)

    def _take_in(self, connection: Any) -> None:
        founder = Actor("A1", "", frozenset({"administrator"}), SCOPE, "hub")
        with founding_work(connection, founder, self.office.hub.clock) as work:
            for number in ("c1", "c2"):
                work.session.add(
                    Person(
                        scope=SCOPE, id=new_id(work.clock), number=number, name=number,
                        office=SCOPE, roles=["clerk"],
                    )
                )  # fmt: skip


@pytest.fixture
def hq(office: Office, tmp_path: Path) -> HeadOffice:
    return HeadOffice(office, tmp_path)


@pytest.fixture
def asked(office: Office, hq: HeadOffice) -> Office:
    """Give an office whose desks have the form with more terms."""
    hq.sign(added)
    hq.hand_down()
    return office


def quote(
    office: Office, *further: FurtherValue, seat: int = 0, anew: UUID | None = None,
    region: str = "B",
) -> UUID:  # fmt: skip
    """Price a group of ten and keep it with further terms."""
    quotes = QuotePresenter(office.seats[seat])
    usual = quotes.usual_terms()
    terms = type(usual)(usual.start, usual.end, region, "1.00", (), further)
    groups = quotes.read_groups((_group(heads="10", job_class="1", age="35", gpa_sum="200000"),))
    assert groups.good, groups.read.problems
    priced = quotes.price(None, terms, groups)
    return quotes.keep(new_id(office.hub.clock), "Alpha", None, priced, anew)


def _group(**cells: str) -> TypedGroup:
    return TypedGroup(tuple(cells.get(name, "") for name in GROUP_FIELDS))


def card(office: Office, quote_id: UUID, seat: int = 0) -> QuoteCard:
    found = office.seats[seat].read(quote_here, SCOPE, quote_id)
    assert found is not None
    return found


def held(found: QuoteCard) -> dict[str, str]:
    return {one.key: one.value for one in found.further}


def at_hub(office: Office, quote_id: UUID) -> dict[str, str]:
    def read(connection: Any) -> dict[str, str]:
        wanted = select(QuoteFurther.field, QuoteFurther.value).where(
            QuoteFurther.quote_id == quote_id, QuoteFurther.value != ""
        )
        return {row.field: row.value for row in connection.execute(wanted)}

    return office.hub.database.read(read)


def refused(office: Office, *further: FurtherValue, **more: Any) -> tuple[str, str]:
    with pytest.raises(BranchError) as caught:
        quote(office, *further, **more)
    return caught.value.code, caught.value.problem.what.in_language("en")


def test_a_term_is_refused_until_the_bundle_that_asks_for_it_is_here(
    office: Office, hq: HeadOffice
) -> None:
    assert refused(office, FurtherValue("waiting", "7"))[0] == "E-QUOTE-FIELD"
    hq.sign(added)
    hq.hand_down()
    quote(office, FurtherValue("waiting", "7"))


def test_terms_are_kept_reckoned_shown_and_reach_head_office_and_the_other_desk(
    asked: Office,
) -> None:
    quote_id = quote(asked, FurtherValue("waiting", "7"), FurtherValue("channel", "direct"))
    assert held(card(asked, quote_id)) == {"waiting": "7", "channel": "direct", "double": "14"}
    asked.both()
    assert at_hub(asked, quote_id) == {"waiting": "7", "channel": "direct", "double": "14"}
    there = card(asked, quote_id, seat=1)
    assert held(there) == held(card(asked, quote_id)) and not there.pending
    shown = QuotePresenter(asked.seats[1]).further_told(there)
    assert [(label.in_language("zh_CN"), value.in_language("zh_CN")) for label, value in shown] == [
        ("等待期（天）", "7"), ("渠道", "直销"), ("两倍等待期", "14"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [("waiting", "91"), ("waiting", "many"), ("channel", "street"), ("double", "14"),
     ("nobody", "1"), ("region", "A")],
)  # fmt: skip
def test_what_the_form_does_not_take_is_no_quote(asked: Office, key: str, value: str) -> None:
    before = len(QuotePresenter(asked.seats[0]).quotes())
    assert refused(asked, FurtherValue(key, value))[0] == "E-QUOTE-FIELD"
    assert len(QuotePresenter(asked.seats[0]).quotes()) == before


def test_rules_between_terms_are_judged_where_the_quote_is_kept(asked: Office) -> None:
    code, told_so = refused(asked, FurtherValue("channel", "broker"))
    assert code == "E-FORM-RULE" and "Broker company" in told_so and "A broker has" in told_so
    quote(asked, FurtherValue("channel", "broker"), FurtherValue("broker", "云岭经纪"))
    code, told_so = refused(asked, FurtherValue("waiting", "31"), region="A")
    assert code == "E-FORM-RULE" and "Region A waits" in told_so
    quote(asked, FurtherValue("waiting", "31"))


def test_a_term_is_part_of_what_is_approved(asked: Office) -> None:
    plain = card(asked, quote(asked))
    seven = card(asked, quote(asked, FurtherValue("waiting", "7")))
    eight = card(asked, quote(asked, FurtherValue("waiting", "8")))
    assert plain.premium_fen == seven.premium_fen == eight.premium_fen
    assert len({plain.input_hash, seven.input_hash, eight.input_hash}) == 3
    for one in (plain, seven, eight):
        assert QuotePresenter(asked.seats[0]).workings(one) is not None


def test_the_hash_of_a_quote_without_further_terms_is_what_it_always_was() -> None:
    was = hashlib.sha256(b"ab\ncd").hexdigest()
    assert bound_hash("ab", "cd") == was == bound_hash("ab", "cd", [("waiting", "")])
    assert bound_hash("ab", "cd", [("a", "1"), ("b", "2")]) == bound_hash(
        "ab", "cd", [("b", "2"), ("a", "1")]
    )
    two = bound_hash("ab", "cd", [("a", "1"), ("b", "2")])
    assert bound_hash("ab", "cd", [("a", "1b2")]) != two


def test_pricing_anew_takes_away_what_is_not_said_any_more(asked: Office) -> None:
    quote_id = quote(asked, FurtherValue("waiting", "7"), FurtherValue("channel", "direct"))
    asked.both()
    again = QuotePresenter(asked.seats[1]).begin_again(card(asked, quote_id, seat=1))
    assert dict(again.further) == {"waiting": "7", "channel": "direct"}
    quote(asked, FurtherValue("waiting", "9"), seat=1, anew=quote_id)
    asked.both()
    for seat in (0, 1):
        assert held(card(asked, quote_id, seat)) == {"waiting": "9", "double": "18"}
    assert at_hub(asked, quote_id) == {"waiting": "9", "double": "18"}


def test_a_desk_with_an_older_form_is_held_to_head_offices(asked: Office, hq: HeadOffice) -> None:
    """The quote is made by the form of yesterday; head office refuses it and says why."""

    def stricter(tree: Any) -> None:
        added(tree)
        tree["header"]["version"] += 1
        tree["sections"][-1]["fields"][-4]["most"] = "5"

    hq.sign(stricter)
    quote_id = quote(asked, FurtherValue("waiting", "7"))
    asked.both()
    assert at_hub(asked, quote_id) == {}
    letters = asked.seats[0].read(inbox_lines)
    assert "E-QUOTE-FIELD" in {line.code for line in letters}


def test_a_draft_keeps_further_terms_as_typed() -> None:
    draft = QuoteDraft(customer="00" * 16, further=(("waiting", "7"), ("broker", "云岭")))
    assert QuoteDraft.of(draft.texts()) == draft
    old = tuple(pair for pair in draft.texts() if pair[0] != "further")
    assert QuoteDraft.of(old).further == (), "a draft from before there were any"


def test_an_order_from_before_there_were_further_terms_is_still_taken(asked: Office) -> None:
    door = asked.seats[0].station.door
    plain = {
        "quote_id": UUID(int=1).hex, "customer_id": UUID(int=2).hex, "customer_name": "Alpha",
        "request": {"a": 1}, "roster_sha256": "", "premium_fen": 1,
    }  # fmt: skip
    whole = to_plain(PriceQuote(UUID(int=1), UUID(int=2), "Alpha", {"a": 1}, "", 1))
    assert set(whole) == {*plain, "further"}
    del whole["further"]
    assert door.order_of("pricing.price_quote", whole).further == ()


def test_terms_are_read_for_many_quotes_with_one_question(asked: Office) -> None:
    ids = [quote(asked, FurtherValue("waiting", str(n))) for n in (1, 2, 3)]
    found = asked.seats[0].read(terms_of, ids)
    assert [{one.key: one.value for one in found[id]}["waiting"] for id in ids] == [
        "1", "2", "3",
    ]  # fmt: skip


def test_what_the_form_no_longer_asks_for_is_still_shown(asked: Office) -> None:
    found = card(asked, quote(asked, FurtherValue("waiting", "7")))
    form = QuotePresenter(asked.seats[0]).terms_form()
    less = type(form)(form.origin, form.sections[:0], ())
    assert [label.in_language("en") for label, _ in told(less, found.further)] == [
        "double", "waiting",
    ]  # fmt: skip


def test_what_is_printed_stands_among_the_special_terms_of_the_contract(asked: Office) -> None:
    plain = card(asked, quote(asked))
    terms = FurtherValue("waiting", "7"), FurtherValue("channel", "direct")
    seven = card(asked, quote(asked, *terms))
    contracts = ContractsPresenter(asked.seats[0])
    assert contracts.special_terms(plain) == ()
    assert contracts.special_terms(seven) == ("等待期（天）：7",), "the channel is not printed"


def test_the_clerk_types_them_beside_the_others_and_her_draft_keeps_them(
    asked: Office, at: Surroundings, lane: Lane, qtbot: QtBot
) -> None:
    composer = QuoteComposer(at, lane, QuotePresenter(asked.seats[0]))
    qtbot.addWidget(composer)
    composer.resize(1000, 640)
    composer.show()
    composer.begin()
    assert composer.form.notes()["waiting"].standing is Standing.OK
    composer.form.restore(Draft((("waiting", "40"), ("channel", "broker"), ("region", "A"))))
    notes = composer.form.notes()
    assert notes["broker"].standing is Standing.INCOMPLETE
    assert notes["waiting"].standing is Standing.WRONG
    assert not composer.form.complete()
    composer.form.restore(Draft((("waiting", "7"), ("broker", "云岭经纪"))))
    assert dict(composer.draft.further)["waiting"] == "7"
    again = QuoteDraft.of(composer.draft.texts())
    composer.begin()
    assert "waiting" not in dict(composer.draft.further)
    composer.resume(again)
    typed = {one.key: one.value for one in composer._terms().further}
    assert typed == {"waiting": "7", "channel": "broker", "broker": "云岭经纪"}
    composer.keep()
    qtbot.waitUntil(lambda: at.bridge.under_way == 0)
