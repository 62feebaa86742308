"""UX: the pictures of every screen and state, all four looks on two screens, and what is wrong.

Nothing may be: no cut or pale word, nothing over its neighbour or off the grid, no control without
a name. The pictures themselves go to ``var/pictures``, to be looked at.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.harness import ROOT, Figure, counted

FOLDER = ROOT / "var" / "pictures"


def gallery() -> Iterator[Figure]:
    """Take them all by the command a person can run; raises RuntimeError when it fails."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    words = [sys.executable, "-m", "app", "demo", "--json", "--size", "40"]
    ran = subprocess.run(
        [*words, "--screenshots", str(FOLDER)],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        raise RuntimeError(ran.stderr[-2000:])
    wrong = [line for line in ran.stderr.splitlines() if line.startswith("picture ")]
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    taken = len(list(FOLDER.iterdir()))
    yield counted("UX.pictures", [len(wrong)], unit="defects", yardstick=f"{taken} pictures, 0")


FIGURES = [gallery]
