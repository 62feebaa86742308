"""How a document goes to paper, as typed and as read. No Qt in here."""

import re
from dataclasses import dataclass
from enum import Enum

_RUN = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)
_COMMAS = re.compile("[,;\\s\uff0c\u3001\uff1b]+")
MOST_COPIES = 99


class Sides(Enum):
    """On which sides of a sheet, and over which edge it is turned."""

    ONE = "one"
    LONG_EDGE = "long_edge"
    SHORT_EDGE = "short_edge"


@dataclass(frozen=True)
class PrintSetup:
    """A person's choice for one kind of document; it is offered again the next time."""

    printer: str
    copies: int = 1
    sides: Sides = Sides.ONE
    colour: bool = True

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Write it as it is kept."""
        return (
            ("printer", self.printer),
            ("copies", str(self.copies)),
            ("sides", self.sides.value),
            ("colour", "yes" if self.colour else "no"),
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
