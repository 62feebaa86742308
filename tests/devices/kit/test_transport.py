"""The serial line over a real pseudo-terminal: a pulled cable, a busy port."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.kit.clock import FixedClock, SystemClock
from app.kit.errors.base import BugError
from devices.kit import errors
from devices.kit.pty_port import PtyPort
from devices.kit.trace import KEPT, Trace
from devices.kit.transport import SerialTransport
from tests.devices.seal.rig import at

CLOCK = SystemClock()


@pytest.fixture
def port() -> Iterator[PtyPort]:
    port = PtyPort()
    port.plug_in()
    yield port
    port.unplug()


@pytest.fixture
def line(port: PtyPort) -> Iterator[SerialTransport]:
    line = SerialTransport.open(port.path, 115200, clock=CLOCK)
    yield line
    line.close()


def test_octets_pass_unchanged_both_ways(port: PtyPort, line: SerialTransport) -> None:
    octets = bytes(range(256))
    line.write(octets)
    assert port.read() == octets
    assert port.write(octets)
    got = b""
    while len(got) < 256:
        got += line.read(100, 0.5)
    assert got == octets


def test_reading_gives_at_most_what_was_asked(port: PtyPort, line: SerialTransport) -> None:
    port.write(b"abcdef")
    assert line.read(4, 0.5) == b"abcd"
    assert line.read(4, 0.5) == b"ef"


def test_silence_is_an_empty_answer_in_time(line: SerialTransport) -> None:
    before = CLOCK.monotonic()
    assert line.read(10, 0.15) == b""
    assert 0.1 < CLOCK.monotonic() - before < 2


def test_a_pulled_cable_is_one_error_everywhere(port: PtyPort, line: SerialTransport) -> None:
    port.unplug()
    with pytest.raises(errors.Disconnected) as reading:
        line.read(10, 1)
    with pytest.raises(errors.Disconnected):
        line.write(b"x")
    assert any("line gone" in traced.text for traced in reading.value.evidence)


def test_a_changed_wait_on_a_dead_line_is_the_same_error(
    port: PtyPort, line: SerialTransport
) -> None:
    """pyserial sets the port anew for another timeout; on a dead one termios itself complains."""
    port.unplug()
    for timeout in (0.3, 0.2, 0.3):
        with pytest.raises(errors.Disconnected):
            line.read(1, timeout)


def test_a_second_program_finds_it_busy(port: PtyPort, line: SerialTransport) -> None:
    with pytest.raises(errors.Busy):
        SerialTransport.open(port.path, 115200, clock=CLOCK)


def test_nothing_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFound):
        SerialTransport.open(str(tmp_path / "ttyNONE"), 9600, clock=CLOCK)


def test_the_settings_are_those_asked_for(port: PtyPort) -> None:
    line = SerialTransport.open(port.path, 19200, clock=CLOCK, parity="O")
    assert line.settings == (19200, "O", 8, 1)
    line.close()


def test_another_thread_is_our_mistake(line: SerialTransport) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(BugError):
        pool.submit(line.read, 1, 0.1).result()


def test_plugging_in_again_keeps_the_link_name(tmp_path: Path) -> None:
    port = PtyPort(tmp_path / "sealctl")
    for _ in range(2):
        path = port.plug_in()
        assert (tmp_path / "sealctl").readlink() == Path(path)
        line = SerialTransport.open(str(tmp_path / "sealctl"), 9600, clock=CLOCK)
        line.close()
    port.unplug()
    with pytest.raises(OSError, match="unplugged"):
        port.fileno()


def test_the_trace_keeps_the_last_lines() -> None:
    trace = Trace(FixedClock(at(0)).monotonic)
    for number in range(KEPT + 10):
        trace.note("out", str(number))
    assert [line.text for line in trace.lines()] == [str(n) for n in range(10, KEPT + 10)]


def every_error() -> list[errors.DeviceError]:
    from app.kit.words import t

    return [
        errors.NotFound("d", "x"),
        errors.PermissionDenied("d", "x"),
        errors.Busy("d", "x"),
        errors.Disconnected("d", "x"),
        errors.Timeout("d", "x"),
        errors.ProtocolError("d", "x"),
        errors.Refused("d", 0x13, t("its door is open.")),
        errors.PermitRejected("d", 0x24, t("it was used before.")),
        errors.Indeterminate("d", "p", 1),
        errors.Tampered("d", "x"),
        errors.CounterAnomaly("d", "total", 5, 4),
        errors.Cancelled("d", "x"),
        errors.Unsupported("d", "x"),
    ]


def test_numbers_and_codes_are_each_their_own() -> None:
    made = every_error()
    assert [error.number for error in made] == list(range(1, 14))
    assert len({error.problem().code for error in made}) == len(made)


def test_only_harmless_errors_may_be_tried_again_by_themselves() -> None:
    assert {type(e) for e in every_error() if e.retryable} == {errors.Busy, errors.Timeout}


def test_a_log_that_does_not_follow_has_words_of_its_own() -> None:
    """Same number, another hash: "shows 5, not 5" would help nobody."""
    assert errors.CounterAnomaly("d", "log head", 5, 5).problem().code == "E-SEAL-LOG"
    assert errors.CounterAnomaly("d", "total", 5, 4).problem().code == "E-SEAL-COUNTER"


def test_every_error_says_three_sentences_with_its_values() -> None:
    for error in every_error():
        problem = error.problem()
        for text in (problem.what, problem.safe, problem.next):
            said = text.in_language("en")
            assert said.endswith(".") and "{" not in said


def test_a_port_with_parity_opens_again_and_again() -> None:
    """The pad is asked every few seconds how it is; a pty that has its settings says EINVAL."""
    port = PtyPort()
    path = port.plug_in()
    for _ in range(3):
        line = SerialTransport.open(path, 19_200, clock=SystemClock(), parity="O")
        assert line.settings == (19_200, "O", 8, 1)
        line.close()
    port.unplug()
