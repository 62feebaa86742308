"""The hub as a process of its own, for tests that kill it: the folder is the argument.

A third argument bends it: JSON of host, operations, drain, limits, quotas, database.
"""

import json
import sys
from pathlib import Path

from app.kit.clock import SystemClock
from app.kit.logs import to_stream
from sync.hub.gate import Limits
from sync.hub.server import HubSettings, serve
from sync.hub.usage import Quotas
from tests.sync.world import FREE, Door

if __name__ == "__main__":
    bent = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    to_stream(sys.stderr, 20)
    settings = HubSettings(
        Path(sys.argv[1]),
        bent.get("database", ""),
        host=bent.get("host", "127.0.0.1"),
        port=int(sys.argv[2]),
        limits=Limits(**bent["limits"]) if "limits" in bent else FREE,
        quotas=Quotas(**bent["quotas"]) if "quotas" in bent else None,
        operations=("127.0.0.1", bent["operations"]) if "operations" in bent else None,
        drain_seconds=bent.get("drain", 0.0),
    )
    serve(settings, Door(), SystemClock())
