"""Icons by the desk's own names, all of one family.

The font is read on the first icon, after the first paint: a window without icons does not pay.
"""

from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon

from ui.theme.tokens import Colours

if TYPE_CHECKING:
    from ui.theme.glyphs import Glyphs

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
    "help": "help-circle-outline",
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
    "register": "notebook-outline",
    "reject": "cancel",
    "reports": "chart-bar",
    "save": "content-save-outline",
    "seals": "stamper",
    "search": "magnify",
    "send": "send-outline",
    "settings": "cog-outline",
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
        self._font: Glyphs | None = None

    def icon(self, name: str, colours: Colours, *, on_accent: bool = False) -> QIcon:
        """Give the icon for a name of GLYPHS; raises KeyError for a name we do not have."""
        ink = colours.on_accent if on_accent else colours.muted
        key = (name, ink, colours.accent)
        if key not in self._made:
            self._made[key] = self._draw(GLYPHS[name], ink, colours.muted)
        return self._made[key]

    def _draw(self, glyph: str, ink: str, disabled: str) -> QIcon:
        if self._font is None:
            from ui.theme.glyphs import Glyphs

            self._font = Glyphs()
        return self._font.icon(glyph, ink, disabled)
