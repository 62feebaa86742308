"""What the sync screen decides: where the desk stands with head office, and one round by hand."""

from app.store.queries import SyncLine, WaitingLine, sync_lines, waiting_lines
from ui.shell.ports import Desk, SyncView


class SyncPresenter:
    """The way to head office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def state(self) -> SyncView:
        """Say where the desk stands."""
        return self._desk.sync_state()

    def waiting(self) -> list[WaitingLine]:
        """List what has no answer yet."""
        return self._desk.read(waiting_lines)

    def rounds(self) -> list[SyncLine]:
        """List the last rounds."""
        return self._desk.read(sync_lines)

    def sync_now(self) -> SyncView:
        """Sync until nothing is left; raises BranchError while head office is not reached."""
        return self._desk.sync()
