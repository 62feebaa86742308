"""A paired machine for tests: head office, two persons, and the simulator in its own process."""

import hashlib
import json
import select
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import SystemClock
from app.kit.ids import new_id
from devices.seal import api
from devices.seal.scp1.driver import Limits, Scp1Device

CLOCK = SystemClock()
DEVICE_ID, SEAL_ID, HQ_KID = "SC-000777", "SEAL-BJ-07", "hq-2026-1"
PEOPLE = ("u1007", "u2044", "u3001")
PERSON_KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    for name in PEOPLE
}
HQ_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"head office").digest())


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


class Simulator:
    """The shipped simulator as its own process; a new one with the same folder is a restart."""

    def __init__(self, state: Path, **options: object) -> None:
        chosen = {"stroke_ms": 40, "dpi": 40, "watchdog_s": 10, **options}
        command = [sys.executable, "-W", "error", "-m", "devices.seal.simulator"]
        command += ["--state", str(state), "--device-id", DEVICE_ID, "--seal-id", SEAL_ID]
        command += ["--hq-key", f"{HQ_KID}={public(HQ_KEY).hex()}"]
        for name, value in chosen.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[3],
        )
        first = self._line()
        self.path = str(first["path"])
        self.pairing = api.Pairing(DEVICE_ID, bytes.fromhex(str(first["pubkey"])))

    def order(self, verb: str, **fields: object) -> dict[str, object]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"verb": verb, **fields}).encode() + b"\n")
        self.process.stdin.flush()
        answer = self._line()
        assert answer["ok"], answer
        return answer

    def kill(self) -> None:
        self.process.kill()
        self.wait_dead()

    def wait_dead(self) -> None:
        self.process.wait(10)
        self._close_pipes()

    def stop(self) -> None:
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        if self.process.poll() is None:
            self.process.wait(10)
        self._close_pipes()

    def _line(self) -> dict[str, object]:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        assert ready, "the simulator says nothing"
        answer = json.loads(self.process.stdout.readline())
        assert isinstance(answer, dict)
        return answer

    def _close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                with suppress(BrokenPipeError):
                    pipe.close()


class Rig:
    """One desk with its machine: opens devices, makes permits and proofs, restarts after a cut."""

    def __init__(self, state: Path, **options: object) -> None:
        self._state = state
        self._options = options
        self._opened: list[Scp1Device] = []
        self.sim = Simulator(state, **options)

    @property
    def pairing(self) -> api.Pairing:
        return self.sim.pairing

    def open(
        self,
        last_known: api.LastKnown | None = None,
        pairing: api.Pairing | None = None,
        limits: Limits | None = None,
    ) -> Scp1Device:
        device = Scp1Device.open(
            self.sim.path, pairing or self.pairing, last_known, clock=CLOCK, limits=limits
        )
        self._opened.append(device)
        return device

    def restart(self, **options: object) -> None:
        if self.sim.process.poll() is None:
            self.sim.kill()
        else:
            self.sim.wait_dead()
        self.sim = Simulator(self._state, **{**self._options, **options})

    def close(self) -> None:
        for device in self._opened:
            device.close()
        self.sim.stop()

    def armed(self, device: Scp1Device, impressions: int = 2, paper: bool = True) -> api.Permit:
        """Arm with a fresh online permit and lay a blank sheet in."""
        if paper:
            self.sim.order("paper")
        permit = make_permit(nonce=device.challenge(), impressions=impressions)
        device.arm(signed(permit), proofs(permit))
        return permit


def make_permit(**changes: object) -> api.Permit:
    now = CLOCK.now().replace(microsecond=0)
    fields: dict[str, object] = {
        "permit_id": new_id(CLOCK),
        "device_id": DEVICE_ID,
        "seal_id": SEAL_ID,
        "document_sha256": hashlib.sha256(b"the contract").digest(),
        "impressions": 2,
        "not_before": now - timedelta(minutes=1),
        "not_after": now + timedelta(hours=1),
        "persons": tuple(api.PersonKey(n, public(PERSON_KEYS[n])) for n in PEOPLE[:2]),
        "persons_needed": 2,
        "pages": (3, 5),
        "branch": "CN-BJ-0102",
        "contract_number": "HT-2026-000871",
        "approval_chain_sha256": hashlib.sha256(b"approvals").digest(),
        **changes,
    }
    return api.Permit(**fields)  # type: ignore[arg-type]


def signed(permit: api.Permit, kid: str = HQ_KID) -> bytes:
    return api.sign_permit(permit, by=HQ_KEY.sign, kid=kid)


def proofs(permit: api.Permit) -> list[bytes]:
    return [
        prove(permit, PEOPLE[0], api.Role.OPERATOR),
        prove(permit, PEOPLE[1], api.Role.WITNESS),
    ]


def prove(permit: api.Permit, person: str, role: api.Role) -> bytes:
    return api.make_proof(permit, person, role, by=PERSON_KEYS[person].sign)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


NOBODY = UUID(int=7)
