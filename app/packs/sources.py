"""Where a bundle of signed packs comes from: a folder, a USB stick, or bytes that were fetched."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from app.kit.errors.base import BranchError
from app.kit.errors.packs import bundle_bytes_changed, bundle_too_large


class PackSource(Protocol):
    """Hands out the files of a bundle, which nobody has verified yet."""

    def read(self, name: str, limit: int) -> bytes | None:
        """Read a file by its name with ``/``; None where there is none.

        Raises BranchError E-PACK-LARGE rather than reading more than ``limit`` bytes.
        """
        ...


class FolderSource(PackSource):
    """A bundle as a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @override
    def read(self, name: str, limit: int) -> bytes | None:
        path = self._folder / name
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise BranchError(bundle_bytes_changed(name))
        try:
            with path.open("rb") as file:
                content = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return _within(content, name, limit)


class BytesSource(PackSource):
    """A bundle as bytes by name, as a hub sends it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    @override
    def read(self, name: str, limit: int) -> bytes | None:
        content = self._files.get(name)
        return None if content is None else _within(content, name, limit)


def _within(content: bytes, name: str, limit: int) -> bytes:
    if len(content) > limit:
        raise BranchError(bundle_too_large(name))
    return content
