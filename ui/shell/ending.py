"""Being told to end from outside the window: Ctrl+C in a terminal, a service manager, a shutdown.

Python runs a signal's handler only between two of its own instructions, and an event loop that
waits executes none. So the signal's number is written into a socket the moment it comes
(``signal.set_wakeup_fd``), and the event loop reads it there.
"""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

ENDING = (signal.SIGINT, signal.SIGTERM)


class EndSignals(QObject):
    """Tells of SIGINT and SIGTERM in the event loop while it lives; one per program."""

    asked = Signal(int)
    """The number of the signal that came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._former_fd = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        self._former = {number: signal.signal(number, _noted) for number in ENDING}
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def let_go(self) -> None:
        """Give the signals back to who had them."""
        self._notifier.setEnabled(False)
        for number, handler in self._former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._former_fd)
        self._ours.close()
        self._theirs.close()

    @Slot()
    def _read(self) -> None:
        for number in self._ours.recv(64):
            if number in ENDING:
                self.asked.emit(number)


def _noted(_number: int, _frame: object) -> None:
    """Do nothing: the number is in the socket already."""
