"""The docx working copy: same bytes, texts as typed, the same words as the PDF."""

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from app.documents.content import ContractContent, Product
from app.documents.docx import working_copy
from app.documents.fonts import fonts_folder
from app.documents.pdf import PdfPress, PressedPdf
from app.documents.wording import WordDifference, wording_differences
from app.kit.errors.base import BranchError
from tests.documents.conftest import contract


@pytest.fixture(scope="module")
def copy() -> bytes:
    """The working copy of the ordinary contract."""
    return working_copy(contract())


def with_other_part(file: bytes, change: Callable[[str], str]) -> bytes:
    """Give a docx whose main part was edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as parts, zipfile.ZipFile(out, "w") as packed:
        for name in parts.namelist():
            part = parts.read(name)
            if name == "word/document.xml":
                part = change(part.decode("utf-8")).encode("utf-8")
            packed.writestr(name, part)
    return out.getvalue()


def edited(templates: Path, tmp_path: Path, change: Callable[[str], str]) -> Path:
    """Copy the templates and edit the docx one."""
    folder = tmp_path / "templates"
    shutil.copytree(templates, folder)
    path = folder / "group_accident.docx"
    path.write_bytes(with_other_part(path.read_bytes(), change))
    return folder


def test_the_same_content_gives_the_same_bytes(copy: bytes) -> None:
    assert working_copy(contract()) == copy
    assert working_copy(replace(contract(), approval="三级")) != copy


def test_pdf_and_docx_say_the_same(pressed: PressedPdf, copy: bytes) -> None:
    assert wording_differences(pressed.pdf, copy) == ()


def test_they_say_the_same_with_every_part_in_use(press: PdfPress) -> None:
    plain = contract(70)
    four = (
        *plain.products,
        Product("GHI", "团体住院医疗保险", "住院保额（元）", "示例备案〔2026〕医疗004号", "GHI-1"),
        Product(
            "GHC", "附加住院津贴保险", "住院津贴（元/天）", "示例备案〔2026〕医疗005号", "GHC-1"
        ),
    )
    content = replace(
        plain,
        products=four,
        insured=tuple(replace(one, sums_fen=(*one.sums_fen, 0, 20_000)) for one in plain.insured),
        premium_fen=plain.premium_fen + 1,
        minimum_applied=True,
        special_terms=(),
    )
    assert wording_differences(press.press(content).pdf, working_copy(content)) == ()


@pytest.mark.parametrize("name", ["W" * 100, '#image("x")', "<b>&amp;{{ 7*7 }}{_{x}_}{% raw %}"])
def test_they_say_the_same_for_strange_names(
    press: PdfPress, named: Callable[[str], ContractContent], name: str
) -> None:
    content = named(name)
    assert wording_differences(press.press(content).pdf, working_copy(content)) == ()


def test_a_word_planted_in_the_typst_template_is_found(
    tmp_path: Path, templates: Path, copy: bytes
) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(templates, folder)
    source = folder / "group_accident.typ"
    words = source.read_text("utf-8")
    assert words.count("一、当事人") == 1
    source.write_text(words.replace("一、当事人", "一、当事各方"), "utf-8")
    pdf = PdfPress(fonts_folder(), folder).press(contract()).pdf
    found = {one.word for one in wording_differences(pdf, copy)}
    assert found == {"人", "各", "方"}


def test_a_word_planted_in_the_docx_template_is_found(
    tmp_path: Path, templates: Path, pressed: PressedPdf
) -> None:
    folder = edited(templates, tmp_path, lambda xml: xml.replace("投保人签字", "投保人不签字", 1))
    (found,) = wording_differences(pressed.pdf, working_copy(contract(), folder))
    assert found.word == "不"
    assert found.in_docx == found.in_pdf + 1


def test_a_changed_number_is_found(press: PdfPress, copy: bytes) -> None:
    plain = contract()
    other = replace(plain.policyholder, phone="139****0043")
    differences = wording_differences(press.press(replace(plain, policyholder=other)).pdf, copy)
    assert WordDifference("0043", 1, 0) in differences
    assert WordDifference("0042", 0, 1) in differences


def test_a_table_head_counts_once_but_never_less(pressed: PressedPdf, copy: bytes) -> None:
    without = with_other_part(copy, lambda xml: xml.replace("序号", "", 1))
    assert {one.word for one in wording_differences(pressed.pdf, without)} >= {"序", "号"}


@pytest.mark.parametrize(
    "name",
    ["{{ 7*7 }}", "{% for x in y %}", "<w:t>x</w:t>", "a & b", "{_{ 7*7 }_}", "{#c#}", "\"'>"],
)
def test_a_name_stands_in_the_docx_as_typed(
    named: Callable[[str], ContractContent], name: str
) -> None:
    document = docx.Document(io.BytesIO(working_copy(named(name))))
    assert document.tables[1].rows[0].cells[1].text == name


def test_the_template_cannot_reach_python(tmp_path: Path, templates: Path) -> None:
    folder = edited(
        templates, tmp_path, lambda xml: xml.replace("{{ approval }}", "{{ ''.__class__.__mro__ }}")
    )
    with pytest.raises(BranchError) as refused:
        working_copy(contract(3), folder)
    assert refused.value.code == "E-DOC-TEMPLATE"


@pytest.mark.parametrize("planted", ["{{ no_such_field }}", "{{ holder.nothing }}", "{% if %}"])
def test_a_template_that_asks_for_more_is_refused(
    tmp_path: Path, templates: Path, planted: str
) -> None:
    folder = edited(templates, tmp_path, lambda xml: xml.replace("{{ approval }}", planted))
    with pytest.raises(BranchError) as refused:
        working_copy(contract(3), folder)
    assert refused.value.code == "E-DOC-TEMPLATE"


def test_a_damaged_template_is_said_so(tmp_path: Path, templates: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(templates, folder)
    (folder / "group_accident.docx").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(BranchError) as refused:
        working_copy(contract(3), folder)
    assert refused.value.code == "E-DOC-TEMPLATE"


def test_no_part_reaches_outside(copy: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(copy)) as parts:
        relations = [parts.read(one) for one in parts.namelist() if one.endswith(".rels")]
        times = {one.date_time for one in parts.infolist()}
    assert relations
    assert not any(b"TargetMode" in one for one in relations)
    assert times == {(2026, 1, 1, 0, 0, 0)}


def test_unreadable_outputs_are_said_so(pressed: PressedPdf, copy: bytes) -> None:
    with pytest.raises(BranchError) as no_pdf:
        wording_differences(b"nothing", copy)
    assert no_pdf.value.code == "E-DOC-PDF"
    with pytest.raises(BranchError) as no_docx:
        wording_differences(pressed.pdf, b"nothing")
    assert no_docx.value.code == "E-DOC-TEMPLATE"
