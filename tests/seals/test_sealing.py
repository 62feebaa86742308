"""Sealing through the real driver at the real simulator: counted once, or in doubt, never twice."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.contracts.queries import contract_card
from app.documents.archive import LinkKind
from app.seals.actions import AgreeReopening, FreezeMachine, ReopenMachine
from app.seals.queries import log_of, machine_card, open_seal_cases, open_stamps
from app.seals.records import SealCase, SealJob
from devices.seal import api
from tests.devices.seal.rig import DEVICE_ID
from tests.seals.conftest import SealRoom
from tests.stage import (
    BOTH,
    BRANCH,
    CHIEF,
    CLERK,
    MANAGER,
    OPERATOR,
    OTHER_BRANCH,
    REVIEWER,
    STRANGE_CUSTODIAN,
    WITNESS,
    Human,
)


def test_a_day_of_two_impressions(room: SealRoom) -> None:
    before = room.machine().total
    job = room.armed()
    assert (job.state, job.register_no, job.counter_before) == ("permitted", 1, before)
    for index, page in ((1, 3), (2, 5)):
        room.stamped(job, index, page)
    room.stage.act(OPERATOR, "seals.close_job", room.close_order(job))
    done = room.job(job.id)
    assert (done.state, done.counter_after) == ("sealed", before + 2)
    assert [stamp.state for stamp in done.stamps] == ["done", "done"]
    contract = room.stage.read(contract_card, room.contract)
    assert contract.state == "sealed" and contract.chain[-1].kind is LinkKind.SEALED
    assert {answer.status for answer in room.stage.carry()} == {"ok"}
    for read in (room.stage.read, room.stage.read_hub):
        assert read(contract_card, room.contract).state == "sealed"
        log = [
            api.open_log_entry(bytes.fromhex(entry), room.rig.pairing.public_key, DEVICE_ID)
            for entry in read(log_of, DEVICE_ID)
        ]
        assert sum(entry.phase is api.Phase.DOWN for entry in log) == 2
        card = read(machine_card, DEVICE_ID)
        assert card is not None and card.total == before + 2


def test_one_more_than_permitted_is_refused_before_the_machine_is_asked(room: SealRoom) -> None:
    job = room.armed(impressions=1, pages=(3,))
    room.stamped(job, 1, 3)
    for index in (1, 2):
        order = room.intent(job, index)
        assert room.tried("seals.begin_stamp", order, step_up=job.id.hex) == "E-SEAL-INDEX"


def test_impressions_are_made_in_order_on_the_pages_of_the_permit(room: SealRoom) -> None:
    job = room.armed()
    skipped = room.intent(job, 2)
    assert room.tried("seals.begin_stamp", skipped, step_up=job.id.hex) == "E-SEAL-INDEX"
    other_page = room.intent(job, 1, 4)
    assert room.tried("seals.begin_stamp", other_page, step_up=job.id.hex) == "E-SEAL-PERMIT"
    assert room.job(job.id).stamps == ()


def test_an_open_impression_blocks_every_other_until_it_is_known(room: SealRoom) -> None:
    job = room.armed()
    begun = room.begin(job)
    again = room.intent(job)
    assert room.tried("seals.begin_stamp", again, step_up=job.id.hex) == "E-SEAL-OPEN"
    assert room.tried("seals.close_job", room.close_order(job)) == "E-SEAL-OPEN"
    assert [line.id for _, line in room.stage.read(open_stamps)] == [begun.stamp_id]


def test_an_outcome_the_log_does_not_show_is_refused(room: SealRoom) -> None:
    job = room.armed()
    begun = room.begin(job)
    never = room.result(begun.stamp_id, "done")
    assert room.tried("seals.finish_stamp", never) == "E-SEAL-OUTCOME"
    outcome = room.strike(job, begun)
    assert isinstance(outcome, api.Done)
    right = room.result(begun.stamp_id, "done")
    lies = [
        replace(right, outcome="not_done"),
        replace(right, counter_after=right.counter_after + 1),
        replace(right, entries=()),
        replace(right, entries=right.entries[:1]),
        replace(right, photo_sha256="0" * 64),
    ]
    for lie in lies:
        assert room.tried("seals.finish_stamp", lie) == "E-SEAL-OUTCOME", lie
    assert outcome.image_sha256 is not None
    room.stage.act(
        OPERATOR, "seals.finish_stamp", replace(right, photo_sha256=outcome.image_sha256.hex())
    )
    assert room.tried("seals.finish_stamp", right) == "E-SEAL-SETTLED"


def test_an_order_that_never_reached_the_machine_may_be_begun_again(room: SealRoom) -> None:
    job = room.armed()
    begun = room.begin(job)
    room.finish(begun.stamp_id, "not_done")
    room.stamped(job, 1, 3)
    assert [stamp.state for stamp in room.job(job.id).stamps] == ["not_done", "done"]


def test_a_contact_hidden_behind_not_done_freezes_the_machine(room: SealRoom) -> None:
    job = room.armed()
    begun = room.begin(job)
    before = room.machine().total
    room.strike(job, begun)
    hidden = room.result(begun.stamp_id, "not_done", counter_after=before, entries=())
    assert room.tried("seals.finish_stamp", hidden) == "ok", "the branch alone cannot see it yet"
    suspect = room.suspected("seals.begin_stamp", room.intent(job), job.id.hex)
    assert suspect.freeze.kind == "contact"
    room.stage.act(OPERATOR, "seals.freeze_machine", suspect.freeze)
    assert room.machine().frozen == "contact"


def test_power_lost_after_the_intent_is_in_doubt_and_two_persons_settle(room: SealRoom) -> None:
    job = room.armed()
    begun = room.begin(job)
    room.rig.sim.order("power_loss", at="after_intent")
    with pytest.raises(api.Disconnected):
        room.strike(job, begun)
    room.stage.act(
        OPERATOR,
        "seals.finish_stamp",
        room_result_without_machine(room, begun.stamp_id),
    )
    room.rig.restart()
    room.device = room.rig.open()
    counter = room.device.identify().total
    assert room.tried("seals.finish_stamp", room.result(begun.stamp_id, "not_done")) == (
        "E-SEAL-OUTCOME"
    ), "the machine itself does not know"
    alone = room.ruling(begun.stamp_id, "settled_not_done", counter, second=OPERATOR)
    unproved = replace(room.ruling(begun.stamp_id, "settled_not_done", counter), second_proof="")
    forged = replace(
        unproved, second_proof=room.ruling(begun.stamp_id, "settled_done", counter).second_proof
    )
    clerk = room.ruling(begun.stamp_id, "settled_not_done", counter, second=CLERK)
    stranger = room.ruling(begun.stamp_id, "settled_not_done", counter, second=STRANGE_CUSTODIAN)
    wrong_way = room.ruling(begun.stamp_id, "settled_done", counter)
    above = room.ruling(begun.stamp_id, "settled_done", counter + 1)
    for order, code in (
        (alone, "E-SEAL-PERSONS"),
        (unproved, "E-SEAL-PROOF"),
        (forged, "E-SEAL-PROOF"),
        (clerk, "E-SEAL-PERSONS"),
        (stranger, "E-SEAL-PERSONS"),
        (wrong_way, "E-SEAL-OUTCOME"),
        (above, "E-SEAL-OUTCOME"),
    ):
        said = room.tried("seals.settle_doubt", order, step_up=begun.stamp_id.hex)
        assert said == code, order
    right = room.ruling(begun.stamp_id, "settled_not_done", counter)
    assert room.tried("seals.settle_doubt", right) == "E-ACCESS-PROOF"
    room.settle(right)
    stamp = room.job(job.id).stamps[0]
    assert (stamp.state, stamp.counter_after) == ("settled_not_done", counter)
    assert room.tried("seals.settle_doubt", right, step_up=begun.stamp_id.hex) == "E-SEAL-SETTLED"
    assert {answer.status for answer in room.stage.carry()} == {"ok"}
    assert room.stage.read_hub(open_stamps) == []


def room_result_without_machine(room: SealRoom, stamp_id):  # type: ignore[no-untyped-def]
    from app.seals.actions import FinishStamp

    return FinishStamp(stamp_id, "in_doubt", room.machine().total, "", ())


def test_power_lost_after_the_contact_is_told_by_the_machines_own_log(room: SealRoom) -> None:
    job = room.armed()
    begun = room.begin(job)
    room.rig.sim.order("power_loss", at="down")
    with pytest.raises(api.Disconnected):
        room.strike(job, begun)
    room.stage.act(
        OPERATOR, "seals.finish_stamp", room_result_without_machine(room, begun.stamp_id)
    )
    room.rig.restart()
    room.device = room.rig.open()
    room.finish(begun.stamp_id, "done")
    assert room.job(job.id).stamps[0].state == "done"
    room.stage.act(OPERATOR, "seals.close_job", room.close_order(job))
    assert room.job(job.id).state == "closed_short"
    assert room.stage.read(contract_card, room.contract).state == "signed"


def test_a_doubt_settled_as_done_without_the_machine_accounts_for_its_contact_later(
    room: SealRoom,
) -> None:
    job = room.armed()
    begun = room.begin(job)
    room.strike(job, begun)
    counter = room.device.identify().total
    room.settle(room.ruling(begun.stamp_id, "settled_done", counter, second=MANAGER, entries=()))
    room.stamped(job, 2, 5)
    room.stage.act(OPERATOR, "seals.close_job", room.close_order(job))
    assert room.job(job.id).state == "sealed"
    assert {answer.status for answer in room.stage.carry()} == {"ok"}


def test_a_log_that_does_not_join_freezes_until_two_offices_reopen(room: SealRoom) -> None:
    job = room.armed()
    right = room.intent(job)
    torn = replace(right, entries=("00", *right.entries[1:]))
    suspect = room.suspected("seals.begin_stamp", torn, job.id.hex)
    assert (suspect.code, suspect.freeze.kind) == ("E-SEAL-LOG", "signature")
    assert room.machine().frozen == "", "the refused act left nothing behind"
    room.stage.act(OPERATOR, "seals.freeze_machine", suspect.freeze)
    assert room.machine().frozen == "signature"
    assert room.tried("seals.begin_stamp", right, step_up=job.id.hex) == "E-SEAL-FROZEN"
    assert room.tried("seals.request_permit", room.asked()) == "E-SEAL-FROZEN"
    assert room.tried("seals.close_job", room.close_order(job)) == "E-SEAL-FROZEN"
    assert {answer.status for answer in room.stage.carry()} == {"ok"}
    case = room.stage.read(open_seal_cases)[0]
    assert (case.kind, case.state, case.entries) == ("signature", "open", len(torn.entries))
    told = room.device.identify()
    reopen = ReopenMachine(
        case.id, told.total, told.log_sequence, told.log_head.hex(), "log read on the spot"
    )
    with pytest.raises(Exception, match="E-SEAL-CASE"):
        room.stage.at_hub(CHIEF, "seals.reopen_machine", reopen)
    agree = AgreeReopening(case.id, "the line was bad")
    assert room.tried("seals.agree_reopening", agree) == "E-ACCESS-ROLE"
    room.stage.act(MANAGER, "seals.agree_reopening", agree)
    room.stage.carry()
    assert room.machine().frozen == "signature"
    both = Human(MANAGER.number, "ho", ("head_office_approver",))
    with pytest.raises(Exception, match="E-ACCESS-SAME-PERSON"):
        room.stage.at_hub(both, "seals.reopen_machine", reopen)
    room.stage.at_hub(CHIEF, "seals.reopen_machine", reopen)
    room.stage.feed()
    assert room.machine().frozen == ""
    kept = room.stage.read(lambda s: s.scalars(select(SealCase)).one())
    assert (kept.state, kept.agreed_by, kept.closed_by) == ("closed", "M0001", "H0001")
    assert kept.found["entries"] == list(torn.entries)
    room.stage.act(OPERATOR, "seals.begin_stamp", room.intent(room.job(job.id)), step_up=job.id.hex)


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        ("gap", "sequence"),
        ("counter", "counter"),
        ("head", "counter"),
        ("position", "counter"),
    ],
)
def test_each_kind_of_misfit_is_named(room: SealRoom, harm: str, kind: str) -> None:
    job = room.armed()
    begun = room.begin(job)
    room.finish(begun.stamp_id, "not_done")
    room.strike(job, begun)  # entries after the known place
    right = room.intent(job)
    harmed = {
        "gap": replace(right, entries=right.entries[1:]),
        "counter": replace(right, entries=(), counter_before=right.counter_before),
        "head": replace(right, entries=(), log_head="0" * 64),
        "position": replace(right, entries=(), log_sequence=right.log_sequence + 1),
    }[harm]
    assert room.suspected("seals.begin_stamp", harmed, job.id.hex).freeze.kind == kind


def test_a_person_may_stop_a_machine_and_a_second_case_keeps_it_stopped(room: SealRoom) -> None:
    cases = [
        FreezeMachine(room.stage.id(), DEVICE_ID, "reported", (), "the lid is loose")
        for _ in range(2)
    ]
    for order in cases:
        room.stage.act(MANAGER, "seals.freeze_machine", order)
    room.stage.carry()
    told = room.device.identify()
    for n, order in enumerate(cases):
        assert room.machine().frozen == "reported"
        room.stage.at_hub(MANAGER, "seals.agree_reopening", AgreeReopening(order.case_id, "ok"))
        reopen = ReopenMachine(
            order.case_id, told.total, told.log_sequence, told.log_head.hex(), "ok"
        )
        room.stage.at_hub(CHIEF, "seals.reopen_machine", reopen)
        room.stage.feed()
        assert (room.machine().frozen == "") is (n == 1)


def test_who_asked_or_approved_holds_no_seal(room: SealRoom) -> None:
    for changes in (
        {"operator": OPERATOR.number, "witness": OPERATOR.number},
        {"witness": REVIEWER.number},
        {"witness": CLERK.number},
        {"witness": STRANGE_CUSTODIAN.number},
        {"witness": "K4711"},
    ):
        assert room.tried("seals.request_permit", room.asked(**changes)) == "E-SEAL-PERSONS"
    assert room.tried("seals.request_permit", room.asked(), who=CLERK) == "E-ACCESS-ROLE"


def test_an_approver_who_is_custodian_too_is_no_witness(room: SealRoom) -> None:
    stage = room.stage
    quote_id = stage.price(1)
    stage.submit(quote_id)
    stage.carry()
    stage.at_hub(BOTH, "approvals.decide_case", stage.decision(quote_id, BOTH, 1))
    stage.feed()
    from app.pricing.queries import quote_card
    from app.signing.actions import BeginSignature, FinishSignature

    order = stage.draft_order(stage.read(quote_card, quote_id))
    stage.act(CLERK, "contracts.draft_contract", order)
    begin = BeginSignature(stage.id(), "contract", order.contract_id, order.pdf_sha256, "X")
    stage.act(CLERK, "signing.begin_signature", begin)
    done = FinishSignature(
        begin.signature_id, order.pdf_sha256, "a" * 64, "b" * 64, "f" * 64, "pad", True, ()
    )
    stage.act(CLERK, "signing.finish_signature", done)
    asked = room.asked(subject_id=order.contract_id, witness=BOTH.number)
    assert room.tried("seals.request_permit", asked) == "E-SEAL-PERSONS"
    as_operator = replace(asked, witness=WITNESS.number)
    assert room.tried("seals.request_permit", as_operator, who=BOTH) == "E-ACCESS-SAME-PERSON"


def test_a_permit_is_for_the_signed_file_its_pages_and_this_offices_machine(
    room: SealRoom,
) -> None:
    for changes, code in (
        ({"document_sha256": "0" * 64}, "E-SEAL-DOCUMENT"),
        ({"pages": ()}, "E-SEAL-PERMIT"),
        ({"pages": (6,)}, "E-SEAL-PERMIT"),
        ({"pages": (0,)}, "E-SEAL-PERMIT"),
        ({"impressions": 0}, "E-SEAL-PERMIT"),
        ({"impressions": 51}, "E-SEAL-PERMIT"),
        ({"device_id": "SC-000778"}, "E-SEAL-MACHINE"),
        ({"seal_id": "SEAL-OTHER"}, "E-SEAL-MACHINE"),
    ):
        assert room.tried("seals.request_permit", room.asked(**changes)) == code, changes
    with room.stage.store.desk_work() as session:
        from sqlalchemy import update

        from app.seals.records import SealMachine

        session.execute(update(SealMachine).values(scope=OTHER_BRANCH))
    assert room.tried("seals.request_permit", room.asked()) == "E-SEAL-MACHINE"


def test_register_numbers_rise_by_one_and_only_at_head_office(room: SealRoom) -> None:
    order = room.asked()
    room.stage.act(OPERATOR, "seals.request_permit", order)
    waiting = room.job(order.job_id)
    assert (waiting.state, waiting.register_no, waiting.permit) == ("requested", 0, "")
    assert room.tried(
        "seals.begin_stamp",
        room.intent(waiting),
        step_up=order.job_id.hex,
    ) == "E-SEAL-STATE"  # fmt: skip
    room.stage.carry()
    numbers = [room.job(order.job_id).register_no]
    numbers += [room.permitted().register_no for _ in range(3)]
    assert numbers == [1, 2, 3, 4]
    scopes = room.stage.read_hub(lambda s: set(s.scalars(select(SealJob.scope))))
    assert scopes == {BRANCH}
