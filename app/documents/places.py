"""Places on a page, in the units of every side: 0.1 mm on machines, points in a PDF."""

from dataclasses import dataclass

A4_HEIGHT = 2970
"""Height of an A4 page in 0.1 mm."""


@dataclass(frozen=True)
class Place:
    """A rectangle on a page: pages from 1, lengths in 0.1 mm from the top left corner."""

    page: int
    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """Give the middle in 0.1 mm from the top left: where a round seal strikes."""
        return self.x + self.width // 2, self.y + self.height // 2

    def pdf_rect(self, page_height: int = A4_HEIGHT) -> tuple[float, float, float, float]:
        """Give left, bottom, right, top in points (1/72 inch) from the bottom left corner."""
        left, right = _points(self.x), _points(self.x + self.width)
        return (
            left,
            _points(page_height - self.y - self.height),
            right,
            _points(page_height - self.y),
        )


def _points(tenths: int) -> float:
    return round(tenths * 72 / 254, 2)
