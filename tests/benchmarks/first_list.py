"""Our side of T1b: the desk over a founded store, signed in by the probe, up to its first list.

``python -m tests.benchmarks.first_list FOLDER`` with ``SEALDESK_PROBE=first-list``; who signs in
comes as one JSON line on standard input.
"""

import sys
from pathlib import Path

from app.assembly.desk import open_desk
from tests.faults.drill import PASSPHRASE

if __name__ == "__main__":
    sys.exit(open_desk(folder=Path(sys.argv[1]), language="zh_CN", passphrase=PASSPHRASE))
