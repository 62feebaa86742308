"""Every sentence the house can say has its Chinese, and no Chinese waits for a sentence."""

import ast
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.kit.words import COMPILED
from installer import catalogues
from tests.architecture.source import PACKAGES, ROOT, name, python, tree

SAYERS = {"t": 1, "N_": 1, "tn": 2}
CHINESE = ROOT / "resources" / "locale" / "zh_CN"


@dataclass(frozen=True)
class Said:
    """One call that makes a sentence: where, its msgids, its values (None: not to be seen)."""

    place: str
    msgids: tuple[str, ...]
    values: frozenset[str] | None


def said_in(path: Path, parsed: ast.Module) -> list[Said]:
    """Read the sentences of a module; raises AssertionError for one that is not a plain text."""
    return [
        _said(path, node)
        for node in ast.walk(parsed)
        if isinstance(node, ast.Call) and _sayer(node) in SAYERS
    ]


def misfilled(said: Said) -> set[str]:
    """Name the placeholders without a value and the values without a placeholder."""
    if said.values is None:
        return set()
    wanted = set().union(*(catalogues.placeholders(msgid) for msgid in said.msgids))
    # tn() always hands over its count; a sentence may keep it to itself.
    counted = {"n"} if len(said.msgids) > 1 else set()
    return (wanted ^ said.values) - (counted - wanted)


def translated() -> dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]:
    """Give for every msgid the rooms that translate it and what they say."""
    found = defaultdict(list)
    for source in sorted(CHINESE.glob("*.po")):
        for message in catalogues.read(source):
            if message.id:
                found[_tuple(message.id)].append((source.stem, _tuple(message.string)))
    return found


def sentences() -> list[Said]:
    """Give every sentence of the house."""
    return [said for path in python(*PACKAGES) for said in said_in(path, tree(path))]


def test_every_sentence_has_its_chinese() -> None:
    known = translated()
    missing = [
        f"{said.place}: {said.msgids[0]}" for said in sentences() if said.msgids not in known
    ]
    assert missing == []


def test_no_chinese_without_its_sentence() -> None:
    used = {said.msgids for said in sentences()}
    unused = [
        f"{rooms[0][0]}.po: {ids[0]}" for ids, rooms in translated().items() if ids not in used
    ]
    assert unused == []


def test_every_placeholder_has_its_value() -> None:
    wrong = {said.place: misfilled(said) for said in sentences() if misfilled(said)}
    assert wrong == {}


def test_a_sentence_is_translated_alike_everywhere() -> None:
    """The catalogues are asked one after another, so a second wording would never be heard."""
    split = {
        ids[0]: rooms for ids, rooms in translated().items() if len({text for _, text in rooms}) > 1
    }
    assert split == {}


def test_the_catalogues_are_sound() -> None:
    sources = sorted(CHINESE.glob("*.po"))
    assert sources
    found = {source.name: catalogues.problems_of(catalogues.read(source)) for source in sources}
    assert {file: problems for file, problems in found.items() if problems} == {}


PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Hello {name}."\nmsgstr ""\n', "is not translated"),
        ('msgid "Hello {name}."\nmsgstr "你好"\n', "has []"),
        ('msgid "Hello."\nmsgstr "你好{name}"\n', "has ['name']"),
        ('#, fuzzy\nmsgid "Hello."\nmsgstr "你好"\n', "is not translated"),
    ],
)
def test_a_broken_translation_stops_set_up(
    entry: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zh_CN").mkdir()
    (tmp_path / "zh_CN" / "room.po").write_text(PO + entry, encoding="utf-8")
    assert catalogues.main(tmp_path) == 1
    assert problem in capsys.readouterr().out


def test_compiled_words_follow_their_source(tmp_path: Path) -> None:
    room = tmp_path / "zh_CN" / "room.po"
    room.parent.mkdir()
    room.write_text(PO + 'msgid "Hello."\nmsgstr "你好"\n', encoding="utf-8")
    assert catalogues.main(tmp_path) == 0
    other = room.with_name("other.po")
    other.write_text(PO + 'msgid "Bye."\nmsgstr "再见"\n', encoding="utf-8")
    assert catalogues.main(tmp_path) == 0
    compiled = room.with_name(COMPILED)
    assert all(word.encode() in compiled.read_bytes() for word in ("你好", "再见"))
    room.unlink()
    assert catalogues.main(tmp_path) == 0
    assert "你好".encode() not in compiled.read_bytes(), "no dead words are said"


def test_values_and_placeholders_are_compared() -> None:
    parsed = ast.parse('t("{a} of {b}", a=1, c=2)\ntn("one", "{n} of {m}", 3, m=4)\nt("{x}", **v)')
    wrong = [misfilled(said) for said in said_in(ROOT / "x.py", parsed)]
    assert wrong == [{"b", "c"}, set(), set()]


def test_a_sentence_put_together_at_run_time_is_refused() -> None:
    with pytest.raises(AssertionError, match="plain text"):
        said_in(ROOT / "x.py", ast.parse('t("Hello " + name)'))


def _said(path: Path, call: ast.Call) -> Said:
    place = f"{name(path)}:{call.lineno}"
    count = SAYERS[_sayer(call)]
    texts = [arg.value for arg in call.args[:count] if isinstance(arg, ast.Constant)]
    msgids = tuple(text for text in texts if isinstance(text, str))
    assert len(msgids) == count, f"{place}: a sentence is a plain text"
    names = [keyword.arg for keyword in call.keywords]
    if _sayer(call) == "N_" or None in names:
        return Said(place, msgids, None)
    counted = {"n"} if count == 2 else set()
    return Said(place, msgids, frozenset({one for one in names if one}) | counted)


def _sayer(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id == "words" else ""
    return ""


def _tuple(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
