"""The hub as a process of its own, for tests that kill it: the folder is the argument."""

import sys
from pathlib import Path

from app.kit.clock import SystemClock
from sync.hub.server import HubSettings, serve
from tests.sync.world import FREE, Door

if __name__ == "__main__":
    serve(HubSettings(Path(sys.argv[1]), port=int(sys.argv[2]), limits=FREE), Door(), SystemClock())
