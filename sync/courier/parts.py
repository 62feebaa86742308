"""Sending and getting files in parts, resumed where the last one ended (sync.md 6.7)."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from app.kit.errors.base import Problem
from app.kit.errors.sync import hub_untrusted
from app.store.follow import Follower
from sync.client.faults import HubError, HubFault

PART = 2 * 1024 * 1024
"""Bytes of one part."""
FILES_AT_ONCE = 200


class FileLine(Protocol):
    """A line that carries files, as sync.client.HubLink is one; raises HubError."""

    def file_standing(self, sha256: str) -> tuple[int, bool]:
        """Give the bytes head office has, and whether the file is whole there."""
        ...

    def file_part(self, sha256: str, start: int, total: int, part: bytes) -> tuple[int, bool]:
        """Send one part; gives the same."""
        ...

    def file_bytes(self, sha256: str, start: int, size: int) -> tuple[bytes, int]:
        """Get a stretch of a file, and the file's size."""
        ...


@dataclass(frozen=True)
class Sent:
    """What a delivery came to; sizes in bytes."""

    files: int
    bytes: int
    left: int
    problems: tuple[Problem, ...]


def send_files(
    desk: Follower,
    line: FileLine,
    open_file: Callable[[str], bytes],
    *,
    budget: int,
    left_over: Collection[str] = (),
) -> Sent:
    """Send the files head office lacks, small ones first, at most ``budget`` bytes.

    ``open_file`` gives a file's bytes by its SHA-256 from the vault. A file whose row is not at
    head office yet is left for the next round; a line that breaks ends this one. ``left_over``
    names files of steps that were cut off and that every record is known without: where head office
    knows no record of such a file, it is not waited for any more (it stays in the vault).
    """
    files = sent = 0
    problems: list[Problem] = []
    for waiting in desk.files_waiting(FILES_AT_ONCE):
        if sent and sent + waiting.size > budget:
            break
        try:
            sent += send_file(desk, line, waiting.sha256, open_file(waiting.sha256))
            files += 1
        except HubError as error:
            if error.fault is HubFault.NOT_FOUND and waiting.sha256 in left_over:
                desk.forget_file(waiting.sha256)
                continue
            problems.append(error.problem)
            if error.fault in (HubFault.NO_ANSWER, HubFault.BUSY):
                break
    return Sent(files, sent, len(desk.files_waiting(FILES_AT_ONCE)), tuple(problems))


def send_file(desk: Follower, line: FileLine, sha256: str, content: bytes) -> int:
    """Send one file from where head office has it; gives the bytes that went over the line."""
    received, whole = line.file_standing(sha256)
    went = 0
    corrected = False
    while not whole:
        part = content[received : received + PART]
        try:
            received, whole = line.file_part(sha256, received, len(content), part)
            went += len(part)
        except HubError as error:
            if error.fault is not HubFault.OFFSET or corrected:
                raise
            corrected = True
            received = error.number
        desk.file_sent(sha256, received, whole=whole)
    desk.file_sent(sha256, len(content), whole=True)
    return went


def fetch_file(line: FileLine, sha256: str) -> bytes:
    """Get a whole file and check it; raises HubError WRONG_HASH where it is another."""
    content = bytearray()
    size = 1
    while len(content) < size:
        stretch, size = line.file_bytes(sha256, len(content), PART)
        if not stretch:
            break
        content += stretch
    if hashlib.sha256(content).hexdigest() != sha256:
        raise HubError(HubFault.WRONG_HASH, hub_untrusted("WRONG_HASH"))
    return bytes(content)
