"""Our side of T11: the encrypted store's own connections, in a process of their own."""

import secrets
import sys
from pathlib import Path

from app.store.engine import connect, writing_engine
from tests.benchmarks.store_work import Trial, serve


def main(folder: Path) -> None:
    """Serve the trial on an encrypted file; the key is random and nowhere kept."""
    key = secrets.token_bytes(32)
    path = folder / "encrypted.db"
    serve(Trial(lambda: connect(path, key), writing_engine(path, key)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
