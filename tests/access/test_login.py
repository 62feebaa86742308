"""Coming in with no line: password, second factor, wrong tries, clocks (R22, R10)."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

import app.schema  # noqa: F401 - the metadata must be whole
from app.access import login
from app.access.login import SignedIn, make_credential, needs_second_factor, sign_in, use_code
from app.access.records import Credential
from app.access.rules import ROLES
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.store.keyslots import DrawerKeyring, new_slots
from app.store.outbox import apply_hub_row
from app.store.store import Store
from tests.stage import NOW

SECRET = bytes(range(32))
PASSWORD = "sommer-regen-42"


class Reception:
    """A desk with two people: a clerk, and a reviewer who needs a code."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOW)
        self.folder = folder
        slots, self.store_key = new_slots()
        self.store = Store.create(folder, slots, self.store_key, self.clock)
        self.keys = {number: Ed25519PrivateKey.generate() for number in ("C1", "R1")}
        for number, role in (("C1", "clerk"), ("R1", "reviewer")):
            body = {
                "number": number, "name": number, "office": "ho.79", "roles": [role],
                "public_key": "", "activation": "", "active": True,
            }  # fmt: skip
            with self.store.desk_work() as session:
                apply_hub_row(
                    session, "person", "ho.79", new_id(self.clock), seq=1, ver=1, body=body
                )
                session.add(
                    make_credential(number, PASSWORD, self.keys[number], SECRET, self.clock)
                )

    def come(
        self,
        person: str = "C1",
        password: str = PASSWORD,
        code: str | None = None,
        tally: DrawerKeyring | None = None,
    ) -> SignedIn | str:
        """Try to come in as a desk does: the tries are committed whether it worked or not."""
        with self.store.desk_work() as session:
            try:
                return sign_in(
                    session, person, password, code,
                    desk_secret=SECRET, device="d", clock=self.clock, tally=tally,
                )  # fmt: skip
            except BranchError as refused:
                return refused.code

    def wrong(self, times: int, tally: DrawerKeyring | None = None) -> list[str]:
        said = []
        for _ in range(times):
            code = self.come(password="no", tally=tally)
            assert isinstance(code, str)
            said.append(code)
            if self.credential().wait_until is not None:
                wait = self.credential().wait_until
                assert wait is not None
                self.clock.jump(max(wait, self.clock.now()))
        return said

    def credential(self, person: str = "C1") -> Credential:
        return self.store.read(lambda session: session.get_one(Credential, person))

    def change(self, person: str = "C1", **fields: object) -> None:
        with self.store.desk_work() as session:
            row = session.get_one(Credential, person)
            for name, value in fields.items():
                setattr(row, name, value)

    def code(self, steps: int = 0, person: str = "R1") -> str:
        at = self.clock.now() + timedelta(seconds=30 * steps)
        return pyotp.TOTP(self.credential(person).totp_secret).at(at)

    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder, self.store_key, self.clock)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Reception]:
    made = Reception(tmp_path / "desk")
    yield made
    made.store.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the stretch short where only counting is looked at."""
    whole = login.hash_secret_raw

    def short(secret: bytes, salt: bytes, **options: object) -> bytes:
        return whole(secret, salt, 1, 8, 1, 32, Type.ID)

    monkeypatch.setattr(login, "hash_secret_raw", short)


def test_the_right_password_gives_the_persons_own_key(desk: Reception) -> None:
    found = desk.come()
    assert isinstance(found, SignedIn)
    assert found.key.private_bytes_raw() == desk.keys["C1"].private_bytes_raw()
    assert (found.actor.person, found.actor.roles, found.actor.scope) == (
        "C1",
        frozenset({"clerk"}),
        "ho.79",
    )
    assert not found.second_factor


def test_a_password_is_stretched_by_argon2id_keyed_with_the_desk(desk: Reception) -> None:
    import hmac

    kept = desk.credential()
    keyed = hmac.digest(SECRET, PASSWORD.encode(), "sha256")
    assert kept.verifier == hash_secret_raw(keyed, kept.salt, 3, 65536, 2, 32, Type.ID)
    assert kept.verifier != hash_secret_raw(PASSWORD.encode(), kept.salt, 3, 65536, 2, 32, Type.ID)
    assert desk.keys["C1"].private_bytes_raw() not in kept.wrapped_key


def test_a_try_costs_a_quarter_second_of_work_but_not_more_than_a_person_waits(
    desk: Reception,
) -> None:
    """A floor, not a race: argon2id over 64 MiB three times cannot be quick on any machine."""
    start = time.process_time()
    desk.come()
    assert time.process_time() - start > 0.1


def test_a_stolen_store_cannot_be_tried_at_another_desk(desk: Reception) -> None:
    with desk.store.desk_work() as session, pytest.raises(BranchError) as refused:
        sign_in(session, "C1", PASSWORD, None, desk_secret=bytes(32), device="d", clock=desk.clock)
    assert refused.value.code == "E-LOGIN-WRONG"


@pytest.mark.usefixtures("quick")
def test_who_is_not_known_here_is_told_the_same_in_every_case(desk: Reception) -> None:
    assert desk.come("X9") == "E-LOGIN-UNKNOWN"
    with desk.store.desk_work() as session:
        session.delete(session.get_one(Credential, "R1"))
    assert desk.come("R1") == "E-LOGIN-UNKNOWN"


def test_five_wrong_tries_wait_and_ten_lock(tmp_path: Path, quick: None) -> None:
    desk = Reception(tmp_path / "quick")
    waits = []
    for n in range(10):
        assert desk.come(password="no") == "E-LOGIN-WRONG", n
        until = desk.credential().wait_until
        if until is None:
            waits.append(0)
            continue
        waits.append(int((until - desk.clock.now()).total_seconds()))
        assert desk.come() == ("E-LOGIN-LOCKED" if n == 9 else "E-LOGIN-WAIT")
        desk.clock.jump(until)
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960]
    desk.restart()
    assert desk.come() == "E-LOGIN-LOCKED"
    desk.store.close()


def test_a_right_password_forgets_the_wrong_ones(tmp_path: Path, quick: None) -> None:
    desk = Reception(tmp_path / "quick")
    assert desk.wrong(4) == ["E-LOGIN-WRONG"] * 4
    assert isinstance(desk.come(), SignedIn)
    assert desk.credential().failures == 0
    desk.store.close()


def test_the_count_holds_through_a_restart_and_an_older_store(tmp_path: Path, quick: None) -> None:
    desk, tally = Reception(tmp_path / "quick"), DrawerKeyring()
    desk.wrong(7, tally)
    desk.restart()
    assert desk.credential().failures == 7
    desk.change(failures=0, wait_until=None)  # what putting an older copy of the store back does
    assert desk.come(tally=tally) == "E-LOGIN-WAIT"
    assert desk.credential().failures == 7
    desk.clock.advance(960)
    desk.wrong(3, tally)
    desk.change(failures=0, wait_until=None)
    assert desk.come(tally=tally) == "E-LOGIN-LOCKED"
    desk.store.close()


def test_roles_that_decide_ask_for_a_code() -> None:
    asked = {role for role in ROLES if needs_second_factor(frozenset({role}))}
    assert asked == set(ROLES) - {"clerk"}
    assert needs_second_factor(frozenset({"clerk", "reviewer"}))


def test_a_code_is_good_once_and_one_step_early_or_late(tmp_path: Path, quick: None) -> None:
    desk = Reception(tmp_path / "quick")
    assert desk.come("R1") == "E-LOGIN-CODE"
    now = desk.code()
    found = desk.come("R1", code=now)
    assert isinstance(found, SignedIn) and found.second_factor
    assert desk.come("R1", code=now) == "E-LOGIN-CODE"
    assert desk.come("R1", code=desk.code(-1)) == "E-LOGIN-CODE", "older than one that was used"
    assert isinstance(desk.come("R1", code=desk.code(+1)), SignedIn)
    desk.clock.advance(300)
    assert desk.come("R1", code=desk.code(-2)) == "E-LOGIN-CODE"
    assert desk.come("R1", code=desk.code(+2)) == "E-LOGIN-CODE"
    assert isinstance(desk.come("R1", code=desk.code(-1)), SignedIn)
    desk.store.close()


def test_wrong_codes_count_as_tries_and_a_used_one_is_not_good_after_a_restart(
    tmp_path: Path, quick: None
) -> None:
    desk = Reception(tmp_path / "quick")
    used = desk.code()
    assert isinstance(desk.come("R1", code=used), SignedIn)
    desk.restart()
    for _ in range(5):
        assert desk.come("R1", code=used) == "E-LOGIN-CODE"
    assert desk.come("R1", code=desk.code(1)) == "E-LOGIN-WAIT"
    desk.store.close()


def test_after_thirty_days_without_head_office_nobody_comes_in(tmp_path: Path, quick: None) -> None:
    desk = Reception(tmp_path / "quick")
    desk.clock.advance(30 * 86400)
    assert isinstance(desk.come(), SignedIn)
    desk.clock.advance(1)
    assert desk.come() == "E-LOGIN-STALE"
    desk.change(online_at=desk.clock.now())
    assert isinstance(desk.come(), SignedIn)
    desk.store.close()


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_ten_years_off_lets_nobody_in_and_locks_nobody_out(
    years: int, tmp_path: Path, quick: None
) -> None:
    desk = Reception(tmp_path / "quick")
    right = desk.clock.now()
    off = right.replace(year=right.year + years)
    desk.clock.jump(off)
    assert desk.come() == ("E-LOGIN-STALE" if years > 0 else "E-LOGIN-CLOCK")
    desk.change(failures=7, wait_until=off + timedelta(seconds=120))
    desk.clock.jump(right)
    if years > 0:
        assert desk.come() == "E-LOGIN-WAIT"
        desk.clock.advance(120)
    assert isinstance(desk.come(), SignedIn)
    desk.store.close()


def test_a_code_used_while_the_clock_ran_ahead_is_told_not_counted(
    tmp_path: Path, quick: None
) -> None:
    desk = Reception(tmp_path / "quick")
    right = desk.clock.now()
    desk.clock.jump(datetime(2036, 3, 2, tzinfo=right.tzinfo))
    desk.change("R1", online_at=desk.clock.now())
    assert isinstance(desk.come("R1", code=desk.code()), SignedIn)
    desk.change("R1", online_at=right)
    desk.clock.jump(right)
    assert desk.come("R1", code=desk.code()) == "E-LOGIN-CLOCK"
    assert desk.credential("R1").failures == 0
    desk.store.close()


def test_a_step_up_code_is_taken_from_the_same_store_of_used_codes(
    tmp_path: Path, quick: None
) -> None:
    desk = Reception(tmp_path / "quick")
    code = desk.code()

    def once(session: Session) -> None:
        use_code(session.get_one(Credential, "R1"), code, desk.clock)

    with desk.store.desk_work() as session:
        once(session)
    with pytest.raises(BranchError), desk.store.desk_work() as session:
        once(session)
    desk.store.close()
