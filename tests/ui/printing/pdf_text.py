"""Reads what stands on a page of a PDF, as another program sees it."""

import subprocess
import unicodedata
from pathlib import Path


def text_of(pdf: Path, page: int) -> str:
    """Give the text of a page (from 1) in the order it is read."""
    where = ["-f", str(page), "-l", str(page)]
    ran = subprocess.run(
        ["pdftotext", "-layout", *where, str(pdf), "-"], capture_output=True, check=True
    )
    # Qt names some signs by their twins among the radicals; the normal form is the sign itself.
    return unicodedata.normalize("NFKC", ran.stdout.decode())
