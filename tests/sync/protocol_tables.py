"""What docs/protocol.md must say of each message: its fields in order, each with its wire type."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from sync.wire import events, messages, packs, tree_log
from sync.wire.messages import Message

NAMES: dict[Any, str] = {
    messages.Hex32: "id",
    messages.Sha: "sha",
    messages.Digest: "digest",
    messages.Code: "code",
    messages.MaybeCode: "code?",
    messages.Count: "count",
    messages.Micros: "micros",
    str: "text",
    bool: "bool",
    int: "int",
    Any: "any",
    type(None): "null",
    msgspec.Raw: "raw",
}


def message_classes() -> Iterator[type[Message]]:
    """Give every message there is, wherever in the wire's room it stands."""
    for module in (messages, events, packs, tree_log):
        for value in vars(module).values():
            own = isinstance(value, type) and issubclass(value, Message) and value is not Message
            if own and value.__module__ == module.__name__:
                yield value


def wire_type(kind: Any) -> str:
    """Write a field's type as the document does."""
    if kind in NAMES:
        return NAMES[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        limits = ", ".join(_limit(one) for one in inner[1:])
        return f"{wire_type(inner[0])} ({limits})"
    if origin is list:
        return f"[{wire_type(inner[0])} …]"
    if origin is tuple:
        return f"[{', '.join(map(wire_type, inner))}]"
    if origin is dict:
        return f"{{{wire_type(inner[0])}: {wire_type(inner[1])}}}"
    if isinstance(kind, type) and issubclass(kind, Message):
        return kind.__name__
    if inner:
        return " or ".join(repr(one) if isinstance(one, str) else wire_type(one) for one in inner)
    raise TypeError(f"{kind!r} has no name in the document")


def _limit(meta: Meta) -> str:
    said = {"≥ ": meta.ge, "≤ ": meta.le, "at least ": meta.min_length, "at most ": meta.max_length}
    found = [f"{word}{value}" for word, value in said.items() if value is not None]
    return ", ".join([*found, meta.pattern] if meta.pattern else found)


def rows_of(kind: type[Message]) -> list[str]:
    """Give the beginning of each row a message's table must have."""
    hints = get_type_hints(kind, include_extras=True)
    needed = len(kind.__struct_fields__) - len(kind.__struct_defaults__)
    rows = []
    for n, name in enumerate(kind.__struct_fields__):
        default = "" if n < needed else f" = {_default(kind.__struct_defaults__[n - needed])}"
        rows.append(f"| {n} | `{name}`{default} | {wire_type(hints[name])} |")
    return rows


def _default(value: Any) -> str:
    made = value.factory() if hasattr(value, "factory") else value
    return str(msgspec.json.encode(made).decode())
