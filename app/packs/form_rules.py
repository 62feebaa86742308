"""Rules of a form, as data: when something holds between fields, what is said, and where.

A rule is ``{"when": [test, …], "at": key, "stands": …, "says": words}``; it stands as ``"needed"``,
``"warned"`` or ``"wrong"`` and speaks when every test holds. A test is ``{"field": key, "is": …}``
with ``"filled"``, ``"empty"``, ``"one_of"``/``"not_one_of"`` and ``"of": [text, …]``, or
``"above"``, ``"below"``, ``"at_least"``, ``"at_most"`` and ``"than"``: a decimal in quotes, an ISO
day, or ``{"field": key}``. Amounts are in yuan, a percentage is the share it is. A test over an
empty field does not hold, ``"empty"`` aside.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.kit.words import Text
from app.packs.form_kinds import NUMBERS, Kind, Value
from app.packs.form_sums import as_number
from app.packs.reading import Reading

GRAVITY = ("wrong", "needed", "warned")
"""What speaks first where several rules speak of one field."""
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "above": operator.gt,
    "below": operator.lt,
    "at_least": operator.ge,
    "at_most": operator.le,
}
CHOSEN = frozenset({Kind.CHOICE, Kind.TEXT, Kind.PRODUCT})
"""Kinds that can be held against a list of texts."""


@dataclass(frozen=True)
class Test:
    """One test: a field and what is asked of it."""

    key: str
    how: str
    of: tuple[str, ...] = ()
    number: Fraction | None = None
    day: date | None = None
    other: str = ""


@dataclass(frozen=True)
class Rule:
    """What is said beside the field ``at`` when every test holds."""

    when: tuple[Test, ...]
    at: str
    stands: str
    says: Text

    def holds(self, values: Mapping[str, Value], kinds: Mapping[str, Kind]) -> bool:
        """Say whether every test holds; what is needed and is there holds no longer."""
        if self.stands == "needed" and values.get(self.at) not in (None, ""):
            return False
        return all(_holds(test, values, kinds) for test in self.when)


def read_rule(content: Reading, kinds: Mapping[str, Kind]) -> Rule:
    """Read a rule; raises BranchError E-PACK-CONTENT, also for a field that is not there."""
    content.only("when", "at", "stands", "says")
    at, stands = content.at("at"), content.at("stands")
    if at.text() not in kinds:
        raise content.wrong("at")
    if stands.text() not in GRAVITY:
        raise content.wrong("stands")
    tests = tuple(_read_test(item, kinds) for item in content.at("when").items())
    return Rule(tests, at.text(), stands.text(), content.at("says").words())


def speaking(
    rules: Iterable[Rule], values: Mapping[str, Value], kinds: Mapping[str, Kind]
) -> Mapping[str, Rule]:
    """Give, by the field it speaks at, the gravest rule that holds there; the first of equals."""
    found: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda one: GRAVITY.index(one.stands)):
        if rule.at not in found and rule.holds(values, kinds):
            found[rule.at] = rule
    return found


def _read_test(content: Reading, kinds: Mapping[str, Kind]) -> Test:
    key, how = content.at("field").text(), content.at("is").text()
    if key not in kinds:
        raise content.wrong("field")
    if how in ("filled", "empty"):
        content.only("field", "is")
        return Test(key, how)
    if how in ("one_of", "not_one_of"):
        content.only("field", "is", "of")
        if kinds[key] not in CHOSEN:
            raise content.wrong("is")
        return Test(key, how, of=tuple(item.text() for item in content.at("of").items()))
    if how not in COMPARED:
        raise content.wrong("is")
    content.only("field", "is", "than")
    return _read_comparison(content, key, how, kinds)


def _read_comparison(content: Reading, key: str, how: str, kinds: Mapping[str, Kind]) -> Test:
    than, kind = content.at("than"), kinds[key]
    if than.is_mapping():
        than.only("field")
        other = than.at("field").text()
        both_numbers = kind in NUMBERS and kinds.get(other) in NUMBERS
        if not both_numbers and not (kind is kinds.get(other) is Kind.DATE):
            raise content.wrong("than")
        return Test(key, how, other=other)
    if kind in NUMBERS:
        exact = than.exact()
        return Test(key, how, number=Fraction(exact.num, exact.den))
    if kind is Kind.DATE:
        return Test(key, how, day=than.day())
    raise content.wrong("is")


def _holds(test: Test, values: Mapping[str, Value], kinds: Mapping[str, Kind]) -> bool:
    value = values.get(test.key)
    empty = value is None or value == ""
    if test.how == "empty":
        return empty
    if empty or test.how == "filled":
        # Nothing can be said of a field that holds nothing.
        return not empty
    if test.how == "one_of":
        return value in test.of
    if test.how == "not_one_of":
        return value not in test.of
    mine = _comparable(value, kinds[test.key])
    other: Fraction | date | None = test.number if test.number is not None else test.day
    if test.other:
        other = _comparable(values.get(test.other), kinds[test.other])
    return other is not None and COMPARED[test.how](mine, other)


def _comparable(value: Value, kind: Kind) -> Fraction | date | None:
    return value if isinstance(value, date) else as_number(value, kind)
