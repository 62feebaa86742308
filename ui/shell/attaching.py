"""Keeps the files of a form in the vault and opens them again, off the GUI thread."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from typing_extensions import override

from app.kit.errors.attachments import no_viewer, place_not_made
from app.kit.errors.base import BranchError, Problem
from app.kit.files import atomic_write
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

    @override
    def open(self, file: KeptFile, *, failed: Callable[[Problem], object]) -> None:
        def show(path: Path) -> None:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
                failed(no_viewer(file.name))

        self._bridge.run(
            self._lane,
            self._desk.lay_open,
            file.sha256,
            file.name,
            done=show,
            failed=failed,
            owner=self._owner,
        )

    @override
    def save(self, file: KeptFile, path: Path, *, failed: Callable[[Problem], object]) -> None:
        call = partial(self._save, file, path)
        self._bridge.run(self._lane, call, failed=failed, owner=self._owner)

    def _save(self, file: KeptFile, path: Path) -> None:
        content = self._desk.vault.get(file.sha256)
        try:
            atomic_write(path, content)
        except OSError as error:
            raise BranchError(place_not_made()) from error

    def _keep(self, source: Source) -> KeptFile:
        file = source()
        sha256 = self._desk.keep_file(file.content, file.extension, file.mime, file.name)
        return KeptFile(sha256, file.name, len(file.content))
