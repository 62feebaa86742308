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
        self.label = ""
        self.changes = 0

    @property
    def covered(self) -> bool:
        """Say whether a card lies on the page."""
        return self._card is not None

    def lay(self, picture: Path | None, label: str = "") -> None:
        """Lay a page in (None: a blank sheet). Raises OSError when the file is no picture.

        ``label`` is what the hand that lays it calls it; ``changes`` counts what happened here.
        """
        octets = None
        if picture is not None:
            octets = picture.read_bytes()
            develop(Scene(True, octets, (), None, "ideal", 8, 0, 0))
        self._picture, self.paper_in, self._strikes, self._card = octets, True, (), None
        self.label, self.changes = label, self.changes + 1

    def take_out(self) -> None:
        """Empty the bed."""
        self.paper_in, self._card = False, None
        self.label, self.changes = "", self.changes + 1

    def cover(self, card: Card | None) -> None:
        """Put a black card on the page, or take it away."""
        self._card, self.changes = card, self.changes + 1

    @override
    def strike(self, x: int, y: int, angle: int, kind: int) -> None:
        self._strikes = (*self._strikes, Strike(x, y, angle, kind))
        self.changes += 1

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

    def seen_by_eye(self, dpi: int) -> bytes:
        """Give what a person sees who looks into the open machine, as JPEG; empty without paper.

        It is no photograph of the machine: its camera does not count it.
        """
        if not self.paper_in:
            return b""
        seen = (self._picture, self._strikes, self._card)
        return develop(Scene(True, *seen, "ideal", dpi, self._seed, 0)).jpeg

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
