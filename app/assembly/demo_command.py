"""``sealdesk demo``: found a demo, go through the day, keep what came of it, end everything."""

import argparse
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from app.assembly.demo import DemoSite
from app.assembly.headless import Day, DayOptions, RosterWrong
from app.assembly.keeping import keep_day
from app.kit.clock import Clock, SystemClock, today
from app.kit.errors.base import BranchError
from app.kit.errors.demo import date_not_readable, keep_not_empty
from app.kit.money import yuan_grouped
from app.kit.words import LANGUAGES, Text, t

THEMES = ("light", "dark")


@dataclass(frozen=True)
class DemoOutcome:
    """What the command says and how it ends."""

    exit_code: int
    answer: dict[str, Any]
    words: str


def demo_day(options: argparse.Namespace, told: Callable[[str], None]) -> DemoOutcome:
    """Run the day the options ask for; raises BranchError in words."""
    clock = SystemClock()
    wanted = DayOptions(
        start=_start(options.start, today(clock)),
        region=options.region,
        discretion=options.discretion,
        roster=options.roster,
    )
    passphrase = _passphrase(options.passphrase_fd)
    if options.keep:
        _refuse_full(options.keep)
    with tempfile.TemporaryDirectory(prefix="sealdesk-demo-") as name:
        folder = Path(name)
        begun = time.perf_counter()
        site = DemoSite.found(folder, passphrase, clock, size=options.size, told=told)
        try:
            day = _day(options, site, wanted, clock, told)
            day.seconds["set_up"] = round(time.perf_counter() - begun, 3)
            try:
                day.run()
            except RosterWrong as wrong:
                return DemoOutcome(2, {"ok": False, "problems": wrong.problems}, str(wrong))
            result = day.result()
            kept = keep_day(day, result, options.keep) if options.keep else None
        finally:
            site.close()
        if kept is not None:
            kept.take_stores(folder)
            kept.seal()
    return DemoOutcome(1 if result["problems"] else 0, result, day_in_words(result, options.keep))


def day_in_words(result: dict[str, Any], kept: Path | None) -> str:
    """Say a day in a dozen lines; everything of it stands in the JSON object."""
    quote, contract, seal = result["quote"], result["contract"], result["seal"]
    audit, sync, seconds = result["audit"], result["sync"], result["seconds"]
    lines: list[tuple[Text, object]] = [
        (t("Premium"), t("{yuan} yuan for {n} people", yuan=yuan_grouped(quote["premium_fen"]),
                         n=quote["people"])),
        (t("Decided"), t("level {level}, by {person}", level=quote["level"],
                          person=quote["approved_by"])),
        (t("Contract no."), contract["number"]),
        (t("Document"), contract["pdf_sha256"]),
        (t("Signed document"), contract["signed_sha256"]),
        (t("Photograph"), contract["photo_sha256"]),
        (t("Signature valid"), t("yes") if result["signature"]["bottom_line"] else t("no")),
        (t("Seal counter"), f"{seal['counter_before']} → {seal['counter_after']}"),
        (t("Acts in the log"), t("{n}, chain whole", n=audit["entries"]) if audit["verified"]
         else t("{n}, chain BROKEN", n=audit["entries"])),
        (t("To send"), sync["outbox_left"]),
        (t("Same at head office"), t("yes") if sync["digest_equal"] else t("no")),
        (t("Seconds"), f"{sum(seconds.values()):.1f}"),
        *((t("To settle"), one["what"]) for one in result["problems"]),
    ]  # fmt: skip
    if kept is not None:
        lines.append((t("Kept for verify in"), kept))
    names = [str(name) for name, _ in lines]
    # A Chinese character is as wide as two others.
    wide = [sum(2 if ord(one) > 0x2E80 else 1 for one in name) for name in names]
    return "\n".join(
        f"{name}{' ' * (max(wide) - width)}  {value}"
        for name, width, (_, value) in zip(names, wide, lines, strict=True)
    )


def _day(
    options: argparse.Namespace,
    site: DemoSite,
    wanted: DayOptions,
    clock: Clock,
    told: Callable[[str], None],
) -> Day:
    """Prepare the day without a window, or the one that leaves a picture of every screen."""
    if options.screenshots is None:
        return Day(site, wanted, clock, told)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.assembly.windowed import picture_day

    return picture_day(
        site,
        wanted,
        options.screenshots,
        _looks(options),
        small_only=options.small_screen,
        clock=clock,
        told=told,
    )


def _looks(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Say in which languages and themes pictures are wanted: those looks, or all that fit."""
    if options.look:
        return [_parts(look) for look in options.look]
    languages = [options.lang] if options.lang else LANGUAGES
    themes = [options.theme] if options.theme else THEMES
    return list(product(languages, themes))


def _parts(look: str) -> tuple[str, str]:
    language, _, theme = look.rpartition(".")
    return language, theme


def _refuse_full(keep: Path) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        raise BranchError(keep_not_empty(str(keep)))


def _start(said: str | None, now: date) -> date:
    if said is None:
        return now + timedelta(days=1)
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise BranchError(date_not_readable(said)) from error


def _passphrase(pipe: int | None) -> str:
    """Take the passphrase from the pipe, or make one that nobody will ever read."""
    if pipe is None:
        return secrets.token_urlsafe(24)
    with os.fdopen(pipe, "r", encoding="utf-8") as stream:
        return stream.readline().strip()
