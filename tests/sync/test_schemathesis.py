"""The hub's OpenAPI document against the hub: schemathesis makes requests by it, good and broken.

Each request is signed by a workstation of the hub with an open session, so that what is made up
gets past the door; unsigned, none of them may succeed.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)

from sync.hub.openapi import openapi_json
from sync.hub.routes import STATUS
from tests.sync.test_routes import code_of, opened
from tests.sync.world import URL, Hub, make_desk, make_hub

SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_json()))
STREAM = "GET /v1/live"
"""Goes on until its session ends; tests/sync/test_live.py has it."""
WAITS = "POST /v1/live"
OPERATIONS = {
    name: operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations())
    if (name := f"{operation.method.upper()} {operation.path}") != STREAM
}
ANYONE = {"GET /v1/openapi.json"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
EXAMPLES = 8


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.service.close()
    made.database.close()


def sent(client: httpx.Client, case: schemathesis.Case) -> httpx.Response:
    """Send a made-up request as it stands."""
    asked = case.as_transport_kwargs(base_url=URL)
    wanted = {name: asked[name] for name in ("params", "headers", "cookies") if asked.get(name)}
    if "json" in asked:
        wanted["content"] = json.dumps(asked["json"]).encode()
    elif isinstance(asked.get("data"), bytes):
        wanted["content"] = asked["data"]
    return client.request(asked["method"], asked["url"], **wanted)


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_request_by_the_document_breaks_the_hub(name: str, hub: Hub, tmp_path: Path) -> None:
    desk = make_desk(hub, tmp_path, "a")
    desk.add_customer("Alpha")
    desk.sync()
    auth = opened(hub, desk)
    tried = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        if name == WAITS and isinstance(case.body, list) and len(case.body) > 1:
            case.body[1] = min(case.body[1], 0) if isinstance(case.body[1], int) else case.body[1]
        answer = sent(signed, case)
        case.validate_response(answer, checks=CHECKS)
        assert code_of(answer) in {*STATUS, ""} and (code_of(answer) or answer.status_code < 400)
        refused = sent(unsigned, case)
        case.validate_response(refused, checks=CHECKS)
        assert refused.status_code >= 400 or name in ANYONE

    with (
        httpx.Client(transport=hub.transport(), auth=auth) as signed,
        httpx.Client(transport=hub.transport()) as unsigned,
    ):
        ask()
    desk.close()
    assert tried >= 1


def test_every_address_is_in_the_document() -> None:
    assert len(OPERATIONS) >= 12
