"""The manifest and the anchors of a kept day, without a day: what is signed, what is refused."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import cli
from app.assembly.kept.manifest import (
    Manifest,
    NotAManifest,
    listing,
    manifest_bytes,
    open_manifest,
)
from app.assembly.kept.reading import Record, first
from app.assembly.verify import verify_kept

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
MANIFEST = Manifest("0" * 16, "C1", "desk", {"a.json": "1" * 64, "files/b.pdf": "2" * 64})


def test_a_manifest_comes_back_as_it_was_signed() -> None:
    octets = manifest_bytes(MANIFEST, KEY.sign)
    assert open_manifest(octets, PUBLIC) == MANIFEST
    assert json.loads(octets)["manifest"]["files"] == MANIFEST.files


def test_another_key_did_not_sign_it() -> None:
    octets = manifest_bytes(MANIFEST, KEY.sign)
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(NotAManifest):
        open_manifest(octets, stranger)


def test_every_bit_of_a_manifest_counts() -> None:
    octets = manifest_bytes(MANIFEST, KEY.sign)
    for place in range(len(octets) * 8):
        hurt = bytearray(octets)
        hurt[place // 8] ^= 1 << place % 8
        with pytest.raises(NotAManifest):
            open_manifest(bytes(hurt), PUBLIC)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"manifest": {}}'])
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(NotAManifest):
        open_manifest(content, PUBLIC)


def test_a_signed_list_with_a_hash_that_is_none_is_refused() -> None:
    wrong = Manifest("0", "C1", "desk", {"a.json": "not a plain file"})
    with pytest.raises(NotAManifest):
        open_manifest(manifest_bytes(wrong, KEY.sign), PUBLIC)


def test_links_are_listed_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    (tmp_path / "empty").mkdir()
    found = listing(tmp_path)
    assert found.keys() == {"one", "two"}
    assert found["two"] == "not a plain file"


def test_no_folder_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", "--keep", str(tmp_path / "none"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "E-VERIFY-FOLDER"


def test_an_empty_folder_does_not_hold(tmp_path: Path) -> None:
    verdict = verify_kept(tmp_path)
    assert not verdict.holds
    assert [fault.file for fault in verdict.faults] == ["anchors.json"]
    assert "premium" in verdict.left


def test_a_record_says_which_field_is_wrong() -> None:
    record = Record({"a": "text", "n": True, "list": {}})
    assert record.text("a") == "text"
    for read in (
        lambda: record.number("n"),
        lambda: record.number("a"),
        lambda: record.items("list"),
        lambda: record.at("a"),
        lambda: record.text("missing"),
        lambda: Record([]),
        lambda: first([], "x"),
    ):
        with pytest.raises(ValueError):
            read()
