"""What goes wrong on a bad day, through the presenters a clerk's window uses.

Every trouble ends in three sentences a clerk can act on, loses nothing, and the day goes on.
"""

import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.assembly.demo import DEVICE_ID, SEAL_ID, SEED
from app.assembly.demo_people import demo_branch
from app.assembly.processes import start_machine
from app.assembly.workstation import PERMIT_KEY_ID
from app.contracts.rules import ARCHIVED, DRAFTED
from app.customers.actions import AddNote
from app.customers.rules.document_no import document_no, read_document_no
from app.documents.pages import page_png
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.packs.sources import PackSource
from app.seals.queries import machine_card, open_stamps
from devices.seal.api import SealDevice
from devices.seal.scp1.frames import Code
from devices.signpad.api import Watch
from sync.hub.server import HubSettings, open_database
from tests.faults.day_worker import ClockAhead
from tests.faults.stages import CODES_APART, Opened, opened, refusal, reopened
from ui.contracts.presenter import ContractsPresenter
from ui.customers.presenter import CustomersPresenter
from ui.pricing.presenter import QuotePresenter
from ui.problems.presenter import ProblemsPresenter
from ui.seals.presenter import SealingPresenter, SealRun
from ui.shell.ports import Desk
from ui.signing.presenter import SigningPresenter

THIRD = 3 * CODES_APART


@pytest.fixture
def sealing_day(signed: Path, tmp_path: Path) -> Iterator[Opened]:
    """A signed contract and a machine that waits for it."""
    with opened(signed, tmp_path / "site", THIRD) as here:
        yield here


@contextmanager
def armed(here: Opened) -> Iterator[tuple[SealingPresenter, SealRun, Desk]]:
    """A run for page 3 and the last page, armed by both persons, page 3 in the machine."""
    seat = here.custodian()
    sealing = SealingPresenter(seat)
    contract = here.day.contract()
    pages = (3, contract.seal_place.page)
    here.day._lay_in(contract, 3)
    with seat.seal_machine() as machine:
        run = sealing.ask_permit(sealing.plan(contract.id, pages, here.witness()), machine)
        arm(here, sealing, run, seat)
        yield sealing, run, seat


def arm(here: Opened, sealing: SealingPresenter, run: SealRun, seat: Desk) -> None:
    witness = here.witness()
    other = seat.prove(witness, here.site.password(witness), here.code(witness))
    sealing.arm(run, here.code(seat.actor.person), other)


def power_back(here: Opened) -> None:
    """Start the machine again with the memory it had; the paper lies where it lay."""
    here.site.machine.kill()
    public = HubSettings(here.site.folder / "hub").keys.permit_key().public_key()
    here.site.machine = start_machine(
        here.site.folder / "machine",
        DEVICE_ID,
        SEAL_ID,
        (PERMIT_KEY_ID, public.public_bytes_raw().hex()),
    )
    here.site._plug_in()
    here.day._lay_in(here.day.contract(), 3)


def total(here: Opened) -> int:
    return int(here.site.machine.ask("state")["total"])


def finish_whole(here: Opened, impressions: int = 2) -> None:
    """Go through the rest of the day; nothing may be left and nothing stamped beside it."""
    here.day.run()
    result = here.day.result()
    assert here.day.contract().state == ARCHIVED
    assert result["problems"] == []
    assert result["audit"]["verified"] is True
    assert (result["sync"]["outbox_left"], result["sync"]["digest_equal"]) == (0, True)
    stamps = [s for job in here.day.jobs() for s in job.stamps]
    assert sum(s.state in ("done", "settled_done") for s in stamps) == impressions
    assert total(here) == impressions


# -- head office --------


def test_head_office_is_away_when_the_permit_is_asked_for(sealing_day: Opened) -> None:
    here = sealing_day
    seat = here.custodian()
    sealing, contract = SealingPresenter(seat), here.day.contract()
    here.site.stop_hub()
    with seat.seal_machine() as machine:
        plan = sealing.plan(contract.id, (3,), here.witness())
        assert refusal(lambda: sealing.ask_permit(plan, machine)).code == "E-SYNC-OFFLINE"
    assert seat.sync_state().outbox_left > 0
    assert [job.state for job in sealing.jobs()] == ["requested"]
    assert total(here) == 0
    finish_whole(here)


