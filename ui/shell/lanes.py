"""The lanes a page may put work on; a device's lane is the only place its port is touched."""

from dataclasses import dataclass, field
from threading import Event

from app.kit.lanes import Lane


@dataclass(frozen=True)
class DeskLanes:
    """``desk`` runs presenters, ``network`` talks to head office, ``machine``, ``pad``
    and ``printer`` devices.

    Whoever keeps the seal machine or the pad open across several calls sets ``machine_held`` or
    ``pad_held`` for as long, so that nobody asks the device how it is meanwhile.
    """

    desk: Lane
    network: Lane
    machine: Lane
    pad: Lane
    printer: Lane
    machine_held: Event = field(default_factory=Event)
    pad_held: Event = field(default_factory=Event)
