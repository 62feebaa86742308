"""Tables that go out: typed cells, no formula, no half file, no growth of memory."""

import csv
import itertools
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.kit.errors.base import BranchError, BugError, Cancelled
from app.kit.sheets import writing
from app.kit.sheets.writing import Cell, CellKind, Sheet, SheetColumn, write_csv, write_xlsx

CREATED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ALL = tuple(SheetColumn(kind.value, kind) for kind in CellKind)
ROW: tuple[Cell, ...] = (
    "510101199001011234",
    12_345,
    -1_440_050,
    1_234,
    date(2026, 3, 1),
    datetime(2026, 3, 1, 16, 30, 5, tzinfo=UTC),
)
DANGEROUS = [
    "=cmd()",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝cmd()",
    "＋1",
    "－1",
    "＠A1",
    " =1",
    "　=1",
    "\ufeff=1",
]


def _texts(*texts: str) -> Sheet:
    return Sheet("t", (SheetColumn("name"),), [(text,) for text in texts])


def _sheet_xml(path: Path, n: int = 1) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(f"xl/worksheets/sheet{n}.xml").decode()


def _column(path: Path, place: int = 0) -> list[object]:
    page = load_workbook(path).worksheets[0]
    return [row[place] for row in page.iter_rows(min_row=2, values_only=True)]


def _csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_kind_of_cell_comes_back_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert write_xlsx(path, [Sheet("报表", ALL, [ROW])], created=CREATED) == 1
    book = load_workbook(path)
    page = book["报表"]
    cells = page[2]
    assert [cell.value for cell in cells] == [
        "510101199001011234",
        12_345,
        -14_400.5,
        0.1234,
        datetime.fromisoformat("2026-03-01"),
        datetime.fromisoformat("2026-03-02T00:30:05"),
    ]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "n", "d", "d"]
    assert [cell.number_format for cell in cells] == [
        "@",
        "#,##0",
        "#,##0.00",
        "0.00%",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm:ss",
    ]
    assert book.properties.created == CREATED.replace(tzinfo=None)


def test_a_csv_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert write_csv(path, Sheet("x", ALL, [ROW, (None,) * 6])) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert _csv_rows(path)[1:] == [
        [
            "'510101199001011234",
            "12345",
            "-14400.50",
            "12.34%",
            "2026-03-01",
            "2026-03-02 00:30:05",
        ],
        [""] * 6,
    ]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    book, table = tmp_path / "a.xlsx", tmp_path / "a.csv"
    sheet = Sheet(text, (SheetColumn(text),), [(text,)])
    write_xlsx(book, [sheet], created=CREATED)
    xml = _sheet_xml(book)
    assert "<f" not in re.sub(r"<formatCode|<format", "", xml)
    assert xml.count('t="inlineStr"') == 2
    assert load_workbook(book).worksheets[0]["A2"].data_type == "s"
    write_csv(table, sheet)
    assert _csv_rows(table) == [[f"'{text}"], [f"'{text}"]]


@pytest.mark.parametrize("text", ["13800001111", "0", "100", "王芳", "a=b", "3-4", "x@y.cn"])
def test_an_honest_text_has_no_apostrophe(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "a.csv", _texts(text))
    assert _csv_rows(tmp_path / "a.csv")[1] == [text]


def test_a_text_that_looks_like_the_writers_own_markup_stays_a_text(tmp_path: Path) -> None:
    text = '<r><t>x</t></r></is></c><c r="B2"><f>1+1</f></c><is><r></r>'
    write_xlsx(tmp_path / "a.xlsx", [_texts(text)], created=CREATED)
    assert "<f>" not in _sheet_xml(tmp_path / "a.xlsx")
    assert _column(tmp_path / "a.xlsx") == [text]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_text_comes_back(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [_texts("first", *texts)], created=CREATED)
    expected = [text.encode("utf-8", "replace").decode() for text in texts]
    # openpyxl leaves the folded signs (_x000D_) of an inline text to its caller.
    assert [_unfolded(str(value or "")) for value in _column(path)[1:]] == expected


def _unfolded(text: str) -> str:
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_long_numbers_and_old_days_are_texts(tmp_path: Path) -> None:
    columns = (SheetColumn("n", CellKind.COUNT), SheetColumn("d", CellKind.DAY))
    sheet = Sheet("x", columns, [(10**15, date(1850, 1, 2)), (10**15 - 1, None)])
    write_xlsx(tmp_path / "a.xlsx", [sheet], created=CREATED)
    assert _column(tmp_path / "a.xlsx") == ["1000000000000000", 999_999_999_999_999]
    assert _column(tmp_path / "a.xlsx", 1) == ["1850-01-02", None]


def test_money_is_exact_to_the_last_fen(tmp_path: Path) -> None:
    amounts = [1, 99, -1, 10**15 - 1, 123_456_789_012_345]
    sheet = Sheet("x", (SheetColumn("m", CellKind.MONEY),), [(one,) for one in amounts])
    write_xlsx(tmp_path / "a.xlsx", [sheet], created=CREATED)
    assert re.findall(r"<v>([^<]+)</v>", _sheet_xml(tmp_path / "a.xlsx")) == [
        "0.01",
        "0.99",
        "-0.01",
        "9999999999999.99",
        "1234567890123.45",
    ]


