"""One day in a process of its own, its journal written down: ``day_process MODE OUT``.

MODE is ``headless`` or ``window``; OUT gets one JSON object with what the branch journalled. The
window's day runs on the platform the environment names (xcb on Xvfb in the journey).
"""

import faulthandler
import json
import re
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtGui import QGuiApplication
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assembly.demo import DemoSite
from app.assembly.headless import Day, DayOptions
from app.assembly.windowed import WindowedDay, application
from app.audit.records import AuditLine
from app.kit.clock import SystemClock, today
from app.kit.words import use_language
from app.store.desk_tables import OutboxRow
from sync.wire.plain import to_plain

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PUBLIC_KEY = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n", re.DOTALL)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)?")
ONE_TIME_CODE = re.compile(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}")
LONGEST_S = 280
"""Seconds after which a day that stands still says where it stands, and ends."""
LONG_HEX = re.compile(r"[0-9a-f]{16,}")
NOT_SHARED = (
    (PUBLIC_KEY, "<key>"),
    (UUID_TEXT, "<id>"),
    (MOMENT, "<moment>"),
    (ONE_TIME_CODE, "<code>"),
    (LONG_HEX, "<hex>"),
)
"""What no two days share, in the order it is taken out of a text."""
CLOCKS = {"mono_ms"}
"""Fields that hold a clock's reading as a small number."""
LATEST_COUNT = 10**14
"""A whole number above this is microseconds of an instant, never a count or an amount here."""


def normal(value: Any) -> Any:
    """Take out of a value what no two days share: ids, moments, hashes and signatures."""
    if isinstance(value, dict):
        return {key: normal(one) for key, one in value.items() if key not in CLOCKS}
    if isinstance(value, list | tuple):
        return [normal(one) for one in value]
    if isinstance(value, str):
        for pattern, name in NOT_SHARED:
            value = pattern.sub(name, value)
        return value
    if isinstance(value, int) and value > LATEST_COUNT:
        return "<moment>"
    return value


def outbox(session: Session) -> list[list[Any]]:
    """Give every mutation the branch sent: who, which kind of row, how, with what."""
    rows = session.scalars(select(OutboxRow).order_by(OutboxRow.mseq))
    return [[row.actor, row.kind, row.op, normal(to_plain(row.patch))] for row in rows]


def audit(session: Session, chain: str) -> list[list[Any]]:
    """Give the lines of the desk's own chain: who did what to which kinds of record."""
    rows = session.scalars(select(AuditLine).where(AuditLine.chain == chain).order_by(AuditLine.n))
    return [[row.actor, row.action, [kind for kind, _ in row.objects]] for row in rows]


def day_of(mode: str, site: DemoSite, options: DayOptions, clock: SystemClock) -> Day:
    """Make the day, with a window or without."""
    if mode == "headless":
        return Day(site, options, clock, told)
    return WindowedDay(site, options, clock, told)


def told(step: str) -> None:
    """Say where the day is, for whoever reads the log of a failure."""
    print(step, file=sys.stderr, flush=True)


def main(mode: str, out: Path) -> None:
    """Go through the day and write its journal."""
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)
    use_language("zh_CN")
    if mode == "window":
        application()
    clock = SystemClock()
    with TemporaryDirectory(prefix="journey-") as folder:
        site = DemoSite.found(Path(folder), secrets.token_urlsafe(16), clock, size=8, told=told)
        day = day_of(mode, site, DayOptions(today(clock) + timedelta(days=1)), clock)
        try:
            day.run()
            store, device = site.branch.store, site.branch.device
            result = day.result()
            said = {
                "platform": platform_of(day),
                "outbox": store.read(outbox),
                "audit": store.read(audit, device),
                "result": {key: result[key] for key in ("quote", "seal", "sync", "problems")},
            }
        finally:
            site.close()
    out.write_text(json.dumps(said, ensure_ascii=False), "utf-8")


def platform_of(day: Day) -> str:
    """Say on which of Qt's platforms the day ran, nothing for a day without a window."""
    return QGuiApplication.platformName() if isinstance(day, WindowedDay) else ""


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
