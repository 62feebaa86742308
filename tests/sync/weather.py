"""Bad weather on the line, from a seed: requests and answers lost, late, twice, cut or stale."""

import random

import httpx
from typing_extensions import override

FAULTS = ("fine", "fine", "fine", "lost", "unanswered", "twice", "late", "cut", "error", "stale")


class Weather(httpx.BaseTransport):
    """A line that does what its seed says; ``calm`` makes it a good one."""

    def __init__(self, inner: httpx.BaseTransport, seed: int) -> None:
        self.inner = inner
        self.calm = False
        self.seen: list[str] = []
        self._random = random.Random(seed)
        self._late: list[httpx.Request] = []
        self._answers: list[httpx.Response] = []

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        fault = "fine" if self.calm else self._random.choice(FAULTS)
        self.seen.append(fault)
        if fault == "lost":
            raise httpx.ConnectError("no route")
        if fault == "late":
            self._late.append(request)
            raise httpx.ReadTimeout("nothing came")
        answer = self._ask(request)
        self._deliver_late()
        match fault:
            case "unanswered":
                raise httpx.ReadError("cut off after the commit")
            case "twice":
                self._ask(request)
            case "cut":
                body = b"".join(answer.stream)  # type: ignore[arg-type]
                short = body[: self._random.randrange(len(body) or 1)]
                return httpx.Response(
                    answer.status_code, headers=answer.headers, stream=httpx.ByteStream(short)
                )
            case "error":
                return httpx.Response(502, stream=httpx.ByteStream(b"<html>bad gateway"))
            case "stale" if self._answers:
                return self._again(self._random.choice(self._answers))
            case _:
                pass
        self._answers.append(answer)
        return self._again(answer)

    def _ask(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        body = b"".join(answer.stream)  # type: ignore[arg-type]
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body)
        )

    def _deliver_late(self) -> None:
        """Let requests that were given up arrive after all, in any order."""
        self._random.shuffle(self._late)
        while self._late:
            self._ask(self._late.pop())

    @staticmethod
    def _again(answer: httpx.Response) -> httpx.Response:
        body = b"".join(answer.stream)  # type: ignore[arg-type]
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body)
        )
