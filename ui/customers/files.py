"""The files of a customer, made when somebody first looks at them."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import t
from ui.forms.attaching import FileKeeper
from ui.forms.attachments import AttachmentsEditor
from ui.forms.fields import Field, Kind
from ui.theme.theme import Theme


class CustomerFiles(QWidget):
    """A tab with the files that hang on a customer: opened and saved, none added or taken out."""

    def __init__(self, theme: Theme, keeper: FileKeeper) -> None:
        super().__init__()
        self._theme, self._keeper = theme, keeper
        self._kept = ""
        self.editor: AttachmentsEditor | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def put(self, kept: str) -> None:
        """Show other files, as app.packs.form_values keeps them."""
        self._kept = kept
        if self.editor is not None:
            self.editor.put(kept)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.editor is None:
            field = Field("files", t("Files"), Kind.ATTACHMENTS)
            self.editor = AttachmentsEditor(field, self._theme, self._keeper, reading=True)
            self.editor.put(self._kept)
            self._column.addWidget(self.editor)
