"""Counts of one hub process, and the text Prometheus reads them in (exposition format 0.0.4).

Counters and histograms are this process's own and begin at nought with it; gauges are read from the
database when they are asked for, so every process of a hub tells the same. Labels are routes, codes
and states of ours, never a workstation or a scope: their number stays small.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from sync.hub.seen import Seen
from sync.hub.tables import (
    audit_chain,
    blob,
    blob_part,
    device,
    log_due,
    log_entry,
    scope_head,
)

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram's buckets, in seconds."""


@dataclass(frozen=True)
class Gauge:
    """A figure as it is now, with what it says."""

    name: str
    words: str
    value: float


@dataclass
class _Seconds:
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def note(self, seconds: float) -> None:
        place = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        self.buckets[place] += 1
        self.total += seconds


@dataclass
class Metrics:
    """What one process has counted since it began; any thread may note and read."""

    _requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    _refused: Counter[str] = field(default_factory=Counter)
    _bytes: Counter[str] = field(default_factory=Counter)
    _rows: Counter[str] = field(default_factory=Counter)
    _results: Counter[str] = field(default_factory=Counter)
    _seconds: dict[str, _Seconds] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, seen: Seen) -> None:
        """Count a request that is over."""
        with self._lock:
            self._requests[seen.route, str(seen.status)] += 1
            self._seconds.setdefault(seen.route, _Seconds()).note(seen.seconds)
            self._bytes.update({"in": seen.bytes_in, "out": seen.bytes_out})
            self._rows.update({"in": seen.rows_in, "out": seen.rows_out})
            self._results.update(seen.results)
            if seen.code:
                self._refused[seen.code] += 1

    def text(self, gauges: Sequence[Gauge] = ()) -> str:
        """Write everything; lines end with a line feed, as the format asks."""
        with self._lock:
            lines = [*self._counters(), *self._histogram()]
        for gauge in gauges:
            lines += _head(gauge.name, gauge.words, "gauge")
            lines.append(_line(gauge.name, (), gauge.value))
        return "\n".join(lines) + "\n"

    def _counters(self) -> Iterator[str]:
        yield from _family(
            "sealdesk_hub_requests_total",
            "Requests answered, by route and status.",
            (((("route", r), ("status", s)), n) for (r, s), n in self._requests.items()),
        )
        yield from _family(
            "sealdesk_hub_refused_total",
            "Requests that got no answer but a trouble, by its code.",
            (((("code", code),), n) for code, n in self._refused.items()),
        )
        yield from _family(
            "sealdesk_hub_body_bytes_total",
            "Bytes of bodies, by direction.",
            (((("direction", way),), n) for way, n in self._bytes.items()),
        )
        yield from _family(
            "sealdesk_hub_rows_total",
            "Mutations taken in and rows of pages given out.",
            (((("direction", way),), n) for way, n in self._rows.items()),
        )
        yield from _family(
            "sealdesk_hub_results_total",
            "Final words on mutations, by status.",
            (((("status", status),), n) for status, n in self._results.items()),
        )

    def _histogram(self) -> Iterator[str]:
        name = "sealdesk_hub_request_seconds"
        yield from _head(name, "How long requests took, from the first byte heard.", "histogram")
        for route, seconds in sorted(self._seconds.items()):
            so_far = 0
            for bound, n in zip((*map(str, BOUNDS), "+Inf"), seconds.buckets, strict=True):
                so_far += n
                yield _line(f"{name}_bucket", (("route", route), ("le", bound)), so_far)
            yield _line(f"{name}_sum", (("route", route),), seconds.total)
            yield _line(f"{name}_count", (("route", route),), so_far)


Labels = tuple[tuple[str, str], ...]


def _family(name: str, words: str, samples: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield from _head(name, words, "counter")
    for labels, value in sorted(samples):
        yield _line(name, labels, value)


def _head(name: str, words: str, kind: str) -> list[str]:
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Labels, value: float) -> str:
    said = ",".join(f'{label}="{_quoted(text)}"' for label, text in labels)
    return f"{name}{{{said}}} {value}" if said else f"{name} {value}"


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def gauges_of(connection: Connection) -> list[Gauge]:
    """Read the figures every process of this hub shares."""

    def sum_of(*figures: object) -> list[int]:
        row = connection.execute(select(*figures)).one()  # type: ignore[call-overload]
        return [int(figure or 0) for figure in row]

    scopes, rows = sum_of(func.count(), func.sum(scope_head.c.live_n))
    (stations,) = sum_of(func.count(device.c.device))
    (shut,) = sum_of(func.count(device.c.device).filter(device.c.revoked))
    files, size = sum_of(func.count(blob.c.sha256), func.sum(blob.c.size))
    (parts,) = sum_of(func.count(blob_part.c.sha256))
    (log_size,) = sum_of(func.max(log_entry.c.place) + 1)
    (due,) = sum_of(func.count(log_due.c.n))
    (faults,) = sum_of(func.count(audit_chain.c.chain).filter(audit_chain.c.fault != ""))
    return [
        Gauge("sealdesk_hub_scopes", "Scopes with a feed.", scopes),
        Gauge("sealdesk_hub_live_rows", "Live rows of all feeds.", rows),
        Gauge("sealdesk_hub_workstations", "Workstations taken in.", stations),
        Gauge("sealdesk_hub_workstations_revoked", "Workstations shut out.", shut),
        Gauge("sealdesk_hub_files", "Files that are whole.", files),
        Gauge("sealdesk_hub_files_bytes", "Bytes of the files that are whole.", size),
        Gauge("sealdesk_hub_files_unfinished", "Files on their way.", parts),
        Gauge("sealdesk_hub_audit_log_size", "Heads of audit chains in the log.", log_size),
        Gauge("sealdesk_hub_audit_log_due", "Heads that wait for their place in the log.", due),
        Gauge("sealdesk_hub_audit_faults", "Audit chains in which a line did not hold.", faults),
    ]
