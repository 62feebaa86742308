"""Does one thing after another, each in a turn of the event loop of its own.

What a page shows at once may be more than fits into one turn; keys are taken in between.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot


class Turns(QObject):
    """The things that are still to be done, in their order; they end with their parent."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: list[Callable[[], object]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left to do."""
        return not self._left

    def begin(self, *calls: Callable[[], object]) -> None:
        """Do these from the next turn on, in place of whatever is left."""
        self._left = list(calls)
        self._timer.start()

    @Slot()
    def _next(self) -> None:
        if not self._left:
            return
        call = self._left.pop(0)
        if self._left:
            self._timer.start()
        call()
