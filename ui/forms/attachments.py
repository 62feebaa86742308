"""The files of a form: dragged in, pasted, chosen or scanned; taken out again, with undo.

The list is the field: Space or a double click opens the file under the cursor in the system's own
viewer, Delete takes it out, Ctrl+Z brings the last one back, Ctrl+V pastes files or a picture from
the clipboard.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QMimeData,
    QObject,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.attachments import clipboard_without_file, too_many_files
from app.kit.errors.base import Problem
from app.kit.words import t
from app.packs.form_values import MOST_FILES, KeptFile, files_of, kept_files
from ui.forms.attaching import FileKeeper, Incoming, Source, judged, read_path, shown_size
from ui.forms.fields import Field
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT
from ui.widgets.label import named
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbButton

HEIGHT = 84


class AttachmentsEditor(Spoken, QWidget):
    """The editor of a field of kind ATTACHMENTS; without a keeper it shows and takes out only.

    ``reading``: files are looked at and saved, none is added or taken out.
    """

    textChanged = Signal(str)  # noqa: N815 - the name QLineEdit uses

    def __init__(
        self, field: Field, theme: Theme, keeper: FileKeeper | None, *, reading: bool = False
    ) -> None:
        super().__init__()
        self._reading = reading
        self._field, self._theme, self._keeper = field, theme, keeper
        self._files: tuple[KeptFile, ...] = ()
        self._former: list[tuple[KeptFile, ...]] = []
        self.list = QListWidget()
        self.problem = ProblemPanel()
        self.buttons = self._make_buttons()
        self._build()

    @property
    def files(self) -> tuple[KeptFile, ...]:
        """The files as they hang here."""
        return self._files

    def typed(self) -> str:
        """Give the list as the field keeps it."""
        return kept_files(self._files)

    def put(self, text: str) -> None:
        """Put a draft back; a text that is no list gives none."""
        try:
            self._show(files_of(text))
        except ValueError:
            self._show(())

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Add files of this machine."""
        self._take([partial(read_path, path) for path in paths])

    @Slot()
    def paste(self) -> None:
        """Add what the clipboard holds: files, or a picture."""
        sources = _sources(QGuiApplication.clipboard().mimeData())
        if sources:
            self._take(sources)
        else:
            self.problem.show_problem(clipboard_without_file())

    @Slot()
    def choose(self) -> None:
        """Open the system's file chooser."""
        chooser = QFileDialog(self, str(t("Choose files")))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(self._chosen)
        chooser.open()

    @Slot()
    def scan(self) -> None:
        """Scan a page."""
        if self._keeper is not None:
            self.problem.clear()
            self._keeper.scan(done=self._kept, failed=self.problem.show_problem)

    @property
    def current(self) -> KeptFile | None:
        """The file under the cursor."""
        row = self.list.currentRow()
        return self._files[row] if 0 <= row < len(self._files) else None

    @Slot()
    def open_file(self) -> None:
        """Show the file under the cursor in the system's own viewer."""
        if self._keeper is not None and self.current is not None:
            self.problem.clear()
            self._keeper.open(self.current, failed=self.problem.show_problem)

    @Slot()
    def save_copy(self) -> None:
        """Ask where a copy of the file under the cursor goes."""
        if self._keeper is None or self.current is None:
            return
        chooser = QFileDialog(self, str(t("Save a copy")))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.selectFile(self.current.name)
        chooser.fileSelected.connect(self.save_to)
        chooser.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Write a copy of the file under the cursor."""
        if self._keeper is not None and self.current is not None:
            self.problem.clear()
            self._keeper.save(self.current, Path(path), failed=self.problem.show_problem)

    @Slot()
    def take_out(self) -> None:
        """Take out the file under the cursor."""
        row = self.list.currentRow()
        if not self._reading and 0 <= row < len(self._files):
            self._change((*self._files[:row], *self._files[row + 1 :]))

    @Slot()
    def undo(self) -> None:
        """Bring back what was there before the last change."""
        if self._former and not self._reading:
            self._show(self._former.pop())

    def _build(self) -> None:
        if self._reading:
            self.list.setMinimumHeight(HEIGHT)
        else:
            self.list.setFixedHeight(HEIGHT)
        self.setAcceptDrops(not self._reading)
        self.list.installEventFilter(self)
        self.list.itemDoubleClicked.connect(self.open_file)
        self.setFocusProxy(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.list)
        line = QHBoxLayout()
        line.setSpacing(NEAR)
        for button in self.buttons:
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(self.problem)
        self.problem.clear()
        self.say()
        self._offer()

    def _make_buttons(self) -> tuple[VerbButton, ...]:
        adding = (
            Verb("choose", t("Choose files"), self.choose),
            Verb("paste", t("Paste"), self.paste),
            Verb("scan", t("Scan"), self.scan),
        )
        rest = (Verb("out", t("Take out"), self.take_out), Verb("undo", t("Undo"), self.undo))
        opening = (
            Verb("open", t("Open"), self.open_file),
            Verb("save", t("Save a copy"), self.save_copy),
        )
        verbs = opening if self._reading else (*adding, *opening, *rest)
        if self._keeper is None:
            verbs = rest
        return tuple(VerbButton(verb, self._theme, look="quiet") for verb in verbs)

    def _offer(self) -> None:
        usable = {"open": self._files, "save": self._files, "out": self._files}
        for button in self.buttons:
            if button.verb.key in usable:
                button.setEnabled(bool(usable[button.verb.key]))
            elif button.verb.key == "undo":
                button.setEnabled(bool(self._former))

    def _take(self, sources: Sequence[Source]) -> None:
        self.problem.clear()
        if self._keeper is None or self._reading:
            return
        if len(self._files) + len(sources) > MOST_FILES:
            self.problem.show_problem(too_many_files(MOST_FILES))
            return
        self._keeper.keep(sources, done=self._kept, failed=self._refused)

    def _kept(self, file: KeptFile) -> None:
        if all(one.sha256 != file.sha256 for one in self._files):
            self._change((*self._files, file))

    def _refused(self, problem: Problem) -> None:
        self.problem.show_problem(problem)

    def _change(self, files: tuple[KeptFile, ...]) -> None:
        self._former.append(self._files)
        self._show(files)

    def _show(self, files: tuple[KeptFile, ...]) -> None:
        row = self.list.currentRow()
        self._files = files
        self.list.clear()
        self.list.addItems([f"{one.name}    {shown_size(one.size)}" for one in files])
        self.list.setCurrentRow(min(max(row, 0), len(files) - 1))
        self._offer()
        self.textChanged.emit(self.typed())

    @Slot(list)
    def _chosen(self, paths: list[str]) -> None:
        self.add_paths([Path(path) for path in paths])

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._keeper is not None and _sources(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._take(_sources(event.mimeData()))
        event.acceptProposedAction()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The list itself would take Space to mark what is marked already.
        pressed = event.type() is QEvent.Type.KeyPress and watched is self.list
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self.open_file()
            return True
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() == Qt.Key.Key_Delete:
            self.take_out()
        else:
            super().keyPressEvent(event)

    @override
    def say(self) -> None:
        named(self, self._field.label)
        named(self.list, self._field.label)


def _sources(mime: QMimeData) -> list[Source]:
    """Give what a drag or the clipboard holds: files first, else a picture."""
    local = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if local:
        return [partial(read_path, path) for path in local]
    image = mime.imageData() if mime.hasImage() else None
    return [partial(_picture, QImage(image))] if isinstance(image, QImage) else []


def _picture(image: QImage) -> Incoming:
    """Write a pasted picture as PNG; QImage may be used on any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return judged("picture.png", bytes(buffer.data().data()))
