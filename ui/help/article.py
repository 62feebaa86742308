"""A page of help as its file has it, read into plain blocks; nothing of it is ever markup.

A file is UTF-8 text, one block a line, blank lines between as one likes:

* ``# Title`` once, first.  ``## Heading`` of a part.
* ``- point`` and ``1. step`` (steps count themselves).  Any other line is a paragraph.

What a text names is written as a token and said in the words and with the keys of now:
``{verb customers.new}`` an action of the table of shortcuts with its keys, ``{key search}`` its
keys alone, ``{page pricing}`` a page's title, ``{word Put away}`` any other word of the desk.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.kit.errors.base import BugError
from app.kit.words import Text, t
from ui.shell.shortcuts import Bindings, shortcut

Kind = Literal["heading", "text", "point", "step"]
TOKEN = re.compile(r"\{(verb|key|page|word) ([^{}]+)\}")
_STEP = re.compile(r"\d+\. ")
_MARKUP = re.compile(r"[<>`*_|\[\]\\]|\{(?!(?:verb|key|page|word) )")


@dataclass(frozen=True)
class Block:
    """One block; ``place`` counts the steps of a row of steps from 1, else it is 0."""

    kind: Kind
    text: str
    place: int = 0


@dataclass(frozen=True)
class Article:
    """A page of help: the key of its page, its title, its blocks, tokens still in them."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Names:
    """What tokens are said with: titles of the pages, keys of the person, a system's way of keys.

    ``written`` turns portable keys (``"Ctrl+K"``) into what stands on this system's keyboard.
    """

    titles: Mapping[str, Text]
    bindings: Bindings
    written: Callable[[str], str]

    def said(self, text: str) -> str:
        """Give a text with its tokens said; raises KeyError for an action or page we lack."""
        return TOKEN.sub(self._said, text)

    def _said(self, token: re.Match[str]) -> str:
        kind, name = token.groups()
        if kind == "page":
            return str(self.titles[name])
        if kind == "word":
            return str(Text(name))
        keys = self.written(self.bindings.keys(name))
        if kind == "key":
            return keys
        return str(t("{label} ({keys})", label=shortcut(name).label, keys=keys))


def read_article(key: str, source: str) -> Article:
    """Read a file; raises BugError, with its line, for what the small form does not have."""
    title = ""
    blocks: list[Block] = []
    for number, line in _lines(source):
        if _MARKUP.search(TOKEN.sub("", line)):
            raise BugError(f"help {key}, line {number}: only plain text and tokens: {line!r}")
        if not title:
            if not line.startswith("# "):
                raise BugError(f"help {key}: the first line is not its title")
            title = line[2:]
        else:
            blocks.append(_block(line, blocks))
    if not blocks:
        raise BugError(f"help {key} says nothing")
    return Article(key, title, tuple(blocks))


def tokens(article: Article) -> Iterator[tuple[str, str]]:
    """Give every token of an article: its kind and what it names."""
    for block in article.blocks:
        for found in TOKEN.finditer(block.text):
            yield found.group(1), found.group(2)


def _lines(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), 1):
        if line.strip():
            yield number, line.strip()


def _block(line: str, before: list[Block]) -> Block:
    if line.startswith("## "):
        return Block("heading", line[3:])
    if line.startswith("- "):
        return Block("point", line[2:])
    step = _STEP.match(line)
    if step is None:
        return Block("text", line)
    last = before[-1].place if before and before[-1].kind == "step" else 0
    return Block("step", line[step.end() :], last + 1)
