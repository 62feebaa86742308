"""What a camera has before it, as frozen values: the page, the imprints, what covers it."""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["ideal", "imperfect"]


@dataclass(frozen=True)
class Card:
    """A black card on the page, in millimetres from its left upper corner."""

    x: float
    y: float
    w: float
    h: float


CODE_CORNER = Card(160, 247, 48, 48)


@dataclass(frozen=True)
class Strike:
    """One imprint: 0.1 mm from the left upper corner, 0.1 degree, plain 0 or cross-page 1."""

    x: int
    y: int
    angle: int
    kind: int


@dataclass(frozen=True)
class Scene:
    """What the lens has before it; ``picture`` None is a blank sheet, ``number`` its own chance."""

    paper_in: bool
    picture: bytes | None
    strikes: tuple[Strike, ...]
    card: Card | None
    grade: Grade
    dpi: int
    seed: int
    number: int
