"""Pricing one stored request with the packs in force: the same at the branch and at the hub."""

from typing import Any

from app.packs.trust import PackStore
from app.pricing.authority import ruling_of
from app.pricing.describe import line_json
from app.pricing.quoting import Priced, Pricer
from app.pricing.requests import input_hash, request_json, request_of
from app.pricing.rules.quotation import price


def pricer_of(packs: PackStore) -> Pricer:
    """Make the pricer of an end; it raises what packs, requests and premium rules raise."""

    def run(plain: dict[str, Any]) -> Priced:
        request = request_of(plain)
        tariff = packs.tariff(request.tariff)
        quotation = price(request, tariff)
        ruling = ruling_of(request, quotation, packs.authority())
        return Priced(
            request=dict(request_json(request)),
            people=request.heads,
            cover_from=request.start,
            cover_to=request.end,
            input_hash=input_hash(request, quotation.tariff.sha256),
            tariff_id=quotation.tariff.id,
            tariff_version=str(quotation.tariff.version),
            tariff_sha256=quotation.tariff.sha256,
            premium_fen=quotation.policy_premium_fen,
            minimum_applied=quotation.minimum_applied,
            lines=[line_json(line) for line in quotation.lines],
            level=ruling.level,
            level_name=ruling.level_name,
            reasons=[[r.trigger, r.value, r.level_name] for r in ruling.reasons],
        )

    return run
