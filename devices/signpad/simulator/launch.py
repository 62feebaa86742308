"""Start a simulated pad as its own process and give it orders: drills, demo day and tests."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from app.kit.child import Child


@dataclass(frozen=True)
class Answer:
    """What the simulator said to one order; fields an answer does not use keep their default."""

    verb: str
    ok: bool
    reason: str = ""
    path: str = ""
    samples: int = 0
    touching: int = 0
    plugged: bool = False
    drawn: int = 0
    clears: int = 0


class PadSimulator:
    """A running simulator: ``path`` is what the driver opens. Ends with ``close`` or ``with``.

    ``link`` keeps a symbolic link to the port there, through unplugging too.
    """

    def __init__(
        self, model: str = "siglite_1x5", *, seed: int = 1, link: Path | None = None
    ) -> None:
        words = ["--json", "--model", model, "--seed", str(seed)]
        words += ["--link", str(link)] if link else []
        self._child = Child("devices.signpad.simulator", words)
        self.path: str = self._child.said["path"]

    def tell(self, verb: str, **values: object) -> None:
        """Give an order without waiting for the answer: a hand signs while the driver listens."""
        self._child.tell(verb, **values)

    def answer(self, timeout: float = 30.0) -> Answer:
        """Wait for the next answer, in the order given. Raises TimeoutError or EOFError."""
        return _answer(self._child.answer(timeout))

    def ask(self, verb: str, timeout: float = 30.0, **values: object) -> Answer:
        """Give an order and wait for its answer; a new path is taken over."""
        answer = _answer(self._child.ask_within(timeout, verb, values))
        self.path = answer.path or self.path
        return answer

    def close(self) -> None:
        """End the process by ending its input."""
        self._child.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _answer(said: dict[str, Any]) -> Answer:
    known = {each.name for each in fields(Answer)}
    return Answer(**{name: value for name, value in said.items() if name in known})
