"""The signature pad as areas see it: a port, what it gives, and the ink record ``ink/1``.

A pad is used in this order, all of it on the pad's own lane:

    open -> start(request) -> samples(watch) -> stop() -> close
                  ^   clear() throws away what was drawn; samples(watch) goes on

A record exists only when ``stop`` returned it. Whatever ends a signature before that (cable,
Cancel, time) leaves nothing behind: there is no half signature.

Co-ordinates are whole pad units, x to the right and y down from the top left corner, 0..x_max and
0..y_max. Time is microseconds of the pad's or the machine's monotonic clock.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from threading import Event
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from devices.kit import cbor

FORMAT = "ink/1"
_NEAR, _DOWN = 1, 2


class Source(StrEnum):
    """What the ink was written with."""

    TOPAZ = "topaz"
    QTABLET = "qtablet"
    TOUCH = "touch"
    MOUSE = "mouse"


@dataclass(frozen=True, slots=True)
class Axes:
    """The measures of a pad.

    ``x_max``/``y_max`` pad units, ``p_max`` pressure steps (0: measures no pressure), ``dpi`` pad
    units per inch (0: unknown), ``rate`` positions per second it promises (0: promises nothing),
    ``tilt`` whether it measures the lean of the pen.
    """

    x_max: int
    y_max: int
    p_max: int
    dpi: int
    rate: int
    tilt: bool = False

    def __post_init__(self) -> None:
        _need(self.x_max > 0 and self.y_max > 0, "a pad has an area")
        _need(min(self.p_max, self.dpi, self.rate) >= 0, "a measure is never negative")

    @property
    def aspect(self) -> float:
        """Width of the writing area divided by its height."""
        return self.x_max / self.y_max

    def pressure(self, steps: int) -> float:
        """Give a pressure of 0..p_max steps as 0..1; 0.0 for a pad without pressure."""
        return steps / self.p_max if self.p_max else 0.0

    def steps(self, pressure: float) -> int:
        """Give a pressure of 0..1 as the nearest of 0..p_max steps."""
        return round(pressure * self.p_max)


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of the pen.

    ``x``, ``y`` pad units; ``pressure`` 0..1; ``dt_us`` microseconds since the sample before (0 for
    the first); ``near`` the pen is felt; ``down`` it touches; ``tilt_x``/``tilt_y`` whole degrees,
    -90..90, right and towards the signer, 0 where the pad measures none.
    """

    x: int
    y: int
    pressure: float
    dt_us: int
    near: bool
    down: bool
    tilt_x: int = 0
    tilt_y: int = 0


class InkPoint(NamedTuple):
    """A point of a stroke: all three 0..1; times ``Axes.aspect`` x is in the measure of y."""

    x: float
    y: float
    pressure: float


Stroke: TypeAlias = tuple[InkPoint, ...]


