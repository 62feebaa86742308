"""The OpenAPI 3.1 document of the hub, made of its routes and the types of its messages.

Nothing is written twice: a message's schema is msgspec's own, a route's is that of
``sync.hub.routes``. Every answer that is a message comes in an envelope with a signed receipt.
"""

from typing import Any

from sync.hub.routes import ROUTES, STATUS, HubRoute
from sync.wire.body import JSON_TYPE, TROUBLE_HEADER
from sync.wire.messages import PROTO, Envelope, Message, Receipt, Trouble
from sync.wire.schemas import readable, schemas_of
from sync.wire.signature import KEY_HEADER, SEQUENCE_HEADER, TOKEN_HEADER

_REF = "#/components/schemas/{name}"
_SHA: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 64}
_NUMBER: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
_QUERY: dict[str, dict[str, Any]] = {
    "schema": _NUMBER,
    "n": _NUMBER,
    "first": _NUMBER,
    "chain": _TEXT,
}
_SIGNING = {
    "Signature-Input": "RFC 9421: what is covered, created, nonce, keyid, tag.",
    "Signature": "RFC 9421: the workstation's signature.",
    "Content-Digest": "RFC 9530: SHA-256 of the body as it goes over the line.",
    KEY_HEADER: "Names the request; covered by the signature.",
    SEQUENCE_HEADER: "A number that rises with each request of the workstation.",
}


def openapi_json() -> bytes:
    """Give the document as JSON, its keys sorted."""
    said = {
        "openapi": "3.1.0",
        "info": {"title": "Sealdesk hub", "version": str(PROTO)},
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "signature": {"type": "apiKey", "in": "header", "name": "Signature"},
                "session": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
            },
        },
    }
    return readable(said)


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return paths


def _operation(route: HubRoute) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.words,
        "description": _leave(route),
        "parameters": _parameters(route),
        "responses": _responses(route),
        "security": _security(route),
    }
    if route.asks is not None:
        said["requestBody"] = {"required": True, "content": {JSON_TYPE: _ref(route.asks)}}
    elif route.body == "bytes":
        plain = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        said["requestBody"] = {"required": True, "content": plain}
    return said


def _leave(route: HubRoute) -> str:
    more = ", also of a workstation that is to empty itself" if route.wiping else ""
    return f"Who may ask: {route.leave}{more}."


def _security(route: HubRoute) -> list[dict[str, list[str]]]:
    match route.leave:
        case "anyone":
            return []
        case "new key" | "signed":
            return [{"signature": []}]
        case _:
            return [{"signature": [], "session": []}]


def _parameters(route: HubRoute) -> list[dict[str, Any]]:
    places = {"scope": _TEXT, "sha256": _SHA}
    found = [
        _parameter("path", name, schema)
        for name, schema in places.items()
        if f"{{{name}}}" in route.path
    ]
    found += [_parameter("query", name, _QUERY[name]) for name in route.query]
    if route.signed:
        found += [
            _parameter("header", name, {"type": "string"}, words)
            for name, words in _SIGNING.items()
        ]
    if route.body == "bytes":
        schema = {"type": "string", "pattern": r"^bytes \d{1,12}-\d{1,12}/\d{1,12}$"}
        found.append(_parameter("header", "Content-Range", schema))
    if 206 in route.good:
        schema = {"type": "string", "pattern": r"^bytes=\d{1,12}-\d{0,12}$"}
        found.append(_parameter("header", "Range", schema, needed=False))
    return found


def _parameter(
    place: str, name: str, schema: dict[str, Any], words: str = "", *, needed: bool = True
) -> dict[str, Any]:
    said = {"in": place, "name": name, "required": needed, "schema": schema}
    return said | ({"description": words} if words else {})


def _responses(route: HubRoute) -> dict[str, Any]:
    found = {str(status): _good(route, status) for status in route.good}
    by_status: dict[int, list[str]] = {}
    for code in route.troubles:
        by_status.setdefault(STATUS[code], []).append(code)
    by_status.setdefault(429, []).append("busy")
    for status, codes in sorted(by_status.items()):
        found[str(status)] = {
            "description": ", ".join(codes),
            "headers": {TROUBLE_HEADER: {"schema": {"type": "string"}}},
            "content": {JSON_TYPE: _ref(Trouble)},
        }
    return found


def _good(route: HubRoute, status: int) -> dict[str, Any]:
    if route.gives is not None:
        return {
            "description": route.words,
            "content": {JSON_TYPE: {"schema": _signed(route.gives)}},
        }
    if status in (204, 416) or (route.media == JSON_TYPE and route.name != "openapi"):
        return {"description": route.words}
    return {"description": route.words, "content": {route.media: {"schema": {}}}}


def _signed(kind: type[Message]) -> dict[str, Any]:
    """Describe an envelope round one kind of reply."""
    text = {"type": "string"}
    parts = [text, _ref(Receipt)["schema"], text, _ref(kind)["schema"]]
    return {"type": "array", "prefixItems": parts, "minItems": 4}


def _ref(kind: type[Message]) -> dict[str, Any]:
    return {"schema": {"$ref": _REF.format(name=kind.__name__)}}


def _schemas() -> dict[str, Any]:
    kinds: set[type[Message]] = {Trouble, Receipt, Envelope}
    for route in ROUTES:
        kinds |= {kind for kind in (route.asks, route.gives) if kind is not None}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    return schemas_of(ordered, _REF)
