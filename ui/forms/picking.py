"""Fields found while they are typed: a person by a search on a lane, a product by its name."""

from collections.abc import Callable, Sequence
from uuid import UUID

from typing_extensions import override

from app.packs.form_values import kept_person, person_of
from ui.forms.fields import Field
from ui.theme.theme import Theme
from ui.widgets.picker import Pick, PickSearch, RecordPicker


class FoundEditor(RecordPicker):
    """A picker that speaks text, as every editor of a form does.

    What is typed and not yet chosen is kept as typed, so that a draft holds it; once something is
    chosen the text is what the field keeps.
    """

    def __init__(self, field: Field, theme: Theme, search: PickSearch) -> None:
        super().__init__(theme, field.label, search)
        self.setMaxLength(field.longest + 1)
        self.picked.connect(self._tell)

    def typed(self) -> str:
        """Give what the field keeps where something is chosen, else what is typed."""
        return self.kept_of(self.pick) if self.pick is not None else self.text()

    def put(self, text: str) -> None:
        """Put a draft back: the choice it holds, or what was typed."""
        pick = self.pick_of(text)
        self.choose(pick)
        if pick is None:
            self.setText(text)

    def kept_of(self, pick: Pick) -> str:
        """Write a choice as the field keeps it."""
        raise NotImplementedError

    def pick_of(self, text: str) -> Pick | None:
        """Read a choice back; None where the text holds none."""
        raise NotImplementedError

    def _tell(self) -> None:
        self.textChanged.emit(self.text())

    @override
    def _look(self) -> None:
        """Leave the look to the form: it knows whether the field is needed."""


class PersonEditor(FoundEditor):
    """Finds people among the records; keeps the id and the name."""

    @override
    def kept_of(self, pick: Pick) -> str:
        assert isinstance(pick.id, UUID)
        return kept_person(pick.id, pick.name)

    @override
    def pick_of(self, text: str) -> Pick | None:
        try:
            return Pick(*person_of(text))
        except ValueError:
            return None


class ProductEditor(FoundEditor):
    """Finds a product by its code or its name among those the form offers; keeps the code."""

    def __init__(self, field: Field, theme: Theme) -> None:
        self._offered = field.choices
        super().__init__(field, theme, self._find)

    @override
    def kept_of(self, pick: Pick) -> str:
        return str(pick.id)

    @override
    def pick_of(self, text: str) -> Pick | None:
        return next((pick for pick in self._picks() if pick.id == text), None)

    def _picks(self) -> list[Pick]:
        return [Pick(choice.key, str(choice.label), choice.key) for choice in self._offered]

    def _find(self, words: str, take: Callable[[Sequence[Pick]], object]) -> None:
        sought = words.casefold()
        take([one for one in self._picks() if sought in f"{one.name}\n{one.detail}".casefold()])


def nobody(_words: str, take: Callable[[Sequence[Pick]], object]) -> None:
    """Find nobody: a form that was given no records to look in."""
    take(())
