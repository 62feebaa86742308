"""The settings of a desk: one typed, frozen list with key, kind, default, label and older names.

A setting is read by its declaration, never by its key, so a key nobody declared cannot be used. The
values lie in one JSON file beside the store; what a newer version wrote there is kept. A value that
does not fit is as if it were not there: a setting never keeps a desk from opening.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from app.kit.errors.base import BugError
from app.kit.files import atomic_write
from app.kit.words import LANGUAGES, Text, t

FILE = "settings.json"
T = TypeVar("T", str, int)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting: ``allowed`` lists its values, or ``least`` and ``most`` bound a number.

    ``renames`` are keys it had before; the first that is in a file counts where the key is not.
    """

    key: str
    kind: type[T]
    default: T
    label: Text
    allowed: tuple[T, ...] = ()
    least: int | None = None
    most: int | None = None
    renames: tuple[str, ...] = ()

    def takes(self, value: object) -> bool:
        """Say whether a value is one of this setting."""
        if type(value) is not self.kind:
            return False
        if self.allowed and value not in self.allowed:
            return False
        if not isinstance(value, int):
            return True
        low = self.least is None or value >= self.least
        return low and (self.most is None or value <= self.most)


LANGUAGE = Setting("language", str, LANGUAGES[0], t("Language"), allowed=LANGUAGES)
THEME = Setting("theme", str, "system", t("Theme"), allowed=("system", "light", "dark"))
DENSITY = Setting(
    "density", str, "comfortable", t("Row height"), allowed=("comfortable", "compact")
)
SYNC_SECONDS = Setting("sync.seconds", int, 30, t("Seconds between two syncs"), least=10, most=3600)
LOCK_SECONDS = Setting(
    "lock.seconds", int, 600, t("Seconds of rest until the desk locks"), least=60, most=3600
)
SCALE = Setting("scale", int, 100, t("Size of everything, %"), allowed=(100, 125, 150, 175, 200))
NOTICES = Setting(
    "notices", str, "all", t("What comes by itself"), allowed=("all", "quiet", "none")
)
BRANCH_NAME = Setting("branch.name", str, "", t("Branch shown at sign-in"))
BRANCH_OFFICE = Setting("branch.office", str, "", t("Branch code at sign-in"))

DECLARED: tuple[Setting[str] | Setting[int], ...] = (
    LANGUAGE,
    THEME,
    DENSITY,
    SYNC_SECONDS,
    LOCK_SECONDS,
    SCALE,
    NOTICES,
    BRANCH_NAME,
    BRANCH_OFFICE,
)
"""Every setting there is, in the order a list of them has."""
PERSONAL: tuple[Setting[str], ...] = (LANGUAGE, THEME, DENSITY, NOTICES)
"""Those each person has for herself; the file keeps the ones used last, for the sign-in page."""


@dataclass(frozen=True)
class Settings:
    """The settings as they were read; a change gives new ones and leaves these as they are."""

    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Settings":
        """Read a file; none, or one that is no JSON object, is all defaults."""
        try:
            found = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            return cls()
        return cls(found if isinstance(found, dict) else {})

    def write(self, path: Path) -> None:
        """Write the file whole or not at all; raises OSError when the disk refuses."""
        text = json.dumps(dict(self.values), ensure_ascii=False, indent=1, sort_keys=True)
        atomic_write(path, text.encode())

    def get(self, setting: Setting[T]) -> T:
        """Give a setting's value, or its default where the file has none that fits."""
        for key in (setting.key, *setting.renames):
            if key in self.values:
                value = self.values[key]
                return value if setting.takes(value) else setting.default
        return setting.default

    def changed(self, setting: Setting[T], value: T) -> "Settings":
        """Give settings with another value; raises BugError for one the setting does not take."""
        if not setting.takes(value):
            raise BugError(f"{setting.key} takes no {value!r}")
        kept = {key: one for key, one in self.values.items() if key not in setting.renames}
        return replace(self, values={**kept, setting.key: value})
