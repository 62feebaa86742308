"""Where the revisions of the hub's database lie."""

from pathlib import Path

from app.store.revisions import VERSIONS

FOLDERS = {"shared": VERSIONS / "shared", "hub": Path(__file__).parent / "migrations"}
"""Each history's folder, in the order they run."""
