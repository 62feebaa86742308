"""T20: the docx working copy against run replacement; T22: our PDF signature against pyHanko's own.

Both sides start from the same content, or the same PDF and key.
"""

import asyncio
import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from asn1crypto import keys, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from docx import Document
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.documents.docx import working_copy
from app.documents.fonts import fonts_folder
from app.documents.ink import ink_picture
from app.documents.pdf import PdfPress
from app.documents.signatures import (
    DocumentKey,
    SigningAct,
    issue_certificate,
    make_ca,
    new_private_key,
    sign_pdf,
)
from tests.benchmarks.harness import Figure, compare
from tests.documents.conftest import contract

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
INK = ink_picture([[(0.1, 0.5, 0.6), (0.4, 0.2, 0.8), (0.9, 0.7, 0.5)]], aspect=3.0)
ACT = SigningAct("Lin Xiaodong", "I have read this contract", "", "ab" * 32)
PEOPLE = 130
WORDS = ("PA7901-2026-000123", "95000", "139****0042", "91790000MA00TEXT0Q")
"""Words of the contract that the replacement looks for in every run and changes."""


def docx_copy() -> Iterator[Figure]:
    """Fill the template, against replacing a few words in every run of the finished copy."""
    content = contract(PEOPLE)
    finished = working_copy(content)
    yield compare(
        "T20",
        unit="s",
        yardstick=f"python-docx, words replaced in every run, {PEOPLE} people",
        target=1.6,
        ours=lambda: _seconds(lambda: working_copy(content)),
        theirs=lambda: _seconds(lambda: replace_runs(finished)),
    )


def replace_runs(docx: bytes) -> bytes:
    """Fill a document as one does with python-docx alone: open, walk every run, save."""
    document = Document(io.BytesIO(docx))
    changed = 0
    for paragraph in _paragraphs(document):
        for run in paragraph.runs:
            for word in WORDS:
                if word in run.text:
                    run.text = run.text.replace(word, word[::-1])
                    changed += 1
    if changed < len(WORDS):
        raise RuntimeError("the replacement found too little")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _paragraphs(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def pdf_signature() -> Iterator[Figure]:
    """Certify the contract with the ink in it, against pyHanko's SimpleSigner with the same key."""
    pressed = PdfPress(fonts_folder()).press(contract(PEOPLE))
    ca = make_ca("CA", AT)
    private = new_private_key()
    certificate = issue_certificate(ca, private.public_key(), "branch", AT)
    ours = DocumentKey(certificate, private, (ca.certificate,))
    pem = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([x509.Certificate.load(ca.certificate)])
    theirs = SimpleSigner(
        signing_cert=x509.Certificate.load(certificate),
        signing_key=keys.PrivateKeyInfo.load(pem),
        cert_registry=store,
        embed_roots=True,
    )
    place = pressed.sign_place
    box = (place.x, place.y, place.width, place.height)

    def ours_signs() -> bytes:
        return sign_pdf(pressed.pdf, ink_png=INK, place=place, act=ACT, key=ours, at=AT)

    yield compare(
        "T22",
        unit="s",
        yardstick="pyHanko PdfSigner with SimpleSigner, P-256, same file and key",
        target=1.0,
        ours=lambda: _seconds(ours_signs),
        theirs=lambda: _seconds(lambda: simply_signed(pressed.pdf, theirs, place.page, box)),
    )


def simply_signed(pdf: bytes, signer: SimpleSigner, page: int, box: tuple[int, ...]) -> bytes:
    """Sign as pyHanko's manual shows it: same profile, pyHanko's own appearance."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    x, y, width, height = (value // 4 for value in box)
    made = PdfSigner(
        PdfSignatureMetadata(
            field_name="Signature",
            md_algorithm="sha256",
            name=ACT.signer,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        ),
        signer=signer,
        new_field_spec=fields.SigFieldSpec(
            sig_field_name="Signature", on_page=page - 1, box=(x, y, x + width, y + height)
        ),
    )
    return bytes(asyncio.run(made.async_sign_pdf(writer)).getbuffer())


def _seconds(call: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    if not call():
        raise RuntimeError("nothing came back")
    return time.perf_counter() - began


FIGURES = [docx_copy, pdf_signature]
