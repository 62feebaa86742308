"""Our side of T1b: the desk over a founded store, signed in by the probe, up to its first list.

``python -m tests.benchmarks.first_list FOLDER`` with ``SEALDESK_PROBE=first-list``; who signs in
comes as one JSON line on standard input. Key derivation is left out of T1b: argon2id takes as long
as it is told to. A stop-watch around argon2's own function, put there before the desk takes it up,
writes one JSON line for each call: when it began by the monotonic clock, and the seconds it took.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import argon2.low_level

from tests.faults.drill import PASSPHRASE
from ui.shell.imports import take_import_back


def timed(derive: Callable[..., bytes]) -> Callable[..., bytes]:
    """Say of every key derivation how long it took."""

    def call(*args: object, **options: object) -> bytes:
        began = time.monotonic()
        key = derive(*args, **options)
        took = time.monotonic() - began
        print(json.dumps({"began": began, "key_derivation": took}), flush=True)
        return key

    return call


def main() -> int:
    """Open the desk as ``sealdesk open`` does, with the passphrase of the founded store."""
    argon2.low_level.hash_secret_raw = timed(argon2.low_level.hash_secret_raw)
    gc.disable()
    take_import_back()
    from app.assembly.desk import open_desk

    return open_desk(folder=Path(sys.argv[1]), language="zh_CN", passphrase=PASSPHRASE)


if __name__ == "__main__":
    sys.exit(main())
