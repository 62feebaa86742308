"""A hand that writes a name: strokes that start and stop like a person's, from a seed.

Each stroke follows a bent line with the speed of a minimum-jerk movement (Flash and Hogan 1985:
s = 10 t^3 - 15 t^4 + 6 t^5), longer strokes take less than proportionally longer (Viviani and
Terzuolo's isochrony, time ~ length^0.4), and the pen presses harder where it moves slower. The
letters are invented: what matters is that a name is written alike each time and no two alike.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

HOVER_S = 0.08
"""Seconds the pen is felt before the first and after the last touch."""

_MARGIN = 0.08
_ISOCHRONY = 0.4
_AIR_HASTE = 0.6
_TREMOR = 0.0015


@dataclass(frozen=True, slots=True)
class PenMoment:
    """The pen at one instant: seconds, place and pressure 0..1, felt, touching."""

    at_s: float
    x: float
    y: float
    pressure: float
    near: bool
    down: bool


Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Move:
    """A bent line from start to end over a bend point; ``weight`` is its share of the time."""

    start: Place
    bend: Place
    end: Place
    down: bool
    weight: float


def sign(name: str, *, seconds: float, rate: int, seed: int, flat: bool = False) -> list[PenMoment]:
    """Write a name at ``rate`` moments per second, ``seconds`` from first to last touch.

    ``flat`` presses evenly, as a mouse would. The same arguments give the same moments.
    """
    rng = random.Random(f"{seed}:{name}")  # noqa: S311 - a hand, not a secret
    moves = _moves(name, rng)
    hand = _Hand(moves, seconds, rng, flat=flat)
    count = max(2, round(seconds * rate))
    hover = max(1, round(HOVER_S * rate))
    start, end = moves[0].start, moves[-1].end
    before = [PenMoment(i / rate, *start, 0.0, True, False) for i in range(hover)]
    drawn = [hand.moment(hover / rate, seconds * i / count) for i in range(count)]
    resumed = (hover + count) / rate
    after = [PenMoment(resumed + i / rate, *end, 0.0, True, False) for i in range(hover)]
    gone = PenMoment(resumed + hover / rate, *end, 0.0, False, False)
    return [*before, *drawn, *after, gone]


class _Hand:
    """Knows where the pen is at any time of the writing."""

    def __init__(
        self, moves: list[_Move], seconds: float, rng: random.Random, *, flat: bool
    ) -> None:
        self._moves = moves
        self._second_per_weight = seconds / sum(move.weight for move in moves)
        self._flat = flat
        self._firmness = rng.uniform(0.55, 0.8)
        self._waves = [(rng.uniform(3, 9), rng.uniform(0, math.tau)) for _ in range(3)]

    def moment(self, offset_s: float, at_s: float) -> PenMoment:
        """Give the pen ``at_s`` seconds after the first touch."""
        move, share = self._move_at(at_s)
        x, y = _along(move, share**3 * (10 - 15 * share + 6 * share**2))
        sway = _TREMOR * sum(math.sin(f * 7 * at_s + p) for f, p in self._waves)
        return PenMoment(
            offset_s + at_s,
            _inside(x + sway),
            _inside(y - sway),
            self._pressure(share, at_s) if move.down else 0.0,
            True,
            move.down,
        )

    def _move_at(self, at_s: float) -> tuple[_Move, float]:
        for move in self._moves:
            lasts = move.weight * self._second_per_weight
            if at_s < lasts:
                return move, at_s / lasts
            at_s -= lasts
        return self._moves[-1], 1.0

    def _pressure(self, share: float, at_s: float) -> float:
        """Rise when the pen lands, fall when it lifts, yield to speed, and never be quite even."""
        if self._flat:
            return 0.5
        landing = min(1.0, share / 0.15, (1.0 - share) / 0.1 + 0.2)
        speed = 16 * (share * (1 - share)) ** 2
        swell = 0.04 * sum(math.sin(f * at_s + p) for f, p in self._waves)
        return _inside(self._firmness * landing * (1 - 0.35 * speed) + swell * landing)


def _moves(name: str, rng: random.Random) -> list[_Move]:
    """Lay the name out in cells from left to right and join its strokes through the air."""
    letters = [letter for letter in name if not letter.isspace()] or ["x"]
    width = (1 - 2 * _MARGIN) / len(letters)
    strokes = [
        stroke
        for number in range(len(letters))
        for stroke in _letter(_MARGIN + number * width, width, rng)
    ]
    return list(_joined(strokes))


def _letter(left: float, width: float, rng: random.Random) -> Iterator[_Move]:
    for _ in range(rng.randint(2, 5)):
        start, end = (
            (left + width * rng.uniform(0.1, 0.9), rng.uniform(0.2, 0.8)) for _ in range(2)
        )
        bend = tuple(
            (a + b) / 2 + rng.uniform(-0.12, 0.12) for a, b in zip(start, end, strict=True)
        )
        yield _move(start, (bend[0], bend[1]), end, down=True)


def _joined(strokes: list[_Move]) -> Iterator[_Move]:
    for number, stroke in enumerate(strokes):
        yield stroke
        if number + 1 < len(strokes):
            start, end = stroke.end, strokes[number + 1].start
            yield _move(start, ((start[0] + end[0]) / 2, start[1]), end, down=False)


def _move(start: Place, bend: Place, end: Place, *, down: bool) -> _Move:
    length = math.dist(start, bend) + math.dist(bend, end)
    weight = (length + 0.02) ** _ISOCHRONY
    return _Move(start, bend, end, down, weight if down else weight * _AIR_HASTE)


def _along(move: _Move, share: float) -> Place:
    """Give a place on the quadratic Bezier curve of a move."""
    a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share**2
    x, y = (
        a * start + b * bend + c * end
        for start, bend, end in zip(move.start, move.bend, move.end, strict=True)
    )
    return x, y


def _inside(value: float) -> float:
    return min(max(value, 0.0), 1.0)
