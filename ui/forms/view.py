"""A form made from its fields.

Enter goes to the next field, Ctrl+Enter does the next verb, Esc steps back and loses nothing: what
was typed is in the draft, which ``changed`` hands out at every letter. Required, wrong and warned
look different and are told in words beside the field, never in a box at the end. Alt+Up shows what
a field held before, on a reckoned field how it came about.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QSizePolicy, QWidget
from typing_extensions import override

from app.kit.clock import Clock, today
from app.kit.words import Text, t
from app.packs.form_sums import Reckoned
from ui.forms.address import AddressEditor
from ui.forms.by_pack import PackForm
from ui.forms.editors import NARROW, Editor, Sources, editor_for, inputs_of, takes_keys
from ui.forms.fields import Answers, Draft, Field, FieldNote, Kind, Standing, Value
from ui.forms.popups import Former, FormerList, Memory, Workings
from ui.forms.reading import Reading, read, write
from ui.theme.theme import Theme, dress
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.label import PlainLabel, button_text, named, tip
from ui.widgets.picker import RecordPicker
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
WIDE = frozenset({Kind.ROWS, Kind.ATTACHMENTS})
"""Kinds that take the room of the note as well; what is said of them stands below."""
NOWHERE_TO_LOOK = Sources()


class FieldLine(QObject):
    """One field of a form on the screen: its label, its editor, and the words beside it."""

    changed = Signal()

    def __init__(
        self, field: Field, clock: Clock, theme: Theme, sources: Sources, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._clock = clock
        self._refused: Text | None = None
        self._across: FieldNote | None = None
        self._reckoned: Reckoned | None = None
        self._shown: tuple[str, str, Mood] | None = None
        self.label = PlainLabel(field.label, size="label")
        self.editor = editor_for(field, clock, theme, sources)
        self.note = PlainLabel(size="small", wrap=True)
        self.how = QPushButton() if field.computed is not None else None
        self._read = self._reading_now()
        self.label.setBuddy(takes_keys(self.editor))
        self.editor.textChanged.connect(self._on_typed)
        self.say()
        self.judge()

    @property
    def reckoned(self) -> Reckoned | None:
        """How the value of a computed field came about."""
        return self._reckoned

    def reading(self) -> Reading:
        """Give the value as it stands and what is to be said about it."""
        own = self._read
        if self._refused is not None:
            return Reading(own.value, FieldNote(Standing.WRONG, self._refused))
        holding = own.note.standing in (Standing.WRONG, Standing.INCOMPLETE)
        if self._across is not None and not holding:
            return Reading(own.value, self._across)
        return own

    def refuse(self, reason: Text) -> None:
        """Say why an answer was not taken; it stands until the answer changes."""
        self._refused = reason
        self.judge()

    def hear(self, note: FieldNote | None) -> None:
        """Take what a rule between fields says here; None where none speaks."""
        if note != self._across:
            self._across = note
            self.judge()

    def read_again(self) -> None:
        """Read what stands in the field by what is known now."""
        self._read = self._reading_now()
        self.judge()

    def show_reckoned(self, reckoned: Reckoned) -> None:
        """Show what a computed field came to."""
        self._reckoned = reckoned
        self._read = Reading(reckoned.value)
        self.editor.put(write(self.field, reckoned.value))
        if self.how is not None:
            self.how.setEnabled(reckoned.value is not None)

    def say(self) -> None:
        """Give the editor its name in the language in use."""
        asked = self.field.label
        words = t("{field}, needed", field=asked) if self.field.required else asked
        named(takes_keys(self.editor), words)
        if not self.field.typed_here:
            tip(self.editor, self._not_hers())
        if self.how is not None:
            self.how.setText(button_text(t("How?")))
            named(self.how, t("How {field} is reckoned", field=asked))
        self._shown = None

    def judge(self) -> None:
        """Show how the answer stands, where it stands otherwise than before."""
        note = self.reading().note
        look = LOOKS[note.standing] if self.field.typed_here else "theirs"
        words = note.reason or self._standing_hint()
        shown = (look, str(words) if words is not None else "", MOODS[note.standing])
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        if before is None or before[0] != look:
            for part in {self.editor, *inputs_of(self.editor)}:
                dress(part, state=look)
        self.note.tell(words if words is not None else "")
        if before is None or before[2] is not shown[2]:
            self.note.colour(shown[2])
        takes_keys(self.editor).setAccessibleDescription(shown[1])

    def _reading_now(self) -> Reading:
        if self.field.computed is not None:
            return Reading(self._reckoned.value if self._reckoned is not None else None)
        return read(self.field, self.editor.typed(), today(self._clock))

    def _standing_hint(self) -> Text | None:
        return self.field.hint if self.field.typed_here else self._not_hers()

    def _not_hers(self) -> Text:
        if self.field.computed is not None:
            return self.field.hint or t("Reckoned from other fields.")
        return t("Filled by head office.")

    @Slot()
    def _on_typed(self) -> None:
        self._refused = None
        self._read = self._reading_now()
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
        pack: PackForm | None = None,
        sources: Sources = NOWHERE_TO_LOOK,
        memory: Memory | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._next_verb = theme, name, next_verb
        self._pack, self._memory = pack, memory
        self._quiet = False
        self._popup: FormerList | Workings | None = None
        self._titles: list[PlainLabel] = []
        self._lines = {field.key: FieldLine(field, clock, theme, sources, self) for field in fields}
        named(self, name)
        self._build(columns)
        self._settle()

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

    def judge_again(self) -> None:
        """Ask every check once more: what they are judged by has come since."""
        for line in self._lines.values():
            if isinstance(line.editor, AddressEditor):
                line.editor.name_again()
            line.read_again()
        self._settle()

    def refuse(self, key: str, reason: Text) -> None:
        """Say beside a field why its answer was not taken, until it changes."""
        self._lines[key].refuse(reason)

    def has(self, key: str) -> bool:
        """Say whether the form asks a field."""
        return key in self._lines

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
        hers = [line for line in self._lines.values() if line.field.typed_here]
        inputs = [part for line in hers for part in inputs_of(line.editor)]
        place = next((n for n, part in enumerate(inputs) if part.hasFocus()), -1)
        if place >= 0 and self._is_whole(inputs[place]):
            place += 1
        if place + 1 < len(inputs):
            inputs[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._go_behind()

    def _go_behind(self) -> None:
        """Go to what follows the form, past the fields that are not hers."""
        for line in self._lines.values():
            for _ in inputs_of(line.editor):
                self.focusNextChild()
                reached: QWidget | None = self.window().focusWidget()
                at = None if reached is None else self._line_of(reached)
                if at is None or at.field.typed_here:
                    return

    def _is_whole(self, watched: QWidget) -> bool:
        """Say whether a whole address was typed where its place is asked, so its line is there."""
        line = self._line_of(watched)
        editor = line.editor if line is not None else None
        above = isinstance(editor, AddressEditor) and watched is editor.place
        return isinstance(editor, AddressEditor) and above and editor.settle()

    def _build(self, columns: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(PLAIN)
        grid.setVerticalSpacing(NEAR)
        row = column = 0
        for line in self._lines.values():
            if column == columns or (column and line.field.section is not None):
                row, column = row + 1, 0
            if line.field.section is not None and columns == 1:
                self._entitle(grid, line.field.section, row)
                row += 1
            row += self._place(grid, line, row, column * 3)
            column += 1
        for column in range(columns):
            grid.setColumnMinimumWidth(column * 3, LABEL_WIDTH)
            grid.setColumnMinimumWidth(column * 3 + 2, NOTE_WIDTH)
            grid.setColumnStretch(column * 3 + 2, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._order()

    def _entitle(self, grid: QGridLayout, title: Text, row: int) -> None:
        label = PlainLabel(title, size="strong")
        label.setContentsMargins(0, NEAR if row else 0, 0, 0)
        self._titles.append(label)
        grid.addWidget(label, row, 0, 1, 3)

    def _place(self, grid: QGridLayout, line: FieldLine, row: int, column: int) -> int:
        """Put a field into the grid; gives how many more rows it took."""
        top = Qt.AlignmentFlag.AlignTop
        wide = line.field.kind in WIDE
        # The words stand beside the first line of what is typed, however tall the editor is.
        one_line = line.label.fontMetrics().height() + 2 * NEAR
        height = min(inputs_of(line.editor)[0].sizeHint().height(), one_line)
        line.label.setMinimumHeight(line.editor.sizeHint().height() if wide else height)
        line.label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        grid.addWidget(line.label, row, column, top)
        grid.addWidget(line.editor, row, column + 1, 1, 2 if wide else 1, top)
        if wide:
            grid.addWidget(line.note, row + 1, column + 1, 1, 2, top)
            line.label.setFixedHeight(self.fontMetrics().height() + NEAR)
        else:
            line.note.setMinimumHeight(height)
            grid.addWidget(line.note, row, column + 2, top)
        if line.field.kind not in NARROW and not wide:
            line.editor.setFixedWidth(EDITOR_WIDTH)
        for part in inputs_of(line.editor):
            part.installEventFilter(self)
        line.changed.connect(self._on_changed)
        if line.how is not None:
            line.how.clicked.connect(partial(self.show_workings, line.field.key))
            grid.addWidget(line.how, row + 1, column + 1, top | Qt.AlignmentFlag.AlignLeft)
        return 1 if wide or line.how is not None else 0

    def _order(self) -> None:
        editors = [part for line in self._lines.values() for part in inputs_of(line.editor)]
        for before, after in pairwise(editors):
            QWidget.setTabOrder(before, after)
        if editors:
            self.setFocusProxy(editors[0])

    def _put(self, texts: dict[str, str]) -> None:
        self._quiet = True
        for key, text in texts.items():
            if self._lines[key].field.computed is None:
                self._lines[key].editor.put(text)
        self._quiet = False
        self._settle()
        self.changed.emit(self.draft())

    @Slot()
    def _on_changed(self) -> None:
        if not self._quiet:
            self._settle()
            self.changed.emit(self.draft())

    def _settle(self) -> None:
        """Reckon what is reckoned and let the rules between fields speak."""
        if self._pack is None:
            return
        values: dict[str, Value] = {
            key: line.reading().value
            for key, line in self._lines.items()
            if line.field.computed is None
        }
        was, self._quiet = self._quiet, True
        for key, reckoned in self._pack.reckon(values).items():
            values[key] = reckoned.value
            self._lines[key].show_reckoned(reckoned)
        self._quiet = was
        notes = self._pack.judge(values)
        for key, line in self._lines.items():
            line.hear(notes.get(key))

    def show_workings(self, key: str) -> Workings | None:
        """Show how a computed field came about; None where it is not one or nothing came of it."""
        line = self._lines[key]
        if line.reckoned is None or line.reckoned.value is None:
            return None
        workings = Workings(self._theme, t("How {field} is reckoned", field=line.field.label))
        self._open(workings)
        workings.show_under(line.editor, line.reckoned)
        return workings

    def show_former(self, key: str) -> bool:
        """Show what a field held before; False where nothing of it is kept."""
        if self._memory is None or not self._memory.has(key):
            return False
        self._memory.ask(key, partial(self._former_came, key))
        return True

    @property
    def popup(self) -> FormerList | Workings | None:
        """What is open under a field."""
        return self._popup

    def _former_came(self, key: str, former: Sequence[Former]) -> None:
        line = self._lines[key]
        listed = FormerList(
            self._theme,
            t("Former values of {field}", field=line.field.label),
            partial(self._take_former, key),
        )
        self._open(listed)
        listed.show_under(line.editor, former)

    def _take_former(self, key: str, text: str) -> None:
        editor = self._lines[key].editor
        if text:
            editor.put(text)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, popup: FormerList | Workings) -> None:
        if self._popup is not None:
            self._popup.hide()
            self._popup.deleteLater()
        self._popup = popup
        popup.setParent(self, popup.windowFlags())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event) or super().eventFilter(watched, event)
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._bring_into_view(watched)
        return super().eventFilter(watched, event)

    def _bring_into_view(self, focused: QWidget) -> None:
        """Scroll to what has the cursor: Qt does so for Tab, not for a field that is gone to."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(focused, NEAR, NEAR)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        if isinstance(watched, RecordPicker) and watched.drop.isVisible():
            # Enter takes what was found and Esc closes the list, before either leaves the field.
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self._next_verb is not None:
                self._next_verb()
            return self._next_verb is not None
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Up and alt:
            return self._look_back(watched)
        if enter and not event.modifiers() and not self._is_long(watched):
            self.go_next()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.stepped_back.emit()
            return True
        return False

    def _is_long(self, watched: QObject) -> bool:
        line = self._line_of(watched)
        return line is not None and line.field.kind in (Kind.LONG_TEXT, Kind.ROWS)

    def _look_back(self, watched: QObject) -> bool:
        line = self._line_of(watched)
        if line is None:
            return False
        if line.field.computed is not None:
            return self.show_workings(line.field.key) is not None
        return self.show_former(line.field.key)

    def _line_of(self, watched: QObject) -> FieldLine | None:
        lines = self._lines.values()
        return next((line for line in lines if watched in inputs_of(line.editor)), None)

    @override
    def say(self) -> None:
        named(self, self._name)
        for line in self._lines.values():
            line.say()
            line.judge()
