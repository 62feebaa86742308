"""The lens: a scene is photographed as a cheap camera would see it.

The page is taken for A4. An imperfect camera sees it turned by a few degrees, in perspective,
unevenly lit, soft and noisy, on a dark bed with a rim around the paper. Each impression leaves a
red round imprint where the head struck, a little beside the spot.
"""

import io
import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from devices.seal.simulator.machine import Photograph
from devices.seal.simulator.scene import Scene, Strike

PAGE_MM = (210, 297)
RIM_MM = 12
LARGEST_JPEG = 300_000
INK = (196, 30, 34)
BED = (46, 48, 52)
IMPRINT_MM = 38
SLIP_MM = 1.2
_ATTEMPTS = ((60, 1.0), (42, 1.0), (30, 1.0), (32, 0.85), (28, 0.75), (24, 0.6), (20, 0.4))
_VIEW, _SLIP = 0, 1


def develop(scene: Scene) -> Photograph:
    """Make the photograph; the same scene gives the same octets. Raises OSError for no picture."""
    picture = _on_the_bed(scene)
    if scene.grade == "imperfect":
        picture = _seen_badly(picture, np.random.default_rng([scene.seed, scene.number, _VIEW]))
    return _jpeg(picture, scene.dpi)


def _on_the_bed(scene: Scene) -> Image.Image:
    """Put the page, with its imprints and its card, on the dark bed."""
    scale = scene.dpi / 25.4
    rim = round(RIM_MM * scale)
    page = _page(scene.picture, scene.dpi).copy()
    for number, strike in enumerate(scene.strikes):
        _print(page, strike, scale, _slip(scene, number))
    bed = Image.new("RGB", (page.width + 2 * rim, page.height + 2 * rim), BED)
    if scene.paper_in:
        bed.paste(page, (rim, rim))
    if scene.card is not None:
        card = scene.card
        corners = (card.x, card.y, card.x + card.w, card.y + card.h)
        box = tuple(rim + value * scale for value in corners)
        ImageDraw.Draw(bed).rectangle(box, fill=(8, 8, 8))
    return bed


@lru_cache(maxsize=2)
def _page(picture: bytes | None, dpi: int) -> Image.Image:
    """Give the page in the grain of the camera; the last two are kept."""
    size = (round(PAGE_MM[0] * dpi / 25.4), round(PAGE_MM[1] * dpi / 25.4))
    if picture is None:
        return Image.new("RGB", size, (252, 252, 250))
    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def _slip(scene: Scene, number: int) -> tuple[float, float]:
    """Give how far beside its spot an imprint sits, in millimetres, the same in every photo."""
    if scene.grade == "ideal":
        return (0.0, 0.0)
    right, down = np.random.default_rng([scene.seed, number, _SLIP]).uniform(-SLIP_MM, SLIP_MM, 2)
    return (float(right), float(down))


def _print(page: Image.Image, strike: Strike, scale: float, slip: tuple[float, float]) -> None:
    """Print the seal on the page; a cross-page one straddles its right edge."""
    imprint = _imprint(round(IMPRINT_MM * scale), strike.angle / 10)
    x = PAGE_MM[0] if strike.kind == 1 else strike.x / 10 + slip[0]
    left = round(x * scale) - imprint.width // 2
    top = round((strike.y / 10 + slip[1]) * scale) - imprint.height // 2
    page.paste(Image.new("RGB", imprint.size, INK), (left, top), imprint)


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
