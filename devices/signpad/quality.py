"""What can be said about a signature's ink before it is accepted.

Refusals are policy: a mouse is no pen, and a record without ink is no signature. The rest are
warnings a clerk weighs with the signer present: a drawing that came too fast, too thin or with dead
pressure may be traced, replayed or badly transmitted. All arithmetic is on whole numbers.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.kit.words import Text, t
from devices.signpad.api import InkRecord, Sample, Source

_SECOND_US = 1_000_000


class Concern(StrEnum):
    """One thing that is wrong or odd about ink."""

    NO_INK = "no_ink"
    SOURCE_REFUSED = "source_refused"
    FEW_SAMPLES = "few_samples"
    FLAT_PRESSURE = "flat_pressure"
    TOO_SHORT = "too_short"
    LOST_SAMPLES = "lost_samples"


@dataclass(frozen=True)
class InkPolicy:
    """Head office's limits: sources refused, samples/s, microseconds, and losses in 1/10 000."""

    refused_sources: frozenset[Source] = frozenset({Source.MOUSE})
    least_rate: int = 40
    least_us: int = 300_000
    most_lost_bp: int = 200


@dataclass(frozen=True)
class InkQuality:
    """The measures of one record and what follows from them.

    ``rate`` samples per second inside strokes, rounded down; ``pressure_steps`` how many
    different pressures occur while the pen touches; ``duration_us`` first to last touch;
    ``lost_bp`` lost readings in 1/10 000 of all; ``refused`` must stop, ``warned`` a person weighs.
    """

    rate: int
    pressure_steps: int
    duration_us: int
    lost_bp: int
    refused: tuple[Concern, ...]
    warned: tuple[Concern, ...]

    @property
    def acceptable(self) -> bool:
        """Say whether the record may be used at all."""
        return not self.refused


def weigh(record: InkRecord, policy: InkPolicy) -> InkQuality:
    """Measure a record and hold it against the policy."""
    touching = [sample for sample in record.samples if sample.down]
    total = len(record.samples) + record.dropped
    measured = InkQuality(
        rate=_rate(record),
        pressure_steps=len({record.axes.steps(sample.pressure) for sample in touching}),
        duration_us=record.duration_us,
        lost_bp=record.dropped * 10_000 // total if total else 0,
        refused=_refusals(record, touching, policy),
        warned=(),
    )
    if not touching:
        return measured
    return replace(measured, warned=_warnings(measured, policy))


def _refusals(record: InkRecord, touching: list[Sample], policy: InkPolicy) -> tuple[Concern, ...]:
    found = []
    if not touching:
        found.append(Concern.NO_INK)
    if record.source in policy.refused_sources:
        found.append(Concern.SOURCE_REFUSED)
    return tuple(found)


def _warnings(measured: InkQuality, policy: InkPolicy) -> tuple[Concern, ...]:
    odd = {
        Concern.FEW_SAMPLES: measured.rate < policy.least_rate,
        Concern.FLAT_PRESSURE: measured.pressure_steps < 2,
        Concern.TOO_SHORT: measured.duration_us < policy.least_us,
        Concern.LOST_SAMPLES: measured.lost_bp > policy.most_lost_bp,
    }
    return tuple(concern for concern, holds in odd.items() if holds)


def _rate(record: InkRecord) -> int:
    """Count the samples while the pen touches, per second of touching.

    Pauses between strokes say nothing about the pad's rate, so only time inside strokes counts.
    """
    intervals = [
        sample.dt_us
        for first, count in record.spans()
        for sample in record.samples[first + 1 : first + count]
    ]
    lasted = sum(intervals)
    return len(intervals) * _SECOND_US // lasted if lasted else 0


def explain(concern: Concern) -> Text:
    """Say a concern to the clerk."""
    return _SENTENCES[concern]


_SENTENCES = {
    Concern.NO_INK: t("Nothing was drawn."),
    Concern.SOURCE_REFUSED: t("It was drawn with a mouse, not with a pen."),
    Concern.FEW_SAMPLES: t("The pad delivered too few points per second."),
    Concern.FLAT_PRESSURE: t("The pressure never changed."),
    Concern.TOO_SHORT: t("It took less than a third of a second."),
    Concern.LOST_SAMPLES: t("Part of the points was lost on the cable."),
}
