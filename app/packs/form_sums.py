"""What a field is reckoned from, as data of a forms pack, and the reckoning with its trace.

A place is one of ``{"field": key}``, ``{"number": "0.05"}``, or an operation over places:
``{"sum": […]}``, ``{"product": […]}``, ``{"least": […]}``, ``{"most": […]}`` with two and more,
``{"difference": [a, b]}``, ``{"quotient": [a, b]}``, and ``{"days_between": [first, last]}`` over
two days. Money counts in yuan, a percentage as the share it is (85 % is 0.85). All of it is exact,
as numerator and denominator; the one rounding is at the end, half up to the unit of the field.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.kit.errors.base import BugError
from app.kit.money import half_up, yuan_grouped
from app.kit.words import Text, t
from app.kit.written import written_count
from app.packs.exact import Exact, decimal_text
from app.packs.form_kinds import NUMBERS, Kind, Value
from app.packs.reading import Reading

TWO = frozenset({"difference", "quotient", "days_between"})
MANY = frozenset({"sum", "product", "least", "most"})
DEEPEST = 12
"""How deep operations may stand in each other."""


@dataclass(frozen=True)
class Place:
    """One place of an expression: a field, a number, or an operation over other places."""

    op: str
    parts: tuple["Place", ...] = ()
    key: str = ""
    number: Exact | None = None

    def fields(self) -> tuple[str, ...]:
        """Name every field that is asked, in the order written."""
        own = (self.key,) if self.key else ()
        return own + tuple(key for part in self.parts for key in part.fields())


@dataclass(frozen=True)
class Step:
    """One line of a trace: what was done and what came out, written out."""

    what: Text
    value: str


@dataclass(frozen=True)
class Reckoned:
    """What came of an expression; the value is None where something to reckon with is missing."""

    value: Value
    steps: tuple[Step, ...]


def read_place(content: Reading, depth: int = 0) -> Place:
    """Read an expression; raises BranchError E-PACK-CONTENT for anything but the above."""
    keys = content.keys()
    if len(keys) != 1 or depth > DEEPEST:
        raise content.wrong()
    op = keys[0]
    inner = content.at(op)
    if op == "field":
        return Place(op, key=inner.text())
    if op == "number":
        return Place(op, number=inner.exact())
    if op not in TWO | MANY:
        raise content.wrong(op)
    parts = tuple(read_place(item, depth + 1) for item in inner.items())
    if len(parts) < 2 or (op in TWO and len(parts) != 2):
        raise content.wrong(op)
    if op == "days_between" and any(part.op != "field" for part in parts):
        raise content.wrong(op)
    return Place(op, parts)


def check_place(place: Place, kinds: Mapping[str, Kind], content: Reading) -> None:
    """Refuse an expression over fields that are not there or cannot be reckoned with."""
    if place.op == "field" and kinds.get(place.key) not in NUMBERS:
        raise content.wrong(place.key)
    if place.op == "days_between":
        for part in place.parts:
            if kinds.get(part.key) is not Kind.DATE:
                raise content.wrong(part.key)
        return
    for part in place.parts:
        check_place(part, kinds, content)


def reckon(
    place: Place,
    into: Kind,
    values: Mapping[str, Value],
    kinds: Mapping[str, Kind],
    labels: Mapping[str, Text],
) -> Reckoned:
    """Reckon an expression over the values of a form, rounded half up to the unit of ``into``.

    MONEY gives fen, PERCENT basis points, INTEGER a whole number, DECIMAL text with at most six
    places. A division by zero gives nothing, as an empty field does.
    """
    found = _Walk(values, kinds, labels)
    number, _ = found.walk(place)
    if number is None:
        return Reckoned(None, tuple(found.steps))
    value = rounded(number, into)
    shown = shown_number(value, into)
    found.steps.append(Step(t("Rounded half up to the unit of the field"), shown))
    return Reckoned(value, tuple(found.steps))


def as_number(value: Value, kind: Kind) -> Fraction | None:
    """Give a field's value as an exact number: yuan, a share, a count; None where it is empty."""
    if value is None or value == "":
        return None
    if kind is Kind.DECIMAL:
        return Fraction(str(value))
    if not isinstance(value, int):
        raise BugError(f"a field of kind {kind.value} holds {type(value).__name__}")
    return Fraction(value, {Kind.MONEY: 100, Kind.PERCENT: 10_000}.get(kind, 1))


def rounded(number: Fraction, into: Kind) -> Value:
    """Round once, half up, to what a field of this kind holds."""
    if into is Kind.DECIMAL:
        sign = "-" if number < 0 else ""
        return sign + decimal_text(abs(number.numerator), number.denominator)
    scale = {Kind.MONEY: 100, Kind.PERCENT: 10_000, Kind.INTEGER: 1}[into]
    return half_up(number.numerator * scale, number.denominator)


