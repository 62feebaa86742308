"""Letting a person in at a desk that may have no line.

Password: argon2id (64 MiB, 3 passes, 2 lanes) over the password and the desk's own secret.
Second factor: TOTP (RFC 6238), one step early or late, each step good for once. Five wrong tries
make the next ones wait, ten lock the person out until a manager or head office helps. Only people
who were confirmed by head office here in the last 30 days may come in.

The count of wrong tries lies in the store and, where there is one, in the keyring: putting an older
store back does not give tries back. A clock that stands before what was already seen lets nobody
in; a clock that ran ahead locks nobody out for longer than the longest wait.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.access.queries import credential_of, person_row
from app.access.records import Credential, Person
from app.kit.clock import Clock
from app.kit.errors.access import (
    code_wrong,
    login_clock,
    login_locked,
    login_stale,
    login_unknown,
    login_waits,
    login_wrong,
)
from app.kit.errors.base import BranchError, Problem
from app.store.actor import Actor
from app.store.keyslots import Keyring
from app.store.session import Session

FREE_TRIES = 5
FIRST_WAIT_SECONDS = 30
LOCK_TRIES = 10
ONLINE_DAYS = 30
STEP_SECONDS = 30
CLOCK_LEEWAY = timedelta(days=1)
"""How far the clock may stand behind head office's last word before nobody is let in."""
SECOND_FACTOR_ROLES = frozenset(
    {
        "custodian",
        "reviewer",
        "branch_manager",
        "provincial_approver",
        "head_office_approver",
        "auditor",
        "administrator",
    }
)


@dataclass(frozen=True)
class SignedIn:
    """A person who is in: who they are and the key their proofs are made with."""

    actor: Actor
    key: Ed25519PrivateKey | None
    """None once the person has left the seat: the key is wiped with its last owner."""
    second_factor: bool


def needs_second_factor(roles: frozenset[str]) -> bool:
    """Say whether one of these roles asks for a code at sign-in."""
    return bool(roles & SECOND_FACTOR_ROLES)


def make_credential(
    person: str, password: str, key: Ed25519PrivateKey, desk_secret: bytes, clock: Clock
) -> Credential:
    """Make what the desk keeps of a person; the TOTP secret is new and shown to them once."""
    salt, key_salt, nonce = (secrets.token_bytes(n) for n in (16, 16, 12))
    wrapping = _stretch(password, key_salt, desk_secret)
    return Credential(
        person=person,
        salt=salt,
        verifier=_stretch(password, salt, desk_secret),
        key_salt=key_salt,
        wrapped_key=nonce
        + AESGCM(wrapping).encrypt(nonce, key.private_bytes_raw(), person.encode()),
        totp_secret=pyotp.random_base32(),
        online_at=clock.now(),
    )


def sign_in(
    session: Session,
    person: str,
    password: str,
    code: str | None,
    *,
    desk_secret: bytes,
    device: str,
    clock: Clock,
    tally: Keyring | None = None,
) -> SignedIn:
    """Let a person in; the caller commits the session whether this raises or not.

    ``tally`` keeps the count of wrong tries outside the store as well; the higher one holds.
    Raises BranchError E-LOGIN-UNKNOWN, -WRONG, -WAIT, -LOCKED, -STALE, -CLOCK or -CODE. A wrong
    password and a wrong code count as tries.
    """
    row, credential = person_row(session, person), credential_of(session, person)
    if row is None or credential is None or not row.active:
        _stretch(password, bytes(16), desk_secret)
        raise BranchError(login_unknown())
    _take_tally(credential, tally, clock)
    _refuse_if_shut(credential, clock)
    try:
        signed_in = _try_in(row, credential, password, code, desk_secret, device, clock)
    finally:
        _keep_tally(credential, tally)
    return signed_in


