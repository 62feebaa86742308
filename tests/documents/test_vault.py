"""The vault: whole files or none, through full disks, kills and flipped bits."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.vault import CHUNK, StoredFile, Vault
from app.kit.errors.base import BranchError

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
CONTENT = "合同".encode() * 30_000
SHA = hashlib.sha256(CONTENT).hexdigest()

STORE = """
import sys
from pathlib import Path
from app.documents.vault import Vault
from app.kit.errors.base import BranchError
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
content = "合同".encode() * 30_000
vault = Vault(Path(sys.argv[1]), bytes(range(32)))
print("open", flush=True)
try:
    sha = vault.put(content, "pdf")
except BranchError as error:
    print(error.code, flush=True)
else:
    print("acked", sha, flush=True)
"""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty vault."""
    return Vault(tmp_path / "vault", KEY)


def files_of(vault_folder: Path) -> list[Path]:
    """List every file below a vault folder."""
    return sorted(path for path in vault_folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, CHUNK - 37, CHUNK - 36, CHUNK, 3 * CHUNK + 7])
def test_what_goes_in_comes_out(vault: Vault, size: int) -> None:
    content = os.urandom(size)
    sha256 = vault.put(content, "pdf")
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert vault.get(sha256) == content
    assert vault.facts(sha256) == StoredFile(sha256, "pdf", size)
    assert vault.has(sha256)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(content=st.binary(max_size=300))
def test_any_bytes_come_out(vault: Vault, content: bytes) -> None:
    assert vault.get(vault.put(content)) == content


def test_the_same_bytes_are_one_file(vault: Vault, tmp_path: Path) -> None:
    vault.put(CONTENT, "pdf")
    (before,) = files_of(tmp_path)
    stamp = before.stat().st_mtime_ns
    assert vault.put(CONTENT, "pdf") == SHA
    (after,) = files_of(tmp_path)
    assert after.stat().st_mtime_ns == stamp


def test_the_disk_shows_neither_content_nor_hash(vault: Vault, tmp_path: Path) -> None:
    vault.put(CONTENT, "pdf")
    (path,) = files_of(tmp_path)
    raw = path.read_bytes()
    assert "合同".encode() * 4 not in raw
    assert SHA not in str(path)
    assert bytes.fromhex(SHA) not in raw
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0


def chunks_of(path: Path) -> list[bytes]:
    """Cut a file of the vault into its sealed chunks."""
    body = path.read_bytes()[20:]
    return [body[at : at + CHUNK + 16] for at in range(0, len(body), CHUNK + 16)]


def test_equal_chunks_do_not_look_equal(vault: Vault, tmp_path: Path) -> None:
    vault.put(bytes(4 * CHUNK))
    (path,) = files_of(tmp_path)
    chunks = chunks_of(path)
    assert len(set(chunks)) == len(chunks) == 5
    vault.put(b"\x01" + bytes(4 * CHUNK - 1))
    for one in files_of(tmp_path):
        if one != path:
            assert not set(chunks_of(one)) & set(chunks)


def test_names_and_bytes_depend_on_the_data_key(tmp_path: Path) -> None:
    Vault(tmp_path / "a", KEY).put(CONTENT)
    Vault(tmp_path / "b", OTHER_KEY).put(CONTENT)
    (one,), (two,) = files_of(tmp_path / "a"), files_of(tmp_path / "b")
    assert one.name != two.name
    wrong = Vault(tmp_path / "a", OTHER_KEY)
    assert not wrong.has(SHA)
    with pytest.raises(BranchError) as refused:
        list(wrong.files())
    assert refused.value.code == "E-VAULT-DAMAGED"


def test_a_file_that_is_not_there(vault: Vault) -> None:
    with pytest.raises(BranchError) as refused:
        vault.get("ab" * 32)
    assert refused.value.code == "E-VAULT-MISSING"


