"""PySide6's import hook reads the source of all that is imported after it; here it does not."""

import subprocess
import sys

IMPORTS_AND_COUNTS = """
import linecache
import PySide6.QtCore
{before}
seen = set(linecache.cache)
import tabnanny
print(len(set(linecache.cache) - seen))
"""
TAKEN_BACK = "from ui.shell.imports import take_import_back; take_import_back()"


def sources_read(before: str) -> int:
    """Say of how many modules the source text was read and kept for one import."""
    code = IMPORTS_AND_COUNTS.format(before=before)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(run.stdout)


def test_pyside_reads_the_source_of_what_is_imported() -> None:
    """The day this fails PySide6 has mended it, and ``ui.shell.imports`` can go."""
    assert sources_read("") > 0


def test_no_source_is_read_once_the_import_is_taken_back() -> None:
    assert sources_read(TAKEN_BACK) == 0


def test_taking_it_back_twice_is_as_once() -> None:
    code = f"{TAKEN_BACK}; take_import_back(); import builtins; print(builtins.__import__.__name__)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() not in ("", "__feature_import__")