def test_head_office_answers_late_twice_and_takes_everything_once(
    founded: Path, tmp_path: Path
) -> None:
    """The hub is stopped while it is asked: the answers come after nobody waits for them."""
    with opened(founded, tmp_path / "site") as here:
        here.site.branch.link.deadline = 1.5
        here.day.steps["customer"]()
        clerk = here.clerk()
        clerk.sync()
        before = notes_at_head_office(here)
        note_customers(clerk, 3)
        assert here.site.hub is not None
        for _ in range(2):
            here.site.hub.process.send_signal(signal.SIGSTOP)
            try:
                assert refusal(clerk.sync).code == "E-SYNC-OFFLINE"
            finally:
                here.site.hub.process.send_signal(signal.SIGCONT)
        here.site.branch.link.deadline = 30.0
        view = clerk.sync()
        assert (view.outbox_left, view.digest_equal) == (0, True)
        assert notes_at_head_office(here) == before + 3


def test_head_office_dies_in_the_middle_of_pushes(founded: Path, tmp_path: Path) -> None:
    chance = random.Random(790115)
    with opened(founded, tmp_path / "site") as here:
        here.day.steps["customer"]()
        clerk = here.clerk()
        clerk.sync()
        before = notes_at_head_office(here)
        died = 0
        for _ in range(4):
            note_customers(clerk, 60)
            hub = here.site.hub
            assert hub is not None
            killer = threading.Timer(0.03 + 0.25 * chance.random(), hub.process.kill)
            killer.start()
            try:
                clerk.sync()
            except BranchError as error:
                assert error.code == "E-SYNC-OFFLINE"
                died += 1
            killer.join()
            here.site.stop_hub()
            here.site.start_hub()
        view = clerk.sync()
        assert died, "the hub never died while it was spoken to"
        assert (view.outbox_left, view.digest_equal) == (0, True)
        assert notes_at_head_office(here) == before + 4 * 60


def note_customers(clerk: Desk, count: int) -> None:
    group = demo_branch(size=0, seed=SEED, on=today(clerk.clock)).group
    holder = CustomersPresenter(clerk).holder(group.credit_code)
    assert holder is not None
    for n in range(count):
        clerk.perform("customers.add_note", AddNote(holder.id, new_id(clerk.clock), f"note {n}"))


def notes_at_head_office(here: Opened) -> int:
    """Count what stands in the timelines at head office, beside the running hub."""
    database = open_database(HubSettings(here.site.folder / "hub"))
    try:
        count = "SELECT count(*) FROM customer_event"
        return int(database.read(lambda c: c.exec_driver_sql(count).scalar_one()))
    finally:
        database.close()


# -- the pad --------


def test_the_pad_is_pulled_out_while_the_customer_signs(drafted: Path, tmp_path: Path) -> None:
    with opened(drafted, tmp_path / "site", 2 * CODES_APART) as here:
        clerk = here.clerk()
        signing, pad = SigningPresenter(clerk), here.site.pad
        begun = signing.begin(here.day.contract().id, "Zhang San")
        assert pad.ask("fault", unplug_at=30).ok

        def write() -> None:
            pad.tell("sign", name="Zhang San", seconds=1.0)

        broken = refusal(
            lambda: signing.take_ink(begun, Watch(rest_s=1.0), ready=write, seen=lambda _: None)
        )
        assert broken.code == "E-SIGN-BROKEN-OFF"
        assert not pad.answer().ok
        offered = [(line.source, line.code) for line in ProblemsPresenter(clerk).problems()]
        assert offered == [("signature", "E-SIGN-OPEN")]
        assert here.day.contract().state == DRAFTED
        pad.ask("fault")
        pad.ask("plug")
        here.site._plug_in()
        here.day.steps["sign"]()
        assert [card.state for card in signing.signatures(here.day.contract().id)] == [
            "signed",
            "abandoned",
        ]
        assert ProblemsPresenter(clerk).problems() == []


