"""The import, taken back from the hook PySide6 puts before it.

PySide6 puts a hook of its own before every import of the process. After each one it reads the
source text of the module to see whether it names PySide6, so that ``from __feature__ import
snake_case`` could change it, and the text stays in memory. Nobody here asks for that, and the desk
imports a thousand modules after Qt: without the hook the sign-in page is there sooner, the rest
comes in about half the time, and some megabytes are never taken.
"""

import builtins

import PySide6.QtCore  # noqa: F401 - the hook comes with it, and only once


def take_import_back() -> None:
    """Import without the hook from here on; PySide6 keeps what was there before as a builtin.

    A PySide6 that keeps it no longer is left as it is.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
