"""Icons drawn from the font: sharp at the sizes we use, a colour for each mode."""

import gc

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from ui.theme.glyphs import SIZES, Glyphs

INK, DISABLED = "#102030", "#a0b0c0"


def inks(pixmap: QPixmap) -> set[str]:
    """Give the colours that are drawn in full."""
    image = pixmap.toImage()
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    colours = [image.pixelColor(x, y) for x, y in points]
    return {colour.name() for colour in colours if colour.alpha() == 255}


@pytest.fixture
def icon(qapp: QApplication) -> QIcon:
    """One icon of the font."""
    return Glyphs().icon("plus", INK, DISABLED)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_drawn_and_none_is_scaled(icon: QIcon, size: int) -> None:
    drawn = icon.pixmap(QSize(size, size))
    assert drawn.size() == QSize(size, size)
    assert drawn.toImage().hasAlphaChannel()


@pytest.mark.parametrize(
    ("mode", "ink"),
    [
        (QIcon.Mode.Normal, INK),
        (QIcon.Mode.Active, INK),
        (QIcon.Mode.Selected, INK),
        (QIcon.Mode.Disabled, DISABLED),
    ],
)
def test_a_mode_has_its_own_colour_and_qt_tints_nothing(
    icon: QIcon, mode: QIcon.Mode, ink: str
) -> None:
    assert inks(icon.pixmap(QSize(48, 48), mode)) == {QColor(ink).name()}


def test_an_icon_outlives_its_font(qapp: QApplication) -> None:
    glyphs = Glyphs()
    icon = glyphs.icon("plus", INK, DISABLED)
    del glyphs
    gc.collect()
    assert inks(icon.pixmap(QSize(48, 48))) == {INK}


def test_a_glyph_the_font_does_not_have_is_a_key_error(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        Glyphs().icon("no-such-glyph", INK, DISABLED)
