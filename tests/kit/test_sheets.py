"""Tables from files: what comes back, what is refused, and that nothing is ever computed."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kit.errors.base import BranchError
from app.kit.sheets.read import read_table
from app.kit.sheets.table import Cell, Formula, Row, Table, Unreadable, cell_text
from app.kit.sheets.write import Column, xlsx_bytes
from app.kit.sheets.xlsx import filled_rows

CREATED = datetime(2026, 11, 22, tzinfo=UTC)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "http://evil.example", "=cmd|'/c'!A1"]


def written(*rows: list[object], columns: int = 3) -> bytes:
    headings = [Column(f"c{n}") for n in range(columns)]
    return xlsx_bytes(headings, rows, sheet="Sheet1", created=CREATED)


def refused(content: bytes, **limits: int) -> str:
    with pytest.raises(BranchError) as caught:
        read_table(content, **limits)
    problem = caught.value.problem
    assert str(problem.what) and str(problem.safe) and str(problem.next)
    return problem.code


def rewritten(
    content: bytes,
    change: Callable[[str, bytes], bytes] = lambda _, part: part,
    *,
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """Pack an .xlsx anew with parts changed or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return out.getvalue()


GOOD = written(["a", "b", "c"])

CELLS = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.decimals("-99999999.99", "99999999.99", places=2),
    st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    st.booleans(),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=30,
    ).filter(lambda text: text.strip()),
    st.sampled_from(DANGEROUS),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_what_is_written_comes_back(rows: list[list[object]]) -> None:
    table = read_table(written(*rows))
    said = {row.number: [*row.cells, None, None, None][:3] for row in table.rows[1:]}
    expected = {
        number: [whole(cell) for cell in row]
        for number, row in enumerate(rows, 2)
        if any(cell is not None for cell in row)
    }
    assert said == expected


def whole(cell: object) -> object:
    """A spreadsheet knows one kind of number: 2.00 is 2."""
    return int(cell) if isinstance(cell, Decimal) and cell == int(cell) else cell


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_stays_a_text_whatever_it_begins_with(text: str) -> None:
    content = written([text, None, None])
    assert read_table(content).rows[1].cells[0] == text
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_the_same_content_and_moment_give_the_same_bytes() -> None:
    assert written(["a", 1, None]) == written(["a", 1, None])
    assert written(["a", 1, None]) != written(["a", 2, None])


