"""The map of the rooms in README.md, made from what each room says of itself.

``python -m installer.rooms`` writes it between its two markers; a test compares.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOTS = ("app", "ui", "sync", "devices")
BEGIN = "<!-- rooms: made by `python -m installer.rooms` -->"
END = "<!-- end of rooms -->"


def main(root: Path = ROOT) -> int:
    """Write the map into README.md; 1 when the markers are not there."""
    readme = root / "README.md"
    text = readme.read_text("utf-8")
    old = block_in(text)
    if old is None:
        print(f"README.md has no {BEGIN} … {END}")
        return 1
    readme.write_text(text.replace(old, block(root)), encoding="utf-8")
    return 0


def block(root: Path) -> str:
    """Make the map: one row per room with its first sentence."""
    rows = [f"| `{room}/` | {sentence} |" for room, sentence in sentences(root)]
    return "\n".join([BEGIN, "| room | what it holds |", "| --- | --- |", *rows, END])


def block_in(text: str) -> str | None:
    """Cut the map, markers included, out of a text; None where a marker is missing."""
    _, begin, after = text.partition(BEGIN)
    inner, end, _ = after.partition(END)
    return f"{begin}{inner}{end}" if begin and end else None


def sentences(root: Path) -> list[tuple[str, str]]:
    """Give each room of two levels and what its docstring says, on one line."""
    places = [place for name in ROOTS for place in (root / name).glob("**/__init__.py")]
    near = [place for place in places if len(place.relative_to(root).parts) <= 3]
    return [
        (str(place.parent.relative_to(root)), _said(place))
        for place in sorted(near, key=lambda place: _order(place, root))
    ]


def _order(place: Path, root: Path) -> tuple[int, str]:
    parts = place.parent.relative_to(root).parts
    return ROOTS.index(parts[0]), "/".join(parts)


def _said(place: Path) -> str:
    said = ast.get_docstring(ast.parse(place.read_text("utf-8"))) or ""
    return " ".join(said.split())


if __name__ == "__main__":
    sys.exit(main())
