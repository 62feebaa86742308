"""How pages go to paper, as a form."""

from collections.abc import Callable, Sequence

from app.kit.words import Text, t
from ui.forms.fields import FINE, Answers, Choice, Field, FieldNote, Kind, Standing, Value
from ui.printing.setup import (
    LEAST_SCALE,
    MOST_COPIES,
    MOST_MARGIN,
    MOST_SCALE,
    PageSetup,
    Paper,
    PrintSetup,
    Sides,
    read_pages,
)

SIDES = (
    Choice(Sides.ONE.value, t("One side")),
    Choice(Sides.LONG_EDGE.value, t("Both sides, turned over the long edge")),
    Choice(Sides.SHORT_EDGE.value, t("Both sides, turned over the short edge")),
)
COLOURS = (Choice("yes", t("Colour")), Choice("no", t("Shades of grey")))
PAPERS = tuple(Choice(paper.value, t("{name}", name=paper.name)) for paper in Paper)
WAYS = (Choice("no", t("Upright")), Choice("yes", t("On its side")))
MACHINES = t("Another size: no machine reads this copy.")
"""What is said beside a page of a document that does not come out at its own size."""


def print_fields(
    names: tuple[str, ...], pages: Callable[[], int], parts: Sequence[tuple[str, Text]] = ()
) -> tuple[Field, ...]:
    """Ask where to, what of it, which pages, how many copies, and how.

    ``pages`` says how many there are now; another sheet may give others.
    """

    def pages_note(value: Value) -> FieldNote:
        try:
            read_pages(str(value), pages())
        except ValueError:
            words = t("Pages from 1 to {n}, for example 1-3, 5.", n=pages())
            return FieldNote(Standing.WRONG, words)
        return FINE

    hint = t("Empty: all of them.")
    asked = Field("pages", t("Pages to print"), hint=hint, check=pages_note, longest=60)
    return (
        *((printer_field(names),) if names else ()),
        *part_fields(parts),
        *((asked, *copy_fields()) if names else ()),
    )


def printer_field(names: tuple[str, ...]) -> Field:
    """Ask where to."""
    choices = tuple(Choice(name, t("{name}", name=name)) for name in names)
    return Field("printer", t("Printer"), Kind.CHOICE, required=True, choices=choices)


def part_fields(parts: Sequence[tuple[str, Text]]) -> tuple[Field, ...]:
    """Ask what of it, where there is a choice."""
    choices = tuple(Choice(key, words) for key, words in parts)
    what = Field("part", t("What to print"), Kind.CHOICE, required=True, choices=choices)
    return (what,) if choices else ()


def copy_fields() -> tuple[Field, ...]:
    """Ask how many copies, on which sides, in which colours."""
    return (
        Field("copies", t("Copies"), Kind.INTEGER, required=True, check=_within(1, MOST_COPIES)),
        Field("sides", t("Sides"), Kind.CHOICE, required=True, choices=SIDES),
        Field("colour", t("Colours"), Kind.CHOICE, required=True, choices=COLOURS),
    )


def page_fields(*, exact: bool) -> tuple[Field, ...]:
    """Ask for the sheet; ``exact``: a warning stands beside what makes a page another size."""
    most = 100 if exact else MOST_SCALE

    def only(usual: Value, judge: Callable[[Value], FieldNote]) -> Callable[[Value], FieldNote]:
        def note(value: Value) -> FieldNote:
            found = judge(value)
            if exact and found is FINE and value != usual:
                return FieldNote(Standing.WARNED, MACHINES)
            return found

        return note

    return (
        Field(
            "paper", t("Paper"), Kind.CHOICE, required=True, choices=PAPERS,
            check=only(Paper.A4.value, _fine),
        ),
        Field(
            "landscape", t("Lies"), Kind.CHOICE, required=True, choices=WAYS,
            check=only("no", _fine),
        ),
        Field(
            "margin", t("Margin, mm"), Kind.INTEGER, required=True,
            check=only(0, _within(0, MOST_MARGIN)),
        ),
        Field(
            "scale", t("Scale, %"), Kind.INTEGER, required=True,
            check=only(100, _within(LEAST_SCALE, most)),
        ),
    )  # fmt: skip


def filled(setup: PrintSetup) -> dict[str, str | int | None]:
    """Give the values the form begins with."""
    return {
        "printer": setup.printer,
        "copies": setup.copies,
        "sides": setup.sides.value,
        "colour": "yes" if setup.colour else "no",
        "paper": setup.page.paper.value,
        "landscape": "yes" if setup.page.landscape else "no",
        "margin": setup.page.margin,
        "scale": setup.page.scale,
    }


def setup_of(answers: Answers) -> PrintSetup:
    """Take the choice from a form that is complete."""
    return PrintSetup(
        answers.text("printer"),
        answers.number("copies") or 1,
        Sides(answers.text("sides")),
        answers.text("colour") == "yes",
        page_of(answers),
    )


def page_of(answers: Answers) -> PageSetup:
    """Take the sheet from a form that is complete."""
    return PageSetup(
        Paper(answers.text("paper")),
        answers.text("landscape") == "yes",
        answers.number("margin") or 0,
        answers.number("scale") or 100,
    )


def _within(least: int, most: int) -> Callable[[Value], FieldNote]:
    def note(value: Value) -> FieldNote:
        if isinstance(value, int) and least <= value <= most:
            return FINE
        if least == 1:
            return FieldNote(Standing.WRONG, t("From 1 to {n}.", n=most))
        return FieldNote(Standing.WRONG, t("From {least} to {most}.", least=least, most=most))

    return note


def _fine(_value: Value) -> FieldNote:
    return FINE
