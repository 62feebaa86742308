"""The pictures of every screen: taken from the running window, with nothing cut off in them.

Two of the four looks in each run (both languages, dark; the sample pages of tests/ui/gallery.py
come in all four), all four by ``sealdesk demo --screenshots DIR``.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from app.assembly.kept import impressions
from app.assembly.kept.anchors import read_anchors
from app.assembly.kept.reading import Kept
from app.assembly.verify import verify_kept


class Taken(NamedTuple):
    """Where pictures and evidence lie, and what the command said."""

    folder: Path
    keep: Path
    ran: subprocess.CompletedProcess[str]


ROOT = Path(__file__).resolve().parents[2]
SCREENS = {
    "sign_in", "workbench", "palette", "customers", "customer_new", "quote", "roster",
    "quote_price", "approvals", "contract_to_draw_up", "contract", "contract_photo",
    "contract_archived", "signing_read", "signing", "signing_accept", "signing_done",
    "seals_choose", "seals_check", "seals_prove", "seals_stamp", "seals_refused", "seals_look",
    "doubt", "seals_short", "seals_done", "problems", "sync", "devices",
    "quote_groups", "drill",
}  # fmt: skip
SMALLEST = 1000, 700


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """Let the command take the pictures, as a person would."""
    folder, keep = tmp_path_factory.mktemp("pictures"), tmp_path_factory.mktemp("kept")
    words = [sys.executable, "-m", "app", "demo", "--json", "--size", "40", "--theme", "dark"]
    place = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [*words, "--screenshots", str(folder), "--keep", str(keep)],
        cwd=ROOT, env=place, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    return Taken(folder, keep, ran)


def test_every_screen_has_its_picture_in_both_languages(taken: Taken) -> None:
    folder, ran = taken.folder, taken.ran
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["problems"] == []
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{one}.{lang}.dark.png" for one in SCREENS for lang in ("zh_CN", "en")}


def test_no_picture_is_empty_or_the_same_as_another_language(taken: Taken) -> None:
    folder = taken.folder
    for screen in SCREENS:
        chinese = Image.open(folder / f"{screen}.zh_CN.dark.png").convert("RGB")
        english = Image.open(folder / f"{screen}.en.dark.png").convert("RGB")
        assert chinese.size == english.size and chinese.size >= SMALLEST
        colours = chinese.resize((128, 76)).getcolors(maxcolors=128 * 76)
        assert colours is not None and len(colours) > 20, screen
        assert chinese.tobytes() != english.tobytes(), screen


def test_nothing_in_them_is_cut_off_or_nameless(taken: Taken) -> None:
    assert [line for line in taken.ran.stderr.splitlines() if line.startswith("picture ")] == []


def test_a_contract_that_took_two_permits_is_looked_back_on_whole(taken: Taken) -> None:
    assert (taken.keep / "evidence" / "seal-1.json").exists(), "the first job ended in a ruling"
    assert verify_kept(taken.keep).faults == ()


def test_an_earlier_use_of_the_seal_cannot_be_left_out(taken: Taken, tmp_path: Path) -> None:
    copy = tmp_path / "kept"
    shutil.copytree(taken.keep, copy)
    for name in ("seal-1.json", "permit-1.cose"):
        (copy / "evidence" / name).unlink()
    kept = Kept(copy, read_anchors(copy / "anchors.json"))
    told = [str(fault.what) for fault in impressions.log(kept)]
    assert len(told) == 2 and "seal.counter_before" in told[0] and "seal.photos" in told[1]
