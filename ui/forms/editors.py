"""The widget of each kind of field; every one speaks text, so a draft can hold what was typed."""

from dataclasses import dataclass

from PySide6.QtCore import QDate, QMimeData, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from app.kit.clock import Clock, today
from app.kit.words import t
from ui.forms.address import AddressEditor, NoPlaces, PlaceBook
from ui.forms.attaching import FileKeeper
from ui.forms.attachments import AttachmentsEditor
from ui.forms.fields import Field, Kind
from ui.forms.picking import PersonEditor, ProductEditor, nobody
from ui.forms.reading import read_day, shown_text, tidy
from ui.forms.rows_editor import RowsEditor
from ui.theme.theme import Theme
from ui.widgets.choice import ChoiceBox
from ui.widgets.picker import PickSearch
from ui.widgets.spoken import Spoken

NARROW = {
    Kind.MONEY: 180,
    Kind.DATE: 160,
    Kind.PERCENT: 110,
    Kind.DECIMAL: 110,
    Kind.INTEGER: 110,
    Kind.ID_NUMBER: 220,
    Kind.USCC: 220,
    Kind.PHONE: 180,
    Kind.MONTH: 130,
}
"""Width of the kinds whose length is known, in pixels: a field looks like what goes into it."""


class LineEditor(QLineEdit):
    """A line that tidies what was typed when it is left."""

    def __init__(self, field: Field, clock: Clock) -> None:
        super().__init__()
        self._field = field
        self._clock = clock
        self.setMaxLength(field.longest + 1)
        if field.kind is Kind.HIDDEN:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        if not field.typed_here:
            self.setReadOnly(True)
        if field.kind in (Kind.MONEY, Kind.PERCENT, Kind.DECIMAL, Kind.INTEGER):
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        if field.kind in NARROW:
            self.setFixedWidth(NARROW[field.kind])

    def typed(self) -> str:
        """Give what stands in the field."""
        return self.text()

    def put(self, text: str) -> None:
        """Put text in as if a draft came back."""
        self.setText(text)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        tidied = tidy(self._field, self.text(), today(self._clock))
        if tidied != self.text():
            # Typed over and not put in anew: Ctrl+Z gives back what was typed.
            self.selectAll()
            self.insert(tidied)
        super().focusOutEvent(event)


