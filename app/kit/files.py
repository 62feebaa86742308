"""Files that are either whole or not there."""

import os
import tempfile
from pathlib import Path


def atomic_write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that a power cut leaves the old one or the new one, never a part.

    Temp file in the same folder, fsync, replace, fsync of the folder. Raises OSError with the old
    file untouched and no temp file left.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temp = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temp.chmod(mode)
        temp.replace(path)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable; Windows does so by itself and refuses the call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
