"""The hands on the machine: one JSON object a line in, one JSON object a line out.

    {"verb": "paper", "image": "page3.png"}   lay a page in ("image" left out: a blank sheet;
                                              "page" is echoed, "label" kept while it lies
                                              there), {"verb": "paper", "out": true}
    {"verb": "peek", "dpi": 60}               what a person sees who looks in: "jpeg" in base64,
                                              empty where nothing lies; no photograph is used up
    {"verb": "cover_code"}                    a black card on the lower right corner, or on
                                              "rect": [x, y, w, h] in mm; "off": true takes it away
    {"verb": "unplug", "at": PHASE}           pull the cable now, or at the next PHASE ("off": true
                                              takes it back, here and with power_loss)
    {"verb": "plug_in"}                       plug it in again; answers with the new "path"
    {"verb": "power_loss", "at": PHASE}       kill this process at PHASE (now without "at")
    {"verb": "jam", "on": true}               the head sticks until "on": false and a self-test
    {"verb": "door", "open": true}            open or close the door
    {"verb": "tamper"}                        break the housing
    {"verb": "counter_jump", "by": -3}        falsify a counter ("counter": total, arm, tamper)
    {"verb": "log_truncate", "entries": 2}    play back an older memory
    {"verb": "wrong_key", "what": "key"}      answer HELLO with another key, or only sign with
                                              one ("what": "signature")
    {"verb": "mute_events", "on": true}       say nothing unasked
    {"verb": "late_reply", "ms": 900}         answer every request so much later ("count": so many,
                                              "code": only this request)
    {"verb": "lose", "code": 6}               lose the next "answer" ("what") or "request" of a code
                                              ("count": so many)
    {"verb": "image_corrupt", "on": true}     bend one octet of each photograph after it was hashed
    {"verb": "clock", "offset": 7200}         shift the machine's clock by seconds ("trusted": false
                                              makes it one it does not trust)
    {"verb": "line", "drop": 0.01}            harm the cable: drop, flip, duplicate, garbage (chance
                                              per octet), delay_ms, split; {"verb": "line"} heals it
    {"verb": "grade", "grade": "ideal"}       ideal or imperfect photographs
    {"verb": "state"}                         what the machine knows, without the wire, how often
                                              it "heard" each request, what lies there ("label",
                                              "covered", "changes" of the bed), which "faults" are
                                              on, how far counters were "jumped" since it started

PHASE is before_intent, after_intent, down or done.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PHASES = ("before_intent", "after_intent", "down", "done")


class BadOrder(Exception):  # noqa: N818 - it names what was read
    """A control line that makes no sense; nothing was done."""


@dataclass(frozen=True)
class Order:
    """One control line, read field by field. Raises BadOrder."""

    verb: str
    fields: Mapping[str, object]

    @classmethod
    def read(cls, value: object) -> "Order":
        """Take what JSON gave."""
        if not isinstance(value, dict) or not isinstance(value.get("verb"), str):
            raise BadOrder('expected {"verb": …}')
        return cls(str(value["verb"]), {str(key): item for key, item in value.items()})

    def text(self, name: str, default: str = "") -> str:
        """Give a text."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise BadOrder(f"{name} is a text")
        return value

    def number(self, name: str, default: float = 0) -> float:
        """Give a number."""
        value = self.fields.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadOrder(f"{name} is a number")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a yes or no."""
        value = self.fields.get(name, default)
        if not isinstance(value, bool):
            raise BadOrder(f"{name} is true or false")
        return value

    def phase(self) -> str:
        """Give "at": one of PHASES, or "" for now."""
        phase = self.text("at")
        if phase and phase not in PHASES:
            raise BadOrder(f"at is one of {', '.join(PHASES)}")
        return phase
