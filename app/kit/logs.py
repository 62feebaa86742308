"""Logs are events with fields, never prose: what happened, to which id, how long.

Only listed fields are written, and only plain values; anything else is withheld by name. A record
of another library keeps its template and its place, not its values: those may be a person's. Of an
error the kind and the places are written, not its message: a database error's message holds the
row. With ``to_stream`` every record is one line of JSON, ASCII only, so nothing in it can steer a
terminal.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO, TypeAlias

from typing_extensions import override

if TYPE_CHECKING:
    from uuid import UUID

FIELDS = frozenset(
    {
        "number",
        "kind",
        "at",
        "ms",
        "strain",
        "doing",
        "scope",
        "seq",
        "ver",
        "op",
        "code",
        "rows",
        "device",
        "request",
        "route",
        "status",
        "bytes",
    }
)
"""The fields an event may have: ids, codes, counts, places, durations. No name, number or sum."""
LONGEST = 400
"""Signs of one value; the rest is cut."""
FRAMES = 6

Field: TypeAlias = "str | int | float | bool | UUID"


def event(
    log: logging.Logger,
    level: int,
    name: str,
    *,
    error: BaseException | None = None,
    **fields: Field,
) -> None:
    """Write an event; ``error`` adds its kind and the places it went through."""
    said = dict(fields)
    if error is not None:
        said |= {"kind": type(error).__name__, "at": places(error)}
    safe = {key: _plain(key, value) for key, value in said.items()}
    line = " ".join([name, *(f"{key}={value}" for key, value in safe.items())])
    log.log(level, "%s", line, extra={"event": name, "fields": safe})


def places(error: BaseException) -> str:
    """Name the last places an error went through, as file:line, without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return " ".join(f"{_file(frame.filename)}:{frame.lineno}" for frame in frames)


def to_stream(stream: TextIO, level: int = logging.WARNING) -> None:
    """Send every record of this process to a stream as JSON lines, and nowhere else."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


class JsonLines(logging.Formatter):
    """One JSON object per record: when (UTC), level, topic, event, and its fields."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "when": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "topic": record.name,
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            said |= {"event": getattr(record, "event", ""), **fields}
        else:
            said |= _foreign(record)
        return json.dumps(said)


def _foreign(record: logging.LogRecord) -> dict[str, str]:
    """Keep of another library's record what cannot hold a value: template, place, kind of error."""
    said = {"event": "foreign", "at": f"{_file(record.pathname)}:{record.lineno}"}
    if isinstance(record.msg, str) and record.args:
        said["template"] = record.msg[:LONGEST]
    if isinstance(record.msg, BaseException):
        said["kind"] = type(record.msg).__name__
    if record.exc_info and record.exc_info[1] is not None:
        said |= {"kind": type(record.exc_info[1]).__name__, "at": places(record.exc_info[1])}
    return said


def _plain(key: str, value: object) -> str | int | float:
    if key not in FIELDS:
        return "withheld"
    if isinstance(value, int | float):
        return value
    return str(value)[:LONGEST] if isinstance(value, str) or _is_id(value) else "withheld"


def _is_id(value: object) -> bool:
    # Imported by who has an id: the first window writes none.
    from uuid import UUID

    return isinstance(value, UUID)


def _file(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]
