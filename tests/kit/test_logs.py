"""What a log line may hold, and that nothing else gets into it, whoever writes it."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from app.kit.logs import FIELDS, LONGEST, event, to_stream

ROOT = Path(__file__).resolve().parents[2]
CANARY = "310101199003074518"
LOG = logging.getLogger("test.logs")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Send logs to a stream, and put back what was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    root.handlers = []
    to_stream(stream, logging.INFO)
    yield stream
    root.handlers, root.level = handlers, level


def said(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_fields(lines: io.StringIO) -> None:
    event(LOG, logging.INFO, "pushed", number=UUID(int=7), rows=3, doing="a b")
    (line,) = said(lines)
    assert line.pop("when").endswith("+00:00")
    assert line == {
        "level": "info", "topic": "test.logs", "event": "pushed",
        "number": str(UUID(int=7)), "rows": 3, "doing": "a b",
    }  # fmt: skip


def test_a_field_nobody_listed_is_withheld(lines: io.StringIO) -> None:
    event(LOG, logging.INFO, "x", id_no=CANARY, code=[CANARY])  # type: ignore[arg-type]
    assert CANARY not in lines.getvalue()
    assert said(lines)[0]["id_no"] == said(lines)[0]["code"] == "withheld"


def test_an_error_is_its_kind_and_its_places(lines: io.StringIO) -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        event(LOG, logging.ERROR, "bug", error=error)
    assert CANARY not in lines.getvalue()
    assert (said(lines)[0]["kind"], said(lines)[0]["at"][:13]) == ("KeyError", "test_logs.py:")


def test_a_database_error_does_not_bring_its_row(lines: io.StringIO) -> None:
    engine = create_engine("sqlite://", module=sqlcipher, poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:x)"), {"x": CANARY})
    except DBAPIError as error:
        assert CANARY in str(error)
        event(LOG, logging.ERROR, "refused", error=error)
        LOG.error("it failed", exc_info=error)
        LOG.error(error)
        LOG.error(f"it failed: {error}")
    engine.dispose()
    assert CANARY not in lines.getvalue()
    assert [line.get("kind") for line in said(lines)] == ["OperationalError"] * 3 + [None]


def test_another_library_keeps_its_template_and_loses_its_values(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("Invalid request from %s", CANARY)
    (line,) = said(lines)
    assert (line["event"], line["template"]) == ("foreign", "Invalid request from %s")
    assert CANARY not in lines.getvalue()


@pytest.mark.parametrize("sign", ["\n", "\x1b[2J", "\u202e", "\x00", "\ud800"])
def test_no_value_breaks_a_line_or_steers_a_terminal(sign: str, lines: io.StringIO) -> None:
    event(LOG, logging.INFO, "x", doing=f"a{sign}b")
    whole = lines.getvalue()
    assert whole.isascii() and whole.endswith("}\n")
    assert whole[:-1].isprintable()
    assert said(lines)[0]["doing"] == f"a{sign}b"


def test_a_value_has_a_bound(lines: io.StringIO) -> None:
    event(LOG, logging.INFO, "x", at="x" * 10_000)
    assert len(said(lines)[0]["at"]) == LONGEST


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Give every call of event() and of a logger's own methods in the product."""
    methods = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    for place in ("app", "ui", "sync", "devices"):
        for path in sorted((ROOT / place).rglob("*.py")):
            if path.name == "logs.py":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    named = getattr(node.func, "id", "") == "event"
                    owner = getattr(getattr(node.func, "value", None), "id", "")
                    method = getattr(node.func, "attr", "") in methods
                    if named or (method and owner.strip("_").lower() in ("log", "logger")):
                        yield f"{path.name}:{node.lineno}", node


def test_every_event_of_the_house_has_listed_fields_only() -> None:
    found = dict(calls())
    assert found
    for place, call in found.items():
        assert getattr(call.func, "id", "") == "event", f"{place}: write an event, not prose"
        fields = {keyword.arg for keyword in call.keywords} - {"error"}
        assert fields <= FIELDS, place
