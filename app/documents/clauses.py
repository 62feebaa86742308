"""The wording of a form: which clauses a contract with given covers carries, and their numbers.

Wording is data under compliance's care (``resources/templates/clauses/*.json``); a clause that
names covers stands only in contracts that hold one of them.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.content import Clause
from app.documents.printed import counted, form_words
from app.kit.errors.base import BranchError
from app.kit.errors.documents import template_not_usable


@dataclass(frozen=True)
class Wording:
    """The clauses of a form, numbered, with the version compliance gave them."""

    version: str
    clauses: tuple[Clause, ...]


def wording_for(covers: Collection[str], templates: Path) -> Wording:
    """Choose and number the clauses of the group accident form for these cover codes.

    Raises BranchError E-DOC-TEMPLATE when the file is missing or not of the known shape.
    """
    words = form_words(templates)
    raw = _clause_file(templates / "clauses" / "group_accident.json")
    chosen = [one for one in raw["clauses"] if not one["covers"] or set(one["covers"]) & {*covers}]
    return Wording(
        version=raw["version"],
        clauses=tuple(
            Clause(
                number=words.clause.format(n=counted(place, words.digits)),
                title=one["title"],
                paragraphs=tuple(one["paragraphs"]),
                prominent=bool(one.get("prominent", False)),
            )
            for place, one in enumerate(chosen, start=1)
        ),
    )


def _clause_file(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(raw, dict) and all(
            {"title", "covers", "paragraphs"} <= one.keys() for one in raw["clauses"]
        ):
            return raw
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        pass
    raise BranchError(template_not_usable(path.name))
