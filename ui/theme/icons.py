"""Icons by the desk's own names, all of one family.

qtawesome is imported on the first icon, after the first paint: it costs a quarter of a second
(measured: 0.25 s, more than Qt itself), so a window that needs no icon does not pay. Of its twelve
families only ours is loaded; its own ``icon`` would read and check all of them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon

from app.kit.errors.base import BugError
from ui.theme.tokens import Colours

if TYPE_CHECKING:
    from qtawesome.iconic_font import IconicFont  # type: ignore[import-untyped]

FAMILY, FONT = "mdi6", "materialdesignicons6-webfont"
"""qtawesome's name of the family, and how its font file and its list of glyphs begin."""
GLYPHS = {
    "add": "plus",
    "approve": "check-circle-outline",
    "approvals": "clipboard-check-outline",
    "archive": "archive-outline",
    "back": "arrow-left",
    "calendar": "calendar-blank-outline",
    "camera": "camera-outline",
    "cancel": "close",
    "clear": "eraser",
    "close": "close",
    "contracts": "file-document-outline",
    "copy": "content-copy",
    "customers": "account-group-outline",
    "devices": "power-plug-outline",
    "drill": "hand-back-right-outline",
    "edit": "pencil-outline",
    "empty": "inbox-outline",
    "filter": "filter-outline",
    "import": "download-outline",
    "language": "translate",
    "link": "wifi",
    "lock": "lock-outline",
    "look": "eye-outline",
    "next": "arrow-right",
    "offline": "wifi-off",
    "pen": "pen",
    "person": "account-outline",
    "pricing": "calculator-variant-outline",
    "print": "printer-outline",
    "problems": "alert-outline",
    "reject": "cancel",
    "save": "content-save-outline",
    "seals": "stamper",
    "search": "magnify",
    "send": "send-outline",
    "sign_out": "logout",
    "signing": "draw-pen",
    "sync": "sync",
    "theme": "theme-light-dark",
    "trace": "format-list-numbered",
    "undo": "undo",
    "workbench": "home-outline",
}
"""Our name to the glyph of the family (Material Design Icons)."""


class Icons:
    """Draws an icon by our name in the colours of a theme."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], QIcon] = {}
        self._family: IconicFont | None = None

    def icon(self, name: str, colours: Colours, *, on_accent: bool = False) -> QIcon:
        """Give the icon for a name of GLYPHS; raises KeyError for a name we do not have."""
        ink = colours.on_accent if on_accent else colours.muted
        key = (name, ink, colours.accent)
        if key not in self._made:
            self._made[key] = self._draw(GLYPHS[name], ink, colours.muted)
        return self._made[key]

    def _draw(self, glyph: str, ink: str, disabled: str) -> QIcon:
        self._family = self._family or _load()
        name = f"{FAMILY}.{glyph}"
        drawn: QIcon = self._family.icon(name, color=ink, color_disabled=disabled)
        return drawn


def _load() -> "IconicFont":
    """Load the family; raises BugError where qtawesome does not bring it."""
    import qtawesome  # type: ignore[import-untyped]
    from qtawesome.iconic_font import IconicFont

    folder = Path(qtawesome.get_fonts_info()[0])
    fonts, glyphs = sorted(folder.glob(f"{FONT}-*.ttf")), sorted(folder.glob(f"{FONT}-*.json"))
    if not fonts or not glyphs:
        raise BugError(f"qtawesome brings no {FONT}")
    return IconicFont((FAMILY, fonts[-1].name, glyphs[-1].name))
