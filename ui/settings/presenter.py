"""What may be set, by whom, and what is refused in words. No Qt in here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from app.kit.settings import (
    DENSITY,
    LANGUAGE,
    LOCK_SECONDS,
    NOTICES,
    SCALE,
    THEME,
    Setting,
)
from app.kit.words import Text, t
from ui.forms.fields import FINE, Answers, Choice, Field, FieldNote, Kind, Standing, Value
from ui.shell.ports import Desk

T = TypeVar("T", str, int)
SETTERS = frozenset({"branch_manager", "administrator"})
"""Who decides for everybody at a desk."""
WORDS: dict[str, dict[str, Text]] = {
    LANGUAGE.key: {"zh_CN": t("Chinese"), "en": t("English")},
    THEME.key: {"system": t("As the system"), "light": t("Light"), "dark": t("Dark")},
    DENSITY.key: {"comfortable": t("Wide rows"), "compact": t("Narrow rows")},
    NOTICES.key: {
        "all": t("In the window, and the task bar blinks"),
        "quiet": t("In the window only"),
        "none": t("Not told; the strip shows it"),
    },
}
"""How each value of a choice reads."""
HINTS: dict[str, Text] = {
    LANGUAGE.key: t("Screens and messages; contracts keep theirs."),
    NOTICES.key: t("Reports that are due, new problems."),
    SCALE.key: t("At work when the desk is opened next."),
}
LEAST_WINDOW = (1120, 700)
"""What the window takes of a screen at 100 percent, in pixels."""


class Preferences(Protocol):
    """Where settings live and take effect."""

    def get(self, setting: Setting[T]) -> T:
        """Give a setting's value now."""
        ...

    def put(self, setting: Setting[T], value: T) -> None:
        """Let a value take effect at once, and keep it."""
        ...

    def screen(self) -> tuple[int, int]:
        """Give the room on this screen in pixels, as it would be at 100 percent."""
        ...


@dataclass(frozen=True)
class Change:
    """One setting that was changed: how it reads now, and what takes it back."""

    words: Text
    back: Callable[[], None]


class SettingsPresenter:
    """A person's own settings and those of the desk she sits at."""

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        self._desk, self._preferences = desk, preferences

    @property
    def may_set_desk(self) -> bool:
        """Whether this person decides what holds for everybody at this desk."""
        return bool(SETTERS & self._desk.actor.roles)

    def own_fields(self) -> tuple[Field, ...]:
        """Ask for what is each person's own."""
        return tuple(_choice(one) for one in (LANGUAGE, THEME, DENSITY, NOTICES))

    def desk_fields(self) -> tuple[Field, ...]:
        """Ask for what holds for the whole desk; the size of things is anybody's."""
        least, most = (LOCK_SECONDS.least or 0) // 60, (LOCK_SECONDS.most or 0) // 60

        def minutes_note(value: Value) -> FieldNote:
            if isinstance(value, int) and least <= value <= most:
                return FINE
            return FieldNote(
                Standing.WRONG, t("From {least} to {most} minutes.", least=least, most=most)
            )

        def scale_note(value: Value) -> FieldNote:
            return self._fits(int(str(value)))

        lock = Field(
            "minutes",
            t("Minutes of rest until the desk locks"),
            Kind.INTEGER,
            required=True,
            check=minutes_note,
        )
        sizes = tuple(Choice(str(n), t("{n} %", n=n)) for n in SCALE.allowed)
        scale = Field(
            SCALE.key,
            SCALE.label,
            Kind.CHOICE,
            required=True,
            choices=sizes,
            hint=HINTS[SCALE.key],
            check=scale_note,
        )
        return (lock, scale) if self.may_set_desk else (scale,)

    def own_values(self) -> dict[str, str | int | None]:
        """Give what the first form begins with."""
        asked = (LANGUAGE, THEME, DENSITY, NOTICES)
        return {one.key: self._preferences.get(one) for one in asked}

    def desk_values(self) -> dict[str, str | int | None]:
        """Give what the second form begins with."""
        values: dict[str, str | int | None] = {SCALE.key: str(self._preferences.get(SCALE))}
        if self.may_set_desk:
            values["minutes"] = self.minutes
        return values

    @property
    def minutes(self) -> int:
        """How long the desk waits until it locks, in minutes."""
        return self._preferences.get(LOCK_SECONDS) // 60

    def take_own(self, answers: Answers) -> Sequence[Change]:
        """Let the person's own answers take effect; gives what is different now."""
        asked = (LANGUAGE, THEME, DENSITY, NOTICES)
        changes = (self._change(one, answers.text(one.key)) for one in asked)
        return [change for change in changes if change is not None]

    def take_desk(self, answers: Answers) -> Sequence[Change]:
        """Let the answers for the desk take effect; gives what is different now."""
        found = [self._change(SCALE, int(answers.text(SCALE.key)))]
        minutes = answers.number("minutes") if self.may_set_desk else None
        if minutes is not None and minutes != self.minutes:
            found.append(self._change(LOCK_SECONDS, minutes * 60))
        return [change for change in found if change is not None]

    def _change(self, setting: Setting[T], value: T) -> Change | None:
        before = self._preferences.get(setting)
        if value == before or not setting.takes(value):
            return None
        self._preferences.put(setting, value)
        words = t("{setting}: {value}.", setting=setting.label, value=said(setting, value))
        return Change(words, partial(self._preferences.put, setting, before))

    def _fits(self, percent: int) -> FieldNote:
        """Refuse a size at which the window would not fit this screen."""
        width, height = self._preferences.screen()
        wide, high = (side * percent // 100 for side in LEAST_WINDOW)
        if percent == SCALE.default or (wide <= width and high <= height):
            return FINE
        return FieldNote(
            Standing.WRONG,
            t(
                "The window would need {wide} × {high}; this screen has {width} × {height}.",
                wide=wide,
                high=high,
                width=width,
                height=height,
            ),
        )


def said(setting: Setting[str] | Setting[int], value: str | int) -> Text:
    """Say a value as a person reads it."""
    if setting.key == LOCK_SECONDS.key:
        return t("{n} min", n=int(value) // 60)
    if setting.key == SCALE.key:
        return t("{n} %", n=value)
    return WORDS[setting.key][str(value)]


def _choice(setting: Setting[str]) -> Field:
    words = WORDS[setting.key]
    choices = tuple(Choice(value, words[value]) for value in setting.allowed)
    return Field(
        setting.key,
        setting.label,
        Kind.CHOICE,
        required=True,
        choices=choices,
        hint=HINTS.get(setting.key),
    )
