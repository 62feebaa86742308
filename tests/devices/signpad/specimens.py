"""Values the pad tests share: a request, a small record, and strategies that draw any record."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from devices.signpad.api import (
    Axes,
    InkDocument,
    InkRecord,
    PadIdentity,
    Rect,
    Sample,
    SigningRequest,
    Source,
)

REQUEST = SigningRequest(
    document=InkDocument("ab" * 32, version=3, page=2, rect=Rect(1200, 2400, 500, 200)),
    signer="01890000-0000-7000-8000-000000000001",
    witness="01890000-0000-7000-8000-000000000002",
    consent_sha256="cd" * 32,
    prompt="请在此签名",
)
AXES = Axes(x_max=2150, y_max=1400, p_max=1023, dpi=410, rate=174)
TILTED = Axes(x_max=100, y_max=50, p_max=7, dpi=0, rate=0, tilt=True)
BLIND = Axes(x_max=100, y_max=50, p_max=0, dpi=96, rate=0)
STARTED = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)


def reading(x: int, y: int, steps: int, dt_us: int = 10_000, *, down: bool = True) -> Sample:
    """Give one sample on AXES, near in any case."""
    return Sample(x, y, steps / 1023, dt_us, near=True, down=down)


def record(
    *samples: Sample, axes: Axes = AXES, source: Source = Source.TOPAZ, dropped: int = 0
) -> InkRecord:
    """Give a record of these samples."""
    return InkRecord(
        device=PadIdentity("topaz", "SigLite 1x5", serial="1001", vid=0x0403, pid=0x6001),
        axes=axes,
        source=source,
        started=STARTED,
        started_us=123_456_789,
        samples=samples,
        dropped=dropped,
        request=REQUEST,
    )


SMALL = record(
    reading(10, 20, 0, 0, down=False),
    reading(11, 21, 300),
    reading(12, 25, 400),
    reading(13, 30, 0, down=False),
    reading(500, 700, 512),
)


@st.composite
def samples(draw: st.DrawFn, axes: Axes) -> Sample:
    """Draw any sample a pad with these axes may give."""
    near = draw(st.booleans())
    lean = st.integers(-90, 90) if axes.tilt else st.just(0)
    return Sample(
        x=draw(st.integers(0, axes.x_max)),
        y=draw(st.integers(0, axes.y_max)),
        pressure=axes.pressure(draw(st.integers(0, axes.p_max))),
        dt_us=draw(st.integers(0, 2**40)),
        near=near,
        down=near and draw(st.booleans()),
        tilt_x=draw(lean),
        tilt_y=draw(lean),
    )


@st.composite
def records(draw: st.DrawFn) -> InkRecord:
    """Draw any record."""
    axes = draw(st.sampled_from([AXES, TILTED, BLIND]))
    shas = st.binary(min_size=32, max_size=32).map(bytes.hex)
    rect = Rect(*draw(st.tuples(*[st.integers(1, 4000)] * 4)))
    number = st.none() | st.integers(0, 0xFFFF)
    return InkRecord(
        device=PadIdentity(*draw(st.tuples(*[st.text()] * 4)), draw(number), draw(number)),
        axes=axes,
        source=draw(st.sampled_from(Source)),
        started=draw(st.datetimes(timezones=st.just(UTC))),
        started_us=draw(st.integers(0, 2**60)),
        samples=tuple(draw(st.lists(samples(axes), max_size=12))),
        dropped=draw(st.integers(0, 1000)),
        request=SigningRequest(
            InkDocument(draw(shas), draw(st.integers(0, 99)), draw(st.integers(1, 99)), rect),
            signer=draw(st.text(min_size=1)),
            consent_sha256=draw(shas),
            prompt=draw(st.text()),
            witness=draw(st.text()),
        ),
    )
