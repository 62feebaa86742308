"""Counts which leaves of the worked examples the tests have read.

A worked example nobody asserts is a promise nobody keeps. Tests get the examples through `watch`;
what they take out while a test runs is noted by path (`pricing.quotes[3].people[0].cls`). Each test
process writes its notes to a folder, and the end of the whole run fails for every path missing from
the union.

A mapping or list compared with ``==`` counts as read whole, because the comparison looks at all of
it. Reading while tests are collected (for parameters) does not count: pytest names the running test
in ``PYTEST_CURRENT_TEST``, and without that name nothing is noted.
"""

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import overload

from typing_extensions import override

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

EXAMPLES = Path(__file__).resolve().parent / "data" / "domain_examples.json"
FAMILIES = ("identifiers", "pricing", "evidence")
LEFT_OUT = ("pricing.other_quotes",)
WORDS_ONLY = frozenset({"title", "note", "term", "formula", "name_zh"})


class Notes:
    """The paths one test process has read."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def add(self, path: str) -> None:
        """Note a leaf, if a test is running."""
        if "PYTEST_CURRENT_TEST" in os.environ:
            self.paths.add(path)


class WatchedList(Sequence["Watched"]):
    """A list of the examples that notes which of its leaves were taken."""

    def __init__(self, plain: list[Plain], path: str, notes: Notes) -> None:
        self._plain, self._path, self._notes = plain, path, notes

    @overload
    def __getitem__(self, index: int) -> "Watched": ...
    @overload
    def __getitem__(self, index: slice) -> "list[Watched]": ...
    @override
    def __getitem__(self, index: int | slice) -> "Watched | list[Watched]":
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self._plain)))]
        place = range(len(self._plain))[index]
        return _hand_out(self._plain[place], f"{self._path}[{place}]", self._notes)

    @override
    def __len__(self) -> int:
        return len(self._plain)

    @override
    def __eq__(self, other: object) -> bool:
        return self.as_input() == plain(other)

    @override
    def __repr__(self) -> str:
        return f"<{self._path}: {self._plain!r}>"

    __hash__ = None  # type: ignore[assignment]  # compared by content, like the list it stands for

    def as_input(self) -> list[Plain]:
        """Give the plain list, all of it noted as read: to hand to the code under test."""
        _note_all(self._plain, self._path, self._notes)
        return self._plain


class WatchedMapping(Mapping[str, "Watched"]):
    """An object of the examples that notes which of its leaves were taken."""

    def __init__(self, plain: dict[str, Plain], path: str, notes: Notes) -> None:
        self._plain, self._path, self._notes = plain, path, notes

    @override
    def __getitem__(self, key: str) -> "Watched":
        return _hand_out(self._plain[key], _below(self._path, key), self._notes)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    @override
    def __len__(self) -> int:
        return len(self._plain)

    @override
    def __contains__(self, key: object) -> bool:
        return key in self._plain

    @override
    def __eq__(self, other: object) -> bool:
        return self.as_input() == plain(other)

    @override
    def __repr__(self) -> str:
        return f"<{self._path or 'examples'}: {list(self._plain)}>"

    __hash__ = None  # type: ignore[assignment]  # compared by content, like the dict it stands for

    def as_input(self) -> dict[str, Plain]:
        """Give the plain object, all of it noted as read: to hand to the code under test.

        Raises ValueError near the root, where it would note whole families at one stroke.
        """
        if self._path.count(".") < 1:
            raise ValueError(f"take a single example, not all of {self._path or 'the file'!r}")
        _note_all(self._plain, self._path, self._notes)
        return self._plain


# An empty list or object has nothing below it to count: it is handed out as it is, as a leaf.
Watched = Plain | WatchedList | WatchedMapping


def watch(tree: dict[str, Plain], notes: Notes) -> WatchedMapping:
    """Put the examples behind the counter."""
    return WatchedMapping(tree, "", notes)


def plain(value: object) -> object:
    """Give what stands behind a watched value (noted as read whole); other values as they are."""
    return value.as_input() if isinstance(value, WatchedList | WatchedMapping) else value


def leaf_paths(tree: Plain, path: str = "") -> Iterator[str]:
    """Name every leaf below a value by its path; an empty list or object is a leaf too."""
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            yield from leaf_paths(value, _below(path, key))
    elif isinstance(tree, list) and tree:
        for place, value in enumerate(tree):
            yield from leaf_paths(value, f"{path}[{place}]")
    else:
        yield path


def owed_paths(tree: dict[str, Plain]) -> frozenset[str]:
    """Name the leaves that some assertion must read."""
    return frozenset(
        path
        for family in FAMILIES
        for path in leaf_paths(tree[family], family)
        if not path.startswith(LEFT_OUT) and _last_word(path) not in WORDS_ONLY
    )


def unread(tree: dict[str, Plain], read: frozenset[str]) -> list[str]:
    """Name the owed leaves nobody has read, in order."""
    return sorted(owed_paths(tree) - read)


def dump(notes: Notes, folder: Path) -> Path:
    """Write one process's notes; the name is unique, since process ids come back."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"leaves-{secrets.token_hex(8)}.json"
    path.write_text(json.dumps(sorted(notes.paths)), encoding="utf-8")
    return path


def gather(folder: Path) -> frozenset[str]:
    """Unite the notes of all processes of a run."""
    files = folder.glob("leaves-*.json")
    return frozenset(path for file in files for path in json.loads(file.read_text("utf-8")))


def read_examples() -> dict[str, Plain]:
    """Read the examples, unwatched."""
    tree: dict[str, Plain] = json.loads(EXAMPLES.read_text("utf-8"))
    return tree


@cache
def notes_of_this_process() -> Notes:
    """The one notebook of a test process, so that parameters and fixtures write into the same."""
    return Notes()


@cache
def examples_of_this_process() -> WatchedMapping:
    """The watched examples of a test process: what the fixture `examples` hands out."""
    return watch(read_examples(), notes_of_this_process())


def _hand_out(value: Plain, path: str, notes: Notes) -> Watched:
    if isinstance(value, dict) and value:
        return WatchedMapping(value, path, notes)
    if isinstance(value, list) and value:
        return WatchedList(value, path, notes)
    notes.add(path)
    return value


def _note_all(value: Plain, path: str, notes: Notes) -> None:
    for leaf in leaf_paths(value, path):
        notes.add(leaf)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _last_word(path: str) -> str:
    return path.rsplit(".", 1)[-1].split("[")[0]


def main(folder: str) -> int:
    """Name the owed leaves that no process of a run has read; 0 when there are none."""
    tree = read_examples()
    left = unread(tree, gather(Path(folder)))
    for path in left:
        print(f"no test has read {path}")
    print(f"{len(owed_paths(tree)) - len(left)} of {len(owed_paths(tree))} example leaves are read")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