class DateEditor(LineEditor):
    """A line for a day, with a calendar behind its icon and under Alt+Down."""

    def __init__(self, field: Field, clock: Clock, theme: Theme) -> None:
        super().__init__(field, clock)
        self._theme = theme
        self._calendar: QCalendarWidget | None = None
        self._pick = QAction(str(t("Pick a day")), self)
        self._pick.triggered.connect(self.open_calendar)
        self.addAction(self._pick, QLineEdit.ActionPosition.TrailingPosition)
        theme.changed.connect(self._draw)
        self._draw()

    @Slot()
    def open_calendar(self) -> QCalendarWidget:
        """Show the calendar under the field, on the day typed or on today."""
        calendar = self._calendar or self._make_calendar()
        self._calendar = calendar
        now = today(self._clock)
        day = read_day(self.text().strip(), now) or now
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.move(self.mapToGlobal(QPoint(0, self.height())))
        calendar.show()
        calendar.setFocus()
        return calendar

    def _make_calendar(self) -> QCalendarWidget:
        calendar = QCalendarWidget(self)
        calendar.setWindowFlag(Qt.WindowType.Popup)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.activated.connect(self._take)
        calendar.clicked.connect(self._take)
        return calendar

    @Slot(QDate)
    def _take(self, day: QDate) -> None:
        self.setText(f"{day.year():04d}-{day.month():02d}-{day.day():02d}")
        if self._calendar is not None:
            self._calendar.hide()
        self.setFocus()

    @Slot()
    def _draw(self) -> None:
        self._pick.setIcon(self._theme.icon("calendar"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            super().keyPressEvent(event)


class ChoiceEditor(Spoken, ChoiceBox):
    """A list to choose from."""

    textChanged = Signal(str)  # noqa: N815 - the name QLineEdit uses, so that a form treats both alike

    def __init__(self, field: Field, theme: Theme) -> None:
        super().__init__(theme)
        self._field = field
        self.addItem(str(t("Choose…")), "")
        for choice in field.choices:
            self.addItem(str(choice.label), choice.key)
        self.currentIndexChanged.connect(self._tell)

    def typed(self) -> str:
        """Give the key of what is chosen, nothing while nothing is."""
        return str(self.currentData() or "")

    def put(self, text: str) -> None:
        """Choose by key; a key that is no longer offered chooses nothing."""
        self.setCurrentIndex(max(self.findData(text), 0))

    @Slot()
    def _tell(self) -> None:
        self.textChanged.emit(self.typed())

    @override
    def say(self) -> None:
        self.setItemText(0, str(t("Choose…")))
        for place, choice in enumerate(self._field.choices, 1):
            self.setItemText(place, str(choice.label))


class TheirsEditor(Spoken, LineEditor):
    """A line that only shows: what the field keeps stands behind it, in words before it."""

    def __init__(self, field: Field, clock: Clock) -> None:
        self._kept = ""
        super().__init__(field, clock)

    @override
    def typed(self) -> str:
        return self._kept

    @override
    def put(self, text: str) -> None:
        self._kept = text
        self.say()

    @override
    def say(self) -> None:
        self.setText(shown_text(self._field, self._kept))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        # Nothing was typed, so nothing is tidied.
        QLineEdit.focusOutEvent(self, event)


class LongEditor(QPlainTextEdit):
    """Several lines; Tab leaves, Enter makes a new line, as in any letter."""

    def __init__(self, field: Field, clock: Clock) -> None:
        super().__init__()
        self._field, self._clock = field, clock
        self.setTabChangesFocus(True)
        self.setFixedHeight(88)

    def typed(self) -> str:
        """Give what stands in the field."""
        return self.toPlainText()

    def put(self, text: str) -> None:
        """Put text in as if a draft came back."""
        self.setPlainText(text)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take no more of a paste than shows that it is too long."""
        room = max(self._field.longest + 1 - len(self.toPlainText()), 0)
        self.insertPlainText(source.text()[: room + len(self.textCursor().selectedText())])

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        tidied = tidy(self._field, self.toPlainText(), today(self._clock))
        if tidied != self.toPlainText():
            cursor = self.textCursor()
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(tidied)
        super().focusOutEvent(event)


Editor = (
    LineEditor | ChoiceEditor | LongEditor | PersonEditor | ProductEditor | RowsEditor
    | AttachmentsEditor | AddressEditor
)  # fmt: skip


NO_PLACES = NoPlaces()


@dataclass(frozen=True)
class Sources:
    """What a form finds and keeps things by; without them it finds nobody and keeps no file."""

    people: PickSearch = nobody
    files: FileKeeper | None = None
    places: PlaceBook = NO_PLACES


def editor_for(field: Field, clock: Clock, theme: Theme, sources: Sources) -> Editor:
    """Make the editor of a field."""
    match field.kind:
        case _ if not field.typed_here:
            return TheirsEditor(field, clock)
        case Kind.CHOICE:
            return ChoiceEditor(field, theme)
        case Kind.LONG_TEXT:
            return LongEditor(field, clock)
        case Kind.DATE:
            return DateEditor(field, clock, theme)
        case Kind.PERSON:
            return PersonEditor(field, theme, sources.people)
        case Kind.PRODUCT:
            return ProductEditor(field, theme)
        case Kind.ADDRESS:
            return AddressEditor(field, theme, sources.places)
        case Kind.ROWS:
            return RowsEditor(field, clock, theme)
        case Kind.ATTACHMENTS:
            return AttachmentsEditor(field, theme, sources.files)
        case _:
            return LineEditor(field, clock)


def inputs_of(editor: Editor) -> tuple[QWidget, ...]:
    """Give the parts of an editor somebody types in, in reading order."""
    return editor.inputs if isinstance(editor, AddressEditor) else (takes_keys(editor),)


def takes_keys(editor: Editor) -> QWidget:
    """Give the part of an editor that gets the keys."""
    return editor.focusProxy() or editor
