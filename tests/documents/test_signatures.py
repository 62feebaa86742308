"""Signed PDFs: valid as made, refused after any change; keys, certificates, revocation, ink."""

import io
import logging
import random
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.documents.evidence import sha256_hex
from app.documents.ink import ink_picture
from app.documents.pages import page_png
from app.documents.pdf import PressedPdf
from app.documents.signatures import (
    CertificateAuthority,
    DocumentKey,
    InkBinding,
    SignatureFinding,
    SigningAct,
    bind_ink,
    ink_binding_holds,
    issue_certificate,
    issue_crl,
    issue_document_key,
    load_document_key,
    make_ca,
    new_private_key,
    serial_of,
    sign_pdf,
    verify_pdf,
)
from app.kit.errors.base import BranchError

AT = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)
ACT = SigningAct("林晓东", "投保签署", "示例市", "aa" * 32)
INK = ink_picture([[(0.1, 0.8, 0.4), (0.4, 0.2, 0.9), (0.9, 0.6, 0.5)]], aspect=620 / 240)


@pytest.fixture(scope="module")
def ca() -> CertificateAuthority:
    """The head-office CA of the demo."""
    return make_ca("示例保险总公司 CA", AT - timedelta(days=100))


@pytest.fixture(scope="module")
def key(ca: CertificateAuthority) -> DocumentKey:
    """A document key of a branch."""
    return issue_document_key(ca, "示例支公司", AT - timedelta(days=1), days=30)


@pytest.fixture(scope="module")
def signed(pressed: PressedPdf, key: DocumentKey) -> bytes:
    """The ordinary contract, signed."""
    return sign_pdf(pressed.pdf, ink_png=INK, place=pressed.sign_place, act=ACT, key=key, at=AT)


@pytest.fixture
def finding(ca: CertificateAuthority) -> Callable[[bytes], SignatureFinding]:
    """Give the finding for some bytes under the right anchor."""
    return lambda pdf: verify_pdf(pdf, trust_anchors=[ca.certificate], at=AT).finding


def test_what_is_signed_is_valid_and_says_who(
    signed: bytes, key: DocumentKey, ca: CertificateAuthority
) -> None:
    verdict = verify_pdf(
        signed, trust_anchors=[ca.certificate], at=AT, expected_sha256=sha256_hex(signed)
    )
    assert verdict.valid
    assert verdict.bottom_line
    assert (verdict.signer, verdict.claimed_at) == ("林晓东", AT)
    assert verdict.serial == f"{serial_of(key.certificate):x}"
    assert verdict.reason == f"投保签署 [ink-sha256 {'aa' * 32}]"
    assert (verdict.coverage, verdict.modification) == ("ENTIRE_FILE", "NONE")


