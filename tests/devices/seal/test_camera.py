"""What the machine's lens sees, read by the decoder the product uses."""

import io
from pathlib import Path

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from devices.seal import api
from devices.seal.simulator.bed import Bed, develop
from devices.seal.simulator.darkroom import LARGEST_JPEG
from devices.seal.simulator.machine import Photograph
from devices.seal.simulator.scene import Card
from tests.devices.seal.rig import Rig

DPI = 200
SCALE = DPI / 25.4


def code_text(page: int) -> str:
    return f"SD1|HT-2026-000871|2|{page}|9f8e7d6c5b4a39281706"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Two dense A4 pages with an 18 mm code in the lower right corner."""
    folder = tmp_path_factory.mktemp("pages")
    return {page: _page(folder / f"page{page}.png", page) for page in (3, 4)}


def _page(path: Path, page: int) -> Path:
    sheet = Image.new("RGB", (round(210 * SCALE), round(297 * SCALE)), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(24)
    for line in range(62):
        text = f"{line + 1}. The insurer pays the benefit of clause {line * 7 % 31} on page {page},"
        pen.text((150, 140 + 30 * line), text + " within its limits.", "black", font)
    octets = io.BytesIO()
    segno.make(code_text(page), error="m").save(octets, kind="png", scale=12, border=4)
    side = round(18 * SCALE)
    code = Image.open(octets).convert("RGB").resize((side, side), Image.Resampling.NEAREST)
    sheet.paste(code, (sheet.width - side - round(12 * SCALE), sheet.height - side - 95))
    sheet.save(path)
    return path


def picture(photo: Photograph) -> Image.Image:
    return Image.open(io.BytesIO(photo.jpeg))


def codes(photo: Photograph) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture(photo))]


@pytest.mark.parametrize("seed", range(4))
def test_the_page_code_is_read_from_a_bad_photograph(pages: dict[int, Path], seed: int) -> None:
    bed = Bed(seed=seed)
    for page in (3, 4):
        bed.lay(pages[page])
        bed.strike(1050, 2200, 130, 0)
        photo = bed.photograph()
        assert codes(photo) == [code_text(page)]
        assert len(photo.jpeg) <= LARGEST_JPEG
        assert picture(photo).size == (photo.width, photo.height)


def test_a_covered_code_is_not_read_and_comes_back(pages: dict[int, Path]) -> None:
    bed = Bed()
    bed.lay(pages[3])
    bed.cover(Card(160, 247, 48, 48))
    assert codes(bed.photograph()) == []
    bed.cover(None)
    assert codes(bed.photograph()) == [code_text(3)]


def red(photo: Photograph) -> np.ndarray:
    pixels = np.asarray(picture(photo).convert("RGB"), dtype=int)
    return (pixels[:, :, 0] - np.maximum(pixels[:, :, 1], pixels[:, :, 2])) > 60


@pytest.mark.parametrize(("x", "y"), [(600, 700), (1500, 2200)])
def test_the_imprint_is_where_the_head_struck(pages: dict[int, Path], x: int, y: int) -> None:
    bed = Bed(grade="ideal")
    bed.lay(pages[3])
    assert not red(bed.photograph()).any()
    bed.strike(x, y, 0, 0)
    rows, columns = np.nonzero(red(bed.photograph()))
    size = bed.photograph().width / (210 + 24)
    centre = (
        (columns.min() + columns.max()) / 2 / size - 12,
        (rows.min() + rows.max()) / 2 / size - 12,
    )
    assert abs(centre[0] - x / 10) < 1.5 and abs(centre[1] - y / 10) < 1.5
    assert 34 < (columns.max() - columns.min()) / size < 40


def test_a_bad_photograph_is_turned_noisy_and_never_the_same_twice(pages: dict[int, Path]) -> None:
    bed = Bed()
    bed.lay(pages[3])
    first, second = bed.photograph(), bed.photograph()
    assert first.sha256 != second.sha256
    again = Bed()
    again.lay(pages[3])
    assert again.photograph().sha256 == first.sha256
    bright = np.asarray(picture(first).convert("L"), dtype=float)
    corners = [bright[300:340, 300:340].mean(), bright[-340:-300, -340:-300].mean()]
    assert abs(corners[0] - corners[1]) > 2
    scene = again.scene()
    assert develop(scene) == develop(scene)
    ideal = Bed(grade="ideal")
    ideal.lay(pages[3])
    assert ideal.photograph().sha256 == ideal.photograph().sha256


def test_a_photograph_shows_what_lay_there_when_it_was_asked_for(pages: dict[int, Path]) -> None:
    bed = Bed()
    bed.lay(pages[3])
    bed.expose("x")
    bed.lay(pages[4])
    bed.strike(1000, 1000, 0, 0)
    [(tag, scene)] = bed.asked()
    photo = develop(scene)
    assert (tag, codes(photo)) == ("x", [code_text(3)]) and red(photo).sum() < 50
    assert bed.asked() == []


def test_an_empty_bed_shows_no_paper() -> None:
    bed = Bed(dpi=50, grade="ideal")
    assert np.asarray(picture(bed.photograph()).convert("L")).max() < 80


def test_over_the_line_the_photograph_shows_page_and_imprint(
    rigs: type[Rig], pages: dict[int, Path]
) -> None:
    rig = rigs(dpi=DPI, stroke_ms=40)  # type: ignore[call-arg]
    device = rig.open()
    permit = rig.armed(device, impressions=1, paper=False)
    rig.sim.order("paper", image=str(pages[3]), page=3)
    before = device.fetch(device.capture(api.Photo.BEFORE))
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(before)))] == [
        code_text(3)
    ]
    outcome = device.resolve(device.stamp(permit.permit_id, 1, 3))
    assert isinstance(outcome, api.Done)
    ref = device.capture(api.Photo.OF_IMPRESSION)
    assert ref.sha256 == outcome.image_sha256 and ref.size <= LARGEST_JPEG
    after = Photograph(device.fetch(ref), ref.width, ref.height)
    assert codes(after) == [code_text(3)]
    assert red(after).sum() > 3000 > red(Photograph(before, 0, 0)).sum()
