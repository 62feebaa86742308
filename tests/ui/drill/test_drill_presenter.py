"""The hands of the drill over the shipped simulators, one demand of a trainer after another."""

import io
from collections.abc import Iterator
from concurrent.futures import Future
from threading import Event
from typing import get_args

import pytest
from PIL import Image

from app.assembly import drill
from app.assembly.demo import DemoSite
from app.assembly.desk_pages import drill_at
from app.documents.page_codes import check_photo
from app.kit.errors.base import BranchError
from devices.seal.api import DeviceError, Photo
from devices.signpad.api import Watch
from devices.signpad.capture import Captured
from devices.signpad.quality import Concern
from tests.ui.contract_site import Branch
from ui.contracts.presenter import ContractsPresenter
from ui.drill.ports import DemoLogin, Fault, Manner, Written
from ui.drill.presenter import DrillPresenter
from ui.drill.texts import FAULTS, MANNERS, ON, code_text, faults_on, lies_there, written_text
from ui.signing.presenter import SigningPresenter


@pytest.fixture
def hands(site: DemoSite) -> Iterator[DrillPresenter]:
    """Give the hands; afterwards everything is as it was."""
    presenter = drill_at(site)
    yield presenter
    presenter.put_right()
    presenter.take_out()
    if not presenter.look().pad_plugged:
        presenter.plug_pad()
    presenter.mend_line()


def test_a_page_lies_in_the_machine_as_the_camera_sees_it(
    site: DemoSite, branch: Branch, hands: DrillPresenter
) -> None:
    contract_id = branch.signed(811)
    card = ContractsPresenter(branch.seat("clerk")).card(contract_id)
    now = hands.look()
    assert not now.machine.paper and now.bed == b""
    paper = next(one for one in now.papers if one.contract_id == contract_id)
    assert (paper.number, paper.pages, paper.wanted) == (
        card.number, card.pages, card.seal_place.page,
    )  # fmt: skip
    hands.lay_in(paper, 3)
    lying = hands.look(now.machine.changes)
    assert lying.machine.paper and card.number in str(lies_there(lying.machine))
    assert lying.bed and Image.open(io.BytesIO(lying.bed)).height > 400
    assert hands.look(lying.machine.changes).bed is None, "it is the picture seen already"
    assert code_seen(branch, card.number, card.content_sha256) == {3}
    hands.cover(True)
    covered = hands.look(lying.machine.changes)
    assert covered.machine.covered and covered.bed != lying.bed
    assert code_seen(branch, card.number, card.content_sha256) == set()
    hands.cover(False)
    hands.lay_in(paper, 4)
    assert code_seen(branch, card.number, card.content_sha256) == {4}
    hands.lay_blank()
    assert code_seen(branch, card.number, card.content_sha256) == set()
    assert card.number not in str(lies_there(hands.look().machine))
    hands.take_out()
    assert not hands.look().machine.paper


def code_seen(branch: Branch, number: str, content: str) -> set[int]:
    """Photograph what lies in the machine with the shipped driver; give the pages of its codes."""
    seat = branch.seat("custodian")

    def photograph() -> bytes:
        with seat.seal_machine() as machine:
            return machine.fetch(machine.capture(Photo.BEFORE))

    photo = branch.site.branch.machine_lane.ask(photograph)
    verdict = check_photo(
        photo, number=number, version=1, pages_allowed=(3, 4), content_hash=content
    )
    return {code.page for code in verdict.codes}


def asked(branch: Branch) -> str:
    """Ask the machine how it stands with the shipped driver; gives its state or the refusal."""
    seat = branch.seat("custodian")

    def ask() -> str:
        try:
            with seat.seal_machine() as machine:
                machine.identify()
                return machine.status().state.name
        except BranchError as refused:
            return refused.code
        except DeviceError as error:
            return error.problem().code

    return branch.site.branch.machine_lane.ask(ask)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [("power", "E-DEV-"), ("cable", "E-DEV-"), ("counter", "E-SEAL-COUNTER")],
)
def test_a_fault_is_met_by_the_driver_and_put_right(
    branch: Branch, hands: DrillPresenter, fault: Fault, seen: str
) -> None:
    assert asked(branch) == "LOCKED"
    before = hands.look().machine.total
    hands.let_happen(fault)
    assert asked(branch).startswith(seen)
    now = hands.look().machine
    assert not (now.powered and now.plugged and not now.faults)
    hands.put_right()
    assert asked(branch) == "LOCKED"
    now = hands.look().machine
    assert (now.powered, now.plugged, now.faults, now.total) == (True, True, (), before)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("power_intent", "power_loss"),
        ("cable_stroke", "unplug"),
        ("late", "late_reply"),
        ("photo", "image_corrupt"),
        ("no_photo", "lose"),
        ("jam", "jam"),
        ("door", "door"),
    ],
)
def test_a_fault_that_waits_is_named_and_taken_back(
    hands: DrillPresenter, fault: Fault, name: str
) -> None:
    hands.let_happen(fault)
    now = hands.look().machine
    assert now.faults == (name,) and str(ON[name]) in str(faults_on(now))
    hands.put_right()
    assert hands.look().machine.faults == ()


