"""Kept days of real runs: they verify, nothing in them can be changed unseen, figures are right.

Two days with rosters of our own go through the shipped command as processes of their own and are
kept: L1/L2 by the branch and L4 by head office. Then every kept file is flipped, deleted and
exchanged with the other run's, and a forger who even holds the workstation's key tries his luck.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain as joined
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import cli
from app.assembly.kept.anchors import read_anchors
from app.assembly.kept.manifest import (
    MANIFEST,
    NotAManifest,
    listing,
    manifest_bytes,
    open_manifest,
    read_manifest,
)
from app.assembly.kept.reading import Kept
from app.assembly.verify import Verdict, checks_of, make, verify_kept
from app.kit.clock import SystemClock
from tests.journeys import rosters, second_verifier

ROOT = Path(__file__).resolve().parents[2]
LATEST = 900
"""Seconds after which a day is taken to hang."""
BIG = 20_000
"""Bytes from which one flipped byte per file has to do."""


@dataclass(frozen=True)
class Run:
    """A finished ``sealdesk demo``."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """Its one JSON object; more or less than one fails here."""
        answer: dict[str, Any] = json.loads(self.out)
        return answer


def begin(*options: object) -> subprocess.Popen[str]:
    """Start a day as a person would; its home is nobody's."""
    command = [sys.executable, "-m", "app", "demo", "--headless", "--json", "--size", "5"]
    return subprocess.Popen(
        [*command, *map(str, options)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def end(process: subprocess.Popen[str]) -> Run:
    out, err = process.communicate(timeout=LATEST)
    return Run(process.returncode, out, err)


@dataclass(frozen=True)
class Days:
    """Two kept days of the same kind, and what each run printed."""

    near: Path
    far: Path
    runs: tuple[Run, Run]


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    """Run two days at once; their folders are never changed, tests take copies."""
    folder = tmp_path_factory.mktemp("kept")
    start = date(2027, 3, 1)
    own = rosters.write(folder / "own.xlsx", rosters.people(121, seed=1), seed=5)
    near = begin("--keep", folder / "near", "--region", "A", "--discretion", "0.95")
    far = begin("--keep", folder / "far", "--roster", own, "--start", start, "--discretion", "0.60")
    return Days(folder / "near", folder / "far", (end(near), end(far)))


@pytest.fixture
def near(days: Days, tmp_path: Path) -> Path:
    """A copy of the first day to be hurt."""
    return Path(shutil.copytree(days.near, tmp_path / "near"))


def faults_of(verdict: Verdict) -> str:
    """Give all faults in English, one a line."""
    return "\n".join(f"{one.file}: {one.what.in_language('en')}" for one in verdict.faults)


# ---- what was kept holds -----------------------------------------------------------------------


def test_both_days_end_well(days: Days) -> None:
    for run in days.runs:
        assert run.code == 0, run.err
        assert run.answer["problems"] == []


def test_both_days_verify_as_a_command(days: Days) -> None:
    for folder in (days.near, days.far):
        done = subprocess.run(
            [sys.executable, "-m", "app", "verify", "--json", "--keep", folder],
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=LATEST,
        )
        answer = json.loads(done.stdout)
        assert (done.returncode, answer["ok"], answer["faults"]) == (0, True, [])
        assert answer["anchors"] == {"from": "DIR", "path": str(folder / "anchors.json")}
        assert answer["not_checked"] == []


def test_the_second_verifier_agrees(days: Days) -> None:
    assert second_verifier.check(days.near) == []
    assert second_verifier.check(days.far) == []


def test_the_printed_result_is_the_kept_one(days: Days) -> None:
    for folder, run in zip((days.near, days.far), days.runs, strict=True):
        assert json.loads((folder / "result.json").read_text("utf-8")) == run.answer


def test_looking_back_writes_nothing(days: Days) -> None:
    def state() -> list[tuple[str, int, int]]:
        return sorted(
            (str(path), path.stat().st_mtime_ns, path.stat().st_size)
            for path in (days.near, *days.near.rglob("*"))
        )

    before = state()
    assert verify_kept(days.near).holds
    assert state() == before


def test_no_store_is_open_and_no_private_key_is_kept(days: Days) -> None:
    for folder in (days.near, days.far):
        names = [path.name for path in folder.rglob("*") if path.is_file()]
        assert not [name for name in names if name.endswith(("-wal", "-shm", "-journal", ".lock"))]
        assert not [name for name in names if name.endswith((".key", ".pem"))]
        texts = [path for path in folder.rglob("*") if path.suffix in (".json", ".cose")]
        assert not [path for path in texts if b"PRIVATE KEY" in path.read_bytes()]


# ---- the figures -------------------------------------------------------------------------------


def test_a_day_prices_like_the_price_command(
    days: Days, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (days.near, days.far):
        quote = json.loads((folder / "evidence/quote.json").read_text("utf-8"))
        request = tmp_path / "request.json"
        request.write_text(json.dumps(quote["request"]), "utf-8")
        assert cli.run(["price", str(request), "--json"]) == 0
        priced = json.loads(capsys.readouterr().out)
        result = json.loads((folder / "result.json").read_text("utf-8"))["quote"]
        assert result["premium_fen"] == priced["policy_premium_fen"]
        assert result["lines"] == priced["lines"]
        assert result["level"] == priced["approval_level"]
        assert result["people"] == priced["headcount"]
        assert result["tariff"]["sha256"] == priced["tariff"]["sha256"]


def test_the_options_reach_the_price(days: Days) -> None:
    near, far = (
        json.loads((folder / "evidence/quote.json").read_text("utf-8"))["request"]
        for folder in (days.near, days.far)
    )
    assert (near["region"], near["discretion"]) == ("A", "0.95")
    assert (far["region"], far["start"], far["end"]) == ("B", "2027-03-01", "2028-02-29")


def test_own_roster_is_read_by_its_headings(days: Days) -> None:
    """121 people under shuffled synonyms: each row is in the stored roster as it was written."""
    result = days.runs[1].answer["quote"]
    stored = json.loads((days.far / "files" / f"{result['roster_sha256']}.json").read_text("utf-8"))
    written = [
        [one["name"], "111", one["id_no"], "M" if one["sex"] == "男" else "F",
         str(one["birth"]), one["job"], one["class"], one["gpa"] * 100,
         one["gma"] and one["gma"] * 100, one["deductible"], one["ratio"], one["social"] == "有"]
        for one in rosters.people(121, seed=1)
    ]  # fmt: skip
    assert [row[:-1] for row in stored["people"]] == written


def test_each_level_is_decided_by_its_own_people(days: Days) -> None:
    near, far = (run.answer["quote"] for run in days.runs)
    assert near["level"].startswith(("L1", "L2"))
    assert far["level"].startswith("L4")
    assert far["approvals"] == ["E1002", "E1003", "E7901", "E0001"]
    assert far["approved_by"] == "E0001"


@pytest.fixture(scope="session")
def others(tmp_path_factory: pytest.TempPathFactory, days: Days) -> tuple[Run, Run, Path]:
    """Two more days at once: one to the provincial office, one with three wrong rows."""
    folder = tmp_path_factory.mktemp("others")
    good = rosters.write(folder / "good.xlsx", rosters.people(130, seed=3), seed=7)
    rows = rosters.people(125, seed=2)
    last = rows[3]["id_no"][-1]
    rows[3]["id_no"] = rows[3]["id_no"][:-1] + ("0" if last != "0" else "1")
    rows[7]["class"] = 9
    rows[11]["sex"] = "?"
    wrong = rosters.write(folder / "wrong.xlsx", rows, seed=6)
    provincial = begin("--roster", good, "--region", "C", "--discretion", "0.75")
    refused = begin("--roster", wrong, "--keep", folder / "kept")
    return end(provincial), end(refused), folder / "kept"


def test_the_provincial_office_decides_level_three(others: tuple[Run, Run, Path]) -> None:
    provincial = others[0]
    assert provincial.code == 0, provincial.err
    quote = provincial.answer["quote"]
    assert quote["level"].startswith("L3")
    assert quote["approvals"] == ["E1002", "E1003", "E7901"]


def test_wrong_rows_are_named_and_nothing_is_kept(others: tuple[Run, Run, Path]) -> None:
    """Rows as the workbook counts them, below a title and the headings."""
    refused, kept = others[1], others[2]
    assert refused.code == 2, refused.err
    found = [
        (one["row"], one["column"], one["code"].rsplit("-", 1)[-1])
        for one in refused.answer["problems"]
    ]
    heading = rosters.HEADINGS
    assert found == [
        (6, heading["id_no"], "CHECKSUM"),
        (10, heading["class"], "CLASS"),
        (14, heading["sex"], "SEX"),
    ]
    assert list(kept.iterdir()) == []


# ---- one byte, one file ------------------------------------------------------------------------


def look(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, set[str]]:
    """Run the command; give its exit code and the files it names."""
    code = cli.run(["verify", "--keep", str(folder), "--json"])
    answer = json.loads(capsys.readouterr().out)
    return code, {fault["file"] for fault in answer["faults"]}


def kept_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def hurts(original: bytes) -> Iterator[bytes]:
    """Flip one byte: the middle of a big file; begin, quarters and end of a small one."""
    size = len(original)
    places = (
        [size // 2] if size > BIG else sorted({0, size // 4, size // 2, size * 3 // 4, size - 1})
    )
    for place in places:
        for bit in (0x01, 0x20):
            yield original[:place] + bytes([original[place] ^ bit]) + original[place + 1 :]


def test_every_flipped_byte_is_found(near: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missed = []
    for path in kept_files(near):
        original, name = path.read_bytes(), path.relative_to(near).as_posix()
        for hurt in hurts(original):
            path.write_bytes(hurt)
            code, named = look(near, capsys)
            if code == 0 or name not in named or not named <= {name, MANIFEST}:
                missed.append((name, code, sorted(named)[:4]))
        path.write_bytes(original)
    assert missed == []


def test_every_byte_of_the_manifest_counts(near: Path) -> None:
    """Every byte, the blanks between the words too: each is signed or has one spelling."""
    path = near / MANIFEST
    original = path.read_bytes()
    found = listing(near)
    key = read_anchors(near / "anchors.json").workstation_key
    assert open_manifest(original, key).files == found
    for place in range(len(original)):
        for bit in (0x01, 0x04, 0x20):
            hurt = bytearray(original)
            hurt[place] ^= bit
            with pytest.raises(NotAManifest):
                open_manifest(bytes(hurt), key)
    for hurt in (original + b"\n", original[:-1], b" " + original):
        with pytest.raises(NotAManifest):
            open_manifest(hurt, key)


def test_every_missing_file_is_named(near: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missed = []
    for path in kept_files(near):
        name, away = path.relative_to(near).as_posix(), near.parent / "away"
        path.rename(away)
        code, named = look(near, capsys)
        if code == 0 or named != {name}:
            missed.append((name, code, sorted(named)[:4]))
        away.rename(path)
    assert missed == []


def counterpart(path: Path, days: Days) -> Path:
    """Find the same file of the other run; by hash or random name, the n-th of its kind."""
    same = days.far / path
    if same.is_file():
        return same

    def alike(folder: Path) -> list[Path]:
        level = len(path.parts)
        found = (one.relative_to(folder) for one in kept_files(folder))
        return [
            one
            for one in found
            if one.parts[:2] == path.parts[:2] or (level == 2 and one.parts[:1] == path.parts[:1])
            if one.suffix == path.suffix
        ]

    here, there = alike(days.near), alike(days.far)
    return days.far / there[here.index(path) % len(there)]


def test_every_file_of_another_run_is_named(
    days: Days, near: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missed, same = [], []
    for path in kept_files(near):
        inside = path.relative_to(near)
        original, other = path.read_bytes(), counterpart(inside, days).read_bytes()
        if original == other:
            same.append(inside.as_posix())
            continue
        path.write_bytes(other)
        code, named = look(near, capsys)
        if code == 0 or inside.as_posix() not in named or not named <= {str(inside), MANIFEST}:
            missed.append((inside.as_posix(), code, sorted(named)[:4]))
        path.write_bytes(original)
    assert missed == []
    # The same in every run: head office's signed packs, and the writing of the simulated hand.
    result = days.runs[0].answer
    alike = (result["quote"]["tariff"]["sha256"], result["signature"]["picture_sha256"])
    assert all("/packs/" in name or Path(name).stem in alike for name in same)


def test_what_was_not_kept_is_named(near: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("evidence/more.json", "stores/desk/desk.db-wal", "note.txt"):
        (near / name).write_bytes(b"x")
        code, named = look(near, capsys)
        assert (code, named) == (1, {name})
        (near / name).unlink()


def test_a_link_is_no_kept_file(days: Days, near: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (near / "result.json").unlink()
    (near / "result.json").symlink_to(days.near / "result.json")
    assert look(near, capsys) == (1, {"result.json"})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("quote", "premium_fen"), 1),
        (("quote", "approved_by"), "E9999"),
        (("contract", "number"), "CGPA1790115202600000099"),
        (("seal", "counter_after"), 9),
        (("audit", "entries"), 1),
        (("sync", "outbox_left"), 3),
        (("seconds", "seal"), 0.001),
        (("problems",), [{"code": "E"}]),
    ],
)
def test_an_edited_result_is_named(
    near: Path, capsys: pytest.CaptureFixture[str], path: tuple[str, ...], value: object
) -> None:
    edit(near / "result.json", path, value)
    assert look(near, capsys) == (1, {"result.json"})


# ---- trust anchors -----------------------------------------------------------------------------


def test_outside_anchors_are_used_and_said(
    days: Days, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anchors = Path(shutil.copy(days.near / "anchors.json", tmp_path / "anchors.json"))
    code = cli.run(["verify", "--keep", str(days.near), "--anchors", str(anchors), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["anchors"]) == (0, {"from": "FILE", "path": str(anchors)})


def test_anchors_of_another_run_are_refused(days: Days) -> None:
    verdict = verify_kept(days.near, days.far / "anchors.json")
    assert not verdict.holds
    told = faults_of(verdict)
    for name in ("machine.public_key", "workstation.public_key", "people.E1002", "ca_pem"):
        assert f"anchors.json: {name} " in told


def test_one_other_key_outside_is_named(days: Days, tmp_path: Path) -> None:
    anchors = Path(shutil.copy(days.near / "anchors.json", tmp_path / "anchors.json"))
    edit(anchors, ("people", "E1002"), fresh_key().public_key().public_bytes_raw().hex())
    verdict = verify_kept(days.near, anchors)
    assert [fault.file for fault in verdict.faults] == ["anchors.json"]
    assert "people.E1002" in faults_of(verdict)


def test_a_file_without_anchors_is_refused_in_words(
    days: Days, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for content in (b"", b"[]", b"{}", b'{"ca_pem": 3}'):
        (tmp_path / "anchors.json").write_bytes(content)
        arguments = ["verify", "--keep", str(days.near), "--anchors"]
        assert cli.run([*arguments, str(tmp_path / "anchors.json"), "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "E-VERIFY-ANCHORS"


# ---- a forger with the workstation's key -------------------------------------------------------


def fresh_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def edit(file: Path, path: tuple[str | int, ...], value: object) -> None:
    """Set one value in a JSON file, however deep."""
    whole = json.loads(file.read_text("utf-8"))
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")


@dataclass(frozen=True)
class Forger:
    """Holds a key that the folder calls the workstation's: may sign heads and manifest anew."""

    folder: Path
    key: Ed25519PrivateKey

    def take_over(self) -> None:
        """Put the own key in the workstation's place and sign every head again."""
        public = self.key.public_key().public_bytes_raw().hex()
        edit(self.folder / "anchors.json", ("workstation", "public_key"), public)
        heads = json.loads((self.folder / "evidence/audit-heads.json").read_text("utf-8"))
        for head in heads:
            said = f"sealdesk/audit-head/v1\n{head['chain']}\n{head['n']}\n{head['hash']}"
            head["signature"] = self.key.sign(said.encode()).hex()
        (self.folder / "evidence/audit-heads.json").write_text(json.dumps(heads), "utf-8")
        self.sign()

    def sign(self) -> None:
        """Sign the folder as it is now."""
        old = read_manifest((self.folder / MANIFEST).read_bytes())
        new = manifest_bytes(replace(old, files=listing(self.folder)), self.key.sign)
        (self.folder / MANIFEST).write_bytes(new)


@pytest.fixture(scope="session")
def forged(days: Days, tmp_path_factory: pytest.TempPathFactory) -> Forger:
    """A folder signed anew from end to end; edits are undone by ``restored``."""
    folder = tmp_path_factory.mktemp("forged") / "near"
    shutil.copytree(days.near, folder)
    forger = Forger(folder, fresh_key())
    forger.take_over()
    return forger


@pytest.fixture
def forger(forged: Forger) -> Iterator[Forger]:
    """The forger, whose changes are gone afterwards."""
    before = {path: path.read_bytes() for path in kept_files(forged.folder)}
    yield forged
    for path in kept_files(forged.folder):
        if path not in before:
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


def test_the_forgers_folder_holds_by_its_own_anchors_only(days: Days, forger: Forger) -> None:
    """The base of the tests below: without an edit nothing is found, so what is found is theirs."""
    assert faults_of(verify_kept(forger.folder)) == ""
    outside = verify_kept(forger.folder, days.near / "anchors.json")
    assert "workstation.public_key" in faults_of(outside)
    assert MANIFEST in faults_of(outside)


SLOW = frozenset({"pages", "wording", "photographs"})
"""Checks that draw pages or read pictures; they have tests of their own."""


def found_in(folder: Path) -> str:
    """Make every quick check of what the files say, as if the folder were signed anew."""
    kept = Kept(folder, read_anchors(folder / "anchors.json"))
    quick = [check for check in checks_of(SystemClock()) if check.name not in SLOW]
    faults = [fault for check in quick for fault in make(check, kept)]
    return "\n".join(f"{one.file}: {one.what.in_language('en')}" for one in faults)


Edit = tuple[str, tuple[str | int, ...], object]
CHANGES: list[tuple[Edit, str]] = [
    (("result.json", ("quote", "premium_fen"), 100), "result.json: quote.premium_fen"),
    (("result.json", ("quote", "people"), 5), "result.json: quote.people"),
    (("result.json", ("quote", "level"), "L1"), "result.json: quote.level"),
    (("result.json", ("quote", "approved_by"), "E1002"), "result.json: quote.approved_by"),
    (("result.json", ("quote", "tariff", "version"), "9"), "result.json: quote.tariff"),
    (("result.json", ("quote", "lines", 0, "n"), 7), "result.json: quote.lines"),
    (("result.json", ("contract", "number"), "X1"), "result.json: contract.number"),
    (("result.json", ("signature", "signer"), "X"), "result.json: signature.signer"),
    (("result.json", ("signature", "bottom_line"), False), "signature.bottom_line"),
    (("result.json", ("seal", "counter_after"), 3), "result.json: seal.counter_after"),
    (("result.json", ("seal", "log_entries"), 3), "result.json: seal.log_entries"),
    (("result.json", ("seal", "photos"), []), "result.json: seal.photos"),
    (("result.json", ("audit", "entries"), 3), "result.json: audit.entries"),
    (("result.json", ("sync", "digest_equal"), False), "result.json: sync.digest_equal"),
    (("result.json", ("problems",), ["x"]), "result.json: problems"),
    (("evidence/quote.json", ("premium_fen",), 100), "evidence/quote.json: premium_fen"),
    (("evidence/quote.json", ("request", "discretion"), "1.00"), "evidence/quote.json: input_hash"),
    (("evidence/quote.json", ("request", "cohorts", 0, "age"), 19), "do not make the request"),
    (("evidence/approvals.json", ("steps", 0, "person"), "E1001"), "evidence/approvals.json"),
    (("evidence/approvals.json", ("steps", 0, "person"), "E1003"), "evidence/approvals.json"),
    (("evidence/approvals.json", ("requester",), "E1002"), "evidence/approvals.json"),
    (("evidence/approvals.json", ("subject_hash",), "0" * 64), "evidence/approvals.json"),
    (("evidence/approvals.json", ("needed",), 3), "evidence/approvals.json: needed"),
    (("anchors.json", ("staff", "E1002", "roles"), ["clerk"]), "was not the one to decide"),
    (("anchors.json", ("staff", "E1005", "roles"), ["clerk"]), "may not hold the seal"),
    (("evidence/contract.json", ("version",), 2), "evidence/chain.json: draft"),
    (("evidence/signature.json", ("evidence", 0, "ts"), "x"), "evidence/signature.json: evidence"),
    (("evidence/seal.json", ("impressions",), 3), "evidence/permit.cose: impressions"),
    (("evidence/seal.json", ("witness",), "E1006"), "evidence/permit.cose: persons"),
    (("evidence/seal.json", ("stamps", 0, "page"), 4), "evidence/permit.cose: pages"),
    (("evidence/seal.json", ("stamps", 1, "log_sequence"), 3), "log_head 2"),
    (("evidence/chain.json", (3, "facts", 0, 1), 4), "evidence/chain.json: photo"),
    (("evidence/chain.json", (1, "previous"), "0" * 64), "evidence/chain.json: Link 2"),
    (("evidence/audit.json", (12, "actor"), "E1002"), "line 13 was changed"),
    (("evidence/audit-heads.json", (0, "n"), 2), "The signed head at line 2"),
    (("evidence/receipts.json", (1, "text"), "[]"), "evidence/receipts.json"),
    (("evidence/standing.json", (0, "digest"), "0" * 16), "evidence/standing.json"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=lambda one: str(one)[:60])
def test_a_forged_value_is_found(forger: Forger, change: Edit, told: str) -> None:
    name, path, value = change
    edit(forger.folder / name, path, value)
    assert told in found_in(forger.folder)


def cut(name: str, keep: slice) -> Callable[[Path], None]:
    """Cut a list in a JSON file."""

    def act(folder: Path) -> None:
        whole = json.loads((folder / name).read_text("utf-8"))
        (folder / name).write_text(json.dumps(whole[keep]), "utf-8")

    return act


def without(*parts: tuple[str, slice]) -> Callable[[Path], None]:
    """Cut several lists at once."""

    def act(folder: Path) -> None:
        for name, keep in parts:
            cut(name, keep)(folder)

    return act


LOG, AUDIT, HEADS = "evidence/machine-log.json", "evidence/audit.json", "evidence/audit-heads.json"


@pytest.mark.parametrize(
    ("act", "file"),
    [
        (cut(LOG, slice(1, None)), LOG),
        (cut(LOG, slice(0, -1)), LOG),
        (cut("evidence/receipts.json", slice(0, -1)), "evidence/standing.json"),
        (cut("evidence/receipts.json", slice(2, None)), "evidence/receipts.json"),
        (cut(AUDIT, slice(0, -1)), AUDIT),
        (without((AUDIT, slice(0, -1)), (HEADS, slice(0, -1))), AUDIT),
        (cut("evidence/chain.json", slice(0, -1)), "evidence/chain.json"),
    ],
    ids=["log head", "log tail", "receipt tail", "receipt head", "audit tail", "audit both",
         "chain tail"],
)  # fmt: skip
def test_what_was_cut_off_is_found(forger: Forger, act: Callable[[Path], None], file: str) -> None:
    act(forger.folder)
    assert f"{file}: " in found_in(forger.folder)


def test_a_permit_or_a_log_of_another_day_is_found(days: Days, forger: Forger) -> None:
    for name in ("evidence/permit.cose", LOG, "evidence/receipts.json", AUDIT, HEADS):
        original = (forger.folder / name).read_bytes()
        shutil.copy(days.far / name, forger.folder / name)
        assert f"{name}: " in found_in(forger.folder)
        (forger.folder / name).write_bytes(original)


def test_a_photograph_of_another_contract_is_found(days: Days, forger: Forger) -> None:
    """Even under a name of its own, named in every record beside it."""
    seal = json.loads((forger.folder / "evidence/seal.json").read_text("utf-8"))
    other = days.runs[1].answer["contract"]["photo_sha256"]
    shutil.copy(days.far / "files" / f"{other}.jpg", forger.folder / "files" / f"{other}.jpg")
    place = next(n for n, stamp in enumerate(seal["stamps"]) if stamp["photo_sha256"])
    edit(forger.folder / "evidence/seal.json", ("stamps", place, "photo_sha256"), other)
    forger.sign()
    told = faults_of(verify_kept(forger.folder))
    assert f"files/{other}.jpg: " in told
    assert f"{LOG}: " in told


def test_records_of_another_shape_are_faults_not_traces(forger: Forger) -> None:
    names = sorted(
        joined(
            (f"evidence/{path.name}" for path in (forger.folder / "evidence").glob("*.json")),
            ["result.json"],
        )
    )
    for name in names:
        original = (forger.folder / name).read_bytes()
        for content in (b"", b"null", b"[]", b"{}", b"[[]]", b"[{}]", b'{"a": 1, "a": 2}', b"\xff"):
            (forger.folder / name).write_bytes(content)
            assert found_in(forger.folder) != "", (name, content)
        (forger.folder / name).write_bytes(original)


# ---- the second verifier can say no -------------------------------------------------------------


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=lambda one: str(one)[:60])
def test_the_second_verifier_sees_an_unsigned_change(near: Path, change: Edit, told: str) -> None:
    name, path, value = change
    edit(near / name, path, value)
    assert f"manifest: {name} differs" in second_verifier.check(near)


SECOND = {
    ("evidence/approvals.json", ("steps", 0, "person"), "E1001"): "approvals",
    ("evidence/audit.json", (12, "actor"), "E1002"): "audit",
    ("evidence/chain.json", (3, "facts", 0, 1), 4): "chain",
    ("evidence/receipts.json", (1, "text"), "[]"): "receipts",
    ("evidence/standing.json", (0, "digest"), "0" * 16): "receipts",
    ("result.json", ("quote", "people"), 5): "premium",
    ("result.json", ("seal", "counter_after"), 3): "permit",
    ("result.json", ("audit", "entries"), 3): "audit",
}


@pytest.mark.parametrize(("change", "looked"), SECOND.items(), ids=lambda one: str(one)[:60])
def test_the_second_verifier_sees_a_signed_change(
    forger: Forger, change: Edit, looked: str
) -> None:
    name, path, value = change
    edit(forger.folder / name, path, value)
    forger.sign()
    complaints = second_verifier.check(forger.folder)
    assert [one for one in complaints if one.startswith(f"{looked}:")], complaints
    assert not [one for one in complaints if one.startswith("manifest:")]


def test_the_start_of_a_made_up_day_is_tomorrow(days: Days) -> None:
    request = json.loads((days.near / "evidence/quote.json").read_text("utf-8"))["request"]
    drawn = json.loads((days.near / "evidence/contract.json").read_text("utf-8"))
    assert request["start"] == drawn["cover_from"]
    start, last = date.fromisoformat(request["start"]), date.fromisoformat(request["end"])
    assert last + timedelta(days=1) == start.replace(year=start.year + 1)
