"""The files of a contract, each by its short hash; the whole hash is one key away."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
from typing_extensions import override

from app.contracts.queries import ContractCard
from app.kit.words import Text, t
from ui.contracts.texts import short
from ui.theme.tokens import NEAR, TIGHT
from ui.widgets.label import PlainLabel, button_text, tip
from ui.widgets.spoken import Spoken


@dataclass(frozen=True)
class KeptFile:
    """One file in the vault: what it is, and its SHA-256 (empty while it is not there)."""

    name: Text
    sha256: str


def files_of(card: ContractCard) -> tuple[KeptFile, ...]:
    """List the files of a contract in the order they come to be."""
    return (
        KeptFile(t("Contract, PDF"), card.pdf_sha256),
        KeptFile(t("Working copy, docx"), card.docx_sha256),
        KeptFile(t("Signed, PDF"), card.signed_sha256),
        KeptFile(t("Photograph"), card.photo_sha256),
    )


class FileList(Spoken, QWidget):
    """Shows files with their hashes; ``copied`` carries the Text for the toast."""

    copied = Signal(object)
    asked_open = Signal(object)
    """The KeptFile somebody wants to look at with the system's viewer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(NEAR)
        self._grid.setVerticalSpacing(TIGHT)
        self._grid.setColumnStretch(1, 1)
        self._files: tuple[KeptFile, ...] = ()
        self.buttons: list[QPushButton] = []
        self.openers: list[QPushButton] = []

    def show_files(self, files: tuple[KeptFile, ...]) -> None:
        """Show other files."""
        self._files = files
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons, self.openers = [], []
        for row, file in enumerate(files):
            self._put(row, file)

    def _put(self, row: int, file: KeptFile) -> None:
        self._grid.addWidget(PlainLabel(file.name, size="small"), row, 0)
        sha256 = PlainLabel(short(file.sha256)).selectable()
        tip(sha256, file.sha256)
        self._grid.addWidget(sha256, row, 1)
        if file.sha256:
            self._grid.addWidget(self._copy_button(file), row, 2)
            self._grid.addWidget(self._opener(file), row, 3)

    def _opener(self, file: KeptFile) -> QPushButton:
        button = QPushButton(button_text(t("Open")))
        button.setProperty("look", "link")
        button.setAccessibleName(str(t("Open: {file}", file=file.name)))
        button.clicked.connect(partial(self.asked_open.emit, file))
        self.openers.append(button)
        return button

    def _copy_button(self, file: KeptFile) -> QPushButton:
        button = QPushButton(button_text(t("Copy")))
        button.setProperty("look", "link")
        button.setAccessibleName(str(t("Copy the hash of: {file}", file=file.name)))

        def copy() -> None:
            QGuiApplication.clipboard().setText(file.sha256)
            self.copied.emit(t("Hash copied."))

        button.clicked.connect(copy)
        self.buttons.append(button)
        return button

    @override
    def say(self) -> None:
        self.show_files(self._files)
