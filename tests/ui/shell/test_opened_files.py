"""A file of the vault in the system's own viewer, from the desk, and gone when she leaves."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.kit.errors.base import Problem
from app.packs.form_values import KeptFile
from tests.ui.desk_site import Sitting
from ui.shell.attaching import DeskFiles

PNG = b"\x89PNG\r\n\x1a\n not much of a picture"


class Viewer(QObject):
    """The system's viewer of this test: Qt hands it every file that is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[bytes] = []
        self.paths: list[Path] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.paths.append(Path(url.toLocalFile()))
        self.shown.append(self.paths[-1].read_bytes())


def test_a_kept_file_is_shown_and_gone_with_the_person(sitting: Sitting) -> None:
    sitting.sit()
    desk, viewer = sitting.desk, Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "show")
    try:
        files = DeskFiles(desk.bridge, desk.lane, sitting.seat, desk.bridge)
        sha256 = sitting.seat.keep_file(PNG, "png", "image/png", "photo.png")
        problems: list[Problem] = []
        files.open(KeptFile(sha256, "photo.png", len(PNG)), failed=problems.append)
        sitting.until(lambda: bool(viewer.shown) or bool(problems))
        assert not problems and viewer.shown == [PNG]
        path = viewer.paths[0]
        assert path.name == "photo.png" and path.is_relative_to(sitting.site.branch.store.folder)
        desk.lock()
        assert not path.exists() and not path.parent.parent.exists()
    finally:
        QDesktopServices.unsetUrlHandler("file")


@pytest.mark.parametrize(
    ("content", "extension", "code"), [(b"{}", "json", "E-FILE-RUNS"), (b"", "", "E-VAULT-MISSING")]
)
def test_what_is_not_shown_is_told(
    sitting: Sitting, content: bytes, extension: str, code: str
) -> None:
    sitting.sit()
    desk = sitting.desk
    files = DeskFiles(desk.bridge, desk.lane, sitting.seat, desk.bridge)
    sha256 = sitting.seat.keep_file(content, extension, "x", "x") if content else "0" * 64
    problems: list[Problem] = []
    files.open(KeptFile(sha256, "photo.png", 2), failed=problems.append)
    sitting.until(lambda: bool(problems))
    assert problems[0].code == code


def test_a_copy_is_saved_whole_or_the_trouble_told(sitting: Sitting, tmp_path: Path) -> None:
    sitting.sit()
    desk = sitting.desk
    files = DeskFiles(desk.bridge, desk.lane, sitting.seat, desk.bridge)
    sha256 = sitting.seat.keep_file(PNG, "png", "image/png", "photo.png")
    problems: list[Problem] = []
    file = KeptFile(sha256, "photo.png", len(PNG))
    files.save(file, tmp_path / "copy.png", failed=problems.append)
    files.save(file, tmp_path / "no" / "where.png", failed=problems.append)
    sitting.until(lambda: bool(problems))
    assert (tmp_path / "copy.png").read_bytes() == PNG
    assert [one.code for one in problems] == ["E-FILE-PLACE"]
