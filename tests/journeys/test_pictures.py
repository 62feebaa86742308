"""The pictures of every screen: taken from the running window, with nothing cut off in them.

Two of the four looks in each run (both languages, dark; the sample pages of tests/ui/gallery.py
come in all four), all four by ``sealdesk demo --screenshots DIR``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

Taken = tuple[Path, subprocess.CompletedProcess[str]]

ROOT = Path(__file__).resolve().parents[2]
SCREENS = {
    "sign_in", "workbench", "palette", "customers", "customer_new", "quote", "roster",
    "quote_price", "approvals", "contract_to_draw_up", "contract", "contract_photo",
    "contract_archived", "signing_read", "signing", "signing_accept", "signing_done",
    "seals_choose", "seals_check", "seals_prove", "seals_stamp", "seals_refused", "seals_look",
    "doubt", "seals_short", "seals_done", "problems", "sync", "devices",
}  # fmt: skip
SMALLEST = 1000, 700


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """Let the command take the pictures, as a person would."""
    folder = tmp_path_factory.mktemp("pictures")
    words = [sys.executable, "-m", "app", "demo", "--json", "--size", "40", "--theme", "dark"]
    place = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [*words, "--screenshots", str(folder)],
        cwd=ROOT, env=place, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    return folder, ran


def test_every_screen_has_its_picture_in_both_languages(taken: Taken) -> None:
    folder, ran = taken
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["problems"] == []
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{one}.{lang}.dark.png" for one in SCREENS for lang in ("zh_CN", "en")}


def test_no_picture_is_empty_or_the_same_as_another_language(taken: Taken) -> None:
    folder, _ran = taken
    for screen in SCREENS:
        chinese = Image.open(folder / f"{screen}.zh_CN.dark.png").convert("RGB")
        english = Image.open(folder / f"{screen}.en.dark.png").convert("RGB")
        assert chinese.size == english.size and chinese.size >= SMALLEST
        colours = chinese.resize((128, 76)).getcolors(maxcolors=128 * 76)
        assert colours is not None and len(colours) > 20, screen
        assert chinese.tobytes() != english.tobytes(), screen


def test_nothing_in_them_is_cut_off_or_nameless(taken: Taken) -> None:
    _folder, ran = taken
    assert [line for line in ran.stderr.splitlines() if line.startswith("picture ")] == []
