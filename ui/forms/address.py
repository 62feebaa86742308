"""An address: a place of the country, found while it is typed, and the line behind it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app.customers.rules.addresses import is_place_code
from app.kit.words import t
from app.packs.form_values import address_of, kept_address
from ui.forms.fields import Field
from ui.theme.theme import Theme
from ui.theme.tokens import TIGHT
from ui.widgets.label import named
from ui.widgets.picker import Pick, RecordPicker
from ui.widgets.spoken import Spoken


class PlaceBook(Protocol):
    """Where places are looked up; what it has to read, it reads off the GUI thread."""

    def find(self, typed: str, take: Callable[[Sequence[Pick]], object]) -> object:
        """Hand over the places that fit what was typed, each with its code as id."""
        ...

    def name_of(self, code: str) -> str:
        """Give the whole name of a place; empty while the list was not read, and for no place."""
        ...

    def split(self, text: str) -> tuple[str, str]:
        """Take a place off the front of a line: its code, empty for none, and the rest."""
        ...


class NoPlaces(PlaceBook):
    """A form that was given no list: whoever types a code is believed."""

    @override
    def find(self, typed: str, take: Callable[[Sequence[Pick]], object]) -> object:
        return take(())

    @override
    def name_of(self, code: str) -> str:
        return ""

    @override
    def split(self, text: str) -> tuple[str, str]:
        return "", text


class PlacePicker(RecordPicker):
    """Finds a place; with nothing typed, Down shows the place that is offered."""

    offered: Pick | None = None

    def pick_of(self, code: str, name: str) -> Pick:
        """Make the choice of a place; one no list knows stands under its code."""
        return Pick(code, name or code, code if name else "")

    @override
    def _look(self) -> None:
        """Leave the look to the form: it knows whether the field is needed."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not self.text() and self.offered is not None:
            self._show((self.offered,))
        else:
            super().keyPressEvent(event)


class AddressEditor(Spoken, QWidget):
    """Place above, street and number below; a whole address typed above goes to both."""

    textChanged = Signal(str)  # noqa: N815 - the name QLineEdit uses, so that a form treats both alike

    def __init__(self, field: Field, theme: Theme, places: PlaceBook) -> None:
        super().__init__()
        self._field, self._places = field, places
        self.place = PlacePicker(theme, field.label, places.find)
        self.line = QLineEdit()
        self.place.setMaxLength(field.longest + 1)
        self.line.setMaxLength(field.longest + 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.place)
        column.addWidget(self.line)
        self.setFocusProxy(self.place)
        self.place.picked.connect(self._tell)
        self.place.textEdited.connect(self._tell)
        self.line.textChanged.connect(self._tell)
        self.place.editingFinished.connect(self.settle)
        self.say()

    @property
    def inputs(self) -> tuple[QLineEdit, ...]:
        """What is typed in, in reading order."""
        return (self.place, self.line)

    def typed(self) -> str:
        """Give the address as it is kept; what was typed above and is no place stands in front."""
        above = self.place.text().strip()
        code = str(self.place.pick.id) if self.place.pick is not None else ""
        return kept_address(code or above, self.line.text())

    def put(self, text: str) -> None:
        """Put an address in as if a draft came back."""
        code, line = address_of(text)
        self._choose(code)
        self.line.setText(line)

    def offer(self, code: str, name: str) -> None:
        """Offer a place for a field that is empty; Down and Enter take it."""
        self.place.offered = self.place.pick_of(code, name) if code else None

    @Slot()
    def settle(self) -> bool:
        """Sort what was typed above into place and line; True where the line is filled now."""
        above = self.place.text().strip()
        if self.place.pick is None and above:
            code, rest = self._places.split(above)
            if not code and is_place_code(above):
                code, rest = above, ""
            self._choose(code)
            if rest:
                self.line.setText(" ".join(part for part in (rest, self.line.text()) if part))
        return bool(above) and bool(self.line.text())

    def _choose(self, code: str) -> None:
        name = self._places.name_of(code)
        self.place.choose(self.place.pick_of(code, name) if code else None)

    def name_again(self) -> None:
        """Name the place chosen, where the list came after it."""
        pick = self.place.pick
        if pick is not None and not pick.detail:
            self._choose(str(pick.id))

    @Slot()
    def _tell(self) -> None:
        self.textChanged.emit(self.typed())

    @override
    def say(self) -> None:
        named(self.place, t("{field}: province, city, county", field=self._field.label))
        named(self.line, t("{field}: street and number", field=self._field.label))
        self.place.setPlaceholderText(str(t("Province, city, county")))
        self.line.setPlaceholderText(str(t("Street and number")))