# -- the seal machine --------


def test_the_machine_answers_a_stroke_after_the_time_limit(sealing_day: Opened) -> None:
    """The stroke happened, the answer came late: it is counted once and never repeated."""
    here = sealing_day
    with armed(here) as (sealing, run, _):
        here.site.machine.ask("late_reply", ms=6000, code=int(Code.STAMP), count=1)
        try:
            struck = sealing.stamp(run, 3)
        except BranchError as doubt:
            assert doubt.code in ("E-SEAL-DOUBT", "E-SEAL-OUTCOME")
        else:
            assert struck.outcome == "done"
    assert here.site.machine.ask("state")["heard"][f"{int(Code.STAMP):02x}"] == 1
    assert total(here) == 1
    finish_whole(here)


def strike_and_lose_power(here: Opened, phase: str) -> None:
    with armed(here) as (sealing, run, seat):
        process = here.site.machine
        assert process.ask("power_loss", at=phase)["ok"] is True
        assert refusal(lambda: sealing.stamp(run, 3)).code == "E-SEAL-DOUBT"
        assert process.process.wait(10) == -signal.SIGKILL
        offered = [(line.source, line.code) for line in ProblemsPresenter(seat).problems()]
        assert offered == [("seal", "E-SEAL-DOUBT")]
        assert refusal(lambda: sealing.begin(run, 3, "")).code.startswith("E-")
    power_back(here)


def test_power_is_lost_between_intent_and_contact(sealing_day: Opened) -> None:
    """The machine itself does not know: two persons look at the counter and rule."""
    here = sealing_day
    strike_and_lose_power(here, "after_intent")
    assert total(here) == 0
    seat = here.custodian()
    sealing = SealingPresenter(seat)
    [(job, stamp)] = sealing.doubts()
    with seat.seal_machine() as machine:
        assert refusal(lambda: sealing.recover(job, stamp, machine)).code == "E-SEAL-DOUBT"
        assert rule_wrongly(here, sealing, machine, seat) == "E-SEAL-OUTCOME"
    assert len(sealing.doubts()) == 1
    finish_whole(here)
    states = sorted(s.state for one in here.day.jobs() for s in one.stamps)
    assert states == ["done", "done", "settled_not_done"]


def rule_wrongly(here: Opened, sealing: SealingPresenter, machine: SealDevice, seat: Desk) -> str:
    """Both say it was stamped though the counter stands still."""
    [(_, stamp)] = sealing.doubts()
    witness = here.witness()
    second = seat.prove(witness, here.site.password(witness), here.code(witness))
    code = here.code(seat.actor.person)
    wrong = refusal(
        lambda: sealing.settle(stamp, machine, "settled_done", "it looked stamped", code, second)
    )
    return wrong.code


def test_power_is_lost_after_contact(sealing_day: Opened) -> None:
    """The machine's own signed log knows it after the restart; nobody has to rule."""
    here = sealing_day
    strike_and_lose_power(here, "down")
    assert total(here) == 1
    finish_whole(here)
    states = sorted(s.state for job in here.day.jobs() for s in job.stamps)
    assert states == ["done", "done"]


def test_a_machine_with_another_key_is_not_believed(sealing_day: Opened) -> None:
    here = sealing_day
    seat = here.custodian()
    here.site.machine.ask("wrong_key", what="key")
    wrong = refusal(lambda: open_and_close(seat))
    assert wrong.code.startswith(("E-DEV-", "E-SEAL-"))
    assert total(here) == 0
    here.site.machine.ask("wrong_key", what="off")
    finish_whole(here)


def test_a_permit_serves_once(sealing_day: Opened) -> None:
    here = sealing_day
    with armed(here) as (sealing, run, seat):
        run.machine.disarm()
        assert refusal(lambda: arm(here, sealing, run, seat)).code == "E-SEAL-PERMIT"
        assert total(here) == 0
    finish_whole(here)


