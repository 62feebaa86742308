"""Is the contract the one that was drawn up, signed and photographed? Documents, ink, chain."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.assembly.kept.findings import Fault, differs, same
from app.assembly.kept.reading import Kept, Record, first
from app.contracts.records import links_of, plain_links
from app.documents.archive import check_chain
from app.documents.evidence import canonical_json, first_break
from app.documents.page_codes import PageCode, check_photo, encode, read_codes
from app.documents.pages import page_count, page_png
from app.documents.signatures import InkBinding, ink_binding_holds, serial_of, verify_pdf
from app.documents.wording import wording_differences
from app.kit.words import t
from app.pricing.roster_file import roster_of
from devices.signpad.api import InkRecord, decode_ink

CONTRACT, SIGNATURE = "evidence/contract.json", "evidence/signature.json"
CHAIN, RESULT = "evidence/chain.json", "result.json"
CODE_DPI = 150
"""Resolution at which the codes of a PDF are read back: about eight dots to a module."""


def contract(kept: Kept) -> Iterator[Fault]:
    """Hold the contract's record, its content and the result against quote and approval."""
    record, quote = kept.evidence("contract"), kept.evidence("quote")
    said = kept.result.at("contract")
    for name in ("number", "content_sha256", "docx_sha256", "pdf_sha256", "signed_sha256",
                 "photo_sha256"):  # fmt: skip
        yield from same(RESULT, said.plain.get(name), record.text(name), f"contract.{name}")
    yield from same(CONTRACT, record.text("state"), "archived", "state")
    yield from same(CONTRACT, record.number("premium_fen"), quote.number("premium_fen"), "premium")
    yield from same(CONTRACT, record.text("customer"), quote.text("customer"), "customer")
    yield from _content(kept, record, quote)


def _content(kept: Kept, record: Record, quote: Record) -> Iterator[Fault]:
    """Check what the page codes name: the content both documents were made of."""
    sha256 = record.text("content_sha256")
    content = kept.record(kept.path_of(sha256))
    spelled = hashlib.sha256(canonical_json(content.plain)).hexdigest()
    request, result = quote.at("request"), kept.result.at("quote")
    given: dict[str, tuple[Any, Any]] = {
        "content": (spelled, sha256),
        "number": (content.text("number"), record.text("number")),
        "version": (content.number("version"), record.number("version")),
        "premium_fen": (content.number("premium_fen"), quote.number("premium_fen")),
        "roster_sha256": (content.text("roster_sha256"), quote.text("roster_sha256")),
        "inputs_sha256": (content.text("inputs_sha256"), quote.text("input_hash")),
        "tariff": (content.at("tariff").text("sha256"), quote.text("tariff_sha256")),
        "cover_from": (content.text("cover_from"), request.text("start")),
        "cover_to": (content.text("cover_to"), request.text("end")),
        "customer": (content.at("policyholder").text("name"), quote.text("customer")),
        "lines": (_totals(content, "people"), _totals(result, "n")),
        "insured": (_insured(content), _people(kept, quote)),
        "approval": (content.text("approval"), _approval(kept)),
    }
    for name, (there, here) in given.items():
        yield from same(kept.path_of(sha256), there, here, name)


def _totals(record: Record, heads: str) -> dict[str, tuple[int, int]]:
    """Add people and fen per cover: the contract puts what costs one person the same together."""
    totals: dict[str, tuple[int, int]] = {}
    for line in record.records("lines"):
        people, fen = totals.get(line.text("coverage"), (0, 0))
        totals[line.text("coverage")] = (
            people + line.number(heads),
            fen + line.number("subtotal_fen"),
        )
    return totals


def _insured(content: Record) -> list[tuple[str, int, int]]:
    return [
        (one.text("name"), one.number("occupation_class"), one.number("premium_fen"))
        for one in content.records("insured")
    ]


def _people(kept: Kept, quote: Record) -> list[tuple[str, int, int]]:
    """Give the roster's people as the contract lists them."""
    return [
        (entry.person.name, entry.person.job_class, entry.premium_fen)
        for entry in roster_of(kept.file(quote.text("roster_sha256")))
    ]


def _approval(kept: Kept) -> str:
    steps = kept.evidence("approvals").records("steps")
    people = " ".join(f"L{step.number('level')}:{step.text('person')}" for step in steps)
    return f"{kept.result.at('quote').text('level')} {people}".strip()


