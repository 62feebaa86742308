"""How a group's own claims weigh against the tariff: credibility (domain.md 3.2, Experience)."""

from dataclasses import dataclass
from math import isqrt

from app.kit.money import half_up
from app.packs.exact import Exact, decimal_text
from app.packs.tariff import CoverTerms, ExperienceRule
from app.pricing.requests import PastClaims


@dataclass(frozen=True, slots=True)
class Experience:
    """The factor, and the weight Z it was made with (text, rounded)."""

    factor: Exact
    weight: str


def experience_factor(
    past: PastClaims | None, terms: CoverTerms, rule: ExperienceRule
) -> Experience:
    """Weigh past claims by Bühlmann: Z = E / (E + K), f = Z · LR / target + (1 - Z).

    Z is not rounded before f; f is rounded half up to the rule's places, then held between its
    bounds. A new group has the rule's own factor.
    """
    if past is None:
        return Experience(rule.new_group, _text(0, 1, rule.places))
    years, ratio, target = past.life_years, past.loss_ratio, terms.target_lr
    own, other = years.num, terms.credibility_k * years.den
    num = own * ratio.num * target.den + other * ratio.den * target.num
    den = (own + other) * ratio.den * target.num
    return Experience(_held(num, den, rule), _text(own, own + other, rule.places))


def square_root_weight(claims: int, rule: ExperienceRule) -> str:
    """Give Z of the limited-fluctuation method: min(1, √(claims / claims of full credibility)).

    The filed alternative to Bühlmann's Z, shown to underwriters beside it; T2026.1 does not price
    by it. Rounded half up: r is right where (r - ½)² ≤ q < (r + ½)² for q in units of the place.
    """
    if claims >= rule.full_credibility_claims:
        return _text(1, 1, rule.places)
    scaled = 4 * claims * 10 ** (2 * rule.places) // rule.full_credibility_claims
    return _text((isqrt(scaled) + 1) // 2, 10**rule.places, rule.places)


def _held(num: int, den: int, rule: ExperienceRule) -> Exact:
    """Round, then hold between the bounds."""
    scale: int = 10**rule.places
    rounded = half_up(num * scale, den)
    for bound, beyond in ((rule.lowest, -1), (rule.highest, 1)):
        if beyond * (rounded * bound.den - bound.num * scale) > 0:
            return Exact(_text(bound.num, bound.den, rule.places), bound.num, bound.den)
    return Exact(_text(rounded, scale, rule.places), rounded, scale)


def _text(num: int, den: int, places: int) -> str:
    return decimal_text(num, den, places, places)
