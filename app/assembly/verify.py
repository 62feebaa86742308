"""``sealdesk verify``: look back at a kept day, offline, with public keys alone.

First the folder: is every file the one that was kept? Where not, the files are named and nothing in
them is believed. Then what the files say: everything that can be worked out again is. Nothing is
written, and no key of the stores is asked for. What each check proves is in docs/verify.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.assembly.kept import impressions, money, papers, trail
from app.assembly.kept.anchors import ANCHORS, Anchors, read_anchors
from app.assembly.kept.findings import Check, Fault
from app.assembly.kept.manifest import (
    MANIFEST,
    Manifest,
    NotAManifest,
    listing,
    open_manifest,
    read_manifest,
)
from app.assembly.kept.reading import Kept
from app.kit.clock import Clock, SystemClock
from app.kit.errors.base import BranchError
from app.kit.errors.verify import anchors_not_readable, folder_missing
from app.kit.words import t, tn

EVIDENCE = (
    "approvals.json",
    "audit-heads.json",
    "audit.json",
    "chain.json",
    "contract.json",
    "machine-log.json",
    "permit.cose",
    "quote.json",
    "receipts.json",
    "seal.json",
    "signature.json",
    "standing.json",
)
NEEDED = frozenset(
    {"result.json", ANCHORS, "stores/desk/desk.db", "stores/headoffice/desk.db", "stores/hub.db"}
    | {f"evidence/{name}" for name in EVIDENCE}
)
"""What every kept day has besides ``files/``."""
PLAIN_DATABASE = b"SQLite format 3\0"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What a record of another shape makes of a check; it is then a fault of its file."""


@dataclass(frozen=True)
class Verdict:
    """What came of the look back; ``anchors`` is the file they were read from.

    ``done`` and ``left`` name the checks that were made, and those that were not because the
    folder itself is not what was kept.
    """

    folder: Path
    anchors: Path
    outside: bool
    contract: str
    files: int
    done: tuple[str, ...]
    left: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Say whether everything was checked and nothing was found."""
        return not self.faults and not self.left

    def answer(self) -> dict[str, Any]:
        """Give the one JSON object of the command."""
        return {
            "ok": self.holds,
            "keep": str(self.folder),
            "anchors": {"from": "FILE" if self.outside else "DIR", "path": str(self.anchors)},
            "contract": self.contract,
            "files": self.files,
            "checks": list(self.done),
            "not_checked": list(self.left),
            "faults": [{"file": one.file, "what": str(one.what)} for one in self.faults],
        }

    def words(self) -> str:
        """Give the same in words for a person."""
        anchors = (
            t("Trust anchors: {path}", path=self.anchors)
            if self.outside
            else t("Trust anchors: those of the folder itself ({path})", path=self.anchors)
        )
        lines = [str(anchors)]
        if self.holds:
            lines.append(str(t("Contract {number}: everything holds.", number=self.contract)))
            lines.append(
                str(tn("{n} file, {checks} checks.", "{n} files, {checks} checks.", self.files,
                       checks=len(self.done)))
            )  # fmt: skip
        lines += [f"{fault.file}: {fault.what}" for fault in self.faults]
        if self.left:
            lines.append(str(t("What the files say was not checked: the folder comes first.")))
        return "\n".join(lines)


def verify_kept(keep: Path, anchors: Path | None = None, clock: Clock | None = None) -> Verdict:
    """Check a kept day; ``anchors`` names trust anchors from elsewhere, None takes the folder's.

    Raises BranchError E-VERIFY-FOLDER where there is no such folder, E-VERIFY-ANCHORS where the
    file named with ``anchors`` holds none.
    """
    if not keep.is_dir():
        raise BranchError(folder_missing(str(keep)))
    trusted, faults = _trusted(keep, anchors)
    manifest = None
    if trusted is not None:
        manifest, found = _folder(keep, trusted)
        faults += found
    done, left = ["anchors", "folder"], [check.name for check in checks_of(clock or SystemClock())]
    if trusted is not None and not faults:
        kept = Kept(keep, trusted)
        for check in checks_of(clock or SystemClock()):
            faults += make(check, kept)
        done, left = done + left, []
    return Verdict(
        folder=keep,
        anchors=anchors or keep / ANCHORS,
        outside=anchors is not None,
        contract=manifest.contract if manifest else "",
        files=len(manifest.files) + 1 if manifest else 0,
        done=tuple(done),
        left=tuple(left),
        faults=tuple(faults),
    )


def checks_of(clock: Clock) -> tuple[Check, ...]:
    """Give the checks of what the files say, in the order they are made."""
    return (
        Check("files", "result.json", trail.named_files),
        Check("premium", "evidence/quote.json", money.Repricing(clock).look),
        Check("roster", "evidence/quote.json", money.roster),
        Check("approvals", "evidence/approvals.json", money.approvals),
        Check("contract", "evidence/contract.json", papers.contract),
        Check("wording", "evidence/contract.json", papers.wording),
        Check("pages", "evidence/contract.json", papers.pages),
        Check("signature", "evidence/signature.json", papers.signature),
        Check("permit", "evidence/permit.cose", impressions.permits),
        Check("machine_log", "evidence/machine-log.json", impressions.log),
        Check("photographs", "evidence/seal.json", papers.photographs),
        Check("chain", "evidence/chain.json", papers.chain),
        Check("audit", "evidence/audit.json", trail.audit),
        Check("acts", "evidence/audit.json", trail.acts),
        Check("receipts", "evidence/receipts.json", trail.receipts),
    )


def make(check: Check, kept: Kept) -> list[Fault]:
    """Make one check; a record that cannot be read ends it with a fault, never with a trace."""
    faults: list[Fault] = []
    try:
        faults.extend(check.look(kept))
    except BranchError as error:
        faults.append(Fault(check.file, t("{what} ({code})", what=error.problem.what,
                                          code=error.code)))  # fmt: skip
    except _UNREADABLE as error:
        faults.append(Fault(check.file, t("It cannot be read: {what}", what=str(error))))
    return faults


def _trusted(keep: Path, outside: Path | None) -> tuple[Anchors | None, list[Fault]]:
    """Read the anchors, and hold the folder's own against those from outside."""
    if outside is None:
        inside = _inside(keep)
        return inside, [] if inside else [_unusable(ANCHORS)]
    try:
        trusted = read_anchors(outside)
    except (OSError, ValueError) as error:
        raise BranchError(anchors_not_readable(str(outside))) from error
    inside = _inside(keep)
    if inside is None:
        return trusted, [_unusable(ANCHORS)]
    return trusted, [
        Fault(ANCHORS, t("{name} is not the one of the trust anchors.", name=name))
        for name in trusted.differences(inside)
    ]


