"""The data key comes back by each slot, by nothing else, and from nothing half."""

import base64
import json
import threading
from pathlib import Path
from typing import Any

import keyring
import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from keyring.errors import KeyringLocked

from app.kit.errors.base import BranchError
from app.store import keyslots
from app.store.keyslots import (
    DrawerKeyring,
    Keyring,
    KeySlots,
    SystemKeyring,
    new_slots,
    safe_backend,
    stretch,
    system_keyring,
)


@pytest.fixture(scope="module")
def escrow() -> X25519PrivateKey:
    return X25519PrivateKey.generate()


@pytest.fixture(scope="module")
def made(escrow: X25519PrivateKey) -> tuple[KeySlots, bytes, DrawerKeyring]:
    slots, key = new_slots()
    drawer = DrawerKeyring()
    slots = slots.with_keyring(key, drawer).with_passphrase(key, "correct horse")
    return slots.with_escrow(key, escrow.public_key().public_bytes_raw()), key, drawer


def test_every_slot_gives_the_key_back_after_the_file_was_read(
    tmp_path: Path, made: tuple[KeySlots, bytes, DrawerKeyring], escrow: X25519PrivateKey
) -> None:
    slots, key, drawer = made
    slots.write(tmp_path / "keys.json")
    read = KeySlots.read(tmp_path / "keys.json")
    assert read == slots
    assert read.open_by_keyring(drawer) == key
    assert read.open_by_passphrase("correct horse") == key
    assert read.open_by_escrow(escrow) == key
    content = (tmp_path / "keys.json").read_text()
    assert key.hex() not in content and base64.b64encode(key).decode() not in content
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_wrong_ones_are_refused(
    made: tuple[KeySlots, bytes, DrawerKeyring],
) -> None:
    slots = made[0]
    other = DrawerKeyring()
    assert slots.keyring is not None
    other.set(slots.keyring["entry"], bytes(32).hex())
    garbled = DrawerKeyring()
    garbled.set(slots.keyring["entry"], "not hexadecimal")
    cases = [
        (lambda: slots.open_by_keyring(other), "E-STORE-KEY"),
        (lambda: slots.open_by_keyring(garbled), "E-STORE-KEY"),
        (lambda: slots.open_by_keyring(DrawerKeyring()), "E-STORE-KEYSLOTS"),
        (lambda: slots.open_by_passphrase("correct horse "), "E-STORE-KEY"),
        (lambda: slots.open_by_escrow(X25519PrivateKey.generate()), "E-STORE-KEY"),
    ]
    for attempt, code in cases:
        with pytest.raises(BranchError) as refused:
            attempt()
        assert refused.value.code == code


def test_a_slot_that_is_not_there_opens_nothing() -> None:
    slots, _ = new_slots()
    for attempt in (
        lambda: slots.open_by_keyring(DrawerKeyring()),
        lambda: slots.open_by_passphrase("x"),
        lambda: slots.open_by_escrow(X25519PrivateKey.generate()),
    ):
        with pytest.raises(BranchError) as refused:
            attempt()
        assert refused.value.code == "E-STORE-KEYSLOTS"


def test_a_slot_of_another_store_does_not_fit(
    made: tuple[KeySlots, bytes, DrawerKeyring], escrow: X25519PrivateKey
) -> None:
    slots, _, drawer = made
    moved = KeySlots("another-store", slots.keyring, slots.passphrase, slots.escrow)
    for attempt in (
        lambda: moved.open_by_keyring(drawer),
        lambda: moved.open_by_passphrase("correct horse"),
        lambda: moved.open_by_escrow(escrow),
    ):
        with pytest.raises(BranchError) as refused:
            attempt()
        assert refused.value.code == "E-STORE-KEY"


def _damages(content: str) -> list[bytes]:
    plain: dict[str, Any] = json.loads(content)
    found: list[bytes] = [b"", b"{", b"[]", b"null", b"\xff\xfe", content.encode()[:-9]]
    for name in ("store_id", "keyring", "passphrase", "escrow"):
        found.append(json.dumps({k: v for k, v in plain.items() if k != name}).encode())
        found.append(json.dumps({**plain, name: 7}).encode())
    for slot in ("keyring", "passphrase", "escrow"):
        for field in plain[slot]:
            less = {k: v for k, v in plain[slot].items() if k != field}
            found.append(json.dumps({**plain, slot: less}).encode())
            found.append(json.dumps({**plain, slot: {**plain[slot], field: None}}).encode())
    return found


def test_a_damaged_file_is_said(
    tmp_path: Path, made: tuple[KeySlots, bytes, DrawerKeyring]
) -> None:
    path = tmp_path / "keys.json"
    made[0].write(path)
    for damage in _damages(path.read_text()):
        path.write_bytes(damage)
        with pytest.raises(BranchError) as refused:
            KeySlots.read(path)
        assert refused.value.code == "E-STORE-KEYSLOTS", damage
    path.unlink()
    with pytest.raises(BranchError):
        KeySlots.read(path)


