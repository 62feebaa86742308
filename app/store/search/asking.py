"""Asking the index: which records of a kind fit what was typed, best first.

The index proposes, the record decides: where the index alone is not the whole answer (three signs
and more, long pinyin, several words) the record's own text is compared before it counts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.kit.pinyin import covered, shipped_pinyin
from app.store.base import Shared
from app.store.search.keeping import SHELF_BITS, Building, building
from app.store.search.words import (
    INITIALS,
    NUMBER,
    NUMBER_SIGNS,
    PART_INITIALS,
    PART_WHOLE,
    TAIL,
    TAIL_AT_LEAST,
    WHOLE,
    Folded,
    Plan,
    asked_pieces,
    folded,
    number_asked,
    number_form,
    plan_of,
)
from app.store.types import id_of

MIXED_AT_MOST = 300
"""Records looked at for one way to mix syllables and initials; a letter more brings closer."""
NAME_LETTERS = 4
"""So many letters without a digit may already be the beginning of a number."""

Mark = tuple[int, int]
"""A matched part of a text: its first place and the place behind its last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A typed text, taken apart once: its words folded, and the same without spaces."""

    words: tuple[str, ...]
    whole: str

    @property
    def letters(self) -> str:
        """The text as pinyin; empty where it has signs no syllable has."""
        return self.whole if self.whole.isascii() and self.whole.isalnum() else ""

    @property
    def number(self) -> str:
        """The text as a part of a number; empty where it is none."""
        number = number_asked(self.whole)
        told = any(sign.isdigit() for sign in number) or len(number) >= NAME_LETTERS
        return number if told else ""

    @property
    def pieces(self) -> list[str]:
        """What the text index is asked for."""
        return [piece for word in self.words for piece in asked_pieces(word)]


@dataclass(frozen=True, slots=True)
class _Source:
    """A question to the index; ``fits`` decides by the record, None: the index is the answer.

    A row has the columns of the plan where ``fits`` asks for them, and the record's id behind them.
    """

    sql: str
    given: tuple[Any, ...]
    fits: Callable[[Sequence[str]], bool] | None
    at_most: int = -1
    last_resort: bool = False
    """Asked only where nothing was found before."""


def asked_of(typed: str) -> Asked:
    """Take a typed text apart."""
    words = tuple(word for part in typed.split() if (word := folded(part).signs))
    return Asked(words, "".join(words))


def find(
    session: Session,
    of: type[Shared],
    scope: str,
    typed: str,
    *,
    limit: int = 50,
    newest: bool = False,
) -> tuple[UUID, ...]:
    """Give the records of a kind in a scope that fit a typed text: numbers, pinyin, characters.

    What fits begins with, or holds, what was typed; several words must all fit. Nothing typed finds
    nothing. ``newest``: of those that hold the signs, the last that came here come first.
    """
    plan = plan_of(of)
    asked = asked_of(typed)
    raw = _raw(session)
    shelf = _shelf(raw, of.__tablename__, scope)
    if plan is None or shelf is None or not asked.whole:
        return ()
    found: dict[str, None] = {}
    for source in _sources(plan, shelf, asked, newest=newest):
        if source.last_resort and found:
            break
        fits = source.fits
        for row in raw.execute(source.sql, (scope, *source.given, source.at_most)):
            if row[-1] in found or (fits is not None and not fits(row)):
                continue
            found[row[-1]] = None
            if len(found) >= limit:
                return _ids(found)
    return _ids(found)


def _ids(found: Iterable[str]) -> tuple[UUID, ...]:
    return tuple([id_of(key) for key in found])


def find_below(
    session: Session, of: type[Shared], office: str, typed: str, *, limit: int = 50
) -> tuple[UUID, ...]:
    """Find in an office and in every office below it, the newest first in each."""
    found: list[UUID] = []
    for scope in _scopes_below(session, of, office):
        left = limit - len(found)
        if left > 0:
            found += find(session, of, scope, typed, limit=left, newest=True)
    return tuple(found)


def _scopes_below(session: Session, of: type[Shared], office: str) -> tuple[str, ...]:
    raw = _raw(session)
    rows = raw.execute(
        "SELECT scope FROM search_shelf WHERE kind=?1 AND NOT retired"
        " AND (scope=?2 OR substr(scope, 1, length(?2) + 1) = ?2 || '.') ORDER BY scope",
        (of.__tablename__, office),
    )
    return tuple(row[0] for row in rows)


def index_building(session: Session) -> Building | None:
    """Say how far the index is while it is being built; None when it is whole."""
    return building(_raw(session))


def marks(text: str, typed: str) -> tuple[Mark, ...]:
    """Give the parts of a shown text that what was typed fits, in order; none where it does not."""
    asked, shown = asked_of(typed), folded(text)
    if not asked.whole:
        return ()
    if all(word in shown.signs for word in asked.words):
        return tuple(sorted({_span(shown, shown.signs.index(word), word) for word in asked.words}))
    return _number_marks(shown, asked.number) or _pinyin_marks(shown, asked.letters)


def _span(shown: Folded, start: int, word: str) -> Mark:
    return shown.span(start, start + len(word))


def _number_marks(shown: Folded, number: str) -> tuple[Mark, ...]:
    counting = [place for place, sign in enumerate(shown.signs) if sign.isalnum()]
    form = number_form(shown.signs)
    if not number or len(form) != len(counting):
        return ()
    if form.startswith(number):
        return (shown.span(0, counting[len(number) - 1] + 1),)
    if form.endswith(number):
        return (shown.span(counting[-len(number)], counting[-1] + 1),)
    return ()


def _pinyin_marks(shown: Folded, letters: str) -> tuple[Mark, ...]:
    if not letters:
        return ()
    pinyin = shipped_pinyin()
    for start in pinyin.starts(shown.signs):
        for way in pinyin.readings(shown.signs):
            end = covered(way[start:], letters)
            if end:
                return (shown.span(start, start + end),)
    return ()


def _sources(plan: Plan, shelf: int, asked: Asked, *, newest: bool) -> Iterator[_Source]:
    """Give the questions for a typed text, the surest first."""
    numbered = any(one.how == "number" for one in plan.searched)
    named = any(one.how == "name" for one in plan.searched)
    if numbered and asked.number:
        yield from _by_number(plan, shelf, asked.number)
    if named and asked.letters:
        yield from _by_spelling(plan, shelf, asked.letters)
    if named and asked.pieces:
        yield _by_signs(plan, shelf, asked, newest=newest)
    if named and len(asked.letters) > 2 and asked.letters.isalpha():
        yield from _by_mixture(plan, shelf, asked.letters)


def _by_number(plan: Plan, shelf: int, number: str) -> Iterator[_Source]:
    short = len(number) <= NUMBER_SIGNS
    places = [n for n, one in enumerate(plan.searched) if one.how == "number"]

    def begins(values: Sequence[str]) -> bool:
        return any(number_form(folded(values[n]).signs).startswith(number) for n in places)

    def ends(values: Sequence[str]) -> bool:
        return any(number_form(folded(values[n]).signs).endswith(number) for n in places)

    yield _words(plan, shelf, NUMBER + number[:NUMBER_SIGNS], None if short else begins)
    if len(number) >= TAIL_AT_LEAST:
        tail = TAIL + number[::-1][:NUMBER_SIGNS]
        yield _words(plan, shelf, tail, None if short else ends)


def _by_spelling(plan: Plan, shelf: int, letters: str) -> Iterator[_Source]:
    """Look pinyin or initials up; what is longer than the index holds is compared."""
    yield _words(plan, shelf, letters, None)
    for size in (WHOLE, PART_WHOLE, INITIALS, PART_INITIALS):
        if len(letters) > size:
            where = "w.shelf=? AND w.word=?"
            fits = _spelled(plan, letters)
            yield _source(plan, _WORDS, _WORD_ROW, where, (shelf, letters[:size]), fits)


def _by_mixture(plan: Plan, shelf: int, letters: str) -> Iterator[_Source]:
    for initials in shipped_pinyin().cut(letters):
        if 1 < len(initials) < len(letters):
            one = _words(plan, shelf, initials[:PART_INITIALS], _spelled(plan, letters))
            yield replace(one, at_most=MIXED_AT_MOST, last_resort=True)


def _spelled(plan: Plan, letters: str) -> Callable[[Sequence[str]], bool]:
    def fits(values: Sequence[str]) -> bool:
        return any(
            _pinyin_marks(folded(value), letters)
            for value, one in zip(values, plan.searched, strict=False)  # the id comes last
            if one.how == "name"
        )

    return fits


def _by_signs(plan: Plan, shelf: int, asked: Asked, *, newest: bool) -> _Source:
    pieces = asked.pieces
    match = " AND ".join(f'"{piece}"' for piece in pieces)
    low, high = shelf << SHELF_BITS, (shelf + 1) << SHELF_BITS
    sure = len(asked.words) == 1 and pieces == [asked.whole]

    named = [n for n, one in enumerate(plan.searched) if one.how == "name"]
    first, more = asked.words[0], asked.words[1:]

    def fits(values: Sequence[str]) -> bool:
        for n in named:
            if first in values[n] and not more:
                return True
            signs = folded(values[n]).signs
            if first in signs and all(word in signs for word in more):
                return True
        return False

    where = "search_text MATCH ? AND search_text.rowid>=? AND search_text.rowid<?"
    if newest:
        where += " ORDER BY search_text.rowid DESC"
    return _source(plan, _SIGNS, _SIGN_ROW, where, (match, low, high), None if sure else fits)


_WORDS, _WORD_ROW = "search_word w", "w.n"
_SIGNS, _SIGN_ROW = "search_text", f"search_text.rowid & {(1 << SHELF_BITS) - 1}"


def _words(
    plan: Plan, shelf: int, prefix: str, fits: Callable[[Sequence[str]], bool] | None
) -> _Source:
    where = "w.shelf=? AND w.word>=? AND w.word<?"
    return _source(plan, _WORDS, _WORD_ROW, where, (shelf, *_bounds(prefix)), fits)


def _bounds(prefix: str) -> tuple[str, str]:
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _source(
    plan: Plan,
    index: str,
    row: str,
    where: str,
    given: tuple[Any, ...],
    fits: Callable[[Sequence[str]], bool] | None,
) -> _Source:
    """Make a question; the scope comes before ``given``, the most rows behind it.

    CROSS JOIN keeps SQLite to the order written: the index, then the record.
    """
    columns = "" if fits is None else "".join(f'b."{column}", ' for column in plan.columns)
    record = f'CROSS JOIN "{plan.kind}" b ON b.rowid = {row} AND b.scope = ?'
    return _Source(f"SELECT {columns}b.id FROM {index} {record} WHERE {where} LIMIT ?", given, fits)


def _raw(session: Session) -> Any:
    """Give the driver's own connection: a question costs less than SQLAlchemy's work for it."""
    return session.connection().connection.driver_connection


def _shelf(raw: Any, kind: str, scope: str) -> int | None:
    row = raw.execute(
        "SELECT shelf FROM search_shelf WHERE kind=? AND scope=? AND NOT retired", (kind, scope)
    ).fetchone()
    return None if row is None else int(row[0])