def test_pdfsig_agrees(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    said = subprocess.run(
        ["pdfsig", str(path)],
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin", "HOME": str(tmp_path), "TZ": "UTC"},
    ).stdout.decode()
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signing Time: Mar 02 2026 03:04:05" in said
    assert said.count("Signature #") == 1


def test_pdfsig_and_we_refuse_a_changed_page(signed: bytes, tmp_path: Path, finding) -> None:
    changed = bytearray(signed)
    changed[2000] ^= 1
    path = tmp_path / "changed.pdf"
    path.write_bytes(bytes(changed))
    said = subprocess.run(
        ["pdfsig", str(path)],
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin", "HOME": str(tmp_path)},
    ).stdout.decode()
    assert "Signature is Valid." not in said
    assert finding(bytes(changed)) is SignatureFinding.CHANGED


def test_the_original_stands_untouched_inside(signed: bytes, pressed: PressedPdf) -> None:
    assert signed.startswith(pressed.pdf)


def test_the_ink_is_seen_in_its_place_and_nowhere_else(signed: bytes, pressed: PressedPdf) -> None:
    from PIL import Image, ImageChops

    place = pressed.sign_place
    for page in range(1, pressed.pages + 1):
        pictures = []
        for pdf in (pressed.pdf, signed):
            with Image.open(io.BytesIO(page_png(pdf, page, dpi=127))) as opened:
                pictures.append(opened.convert("L"))
        box = ImageChops.difference(*pictures).getbbox()
        if page != place.page:
            assert box is None
            continue
        assert box is not None
        assert box[0] >= place.x / 2 - 2
        assert box[1] >= place.y / 2 - 2
        assert box[2] <= (place.x + place.width) / 2 + 2
        assert box[3] <= (place.y + place.height) / 2 + 2
        assert box[2] - box[0] > place.width / 2 * 0.6


def test_any_byte_flipped_is_refused(signed: bytes, ca: CertificateAuthority, finding) -> None:
    dice = random.Random(20260302)
    start = signed.index(b"<", signed.rindex(b"/Contents"))
    end = signed.index(b">", start)
    inside_range = [place for place in range(len(signed)) if not start <= place <= end]
    for place in dice.sample(inside_range, 400):
        changed = bytearray(signed)
        changed[place] ^= 1 << dice.randrange(8)
        assert finding(bytes(changed)) is not SignatureFinding.VALID, place
    for place in dice.sample(range(start, end + 1), 150):
        changed = bytearray(signed)
        changed[place] ^= 1 << dice.randrange(8)
        verdict = verify_pdf(
            bytes(changed),
            trust_anchors=[ca.certificate],
            at=AT,
            expected_sha256=sha256_hex(signed),
        )
        assert verdict.finding is SignatureFinding.OTHER_FILE


@pytest.mark.parametrize("tail", [b"\n", b"%", b"\0" * 600, b"\n%%EOF\n"])
def test_anything_appended_is_refused(signed: bytes, tail: bytes, finding) -> None:
    assert finding(signed + tail) is not SignatureFinding.VALID


@pytest.mark.parametrize("kept", [0, 1, 100, 5000, 100_000, -1, -200, -2000])
def test_anything_cut_off_is_refused(signed: bytes, kept: int, finding) -> None:
    assert finding(signed[:kept]) is not SignatureFinding.VALID


def updated(signed: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Append an incremental update, as an editor or an attacker does."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def other_premium(writer: IncrementalPdfFileWriter) -> None:
    """Replace the content of the first page."""
    page = writer.root["/Pages"]["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"BT /F0 12 Tf 72 700 Td (1.00) Tj ET")
    page[pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)


def note_on_top(writer: IncrementalPdfFileWriter) -> None:
    """Lay a white annotation over the text."""
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Square"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            pdf_name("/IC"): generic.ArrayObject(map(generic.NumberObject, (1, 1, 1))),
        }
    )
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def fewer_pages(writer: IncrementalPdfFileWriter) -> None:
    """Hide the last page."""
    pages = writer.root["/Pages"]
    pages[pdf_name("/Kids")] = generic.ArrayObject(list(pages["/Kids"])[:-1])
    pages[pdf_name("/Count")] = generic.NumberObject(int(pages["/Count"]) - 1)
    writer.update_container(pages)


def no_more_rules(writer: IncrementalPdfFileWriter) -> None:
    """Take the certification away from the catalogue."""
    del writer.root["/Perms"]
    writer.update_root()


def harmless_metadata(writer: IncrementalPdfFileWriter) -> None:
    """Change only the title."""
    writer.set_info(
        writer.add_object(
            generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("x")})
        )
    )


@pytest.mark.parametrize(
    "attack", [other_premium, note_on_top, fewer_pages, no_more_rules, harmless_metadata]
)
def test_an_update_after_signing_is_refused(signed: bytes, attack, finding) -> None:
    forged = updated(signed, attack)
    assert forged.startswith(signed)
    assert finding(forged) is SignatureFinding.CHANGED


def test_a_second_signature_is_refused(
    signed: bytes, pressed: PressedPdf, key: DocumentKey, finding
) -> None:
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    forged = updated(
        signed,
        lambda writer: append_signature_field(writer, SigFieldSpec("Other", box=(0, 0, 9, 9))),
    )
    assert finding(forged) is SignatureFinding.CHANGED
    with pytest.raises(BranchError) as refused:
        sign_pdf(signed, ink_png=INK, place=pressed.sign_place, act=ACT, key=key, at=AT)
    assert refused.value.code == "E-SIGN-TWICE"