def test_without_power_a_hand_is_told_so_and_nothing_else_breaks(hands: DrillPresenter) -> None:
    hands.let_happen("power")
    now = hands.look()
    assert not now.machine.powered and now.bed is None and now.people
    for act in (hands.take_out, hands.lay_blank, lambda: hands.let_happen("door")):
        with pytest.raises(BranchError) as refused:
            act()
        assert refused.value.code == "E-DRILL-POWER"
    hands.put_right()
    assert hands.look().machine.powered


def test_every_fault_and_every_manner_has_its_words() -> None:
    assert set(FAULTS) == set(get_args(Fault)) == set(drill.FAULTS)
    assert set(MANNERS) == set(get_args(Manner)) == set(drill.HANDS)


def test_every_fault_the_simulator_names_has_its_words(hands: DrillPresenter) -> None:
    assert {verb for verb, _ in drill.FAULTS.values()} <= set(ON)


@pytest.mark.parametrize(
    ("manner", "concerns"),
    [("usual", ()), ("even", (Concern.FLAT_PRESSURE,)), ("half", ())],
)
def test_a_hand_signs_and_the_desk_weighs_it(
    branch: Branch, hands: DrillPresenter, manner: Manner, concerns: tuple[Concern, ...]
) -> None:
    captured, points = signed(branch, hands, manner)
    assert captured.quality.warned == concerns
    assert captured.record.samples and points > 0


def test_half_a_name_is_shorter_than_a_whole_one(branch: Branch, hands: DrillPresenter) -> None:
    whole, half = (signed(branch, hands, manner)[0] for manner in ("usual", "half"))
    assert half.record.duration_us < 0.7 * whole.record.duration_us


def test_too_light_a_hand_leaves_nothing(branch: Branch, hands: DrillPresenter) -> None:
    with pytest.raises(BranchError) as refused:
        signed(branch, hands, "light", touches=False)
    assert refused.value.code == "E-SIGN-REFUSED"


def test_a_cable_pulled_half_way_ends_the_signature_and_can_be_plugged_in(
    branch: Branch, hands: DrillPresenter
) -> None:
    with pytest.raises(BranchError) as refused:
        signed(branch, hands, "torn")
    assert refused.value.code == "E-SIGN-BROKEN-OFF"
    assert not hands.look().pad_plugged
    with pytest.raises(BranchError) as unplugged:
        hands.sign("Wang", "usual")
    assert unplugged.value.code == "E-DRILL-PAD"
    hands.plug_pad()
    assert signed(branch, hands, "usual")[1] > 0


def test_a_hand_without_a_name_writes_nothing(hands: DrillPresenter) -> None:
    with pytest.raises(BranchError) as refused:
        hands.sign("  ", "usual")
    assert refused.value.code == "E-DRILL-NAME"


def signed(
    branch: Branch, hands: DrillPresenter, manner: Manner, *, touches: bool = True
) -> tuple[Captured, int]:
    """Let the desk's own pad listen while the hand signs; gives what came and the points down."""
    signing = SigningPresenter(branch.seat("clerk"))
    waiting = signing.waiting()
    contract_id = waiting[0].id if waiting else branch.drafted(812)
    now = hands.look()
    assert now.signer == signing.sheet(contract_id).signers[0], "the next to sign is proposed"
    begun = signing.begin(contract_id, now.signer)
    watch = Watch(rest_s=0.5)
    written: list[Future[Written]] = []

    def write() -> Written:
        done = hands.sign(now.signer, manner)
        if not touches:
            watch.done.set()
        return done

    try:
        captured = branch.site.branch.pad_lane.ask(
            lambda: signing.take_ink(
                begun,
                watch,
                ready=lambda: written.append(branch.site.hands.post(write)),
                seen=lambda _sample: None,
            )
        )
        return captured, written[0].result().touching
    finally:
        said = written[0].result()
        assert str(written_text(said))
        signing.abandon(begun.signature_id, "stopped")


def test_everybody_can_sign_in_with_what_is_shown(site: DemoSite, hands: DrillPresenter) -> None:
    people = hands.look().people
    assert {one.number for one in people} == {one.number for one in site.company.people}
    for role in ("clerk", "reviewer", "head_office_approver"):
        number = site.person(role).number
        login = shown(hands, number)
        assert (login.code is None) is (role == "clerk")
        station = site.head_office if login.elsewhere else site.branch
        seat = station.sign_in(number, login.password, login.code)
        assert seat.actor.person == number
        if login.code is not None:
            after = next(one for one in hands.look().people if one.number == number)
            assert after.code != login.code, "a code is shown until it was used"
            assert 0 < after.seconds <= 60 and str(code_text(after))


def shown(hands: DrillPresenter, number: str) -> DemoLogin:
    """Read what is shown of a person, waiting for a code where all were used up."""
    while True:
        login = next(one for one in hands.look().people if one.number == number)
        if login.code != "":
            return login
        Event().wait(0.2)


def test_the_line_is_cut_and_restored(site: DemoSite, hands: DrillPresenter) -> None:
    site.branch.sync()
    hands.cut_line()
    assert not hands.look().line_up
    with pytest.raises(BranchError) as offline:
        site.branch.sync()
    assert offline.value.code == "E-SYNC-OFFLINE"
    hands.mend_line()
    assert hands.look().line_up
    site.branch.sync()