@pytest.mark.parametrize("name", ["", "../" + "a" * 61, "AB" * 32, "ab" * 31, "ab" * 33])
def test_what_is_no_hash_touches_no_file(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        vault.get(name)


@pytest.mark.parametrize("extension", ["", "PDF", "../x", "a" * 11, "a.b", "名"])
def test_an_extension_is_plain(vault: Vault, extension: str) -> None:
    with pytest.raises(ValueError, match="extension"):
        vault.put(b"x", extension)


def test_a_key_has_32_bytes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(tmp_path, b"short")


def test_every_flipped_byte_is_noticed(vault: Vault, tmp_path: Path) -> None:
    sha256 = vault.put(b"0123456789", "txt")
    (path,) = files_of(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(bytes(damaged))
        with pytest.raises(BranchError) as refused:
            vault.get(sha256)
        assert refused.value.code == "E-VAULT-DAMAGED"
    path.write_bytes(whole)
    assert vault.get(sha256) == b"0123456789"


def test_every_cut_is_noticed(vault: Vault, tmp_path: Path) -> None:
    sha256 = vault.put(b"x" * (2 * CHUNK), "bin")
    (path,) = files_of(tmp_path)
    whole = path.read_bytes()
    chunk = CHUNK + 16
    cuts = [0, 3, 19, 20, 21, 36, 20 + chunk - 1, 20 + chunk, 20 + 2 * chunk, len(whole) - 1]
    for cut in cuts:
        path.write_bytes(whole[:cut])
        with pytest.raises(BranchError) as refused:
            vault.get(sha256)
        assert refused.value.code == "E-VAULT-DAMAGED"


def test_swapped_chunks_are_noticed(vault: Vault, tmp_path: Path) -> None:
    sha256 = vault.put(os.urandom(3 * CHUNK), "bin")
    (path,) = files_of(tmp_path)
    whole, chunk = path.read_bytes(), CHUNK + 16
    head, one, two = whole[:20], whole[20 : 20 + chunk], whole[20 + chunk : 20 + 2 * chunk]
    path.write_bytes(head + two + one + whole[20 + 2 * chunk :])
    with pytest.raises(BranchError):
        vault.get(sha256)


def test_swapped_files_are_noticed(vault: Vault, tmp_path: Path) -> None:
    one, two = vault.put(b"one"), vault.put(b"two")
    first, second = files_of(tmp_path)
    a, b = first.read_bytes(), second.read_bytes()
    first.write_bytes(b)
    second.write_bytes(a)
    for sha256 in (one, two):
        with pytest.raises(BranchError) as refused:
            vault.get(sha256)
        assert refused.value.code == "E-VAULT-DAMAGED"
    with pytest.raises(BranchError):
        list(vault.files())


def test_storing_again_heals_a_damaged_file(vault: Vault, tmp_path: Path) -> None:
    sha256 = vault.put(CONTENT)
    (path,) = files_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert vault.put(CONTENT) == sha256
    assert vault.get(sha256) == CONTENT


def test_all_files_can_be_listed_and_exported(vault: Vault, tmp_path: Path) -> None:
    kept = {vault.put(text.encode(), ext): text for text, ext in (("a", "pdf"), ("b", "jpg"))}
    assert {(one.sha256, one.extension, one.size) for one in vault.files()} == {
        (sha256, {"a": "pdf", "b": "jpg"}[text], 1) for sha256, text in kept.items()
    }
    for sha256, text in kept.items():
        path = vault.export(sha256, tmp_path / "keep" / "files")
        assert path.name == f"{sha256}.{'pdf' if text == 'a' else 'jpg'}"
        assert path.read_bytes() == text.encode()


def test_leftovers_are_swept(vault: Vault, tmp_path: Path) -> None:
    vault.put(CONTENT)
    (path,) = files_of(tmp_path)
    (path.parent / "half.sealed.0011.part").write_bytes(b"half")
    assert [one.sha256 for one in vault.files()] == [SHA]
    assert vault.sweep() == 1
    assert files_of(tmp_path) == [path]
    assert vault.sweep() == 0


def run_store(folder: Path, inject: str) -> list[str]:
    """Store in a process of its own, its k-th system call failed by strace, and give its words."""
    command = ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", f"inject={inject}"]
    done = subprocess.run(
        [*command, sys.executable, "-c", STORE, str(folder)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout.split()


def test_the_disk_has_the_file_before_it_has_the_name(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    command = ["strace", "-f", "-y", "-qqq", "-o", str(log), "-e", "trace=fsync,rename"]
    done = subprocess.run(
        [*command, sys.executable, "-c", STORE, str(tmp_path / "vault")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "acked" in done.stdout
    calls = [line.split(maxsplit=1)[1] for line in log.read_text().splitlines()]
    (renamed,) = (at for at, line in enumerate(calls) if line.startswith("rename("))
    assert any(line.startswith("fsync(") and ".part>" in line for line in calls[:renamed])
    (after,) = calls[renamed + 1 :]
    assert after.startswith("fsync(")
    assert ".part" not in after


CALLS = {"write": 2, "fsync": 1, "rename": 1, "mkdir": 2}
"""System calls of a store, and the first one that is the store's and not the start's."""


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("error", "code"), [("ENOSPC", "E-VAULT-FULL"), ("EIO", "E-VAULT-DISK")])
def test_a_disk_that_refuses_any_call_leaves_nothing_half(
    tmp_path: Path, call: str, error: str, code: str
) -> None:
    refused = 0
    for k in range(CALLS[call], 12):
        folder = tmp_path / f"vault{k}"
        said = run_store(folder, f"{call}:error={error}:when={k}")
        kept = [one.sha256 for one in Vault(folder, KEY).files()]
        assert not list(folder.rglob("*.part"))
        if said == ["open", code]:
            refused += 1
            assert kept in ([], [SHA])
        elif said == ["open", "acked", SHA]:
            assert kept == [SHA]
            break
        else:
            assert (call, said) == ("write", ["open"])  # its own word did not get out
        after = Vault(folder, KEY)
        assert after.get(after.put(CONTENT, "pdf")) == CONTENT
    else:
        pytest.fail("the store never came through")
    assert refused >= 1


@pytest.mark.parametrize("call", CALLS)
def test_a_kill_at_any_call_leaves_nothing_half(tmp_path: Path, call: str) -> None:
    killed = 0
    for k in range(CALLS[call], 12):
        folder = tmp_path / f"vault{k}"
        said = run_store(folder, f"{call}:signal=SIGKILL:when={k}")
        vault = Vault(folder, KEY)
        kept = [one.sha256 for one in vault.files()]
        if "acked" in said:
            assert kept == [SHA]
            break
        killed += 1
        assert kept in ([], [SHA])
        vault.sweep()
        assert not list(folder.rglob("*.part"))
        assert vault.get(vault.put(CONTENT, "pdf")) == CONTENT
    else:
        pytest.fail("the store never came through")
    assert killed >= 1