@dataclass(frozen=True, slots=True)
class PadIdentity:
    """Which pad it was; empty text and None where the pad does not say."""

    driver: str
    model: str
    serial: str = ""
    firmware: str = ""
    vid: int | None = None
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Rect:
    """A place on a page: 0.1 mm from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class InkDocument:
    """What is signed: SHA-256 of the file (64 hex digits), its version, page from 1, and place."""

    sha256: str
    version: int
    page: int
    rect: Rect

    def __post_init__(self) -> None:
        _need_sha(self.sha256)
        _need(self.version >= 0 and self.page >= 1, "versions count from 0, pages from 1")
        _need(self.rect.width > 0 and self.rect.height > 0, "a place has a size")


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """Who signs what, and what was put before them.

    ``signer`` and ``witness`` are ids of persons (witness may be empty); ``consent_sha256`` is the
    hash of the consent text they accepted; ``prompt`` is the sentence shown while they wrote.
    """

    document: InkDocument
    signer: str
    consent_sha256: str
    prompt: str
    witness: str = ""

    def __post_init__(self) -> None:
        _need_sha(self.consent_sha256)
        _need(self.signer != "", "ink belongs to a signer")


@dataclass(frozen=True)
class Watch:
    """How long to go on listening, and three switches another thread may throw.

    ``cancel`` ends with Cancelled, ``done`` ends in order (the signer pressed Accept), ``again``
    clears what was drawn and goes on (the pad resets the switch; the times begin anew).
    ``first_touch_s`` seconds for the first ink, then Timeout. ``rest_s`` seconds without the pen
    after which a drawn signature counts as finished; None leaves the end to ``done``. ``longest_s``
    seconds for the whole signature, then Timeout: a pad that chatters by itself must end too.
    """

    cancel: Event = field(default_factory=Event)
    done: Event = field(default_factory=Event)
    again: Event = field(default_factory=Event)
    first_touch_s: float = 120.0
    rest_s: float | None = None
    longest_s: float = 300.0


@dataclass(frozen=True, slots=True)
class InkRecord:
    """One finished signature, bound to its document: the content of ``ink/1``.

    ``dropped`` counts the readings known to be lost on the way. ``started`` is the wall time (UTC,
    a hint) and ``started_us`` the monotonic microseconds of the machine at ``start``. Raises
    ValueError for values that no pad can have given, so that what is encoded can be decoded.
    """

    device: PadIdentity
    axes: Axes
    source: Source
    started: datetime
    started_us: int
    samples: tuple[Sample, ...]
    dropped: int
    request: SigningRequest

    def __post_init__(self) -> None:
        _need(self.started.tzinfo is not None, "the time of ink is aware")
        _need(self.started_us >= 0 and self.dropped >= 0, "time and losses are never negative")
        for sample in self.samples:
            _check_sample(sample, self.axes)

    @property
    def duration_us(self) -> int:
        """Microseconds from the first touch to the last."""
        touching = [index for index, sample in enumerate(self.samples) if sample.down]
        if not touching:
            return 0
        return sum(sample.dt_us for sample in self.samples[touching[0] + 1 : touching[-1] + 1])

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Give the strokes as (first sample, number of samples)."""
        found: list[tuple[int, int]] = []
        first: int | None = None
        for index, sample in enumerate((*self.samples, None)):
            touching = sample is not None and sample.down
            if touching and first is None:
                first = index
            elif not touching and first is not None:
                found.append((first, index - first))
                first = None
        return tuple(found)

    def strokes(self) -> tuple[Stroke, ...]:
        """Give the drawn lines in 0..1 of the whole writing area, to be painted.

        A pad without pressure gives 0.5, an even line of middle width.
        """
        return tuple(
            tuple(self._point(sample) for sample in self.samples[first : first + count])
            for first, count in self.spans()
        )

    def _point(self, sample: Sample) -> InkPoint:
        pressure = sample.pressure if self.axes.p_max else 0.5
        return InkPoint(sample.x / self.axes.x_max, sample.y / self.axes.y_max, pressure)


class SignaturePad(Protocol):
    """A pad at this desk. Every method may raise a ``devices.kit.errors.DeviceError``."""

    def open(self) -> None:
        """Take hold of the pad. Raises NotFound, PermissionDenied or Busy."""
        ...

    def identity(self) -> PadIdentity:
        """Say which pad this is, as far as it has told by now."""
        ...

    def info(self) -> Axes:
        """Give the measures of the open pad. Raises NotFound when none is there."""
        ...

    def start(self, request: SigningRequest) -> None:
        """Begin an empty recording; what the pad sent before belongs to nobody."""
        ...

    def samples(self, watch: Watch) -> Iterator[Sample]:
        """Give the readings as they come, until ``watch`` says it is over.

        Looks at the switches at least every 100 ms. Raises Cancelled, Timeout or Disconnected; the
        recording is then gone and ``stop`` raises the same error again.
        """
        ...

    def clear(self) -> None:
        """Throw away what was drawn, on the pad and in the recording; the request stays."""
        ...

    def stop(self) -> InkRecord:
        """End the recording and give it. Raises what broke it, if anything did."""
        ...

    def close(self) -> None:
        """Let the pad go, with any unfinished recording; closing twice is no error."""
        ...


