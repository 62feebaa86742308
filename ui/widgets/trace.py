"""How a value came about, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.widgets.label import Words
from ui.widgets.row_view import RowModel, RowView
from ui.widgets.rows import Asked, Column, FixedRows, Row

COLUMNS = (
    Column("step", t("Step"), 200, sortable=False, stretch=True),
    Column("value", t("Value"), 120, numeric=True, sortable=False),
    Column("note", t("From"), 150, sortable=False),
)


@dataclass(frozen=True)
class TraceStep:
    """One line: what was done, what came out, and where a figure stands (table, version)."""

    step: Words
    value: str
    note: Words = ""


class TraceTable(QWidget):
    """Shows the steps in their order; it can be copied, not sorted."""

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._view: RowView | None = None
        self.show_steps(())

    @property
    def view(self) -> RowView:
        """The table itself."""
        assert self._view is not None
        return self._view

    def show_steps(self, steps: Sequence[TraceStep]) -> None:
        """Show other steps."""
        rows = tuple(
            Row(place, (str(step.step), step.value, str(step.note)))
            for place, step in enumerate(steps)
        )
        model = RowModel(COLUMNS, FixedRows(COLUMNS, rows))
        model.ask(Asked())
        view = RowView(model, self._theme)
        view.setAccessibleName(str(self._name))
        if self._view is not None:
            self._column.removeWidget(self._view)
            self._view.deleteLater()
        self._view = view
        self._column.addWidget(view)
        self.setFocusProxy(view)
