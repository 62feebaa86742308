"""Finding a place in the help without a line, Chinese by characters.

A question is cut into words of letters and runs of Chinese characters. A run counts most where it
stands whole, less where only its pairs do, least where only its characters do, and a word where one
begins with it. Every part of the question must be found in the same piece of help; titles weigh
more than headings, headings more than the rest.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ui.help.article import Article, Names

_PARTS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")
WHOLE, PAIRS, SIGNS = 12, 5, 2
TITLE_WEIGHT, HEADING_WEIGHT = 4, 2
MOST = 30


@dataclass(frozen=True)
class Hit:
    """One piece of help: which article, under which heading, what it says, which block it is."""

    key: str
    title: str
    heading: str
    text: str
    block: int


def find(articles: Iterable[Article], names: Names, question: str) -> tuple[Hit, ...]:
    """Give the pieces that answer a question, the best first; none for a question of no words."""
    parts = _PARTS.findall(question.casefold())
    if not parts:
        return ()
    found: list[tuple[int, int, Hit]] = []
    for article in articles:
        for weight, hit in _pieces(article, names):
            worth = _worth(parts, hit.text.casefold())
            if worth:
                found.append((-worth * weight, len(found), hit))
    return tuple(hit for _, _, hit in sorted(found, key=lambda one: one[:2])[:MOST])


def _pieces(article: Article, names: Names) -> Iterable[tuple[int, Hit]]:
    yield TITLE_WEIGHT, Hit(article.key, article.title, "", article.title, 0)
    heading = ""
    for place, block in enumerate(article.blocks):
        said = names.said(block.text)
        if block.kind == "heading":
            heading = said
        weight = HEADING_WEIGHT if block.kind == "heading" else 1
        yield weight, Hit(article.key, article.title, heading, said, place)


def _worth(parts: list[str], text: str) -> int:
    worths = [_part_worth(part, text) for part in parts]
    return sum(worths) if all(worths) else 0


def _part_worth(part: str, text: str) -> int:
    if not _chinese(part):
        return WHOLE if re.search(rf"(?<![^\W\u3400-\u9fff]){re.escape(part)}", text) else 0
    if part in text:
        return WHOLE
    pairs = {part[n : n + 2] for n in range(len(part) - 1)}
    if pairs and all(pair in text for pair in pairs):
        return PAIRS
    return SIGNS if all(sign in text for sign in part) else 0


def _chinese(part: str) -> bool:
    return "\u3400" <= part[0] <= "\u9fff"
