"""The verbs of customers on a real encrypted database, and what they leave behind."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.customers.actions import (
    AddContact,
    AddNote,
    ContactDetails,
    CorrectCustomer,
    FieldEdit,
    RegisterOrganisation,
    RegisterPerson,
    ShowNumbers,
    add_contact,
    add_note,
    correct_customer,
    register_organisation,
    register_person,
    show_numbers,
    write_event,
)
from app.customers.queries import (
    CustomerCard,
    PageKey,
    count_customers,
    customer_card,
    customer_page,
    find_customers,
    strong_doubles,
    whole_numbers,
)
from app.customers.records import Customer
from app.customers.rules.credit_code import with_checks
from app.customers.rules.names import NameWords
from app.customers.rules.resident_id import with_check
from app.kit.errors.base import BranchError
from app.kit.words import t
from app.store.desk_tables import OutboxRow
from app.store.work import Changes
from tests.customers.conftest import Office

CODE = "91790000MA00TEXT0Q"
WOMAN = "790101198802290047"


def organisation(office: Office, words: NameWords, **fields: object) -> Changes:
    order = RegisterOrganisation(
        **{
            "customer_id": office.id(),
            "event_id": office.id(),
            "name": "云岭宏远物流有限公司",
            "credit_code": CODE,
            **fields,
        }
    )
    return office.act(lambda work: register_organisation(work, order, words=words))


def person(office: Office, **fields: object) -> Changes:
    order = RegisterPerson(
        **{
            "customer_id": office.id(),
            "event_id": office.id(),
            "name": "李静",
            "id_type": "111",
            "id_no": WOMAN,
            "sex": "F",
            "birth": date(1988, 2, 29),
            "mobile": "13900139000",
            **fields,
        }
    )
    return office.act(lambda work: register_person(work, order))


def id_of(changes: Changes) -> UUID:
    return next(row.id for row in changes.rows if row.kind == "customer")


def card(office: Office, customer_id: UUID) -> CustomerCard:
    found = office.read(customer_card, office.actor.scope, customer_id)
    assert found is not None
    return found


def refused(office: Office, code: str, verb: object) -> None:
    with pytest.raises(BranchError) as caught:
        office.act(verb)  # type: ignore[arg-type]  # the caller hands a verb
    assert caught.value.code == code


def operator(office: Office, **fields: str) -> ContactDetails:
    said = {"name": "王芳", "id_type": "111", "id_no": WOMAN, "mobile": "13800138000", **fields}
    return ContactDetails(contact_id=office.id(), role="operator", **said)


def test_an_organisation_is_taken_up_with_its_operator(office: Office, words: NameWords) -> None:
    changes = organisation(
        office, words, credit_code=CODE.lower(), contacts=(operator(office),), headcount=128
    )
    assert changes.kinds == {"customer", "customer_contact", "customer_event"}
    shown = card(office, id_of(changes))
    assert shown.line.id_no == CODE
    assert shown.region == "", "where it is registered is no address"
    assert (shown.checked, shown.headcount, shown.waiting) == (1, 128, True)
    (contact,) = shown.contacts
    assert (contact.name, contact.role) == ("王芳", "operator")
    assert (contact.id_no, contact.mobile) == ("790101**********47", "138****8000")
    (line,) = shown.timeline
    assert (line.kind, line.person, line.at) == (
        "customers.registered",
        "p-1",
        office.clock.now(),
    )


def test_what_was_taken_up_waits_for_head_office(office: Office, words: NameWords) -> None:
    organisation(office, words, contacts=(operator(office),))
    rows = office.read(lambda session: session.scalars(select(OutboxRow)).all())
    assert {(row.kind, row.op) for row in rows} == {
        ("customer", "insert"),
        ("customer_contact", "insert"),
        ("customer_event", "insert"),
    }
    assert len({row.txn for row in rows}) == 1


def test_an_operator_must_show_a_document(office: Office, words: NameWords) -> None:
    for details, code in (
        (operator(office, id_no=""), "E-ID-LENGTH"),
        (operator(office, id_no="790101198802290048"), "E-ID-CHECKSUM"),
        (operator(office, id_type=""), "E-CUSTOMER-FIELD"),
        (operator(office, mobile="12345"), "E-MOBILE-BEGIN"),
    ):
        with pytest.raises(BranchError) as caught:
            organisation(office, words, contacts=(details,))
        assert caught.value.code == code
    assert office.read(count_customers, office.actor.scope) == 0


def test_the_same_code_is_refused_and_the_holder_named(office: Office, words: NameWords) -> None:
    organisation(office, words)
    with pytest.raises(BranchError) as caught:
        organisation(office, words, name="另一家公司")
    assert caught.value.code == "E-CUSTOMER-DOUBLE"
    assert "云岭宏远物流有限公司" in str(caught.value.problem.what)
    assert office.read(count_customers, office.actor.scope) == 1


def test_the_same_document_is_refused_without_showing_its_number(office: Office) -> None:
    person(office)
    with pytest.raises(BranchError) as caught:
        person(office, name="李 静", mobile="")
    assert caught.value.code == "E-CUSTOMER-DOUBLE"
    said = str(caught.value.problem.what)
    assert "790101**********47" in said
    assert WOMAN not in said


def test_a_similar_name_in_the_same_region_warns(office: Office, words: NameWords) -> None:
    organisation(office, words)
    other = with_checks("91790000MA00TEXX")
    changes = organisation(office, words, name="云岭（宏远）物流股份有限公司", credit_code=other)
    (warning,) = changes.warnings
    assert CODE in str(warning)
    far = with_checks("91790200MA00TEXX")
    assert not organisation(office, words, credit_code=far).warnings


def test_a_similar_person_warns(office: Office) -> None:
    person(office)
    changes = person(office, id_type="414", id_no="E12345678")
    (warning,) = changes.warnings
    assert "李静" in str(warning)
    assert not person(office, id_type="414", id_no="E12345679", mobile="").warnings


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sex": "M"}, "E-ID-SEX"),
        ({"birth": date(1988, 2, 28)}, "E-ID-BIRTH"),
        ({"id_no": WOMAN[:-1]}, "E-ID-LENGTH"),
        ({"sex": ""}, "E-CUSTOMER-FIELD"),
        ({"name": "  "}, "E-CUSTOMER-FIELD"),
        ({"name": "x" * 201}, "E-CUSTOMER-FIELD"),
        ({"name": "李\u202e静"}, "E-CUSTOMER-FIELD"),
        ({"id_type": "999"}, "E-CUSTOMER-FIELD"),
        ({"mobile": "139"}, "E-MOBILE-LENGTH"),
    ],
)
def test_a_person_who_does_not_fit_is_not_saved(
    office: Office, fields: dict[str, object], code: str
) -> None:
    with pytest.raises(BranchError) as caught:
        person(office, **fields)
    assert caught.value.code == code
    assert office.read(count_customers, office.actor.scope) == 0


def correct(office: Office, words: NameWords, customer_id: UUID, **edits: str) -> Changes:
    office.clock.advance(60)
    order = CorrectCustomer(
        customer_id=customer_id,
        event_id=office.id(),
        edits=tuple(FieldEdit(field, value) for field, value in edits.items()),
        reason="seen on the licence",
    )
    return office.act(lambda work: correct_customer(work, order, words=words))


def test_corrected_fields_travel_alone_and_are_named(office: Office, words: NameWords) -> None:
    customer_id = id_of(organisation(office, words))
    correct(office, words, customer_id, name="云岭宏达物流有限公司", headcount="90")
    shown = card(office, customer_id)
    assert (shown.line.name, shown.headcount) == ("云岭宏达物流有限公司", 90)
    assert "Number of employees, Name" in shown.timeline[0].text.in_language("en")
    row = office.read(
        lambda session: session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "customer", OutboxRow.op == "patch")
        ).one()
    )
    assert set(row.patch) == {"name", "search_name", "name_key", "headcount"}
    scope = office.actor.scope
    assert [line.id for line in office.read(find_customers, scope, "宏达")] == [customer_id]
    assert not office.read(find_customers, scope, "宏远")


def test_number_sex_and_birth_are_corrected_together(office: Office, words: NameWords) -> None:
    customer_id = id_of(person(office))
    man = with_check("79010119900307051")
    with pytest.raises(BranchError) as caught:
        correct(office, words, customer_id, id_no=man)
    assert caught.value.code == "E-ID-SEX"
    correct(office, words, customer_id, id_no=man, sex="M", birth="1990-03-07")
    whole = office.read(whole_numbers, office.actor.scope, customer_id)
    assert whole is not None and whole.id_no == man


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ({"party": "organisation"}, "E-CUSTOMER-FIELD"),
        ({"birth": "1988-02-30"}, "E-CUSTOMER-FIELD"),
        ({"headcount": "-1"}, "E-CUSTOMER-FIELD"),
        ({"mobile": "139"}, "E-MOBILE-LENGTH"),
        ({"email": "a\nb"}, "E-CUSTOMER-FIELD"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(
    office: Office, words: NameWords, edits: dict[str, str], code: str
) -> None:
    customer_id = id_of(person(office))
    before = card(office, customer_id)
    with pytest.raises(BranchError) as caught:
        correct(office, words, customer_id, job="welder", **edits)
    assert caught.value.code == code
    assert card(office, customer_id) == before


def test_a_number_of_somebody_else_is_not_taken_by_correction(
    office: Office, words: NameWords
) -> None:
    person(office)
    other = id_of(person(office, id_no=with_check("79010119880229006"), mobile=""))
    with pytest.raises(BranchError) as caught:
        correct(office, words, other, id_no=WOMAN)
    assert caught.value.code == "E-CUSTOMER-DOUBLE"
    correct(office, words, other, id_no=with_check("79010119880229006"))  # its own stays its own


def test_notes_and_contacts_join_the_timeline(office: Office, words: NameWords) -> None:
    customer_id = id_of(organisation(office, words))
    office.clock.advance(60)
    note = AddNote(customer_id, office.id(), "老板姓赵 {x} <img src=x>")
    office.act(lambda work: add_note(work, note))
    office.clock.advance(60)
    contact = AddContact(
        customer_id, office.id(), ContactDetails(office.id(), "finance", "赵敏", mobile="")
    )
    office.act(lambda work: add_contact(work, contact))
    shown = card(office, customer_id)
    assert [line.kind for line in shown.timeline] == [
        "customers.contact_added",
        "customers.note",
        "customers.registered",
    ]
    assert str(shown.timeline[1].text) == "老板姓赵 {x} <img src=x>"
    assert [line.name for line in shown.contacts] == ["赵敏"]


def test_other_areas_write_their_events_down(office: Office, words: NameWords) -> None:
    customer_id, quote = id_of(organisation(office, words)), office.id()
    text = t("Priced at {yuan} yuan.", yuan="14400.00")

    def priced(work: object) -> Changes:
        line = write_event(
            work,
            office.id(),
            customer_id,
            "pricing.priced",
            text,
            subject_kind="quote",
            subject_id=quote,
        )
        return Changes.of(line)

    office.act(priced)
    line = next(
        line for line in card(office, customer_id).timeline if line.kind == "pricing.priced"
    )
    assert (line.subject_kind, line.subject_id) == ("quote", quote)
    assert line.text.in_language("en") == "Priced at 14400.00 yuan."


def test_unknown_customers_and_empty_notes_are_refused(office: Office, words: NameWords) -> None:
    nobody = office.id()
    note = AddNote(nobody, office.id(), "x")
    refused(office, "E-CUSTOMER-UNKNOWN", lambda work: add_note(work, note))
    known = id_of(organisation(office, words))
    empty = AddNote(known, office.id(), " ")
    refused(office, "E-CUSTOMER-FIELD", lambda work: add_note(work, empty))
    silent = ShowNumbers(known, office.id(), "")
    refused(office, "E-CUSTOMER-FIELD", lambda work: show_numbers(work, silent))
    assert office.read(customer_card, office.actor.scope, nobody) is None


def test_whole_numbers_are_seen_with_a_reason_in_the_timeline(office: Office) -> None:
    customer_id = id_of(person(office))
    order = ShowNumbers(customer_id, office.id(), "call back")
    office.act(lambda work: show_numbers(work, order))
    whole = office.read(whole_numbers, office.actor.scope, customer_id)
    assert whole is not None
    assert (whole.id_no, whole.mobile) == (WOMAN, "13900139000")
    kinds = [line.kind for line in card(office, customer_id).timeline]
    assert "customers.numbers_shown" in kinds


def test_finding_by_what_is_typed(office: Office, words: NameWords) -> None:
    firm = id_of(organisation(office, words, contacts=(operator(office),)))
    lady = id_of(person(office))
    scope = office.actor.scope

    def found(typed: str) -> list[UUID]:
        return [line.id for line in office.read(find_customers, scope, typed)]

    assert found("宏远") == [firm]
    assert found(" 宏 远 ") == [firm]
    assert found("静") == [lady]
    assert found("王芳") == [firm]  # its contact
    assert found("9000") == [lady]  # the tail of her mobile
    assert found("13900139000") == [lady]
    assert found("139-0013-9000") == [lady]
    assert found("8000") == [firm]  # the tail of the operator's mobile
    assert found("0047") == [lady]  # the tail of her document
    assert found(WOMAN) == [lady]
    assert found("text0q") == [firm]
    assert found("1111") == []
    assert found("%") == found("_") == found("") == found("  ") == []


def test_what_begins_so_stands_before_what_holds_it(office: Office) -> None:
    names = ["张海", "海燕", "李海涛", "海"]
    for number, name in enumerate(names):
        id_no = with_check(f"7901011988022{9}{2 * number:03d}")
        person(office, name=name, id_no=id_no, mobile="")
    lines = office.read(find_customers, office.actor.scope, "海")
    assert [line.name for line in lines] == ["海", "海燕", "张海", "李海涛"]
    assert len(office.read(find_customers, office.actor.scope, "海", limit=2)) == 2


def test_pages_show_everybody_once(office: Office) -> None:
    for number in range(23):
        id_no = with_check(f"79010119880229{2 * number:03d}")
        person(office, name=f"李{'静' if number % 2 else '敏'}", id_no=id_no, mobile="")
    scope, after, seen = office.actor.scope, None, []
    while True:
        page = office.read(customer_page, scope, after=after, limit=5)
        seen += [(line.name, line.id) for line in page.lines]
        if page.next is None:
            break
        after = page.next
        assert isinstance(after, PageKey)
    assert len(set(seen)) == len(seen) == office.read(count_customers, scope) == 23
    assert seen == sorted(seen)


def test_two_desks_may_take_up_the_same_customer_and_it_is_found(
    office: Office, words: NameWords
) -> None:
    organisation(office, words)

    def arrives(work: object) -> Changes:
        first = work.session.scalars(select(Customer)).one()
        twin = Customer(
            **{
                column.key: getattr(first, column.key)
                for column in Customer.__mapper__.column_attrs
            }
        )
        twin.id = office.id()
        work.session.add(twin)
        return Changes.of(twin)

    office.act(arrives)
    (pair,) = office.read(strong_doubles, office.actor.scope)
    assert len(pair) == 2


def test_lists_and_lookups_use_an_index(office: Office) -> None:
    plans: list[str] = []

    def watched(session: Session) -> None:
        def explain(_c: object, cursor: object, statement: str, values: object, *_: object) -> None:
            if statement.startswith("SELECT"):
                plan = cursor.connection.execute("EXPLAIN QUERY PLAN " + statement, values)
                plans.extend(line[3] for line in plan)

        event.listen(session.connection(), "before_cursor_execute", explain)
        find_customers(session, office.actor.scope, "13900139000")
        find_customers(session, office.actor.scope, "宏远")
        customer_page(session, office.actor.scope, after=PageKey("a", office.id()))

    office.read(watched)
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    used = " ".join(plans)
    for index in ("name", "id_tail", "mobile_tail"):
        assert f"USING INDEX ix_customer_{index} " in used
    assert "ix_customer_contact_mobile_tail" in used
