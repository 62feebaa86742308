"""Pages of a PDF as pictures: what a person sees before signing, and what lies in a machine."""

import io

from app.kit.errors.base import BranchError
from app.kit.errors.documents import page_not_drawable, pdf_not_readable

MOST_DPI = 400
"""Beyond this an A4 page is over 15 megapixels and shows nothing more."""


def page_count(pdf: bytes) -> int:
    """Count the pages; raises BranchError E-DOC-PDF."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        raise BranchError(pdf_not_readable()) from error


def page_png(pdf: bytes, page: int, *, dpi: int = 150) -> bytes:
    """Draw one page (from 1) as PNG at a resolution in dots per inch, signatures included.

    Raises BranchError E-DOC-PDF or E-DOC-PAGE; ValueError for a resolution outside 20 to 400.
    """
    import pypdfium2

    if not 20 <= dpi <= MOST_DPI:
        raise ValueError(f"a page is drawn at 20 to {MOST_DPI} dots per inch")
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            if not 1 <= page <= len(document):
                raise BranchError(page_not_drawable(len(document), page))
            document.init_forms()
            picture = document[page - 1].render(scale=dpi / 72, may_draw_forms=True).to_pil()
    except pypdfium2.PdfiumError as error:
        raise BranchError(pdf_not_readable()) from error
    drawn = io.BytesIO()
    picture.save(drawn, format="PNG", dpi=(dpi, dpi), compress_level=3)
    return drawn.getvalue()
