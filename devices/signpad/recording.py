"""What every pad driver does with its readings: collect, time, and give them out once or never.

States of a recording, and what moves it:

    RUNNING  --finish-->  FINISHED      a record comes out, once
    RUNNING  --break_-->  BROKEN        all readings are thrown away; finish raises the cause
"""

from datetime import datetime

from app.kit.clock import Clock
from app.kit.errors.base import BugError
from devices.kit.errors import DeviceError
from devices.signpad.api import Axes, InkRecord, PadIdentity, Sample, SigningRequest, Source


class Recording:
    """The readings of one signature while it is written. Times are monotonic microseconds."""

    def __init__(self, request: SigningRequest, axes: Axes, clock: Clock) -> None:
        self.request = request
        self.axes = axes
        self.started: datetime = clock.now()
        self.started_us = round(clock.monotonic() * 1_000_000)
        self._samples: list[Sample] = []
        self._last_us: int | None = None
        self._cause: DeviceError | None = None
        self._finished = False

    @property
    def last(self) -> Sample | None:
        """The newest reading, if there is one."""
        return self._samples[-1] if self._samples else None

    def add(
        self,
        *,
        at_us: int,
        x: int,
        y: int,
        steps: int,
        near: bool,
        down: bool,
        tilt: tuple[int, int] = (0, 0),
    ) -> Sample:
        """Append one reading and give it as a sample.

        What lies outside the axes is moved to their edge: the pen may leave the calibrated area. A
        time before the last reading counts as the same moment, since time never goes back.
        """
        self._running()
        axes, last = self.axes, self._last_us
        at_us = at_us if last is None else max(at_us, last)
        sample = Sample(
            x=_within(x, axes.x_max),
            y=_within(y, axes.y_max),
            pressure=axes.pressure(_within(steps, axes.p_max)),
            dt_us=0 if last is None else at_us - last,
            near=near or down,
            down=down,
            tilt_x=tilt[0] if axes.tilt else 0,
            tilt_y=tilt[1] if axes.tilt else 0,
        )
        self._samples.append(sample)
        self._last_us = at_us
        return sample

    def clear(self) -> None:
        """Throw the readings away and go on; the next one is the first."""
        self._running()
        self._samples.clear()
        self._last_us = None

    def break_(self, cause: DeviceError) -> None:
        """Throw everything away for good; ``finish`` will raise the cause."""
        self._samples.clear()
        self._cause = cause

    def finish(self, *, device: PadIdentity, source: Source, dropped: int) -> InkRecord:
        """Give the record, once. Raises the cause if the recording was broken."""
        self._running()
        self._finished = True
        return InkRecord(
            device=device,
            axes=self.axes,
            source=source,
            started=self.started,
            started_us=self.started_us,
            samples=tuple(self._samples),
            dropped=dropped,
            request=self.request,
        )

    def _running(self) -> None:
        if self._cause is not None:
            raise self._cause
        if self._finished:
            raise BugError("a finished recording takes nothing more")


def _within(value: int, top: int) -> int:
    return min(max(value, 0), top)