def test_kinds_of_cells_are_told_apart() -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["=SUM(B1:B2)", 1, 1.5, 90.0, True, date(1990, 3, 7), "#N/A", "  ", None, "x"])
    page["B1"].number_format = "0.00%"
    page["G1"].data_type = "e"
    page["K1"] = datetime(1990, 3, 7, 13, 30)  # noqa: DTZ001 - sheets know no zone
    page["L1"] = 0.5
    page["L1"].number_format = "h:mm"
    cells = read_table(saved(book)).rows[0].cells
    assert cells[:6] == (
        Formula("=SUM(B1:B2)"),
        1,
        Decimal("1.5"),
        90,
        True,
        date(1990, 3, 7),
    )
    assert cells[6] == Unreadable("#N/A")
    assert cells[7] is None and cells[8] is None
    assert cells[9] == "x"
    assert cells[10] == date(1990, 3, 7)
    assert isinstance(cells[11], Unreadable)  # a time of day is no value of ours


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "TRUE"),
        (Decimal("1E+2"), "100"),
        (date(1990, 3, 7), "1990-03-07"),
        (Formula("=A1"), "=A1"),
        (7, "7"),
        (" x ", " x "),
    ],
)
def test_a_cell_as_a_person_would_type_it(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


def test_blank_rows_are_left_out_and_numbers_stay() -> None:
    table = read_table(written([None, None, None], ["a", None, None], [" ", "", None], ["b", 1, 2]))
    assert [(row.number, row.cells[0]) for row in table.rows] == [(1, "c0"), (3, "a"), (5, "b")]


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.title = "jobs"
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("people").append(["seen"])
    book.active = 1
    assert read_table(saved(book)) == Table("people", (Row(1, ("seen",)),))


def test_ten_thousand_and_one_are_refused_before_parsing() -> None:
    rows = [[f"n{n}", n, None] for n in range(50)]
    assert len(read_table(written(*rows), most_rows=51).rows) == 51
    assert refused(written(*rows), most_rows=50) == "E-SHEET-LONG"


def test_formatted_blank_rows_do_not_count() -> None:
    xml = b"<sheetData>" + b'<row r="1"><c r="A1" s="1"/></row>' * 500 + b"</sheetData>"
    assert filled_rows([xml], stop_above=100) == 0


def test_rows_are_counted_across_any_cut_of_the_stream() -> None:
    xml = b'<x:row r="1"><x:c><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c/></x:row>' * 40
    for size in (1, 2, 3, 7, 64, 65, 1000):
        pieces = [xml[place : place + size] for place in range(0, len(xml), size)]
        assert filled_rows(pieces, stop_above=1_000) == 40
    assert filled_rows([xml], stop_above=10) == 11


def sheet_with(old: bytes, new: bytes) -> bytes:
    """A good sheet of two rows with one place of its XML changed."""

    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return part
        assert old in part
        return part.replace(old, new)

    return rewritten(GOOD, change)


def test_a_row_after_a_gap_is_cheap_and_keeps_its_number() -> None:
    table = read_table(sheet_with(b'<row r="2"', b'<row r="1048576"'))
    assert [row.number for row in table.rows] == [1, 1_048_576]


@pytest.mark.parametrize("number", [b"1", b"0", b"-5", b"1048577", b"99999999999"])
def test_rows_that_do_not_rise_are_never_dropped_in_silence(number: bytes) -> None:
    assert refused(sheet_with(b'<row r="2"', b'<row r="' + number + b'"')) == "E-SHEET-BROKEN"


def test_two_cells_at_one_place_are_refused() -> None:
    assert refused(sheet_with(b'r="B2"', b'r="A2"')) == "E-SHEET-BROKEN"


def test_a_cell_far_to_the_right_is_not_padded_to() -> None:
    table = read_table(sheet_with(b'r="C2"', b'r="XFD2"'))
    assert max(len(row.cells) for row in table.rows) <= 200


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def test_a_zip_bomb_is_refused_unread() -> None:
    bomb = rewritten(GOOD, extra={"xl/media/image1.png": b"\0" * 50_000_000})
    assert len(bomb) < 100_000
    assert refused(bomb) == "E-SHEET-BIG"


def test_a_bomb_in_the_sheet_itself_is_refused() -> None:
    def swollen(name: str, part: bytes) -> bytes:
        return part + b" " * 60_000_000 if name.endswith("sheet1.xml") else part

    assert refused(rewritten(GOOD, swollen)) == "E-SHEET-BIG"


def test_more_than_a_hundred_megabytes_are_refused_even_if_packed_loosely() -> None:
    block = bytes(range(256)) * 4
    noisy = {f"xl/media/{n}.bin": (block * 30_000)[:26_000_000] for n in range(4)}
    assert refused(rewritten(GOOD, extra=noisy)) == "E-SHEET-BIG"


def test_too_many_parts_are_refused() -> None:
    many = {f"xl/media/{n}": b"" for n in range(2_001)}
    assert refused(rewritten(GOOD, extra=many)) == "E-SHEET-BIG"


@pytest.mark.parametrize("name", ["../a.xml", "/etc/passwd", "xl\\..\\a", "C:/a", "xl/../../a"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert refused(rewritten(GOOD, extra={name: b"x"})) == "E-SHEET-BROKEN"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/workbook.xml", "XL/Workbook.xml"])
def test_a_part_that_stands_twice_is_refused(name: str) -> None:
    assert refused(rewritten(GOOD, extra={name: b"x"})) == "E-SHEET-BROKEN"


def test_macros_are_refused_by_part_and_by_kind() -> None:
    assert refused(rewritten(GOOD, extra={"xl/vbaProject.bin": b"x"})) == "E-SHEET-MACRO"

    def macro(name: str, part: bytes) -> bytes:
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        other = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        return part.replace(kind, other) if name == "[Content_Types].xml" else part

    assert refused(rewritten(GOOD, macro)) == "E-SHEET-MACRO"


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("target", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_dtd_is_refused_in_any_part(target: str) -> None:
    def with_dtd(name: str, part: bytes) -> bytes:
        return part.replace(b"?>", b"?>" + LAUGHS, 1) if name == target else part

    assert refused(rewritten(GOOD, with_dtd)) == "E-SHEET-DTD"


def test_a_dtd_in_the_workbook_list_is_refused() -> None:
    def with_dtd(name: str, part: bytes) -> bytes:
        return part.replace(b"?>", b"?>" + LAUGHS, 1) if name == "xl/workbook.xml" else part

    assert refused(rewritten(GOOD, with_dtd)) in ("E-SHEET-DTD", "E-SHEET-BROKEN")


def test_a_dtd_across_a_cut_of_the_stream_is_seen() -> None:
    def hidden(name: str, part: bytes) -> bytes:
        if name != "docProps/app.xml":
            return part
        head, rest = part.split(b"?>", 1)
        space = (1 << 18) - len(head) - 2 - 4
        return head + b"?>" + b" " * space + LAUGHS + rest

    assert refused(rewritten(GOOD, hidden)) == "E-SHEET-DTD"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "cp037"])
def test_an_encoding_that_hides_a_dtd_is_refused(encoding: str) -> None:
    text = '<?xml version="1.0"?>' + LAUGHS.decode() + "<x/>"
    evil = {"docProps/custom.xml": text.encode(encoding)}
    assert refused(rewritten(GOOD, extra=evil)) == "E-SHEET-DTD"


def test_a_declared_encoding_other_than_utf8_is_refused() -> None:
    evil = {"docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-7"?><x/>'}
    assert refused(rewritten(GOOD, extra=evil)) == "E-SHEET-DTD"


def test_an_encrypted_part_is_refused() -> None:
    raw = bytearray(GOOD)
    place = raw.rindex(b"PK\x01\x02")
    flags = struct.unpack_from("<H", raw, place + 8)[0]
    struct.pack_into("<H", raw, place + 8, flags | 1)
    assert refused(bytes(raw)) == "E-SHEET-BROKEN"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E-SHEET-KIND"),
        (b" \n", "E-SHEET-KIND"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "E-SHEET-OLD"),
        (b"%PDF-1.7\n\0\x01", "E-SHEET-KIND"),
        (zipped({"a.txt": b"hello"}), "E-SHEET-BROKEN"),
        (zipped({}), "E-SHEET-BROKEN"),
        (b"PK\x03\x04", "E-SHEET-BROKEN"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_book_without_a_visible_sheet_is_refused() -> None:
    def hide(name: str, part: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return part
        return part.replace(b'<sheet name="Sheet1"', b'<sheet name="Sheet1" state="veryHidden"')

    assert refused(rewritten(GOOD, hide)) == "E-SHEET-BROKEN"


def test_a_sheet_the_list_of_parts_does_not_have_gives_words() -> None:
    before, name, after = GOOD.rpartition(b"xl/worksheets/sheet1.xml")
    assert refused(before + name.replace(b"sheet1", b"sheet9") + after) == "E-SHEET-BROKEN"


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_the_table_or_words(place: int, change: int) -> None:
    content = bytearray(GOOD)
    content[place] ^= change
    try:
        read_table(bytes(content))
    except BranchError as error:
        assert error.code.startswith("E-SHEET-")


@settings(deadline=None, max_examples=100)
@given(st.integers(0, len(GOOD)))
def test_a_cut_file_gives_words(length: int) -> None:
    try:
        read_table(GOOD[:length])
    except BranchError as error:
        assert error.code.startswith("E-SHEET-")
    else:
        # The end of an archive is its list of parts; what is too short for a zip is a text table.
        assert length == len(GOOD) or length < 4


SHEET_XML = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/worksheets/sheet1.xml")


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(SHEET_XML) - 1), st.binary(max_size=4), st.integers(0, 6))
def test_a_mangled_sheet_gives_the_table_or_words(place: int, other: bytes, cut: int) -> None:
    mangled = SHEET_XML[:place] + other + SHEET_XML[place + cut :]

    def mangle(name: str, part: bytes) -> bytes:
        return mangled if name.endswith("sheet1.xml") else part

    try:
        read_table(rewritten(GOOD, mangle))
    except BranchError as error:
        assert error.code.startswith("E-SHEET-")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_of_all_kinds(encoding: str, delimiter: str) -> None:
    lines = [["姓名", "工种"], ["王芳", 'a "b" c'], ["", ""], ["李静", "=1+1"]]
    text = "\r\n".join(
        delimiter.join('"' + field.replace('"', '""') + '"' for field in line) for line in lines
    )
    table = read_table(text.encode(encoding))
    assert table.rows == (
        Row(1, ("姓名", "工种")),
        Row(2, ("王芳", 'a "b" c')),
        Row(4, ("李静", Formula("=1+1"))),
    )


def test_a_text_table_that_is_too_long_or_broken() -> None:
    assert refused(b"a,b\n" * 30, most_rows=29) == "E-SHEET-LONG"
    assert refused(b'a,b\n"open', most_rows=29) == "E-SHEET-BROKEN"
    assert refused(b"a\x00b,c", most_rows=29) == "E-SHEET-KIND"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_words(content: bytes) -> None:
    try:
        read_table(content)
    except BranchError as error:
        assert error.code.startswith("E-SHEET-")