def encode_ink(record: InkRecord) -> bytes:
    """Give the one canonical CBOR encoding (RFC 8949, 4.2.1) of a record; it holds no float."""
    return cbor.encode(
        {
            "format": FORMAT,
            "device": _device_map(record.device),
            "axes": _axes_map(record.axes),
            "source": record.source.value,
            "clock": {"utc": _utc_text(record.started), "monotonic_us": record.started_us},
            "samples": _columns(record),
            "strokes": [list(span) for span in record.spans()],
            "dropped": record.dropped,
            **_request_map(record.request),
        }
    )


def ink_hash(record: InkRecord) -> str:
    """Give the SHA-256 of the encoded record as 64 hex digits: what signatures are made over."""
    return hashlib.sha256(encode_ink(record)).hexdigest()


class NotInk(ValueError):  # noqa: N818 - it names what was seen, as house errors do
    """The octets are not an ``ink/1`` record as we write it."""


def decode_ink(octets: bytes) -> InkRecord:
    """Read a record back. Raises NotInk unless the octets are its one encoding, whole and true.

    Strokes are written for readers who know no flags; here they must agree with the flags.
    """
    try:
        top = _Fields(cbor.decode(octets), _TOP)
        record = _record_of(top)
        agrees = encode_ink(record) == octets
    except ValueError as error:
        raise NotInk(str(error)) from error
    if not agrees:
        raise NotInk("the strokes or the clock are not written as this record's are")
    return record


_TOP = (
    "format device axes source clock samples strokes dropped"
    " doc signer witness consent_sha256 prompt"
)


class _Fields:
    """A map with exactly the fields a format names, each read as the kind it must have."""

    def __init__(self, value: cbor.Plain, fields: str) -> None:
        names = set(fields.split())
        _need(isinstance(value, dict) and set(value) == names, f"the fields are: {fields}")
        self._values: dict[str, cbor.Plain] = dict(value) if isinstance(value, dict) else {}

    def of(self, name: str, fields: str) -> "_Fields":
        return _Fields(self._values[name], fields)

    def text(self, name: str) -> str:
        return _as(str, self._values[name], name)

    def octets(self, name: str) -> bytes:
        return _as(bytes, self._values[name], name)

    def truth(self, name: str) -> bool:
        return _as(bool, self._values[name], name)

    def whole(self, name: str) -> int:
        return _whole(self._values[name], name)

    def whole_or_none(self, name: str) -> int | None:
        return None if self._values[name] is None else self.whole(name)

    def row(self, name: str) -> list[int]:
        return [_whole(item, name) for item in _as(list, self._values[name], name)]


_Kind = TypeVar("_Kind")


def _as(kind: type[_Kind], value: object, name: str) -> _Kind:
    if not isinstance(value, kind):
        raise NotInk(f"{name} is a {kind.__name__}")
    return value


def _whole(value: object, name: str) -> int:
    _need(not isinstance(value, bool), f"{name} is a number")
    return _as(int, value, name)


