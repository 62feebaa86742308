"""Keeping a day: everything ``sealdesk verify`` needs, as plain files, with one signed manifest.

``DIR`` then holds ``result.json``, ``files/<sha256>.<ext>``, ``evidence/`` (permit, machine log,
audit lines and heads, receipts, chain, approvals), ``anchors.json`` (public keys and certificates),
the closed ``stores/`` and ``manifest.json``: every file's SHA-256, signed by the workstation's key.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from app.access.queries import person_by_number
from app.approvals.queries import case_of
from app.assembly.workstation import PERMIT_KEY_ID
from app.audit.queries import chain_lines, signed_heads
from app.contracts.records import plain_links
from app.kit.files import atomic_write
from app.packs.shipped import SHIPPED_ROOT_SHA256
from app.seals.queries import log_of, machine_card
from app.store.follow import Follower

if TYPE_CHECKING:
    from app.assembly.headless import Day

MANIFEST = "manifest.json"
LEFT_OUT = {MANIFEST}


@dataclass(frozen=True)
class KeptDay:
    """A day that is written out and waits for its stores to close."""

    folder: Path
    run: str
    key: Ed25519PrivateKey

    def take_stores(self, site: Path) -> None:
        """Copy the closed, encrypted stores of the run; head office's keys stay behind."""
        for name in ("desk", "headoffice"):
            shutil.copytree(
                site / "stores" / name,
                self.folder / "stores" / name,
                ignore=shutil.ignore_patterns("*.lock"),
            )
        shutil.copy2(site / "hub" / "hub.db", self.folder / "stores" / "hub.db")

    def seal(self) -> None:
        """Sign the manifest over every file; call it when all stores are closed and taken."""
        files = {
            path.relative_to(self.folder).as_posix(): _sha(path.read_bytes())
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in LEFT_OUT
        }
        said = {"form": "sealdesk-kept-day/1", "run": self.run, "files": files}
        octets = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        whole = {"manifest": said, "signature": self.key.sign(octets).hex()}
        atomic_write(self.folder / MANIFEST, _json(whole), mode=0o644)


def keep_day(day: "Day", result: dict[str, Any], folder: Path) -> KeptDay:
    """Write the day out as plain files; the stores stay as they are and are closed afterwards."""
    seat = day.clerk()
    evidence = folder / "evidence"
    evidence.mkdir()
    _export_files(day, folder / "files")
    job, contract, quote = day.job(), day.contract(), day.quote()
    _write(folder / "result.json", result)
    (evidence / "permit.cose").write_bytes(bytes.fromhex(job.permit))
    _write(evidence / "machine-log.json", seat.read(log_of, job.device_id))
    device = day.site.branch.device
    lines = [{**vars(line), "hash": stored} for line, stored in seat.read(chain_lines, device)]
    _write(evidence / "audit.json", lines)
    _write(evidence / "audit-heads.json", [vars(h) for h in seat.read(signed_heads, device)])
    _write(evidence / "receipts.json", Follower(day.site.branch.store).receipts())
    _write(evidence / "chain.json", plain_links(contract.chain))
    case = seat.read(case_of, "quote", quote.id)
    _write(evidence / "approvals.json", _approvals(case))
    _write(evidence / "quote.json", _quote(quote))
    _write(folder / "anchors.json", _anchors(day))
    run = hashlib.sha256(f"{device}\n{contract.number}".encode()).hexdigest()[:16]
    return KeptDay(folder, run, Ed25519PrivateKey.from_private_bytes(_workstation_key(day)))


def _export_files(day: "Day", folder: Path) -> None:
    folder.mkdir()
    vault = day.site.branch.vault
    for stored in vault.files():
        vault.export(stored.sha256, folder)


def _anchors(day: "Day") -> dict[str, Any]:
    seat = day.clerk()
    hub = day.site.branch.store.noted("hub")
    assert isinstance(hub, dict)
    machine = seat.read(machine_card, day.job().device_id)
    assert machine is not None
    people = {}
    for person in day.site.company.people:
        card = seat.read(person_by_number, person.number) or day.site.head_office.store.read(
            person_by_number, person.number
        )
        if card is not None:
            people[card.number] = card.public_key
    key = Ed25519PrivateKey.from_private_bytes(
        day.site.branch.store.secret("workstation_key") or b""
    )
    return {
        "ca_pem": load_der_x509_certificate(seat.trust_anchors()[0])
        .public_bytes(Encoding.PEM)
        .decode("ascii"),
        "permit_keys": {PERMIT_KEY_ID: seat.permit_keys()[PERMIT_KEY_ID].hex()},
        "receipt_keys": hub["receipt"],
        "machine": {"device_id": machine.device_id, "public_key": machine.public_key},
        "workstation": {
            "device": day.site.branch.device,
            "public_key": key.public_key().public_bytes_raw().hex(),
        },
        "people": people,
        "packs_root_sha256": SHIPPED_ROOT_SHA256,
    }


def _workstation_key(day: "Day") -> bytes:
    raw = day.site.branch.store.secret("workstation_key")
    assert raw is not None
    return raw


def _approvals(case: Any) -> dict[str, Any]:
    return {
        "case_id": case.id.hex,
        "subject_hash": case.subject_hash,
        "requester": case.requester,
        "needed": case.needed,
        "steps": [
            {
                "level": step.level,
                "person": step.person,
                "choice": step.choice,
                "signature": step.signature,
            }
            for step in case.steps
        ],
    }


def _quote(quote: Any) -> dict[str, Any]:
    return {
        "request": quote.request,
        "roster_sha256": quote.roster_sha256,
        "input_hash": quote.input_hash,
        "tariff_sha256": quote.tariff_sha256,
        "premium_fen": quote.premium_fen,
    }


def _write(path: Path, value: object) -> None:
    path.write_bytes(_json(value))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
