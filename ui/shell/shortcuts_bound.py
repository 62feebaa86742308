"""The keyboard of one person: which keys do what now; whoever shows keys hears when they change."""

from PySide6.QtCore import QObject, Signal

from app.kit.errors.base import BranchError
from ui.shell.shortcuts import ALSO, Bindings, of_verb
from ui.widgets.verb import Verb


class Keyboard(QObject):
    """Holds the bindings of the person who sits here; ``changed`` comes after every change."""

    changed = Signal()

    def __init__(self, bindings: Bindings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bindings = bindings or Bindings()

    def take(self, bindings: Bindings) -> None:
        """Use other bindings."""
        if bindings != self.bindings:
            self.bindings = bindings
            self.changed.emit()

    def bind(self, action: str, keys: str) -> None:
        """Give an action other keys; raises BranchError E-KEYS-… in words."""
        refused = self.bindings.refusal(action, keys)
        if refused is not None:
            raise BranchError(refused)
        self.take(self.bindings.bound(action, keys))

    def all_keys(self, action: str) -> tuple[str, ...]:
        """Give every key of an action, portable."""
        return (self.bindings.keys(action), *ALSO.get(action, ()))

    def keys_of(self, page: str, verb: Verb) -> str:
        """Give the keys of a verb of a page, portable; those it names itself if no table has it."""
        known = of_verb(page, verb.key)
        return verb.shortcut if known is None else self.bindings.keys(known.action)