def test_a_text_of_a_megabyte_is_cut_and_says_so(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [_texts("字" * 1_000_000)], created=CREATED)
    (text,) = _column(tmp_path / "a.xlsx")
    assert isinstance(text, str) and len(text) == writing.LONGEST_TEXT and text.endswith("字…")


def test_sheet_names_are_made_fit_and_different(tmp_path: Path) -> None:
    sheets = [
        Sheet(name, (SheetColumn("a"),), []) for name in ("a/b*c", "A/B*C", "", "x" * 50, "History")
    ]
    write_xlsx(tmp_path / "a.xlsx", sheets, created=CREATED)
    names = load_workbook(tmp_path / "a.xlsx").sheetnames
    assert names == ["a b c", "A B C 2", "Sheet", "x" * 31, "History 2"]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / name, [Sheet("x", ALL, [ROW] * 3)], created=CREATED)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_stopped_export_leaves_the_old_file_and_nothing_else(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"old")
    heard: list[int] = []
    with pytest.raises(Cancelled):
        _write(path, itertools.repeat(("x",)), heard, stop_at=3_000)
    assert heard == [0, 1_000, 2_000, 3_000]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_read_that_breaks_off_leaves_no_half_file(tmp_path: Path, kind: str) -> None:
    def rows() -> Iterator[Sequence[Cell]]:
        yield ("x",)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _write(tmp_path / f"a.{kind}", rows(), [], stop_at=None)
    assert list(tmp_path.iterdir()) == []


def _write(
    path: Path, rows: Iterator[Sequence[Cell]], heard: list[int], stop_at: int | None
) -> None:
    sheet = Sheet("x", (SheetColumn("a"),), rows)

    def stop() -> bool:
        return stop_at is not None and len(heard) > 0 and heard[-1] >= stop_at

    if path.suffix == ".csv":
        write_csv(path, sheet, progress=heard.append, stop=stop)
    else:
        write_xlsx(path, [sheet], created=CREATED, progress=heard.append, stop=stop)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path: Path, kind: str) -> None:
    with pytest.raises(BranchError) as raised:
        _write(tmp_path / "no such folder" / f"a.{kind}", iter([("x",)]), [], None)
    assert raised.value.code == "E-SHEET-WRITE"


def test_a_full_disk_is_said_in_words_and_leaves_nothing() -> None:
    """A file-size limit of the process makes the write fail as a full disk does."""
    script = """
import resource, signal, sys, tempfile
from datetime import UTC, datetime
from pathlib import Path
from app.kit.errors.base import BranchError
from app.kit.sheets.writing import Sheet, SheetColumn, write_csv, write_xlsx
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(tempfile.mkdtemp())
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
rows = [("x" * 30_000,)] * 100
for name, write in (
    ("a.csv", lambda p: write_csv(p, Sheet("x", (SheetColumn("a"),), rows))),
    ("a.xlsx", lambda p: write_xlsx(p, [Sheet("x", (SheetColumn("a"),), rows)],
                                    created=datetime(2026, 1, 1, tzinfo=UTC))),
):
    try:
        write(folder / name)
    except BranchError as error:
        print(error.code, list(folder.iterdir()))
folder.rmdir()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(writing.__file__).parents[3],
    )
    assert done.stdout.splitlines() == ["E-SHEET-WRITE []"] * 2, done.stderr
    assert done.stderr == ""


def test_a_row_past_the_last_one_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 5)
    assert write_xlsx(tmp_path / "a.xlsx", [_texts(*"abcde")], created=CREATED) == 5
    before = (tmp_path / "a.xlsx").read_bytes()
    with pytest.raises(BranchError) as raised:
        write_xlsx(tmp_path / "a.xlsx", [_texts(*"abcdef")], created=CREATED)
    assert raised.value.code == "E-SHEET-ROWS"
    assert (tmp_path / "a.xlsx").read_bytes() == before
    assert write_csv(tmp_path / "a.csv", _texts(*"abcdef")) == 6


def test_the_limit_is_the_one_of_the_format() -> None:
    assert writing.MOST_ROWS == 2**20 - 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [(CellKind.DAY, CREATED), (CellKind.MONEY, "1"), (CellKind.TEXT, 1), (CellKind.MOMENT, "x")],
)
def test_a_value_its_column_does_not_hold_is_our_bug(
    tmp_path: Path, kind: CellKind, value: Cell
) -> None:
    sheet = Sheet("x", (SheetColumn("a", kind),), [(value,)])
    for write in (
        lambda: write_csv(tmp_path / "a", sheet),
        lambda: write_xlsx(tmp_path / "a", [sheet], created=CREATED),
    ):
        with pytest.raises(BugError):
            write()
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Peak memory of Python objects, at 2,000 rows and at 8,000: the same within 200 KB."""
    import tracemalloc

    def peak(rows: int, kind: str) -> int:
        sheet = Sheet("x", ALL, itertools.repeat(ROW, rows))
        tracemalloc.start()
        if kind == "csv":
            write_csv(tmp_path / "a.csv", sheet)
        else:
            write_xlsx(tmp_path / "a.xlsx", [sheet], created=CREATED)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    for kind in ("csv", "xlsx"):
        peak(10, kind)
        assert peak(8_000, kind) - peak(2_000, kind) < 200_000
