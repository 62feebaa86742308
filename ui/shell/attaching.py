"""Keeps the files of a form in the vault, off the GUI thread."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.packs.form_values import KeptFile
from ui.forms.attaching import FileKeeper, NoScanner, Scanner, Source
from ui.shell.bridge import Bridge
from ui.shell.ports import Desk


class DeskFiles(FileKeeper):
    """Puts files into the desk's vault; they are lined up for head office there."""

    def __init__(
        self, bridge: Bridge, lane: Lane, desk: Desk, owner: QObject, scanner: Scanner | None = None
    ) -> None:
        self._bridge, self._lane, self._desk, self._owner = bridge, lane, desk, owner
        self._scanner = scanner or NoScanner()

    @override
    def keep(
        self,
        sources: Sequence[Source],
        *,
        done: Callable[[KeptFile], object],
        failed: Callable[[Problem], object],
    ) -> None:
        for source in sources:
            call = partial(self._keep, source)
            self._bridge.run(self._lane, call, done=done, failed=failed, owner=self._owner)

    @override
    def scan(
        self, *, done: Callable[[KeptFile], object], failed: Callable[[Problem], object]
    ) -> None:
        self.keep((self._scanner.scan,), done=done, failed=failed)

    def _keep(self, source: Source) -> KeptFile:
        file = source()
        sha256 = self._desk.keep_file(file.content, file.extension, file.mime, file.name)
        return KeptFile(sha256, file.name, len(file.content))
