"""A serial line as every driver sees it: whole or gone, one owner, nothing else.

pyserial raises SerialException, bare OSError (``in_waiting`` after an unplug) or termios.error (a
setting after an unplug, no OSError) depending on where the cable was when it went; here all of
them are ``Disconnected``, and ``is_open`` is never asked because it stays true on a dead port.
"""

import errno
import sys
import threading

import serial

from app.kit.clock import Clock
from app.kit.errors.base import BugError
from devices.kit import errors
from devices.kit.trace import Trace

_OPEN_ERRORS: dict[int, type[errors.DeviceError]] = {
    errno.ENOENT: errors.NotFound,
    errno.ENODEV: errors.NotFound,
    errno.ENXIO: errors.NotFound,
    errno.EIO: errors.NotFound,
    errno.EACCES: errors.PermissionDenied,
    errno.EPERM: errors.PermissionDenied,
    errno.EBUSY: errors.Busy,
    errno.EAGAIN: errors.Busy,
}


def _line_errors() -> tuple[type[Exception], ...]:
    """Give what pyserial lets through on this system; termios exists on POSIX only."""
    if sys.platform == "win32":
        return (serial.SerialException, OSError)
    import termios

    return (serial.SerialException, OSError, termios.error)


_LINE_ERRORS = _line_errors()


class SerialTransport:
    """One open port; the thread that opened it is the only one that may touch it."""

    def __init__(self, port: serial.Serial, path: str, trace: Trace) -> None:
        self._port = port
        self._owner = threading.get_ident()
        self.path = path
        self.trace = trace

    @classmethod
    def open(
        cls,
        path: str,
        baud: int,
        *,
        clock: Clock,
        parity: str = serial.PARITY_NONE,
        bytesize: int = serial.EIGHTBITS,
        stopbits: float = serial.STOPBITS_ONE,
        exclusive: bool = True,
    ) -> "SerialTransport":
        """Open a port without flow control and without resetting the board by DTR.

        Raises NotFound, PermissionDenied or Busy (each says which path), Disconnected for the rest.
        """
        trace = Trace(clock.monotonic)
        try:
            port = _open_port(path, baud, parity, bytesize, stopbits, exclusive)
        except _LINE_ERRORS as error:
            kind = _OPEN_ERRORS.get(getattr(error, "errno", None) or 0, errors.Disconnected)
            raise kind(path, "open", trace.lines()) from error
        trace.note("note", f"opened at {baud} {bytesize}{parity}{stopbits}")
        return cls(port, path, trace)

    @property
    def settings(self) -> tuple[int, str, int, float]:
        """Give baud, parity, data bits and stop bits as asked of the port."""
        port = self._port
        return (port.baudrate, port.parity, port.bytesize, port.stopbits)

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Wait up to ``timeout`` seconds for the first octet, then give what is there.

        Gives b"" when nothing came. Raises Disconnected when the line is gone.
        """
        self._only_owner()
        try:
            if self._port.timeout != timeout:
                self._port.timeout = timeout
            first: bytes = self._port.read(1)
            if not first:
                return b""
            waiting = min(self._port.in_waiting, max_bytes - 1)
            return first + (self._port.read(waiting) if waiting else b"")
        except _LINE_ERRORS as error:
            raise self._gone("read") from error

    def write(self, octets: bytes) -> None:
        """Hand all octets to the line. Raises Disconnected when it is gone or takes no more."""
        self._only_owner()
        try:
            self._port.write(octets)
        except _LINE_ERRORS as error:
            raise self._gone("write") from error

    def close(self) -> None:
        """Close the port; closing a dead or closed one is no error."""
        self._only_owner()
        try:
            self._port.close()
        except _LINE_ERRORS:
            self.trace.note("note", "closed after the line was gone")

    def _gone(self, where: str) -> errors.Disconnected:
        self.trace.note("note", f"line gone at {where}")
        return errors.Disconnected(self.path, where, self.trace.lines())

    def _only_owner(self) -> None:
        if threading.get_ident() != self._owner:
            raise BugError(f"{self.path} is used outside the lane that opened it")


def ports_here() -> list[str]:
    """Name the serial ports the system lists, sorted; none is opened."""
    from serial.tools import list_ports

    return sorted(port.device for port in list_ports.comports())


def _open_port(
    path: str, baud: int, parity: str, bytesize: int, stopbits: float, exclusive: bool
) -> serial.Serial:
    """Open with the settings asked for; a terminal that has them all already is moved first.

    A pseudo-terminal never honours parity, and the C library answers EINVAL when nothing else
    changed either, so the second opening of the same one would fail. Other stop bits in between
    are a change it does honour. Raises what pyserial raises.
    """

    def attempt(parity: str, stopbits: float) -> serial.Serial:
        return serial.Serial(
            path,
            baudrate=baud,
            parity=parity,
            bytesize=bytesize,
            stopbits=stopbits,
            timeout=0.1,
            write_timeout=2.0,
            dsrdtr=True,
            rtscts=False,
            xonxoff=False,
            exclusive=exclusive,
        )

    try:
        return attempt(parity, stopbits)
    except _LINE_ERRORS as error:
        if error.args[:1] != (errno.EINVAL,) or parity == serial.PARITY_NONE:
            raise
    other = serial.STOPBITS_TWO if stopbits == serial.STOPBITS_ONE else serial.STOPBITS_ONE
    attempt(serial.PARITY_NONE, other).close()
    return attempt(parity, stopbits)