def test_saved_anew_by_another_program_is_refused(signed: bytes, finding) -> None:
    out = io.BytesIO()
    with pypdfium2.PdfDocument(signed) as document:
        document.save(out)
    assert finding(out.getvalue()) is not SignatureFinding.VALID


def test_a_signature_moved_to_another_contract_is_refused(
    signed: bytes, pressed: PressedPdf, finding
) -> None:
    other = pressed.pdf.replace(b"/Count 6", b"/Count 5", 1)
    assert len(other) == len(pressed.pdf)
    assert finding(other + signed[len(pressed.pdf) :]) is SignatureFinding.CHANGED


def test_an_unsigned_contract_is_said_so(pressed: PressedPdf, finding) -> None:
    assert finding(pressed.pdf) is SignatureFinding.UNSIGNED


def test_another_ca_of_the_same_name_is_not_trusted(signed: bytes) -> None:
    same_name = make_ca("示例保险总公司 CA", AT - timedelta(days=100))
    for anchors in ([same_name.certificate], []):
        verdict = verify_pdf(signed, trust_anchors=anchors, at=AT)
        assert verdict.finding is SignatureFinding.NOT_TRUSTED
        assert not verdict.bottom_line


@pytest.mark.parametrize("days", [-2, 40])
def test_outside_the_certificate_a_signature_does_not_count(
    signed: bytes, ca: CertificateAuthority, days: int
) -> None:
    verdict = verify_pdf(signed, trust_anchors=[ca.certificate], at=AT + timedelta(days=days))
    assert verdict.finding is SignatureFinding.NOT_TRUSTED


def test_a_revoked_certificate_does_not_count(
    signed: bytes, key: DocumentKey, ca: CertificateAuthority
) -> None:
    hour = timedelta(hours=1)
    good = issue_crl(ca, {serial_of(key.certificate) ^ 1: AT - 2 * hour}, AT - hour)
    bad = issue_crl(ca, {serial_of(key.certificate): AT - 2 * hour}, AT - hour)
    old = issue_crl(ca, {}, AT - timedelta(days=60))
    foreign = issue_crl(make_ca("另一 CA", AT - hour), {}, AT - hour)
    for crl, finding in (
        (good, SignatureFinding.VALID),
        (bad, SignatureFinding.NOT_TRUSTED),
        (old, SignatureFinding.NOT_TRUSTED),
        (foreign, SignatureFinding.NOT_TRUSTED),
    ):
        verdict = verify_pdf(signed, trust_anchors=[ca.certificate], at=AT, crls=[crl])
        assert verdict.finding is finding


