"""Keeping a day: everything ``sealdesk verify`` needs, as plain files, with one signed manifest.

``DIR`` then holds ``result.json``, ``files/<sha256>.<ext>``, ``evidence/`` (permit, machine log,
audit lines and heads, receipts, chain, approvals and the records they are about), ``anchors.json``
(public keys and certificates), the closed ``stores/`` and ``manifest.json``. docs/verify.md
describes every file.
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
from app.assembly.kept.manifest import MANIFEST, Manifest, listing, manifest_bytes
from app.assembly.workstation import PERMIT_KEY_ID
from app.audit.queries import chain_lines, signed_heads
from app.contracts.queries import ContractCard
from app.contracts.records import plain_links
from app.kit.files import atomic_write
from app.packs.resources import resource_bytes
from app.packs.shipped import SHIPPED_ROOT_SHA256
from app.pricing.queries import QuoteCard
from app.seals.queries import JobCard, StampLine, log_of, machine_card
from app.signing.queries import SignatureCard, signatures_of
from app.store.follow import Follower
from app.store.types import canonical_json
from sync.wire.digest import digest_text

if TYPE_CHECKING:
    from app.approvals.queries import CaseCard
    from app.assembly.headless import Day


@dataclass(frozen=True)
class KeptDay:
    """A day that is written out and waits for its stores to close."""

    folder: Path
    run: str
    contract: str
    device: str
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
        manifest = Manifest(self.run, self.contract, self.device, listing(self.folder))
        octets = manifest_bytes(manifest, self.key.sign)
        atomic_write(self.folder / MANIFEST, octets, mode=0o644)


def keep_day(day: "Day", result: dict[str, Any], folder: Path) -> KeptDay:
    """Write the day out as plain files; the stores stay as they are and are closed afterwards."""
    (folder / "evidence").mkdir()
    _export_files(day, folder / "files")
    _write(folder / "result.json", result)
    _write(folder / "anchors.json", _anchors(day))
    _keep_trade(day, folder / "evidence")
    _keep_trail(day, folder)
    device, number = day.site.branch.device, day.contract().number
    run = hashlib.sha256(f"{device}\n{number}".encode()).hexdigest()[:16]
    key = Ed25519PrivateKey.from_private_bytes(_workstation_key(day))
    return KeptDay(folder, run, number, device, key)


def _keep_trade(day: "Day", evidence: Path) -> None:
    """Write the records of the day and what proves them."""
    seat = day.clerk()
    job, contract, quote = day.job(), day.contract(), day.quote()
    case = seat.read(case_of, "quote", quote.id)
    assert case is not None
    signature = seat.read(signatures_of, "contract", contract.id)[0]
    for n, earlier in enumerate(day.earlier_jobs(), start=1):
        (evidence / f"permit-{n}.cose").write_bytes(bytes.fromhex(earlier.permit))
        _write(evidence / f"seal-{n}.json", _seal(earlier))
    (evidence / "permit.cose").write_bytes(bytes.fromhex(job.permit))
    _write(evidence / "machine-log.json", seat.read(log_of, job.device_id))
    _write(evidence / "seal.json", _seal(job))
    _write(evidence / "chain.json", plain_links(contract.chain))
    _write(evidence / "contract.json", _contract(contract))
    _write(evidence / "signature.json", _signature(signature))
    _write(evidence / "approvals.json", _approvals(case))
    _write(evidence / "quote.json", _quote(quote))


def _keep_trail(day: "Day", folder: Path) -> None:
    """Write the audit chain, its signed heads, head office's receipts and where the desk stands.

    The last line also lies in ``files/`` under the hash that ``result.json`` calls the head.
    """
    seat, device, evidence = day.clerk(), day.site.branch.device, folder / "evidence"
    lines = seat.read(chain_lines, device)
    _write(evidence / "audit.json", [{**vars(line), "hash": stored} for line, stored in lines])
    _write(evidence / "audit-heads.json", [vars(h) for h in seat.read(signed_heads, device)])
    last, head = lines[-1]
    (folder / "files" / f"{head}.json").write_text(
        canonical_json(list(vars(last).values())), "utf-8"
    )
    desk = Follower(day.site.branch.store)
    _write(evidence / "receipts.json", desk.receipts())
    standing = [
        {"scope": one.scope, "epoch": one.epoch, "seq": one.seq, "digest": digest_text(one.digest)}
        for one in desk.followed()
    ]
    _write(evidence / "standing.json", standing)


def _export_files(day: "Day", folder: Path) -> None:
    """Write every file of the vault in the clear, and the tariff the quote was priced with."""
    folder.mkdir()
    vault = day.site.branch.vault
    for stored in vault.files():
        vault.export(stored.sha256, folder)
    quote = day.quote()
    tariff = resource_bytes(f"packs/targets/tariff/{quote.tariff_id}.json")
    assert _sha(tariff) == quote.tariff_sha256
    (folder / f"{quote.tariff_sha256}.json").write_bytes(tariff)


def _anchors(day: "Day") -> dict[str, Any]:
    seat, branch = day.clerk(), day.site.branch
    hub = branch.store.noted("hub")
    assert isinstance(hub, dict)
    machine = seat.read(machine_card, day.job().device_id)
    assert machine is not None
    people, staff = {}, {}
    for person in day.site.company.people:
        card = seat.read(person_by_number, person.number) or day.site.head_office.store.read(
            person_by_number, person.number
        )
        if card is not None:
            people[card.number] = card.public_key
            staff[card.number] = {"office": card.office, "roles": sorted(card.roles)}
    key = Ed25519PrivateKey.from_private_bytes(_workstation_key(day))
    return {
        "ca_pem": load_der_x509_certificate(seat.trust_anchors()[0])
        .public_bytes(Encoding.PEM)
        .decode("ascii"),
        "permit_keys": {PERMIT_KEY_ID: seat.permit_keys()[PERMIT_KEY_ID].hex()},
        "receipt_keys": hub["receipt"],
        "machine": {"device_id": machine.device_id, "public_key": machine.public_key},
        "workstation": {
            "device": branch.device,
            "office": branch.office,
            "public_key": key.public_key().public_bytes_raw().hex(),
        },
        "people": people,
        "staff": staff,
        "packs_root_sha256": SHIPPED_ROOT_SHA256,
    }


def _workstation_key(day: "Day") -> bytes:
    raw = day.site.branch.store.secret("workstation_key")
    assert raw is not None
    return raw


def _approvals(case: "CaseCard") -> dict[str, Any]:
    return {
        "case_id": case.id.hex,
        "subject_hash": case.subject_hash,
        "requester": case.requester,
        "needed": case.needed,
        "state": case.state,
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


def _quote(quote: QuoteCard) -> dict[str, Any]:
    return {
        "id": quote.id.hex,
        "scope": quote.scope,
        "customer": quote.customer_name,
        "request": quote.request,
        "roster_sha256": quote.roster_sha256,
        "further": [list(term) for term in quote.typed_terms],
        "input_hash": quote.input_hash,
        "tariff_sha256": quote.tariff_sha256,
        "premium_fen": quote.premium_fen,
        "priced_by": quote.priced_by,
    }


def _contract(contract: ContractCard) -> dict[str, Any]:
    place = contract.sign_place
    return {
        "id": contract.id.hex,
        "number": contract.number,
        "version": contract.version,
        "customer": contract.customer_name,
        "pages": contract.pages,
        "premium_fen": contract.premium_fen,
        "cover_from": contract.cover_from.isoformat(),
        "cover_to": contract.cover_to.isoformat(),
        "content_sha256": contract.content_sha256,
        "pdf_sha256": contract.pdf_sha256,
        "docx_sha256": contract.docx_sha256,
        "signed_sha256": contract.signed_sha256,
        "photo_sha256": contract.photo_sha256,
        "sign_place": [place.page, place.x, place.y, place.width, place.height],
        "state": contract.state,
        "drawn_by": contract.drawn_by,
    }


def _signature(signature: SignatureCard) -> dict[str, Any]:
    return {
        "id": signature.id.hex,
        "state": signature.state,
        "signer": signature.signer,
        "document_sha256": signature.document_sha256,
        "ink_sha256": signature.ink_sha256,
        "picture_sha256": signature.picture_sha256,
        "signed_sha256": signature.signed_sha256,
        "evidence": list(signature.evidence),
    }


def _seal(job: JobCard) -> dict[str, Any]:
    return {
        "id": job.id.hex,
        "permit_id": str(job.permit_id),
        "device_id": job.device_id,
        "seal_id": job.seal_id,
        "document_sha256": job.document_sha256,
        "impressions": job.impressions,
        "operator": job.operator,
        "witness": job.witness,
        "register_no": job.register_no,
        "counter_before": job.counter_before,
        "counter_after": job.counter_after,
        "state": job.state,
        "stamps": [_stamp(stamp) for stamp in job.stamps],
    }


def _stamp(stamp: StampLine) -> dict[str, Any]:
    return {
        "id": stamp.id.hex,
        "index": stamp.index,
        "page": stamp.page,
        "state": stamp.state,
        "counter_before": stamp.counter_before,
        "counter_after": stamp.counter_after,
        "log_sequence": stamp.log_sequence,
        "log_head": stamp.log_head,
        "photo_before_sha256": stamp.photo_before_sha256,
        "photo_sha256": stamp.photo_sha256,
    }


def _write(path: Path, value: object) -> None:
    path.write_bytes(json.dumps(value, ensure_ascii=False, indent=1).encode())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
