"""Every colour, distance and text size of the desk; nothing else names one.

Distances and text sizes are device-independent pixels; Qt multiplies them for 100-200 % scaling.
Contrast follows WCAG 2.1 (relative luminance of sRGB): text at least 4.5:1, edges of fields 3:1.
"""

from dataclasses import dataclass
from enum import Enum

SPACES = (4, 8, 12, 16, 24)
"""The only distances between things."""
TIGHT, NEAR, PLAIN, WIDE, FAR = SPACES
RADIUS = 6
SMALL, BODY, TITLE = 12, 14, 20
"""The three text sizes."""
ARM_LENGTH = 1.6
"""How much larger the custodian's screen is, read at arm's length."""
FAMILIES = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Noto Sans SC")
"""Font families in order of wish: Linux, Windows, macOS."""
TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0


class Density(Enum):
    """How much air a row and a field get."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"

    @property
    def row(self) -> int:
        """Height of a table row."""
        return 36 if self is Density.COMFORTABLE else 28

    @property
    def control(self) -> int:
        """Height of a field or a button."""
        return 34 if self is Density.COMFORTABLE else 28


class Mood(Enum):
    """What a state means to the person: nothing, fine, waiting, look here, stop."""

    PLAIN = "plain"
    OK = "ok"
    WAIT = "wait"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, as ``#rrggbb``."""

    window: str
    surface: str
    field: str
    sunken: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    ok: str
    ok_soft: str
    wait: str
    wait_soft: str
    warn: str
    warn_soft: str
    stop: str
    stop_soft: str

    def of(self, mood: Mood) -> tuple[str, str]:
        """Give the text colour and the soft ground of a mood."""
        return {
            Mood.PLAIN: (self.muted, self.sunken),
            Mood.OK: (self.ok, self.ok_soft),
            Mood.WAIT: (self.wait, self.wait_soft),
            Mood.WARN: (self.warn, self.warn_soft),
            Mood.STOP: (self.stop, self.stop_soft),
        }[mood]


LIGHT = Colours(
    window="#f3f5f8",
    surface="#ffffff",
    field="#ffffff",
    sunken="#e9edf2",
    line="#d9dee6",
    edge="#78818f",
    text="#1b2330",
    muted="#505b6b",
    accent="#1d5bbf",
    accent_hover="#174a9c",
    on_accent="#ffffff",
    accent_soft="#e2ecfb",
    ok="#17693a",
    ok_soft="#e0f3e7",
    wait="#4a4fa3",
    wait_soft="#e9eaf8",
    warn="#825000",
    warn_soft="#fcf0d9",
    stop="#b0241c",
    stop_soft="#fce6e4",
)

DARK = Colours(
    window="#12161c",
    surface="#1a2028",
    field="#10141a",
    sunken="#252d38",
    line="#313b48",
    edge="#7d889a",
    text="#e5e9f0",
    muted="#a7b1bf",
    accent="#7db0ff",
    accent_hover="#a3c8ff",
    on_accent="#0a1526",
    accent_soft="#213350",
    ok="#77d39d",
    ok_soft="#17301f",
    wait="#b3bbf5",
    wait_soft="#272c4a",
    warn="#f0bd63",
    warn_soft="#382b13",
    stop="#ff9188",
    stop_soft="#3f1f1d",
)

THEMES = {"light": LIGHT, "dark": DARK}

TEXT_PAIRS = (
    *((ink, ground) for ink in ("text", "muted") for ground in ("window", "surface", "sunken")),
    ("text", "field"),
    ("muted", "field"),
    ("text", "accent_soft"),
    ("muted", "accent_soft"),
    ("accent", "window"),
    ("accent", "surface"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    *((f"{mood}", f"{mood}_soft") for mood in ("ok", "wait", "warn", "stop")),
    *(
        (ink, f"{mood}_soft")
        for ink in ("text", "muted", "accent")
        for mood in ("ok", "wait", "warn", "stop")
    ),
    *(
        (mood, ground)
        for mood in ("ok", "wait", "warn", "stop")
        for ground in ("window", "surface")
    ),
)
"""Every ink on every ground it is drawn on; a test computes each in both themes."""

EDGE_PAIRS = (
    ("edge", "surface"),
    ("edge", "window"),
    ("edge", "field"),
    *(("edge", f"{mood}_soft") for mood in ("ok", "wait", "warn", "stop")),
    ("accent", "surface"),
    ("accent", "window"),
    ("warn", "field"),
    ("stop", "field"),
)
"""Every outline a person must see to find a field or the focus."""


def luminance(colour: str) -> float:
    """Give the relative luminance of ``#rrggbb`` (WCAG 2.1), 0 for black and 1 for white."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours (WCAG 2.1), from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
