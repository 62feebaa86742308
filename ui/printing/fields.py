"""How a document goes to paper, as a form."""

from app.kit.words import t
from ui.forms.fields import FINE, Answers, Choice, Field, FieldNote, Kind, Standing, Value
from ui.printing.setup import MOST_COPIES, PrintSetup, Sides, read_pages

SIDES = (
    Choice(Sides.ONE.value, t("One side")),
    Choice(Sides.LONG_EDGE.value, t("Both sides, turned over the long edge")),
    Choice(Sides.SHORT_EDGE.value, t("Both sides, turned over the short edge")),
)
COLOURS = (Choice("yes", t("Colour")), Choice("no", t("Shades of grey")))


def print_fields(names: tuple[str, ...], pages: int) -> tuple[Field, ...]:
    """Ask where to, which pages, how many copies, and how."""

    def pages_note(value: Value) -> FieldNote:
        try:
            read_pages(str(value), pages)
        except ValueError:
            return FieldNote(Standing.WRONG, t("Pages from 1 to {n}, for example 1-3, 5.", n=pages))
        return FINE

    def copies_note(value: Value) -> FieldNote:
        if isinstance(value, int) and 1 <= value <= MOST_COPIES:
            return FINE
        return FieldNote(Standing.WRONG, t("From 1 to {n}.", n=MOST_COPIES))

    printers = tuple(Choice(name, t("{name}", name=name)) for name in names)
    return (
        Field("printer", t("Printer"), Kind.CHOICE, required=True, choices=printers),
        Field(
            "pages",
            t("Pages to print"),
            hint=t("Empty: all of them."),
            check=pages_note,
            longest=60,
        ),
        Field("copies", t("Copies"), Kind.INTEGER, required=True, check=copies_note),
        Field("sides", t("Sides"), Kind.CHOICE, required=True, choices=SIDES),
        Field("colour", t("Colours"), Kind.CHOICE, required=True, choices=COLOURS),
    )


def filled(setup: PrintSetup) -> dict[str, str | int | None]:
    """Give the values the form begins with."""
    return {
        "printer": setup.printer,
        "copies": setup.copies,
        "sides": setup.sides.value,
        "colour": "yes" if setup.colour else "no",
    }


def setup_of(answers: Answers) -> PrintSetup:
    """Take the choice from a form that is complete."""
    return PrintSetup(
        answers.text("printer"),
        answers.number("copies") or 1,
        Sides(answers.text("sides")),
        answers.text("colour") == "yes",
    )
