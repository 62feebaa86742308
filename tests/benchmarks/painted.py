"""Says that a window has been painted, from inside the measured process, and ends it there."""

import json
import os
import sys
from pathlib import Path


def tell_and_end() -> None:
    """Print one JSON line (resident memory in KiB, modules loaded) and end without a farewell."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    answer = {"rss_kib": int(line.split()[1]), "modules": sorted(sys.modules)}
    print(json.dumps(answer), flush=True)
    os._exit(0)