def test_damaged_values_of_a_slot_are_said_too(
    made: tuple[KeySlots, bytes, DrawerKeyring], escrow: X25519PrivateKey
) -> None:
    slots, _, drawer = made
    assert slots.keyring and slots.passphrase and slots.escrow
    for bad in ("", "!!!!", "AA==", base64.b64encode(bytes(60)).decode()):
        cases = [
            lambda bad=bad: KeySlots(
                slots.store_id, keyring={**slots.keyring, "wrapped": bad}
            ).open_by_keyring(drawer),
            lambda bad=bad: KeySlots(
                slots.store_id, keyring={**slots.keyring, "nonce": bad}
            ).open_by_keyring(drawer),
            lambda bad=bad: KeySlots(
                slots.store_id, passphrase={**slots.passphrase, "salt": bad}
            ).open_by_passphrase("correct horse"),
            lambda bad=bad: KeySlots(
                slots.store_id, escrow={**slots.escrow, "sealed": bad}
            ).open_by_escrow(escrow),
        ]
        for attempt in cases:
            with pytest.raises(BranchError) as refused:
                attempt()
            assert refused.value.code == "E-STORE-KEY"


def test_a_passphrase_is_stretched_by_argon2id_64_mib_3_passes_4_lanes() -> None:
    salt = bytes(range(16))
    wanted = hash_secret_raw(b"words", salt, 3, 65536, 4, 32, Type.ID)
    assert stretch("words", salt) == wanted


def _named(module: str, name: str, **values: object) -> object:
    return type(name, (), {"__module__": module, **values})()


@pytest.mark.parametrize(
    ("module", "name", "safe"),
    [
        ("keyring.backends.SecretService", "Keyring", True),
        ("keyring.backends.Windows", "WinVaultKeyring", True),
        ("keyring.backends.macOS", "Keyring", True),
        ("keyring.backends.kwallet", "DBusKeyring", True),
        ("keyring.backends.fail", "Keyring", False),
        ("keyring.backends.null", "Keyring", False),
        ("keyrings.alt.file", "PlaintextKeyring", False),
        ("keyrings.alt.file", "EncryptedKeyring", False),
        ("keyrings.alt.Windows", "RegistryKeyring", False),
        ("mine.SecretService", "Keyring", False),
    ],
)
def test_a_backend_is_judged_by_its_class(module: str, name: str, safe: bool) -> None:
    backend = _named(module, name)
    if safe:
        assert safe_backend(backend) is backend
        return
    with pytest.raises(BranchError) as refused:
        safe_backend(backend)
    assert refused.value.code == "E-STORE-KEYRING"


def test_the_safe_member_of_a_chain_is_taken_and_no_other() -> None:
    plain = _named("keyrings.alt.file", "PlaintextKeyring")
    good = _named("keyring.backends.SecretService", "Keyring")
    chain = ("keyring.backends.chainer", "ChainerBackend")
    assert safe_backend(_named(*chain, backends=[plain, good])) is good
    with pytest.raises(BranchError):
        safe_backend(_named(*chain, backends=[plain]))
    with pytest.raises(BranchError):
        safe_backend(_named(*chain, backends=[]))


class Locked(keyring.backend.KeyringBackend):
    """A backend whose owner does not unlock it."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")


def test_a_locked_keyring_is_said_and_nothing_is_fallen_back_on(
    made: tuple[KeySlots, bytes, DrawerKeyring], monkeypatch: pytest.MonkeyPatch
) -> None:
    slots, key, _ = made
    before = keyring.get_keyring()
    trusted = frozenset({keyslots.class_name(Locked())})
    monkeypatch.setattr(keyslots, "_SAFE_BACKENDS", trusted)
    keyring.set_keyring(Locked())
    try:
        for attempt in (
            lambda: slots.open_by_keyring(SystemKeyring()),
            lambda: slots.with_keyring(key, SystemKeyring()),
        ):
            with pytest.raises(BranchError) as refused:
                attempt()
            assert refused.value.code == "E-STORE-KEYSLOTS"
    finally:
        keyring.set_keyring(before)


def test_where_no_keyring_keeps_a_secret_there_is_none() -> None:
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        assert system_keyring() is None
        with pytest.raises(BranchError) as refused:
            SystemKeyring()
        assert refused.value.code == "E-STORE-KEYRING"
    finally:
        keyring.set_keyring(before)


class Silent(Keyring):
    """A keyring that waits for a person who does not come, until the test lets it go."""

    name = "silent"

    def __init__(self) -> None:
        self.go = threading.Event()

    def get(self, entry: str) -> str | None:
        self.go.wait(30)
        return None

    def set(self, entry: str, secret: str) -> None:
        self.go.wait(30)


def test_a_keyring_that_does_not_answer_is_not_waited_for_for_ever(
    made: tuple[KeySlots, bytes, DrawerKeyring], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyslots, "KEYRING_SECONDS", 0.1)
    silent = Silent()
    with pytest.raises(BranchError) as refused:
        made[0].open_by_keyring(silent)
    silent.go.set()
    assert refused.value.code == "E-STORE-KEYSLOTS"
