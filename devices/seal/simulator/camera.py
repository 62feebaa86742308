"""The bed and the lens: what lies there is photographed as a cheap camera would see it.

A page is laid in as a picture and taken for A4. An imperfect camera sees it turned by a few
degrees, in perspective, unevenly lit, soft and noisy, on a dark bed with a rim around the paper.
Each impression leaves a red round imprint on the page where the head struck.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from typing_extensions import override

from devices.seal.simulator.machine import Camera, Photograph

PAGE_MM = (210, 297)
RIM_MM = 12
LARGEST_JPEG = 300_000
INK = (196, 30, 34)
BED = (46, 48, 52)
IMPRINT_MM = 38
_ATTEMPTS = ((60, 1.0), (42, 1.0), (30, 1.0), (32, 0.85), (28, 0.75), (24, 0.6), (20, 0.4))
Grade = Literal["ideal", "imperfect"]


@dataclass(frozen=True)
class Card:
    """A black card on the page, in millimetres from its left upper corner."""

    x: float
    y: float
    w: float
    h: float


CODE_CORNER = Card(160, 247, 48, 48)


class Bed(Camera):
    """A4 under a lens of so many dots per inch; every photograph has its own chance."""

    def __init__(self, *, dpi: int = 200, grade: Grade = "imperfect", seed: int = 1) -> None:
        self.paper_in = False
        self.grade: Grade = grade
        self._scale = dpi / 25.4
        self._seed = seed
        self._taken = 0
        self._page = self._blank()
        self._card: Card | None = None
        self._asked: list[str] = []

    def lay(self, picture: Path | None) -> None:
        """Lay a page in (None: a blank sheet). Raises OSError when the file is no picture."""
        page = self._blank()
        if picture is not None:
            with Image.open(picture) as image:
                page = image.convert("RGB").resize(page.size, Image.Resampling.LANCZOS)
        self._page, self.paper_in, self._card = page, True, None

    def take_out(self) -> None:
        """Empty the bed."""
        self.paper_in, self._card = False, None

    def cover(self, card: Card | None) -> None:
        """Put a black card on the page, or take it away."""
        self._card = card

    @override
    def strike(self, x: int, y: int, angle: int, kind: int) -> None:
        """Print the seal, a little beside the spot when the machine is imperfect."""
        chance = self._chance(1)
        off = (0.0, 0.0) if self.grade == "ideal" else tuple(chance.uniform(-1.2, 1.2, 2))
        imprint = _imprint(round(IMPRINT_MM * self._scale), angle / 10)
        left = round((x / 10 + off[0]) * self._scale) - imprint.width // 2
        top = round((y / 10 + off[1]) * self._scale) - imprint.height // 2
        if kind == 1:
            left = self._page.width - imprint.width // 2
        self._page.paste(Image.new("RGB", imprint.size, INK), (left, top), imprint)

    @override
    def expose(self, tag: str) -> None:
        self._asked.append(tag)

    def asked(self) -> list[str]:
        """Give the tags of photographs that are wanted, once."""
        tags, self._asked = self._asked, []
        return tags

    def photograph(self) -> Photograph:
        """Take one photograph of what lies there now."""
        self._taken += 1
        scene = self._scene()
        if self.grade == "imperfect":
            scene = _seen_badly(scene, self._chance(0))
        return _jpeg(scene, self._scale * 25.4)

    def _scene(self) -> Image.Image:
        """Put the page, with its card, on the dark bed."""
        rim = round(RIM_MM * self._scale)
        width, height = self._page.size
        scene = Image.new("RGB", (width + 2 * rim, height + 2 * rim), BED)
        if self.paper_in:
            scene.paste(self._page, (rim, rim))
        if self._card is not None:
            card, s = self._card, self._scale
            corners = (card.x, card.y, card.x + card.w, card.y + card.h)
            box = tuple(rim + value * s for value in corners)
            ImageDraw.Draw(scene).rectangle(box, fill=(8, 8, 8))
        return scene

    def _blank(self) -> Image.Image:
        size = (round(PAGE_MM[0] * self._scale), round(PAGE_MM[1] * self._scale))
        return Image.new("RGB", size, (252, 252, 250))

    def _chance(self, stream: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, self._taken, stream])


def _imprint(size: int, degrees: float) -> Image.Image:
    """Draw the round seal as a mask: ring, five-pointed star, lettering strokes around it."""
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    centre, ring = size / 2, size * 0.48
    pen.ellipse(
        (size - ring * 2, size - ring * 2, ring * 2, ring * 2), outline=225, width=size // 30
    )
    pen.polygon(_star(centre, size * 0.14), fill=225)
    for step in range(-5, 6):
        mask.paste(*_letter(size, centre, step))
    return mask.rotate(-degrees, Image.Resampling.BICUBIC)


def _star(centre: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.38
        turn = math.pi * corner / 5 - math.pi / 2
        points.append((centre + reach * math.cos(turn), centre + reach * math.sin(turn)))
    return points


def _letter(size: int, centre: float, step: int) -> tuple[Image.Image, tuple[int, int]]:
    """Draw one letter of the rim, upright to the centre."""
    side = max(4, size // 9)
    letter = Image.new("L", (side, side), 0)
    font = ImageFont.load_default(side * 0.9)
    ImageDraw.Draw(letter).text((side / 2, side / 2), "SEALDESK*BR"[step + 5], 225, font, "mm")
    degrees = step * 24
    turned = letter.rotate(-degrees, Image.Resampling.BICUBIC)
    turn = math.radians(degrees - 90)
    reach = size * 0.36
    at = (centre + reach * math.cos(turn), centre + reach * math.sin(turn))
    return turned, (round(at[0] - side / 2), round(at[1] - side / 2))


def _seen_badly(scene: Image.Image, chance: np.random.Generator) -> Image.Image:
    """Turn, skew and soften, light unevenly, add noise, each by a drawn amount."""
    width, height = scene.size
    seen = scene.transform(
        scene.size,
        Image.Transform.PERSPECTIVE,
        _skew(width, height, chance),
        Image.Resampling.BILINEAR,
        fillcolor=BED,
    )
    pixels: NDArray[np.float32] = np.asarray(seen, dtype=np.float32)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    tilt = chance.uniform(-0.12, 0.12, 2).astype(np.float32)
    light = 0.88 + tilt[0] * across + tilt[1] * down - 0.06 * (across**2 + down**2)
    noise = chance.standard_normal((height, width), dtype=np.float32) * 3.0
    lit = pixels * light[:, :, None] + noise[:, :, None]
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def _skew(width: int, height: int, chance: np.random.Generator) -> tuple[float, ...]:
    """Give the perspective of a lens turned by up to 3.5 degrees and held not quite level.

    The corners also move by up to 1.2 % of the sides; the eight numbers are Pillow's.
    """
    ideal = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float)
    turn = math.radians(chance.uniform(-3.5, 3.5))
    turned = (ideal - (width / 2, height / 2)) @ np.array(
        [(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))]
    ) + (width / 2, height / 2)
    moved = turned + chance.uniform(-0.012, 0.012, (4, 2)) * (width, height)
    rows, values = [], []
    for (x, y), (u, v) in zip(ideal, moved, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(values)).tolist())


def _jpeg(scene: Image.Image, dpi: float) -> Photograph:
    """Compress until it fits the slow line: first coarser, then also smaller."""
    for quality, size in _ATTEMPTS:
        width, height = round(scene.width * size), round(scene.height * size)
        smaller = scene if size == 1 else scene.resize((width, height), Image.Resampling.BICUBIC)
        file = io.BytesIO()
        grain = (round(dpi * size), round(dpi * size))
        smaller.save(file, "JPEG", quality=quality, optimize=True, progressive=True, dpi=grain)
        if len(file.getvalue()) <= LARGEST_JPEG:
            return Photograph(file.getvalue(), width, height)
    raise ValueError("the page does not fit the line in any quality")
