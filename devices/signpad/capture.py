"""One signature from the first touch to an accepted record: what runs on the pad's lane."""

from collections.abc import Callable
from dataclasses import dataclass

from app.kit.errors import signpad as problems
from app.kit.errors.base import BranchError
from devices.kit.errors import Cancelled, DeviceError, Disconnected, Timeout
from devices.signpad.api import InkRecord, Sample, SignaturePad, SigningRequest, Watch
from devices.signpad.quality import InkPolicy, InkQuality, explain, weigh


@dataclass(frozen=True)
class Captured:
    """A record and what was measured in it; its warnings are for the clerk to weigh."""

    record: InkRecord
    quality: InkQuality


def capture(
    pad: SignaturePad,
    request: SigningRequest,
    watch: Watch,
    policy: InkPolicy,
    *,
    ready: Callable[[], None],
    seen: Callable[[Sample], None],
) -> Captured:
    """Let somebody sign on an open pad.

    ``ready`` is called once when the pad listens: now ask the customer to sign, for what was
    written before counts for nothing. ``seen`` gets each sample at once, to draw it.

    Raises BranchError when the pad goes away, nobody signs, or policy refuses the ink, and
    Cancelled when a person stops. In all of these nothing is kept.
    """
    try:
        pad.start(request)
        ready()
        for sample in pad.samples(watch):
            seen(sample)
        record = pad.stop()
    except Cancelled:
        raise
    except Disconnected as error:
        raise BranchError(problems.signature_broken_off(error.device)) from error
    except Timeout as error:
        raise BranchError(problems.signature_not_given(error.device)) from error
    except DeviceError as error:
        raise BranchError(error.problem()) from error
    quality = weigh(record, policy)
    if not quality.acceptable:
        raise BranchError(problems.ink_refused(explain(quality.refused[0])))
    return Captured(record, quality)
