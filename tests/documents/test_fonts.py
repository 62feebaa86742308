"""The pinned fonts: missing, changed, replaced; characters without a shape."""

import shutil
from pathlib import Path

import pytest

from app.documents.fonts import (
    FONTS,
    REGULAR,
    check_fonts,
    check_shapes,
    fonts_folder,
    install_fonts,
)
from app.documents.pdf import PdfPress
from app.kit.errors.base import BranchError


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the right fonts."""
    install_fonts(fonts_folder(), tmp_path / "fonts")
    return tmp_path / "fonts"


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    with path.open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)[0]
        file.seek(1_000_000)
        file.write(bytes([byte ^ 1]))


def test_installed_fonts_pass_the_check(copied: Path) -> None:
    check_fonts(copied)
    assert sorted(one.name for one in copied.iterdir()) == sorted(FONTS)


def test_a_missing_font_stops_the_press(copied: Path) -> None:
    (copied / REGULAR).unlink()
    with pytest.raises(BranchError) as refused:
        PdfPress(copied)
    assert refused.value.code == "E-DOC-FONT"


def test_one_changed_bit_stops_the_press(copied: Path) -> None:
    flip(copied / REGULAR)
    with pytest.raises(BranchError) as refused:
        PdfPress(copied)
    assert refused.value.code == "E-DOC-FONT-CHANGED"


def test_a_changed_font_is_replaced_by_the_right_one(copied: Path) -> None:
    flip(copied / REGULAR)
    install_fonts(fonts_folder(), copied)
    check_fonts(copied)


def test_a_wrong_font_never_arrives(copied: Path, tmp_path: Path) -> None:
    flip(copied / REGULAR)
    target = tmp_path / "target"
    with pytest.raises(BranchError) as refused:
        install_fonts(copied, target)
    assert refused.value.code == "E-DOC-FONT-CHANGED"
    assert not (target / REGULAR).exists()
    assert not list(target.glob("*.coming"))


def test_fonts_that_are_right_need_no_source(copied: Path, tmp_path: Path) -> None:
    before = {one.name: one.stat().st_mtime_ns for one in copied.iterdir()}
    install_fonts(tmp_path / "nowhere", copied)
    assert {one.name: one.stat().st_mtime_ns for one in copied.iterdir()} == before
    shutil.rmtree(copied)
    with pytest.raises(BranchError) as refused:
        install_fonts(tmp_path / "nowhere", copied)
    assert refused.value.code == "E-DOC-FONT"


def test_rare_characters_have_a_shape_and_pictures_have_none() -> None:
    check_shapes("王𠮷㼆 ABC ，。（）〔〕—*<>#", fonts_folder())
    with pytest.raises(BranchError) as refused:
        check_shapes("王😀ก", fonts_folder())
    assert refused.value.code == "E-DOC-GLYPH"
    assert "U+1F600" in str(refused.value)
    assert "U+0E01" in str(refused.value)
    assert "王 " not in str(refused.value)
