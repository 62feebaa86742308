"""How pages go to paper, as typed and as read. No Qt in here."""

import re
from dataclasses import dataclass
from enum import Enum

_RUN = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)
_COMMAS = re.compile("[,;\\s\uff0c\u3001\uff1b]+")
MOST_COPIES = 99
MOST_MARGIN = 40
"""Millimetres; a wider margin would leave no page on the smallest paper."""
LEAST_SCALE, MOST_SCALE = 25, 200
"""Percent."""


class Sides(Enum):
    """On which sides of a sheet, and over which edge it is turned."""

    ONE = "one"
    LONG_EDGE = "long_edge"
    SHORT_EDGE = "short_edge"


class Paper(Enum):
    """A kind of sheet (ISO 216); ``size`` is its width and height upright, in 0.1 mm."""

    A4 = "a4"
    A3 = "a3"
    A5 = "a5"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height upright, in 0.1 mm."""
        return {"a3": (2970, 4200), "a4": (2100, 2970), "a5": (1480, 2100)}[self.value]


@dataclass(frozen=True)
class PageSetup:
    """The sheet: paper, which way round, margin in mm on all sides, scale in percent.

    At 100 percent a document fills what the margins leave, and a list has its usual letters.
    """

    paper: Paper = Paper.A4
    landscape: bool = False
    margin: int = 0
    scale: int = 100

    @property
    def sheet(self) -> tuple[int, int]:
        """Width and height of the sheet as it lies, in 0.1 mm."""
        width, height = self.paper.size
        return (height, width) if self.landscape else (width, height)

    @property
    def room(self) -> tuple[int, int]:
        """Width and height inside the margins, in 0.1 mm."""
        width, height = self.sheet
        return width - 20 * self.margin, height - 20 * self.margin

    @property
    def whole(self) -> bool:
        """Whether a page of a document comes out at its own size, as machines read it."""
        return self == PageSetup()

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Write it as it is kept."""
        return (
            ("paper", self.paper.value),
            ("landscape", "yes" if self.landscape else "no"),
            ("margin", str(self.margin)),
            ("scale", str(self.scale)),
        )

    @classmethod
    def of(cls, kept: dict[str, str]) -> "PageSetup":
        """Read what was kept; the usual sheet where nothing was, or nothing we understand."""
        try:
            made = cls(
                Paper(kept["paper"]),
                {"yes": True, "no": False}[kept["landscape"]],
                int(kept["margin"]),
                int(kept["scale"]),
            )
        except (KeyError, ValueError):
            return cls()
        fits = 0 <= made.margin <= MOST_MARGIN and LEAST_SCALE <= made.scale <= MOST_SCALE
        return made if fits else cls()


@dataclass(frozen=True)
class PrintSetup:
    """A person's choice for one kind of document or list; it is offered again the next time."""

    printer: str
    copies: int = 1
    sides: Sides = Sides.ONE
    colour: bool = True
    page: PageSetup = PageSetup()

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Write it as it is kept."""
        return (
            ("printer", self.printer),
            ("copies", str(self.copies)),
            ("sides", self.sides.value),
            ("colour", "yes" if self.colour else "no"),
            *self.page.texts(),
        )

    @classmethod
    def of(cls, texts: tuple[tuple[str, str], ...]) -> "PrintSetup | None":
        """Read what was kept; None where nothing was, or not by this version."""
        kept = dict(texts)
        try:
            return cls(
                kept["printer"],
                int(kept["copies"]),
                Sides(kept["sides"]),
                {"yes": True, "no": False}[kept["colour"]],
                PageSetup.of(kept),
            )
        except (KeyError, ValueError):
            return None


def read_pages(typed: str, count: int) -> tuple[int, ...]:
    """Read ``1-3, 5`` as the pages of a document, in the order typed, none twice; empty is all.

    Raises ValueError for what is no page of it.
    """
    parts = [part for part in _COMMAS.split(_joined(typed)) if part]
    if not parts:
        return tuple(range(1, count + 1))
    pages: dict[int, None] = {}
    for part in parts:
        run = _RUN.fullmatch(part)
        if run is None:
            raise ValueError(f"{part!r} is no page")
        first, last = int(run[1]), int(run[2] or run[1])
        if not 1 <= first <= last <= count:
            raise ValueError(f"{part!r} is not between 1 and {count}")
        pages |= dict.fromkeys(range(first, last + 1))
    return tuple(pages)


def _joined(typed: str) -> str:
    """Take the room out around a dash, full-width ones included."""
    return re.sub("\\s*[-\uff0d\u2013\u2014]\\s*", "-", typed.translate(_DIGITS).strip())


_DIGITS = {0xFF10 + n: 0x30 + n for n in range(10)}
