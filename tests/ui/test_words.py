"""The words of the house in both languages: complete, alike, and written the house's way.

Where words may stand: a sentence is a msgid of ``t()`` or ``tn()`` beside what it is about, in a
field spec, a ``texts.py``, a page or a widget; a word without one would be said in one language.
So nothing that a person reads is a bare string: what reaches a label, a tip, a title or a toast
comes out of ``t()``, or out of data. Nothing but `app.kit.written` formats a day or a time.
"""

import ast
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from installer.catalogues import problems_of, read

ROOT = Path(__file__).resolve().parents[2]
CHINESE = ROOT / "resources" / "locale" / "zh_CN"
SHOWS = frozenset(
    {
        *("setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "addTab", "setTabText"),
        *("setAccessibleName", "setAccessibleDescription", "tell"),
    }
)
"""Calls that put words before a person."""
SIGNS_ALONE = re.compile(r"[^A-Za-z]*")
Pair = tuple[str, str]
"""A sentence and its Chinese."""


def sentences(room: str) -> Iterator[str]:
    """Give the msgid of every t() and tn(); a msgid that is no literal is an error."""
    for path in sorted((ROOT / "ui" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("t", "tn"):
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{path.name}:{node.lineno}"
                assert isinstance(first.value, str) and first.value, f"{path.name}:{node.lineno}"
                yield first.value


def pairs(catalogue: Catalog) -> Iterator[Pair]:
    """Give every sentence beside its Chinese; each plural form beside each of its own."""
    for message in catalogue:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string or ())
        yield from ((one, chinese) for one in ids for chinese in said)


def formats_differ(pair: Pair) -> bool:
    """Say whether a placeholder has another format or conversion in one of the languages."""
    english, chinese = (
        sorted((name, spec, kind) for _, name, spec, kind in string.Formatter().parse(text) if name)
        for text in pair
    )
    return english != chinese and {one[0] for one in english} == {one[0] for one in chinese}


def placed_by_number(pair: Pair) -> bool:
    """Say whether a placeholder has no name: languages order their words their own way."""
    return any(
        name is not None and not name.isidentifier()
        for text in pair
        for _, name, _, _ in string.Formatter().parse(text)
    )


def edges_differ(pair: Pair) -> bool:
    """Say whether a space or a line stands at the edge of one and not of the other."""
    english, chinese = ((text[: len(text) - len(text.lstrip())],
                         text[len(text.rstrip()) :]) for text in pair)  # fmt: skip
    return english != chinese


def shouts(pair: Pair) -> bool:
    """Say whether somebody is shouted at."""
    return any(sign in text for text in pair for sign in "!\uff01")


def dots_differ(pair: Pair) -> bool:
    """Say whether an ellipsis is typed as dots, or stands in one language alone."""
    english, chinese = pair
    if any("..." in text or "\u3002\u3002" in text for text in pair):
        return True
    return english.rstrip().endswith("\u2026") != chinese.rstrip().endswith("\u2026")


CHECKS: dict[str, Callable[[Pair], bool]] = {
    "another format": formats_differ,
    "a placeholder without a name": placed_by_number,
    "another edge": edges_differ,
    "an exclamation mark": shouts,
    "another ellipsis": dots_differ,
}
PLANTED: dict[str, Pair] = {
    "another format": ("{n} of {m}", "{n:,} / {m}"),
    "a placeholder without a name": ("Page {}", "第 {} 页"),
    "another edge": ("Seal ", "印章"),
    "an exclamation mark": ("Saved.", "已保存！"),
    "another ellipsis": ("Reading…", "正在读取"),
}


@pytest.mark.parametrize("room", ["shell", "widgets", "forms"])
def test_the_catalogue_of_a_room_has_nothing_left_over(room: str) -> None:
    catalogue = read(CHINESE / f"{room}.po")
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id
    }
    # What a room says beyond it stands in a catalogue of its own (charts, lists), and every
    # sentence of the house has its Chinese somewhere (tests/architecture/test_words.py).
    assert translated <= set(sentences(room))
    assert problems_of(catalogue) == []


@pytest.mark.parametrize("what", CHECKS)
def test_both_languages_are_written_the_same_way(what: str) -> None:
    found = [
        f"{source.name}: {pair}"
        for source in sorted(CHINESE.glob("*.po"))
        for pair in pairs(read(source))
        if CHECKS[what](pair)
    ]
    assert found == []


@pytest.mark.parametrize("what", CHECKS)
def test_a_planted_slip_is_found(what: str) -> None:
    assert CHECKS[what](PLANTED[what])
    assert not CHECKS[what](("{n} pages printed.", "已打印 {n} 页。"))


def test_both_forms_of_a_count_have_the_same_values() -> None:
    for source in sorted(CHINESE.glob("*.po")):
        for message in read(source):
            if message.id and not isinstance(message.id, str):
                one, many = (names(text) for text in message.id)
                assert one <= many, f"{source.name}: {message.id}"


def names(text: str) -> set[str]:
    """Name the placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def bare_words(parsed: ast.Module) -> Iterator[tuple[int, str]]:
    """Give strings put before a person as they stand, with their lines."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SHOWS:
            said = [one.value for one in node.args if isinstance(one, ast.Constant)]
            words = [one for one in said if isinstance(one, str)]
            yield from ((node.lineno, one) for one in words if not SIGNS_ALONE.fullmatch(one))


def own_writing(parsed: ast.Module) -> Iterator[int]:
    """Give the lines that write a day or a time themselves."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Attribute) and node.attr == "strftime":
            yield node.lineno
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec)
            yield from [node.lineno] if "%" in spec else []


def test_nothing_a_person_reads_is_a_bare_string() -> None:
    found = {
        str(path.relative_to(ROOT)): list(bare_words(ast.parse(path.read_text("utf-8"))))
        for path in sorted((ROOT / "ui").rglob("*.py"))
    }
    assert {path: words for path, words in found.items() if words} == {}


def test_days_and_times_of_screens_and_reports_have_one_home() -> None:
    places = [*sorted((ROOT / "ui").rglob("*.py")), *sorted((ROOT / "app/reports").rglob("*.py"))]
    found = {
        str(path.relative_to(ROOT)): list(own_writing(ast.parse(path.read_text("utf-8"))))
        for path in places
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "planted", ['x = now.strftime("%H:%M")', 'y = f"{now:%Y-%m}"', "z = at.astimezone().strftime"]
)
def test_a_day_written_elsewhere_is_found(planted: str) -> None:
    assert list(own_writing(ast.parse(planted))) == [1]


@pytest.mark.parametrize("planted", ['label.tell("Saved")', 'self.setToolTip("Press")'])
def test_a_bare_word_is_found(planted: str) -> None:
    assert list(bare_words(ast.parse(planted)))
    assert not list(bare_words(ast.parse('label.setText("–")\nlabel.tell(t("Saved"))')))
