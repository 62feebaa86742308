"""What a bench asks of a starting desk: say that a moment is reached, and end there.

``SEALDESK_PROBE=first-paint`` ends right after the first painted frame of the sign-in page;
``first-list`` reads one JSON line of credentials (number, password, code) from standard input once
all is imported, signs in, and ends when the first list is filled and painted.

Both print one JSON line: the ``modules`` loaded, of how many the source text was read and kept
(``sources``), and, where the system tells it, the resident memory in KiB and the files of ``fonts``
that were opened. ``first-list`` adds when
Enter was pressed (``began``, monotonic), the ``seconds`` from there to the painted list, password
check included, and ``gap``, the seconds for which the event loop was held up at most while store
and screens were made ready.
"""

import json
import linecache
import os
import sys
from pathlib import Path
from typing import Any

FIRST_PAINT, FIRST_LIST = "first-paint", "first-list"


def wanted() -> str:
    """Say which moment is asked for; empty for a desk nobody measures."""
    return os.environ.get("SEALDESK_PROBE", "")


def credentials() -> dict[str, str]:
    """Read who shall sign in from standard input."""
    said: dict[str, str] = json.loads(sys.stdin.readline())
    return said


def end_here(**figures: float) -> None:
    """Print what was found and end without a farewell."""
    answer: dict[str, Any] = {"modules": sorted(sys.modules), **figures}
    answer["sources"] = len(linecache.cache)
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS:"))
        answer["rss_kib"] = int(line.split()[1])
        answer["fonts"] = sorted(_fonts(Path("/proc/self/maps").read_text()))
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)


def _fonts(maps: str) -> set[str]:
    """Name the files of fonts among what is mapped into memory."""
    names = (line.rpartition("/")[2] for line in maps.splitlines())
    return {name for name in names if name.endswith((".ttf", ".ttc", ".otf"))}