def pages(kept: Kept) -> Iterator[Fault]:
    """Read the code on every page of the signed PDF: contract, version, page, pages, content."""
    record = kept.evidence("contract")
    sha256 = record.text("signed_sha256")
    pdf, many = kept.file(sha256), record.number("pages")
    yield from same(CONTRACT, many, page_count(pdf), "pages")
    for page in range(1, page_count(pdf) + 1):
        wanted = PageCode(
            record.text("number"), record.number("version"), page, many,
            record.text("content_sha256")[:16],
        )  # fmt: skip
        if read_codes(page_png(pdf, page, dpi=CODE_DPI)) != (wanted,):
            yield Fault(kept.path_of(sha256), t("Page {page} does not carry its code.", page=page))


def wording(kept: Kept) -> Iterator[Fault]:
    """Compare the words of PDF and docx, and see that the signed PDF begins with the drafted."""
    record = kept.evidence("contract")
    pdf, docx = kept.file(record.text("pdf_sha256")), kept.file(record.text("docx_sha256"))
    for word in wording_differences(pdf, docx)[:5]:
        yield Fault(
            kept.path_of(record.text("docx_sha256")),
            t("“{word}” stands {here} times in the docx and {there} times in the PDF.",
              word=word.word, here=word.in_docx, there=word.in_pdf),
        )  # fmt: skip
    signed = record.text("signed_sha256")
    if not kept.file(signed).startswith(pdf):
        yield Fault(kept.path_of(signed), t("The signed PDF is not the drafted one, signed."))


def signature(kept: Kept) -> Iterator[Fault]:
    """Check the certified PDF, the ink that belongs to it, and the binding of both."""
    record, drawn = kept.evidence("signature"), kept.evidence("contract")
    said = kept.result.at("signature")
    bound = _bound(record)
    yield from same(RESULT, said.plain.get("binding_sha256"), bound, "signature.binding_sha256")
    for name in ("ink_sha256", "picture_sha256", "signer"):
        yield from same(RESULT, said.plain.get(name), record.text(name), f"signature.{name}")
    yield from same(RESULT, said.plain.get("bottom_line"), True, "signature.bottom_line")
    for ours, theirs in (("document_sha256", "pdf_sha256"), ("signed_sha256", "signed_sha256")):
        yield from same(SIGNATURE, record.text(ours), drawn.text(theirs), ours)
    yield from _evidence(record)
    binding = _binding(kept, bound)
    yield from _binding_faults(kept, record, binding, kept.path_of(bound))
    yield from _certified(kept, record, binding)


def _bound(record: Record) -> str:
    """Find the hash of the ink binding among the events of the signature."""
    events = record.records("evidence")
    bound = (one.text("binding_sha256") for one in events if "binding_sha256" in one.plain)
    return first(bound, "binding_sha256")


def _evidence(record: Record) -> Iterator[Fault]:
    """Check the hash chain over the events of the signature (domain.md 6)."""
    events = [dict(one.plain) for one in record.records("evidence")]
    hashes = [str(event.pop("hash", "")) for event in events]
    yield from differs(SIGNATURE, "evidence", first_break(events, hashes) is None)
    named = {"doc_sha256": "document_sha256", "ink_sha256": "ink_sha256",
             "signed_sha256": "signed_sha256"}  # fmt: skip
    for event in events:
        for fact, name in named.items():
            if fact in event:
                yield from same(SIGNATURE, event[fact], record.text(name), fact)


def _binding(kept: Kept, sha256: str) -> InkBinding:
    record = kept.record(kept.path_of(sha256))
    return InkBinding(
        document_sha256=record.text("document_sha256"),
        ink_sha256=record.text("ink_sha256"),
        picture_sha256=record.text("picture_sha256"),
        nonce=record.text("nonce"),
        at=record.text("at"),
        algorithm=record.text("algorithm"),
        certificate=bytes.fromhex(record.text("certificate")),
        signature=bytes.fromhex(record.text("signature")),
    )


def _binding_faults(kept: Kept, record: Record, binding: InkBinding, file: str) -> Iterator[Fault]:
    if not ink_binding_holds(binding, (kept.anchors.ca,)):
        yield Fault(file, t("The signature that binds the ink to the document does not hold."))
    for name in ("document_sha256", "ink_sha256", "picture_sha256"):
        yield from same(file, getattr(binding, name), record.text(name), name)
        yield from differs(file, name, _stands(kept, getattr(binding, name)))
    ink = decode_ink(kept.file(record.text("ink_sha256")))
    yield from _ink(kept, record, ink)


def _stands(kept: Kept, sha256: str) -> bool:
    return hashlib.sha256(kept.file(sha256)).hexdigest() == sha256


