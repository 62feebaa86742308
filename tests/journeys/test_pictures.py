"""The pictures of every screen: taken from the running window, with nothing wrong to be seen.

Chinese and light, English and dark on a small screen in each run; all four looks and a fine screen
by ``sealdesk demo --screenshots DIR`` and in the bench.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageStat

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
    "contracts_timeline", "customers_timeline", "workbench_lead", "workbench_people",
    "workbench_card", "doubt", "seals_short", "seals_done", "problems", "sync", "devices",
    "quote_groups", "drill", "pricing", "contracts", "seals", "customers_import",
}  # fmt: skip
STATES = {
    *(f"{page}_empty" for page in ("workbench", "pricing", "approvals", "contracts", "signing",
                                   "seals", "problems")),
    "sign_in_error", "customer_new_error", "workbench_offline", "sign_in_busy", "quote_busy",
    "sync_busy",
}  # fmt: skip
LOOKS = "zh_CN.light", "en.dark"
SIZE = 1366, 768


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """Let the command take the pictures, as a person would."""
    folder, keep = tmp_path_factory.mktemp("pictures"), tmp_path_factory.mktemp("kept")
    words = [sys.executable, "-X", "faulthandler", "-m", "app", "demo", "--json"]
    words += ["--size", "40", "--small-screen"]
    words += [word for look in LOOKS for word in ("--look", look)]
    place = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [*words, "--screenshots", str(folder), "--keep", str(keep)],
        cwd=ROOT, env=place, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    return Taken(folder, keep, ran)


def screens(taken: Taken) -> set[str]:
    """Name the screens there are pictures of."""
    return {path.name.split(".", 1)[0] for path in taken.folder.iterdir()}


def test_every_screen_and_every_state_has_its_pictures(taken: Taken) -> None:
    folder, ran = taken.folder, taken.ran
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["problems"] == []
    assert screens(taken) >= SCREENS | STATES
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{one}.{look}.png" for one in screens(taken) for look in LOOKS}


def test_a_picture_fills_its_screen_and_no_two_looks_are_the_same(taken: Taken) -> None:
    for screen in screens(taken):
        chinese, english = (
            Image.open(taken.folder / f"{screen}.{look}.png").convert("RGB") for look in LOOKS
        )
        assert chinese.size == english.size == SIZE
        colours = chinese.resize((128, 72)).getcolors(maxcolors=128 * 72)
        assert colours is not None and len(colours) > 20, screen
        # A page of white paper stays white in the dark, and it may fill half of the screen.
        assert brightness(chinese) > 160, screen
        assert brightness(english) < brightness(chinese) - 80, screen


def brightness(picture: Image.Image) -> float:
    """Give the middle brightness of a picture, 0 to 255."""
    return float(ImageStat.Stat(picture.convert("L")).mean[0])


def test_nothing_is_wrong_in_them(taken: Taken) -> None:
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
