"""What the devices screen decides: which devices this desk has and how they are."""

from dataclasses import dataclass
from typing import Literal

from app.kit.errors.base import BranchError, Problem
from app.kit.words import Text, t
from app.seals.queries import machine_card
from devices.kit.errors import DeviceError
from devices.seal.api import DeviceState
from ui.shell.ports import Desk


@dataclass(frozen=True)
class DeviceView:
    """One device; ``problem`` says what is wrong where it does not answer."""

    kind: Literal["seal", "pad"]
    name: str
    state: Literal["ready", "absent", "trouble"]
    detail: Text
    problem: Problem | None = None
    standing: str = ""
    """The machine's own state where it told one, for instance ``LOCKED``."""


class DevicesPresenter:
    """The devices of this desk; every question is asked on the device's own lane."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def seal_machine(self) -> DeviceView:
        """Ask the seal machine who it is and how it stands."""
        device_id = self._desk.seal_machine_id()
        if not device_id:
            return DeviceView("seal", "–", "absent", t("No seal machine is set up at this desk."))
        paired = self._desk.read(machine_card, device_id)
        name = paired.name if paired else device_id
        try:
            with self._desk.seal_machine() as machine:
                identity, status = machine.identify(), machine.status()
        except DeviceError as error:
            problem = error.problem()
            return DeviceView("seal", name, "trouble", problem.what, problem)
        except BranchError as error:
            return DeviceView("seal", name, "trouble", error.problem.what, error.problem)
        detail = t("Counter {total}, log {log}", total=identity.total, log=identity.log_sequence)
        locked = status.state is DeviceState.LOCKED
        return DeviceView(
            "seal", name, "ready" if locked else "trouble", detail, None, status.state.name
        )

    def pad(self) -> DeviceView:
        """Ask the signature pad what it is."""
        pad = self._desk.pad()
        try:
            pad.open()
            identity, axes = pad.identity(), pad.info()
        except DeviceError as error:
            problem = error.problem()
            return DeviceView("pad", "–", "absent", problem.what, problem)
        finally:
            pad.close()
        detail = t("{width} × {height} units, {rate} a second", width=axes.x_max,
                   height=axes.y_max, rate=axes.rate)  # fmt: skip
        return DeviceView("pad", identity.model, "ready", detail)

    def devices(self) -> list[DeviceView]:
        """Ask every device of this desk."""
        return [self.seal_machine(), self.pad()]
