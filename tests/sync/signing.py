"""Signs requests for whoever speaks HTTP: an httpx.Auth.

So a program that makes up requests of its own passes the door as a workstation does.
"""

import secrets
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import count

import httpx

from app.kit.clock import Clock
from sync.wire.receipts import sha256
from sync.wire.signature import (
    KEY_HEADER,
    SEQUENCE_HEADER,
    TOKEN_HEADER,
    RequestKey,
    Signable,
    sign_request,
)


@dataclass
class SignedAuth(httpx.Auth):
    """A workstation's key and session; ``numbers`` only rise, and begin beyond those used."""

    key: RequestKey
    clock: Clock
    token: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000))
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        said = Signable(
            request.method, str(request.url), {KEY_HEADER: sha256(request.content)[:32]}
        )
        said.headers[SEQUENCE_HEADER] = str(next(self.numbers))
        nonce = secrets.token_urlsafe(12)
        sign_request(said, request.content, self.key, created=self.clock.now(), nonce=nonce)
        request.headers.update(said.headers)
        if self.token:
            request.headers[TOKEN_HEADER] = self.token
        yield request
