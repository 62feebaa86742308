"""How a pad listens and when it stops: the one pump all drivers share."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto

from app.kit.clock import Clock
from devices.kit.errors import Cancelled, DeviceError, Timeout
from devices.signpad.api import Sample, Watch
from devices.signpad.recording import Recording

LOOK_S = 0.1
"""The longest a driver waits before it looks at the switches again, in seconds."""


class Verdict(Enum):
    """What to do after a look at the switches and the clock."""

    GO_ON = auto()
    DONE = auto()
    CANCELLED = auto()
    NEVER_TOUCHED = auto()
    TOO_LONG = auto()


class Vigil:
    """Watches one signature: fed with samples, asked for a verdict at least every 100 ms.

    Cancel wins over Done. ``rest_s`` counts from the last sample with a pen near, and only once
    something was drawn.
    """

    def __init__(self, watch: Watch, clock: Clock) -> None:
        self._watch = watch
        self._clock = clock
        self._begun = clock.monotonic()
        self._last_near: float | None = None

    def saw(self, sample: Sample) -> None:
        """Take note of a sample that was just given out."""
        if sample.down or (sample.near and self._last_near is not None):
            self._last_near = self._clock.monotonic()

    def verdict(self) -> Verdict:
        """Say whether listening goes on."""
        watch, now = self._watch, self._clock.monotonic()
        if watch.cancel.is_set():
            return Verdict.CANCELLED
        if watch.done.is_set():
            return Verdict.DONE
        if self._last_near is None:
            waited = now - self._begun >= watch.first_touch_s
            return Verdict.NEVER_TOUCHED if waited else Verdict.GO_ON
        if watch.rest_s is not None and now - self._last_near >= watch.rest_s:
            return Verdict.DONE
        return Verdict.TOO_LONG if now - self._begun >= watch.longest_s else Verdict.GO_ON


def listen(
    recording: Recording,
    watch: Watch,
    *,
    clock: Clock,
    device: str,
    fetch: Callable[[], Iterable[Sample]],
    clear: Callable[[], None],
) -> Iterator[Sample]:
    """Give samples until the watch is over.

    ``fetch`` waits at most LOOK_S seconds and gives what came; at the end it is asked until it
    gives nothing twice, at most for 2 LOOK_S, so that the last stroke before Accept is whole even
    where the line hands it over in pieces. ``clear`` wipes pad and recording. Any DeviceError of
    them, Cancelled and Timeout break the recording for good.
    """
    vigil = Vigil(watch, clock)
    try:
        while True:
            if watch.again.is_set():
                watch.again.clear()
                clear()
                vigil = Vigil(watch, clock)
            over = _over(vigil.verdict(), device)
            if over:
                yield from _the_rest(fetch, clock)
                return
            for sample in fetch():
                vigil.saw(sample)
                yield sample
    except DeviceError as cause:
        recording.break_(cause)
        raise


def _the_rest(fetch: Callable[[], Iterable[Sample]], clock: Clock) -> Iterator[Sample]:
    """Give what is still on its way; a pen that stays on the pad does not hold the end up."""
    latest = clock.monotonic() + 2 * LOOK_S
    silences = 0
    while silences < 2 and clock.monotonic() < latest:  # one alone may have been half a packet
        came = list(fetch())
        silences = 0 if came else silences + 1
        yield from came


def _over(verdict: Verdict, device: str) -> bool:
    """Turn a verdict into going on, a good end, or an error."""
    if verdict is Verdict.CANCELLED:
        raise Cancelled(device, "signing")
    if verdict is Verdict.NEVER_TOUCHED:
        raise Timeout(device, "first touch")
    if verdict is Verdict.TOO_LONG:
        raise Timeout(device, "signature without end")
    return verdict is Verdict.DONE
