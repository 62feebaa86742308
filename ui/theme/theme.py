"""The theme in use: applied to the windows at once and switched while the desk runs.

A person chooses light or dark, or leaves it to the system: the desk then turns when that does.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.theme.icons import Icons
from ui.theme.stylesheet import stylesheet
from ui.theme.tokens import BODY, FAMILIES, THEMES, Colours, Density

STYLE = "fusion"
SYSTEM = "system"
"""The choice that leaves it to the system whether the desk is light or dark."""


class Theme(QObject):
    """Holds the colours and density in use and tells painted widgets when they change."""

    changed = Signal()

    def __init__(
        self, app: QApplication, name: str = "light", density: Density = Density.COMFORTABLE
    ) -> None:
        super().__init__()
        self._app = app
        self._icons = Icons()
        self._name = self._choice = self._sheet = ""
        self._windows: list[tuple[QWidget, Callable[[str], object]]] = []
        self._density = density
        _take_style(app)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_turned)
        self.use(name, density)

    @property
    def name(self) -> str:
        """The theme in use, ``light`` or ``dark``."""
        return self._name

    @property
    def choice(self) -> str:
        """What was chosen: ``light``, ``dark``, or ``system`` where the system decides."""
        return self._choice

    @property
    def colours(self) -> Colours:
        """The colours in use."""
        return THEMES[self._name]

    @property
    def density(self) -> Density:
        """The density in use."""
        return self._density

    def icon(self, name: str, *, on_accent: bool = False) -> QIcon:
        """Give an icon in the colours in use; raises KeyError for a name we do not have."""
        return self._icons.icon(name, self.colours, on_accent=on_accent)

    def use(self, choice: str, density: Density | None = None) -> None:
        """Switch theme or density at once; ``system`` follows the system from now on.

        Raises ValueError for a theme we do not have.
        """
        if choice != SYSTEM and choice not in THEMES:
            raise ValueError(f"no theme {choice!r}")
        self._choice = choice
        self._put_on(system_theme() if choice == SYSTEM else choice, density or self._density)

    def clothe(self, window: QWidget, put_on: Callable[[str], object] | None = None) -> None:
        """Put the stylesheet on a window and all that is or comes in it, now and at every switch.

        It stands on windows and never on the application: then every widget would be styled anew,
        with all in it, at each step in which a page is put together before it has a window, which
        is more than half of what opening a page costs. A window that is too much for one turn says
        how it puts another stylesheet on.
        """
        self._windows.append((window, put_on or window.setStyleSheet))
        window.setStyleSheet(self._sheet)

    def _put_on(self, name: str, density: Density) -> None:
        if (name, density) == (self._name, self._density):
            return
        self._name, self._density = name, density
        self._app.setPalette(palette(self.colours))
        self._sheet = stylesheet(self.colours, density)
        self._windows = [one for one in self._windows if isValid(one[0])]
        for _, put_on in self._windows:
            put_on(self._sheet)
        self.changed.emit()

    @Slot(Qt.ColorScheme)
    def _system_turned(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == SYSTEM:
            self._put_on(system_theme(), self._density)


def _take_style(app: QApplication) -> None:
    """Let the application draw by Fusion in our font.

    Every widget there is would be styled anew by asking for what is so already.
    """
    if app.style().name() != STYLE:
        app.setStyle(STYLE)
    font = body_font()
    if app.font() != font:
        app.setFont(font)


def dress(widget: QWidget, **looks: str) -> None:
    """Set properties the stylesheet reads (look, scale, mood, state) and draw by them."""
    for name, value in looks.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def system_theme() -> str:
    """Say which theme the person's system asks for, ``light`` when it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "dark" if scheme is Qt.ColorScheme.Dark else "light"


def body_font(scale: float = 1.0) -> QFont:
    """Give the desk's font at body size, times a scale."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(round(BODY * scale))
    return font


def palette(colours: Colours) -> QPalette:
    """Make the palette Fusion draws with where the stylesheet is silent."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, colours.window),
        (roles.WindowText, colours.text),
        (roles.Base, colours.field),
        (roles.AlternateBase, colours.sunken),
        (roles.Text, colours.text),
        (roles.Button, colours.surface),
        (roles.ButtonText, colours.text),
        (roles.BrightText, colours.stop),
        (roles.PlaceholderText, colours.muted),
        (roles.Highlight, colours.accent),
        (roles.HighlightedText, colours.on_accent),
        (roles.ToolTipBase, colours.surface),
        (roles.ToolTipText, colours.text),
        (roles.Link, colours.accent),
        (roles.LinkVisited, colours.accent),
        (roles.Mid, colours.line),
        (roles.Dark, colours.edge),
        (roles.Light, colours.surface),
        (roles.Accent, colours.accent),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return made
