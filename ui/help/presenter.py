"""What the help knows: its articles in the language in use, and the keys a person gave. No Qt."""

from collections.abc import Mapping
from functools import cache

from app.kit.words import Text, language_in_use
from app.packs.resources import resource_text
from ui.help.article import Article, Names, read_article
from ui.help.looking import Hit, find
from ui.shell.shortcuts import Bindings, OwnWays


class HelpPresenter:
    """Reads the articles of some pages; ``titles`` are those of the pages, in their order."""

    def __init__(self, titles: Mapping[str, Text], ways: OwnWays) -> None:
        self.titles = titles
        self._ways = ways

    def articles(self) -> tuple[Article, ...]:
        """Give every article in the language in use, in the order of the pages."""
        return tuple(article(key, language_in_use()) for key in self.titles)

    def article(self, key: str) -> Article:
        """Give the article of a page; raises BugError where it is not shipped."""
        return article(key, language_in_use())

    def find(self, names: Names, question: str) -> tuple[Hit, ...]:
        """Give what answers a question, the best first."""
        return find(self.articles(), names, question)

    def keep(self, bindings: Bindings) -> None:
        """Keep a person's keys; blocks, so it runs on a lane."""
        self._ways.keep_bindings(tuple(sorted(bindings.own.items())))


@cache
def article(key: str, language: str) -> Article:
    """Read the article of a page in one language; raises BugError where it is not shipped."""
    return read_article(key, resource_text(f"help/{language}/{key}.md"))
