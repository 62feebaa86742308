"""The words of the devices screen and of the strip that are chosen by how a device stands."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.devices.presenter import DeviceView
from ui.theme.tokens import Mood

KINDS: Mapping[str, Text] = {"seal": t("Seal machine"), "pad": t("Signature pad")}
STANDINGS: Mapping[str, tuple[Text, Mood]] = {
    "ready": (t("ready"), Mood.OK),
    "absent": (t("not connected"), Mood.STOP),
    "trouble": (t("trouble"), Mood.STOP),
}
MACHINE_STATES: Mapping[str, Text] = {
    "LOCKED": t("Locked, no seal can move"),
    "AUTHED": t("Proofs taken"),
    "ARMED": t("Armed for a permit"),
    "STAMPING": t("Stamping"),
    "CAPTURING": t("Taking the photograph"),
    "FAULT": t("Fault: look into the machine"),
    "TAMPERED": t("Tampering reported"),
    "INDETERMINATE": t("An impression is in doubt"),
    "MAINTENANCE": t("In maintenance"),
}


def kind(view: DeviceView) -> Text:
    """Say what a device is."""
    return KINDS[view.kind]


def standing(view: DeviceView) -> tuple[Text, Mood]:
    """Say how a device stands, in a word for the strip."""
    return STANDINGS[view.state]


def machine_state(code: str) -> Text | str:
    """Say the machine's own state; nothing where it told none."""
    return MACHINE_STATES.get(code, code)