def _record_of(top: _Fields) -> InkRecord:
    _need(top.text("format") == FORMAT, f"only {FORMAT} is read")
    clock = top.of("clock", "utc monotonic_us")
    axes = _axes_of(top.of("axes", "x_max y_max p_max dpi rate tilt"))
    return InkRecord(
        device=_device_of(top.of("device", "driver vid pid model serial fw")),
        axes=axes,
        source=Source(top.text("source")),
        started=datetime.strptime(clock.text("utc"), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        started_us=clock.whole("monotonic_us"),
        samples=_samples_of(top, axes),
        dropped=top.whole("dropped"),
        request=_request_of(top),
    )


def _device_of(device: _Fields) -> PadIdentity:
    return PadIdentity(
        driver=device.text("driver"),
        model=device.text("model"),
        serial=device.text("serial"),
        firmware=device.text("fw"),
        vid=device.whole_or_none("vid"),
        pid=device.whole_or_none("pid"),
    )


def _axes_of(axes: _Fields) -> Axes:
    return Axes(
        x_max=axes.whole("x_max"),
        y_max=axes.whole("y_max"),
        p_max=axes.whole("p_max"),
        dpi=axes.whole("dpi"),
        rate=axes.whole("rate"),
        tilt=axes.truth("tilt"),
    )


def _samples_of(top: _Fields, axes: Axes) -> tuple[Sample, ...]:
    columns = top.of("samples", "x y p dt_us flags" + (" tilt_x tilt_y" if axes.tilt else ""))
    flags = columns.octets("flags")
    _need(all(flag <= _NEAR | _DOWN for flag in flags), "two flags, not more")
    none = [0] * len(flags)
    lean = [columns.row(name) if axes.tilt else none for name in ("tilt_x", "tilt_y")]
    steps = columns.row("p")
    _need(all(0 <= step <= axes.p_max for step in steps), "pressure within the pad's steps")
    rows = zip(
        columns.row("x"), columns.row("y"), steps, columns.row("dt_us"), flags, *lean, strict=True
    )
    return tuple(
        Sample(x, y, axes.pressure(p), dt, bool(flag & _NEAR), bool(flag & _DOWN), tx, ty)
        for x, y, p, dt, flag, tx, ty in rows
    )


def _request_of(top: _Fields) -> SigningRequest:
    document = top.of("doc", "sha256 version page rect")
    rect = document.row("rect")
    _need(len(rect) == 4, "a place is four numbers")
    return SigningRequest(
        document=InkDocument(
            sha256=document.octets("sha256").hex(),
            version=document.whole("version"),
            page=document.whole("page"),
            rect=Rect(*rect),
        ),
        signer=top.text("signer"),
        consent_sha256=top.octets("consent_sha256").hex(),
        prompt=top.text("prompt"),
        witness=top.text("witness"),
    )


def _device_map(device: PadIdentity) -> dict[str, cbor.Plain]:
    return {
        "driver": device.driver,
        "vid": device.vid,
        "pid": device.pid,
        "model": device.model,
        "serial": device.serial,
        "fw": device.firmware,
    }


def _axes_map(axes: Axes) -> dict[str, cbor.Plain]:
    return {
        "x_max": axes.x_max,
        "y_max": axes.y_max,
        "p_max": axes.p_max,
        "dpi": axes.dpi,
        "rate": axes.rate,
        "tilt": axes.tilt,
    }


def _columns(record: InkRecord) -> dict[str, cbor.Plain]:
    """Lay the samples out in columns; tilt only where the pad measures it."""
    samples = record.samples
    columns: dict[str, cbor.Plain] = {
        "x": [sample.x for sample in samples],
        "y": [sample.y for sample in samples],
        "p": [record.axes.steps(sample.pressure) for sample in samples],
        "dt_us": [sample.dt_us for sample in samples],
        "flags": bytes(_NEAR * sample.near | _DOWN * sample.down for sample in samples),
    }
    if record.axes.tilt:
        columns["tilt_x"] = [sample.tilt_x for sample in samples]
        columns["tilt_y"] = [sample.tilt_y for sample in samples]
    return columns


def _request_map(request: SigningRequest) -> dict[str, cbor.Plain]:
    document, rect = request.document, request.document.rect
    return {
        "doc": {
            "sha256": bytes.fromhex(document.sha256),
            "version": document.version,
            "page": document.page,
            "rect": [rect.x, rect.y, rect.width, rect.height],
        },
        "signer": request.signer,
        "witness": request.witness,
        "consent_sha256": bytes.fromhex(request.consent_sha256),
        "prompt": request.prompt,
    }


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _check_sample(sample: Sample, axes: Axes) -> None:
    _need(0 <= sample.x <= axes.x_max and 0 <= sample.y <= axes.y_max, "ink outside the pad")
    _need(0.0 <= sample.pressure <= 1.0, "pressure is 0..1")
    _need(
        axes.pressure(axes.steps(sample.pressure)) == sample.pressure,
        "a pressure is one of the pad's steps",
    )
    _need(sample.dt_us >= 0, "time never goes back")
    _need(sample.near or not sample.down, "a pen that touches is near")
    _need(abs(sample.tilt_x) <= 90 and abs(sample.tilt_y) <= 90, "tilt is -90..90 degrees")
    _need(axes.tilt or sample.tilt_x == sample.tilt_y == 0, "this pad measures no tilt")


def _need_sha(text: str) -> None:
    _need(len(text) == 64 and set(text) <= set("0123456789abcdef"), "SHA-256 is 64 hex digits")


def _need(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)