def _ink(kept: Kept, record: Record, ink: InkRecord) -> Iterator[Fault]:
    """Hold the ink against the document it was written for, its place and its signer."""
    file, drawn = kept.path_of(record.text("ink_sha256")), kept.evidence("contract")
    document = ink.request.document
    place = [document.page, document.rect.x, document.rect.y, document.rect.width,
             document.rect.height]  # fmt: skip
    yield from same(file, document.sha256, drawn.text("pdf_sha256"), "document")
    yield from same(file, document.version, drawn.number("version"), "version")
    yield from same(file, place, drawn.items("sign_place"), "place")
    yield from same(file, ink.request.signer, record.text("signer"), "signer")
    yield from differs(file, "strokes", bool(ink.strokes()))


def _certified(kept: Kept, record: Record, binding: InkBinding) -> Iterator[Fault]:
    """Check the PAdES signature at the time it claims, which is the time of the binding."""
    sha256 = record.text("signed_sha256")
    file = kept.path_of(sha256)
    at = datetime.fromisoformat(binding.at)
    verdict = verify_pdf(
        kept.file(sha256), trust_anchors=(kept.anchors.ca,), at=at, expected_sha256=sha256
    )
    if not (verdict.valid and verdict.bottom_line):
        yield Fault(
            file, t("The signature of the PDF does not hold: {what}.", what=verdict.finding.value)
        )
        return
    claimed = verdict.claimed_at
    yield from differs(
        file, "time", claimed is not None and abs((claimed - at).total_seconds()) <= 1
    )
    yield from same(file, verdict.signer, record.text("signer"), "signer")
    yield from differs(file, "ink", f"[ink-sha256 {record.text('ink_sha256')}]" in verdict.reason)
    yield from same(file, verdict.serial, f"{serial_of(binding.certificate):x}", "certificate")


def chain(kept: Kept) -> Iterator[Fault]:
    """Check the chain draft → signed → sealed → photo and what each link says."""
    plain = kept.json(CHAIN)
    links = links_of(plain)
    for finding in check_chain(links):
        yield Fault(CHAIN, t("Link {place} {what}.", place=finding.place + 1,
                             what=finding.fault.value))  # fmt: skip
    yield from same(CHAIN, json.loads(json.dumps(plain_links(links))), plain, "hash")
    drawn, seal = kept.evidence("contract"), kept.evidence("seal")
    signed = kept.evidence("signature")
    wanted = [
        ("draft", drawn.text("pdf_sha256"),
         {"number": drawn.text("number"), "version": drawn.number("version")}),
        ("signed", drawn.text("signed_sha256"),
         {"ink": signed.text("ink_sha256"), "signature": signed.text("id")}),
        ("sealed", None,
         {"permit": seal.text("permit_id").replace("-", ""),
          "counter_before": seal.number("counter_before"),
          "counter_after": seal.number("counter_after")}),
        ("photo", drawn.text("photo_sha256"), _photo_facts(kept, drawn)),
    ]  # fmt: skip
    told = [(link.kind.value, link.sha256, dict(link.facts)) for link in links]
    for have, want in zip(told, wanted, strict=False):
        fits = have[0] == want[0] and have[2] == want[2] and want[1] in (None, have[1])
        yield from differs(CHAIN, want[0], fits)
    yield from differs(CHAIN, "links", len(told) >= len(wanted))


def _photo_facts(kept: Kept, drawn: Record) -> dict[str, Any]:
    """Say what the last link must tell: the page of the archived photograph and its code."""
    photo = drawn.text("photo_sha256")
    stamps = kept.evidence("seal").records("stamps")
    pages_shown = (one.number("page") for one in stamps if one.text("photo_sha256") == photo)
    page = first(pages_shown, "the stamp of the photograph")
    code = PageCode(
        drawn.text("number"), drawn.number("version"), page, drawn.number("pages"),
        drawn.text("content_sha256")[:16],
    )  # fmt: skip
    return {"page": page, "code": encode(code)}


def photographs(kept: Kept) -> Iterator[Fault]:
    """Read the code in every photograph, before and after each impression."""
    drawn = kept.evidence("contract")
    for stamp in (one for job in kept.seal_jobs() for one in job.record.records("stamps")):
        for name in ("photo_before_sha256", "photo_sha256"):
            sha256 = stamp.text(name)
            if not sha256:
                continue
            verdict = check_photo(
                kept.file(sha256),
                number=drawn.text("number"),
                version=drawn.number("version"),
                pages_allowed=(stamp.number("page"),),
                content_hash=drawn.text("content_sha256"),
            )
            if not verdict.matches:
                yield Fault(
                    kept.path_of(sha256),
                    t("The photograph does not show page {page} of this contract.",
                      page=stamp.number("page")),
                )  # fmt: skip
