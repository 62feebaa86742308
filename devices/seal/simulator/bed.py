"""The bed of the machine: what lies there, where the head struck it, what covers it.

A photograph is asked for as a ``Scene``, a frozen account of the bed at that instant, so that the
camera may develop it on another lane while the next page is already being laid in.
"""

from pathlib import Path

from typing_extensions import override

from devices.seal.simulator.machine import Camera, Photograph
from devices.seal.simulator.scene import Card, Grade, Scene, Strike


class Bed(Camera):
    """A4 under a lens of so many dots per inch; every photograph has its own chance."""

    def __init__(self, *, dpi: int = 200, grade: Grade = "imperfect", seed: int = 1) -> None:
        self.paper_in = False
        self.grade: Grade = grade
        self._dpi = dpi
        self._seed = seed
        self._taken = 0
        self._picture: bytes | None = None
        self._strikes: tuple[Strike, ...] = ()
        self._card: Card | None = None
        self._asked: list[tuple[str, Scene]] = []

    def lay(self, picture: Path | None) -> None:
        """Lay a page in (None: a blank sheet). Raises OSError when the file is no picture."""
        octets = None
        if picture is not None:
            octets = picture.read_bytes()
            develop(Scene(True, octets, (), None, "ideal", 8, 0, 0))
        self._picture, self.paper_in, self._strikes, self._card = octets, True, (), None

    def take_out(self) -> None:
        """Empty the bed."""
        self.paper_in, self._card = False, None

    def cover(self, card: Card | None) -> None:
        """Put a black card on the page, or take it away."""
        self._card = card

    @override
    def strike(self, x: int, y: int, angle: int, kind: int) -> None:
        self._strikes = (*self._strikes, Strike(x, y, angle, kind))

    @override
    def expose(self, tag: str) -> None:
        self._asked.append((tag, self.scene()))

    def asked(self) -> list[tuple[str, Scene]]:
        """Give the photographs that are wanted, once: tag and what was seen."""
        wanted, self._asked = self._asked, []
        return wanted

    def scene(self) -> Scene:
        """Give what the lens has before it now."""
        self._taken += 1
        return Scene(
            self.paper_in,
            self._picture,
            self._strikes,
            self._card,
            self.grade,
            self._dpi,
            self._seed,
            self._taken,
        )

    def photograph(self) -> Photograph:
        """Take one photograph of what lies there now."""
        return develop(self.scene())


def develop(scene: Scene) -> Photograph:
    """Make the photograph of a scene. Raises OSError when its page is no picture.

    numpy and Pillow are loaded here, with the first picture: a machine that is only asked for its
    state starts in a third of the time.
    """
    from devices.seal.simulator import darkroom

    return darkroom.develop(scene)