@pytest.mark.parametrize("by", [3, -1])
def test_a_counter_that_jumped_stops_everything(sealing_day: Opened, by: int) -> None:
    here = sealing_day
    with armed(here) as (sealing, run, _):
        assert sealing.stamp(run, 3).outcome == "done"
    here.site.machine.ask("counter_jump", by=by)
    seat = here.custodian()
    assert refusal(lambda: open_and_close(seat)).code == "E-SEAL-COUNTER"
    card = seat.read(machine_card, seat.seal_machine_id())
    assert card is not None and card.total == 1
    assert seat.read(open_stamps) == []


def open_and_close(seat: Desk) -> None:
    with seat.seal_machine() as machine:
        machine.identify()


def test_another_contracts_page_in_the_machine_is_refused(sealing_day: Opened) -> None:
    """Page 3 of another contract looks like page 3 and is not: its code says so."""
    here = sealing_day
    first = here.day.contract()
    strange = here.site.folder / "strange.png"
    strange.write_bytes(page_of_another(here, 3))
    with armed(here) as (sealing, run, _):
        assert here.site.machine.ask("paper", image=str(strange), page=3)["ok"] is True
        assert refusal(lambda: sealing.stamp(run, 3)).code == "E-SEAL-PAGE"
        assert here.day.jobs()[0].stamps == ()
        assert total(here) == 0
        here.day._lay_in(first, 3)
        assert sealing.stamp(run, 3).outcome == "done"
    finish_whole(here)


def page_of_another(here: Opened, page: int) -> bytes:
    """Draw a page of the contract that would come next, as PNG."""
    seat, card = here.day.clerk(), here.day.contract()
    parts = read_document_no(card.number)
    assert parts is not None
    number = document_no("C", parts.product, parts.office, parts.year, parts.serial + 1)
    content = ContractsPresenter(seat)._content(here.day.quote(), number)
    return page_png(seat.press().press(content).pdf, page, dpi=200)


# -- the tariff --------


def test_a_changed_byte_of_the_tariff_prices_nothing_and_stops_nobody_else(
    founded: Path, tmp_path: Path
) -> None:
    with opened(founded, tmp_path / "site") as here:
        here.day.steps["customer"]()
        tariffs = [p for p in (here.site.folder / "stores/desk/packs").rglob("*") if is_tariff(p)]
        assert tariffs
        for path in tariffs:
            octets = bytearray(path.read_bytes())
            octets[len(octets) // 2] ^= 1
            path.write_bytes(octets)
    with reopened(tmp_path / "site", 2 * CODES_APART) as here:
        refused = refusal(here.day.steps["price"])
        assert refused.code.startswith("E-PACK-")
        assert QuotePresenter(here.day.clerk()).quotes() == []
        here.site.start_hub()
        before = notes_at_head_office(here)
        note_customers(here.day.clerk(), 1)
        assert here.day.clerk().sync().outbox_left == 0
        assert notes_at_head_office(here) == before + 1


def is_tariff(path: Path) -> bool:
    return path.is_file() and "T2026.1" in path.name


def test_packs_are_verified_when_they_came_and_once_a_day(
    founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(founded, tmp_path / "site") as here:
        branch, verified = here.site.branch, list[int]()
        whole = branch.packs.refresh

        def counted(source: PackSource) -> bool:
            verified.append(1)
            return whole(source)

        monkeypatch.setattr(branch.packs, "refresh", counted)
        branch.sync()
        branch.sync()
        assert len(verified) == 1
        with branch.store.desk_work() as session:
            connection = session.connection()
            connection.exec_driver_sql("DELETE FROM pack_file WHERE path LIKE '%timestamp%'")
            connection.exec_driver_sql("UPDATE scope_state SET digest = '1'")
        branch.sync()
        assert len(verified) == 2, "a repair brought a file again"
        assert isinstance(here.day.clock, ClockAhead)
        here.day.clock.advance(86_400)
        branch.sync()
        assert len(verified) == 3
