"""Lists the licences of what Sealdesk brings along: ``python -m installer.licences``.

Read from the metadata of the packages in installer/locks/run.txt, as their authors declare it.
Packages that only other systems install are named without one, because they are not here to ask.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from installer.checks import LOCKS, pins

PAGE = Path(__file__).resolve().parents[1] / "docs" / "licences.md"
# These two declare nothing but carry the text itself in their wheel.
READ_IN_WHEEL = {"sqlcipher3": "zlib", "zen-engine": "MIT"}
HEAD = """# Licences of the packages Sealdesk runs on

Made by `python -m installer.licences` from what the packages of `installer/locks/run.txt`
declare. Qt itself comes with PySide6 under the LGPL, as shared libraries that may be exchanged.
Set-up copies the typeface (Noto Sans CJK, SIL Open Font License 1.1) from Debian's fonts-noto-cjk.
The readings of characters (`resources/pinyin`) are made from pypinyin (MIT, its text is beside
them); the package itself is not on a desk.
Sealdesk itself is under the Apache License 2.0 (`LICENSE`).

| package | version | licence |
| --- | --- | --- |
"""


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """Make the page for the packages that are locked and installed."""
    locked = sorted(pins((LOCKS / "run.txt").read_text("utf-8")))
    rows = [(*pin.split("=="), licence(pin.split("==")[0])) for pin in locked]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def licence(name: str) -> str:
    """Give what a package declares: its expression, else its classifiers, else its free text."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "not installed on Linux"
    if "License-Expression" in said:
        return said["License-Expression"]
    classes = [
        line.split("::")[-1].strip()
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::") and line.count("::") > 1
    ]
    free = re.split(r"[\n|]", "".join(said.get_all("License") or []).strip())[0]
    return ", ".join(classes) or free or READ_IN_WHEEL.get(name, "not declared")


if __name__ == "__main__":
    sys.exit(main())