def _try_in(
    row: Person,
    credential: Credential,
    password: str,
    code: str | None,
    desk_secret: bytes,
    device: str,
    clock: Clock,
) -> SignedIn:
    if not hmac.compare_digest(
        _stretch(password, credential.salt, desk_secret), credential.verifier
    ):
        raise BranchError(_count_failure(credential, clock))
    roles = frozenset(row.roles)
    second = needs_second_factor(roles)
    if second:
        use_code(credential, code or "", clock)
    credential.failures, credential.wait_until = 0, None
    key = _unwrap_key(credential, password, desk_secret)
    return SignedIn(Actor(row.number, row.name, roles, row.office, device), key, second)


def use_code(credential: Credential, code: str, clock: Clock) -> None:
    """Accept a second-factor code once: this step, the one before or the one after it."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    if credential.totp_last_step > now + 1:
        raise BranchError(login_clock())
    for step in (now, now - 1, now + 1):
        if step > credential.totp_last_step and hmac.compare_digest(
            code_of(credential.totp_secret, step), code.strip()
        ):
            credential.totp_last_step = step
            return
    _count_failure(credential, clock)
    raise BranchError(code_wrong())


def code_of(secret: str, step: int) -> str:
    """Give the six digits of a TOTP secret for a step of STEP_SECONDS since 1970 (RFC 6238)."""
    return pyotp.TOTP(secret).generate_otp(step)


def _refuse_if_shut(credential: Credential, clock: Clock) -> None:
    if credential.failures >= LOCK_TRIES:
        raise BranchError(login_locked())
    now = clock.now()
    if credential.wait_until is not None and now < credential.wait_until:
        longest = now + _wait_after(credential.failures)
        credential.wait_until = min(credential.wait_until, longest)
        raise BranchError(login_waits(int((credential.wait_until - now).total_seconds()) + 1))
    if now - credential.online_at > timedelta(days=ONLINE_DAYS):
        raise BranchError(login_stale(ONLINE_DAYS))
    if credential.online_at - now > CLOCK_LEEWAY:
        raise BranchError(login_clock())


def _wait_after(failures: int) -> timedelta:
    """Say how long the next try waits: 30 seconds after the fifth wrong one, then doubled."""
    over = failures - FREE_TRIES
    return timedelta(seconds=FIRST_WAIT_SECONDS * 2**over if over >= 0 else 0)


def _take_tally(credential: Credential, tally: Keyring | None, clock: Clock) -> None:
    """Take the higher count over from outside, with the wait that belongs to it."""
    kept = tally.get(_tally_entry(credential)) if tally else None
    if kept is not None and kept.isdecimal() and int(kept) > credential.failures:
        credential.failures = int(kept)
        credential.wait_until = clock.now() + _wait_after(credential.failures)


def _keep_tally(credential: Credential, tally: Keyring | None) -> None:
    if tally:
        tally.set(_tally_entry(credential), str(credential.failures))


def _tally_entry(credential: Credential) -> str:
    """Name the count by the credential itself: a new one, from a new code, starts at none."""
    return f"tries-{credential.person}-{credential.salt.hex()}"


def _count_failure(credential: Credential, clock: Clock) -> Problem:
    credential.failures += 1
    wait = _wait_after(credential.failures)
    if wait:
        credential.wait_until = clock.now() + wait
    return login_wrong(max(0, LOCK_TRIES - credential.failures))


def _unwrap_key(credential: Credential, password: str, desk_secret: bytes) -> Ed25519PrivateKey:
    wrapping = _stretch(password, credential.key_salt, desk_secret)
    nonce, sealed = credential.wrapped_key[:12], credential.wrapped_key[12:]
    try:
        raw = AESGCM(wrapping).decrypt(nonce, sealed, credential.person.encode())
    except InvalidTag as error:
        raise BranchError(login_unknown()) from error
    return Ed25519PrivateKey.from_private_bytes(raw)


def _stretch(password: str, salt: bytes, desk_secret: bytes) -> bytes:
    return hash_secret_raw(
        hmac.digest(desk_secret, password.encode(), "sha256"),
        salt,
        time_cost=3,
        memory_cost=64 * 1024,
        parallelism=2,
        hash_len=32,
        type=Type.ID,
    )
