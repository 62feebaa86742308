"""`sealdesk price`: one request from a file, priced without a window and without a hub."""

from pathlib import Path

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.pricing import request_file_missing
from app.packs.shipped import shipped_packs
from app.packs.trust import PackStore
from app.pricing.authority import ruling_of
from app.pricing.describe import quotation_json
from app.pricing.requests import REQUEST_LIMIT_MIB, request_of_bytes
from app.pricing.rules.quotation import price


def price_file(path: Path, packs: PackStore) -> dict[str, object]:
    """Price the bare request in a JSON file; gives the names of `quotation_json`.

    The tariff serves by the first day of cover, never by today. Raises BranchError: ``E-PRICE-…``
    for the request, ``E-PACK-…`` for the packs.
    """
    request = request_of_bytes(_content(path))
    tariff = packs.tariff(request.tariff)
    quotation = price(request, tariff)
    ruling = ruling_of(request, quotation, packs.authority())
    return quotation_json(request, quotation, ruling, tariff)


def price_by_shipped_packs(path: Path, clock: Clock) -> dict[str, object]:
    """Price by the packs that came with the program, as a fresh installation does."""
    return price_file(path, shipped_packs(clock))


def _content(path: Path) -> bytes:
    """Read at most one byte more than a request may have."""
    try:
        with path.open("rb") as file:
            return file.read(REQUEST_LIMIT_MIB * 1024 * 1024 + 1)
    except OSError as missing:
        raise BranchError(request_file_missing(path.name)) from missing
