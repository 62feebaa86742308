"""The keyring's anchor: an older copy of the store that was put back is refused."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.assembly.workstation import Workstation
from app.audit.actions import HeadSigner, append_line
from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from app.store.keyslots import DrawerKeyring, new_slots
from app.store.store import Store
from app.store.work import Actor

DEVICE = "0" * 32
ACTOR = Actor("E1001", "", frozenset({"clerk"}), "ho.79.790115", DEVICE)


@dataclass
class Kept:
    """A store that says it is enrolled, and a keyring."""

    folder: Path
    key: bytes
    keyring: DrawerKeyring

    def open(self) -> Workstation:
        store = Store.open(self.folder, self.key, SystemClock())
        try:
            return Workstation.over(store, keyring=self.keyring)
        except BaseException:
            store.close()
            raise


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    slots, key = new_slots()
    folder = tmp_path / "desk"
    store = Store.create(folder, slots.with_passphrase(key, "x"), key, SystemClock())
    store.note("hub", {"url": "https://127.0.0.1:1", "ca_pem": _ca(), "receipt": {}})
    store.note("device", DEVICE)
    store.note("office", "ho.79.790115")
    store.keep_secret("workstation_key", Ed25519PrivateKey.generate().private_bytes_raw())
    store.close()
    return Kept(folder, key, DrawerKeyring())


def _ca() -> str:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_der_x509_certificate

    from app.documents.signatures import make_ca

    made = make_ca("head office", SystemClock().now())
    return load_der_x509_certificate(made.certificate).public_bytes(Encoding.PEM).decode()


def _act(station: Workstation) -> None:
    """Chain a line as an act does, then keep its head as a sealed act does."""
    signer = HeadSigner(Ed25519PrivateKey.generate().sign)
    with station.store.work(ACTOR) as work:
        append_line(
            work, "customers.add_note", [], {}, chain=DEVICE, scope="ho.79.790115",
            signer=signer, seal_head=False,
        )  # fmt: skip
        work.commit()
    station.keep_anchor()


def test_the_store_that_was_last_open_opens_again(kept: Kept) -> None:
    station = kept.open()
    _act(station)
    station.close()
    again = kept.open()
    _act(again)
    again.close()
    assert kept.keyring.get(f"audit-{DEVICE}").startswith("2:")  # type: ignore[union-attr]


def test_an_older_copy_put_back_is_refused_in_words(kept: Kept, tmp_path: Path) -> None:
    station = kept.open()
    _act(station)
    station.close()
    older = tmp_path / "older"
    shutil.copytree(kept.folder, older)
    station = kept.open()
    _act(station)
    station.close()
    shutil.rmtree(kept.folder)
    older.rename(kept.folder)
    with pytest.raises(BranchError) as refused:
        kept.open()
    assert refused.value.code == "E-AUDIT-ANCHOR"
    assert "keyring" in str(refused.value.problem.what)


def test_without_a_keyring_nothing_is_anchored(kept: Kept) -> None:
    store = Store.open(kept.folder, kept.key, SystemClock())
    station = Workstation.over(store)
    _act(station)
    station.close()
    assert kept.keyring.get(f"audit-{DEVICE}") is None
