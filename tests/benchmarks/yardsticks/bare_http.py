"""The yardstick of S1: one request over plain HTTP to a server that only says yes.

A server process (``serve``, which prints its port) without TLS, signatures or a database; and the
request of a client that keeps its connection.
"""

import socket
import time

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def yes(request: Request) -> Response:
    """Read the whole body and say yes."""
    return Response(await request.body())


def serve() -> None:
    """Listen on a free port of loopback until killed."""
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    app = Starlette(routes=[Route("/", yes, methods=["POST"])])
    uvicorn.Server(uvicorn.Config(app, log_config=None)).run([listening])


def seconds(client: httpx.Client, url: str, body: bytes) -> float:
    """Measure one request."""
    began = time.perf_counter()
    assert client.post(url, content=body).content == body
    return time.perf_counter() - began


if __name__ == "__main__":
    serve()
