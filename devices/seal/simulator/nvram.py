"""What the machine keeps when the power goes: one journal file, one transaction a line.

A transaction is appended and synced before anything that depends on it happens, so killing the
process at any instant is a power cut: a line is there whole or it never was. Each line carries its
own check value; a torn last line is dropped, damage further up stops the machine.
"""

import json
import os
import zlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True)
class Stroke:
    """An INTENT without its end: its log number, permit (hex), index, persons, contact made."""

    op: int
    permit: str
    index: int
    persons: tuple[str, ...]
    down: bool = False


@dataclass(frozen=True)
class Kept:
    """All counters and marks; ``armed`` is the hex id of the armed permit, "" for none."""

    total: int = 0
    remaining: int = 0
    log_seq: int = 0
    log_head: str = "00" * 32
    arm_counter: int = 0
    tamper_counter: int = 0
    tampered: bool = False
    acked: int = 0
    in_doubt: int = 0
    armed: str = ""
    stroke: Stroke | None = None
    clock_offset: int = 0
    time_quality: int = 2


@dataclass
class Nvram:
    """The journal and what it adds up to: counters, log entries not pruned, permits seen."""

    path: Path
    kept: Kept = field(default_factory=Kept)
    entries: dict[int, bytes] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Nvram":
        """Read the journal, or begin one. Raises ValueError when it is damaged."""
        nvram = cls(path)
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        for number, line in enumerate(lines):
            record = _checked(line)
            if record is None:
                if number < len(lines) - 1:
                    raise ValueError(f"NVRAM line {number + 1} is damaged")
                continue
            nvram._take(record)
        nvram._rewrite()
        return nvram

    def commit(
        self, kept: Kept, entry: bytes | None = None, spent: tuple[str, int] | None = None
    ) -> None:
        """Make one transaction last: counters, at most one log entry, at most one permit."""
        record: dict[str, object] = {"kept": asdict(kept)}
        if entry is not None:
            record["entry"] = [kept.log_seq, entry.hex()]
        if spent is not None:
            record["spent"] = list(spent)
        with self.path.open("ab") as file:
            file.write(_line(record))
            file.flush()
            os.fsync(file.fileno())
        self._take(record)

    def prune(self, acked: int, now: int) -> None:
        """Forget entries the head office has and permits that have ended."""
        self.entries = {seq: entry for seq, entry in self.entries.items() if seq > acked}
        self.spent = {permit: ends for permit, ends in self.spent.items() if ends >= now}
        self.kept = replace(self.kept, acked=acked)
        self._rewrite()

    def forget_newest(self, count: int, head: str) -> None:
        """Play an old memory back, as an attacker with a copy of the chip would."""
        kept_from = self.kept.log_seq - count
        self.entries = {seq: entry for seq, entry in self.entries.items() if seq <= kept_from}
        self.kept = replace(self.kept, log_seq=kept_from, log_head=head)
        self._rewrite()

    def _take(self, record: dict[str, object]) -> None:
        match record:
            case {"kept": {**kept}}:
                self.kept = _kept(kept)
        match record:
            case {"entry": [int() as seq, str() as octets]}:
                self.entries[seq] = bytes.fromhex(octets)
        match record:
            case {"spent": [str() as permit, int() as ends]}:
                self.spent[permit] = ends

    def _rewrite(self) -> None:
        """Write the journal anew and put it in place whole."""
        records: list[dict[str, object]] = [
            {"entry": [seq, entry.hex()]} for seq, entry in sorted(self.entries.items())
        ]
        records += [{"spent": [permit, ends]} for permit, ends in self.spent.items()]
        records.append({"kept": asdict(self.kept)})
        fresh = self.path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(_line(record) for record in records)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _line(record: dict[str, object]) -> bytes:
    text = json.dumps(record, sort_keys=True).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _checked(line: bytes) -> dict[str, object] | None:
    check, _, text = line.partition(b" ")
    if check != b"%08x" % zlib.crc32(text):
        return None
    record: dict[str, object] = json.loads(text)
    return record


def _kept(fields: dict[object, object]) -> Kept:
    plain = {str(name): value for name, value in fields.items() if name != "stroke"}
    kept = Kept(**plain)  # type: ignore[arg-type]  # our own dataclass, written by asdict
    match fields.get("stroke"):
        case {"op": int() as op, "permit": str() as permit, "index": int() as index, **rest}:
            persons = rest.get("persons")
            names = (
                tuple(str(name) for name in persons) if isinstance(persons, list | tuple) else ()
            )
            return replace(kept, stroke=Stroke(op, permit, index, names, bool(rest.get("down"))))
    return kept
