"""Large type for a person who stands at the machine: read at arm's length, touched by one hand."""

from ui.theme.tokens import ARM_LENGTH, BODY, NEAR, SMALL, TITLE, Mood
from ui.widgets.label import PlainLabel, Words

COUNT = round(TITLE * ARM_LENGTH * 1.5)
BUTTON = 56
"""Height of a button one hits with paper in the other hand, in pixels."""


def arm_stylesheet() -> str:
    """Write what is larger here than in the rest of the window."""
    body, small, title = (round(size * ARM_LENGTH) for size in (BODY, SMALL, TITLE))
    return f"""
QLabel[arm="body"] {{ font-size: {body}px; }}
QLabel[arm="small"] {{ font-size: {small}px; }}
QLabel[arm="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[arm="count"] {{ font-size: {COUNT}px; font-weight: 600; }}
VerbButton {{ font-size: {body}px; min-height: {BUTTON}px; max-height: {BUTTON}px;
    padding: 0 {NEAR * 3}px; }}
VerbButton:focus {{ min-height: {BUTTON - 2}px; max-height: {BUTTON - 2}px;
    padding: 0 {NEAR * 3 - 1}px; }}
"""


def arm_label(
    words: Words = "", size: str = "body", *, mood: Mood | None = None, wrap: bool = False
) -> PlainLabel:
    """Make a label in large type: ``small``, ``body``, ``title`` or ``count``."""
    label = PlainLabel(words, mood=mood, wrap=wrap)
    label.setProperty("arm", size)
    return label
