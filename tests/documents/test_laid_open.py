"""Files laid open for a viewer: guarded while they lie there, gone when the person goes."""

import stat
from pathlib import Path

import pytest

from app.documents.laid_open import SHOWN, LaidOpen
from app.kit.errors.base import BranchError

SHA = "ab" * 32


@pytest.fixture
def place(tmp_path: Path) -> LaidOpen:
    return LaidOpen(tmp_path / "opened")


def test_only_this_user_comes_in_and_nothing_is_written_over(
    place: LaidOpen, tmp_path: Path
) -> None:
    path = place.lay(SHA, "licence.pdf", "pdf", b"%PDF-1")
    assert path.read_bytes() == b"%PDF-1" and path.name == "licence.pdf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    for folder in (path.parent, tmp_path / "opened"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert place.lay(SHA, "licence.pdf", "pdf", b"other") == path
    assert path.read_bytes() == b"%PDF-1"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/passwd.pdf", "etc passwd.pdf"), ("a\x00b\n.pdf", "a b.pdf"), (".pdf", "file.pdf"),
     ("photo.png.exe", "photo png.pdf"), ("-rf --help.pdf", "-rf --help.pdf"),
     ("营业执照（副本）.pdf", "营业执照 副本.pdf"), ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
     ("con.pdf", "con.pdf"), ("a\u202efdp.exe", "a fdp.pdf"), ("$(rm).pdf", "(rm).pdf")],
)  # fmt: skip
def test_the_name_is_ours_whatever_it_was(
    place: LaidOpen, tmp_path: Path, name: str, shown: str
) -> None:
    path = place.lay(SHA, name, "pdf", b"%PDF-1")
    assert path.name == shown and path.parent.parent == tmp_path / "opened"


@pytest.mark.parametrize("extension", ["exe", "sh", "html", "svg", "js", "docm", "zip", "lnk", ""])
def test_what_could_run_is_not_laid_open(place: LaidOpen, tmp_path: Path, extension: str) -> None:
    with pytest.raises(BranchError) as refused:
        place.lay(SHA, "report.pdf", extension, b"MZ")
    assert refused.value.code == "E-FILE-RUNS" and not (tmp_path / "opened").exists()


def test_everything_goes_and_going_twice_is_nothing(place: LaidOpen, tmp_path: Path) -> None:
    for n, extension in enumerate(sorted(SHOWN)):
        place.lay(f"{n:064x}", "x", extension, b"x")
    assert place.clear() == 0 and not (tmp_path / "opened").exists()
    assert place.clear() == 0


def test_a_link_laid_into_the_place_takes_nothing_with_it(place: LaidOpen, tmp_path: Path) -> None:
    place.lay(SHA, "x.pdf", "pdf", b"x")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("kept")
    (tmp_path / "opened" / "link").symlink_to(outside)
    place.clear()
    assert (outside / "mine.txt").read_text() == "kept"
    assert not (tmp_path / "opened").exists()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "opened").write_text("a file stands where the folder should")
    with pytest.raises(BranchError) as refused:
        LaidOpen(tmp_path / "opened").lay(SHA, "x.pdf", "pdf", b"x")
    assert refused.value.code == "E-FILE-PLACE"
