"""Whose customers are listed, at a desk that holds those of several offices."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from app.access.queries import OfficeLine
from app.kit.words import t
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import PlainLabel, named
from ui.widgets.spoken import Spoken


class OfficeChoice(Spoken, QWidget):
    """Offers the offices whose customers are here; hidden where there is only the desk's own."""

    chosen = Signal(str)
    """The path of an office somebody chose."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._label = PlainLabel(t("Customers of"), size="label")
        self.box = ChoiceBox(theme)
        self._label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        row.addWidget(self._label)
        row.addWidget(self.box, 1)
        self.box.activated.connect(self._tell)
        self.hide()

    def offer(self, offices: Sequence[OfficeLine], shown: str, own: str) -> None:
        """Offer offices: the customers of ``shown`` are listed, ``own`` is the desk's."""
        held = [self.box.itemData(place) for place in range(self.box.count())]
        if held != [one.path for one in offices]:
            self.box.clear()
            for one in offices:
                self.box.addItem(one.name, one.path)
        self.point_at(shown)
        self.setVisible(any(one.path != own for one in offices))

    def point_at(self, path: str) -> None:
        """Show whose customers are listed."""
        self.box.setCurrentIndex(self.box.findData(path))

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(str(self.box.currentData()))

    @override
    def say(self) -> None:
        named(self.box, t("Customers of"))
