"""What a bench asks of a starting desk: say that a moment is reached, and end there.

``SEALDESK_PROBE=first-paint`` ends right after the first painted frame of the sign-in page;
``first-list`` reads one JSON line of credentials (number, password, code, passphrase) from standard
input, signs in, and ends when the first list is filled. Both print one JSON line: the modules
loaded, the resident memory in KiB where the system tells it, and for ``first-list`` the seconds
from Enter to the filled list (password check included, and named apart).
"""

import json
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
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS:"))
        answer["rss_kib"] = int(line.split()[1])
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)