def test_a_refusal_writes_no_names_into_the_log(
    signed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        verify_pdf(signed, trust_anchors=[], at=AT)
    assert caplog.records == []


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_foreign_bytes_get_a_verdict(noise: bytes) -> None:
    for pdf in (noise, b"%PDF-1.7\n" + noise + b"\nstartxref\n9\n%%EOF\n"):
        verdict = verify_pdf(pdf, trust_anchors=[], at=AT)
        assert verdict.finding in (SignatureFinding.UNREADABLE, SignatureFinding.UNSIGNED)


@pytest.mark.parametrize("days", [-2, 31])
def test_a_certificate_out_of_force_signs_nothing(
    pressed: PressedPdf, key: DocumentKey, days: int
) -> None:
    with pytest.raises(BranchError) as refused:
        sign_pdf(
            pressed.pdf,
            ink_png=INK,
            place=pressed.sign_place,
            act=ACT,
            key=key,
            at=AT + timedelta(days=days),
        )
    assert refused.value.code == "E-SIGN-CERT"


@pytest.mark.parametrize("junk", [b"", b"nothing", b"%PDF-1.7\nstartxref\n3\n%%EOF"])
def test_what_is_no_pdf_is_not_signed(junk: bytes, pressed: PressedPdf, key: DocumentKey) -> None:
    with pytest.raises(BranchError) as refused:
        sign_pdf(junk, ink_png=INK, place=pressed.sign_place, act=ACT, key=key, at=AT)
    assert refused.value.code == "E-DOC-PDF"


def test_another_algorithm_needs_its_own_code(pressed: PressedPdf, key: DocumentKey) -> None:
    class Sm2Key(DocumentKey):
        """A key of an algorithm this PDF profile does not know."""

        algorithm = "sm2-sm3"

    other = Sm2Key(key.certificate, new_private_key())
    with pytest.raises(ValueError, match="sm2-sm3"):
        sign_pdf(pressed.pdf, ink_png=INK, place=pressed.sign_place, act=ACT, key=other, at=AT)


def test_a_key_that_does_not_fit_its_certificate_makes_no_valid_signature(
    pressed: PressedPdf, key: DocumentKey, ca: CertificateAuthority, finding
) -> None:
    wrong = DocumentKey(key.certificate, new_private_key(), (ca.certificate,))
    pdf = sign_pdf(pressed.pdf, ink_png=INK, place=pressed.sign_place, act=ACT, key=wrong, at=AT)
    assert finding(pdf) is SignatureFinding.CHANGED


def test_a_stored_key_opens_with_its_passphrase_only(
    key: DocumentKey, ca: CertificateAuthority
) -> None:
    private = new_private_key()
    certificate = issue_certificate(ca, private.public_key(), "示例", AT)
    pem = DocumentKey(certificate, private).private_pem(b"right")
    assert b"ENCRYPTED" in pem
    opened = load_document_key(certificate, pem, b"right", [ca.certificate])
    assert opened.issuers == (ca.certificate,)
    with pytest.raises(ValueError):
        load_document_key(certificate, pem, b"wrong")
    with pytest.raises(ValueError, match="does not belong"):
        load_document_key(key.certificate, pem, b"right")


def test_ink_is_bound_to_its_document(key: DocumentKey, ca: CertificateAuthority) -> None:
    bound = bind_ink(document_sha256="11" * 32, ink_sha256="22" * 32, picture=INK, key=key, at=AT)
    assert bound.picture_sha256 == sha256_hex(INK)
    assert ink_binding_holds(bound, [ca.certificate])
    again = bind_ink(document_sha256="11" * 32, ink_sha256="22" * 32, picture=INK, key=key, at=AT)
    assert again.nonce != bound.nonce


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_sha256", "12" * 32),
        ("ink_sha256", "23" * 32),
        ("picture_sha256", "34" * 32),
        ("nonce", "00" * 16),
        ("at", "2026-03-02T03:04:06.000+00:00"),
        ("at", "yesterday"),
        ("algorithm", "ed25519"),
        ("signature", b""),
        ("signature", b"\x30\x00"),
        ("certificate", b"nothing"),
    ],
)
def test_a_binding_with_another_part_does_not_hold(
    key: DocumentKey, ca: CertificateAuthority, field: str, value: object
) -> None:
    bound = bind_ink(document_sha256="11" * 32, ink_sha256="22" * 32, picture=INK, key=key, at=AT)
    changed: InkBinding = replace(bound, **{field: value})
    assert not ink_binding_holds(changed, [ca.certificate])


def test_a_binding_needs_an_anchor_and_a_certificate_in_force(
    key: DocumentKey, ca: CertificateAuthority
) -> None:
    other = make_ca("示例保险总公司 CA", AT)
    parts = {"document_sha256": "11" * 32, "ink_sha256": "22" * 32, "picture": INK, "key": key}
    bound = bind_ink(**parts, at=AT)
    assert not ink_binding_holds(bound, [other.certificate])
    assert not ink_binding_holds(bound, [])
    late = bind_ink(**parts, at=AT + timedelta(days=60))
    assert not ink_binding_holds(late, [ca.certificate])
