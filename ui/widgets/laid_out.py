"""Several changes in a layout, laid out once.

Qt lays out a window's every level anew each time a widget in it is shown: five buttons that change
cost five times what one does, 30 ms on a page with a long form.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QWidget

from app.kit.errors.base import BugError


@contextmanager
def laid_out_once(widget: QWidget) -> Iterator[None]:
    """Let the layout of a widget wait until all that changes in it is changed."""
    layout = widget.layout()
    if layout is None:
        raise BugError("nothing is laid out there")
    layout.setEnabled(False)
    try:
        yield
    finally:
        layout.setEnabled(True)
        layout.activate()
