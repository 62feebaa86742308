"""A seat keeps what a refused act found: the machine is frozen although the act was rolled back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from app.access.login import SignedIn
from app.assembly.workstation import Seat, Workstation
from app.documents.signatures import make_ca
from app.seals.actions import MachineSuspect
from app.store.outbox import waiting
from tests.seals.conftest import SealRoom
from tests.stage import BRANCH, DESK, NOW, OPERATOR


@pytest.fixture
def seat(room: SealRoom) -> Iterator[Seat]:
    """The operator's seat over the stage's own store."""
    store = room.stage.store
    authority = load_der_x509_certificate(make_ca("head office", NOW).certificate)
    ca_pem = authority.public_bytes(Encoding.PEM).decode("ascii")
    store.note("hub", {"url": "https://127.0.0.1:1", "ca_pem": ca_pem, "receipt": {}})
    store.note("device", DESK)
    store.note("office", BRANCH)
    store.keep_secret("workstation_key", Ed25519PrivateKey.generate().private_bytes_raw())
    station = Workstation.over(store)
    yield Seat(station, SignedIn(OPERATOR.at(), OPERATOR.key, second_factor=True))
    for lane in (station.network, station.machine_lane, station.pad_lane):
        lane.close()
    station.link.close()


def test_a_torn_log_is_refused_and_the_machine_is_frozen(room: SealRoom, seat: Seat) -> None:
    job = room.armed()
    torn = replace(room.intent(job), entries=("00", *room.intent(job).entries[1:]))
    seat._step_ups[job.id.hex] = seat.clock.monotonic()
    before = len(room.stage.read(waiting, 100))
    with pytest.raises(MachineSuspect):
        seat.perform("seals.begin_stamp", torn)
    assert room.machine().frozen == "signature"
    assert room.job(job.id).open_stamp is None
    verbs = [
        row.patch["verb"] for row in room.stage.read(waiting, 100)[before:] if row.op == "command"
    ]
    assert verbs == ["seals.freeze_machine"]