def shown_number(value: Value, kind: Kind) -> str:
    """Write a number of a field as it is shown."""
    if kind is Kind.MONEY and isinstance(value, int):
        return yuan_grouped(value)
    if kind is Kind.PERCENT and isinstance(value, int):
        return percent_text(value)
    return written_count(value) if isinstance(value, int) else str(value)


def percent_text(basis_points: int) -> str:
    """Write basis points as a person types them: 8550 is ``85.5%``."""
    sign = "-" if basis_points < 0 else ""
    whole, rest = divmod(abs(basis_points), 100)
    return sign + f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


Worked = tuple[Fraction | None, Text]
"""A number and what it is called in the lines below it."""


class _Walk:
    """One reckoning: the steps so far."""

    def __init__(
        self, values: Mapping[str, Value], kinds: Mapping[str, Kind], labels: Mapping[str, Text]
    ) -> None:
        self._values, self._kinds, self._labels = values, kinds, labels
        self.steps: list[Step] = []

    def walk(self, place: Place) -> Worked:
        if place.op == "field":
            return self._field(place.key)
        if place.number is not None:
            number = Fraction(place.number.num, place.number.den)
            return number, t("{number}", number=place.number.text)
        if place.op == "days_between":
            return self._days(place)
        parts = [self.walk(part) for part in place.parts]
        return self._done(place.op, parts)

    def _field(self, key: str) -> Worked:
        kind, value = self._kinds[key], self._values.get(key)
        label = self._labels[key]
        number = as_number(value, kind)
        shown = "" if number is None else shown_number(value, kind)
        self._note(Step(label, shown))
        return number, label

    def _days(self, place: Place) -> Worked:
        first, last = (self._values.get(part.key) for part in place.parts)
        names = [self._labels[part.key] for part in place.parts]
        said = t("Days from {first} to {last}", first=names[0], last=names[1])
        if not isinstance(first, date) or not isinstance(last, date):
            self._note(Step(said, ""))
            return None, said
        days = (last - first).days
        self._note(Step(said, written_count(days)))
        return Fraction(days), said

    def _done(self, op: str, parts: Sequence[Worked]) -> Worked:
        said = _JOINED[op]([name for _, name in parts])
        known = [number for number, _ in parts if number is not None]
        result = _REDUCED[op](known) if len(known) == len(parts) else None
        self.steps.append(Step(said, "" if result is None else _written(result)))
        return result, t("line {n}", n=len(self.steps))

    def _note(self, step: Step) -> None:
        """Tell a field once, however often it is asked."""
        if step not in self.steps:
            self.steps.append(step)


def _written(number: Fraction) -> str:
    sign = "-" if number < 0 else ""
    return sign + decimal_text(abs(number.numerator), number.denominator)


def _sum(numbers: Sequence[Fraction]) -> Fraction | None:
    return sum(numbers, Fraction(0))


def _product(numbers: Sequence[Fraction]) -> Fraction | None:
    result = Fraction(1)
    for number in numbers:
        result *= number
    return result


def _difference(numbers: Sequence[Fraction]) -> Fraction | None:
    return numbers[0] - numbers[1]


def _quotient(numbers: Sequence[Fraction]) -> Fraction | None:
    return numbers[0] / numbers[1] if numbers[1] else None


_REDUCED: Mapping[str, Callable[[Sequence[Fraction]], Fraction | None]] = {
    "sum": _sum,
    "product": _product,
    "difference": _difference,
    "quotient": _quotient,
    "least": min,
    "most": max,
}


def _chain(names: Sequence[Text], join: Callable[[Text, Text], Text]) -> Text:
    said = names[0]
    for name in names[1:]:
        said = join(said, name)
    return said


def _and(names: Sequence[Text]) -> Text:
    return _chain(names, lambda a, b: t("{before}, {last}", before=a, last=b))


_JOINED: Mapping[str, Callable[[Sequence[Text]], Text]] = {
    "sum": lambda names: _chain(names, lambda a, b: t("{a} plus {b}", a=a, b=b)),
    "product": lambda names: _chain(names, lambda a, b: t("{a} times {b}", a=a, b=b)),
    "difference": lambda names: _chain(names, lambda a, b: t("{a} less {b}", a=a, b=b)),
    "quotient": lambda names: _chain(names, lambda a, b: t("{a} divided by {b}", a=a, b=b)),
    "least": lambda names: t("The least of {names}", names=_and(names)),
    "most": lambda names: t("The greatest of {names}", names=_and(names)),
}
