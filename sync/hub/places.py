"""Addresses to listen at, taken before anything else is done."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from app.kit.errors.base import BranchError
from app.kit.errors.sync import hub_address_taken


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take an address to listen at, 0 any free port; raises BranchError E-HUB-ADDRESS."""
    try:
        place = socket.create_server((host, port), family=_family(host))
    except (OSError, OverflowError) as error:
        raise BranchError(hub_address_taken(f"{host}:{port}", str(error))) from error
    with place:
        yield place


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
