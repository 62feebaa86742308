"""The mirror: sizes and habits of the source, printed beside those of trees that read well.

Nothing here is a limit: a long function is a reason to look. Only the knot, the largest group of
rooms that all import each other, has to be 1, and import-linter sees to that.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

N = TypeVar("N", bound=ast.AST)
ROOTS = ("app", "ui", "sync", "devices")
# Public trees counted by the same rules: lines of files and functions, knot, broad handlers.
OTHERS = (
    ("Starlette", "140/549", "5/27", "1 of 22", "13 %"),
    ("python-tuf", "140/513", "13/36", "1 of 4", "34 %"),
    ("pyHanko", "216/992", "12/50", "4 of 7", "3 %"),
    ("qutebrowser", "168/656", "9/31", "12 of 16", "5 %"),
)
COUNTED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ExceptHandler,
    ast.Import,
    ast.ImportFrom,
    ast.Name,
    ast.Call,
)


@dataclass(frozen=True)
class Figures:
    """What the mirror shows: lines of files and functions, knot size, handlers, tests."""

    files: tuple[int, int, int]
    functions: tuple[int, int, int]
    knot: int
    rooms: int
    broad: int
    handlers: int
    mocks: int
    tests: int


def table(ours: Figures) -> str:
    """Lay our figures out beside the others'."""
    share = f"{100 * ours.broad // max(1, ours.handlers)} %"
    row = (
        "this house",
        f"{ours.files[0]}/{ours.files[1]}",
        f"{ours.functions[0]}/{ours.functions[1]}",
        f"{ours.knot} of {ours.rooms}",
        share,
    )
    head = ("", "files med/p90", "functions", "knot", "broad excepts")
    lines = ["".join(f"{word:16}" for word in line).rstrip() for line in (head, row, *OTHERS)]
    longest = f"longest file {ours.files[2]}, longest function {ours.functions[2]} lines"
    return "\n".join([*lines, f"{longest}; {ours.mocks} mocks in {ours.tests} tests"])


def look(root: Path) -> Figures:
    """Measure the source under a root; migrations and tests are left out of the sizes."""
    sources = [path for name in ROOTS for path in sorted((root / name).rglob("*.py"))]
    written = [path for path in sources if "migrations" not in path.parts and path.stat().st_size]
    trees = {path: ast.parse(path.read_text("utf-8")) for path in written}
    handlers = [node for tree in trees.values() for node in _all(tree, ast.ExceptHandler)]
    tests = [ast.parse(path.read_text("utf-8")) for path in (root / "tests").rglob("*.py")]
    imports = {_room(path.relative_to(root)): set[str]() for path in written}
    for path, tree in trees.items():
        imports[_room(path.relative_to(root))] |= _rooms_imported(tree)
    return Figures(
        files=_spread([len(path.read_text("utf-8").splitlines()) for path in written]),
        functions=_spread(
            [length for tree in trees.values() for length in _function_lengths(tree)]
        ),
        knot=knot(imports),
        rooms=len(imports),
        broad=sum(1 for handler in handlers if _is_broad(handler)),
        handlers=len(handlers),
        mocks=sum(_mocks(tree) for tree in tests),
        tests=sum(
            1 for tree in tests for node in _functions(tree) if node.name.startswith("test_")
        ),
    )


def knot(imports: dict[str, set[str]]) -> int:
    """Give the size of the largest set of rooms in which each reaches each other."""
    reach = {room: _reached(room, imports) for room in imports}
    sizes = [
        sum(1 for other in reach if other in reach[room] and room in reach[other]) for room in reach
    ]
    return max([1, *sizes])


def _reached(room: str, imports: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(imports.get(room, ()))
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += imports.get(here, ())
    return seen


def _room(path: Path) -> str:
    """Name the second-level room of a file: ``app/pricing/rules.py`` is in ``app.pricing``."""
    return ".".join(path.with_suffix("").parts[:2])


def _rooms_imported(tree: ast.Module) -> set[str]:
    named = {node.module for node in _all(tree, ast.ImportFrom) if node.module}
    named |= {alias.name for node in _all(tree, ast.Import) for alias in node.names}
    rooms = {".".join(name.split(".")[:2]) for name in named if name.split(".")[0] in ROOTS}
    return {room for room in rooms if "." in room}


def _spread(numbers: list[int]) -> tuple[int, int, int]:
    """Give median, 90th percentile and largest; zeros when there is nothing."""
    ordered = sorted(numbers) or [0]
    return ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10], ordered[-1]


def _function_lengths(tree: ast.Module) -> list[int]:
    return [(node.end_lineno or node.lineno) - node.lineno + 1 for node in _functions(tree)]


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [*_all(tree, ast.FunctionDef), *_all(tree, ast.AsyncFunctionDef)]


def _all(tree: ast.Module, kind: type[N]) -> list[N]:
    return [node for node in _by_kind(tree)[kind] if isinstance(node, kind)]


@cache
def _by_kind(tree: ast.Module) -> defaultdict[type[ast.AST], list[ast.AST]]:
    """Sort the nodes of a file once: what is counted asks each file for several kinds."""
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, COUNTED):
            found[type(node)].append(node)
    return found


def _mocks(tree: ast.Module) -> int:
    """Count the names that stand for something real: Mock and its kin, patch() as a call."""
    named = [node.id for node in _all(tree, ast.Name) if "Mock" in node.id]
    called = [node.func for node in _all(tree, ast.Call)]
    return len(named) + sum(1 for one in called if getattr(one, "id", "") == "patch")


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (
        isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")
    )
