"""`sealdesk customers import`: what a list holds, and taking it up, without a window.

Without ``--do`` nothing is written. An import that was cut off is gone on with by the same command
with ``--do``; another file waits until it is done or forgotten.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import override

from app.assembly.upkeep import open_store
from app.assembly.workstation import Seat, Workstation
from app.customers.importing_form import FIELD_LABELS
from app.customers.importing_likeness import Alike
from app.customers.importing_plan import CustomerList, Standing
from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError
from app.kit.errors.customers import import_under_way
from app.kit.listing import Stride, Unhurried
from app.kit.words import Text, t
from ui.customers.presenter_importing import ImportPresenter, Taken, UnderWay, said_of, understood

MOST_TOLD = 50
"""Rows named one by one; all are counted."""
_OFTEN = 20_000


@dataclass(frozen=True)
class ListWanted:
    """What the command was asked; the pipes are file descriptors."""

    file: Path
    folder: Path
    person: str
    code: str | None
    passphrase_pipe: int | None
    password_pipe: int
    do: bool
    fill: bool
    forget: bool
    others: bool = False
    """Whether rows that look like somebody are other customers; else they are left."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: for a machine and for a person."""

    answer: dict[str, Any]
    words: str


class _Told(Stride):
    """Tells how many customers are taken up, now and then."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._last = 0

    @override
    def step(self, done: int, total: int) -> None:
        if done - self._last >= _OFTEN:
            self._last = done
            self._told(str(t("{done} of {total}", done=f"{done:,}", total=f"{total:,}")))


def import_list(wanted: ListWanted, *, told: Callable[[str], None]) -> Outcome:
    """Do what was asked; raises BranchError where the store, the person or the file is refused."""
    station = Workstation.over(open_store(wanted.folder, wanted.passphrase_pipe, SystemClock()))
    try:
        with os.fdopen(wanted.password_pipe, "r", encoding="utf-8") as stream:
            password = stream.readline().strip()
        return _import(station.sign_in(wanted.person, password, wanted.code), wanted, told)
    finally:
        station.close()


def _import(seat: Seat, wanted: ListWanted, told: Callable[[str], None]) -> Outcome:
    presenter = ImportPresenter(seat)
    begun = presenter.under_way()
    if begun is not None and wanted.forget:
        presenter.forget()
        begun = None
    if begun is not None:
        if not wanted.do or begun.file_name != wanted.file.name:
            raise BranchError(import_under_way(begun.file_name, begun.taken, begun.parts))
        return _done(presenter.go_on(_Told(told)), begun)
    here = presenter.read_file(wanted.file, Unhurried())
    if wanted.others:
        here = presenter.all_as_others(here)
    if not wanted.do:
        return _said(here)
    return _done(presenter.take(here, fill=wanted.fill, stride=_Told(told)), None, here)


def _said(here: CustomerList) -> Outcome:
    counts = here.counts
    answer = {
        "ok": True,
        "done": False,
        "file": here.name,
        "rows": counts.rows,
        **_counted(here),
        "columns_not_read": [str(one.reason) for one in here.troubles],
        "places": [
            {"row": row, "field": field, "code": code, "reason": str(reason)}
            for row, field, code, reason in _places(here)
        ],
    }
    lines = [str(understood(here)), *(str(one.reason) for one in here.troubles)]
    for row, field, _, reason in _places(here):
        lines.append(str(t("Row {row}, {column}: {reason}", row=row, column=field, reason=reason)))
    return Outcome(answer, "\n".join(lines))


def _counted(here: CustomerList) -> dict[str, int]:
    counts = here.counts
    return {
        "good": counts.good,
        "wrong": counts.wrong,
        "here_already": counts.meets,
        "again_in_file": counts.again,
        "looks_like_another": counts.alike,
    }


def _places(here: CustomerList) -> list[tuple[int, str, str, Text]]:
    """Name the first places a person should look at, by row."""
    places: list[tuple[int, str, str, Text]] = []
    for number, judged in here.judged.items():
        if len(places) >= MOST_TOLD:
            break
        standing, holder = here.standing(number), here.holder(number)
        if standing is Standing.WRONG:
            places += (
                (number, str(here.form.label(one.field)), one.code, one.reason)
                for one in judged.wrong
            )
        elif standing is Standing.MEETS and holder is not None:
            reason = t("{name} is here already.", name=holder.name)
            places.append((number, holder.shown_no, "W-IMPORT-HERE", reason))
        elif standing is Standing.AGAIN and judged.found is not None:
            first = here.first_rows[judged.found.identity]
            reason = t("The same customer stands in row {row}.", row=first)
            places.append((number, str(FIELD_LABELS["id_no"]), "W-IMPORT-AGAIN", reason))
        elif standing is Standing.ALIKE and (alike := here.alike(number)) is not None:
            places.append((number, alike.shown_no, "W-IMPORT-ALIKE", _looks_like(alike)))
    return places


def _looks_like(alike: Alike) -> Text:
    if alike.row:
        return t("{name} stands in row {row}, {shared}: say --others if it is another customer.",
                 name=alike.name, row=alike.row, shared=alike.shared)  # fmt: skip
    return t("{name} is here, {shared}: say --others if it is another customer.",
             name=alike.name, shared=alike.shared)  # fmt: skip


def _done(taken: Taken, begun: UnderWay | None, here: CustomerList | None = None) -> Outcome:
    answer = {
        "ok": True,
        "done": True,
        "file": taken.file_name,
        "new": taken.new,
        "completed": taken.completed,
        "refused": taken.refused,
        "gone_on": begun is not None,
        **(_counted(here) if here is not None else {}),
    }
    return Outcome(answer, str(said_of(taken)))
