"""A priced request in plain JSON values: what ``sealdesk price`` prints and a quote stores.

The names are those of the worked examples; money is yuan text with two decimals and ``*_fen``.
"""

from app.kit.money import half_up, yuan_text
from app.packs.exact import decimal_text
from app.packs.header import PackOrigin
from app.packs.tariff import Tariff
from app.pricing.authority import Ruling
from app.pricing.requests import Cover, HospitalCashCover, PriceRequest, input_hash, yuan_plain
from app.pricing.rules.premium import base_of
from app.pricing.rules.quotation import Line, Quotation

Json = dict[str, object]


def quotation_json(
    request: PriceRequest, quotation: Quotation, ruling: Ruling, tariff: Tariff
) -> Json:
    """Give the whole answer, the trace included."""
    return {
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "days": quotation.days,
        "months_started": quotation.months_started,
        "headcount": quotation.heads,
        "lines": [line_json(line) for line in quotation.lines],
        "sum_of_lines": yuan_text(quotation.sum_of_lines_fen),
        "sum_of_lines_fen": quotation.sum_of_lines_fen,
        "policy_premium": yuan_text(quotation.policy_premium_fen),
        "policy_premium_fen": quotation.policy_premium_fen,
        "minimum_applied": quotation.minimum_applied,
        "approval_level": ruling.level_name,
        "approval_reason": [[r.trigger, r.value, r.level_name] for r in ruling.reasons],
        "input_hash": input_hash(request, quotation.tariff.sha256),
        "tariff": origin_json(quotation.tariff),
        "trace": trace_json(quotation, tariff),
        "approval_trace": [
            {
                "trigger": d.inputs["trigger"],
                "value": d.inputs["value"],
                "row": d.row,
                "condition": d.cells["value"],
                "level": d.outputs["level"],
            }
            for d in ruling.trail
        ],
    }


def line_json(line: Line) -> Json:
    """Give one line with every factor by its name."""
    return {
        "cohort": line.cohort.name,
        "coverage": line.coverage,
        "n": line.cohort.heads,
        "class": line.cohort.job_class,
        "age": line.cohort.age,
        "SI": _sum_text(line.cover),
        **{name: factor.text for name, factor in line.rating.steps},
        "Z": line.rating.weight,
        "per_person_raw": raw_text(line),
        "per_person": yuan_text(line.per_person_fen),
        "per_person_fen": line.per_person_fen,
        "per_person_minimum_applied": line.minimum_applied,
        "subtotal": yuan_text(line.subtotal_fen),
        "subtotal_fen": line.subtotal_fen,
    }


def origin_json(origin: PackOrigin) -> Json:
    """Say which signed pack the figures come from."""
    return {
        "id": origin.id,
        "version": origin.version,
        "sha256": origin.sha256,
        "signed_by": origin.signed_by,
        "filing_no": origin.filing_no,
        "valid_from": origin.valid_from.isoformat(),
        "valid_to": origin.valid_to.isoformat(),
    }


def trace_json(quotation: Quotation, tariff: Tariff) -> list[Json]:
    """Give the steps a clerk can redo with a pocket calculator, each with the result so far.

    Results so far are shown half up to six decimals of a yuan; the calculation does not round.
    """
    lines: list[Json] = [
        {
            "cohort": line.cohort.name,
            "coverage": line.coverage,
            "steps": [*_line_steps(line, tariff), _total_step(line)],
        }
        for line in quotation.lines
    ]
    return [*lines, {"policy": _policy_steps(quotation, tariff)}]


def raw_text(line: Line) -> str:
    """Write the premium before rounding, in yuan with six decimals."""
    num, den = line.raw
    return _six(num, den * 100)


def _line_steps(line: Line, tariff: Tariff) -> list[Json]:
    per = line.rating.per
    num, den = base_of(line.cover), per * 100
    steps: list[Json] = []
    if per != 1:
        value = f"{_sum_text(line.cover)} / {per}"
        steps.append({"step": "sum_insured", "value": value, "result": _six(num, den)})
    for name, factor in line.rating.steps:
        num, den = num * factor.num, den * factor.den
        steps.append({"step": name, "value": factor.text, "result": _six(num, den)})
    rounded = yuan_text(half_up(*line.raw))
    steps.append({"step": "round_half_up", "value": "0.01", "result": rounded})
    if line.minimum_applied:
        least = yuan_text(tariff.least_per_person_fen)
        steps.append({"step": "minimum_per_person", "value": least, "result": least})
    return steps


def _total_step(line: Line) -> Json:
    heads = str(line.cohort.heads)
    return {"step": "heads", "value": heads, "result": yuan_text(line.subtotal_fen)}


def _policy_steps(quotation: Quotation, tariff: Tariff) -> list[Json]:
    total = yuan_text(quotation.sum_of_lines_fen)
    steps: list[Json] = [
        {"step": "sum_of_lines", "value": str(len(quotation.lines)), "result": total}
    ]
    if quotation.minimum_applied:
        least = yuan_text(tariff.least_per_policy_fen)
        steps.append({"step": "minimum_per_policy", "value": least, "result": least})
    return steps


def _sum_text(cover: Cover) -> str:
    """Write what is insured: a sum, or the allowance a day."""
    fen = cover.daily_fen if isinstance(cover, HospitalCashCover) else cover.sum_fen
    return yuan_plain(fen)


def _six(num: int, den: int) -> str:
    return decimal_text(num, den, 6, 6)
