"""What became of one impression, judged from verified log entries alone."""

from collections.abc import Sequence

from devices.kit import errors
from devices.kit.trace import Traced
from devices.seal import api
from devices.seal.log import Phase

_STEPS = (Phase.INTENT, Phase.DOWN, Phase.DONE, Phase.ABORTED, Phase.INDETERMINATE, Phase.IMAGE)


def judge(
    op: api.OpHandle,
    entries: Sequence[api.LogEntry],
    device: str,
    evidence: tuple[Traced, ...] = (),
) -> api.Outcome:
    """Rule on an order from all entries after it, once the machine is at rest.

    No INTENT: it never began. A contact and an end: done. A stop before contact: not done. The
    machine's own doubt: in doubt. Raises Indeterminate for an INTENT with neither end nor doubt,
    CounterAnomaly for a second contact under the same number.
    """
    own = [
        entry
        for entry in entries
        if (entry.permit_id, entry.index) == (op.permit_id, op.index) and entry.phase in _STEPS
    ]
    downs = [entry for entry in own if entry.phase is Phase.DOWN]
    if len(downs) > 1:
        raise errors.CounterAnomaly(device, "impression", 1, len(downs), evidence)
    if not own:
        return api.NotDone(None)
    ends = [entry for entry in own if entry.phase is Phase.DONE]
    if downs and ends:
        return api.Done(downs[0], ends[0], _photo(own))
    last = own[-1]
    if last.phase is Phase.INDETERMINATE:
        return api.InDoubt(last)
    if last.phase is Phase.ABORTED and not downs:
        return api.NotDone(last.cause)
    raise errors.Indeterminate(device, str(op.permit_id), op.index, evidence)


def _photo(own: Sequence[api.LogEntry]) -> bytes | None:
    hashes = [entry.image_sha256 for entry in own if entry.phase is Phase.IMAGE]
    return hashes[-1] if hashes else None
