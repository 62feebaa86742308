"""A form made from its fields.

Enter goes to the next field, Ctrl+Enter does the next verb, Esc steps back and loses nothing: what
was typed is in the draft, which ``changed`` hands out at every letter. Required, wrong and warned
look different and are told in words beside the field, never in a box at the end.
"""

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from app.kit.clock import Clock, today
from app.kit.words import Text, t
from ui.forms.editors import NARROW, Editor, editor_for
from ui.forms.fields import Answers, Draft, Field, FieldNote, Kind, Standing
from ui.forms.reading import Reading, read, write
from ui.theme.theme import Theme, dress
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.label import PlainLabel, named, tip
from ui.widgets.spoken import Spoken

LOOKS = {
    Standing.OK: "",
    Standing.INCOMPLETE: "required",
    Standing.WRONG: "wrong",
    Standing.WARNED: "warned",
}
MOODS = {
    Standing.OK: Mood.PLAIN,
    Standing.INCOMPLETE: Mood.PLAIN,
    Standing.WRONG: Mood.STOP,
    Standing.WARNED: Mood.WARN,
}
LABEL_WIDTH = 132
EDITOR_WIDTH = 340
NOTE_WIDTH = 200


class FieldLine(QObject):
    """One field of a form on the screen: its label, its editor, and the words beside it."""

    changed = Signal()

    def __init__(self, field: Field, clock: Clock, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.field = field
        self._clock = clock
        self._refused: Text | None = None
        self.label = PlainLabel(field.label, size="label")
        self.editor = editor_for(field, clock, theme)
        self.note = PlainLabel(size="small", wrap=True)
        self.label.setBuddy(self.editor)
        self.editor.textChanged.connect(self._on_typed)
        self.say()
        self.judge()

    def reading(self) -> Reading:
        """Give the value as it stands and what is to be said about it."""
        reading = read(self.field, self.editor.typed(), today(self._clock))
        if self._refused is not None:
            return Reading(reading.value, FieldNote(Standing.WRONG, self._refused))
        return reading

    def refuse(self, reason: Text) -> None:
        """Say why an answer was not taken; it stands until the answer changes."""
        self._refused = reason
        self.judge()

    def say(self) -> None:
        """Give the editor its name in the language in use."""
        asked = self.field.label
        named(self.editor, t("{field}, needed", field=asked) if self.field.required else asked)
        if self.field.kind is Kind.THEIRS:
            tip(self.editor, t("Filled by head office."))

    def judge(self) -> None:
        """Show how the answer stands."""
        note = self.reading().note
        look = "theirs" if self.field.kind is Kind.THEIRS else LOOKS[note.standing]
        dress(self.editor, state=look)
        words = note.reason or self._standing_hint()
        self.note.tell(words if words is not None else "")
        self.note.colour(MOODS[note.standing])
        self.editor.setAccessibleDescription(str(words) if words is not None else "")

    def _standing_hint(self) -> Text | None:
        if self.field.kind is Kind.THEIRS:
            return t("Filled by head office.")
        return self.field.hint

    @Slot()
    def _on_typed(self) -> None:
        self._refused = None
        self.judge()
        self.changed.emit()


class FormView(Spoken, QWidget):
    """Shows fields in reading order; ``changed`` carries the Draft at every letter typed."""

    changed = Signal(object)
    stepped_back = Signal()
    """Esc was pressed in a field; the page decides what one step back is."""

    def __init__(
        self,
        theme: Theme,
        clock: Clock,
        fields: tuple[Field, ...],
        *,
        name: Text,
        next_verb: Callable[[], object] | None = None,
        columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._next_verb = next_verb
        self._quiet = False
        self._lines = {field.key: FieldLine(field, clock, theme, self) for field in fields}
        named(self, name)
        self._build(columns)

    def fill(self, values: dict[str, str | int | None]) -> None:
        """Put values in (fen, basis points, ISO days, keys of choices), leaving other fields."""
        self._put({k: write(self._lines[k].field, v) for k, v in values.items()})

    def restore(self, draft: Draft) -> None:
        """Put a draft back, letter by letter."""
        self._put({key: text for key, text in draft.texts if key in self._lines})

    def draft(self) -> Draft:
        """Give what is typed now."""
        return Draft(tuple((key, line.editor.typed()) for key, line in self._lines.items()))

    def answers(self) -> Answers:
        """Give the values as read."""
        return Answers({key: line.reading().value for key, line in self._lines.items()})

    def notes(self) -> dict[str, FieldNote]:
        """Give what is said beside each field."""
        return {key: line.reading().note for key, line in self._lines.items()}

    def complete(self) -> bool:
        """Say whether no answer is wrong or missing."""
        holding = (Standing.WRONG, Standing.INCOMPLETE)
        return all(note.standing not in holding for note in self.notes().values())

    def refuse(self, key: str, reason: Text) -> None:
        """Say beside a field why its answer was not taken, until it changes."""
        self._lines[key].refuse(reason)

    def editor(self, key: str) -> Editor:
        """Give the editor of a field."""
        return self._lines[key].editor

    def focus_first_open(self) -> None:
        """Put the cursor on the first field that is wrong or missing, else on the first."""
        holding = (Standing.WRONG, Standing.INCOMPLETE)
        lines = list(self._lines.values())
        open_ones = [line for line in lines if line.reading().note.standing in holding]
        (open_ones or lines)[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_next(self) -> None:
        """Go to the next field that can be typed in; from the last one to the next verb."""
        editors = [line.editor for line in self._lines.values() if line.field.kind != Kind.THEIRS]
        place = next((n for n, editor in enumerate(editors) if editor.hasFocus()), -1)
        if place + 1 < len(editors):
            editors[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.focusNextChild()

    def _build(self, columns: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(PLAIN)
        grid.setVerticalSpacing(NEAR)
        for place, line in enumerate(self._lines.values()):
            row, column = divmod(place, columns)
            self._place(grid, line, row, column * 3)
        for column in range(columns):
            grid.setColumnMinimumWidth(column * 3, LABEL_WIDTH)
            grid.setColumnMinimumWidth(column * 3 + 2, NOTE_WIDTH)
            grid.setColumnStretch(column * 3 + 2, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._order()

    def _place(self, grid: QGridLayout, line: FieldLine, row: int, column: int) -> None:
        top = Qt.AlignmentFlag.AlignTop
        line.label.setMinimumHeight(line.editor.sizeHint().height())
        line.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        grid.addWidget(line.label, row, column, top)
        grid.addWidget(line.editor, row, column + 1, top)
        line.note.setMinimumHeight(line.editor.sizeHint().height())
        grid.addWidget(line.note, row, column + 2, top)
        if line.field.kind not in NARROW:
            line.editor.setFixedWidth(EDITOR_WIDTH)
        line.editor.installEventFilter(self)
        line.changed.connect(self._on_changed)

    def _order(self) -> None:
        editors = [line.editor for line in self._lines.values()]
        for before, after in pairwise(editors):
            QWidget.setTabOrder(before, after)
        if editors:
            self.setFocusProxy(editors[0])

    def _put(self, texts: dict[str, str]) -> None:
        self._quiet = True
        for key, text in texts.items():
            self._lines[key].editor.put(text)
        self._quiet = False
        self.changed.emit(self.draft())

    @Slot()
    def _on_changed(self) -> None:
        if not self._quiet:
            self.changed.emit(self.draft())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self._next_verb is not None:
                self._next_verb()
            return self._next_verb is not None
        if enter and not event.modifiers() and not self._is_long(watched):
            self.go_next()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.stepped_back.emit()
            return True
        return False

    def _is_long(self, watched: QObject) -> bool:
        lines = self._lines.values()
        return any(e.editor is watched and e.field.kind is Kind.LONG_TEXT for e in lines)

    @override
    def say(self) -> None:
        named(self, self._name)
        for line in self._lines.values():
            line.say()
            line.judge()
