"""The one loader of `resources/`: nothing else in the house knows where it lies."""

from pathlib import Path

from app.kit.errors.base import BugError

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def resource_path(name: str) -> Path:
    """Say where a shipped file or folder lies; ``name`` uses ``/`` and stays inside `resources/`.

    Raises BugError where the name leads out or nothing is there.
    """
    path = (RESOURCES / name).resolve()
    if not path.is_relative_to(RESOURCES):
        raise BugError(f"{name!r} leads out of resources")
    if not path.exists():
        raise BugError(f"resources/{name} is missing from this installation")
    return path


def resource_bytes(name: str) -> bytes:
    """Read a shipped file as it stands."""
    return resource_path(name).read_bytes()


def resource_text(name: str) -> str:
    """Read a shipped UTF-8 text."""
    return resource_path(name).read_text("utf-8")
