"""What some tests need running beside them: a PostgreSQL of their own and an X display.

Both are private (a socket in a temporary folder, a display number of their own), both are stopped
at the end, and what a killed run left behind is stopped by the next one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer.terminal import Stop

# Debian keeps the server's programs off the path, one folder per version.
SERVERS = Path("/usr/lib/postgresql")


@contextmanager
def postgres(notes: Path) -> Iterator[str]:
    """Run a PostgreSQL on a socket of its own; gives its URL for SQLAlchemy with psycopg.

    As root it runs as Debian's user ``postgres``, because the server refuses to run as root.
    `notes` is a folder that outlives a killed run and remembers what to stop.
    """
    note = notes / "postgres"
    _stop_postgres(note)
    # Not TMPDIR: the path of a socket may have 107 characters, no more.
    home = Path(tempfile.mkdtemp(prefix="sealdesk-pg-", dir="/tmp"))
    note.write_text(str(home))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    try:
        _as_server("initdb", "-D", f"{home}/db", "-U", "sealdesk", "-A", "trust", "-E", "UTF8",
                   "--locale=C.UTF-8", "-N")  # fmt: skip
        # No disk syncs: these databases live for one run. Power cuts are tried on the desk's store.
        options = f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=100"
        _as_server("pg_ctl", "-D", f"{home}/db", "-l", f"{home}/log", "-w", "-o", options, "start")
        yield f"postgresql+psycopg://sealdesk@/postgres?host={home}"
    finally:
        _stop_postgres(note)


@contextmanager
def display(notes: Path) -> Iterator[str]:
    """Run an X server without a screen; gives its display name, for instance ``:7``."""
    note = notes / "xvfb"
    _stop_process(note, "Xvfb")
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        words, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        os.close(writing)
        note.write_text(str(server.pid))
        try:
            with os.fdopen(reading) as number:
                name = number.readline().strip()
            if not name:
                raise Stop("Xvfb ended before it gave a display.")
            yield f":{name}"
        finally:
            server.terminate()
            server.wait(timeout=20)
            note.unlink(missing_ok=True)


def _stop_postgres(note: Path) -> None:
    """Stop the server a note speaks of and remove its folder; no note, nothing to do."""
    if not note.exists():
        return
    home = Path(note.read_text())
    if (home / "db" / "postmaster.pid").exists():
        _as_server("pg_ctl", "-D", f"{home}/db", "-m", "immediate", "-w", "stop", may_fail=True)
    shutil.rmtree(home, ignore_errors=True)
    note.unlink()


def _stop_process(note: Path, program: str) -> None:
    """End the process a note speaks of, if its number still belongs to that program."""
    if not note.exists():
        return
    name = Path("/proc") / note.read_text() / "comm"
    if name.exists() and name.read_text().strip() == program:
        os.kill(int(note.read_text()), signal.SIGTERM)
    note.unlink()


def _as_server(program: str, *words: str, may_fail: bool = False) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # The server must not hold our pipes open, so what it says goes to a file.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            [*user, _program(program), *words],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said.seek(0)
        if done.returncode and not may_fail:
            raise Stop(f"{program} ended with {done.returncode}:\n{said.read()[-2000:]}")


def server_folders() -> list[Path]:
    """Name the folders with PostgreSQL's programs, the newest version first; none off Debian."""
    return sorted(SERVERS.glob("*/bin"), key=lambda path: -float(path.parent.name))


def _program(name: str) -> str:
    places = [*map(str, server_folders()), os.environ.get("PATH", "")]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise Stop(f"PostgreSQL's {name} is missing (Debian: postgresql).")
    return found