def _inside(keep: Path) -> Anchors | None:
    try:
        return read_anchors(keep / ANCHORS)
    except (OSError, ValueError):
        return None


def _unusable(file: str) -> Fault:
    return Fault(file, t("It is missing or cannot be read."))


def _folder(keep: Path, anchors: Anchors) -> tuple[Manifest | None, list[Fault]]:
    """Hold every file against the signed manifest.

    Where the signature does not hold, the list in it is not believed: the manifest is named, and
    the anchors too where they alone do not fit the list, since either may have been exchanged.
    """
    try:
        octets = (keep / MANIFEST).read_bytes()
    except OSError:
        return None, [_unusable(MANIFEST)]
    there = listing(keep)
    try:
        manifest = open_manifest(octets, anchors.workstation_key)
    except NotAManifest:
        faults = [Fault(MANIFEST, t("It is not signed by this workstation as it lies here."))]
        if _differing(octets, there) == {ANCHORS}:
            faults.append(Fault(ANCHORS, t("It is not the file that was kept.")))
        return None, faults
    faults = [*_changed(manifest, there), *_open_stores(keep)]
    if manifest.device != anchors.device:
        faults.append(Fault(MANIFEST, t("It is of another workstation.")))
    return manifest, faults


def _differing(octets: bytes, there: dict[str, str]) -> set[str]:
    """Name the files that do not fit a list nobody has vouched for."""
    try:
        listed = read_manifest(octets).files
    except NotAManifest:
        return set()
    return {path for path in listed.keys() | there.keys() if listed.get(path) != there.get(path)}


def _changed(manifest: Manifest, there: dict[str, str]) -> Iterator[Fault]:
    listed = manifest.files
    for path in sorted(listed.keys() | there.keys() | NEEDED):
        if path not in there:
            yield Fault(path, t("It is missing."))
        elif path not in listed:
            yield Fault(path, t("It was not kept with this day."))
        elif listed[path] != there[path]:
            yield Fault(path, t("It is not the file that was kept."))


def _open_stores(keep: Path) -> Iterator[Fault]:
    """Find stores that were not closed (a write-ahead log beside them) or not encrypted."""
    for path in sorted((keep / "stores").rglob("*")):
        name = path.relative_to(keep).as_posix()
        if name.endswith(("-wal", "-shm", "-journal")):
            yield Fault(name, t("The store was not closed."))
        if path.suffix == ".db" and path.is_file() and _begins(path) == PLAIN_DATABASE:
            yield Fault(name, t("The store is not encrypted."))


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(PLAIN_DATABASE))
