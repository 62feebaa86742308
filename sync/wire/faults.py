"""What can be wrong with a message: one number each, never used again for another.

A WireError never leaves the two ends of the line: the client turns it into a sentence
(app.kit.errors.sync), the hub into a status code.
"""

from enum import IntEnum


class WireFault(IntEnum):
    """The numbered faults of a message."""

    NOT_JSON = 1
    WRONG_SHAPE = 2
    TOO_LARGE = 3
    NOT_ZSTD = 4
    BOMB = 5
    UNKNOWN_CODING = 6
    BAD_SIGNATURE = 7
    WRONG_DIGEST = 8
    WRONG_RECEIPT = 9
    FLOAT = 10
    SKEWED = 11


class WireError(Exception):
    """A message that is not what it should be; ``fault`` says how, ``detail`` is for the log."""

    def __init__(self, fault: WireFault, detail: str = "") -> None:
        super().__init__(f"W{fault:02d} {fault.name.lower()}: {detail}")
        self.fault = fault
        self.detail = detail
