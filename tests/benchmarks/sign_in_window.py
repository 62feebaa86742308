"""Our side of T1 and T2: the sign-in page of the desk, in a window, shown and painted.

The page, the theme and the bridge are the product's; nobody signs in.
"""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from app.kit.lanes import Lane
from tests.benchmarks.painted import tell_and_end
from ui.shell.bridge import Bridge
from ui.shell.sign_in import Credentials, SignInView
from ui.theme.theme import Theme


def main() -> None:
    """Show the page and end the process once its first frame is through."""
    app = QApplication(sys.argv)
    theme = Theme(app)
    window = QMainWindow()
    bridge = Bridge(_no_bug)
    view = SignInView(
        theme, bridge, Lane("sign-in"), branch="…", attempt=_nobody, needs_code=_no_code
    )
    view.painted.connect(lambda: QTimer.singleShot(0, tell_and_end))
    window.setCentralWidget(view)
    window.resize(1024, 700)
    window.show()
    app.exec()


def _no_bug(error: BaseException) -> None:
    raise error


def _nobody(_given: Credentials) -> object:
    return None


def _no_code(_number: str) -> bool:
    return False


if __name__ == "__main__":
    main()
