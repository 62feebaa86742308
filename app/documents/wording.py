"""Compares the words of the PDF with the words of the docx: both templates must say the same.

Left out, and nothing else: the head and foot zones of a PDF page and of a docx section (page
furniture with page numbers, which only paper has), and a table head that is repeated on a further
page (a docx stores it once, marked ``w:tblHeader``).

A word is a number, a run of Latin letters and digits, or one other character; Chinese has no spaces
and lines break anywhere, so order and line ends do not count.
"""

import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.kit.errors.base import BranchError
from app.kit.errors.documents import pdf_not_readable, template_not_usable

if TYPE_CHECKING:
    from docx.document import Document

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z0-9]+|\S", re.ASCII)
_UNSEEN = re.compile("[\u200b\u00ad\ufffe]\\s*")
"""Places where a long run may break (and pdfium's mark for a soft hyphen)."""
_HEAD_ZONE = 22 * 72 / 25.4
_FOOT_ZONE = 33 * 72 / 25.4
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class WordDifference:
    """A word that does not stand equally often in both outputs."""

    word: str
    in_pdf: int
    in_docx: int


def wording_differences(pdf: bytes, docx: bytes) -> tuple[WordDifference, ...]:
    """List the words that differ, sorted; empty when both outputs say the same.

    Raises BranchError E-DOC-PDF or E-DOC-TEMPLATE for files that cannot be read.
    """
    body, heads = _docx_text(docx)
    text = _pdf_text(pdf)
    in_docx, in_pdf = _words(body), _words(text)
    for head in heads:
        seen = "".join(text.split()).count("".join(head.split()))
        for word, times in _words(head).items():
            in_pdf[word] -= times * max(seen - 1, 0)
    return tuple(
        WordDifference(word, in_pdf[word], in_docx[word])
        for word in sorted(in_pdf.keys() | in_docx.keys())
        if in_pdf[word] != in_docx[word]
    )


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _pdf_text(pdf: bytes) -> str:
    """Extract the text between head and foot zone of every page."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise BranchError(pdf_not_readable()) from error
    texts = []
    with document:
        for page in document:
            width, height = page.get_size()
            zone = (0.0, _FOOT_ZONE, width, height - _HEAD_ZONE)
            texts.append(page.get_textpage().get_text_bounded(*zone))
    return _UNSEEN.sub("", "\n".join(texts))


def _docx_text(docx: bytes) -> tuple[str, tuple[str, ...]]:
    """Extract the text of a docx body, and of its table heads that a page break repeats."""
    import docx as python_docx

    try:
        document: Document = python_docx.Document(io.BytesIO(docx))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BranchError(template_not_usable("docx")) from error
    body = document.element.body
    heads = [
        _joined(row)
        for row in body.iter(f"{_W}tr")
        if row.find(f"{_W}trPr/{_W}tblHeader") is not None
    ]
    return _joined(body), tuple(heads)


def _joined(element: object) -> str:
    """Join the runs of every paragraph below an element, one paragraph a line."""
    paragraphs = element.iter(f"{_W}p")  # type: ignore[attr-defined]
    return "\n".join("".join(run.text or "" for run in one.iter(f"{_W}t")) for one in paragraphs)
