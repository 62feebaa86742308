"""Reading a kept day: plain records field by field, and the files by their hash.

What is not as it should be raises a ValueError; the check that asked says so with the file's name.
"""

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from app.assembly.kept.anchors import Anchors
from app.seals.rules import COUNTED

T = TypeVar("T")


class Record:
    """One JSON object, read field by field; raises ValueError with the field's name."""

    def __init__(self, value: object, name: str = "") -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{name or 'it'} is no object")
        self.plain: dict[str, Any] = value

    def text(self, key: str) -> str:
        """Give a text that must be there."""
        value = self.plain.get(key)
        if not isinstance(value, str):
            raise ValueError(f"{key} is no text")
        return value

    def number(self, key: str) -> int:
        """Give a whole number that must be there."""
        value = self.plain.get(key)
        if type(value) is not int:
            raise ValueError(f"{key} is no whole number")
        return value

    def items(self, key: str) -> list[Any]:
        """Give a list that must be there."""
        value = self.plain.get(key)
        if not isinstance(value, list):
            raise ValueError(f"{key} is no list")
        return value

    def records(self, key: str) -> "list[Record]":
        """Give a list of objects."""
        return [Record(item, key) for item in self.items(key)]

    def at(self, key: str) -> "Record":
        """Give an object that must be there."""
        return Record(self.plain.get(key), key)


@dataclass(frozen=True)
class SealJob:
    """One use of the seal: its record and its permit by their paths; ``sealed`` ended the use."""

    record: Record
    path: str
    permit: str
    sealed: bool

    def struck(self) -> list[Record]:
        """Give the impressions that count, in order."""
        return [one for one in self.record.records("stamps") if one.text("state") in COUNTED]


@dataclass
class Kept:
    """An unchanged kept day with the anchors it is checked against; nothing here writes."""

    folder: Path
    anchors: Anchors
    _parsed: dict[str, Any] = field(default_factory=dict, repr=False)

    def octets(self, path: str) -> bytes:
        """Give a file by its path below the folder; raises ValueError where it is not there."""
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise ValueError(f"{path} cannot be read") from error

    def json(self, path: str) -> Any:
        """Give a JSON file's value; a name that stands twice in an object is refused."""
        if path not in self._parsed:
            self._parsed[path] = json.loads(self.octets(path), object_pairs_hook=_once)
        return self._parsed[path]

    def record(self, path: str) -> Record:
        """Give a JSON file that holds one object."""
        return Record(self.json(path), path)

    def rows(self, path: str) -> list[Record]:
        """Give a JSON file that holds a list of objects."""
        value = self.json(path)
        if not isinstance(value, list):
            raise ValueError(f"{path} is no list")
        return [Record(row, path) for row in value]

    @property
    def result(self) -> Record:
        """What the day printed at its end."""
        return self.record("result.json")

    def evidence(self, name: str) -> Record:
        """Give a record of ``evidence/``."""
        return self.record(f"evidence/{name}.json")

    def seal_jobs(self) -> list[SealJob]:
        """Give the seal jobs of the contract, the one that sealed it last.

        A job that was closed short left ``seal-N.json`` and ``permit-N.cose``, N from 1.
        """
        earlier = []
        for n in itertools.count(1):
            path = f"evidence/seal-{n}.json"
            if not (self.folder / path).exists():
                break
            earlier.append(SealJob(self.record(path), path, f"evidence/permit-{n}.cose", False))
        last = "evidence/seal.json"
        return [*earlier, SealJob(self.record(last), last, "evidence/permit.cose", True)]

    def path_of(self, sha256: str) -> str:
        """Name the file of a hash below the folder; the bare hash where there is none."""
        return next(self._named(sha256), f"files/{sha256}")

    def file(self, sha256: str) -> bytes:
        """Give the bytes of a hash; raises ValueError where no file has that name."""
        return self.octets(self.path_of(sha256))

    def _named(self, sha256: str) -> Iterator[str]:
        for path in (self.folder / "files").glob(f"{sha256}.*"):
            yield path.relative_to(self.folder).as_posix()


def first(found: Iterable[T], name: str) -> T:
    """Give the first of what was found; raises ValueError where there is none."""
    for one in found:
        return one
    raise ValueError(f"{name} is missing")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
