"""The words of the drill that are chosen by what goes wrong, how a hand signs, how things stand."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.drill.ports import DemoLogin, Fault, MachineNow, Manner, Written
from ui.theme.tokens import Mood

FAULTS: Mapping[Fault, tuple[Text, Text]] = {
    "power": (
        t("Power cut now"),
        t("The machine goes dark. What lies in it is gone from view; lay it in again afterwards."),
    ),
    "power_intent": (
        t("Power cut as the head starts"),
        t(
            "At the next impression. The desk must not stamp again: it asks the log, then two "
            "persons."
        ),
    ),
    "cable": (
        t("Cable pulled now"),
        t("The machine runs on without the desk and locks itself."),
    ),
    "cable_stroke": (
        t("Cable pulled as the head starts"),
        t("At the next impression. Put it right, then let the desk read the machine's log."),
    ),
    "late": (
        t("Answer comes too late"),
        t("The next order to stamp is answered after six seconds; it must not be given twice."),
    ),
    "photo": (
        t("Photographs arrive damaged"),
        t("Each photograph is changed on its way; its hash in the log shows it."),
    ),
    "no_photo": (
        t("Photographs do not arrive"),
        t("The machine takes them and nobody gets them; without a look nothing is stamped."),
    ),
    "jam": (
        t("The head jams"),
        t(
            "The next impression stops before the paper. To free the head, the machine is switched "
            "off and on."
        ),
    ),
    "door": (t("The door is open"), t("Nothing is stamped with the door open.")),
    "counter": (
        t("The counter jumps by three"),
        t(
            "The desk trusts this machine no longer. Put it right before the power goes, or it "
            "stays so."
        ),
    ),
}
"""What can go wrong, and what to look for."""
MANNERS: Mapping[Manner, tuple[Text, Text]] = {
    "usual": (t("As usual"), t("The pen presses harder where it moves slower, as a hand does.")),
    "even": (t("Evenly, like a machine"), t("The desk warns that the pressure never changed.")),
    "light": (t("Too lightly"), t("The pad feels a pen that hovers: there is no signature.")),
    "half": (t("Stops half way"), t("Half a name stands there; the clerk has it written again.")),
    "torn": (t("Cable pulled half way"), t("The desk throws the half signature away.")),
}
"""How a hand signs, and what to look for."""
ON: Mapping[str, Text] = {
    "power_loss": t("a power cut waits"),
    "unplug": t("the cable is out or will be"),
    "jam": t("the head is jammed"),
    "door": t("the door is open"),
    "late_reply": t("an answer will be late"),
    "lose": t("photographs get lost"),
    "image_corrupt": t("photographs arrive damaged"),
    "mute_events": t("it says nothing unasked"),
    "counter_jump": t("the counter jumped"),
    "wrong_key": t("it shows another key"),
}
"""The simulator's own names of its faults, in words."""


def lies_there(now: MachineNow) -> Text:
    """Say what lies in the machine."""
    if not now.powered:
        return t("No power: nobody can look in.")
    if not now.paper:
        return t("Nothing lies in the machine.")
    what = now.label or t("a sheet without a name")
    if now.covered:
        return t("In the machine: {what}, its code covered", what=what)
    return t("In the machine: {what}", what=what)


def machine_stands(now: MachineNow) -> tuple[Text, Mood]:
    """Say how the simulated machine stands."""
    if not now.powered:
        return t("No power"), Mood.STOP
    if not now.plugged:
        return t("Cable pulled"), Mood.STOP
    if now.faults:
        return t("A fault is on"), Mood.WARN
    return t("In order"), Mood.OK


def faults_on(now: MachineNow) -> Text | str:
    """Name the faults that are on, nothing where none is."""
    known = [ON[fault] for fault in now.faults if fault in ON]
    if not known:
        return ""
    said = known[0]
    for words in known[1:]:
        said = t("{these}, {more}", these=said, more=words)
    return t("On now: {faults}.", faults=said)


def written_text(written: Written) -> Text:
    """Say what the hand left on the pad."""
    if written.torn:
        return t("The cable went after {n} points.", n=written.points)
    if not written.touching:
        return t("The pen left; the pad never felt it touch.")
    return t("The pen has left: {n} points with the pen down.", n=written.touching)


def code_text(login: DemoLogin) -> Text:
    """Say the code of this moment and how long it stands."""
    if login.code is None:
        return t("not needed")
    if not login.code:
        return t("used up, the next one in {n} s", n=round(login.seconds))
    code = f"{login.code[:3]} {login.code[3:]}"
    return t("{code}, for {n} s more", code=code, n=round(login.seconds))
