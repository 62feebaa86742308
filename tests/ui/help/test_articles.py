"""Every page has its help in both languages; what it names is there; it is found without a line."""

import ast

import pytest

from app.kit.errors.base import BugError
from app.kit.words import LANGUAGES, Text, t, use_language
from tests.architecture.source import PACKAGES, ROOT, python, tree
from tests.ui.desk_site import Sitting
from ui.help.article import Block, Names, read_article, tokens
from ui.help.looking import find
from ui.help.presenter import article
from ui.shell.shortcuts import SHORTCUTS, Bindings, Shortcut

HELP = ROOT / "resources" / "help"
KEYS = sorted(path.stem for path in (HELP / "en").glob("*.md"))
TITLES = {key: t("Help") for key in KEYS}
NAMES = Names(TITLES, Bindings(), str)


def said_by_the_house() -> set[str]:
    """Give the msgid of every sentence."""
    return {
        node.args[0].value
        for path in python(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("t", "tn")
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_page_of_the_desk_has_its_help(sitting: Sitting) -> None:
    sitting.desk.site = sitting.site
    try:
        sitting.sit()
        pages = set(sitting.window._pages)
    finally:
        sitting.desk.site = None
    assert "drill" in pages and "help" in pages
    for language in LANGUAGES:
        shipped = {path.stem for path in (HELP / language).glob("*.md")}
        assert shipped >= pages
        assert shipped - pages == set(), "help for a page that is not there"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_what_the_help_names_is_there(key: str, language: str) -> None:
    read = article(key, language)
    actions = {row.action for row in SHORTCUTS}
    sentences = said_by_the_house()
    for kind, name in tokens(read):
        known = {"verb": actions, "key": actions, "page": set(KEYS), "word": sentences}[kind]
        assert name in known, f"{key}: {kind} {name}"
    assert len([block for block in read.blocks if block.kind == "heading"]) >= 2


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_name_the_same(key: str) -> None:
    """A verb that only one of them names was forgotten in the other."""
    named = [set(tokens(article(key, language))) for language in LANGUAGES]
    assert named[0] == named[1]


@pytest.mark.parametrize("row", [row for row in SHORTCUTS if row.page], ids=lambda row: row.action)
def test_the_help_of_a_page_speaks_of_its_verbs(row: Shortcut) -> None:
    named = {name for kind, name in tokens(article(row.page, "en")) if kind in ("verb", "key")}
    spoken = row.action in named or row.action in SELDOM
    assert spoken, "its key stands under the article, but the article says nothing of it"


SELDOM = {"pricing.group_copy", "pricing.group_out"}
"""What a person needs who has groups already: the button says it."""


def test_chinese_help_is_chinese_and_english_is_english() -> None:
    for key in KEYS:
        assert any(
            "\u4e00" <= sign <= "\u9fff" for sign in (HELP / "zh_CN" / f"{key}.md").read_text()
        )
        assert not any(
            "\u3000" <= sign <= "\uffef" for sign in (HELP / "en" / f"{key}.md").read_text()
        )


# -- the small form ----------------------------------------------------------------------------


def test_a_file_is_read_into_blocks() -> None:
    read = read_article("x", "# Title\n\nText.\n## Part\n- point\n1. one\n2. two\n- p\n1. anew\n")
    assert read.title == "Title"
    assert read.blocks == (
        Block("text", "Text."),
        Block("heading", "Part"),
        Block("point", "point"),
        Block("step", "one", 1),
        Block("step", "two", 2),
        Block("point", "p"),
        Block("step", "anew", 1),
    )


@pytest.mark.parametrize(
    "line",
    ["<b>x</b>", "**bold**", "a `code`", "[a](b)", "{verb}", "{shout x}", "a_b", "a | b", "\\n"],
)
def test_markup_and_unknown_tokens_are_refused(line: str) -> None:
    with pytest.raises(BugError, match="line 2"):
        read_article("x", f"# T\n{line}\n")


@pytest.mark.parametrize("source", ["", "Text.", "# Title only\n"])
def test_a_file_without_title_or_text_is_refused(source: str) -> None:
    with pytest.raises(BugError):
        read_article("x", source)


def test_tokens_are_said_with_the_keys_of_the_person() -> None:
    use_language("en")
    text = "{verb customers.new}, {key search}, {page sync}, “{word Put away}”"
    names = Names({"sync": Text("Sync")}, Bindings().bound("customers.new", "Ctrl+J"), str.upper)
    assert names.said(text) == "New organisation (CTRL+J), CTRL+K, Sync, “Put away”"
    with pytest.raises(KeyError):
        names.said("{verb customers.fly}")


# -- finding -----------------------------------------------------------------------------------


def found(question: str, language: str = "zh_CN") -> list[str]:
    use_language(language)
    articles = [article(key, language) for key in KEYS]
    return [hit.key for hit in find(articles, NAMES, question)]


def test_chinese_is_found_by_characters() -> None:
    assert found("见证人")[0] == "seals"
    assert found("离线")[0] == "sync"
    assert "pricing" in found("赔付")
    assert found("人见证") == found("人见证"), "the same question gives the same answer"
    # Whole words come before the same characters here and there.
    texts = [hit.text for hit in find([article(key, "zh_CN") for key in KEYS], NAMES, "断电")]
    assert "断电" in texts[0] and len(texts) > 1


def test_a_title_comes_before_the_text_that_mentions_it() -> None:
    assert found("客户")[0] == "customers" and len(found("客户")) > 3
    assert found("device", "en")[0] == "devices"


def test_every_part_of_a_question_must_be_met() -> None:
    assert found("脚踏 开关")[0] == "seals"
    assert found("脚踏 zebra") == []
    assert found("  ,。") == [] and found("") == []


def test_a_latin_word_is_found_by_its_beginning_only() -> None:
    assert "contracts" in found("doc", "en")
    assert found("ocx", "en") == []
