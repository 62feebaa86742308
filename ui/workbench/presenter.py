"""What the workbench shows each role: what waits on the person, cards of risk, load and figures.

A card that counts is a choice from the gathered list (`ui.workbench.gathering`): its figure is the
length of the list it opens. The figures of the month are those of the reports, by their own
declarations; nothing is added up here a second time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.access.queries import PeopleNames, active_people, names_of_people
from app.access.rules import reaches
from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.kit.written import written_count
from app.packs.in_force import calendar_in_force
from app.pricing.quoting import APPROVED
from app.reports.queries.reading import Reader, run
from app.reports.rules.declared import Asked
from app.reports.rules.pivot import ALL
from app.store.actor import Actor
from app.store.queries import waiting_lines
from ui.shell.ports import Desk
from ui.shell.targets import ShowReport
from ui.theme.tokens import Mood
from ui.workbench import texts
from ui.workbench.gathering import Waiting, gathered
from ui.workbench.steps import Step, Urgency

CardKey = Literal[
    "doubt", "frozen", "late", "letters", "mine_to_decide", "above", "running_out",
    "begun_unsigned", "sign_left", "to_sign", "to_seal", "to_archive", "returned", "unconfirmed",
    "first_sign_in", "outbox", "quoted", "approved", "contracted",
]  # fmt: skip
OUTBOX_OLD = 24 * 60 * 60
"""Seconds after which what waits for head office is late."""


@dataclass(frozen=True)
class Card:
    """One card: a figure, what it means, how bad it is, and what it opens.

    A card with ``lines`` opens them in the list; one with a ``page`` opens that page at ``target``.
    """

    key: CardKey
    figure: str
    words: Text
    mood: Mood
    lines: tuple[Waiting, ...] = ()
    page: str = ""
    target: object = None


@dataclass(frozen=True)
class Load:
    """What waits at one person or at one step: everything, how much of it is late, the oldest."""

    name: Text | str
    lines: tuple[Waiting, ...]
    late: int
    oldest: datetime
    key: object


@dataclass(frozen=True)
class Bench:
    """Everything the workbench shows; ``people`` and ``steps`` are empty where nobody leads.

    ``today`` is what waits on the person; for who leads, also what breaks today at others.
    """

    today: tuple[Waiting, ...]
    cards: tuple[Card, ...]
    people: tuple[Load, ...]
    steps: tuple[Load, ...]
    leading: bool
    """Whether the person sees how much lies with others."""
    names: PeopleNames


@dataclass(frozen=True)
class _Counted:
    """A card that counts: which things are in it, and its mood where there are any."""

    words: Text
    mood: Mood
    holds: Callable[[Waiting], bool]


PAPER: frozenset[Step] = frozenset({Step.SIGN, Step.SEAL, Step.SEAL_ON})
OF_QUOTES: frozenset[Step] = frozenset(
    {Step.DRAW_UP, Step.ASK_AGAIN, Step.CHANGE, Step.SUBMIT, Step.CONFIRM}
)
THEIR_OWN: frozenset[Step] = OF_QUOTES | {Step.SIGN, Step.ARCHIVE}
"""Steps that lie with the person whose business it is, though a colleague may do them."""
COUNTED: Mapping[CardKey, _Counted] = {
    "doubt": _Counted(t("Impressions in doubt"), Mood.STOP, lambda one: one.step is Step.SETTLE),
    "frozen": _Counted(t("Seal machines frozen"), Mood.STOP, lambda one: one.step is Step.THAW),
    "late": _Counted(
        t("Approvals past due"),
        Mood.STOP,
        lambda one: one.step is Step.DECIDE and one.urgency is Urgency.STOP,
    ),
    "letters": _Counted(
        t("Refused by head office"), Mood.STOP, lambda one: one.step is Step.LETTER
    ),
    "sign_left": _Counted(
        t("Signatures left open"), Mood.STOP, lambda one: one.step is Step.SIGN_LEFT
    ),
    "begun_unsigned": _Counted(
        t("Cover begun, not sealed"),
        Mood.STOP,
        lambda one: one.step in PAPER and one.urgency is Urgency.STOP,
    ),
    "running_out": _Counted(
        t("Quotes running out"),
        Mood.WARN,
        lambda one: one.step in OF_QUOTES and one.urgency is not Urgency.WAIT,
    ),
    "above": _Counted(
        t("Wait on province or head office"),
        Mood.WAIT,
        lambda one: one.step is Step.DECIDE and one.level > 2,
    ),
    "to_sign": _Counted(t("Contracts to sign"), Mood.WAIT, lambda one: one.step is Step.SIGN),
    "to_seal": _Counted(
        t("Contracts to seal"),
        Mood.WAIT,
        lambda one: one.step in (Step.SEAL, Step.SEAL_ON),
    ),
    "to_archive": _Counted(
        t("Photographs to archive"), Mood.WAIT, lambda one: one.step is Step.ARCHIVE
    ),
    "returned": _Counted(t("Quotes returned"), Mood.WARN, lambda one: one.step is Step.CHANGE),
    "unconfirmed": _Counted(
        t("Approved, not confirmed"), Mood.WARN, lambda one: one.step is Step.CONFIRM
    ),
    "first_sign_in": _Counted(
        t("People not signed in yet"), Mood.WAIT, lambda one: one.step is Step.FIRST_SIGN_IN
    ),
}
MONTH: tuple[CardKey, ...] = ("quoted", "approved", "contracted")
CARDS_OF: Mapping[str, tuple[CardKey, ...]] = {
    "branch_manager": (
        "doubt", "frozen", "late", "begun_unsigned", "letters", "sign_left", "mine_to_decide",
        "running_out", "above", "outbox", *MONTH,
    ),
    "reviewer": ("late", "letters", "mine_to_decide", "above", "outbox"),
    "clerk": (
        "letters", "sign_left", "begun_unsigned", "running_out", "returned", "unconfirmed",
        "to_sign", "to_archive", "outbox",
    ),
    "custodian": ("doubt", "frozen", "letters", "begun_unsigned", "to_seal", "to_archive",
                  "outbox"),
    "provincial_approver": (
        "late", "frozen", "mine_to_decide", "begun_unsigned", "running_out", "above", *MONTH,
    ),
    "head_office_approver": ("frozen", "late", "mine_to_decide", "above", *MONTH),
    "auditor": ("doubt", "frozen", "late", "begun_unsigned", "letters", "to_archive", "outbox",
                "contracted"),
    "administrator": ("frozen", "letters", "first_sign_in", "outbox"),
}  # fmt: skip
"""The cards of each role, the more harmful first."""
LEADING = frozenset({"branch_manager", "provincial_approver", "head_office_approver", "auditor"})
"""Roles that see how much lies with each person and at each step."""


class WorkbenchPresenter:
    """What needs me today. Everything blocks; it runs on a reader's lane."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def role(self) -> str:
        """Give the first role of the person here in the order of the cards; "" for none."""
        return next((role for role in CARDS_OF if role in self._desk.actor.roles), "")

    def bench(self) -> Bench:
        """Read everything the workbench shows."""
        everything = gathered(self._desk)
        actor = self._desk.actor
        mine = tuple(one for one in everything if one.waits_on(actor))
        leading = bool(LEADING & actor.roles)
        late = Urgency.STOP if leading else None
        return Bench(
            tuple(one for one in everything if one.urgency is late or one.waits_on(actor)),
            self._cards(everything, mine),
            self._people(everything) if leading else (),
            _steps(everything) if leading else (),
            leading,
            self._desk.read(names_of_people),
        )

    def _cards(self, everything: Sequence[Waiting], mine: Sequence[Waiting]) -> tuple[Card, ...]:
        roles = self._desk.actor.roles
        keys = [key for role in CARDS_OF if role in roles for key in CARDS_OF[role]]
        cards = [self._card(key, everything, mine) for key in dict.fromkeys(keys)]
        there = [one for one in cards if one is not None]
        # Equally bad ones keep the order of the role: sorting is stable.
        return tuple(sorted(there, key=lambda one: HARM[one.mood]))

    def _card(
        self, key: CardKey, everything: Sequence[Waiting], mine: Sequence[Waiting]
    ) -> Card | None:
        if key in COUNTED:
            one = COUNTED[key]
            return _counting(key, one.words, one.mood, filter(one.holds, everything))
        if key == "mine_to_decide":
            lines = (one for one in mine if one.step is Step.DECIDE)
            return _counting(key, t("Wait on your decision"), Mood.WARN, lines)
        if key == "outbox":
            return self._outbox()
        return self._month(key)

    def _outbox(self) -> Card:
        """Say how long the oldest change has waited for head office."""
        state = self._desk.sync_state()
        oldest = self._desk.read(waiting_lines, at_most=1)
        words = t("Oldest of {n} changes not sent", n=written_count(state.outbox_left))
        if not oldest:
            return Card("outbox", "0", t("Changes not sent"), Mood.OK, page="sync")
        waited = self._desk.clock.now() - oldest[0].at
        late = waited.total_seconds() > OUTBOX_OLD
        mood = Mood.STOP if late else Mood.WAIT
        return Card("outbox", str(texts.age(waited)), words, mood, page="sync")

    def _month(self, key: CardKey) -> Card | None:
        """Read a figure of this month from its report; None where the person may not have it."""
        asked = month_asked(key, self._desk.clock.now().astimezone(SHANGHAI).date())
        leave = self._desk.seeing
        calendar = calendar_in_force(self._desk.packs, self._desk.clock)
        reader = Reader(self._desk.actor, leave.policy, self._desk.scope, calendar)
        try:
            ran = self._desk.read(
                run, reader, asked, self._desk.clock.now(), lambda _done, _total: None
            )
        except BranchError:
            return None
        group: object = APPROVED if key == "approved" else ALL
        figure = ran.pivot.figure("premium", group)
        return Card(key, yuan_grouped(figure or 0), MONTH_WORDS[key], Mood.PLAIN, page="reports",
                    target=ShowReport(asked, "premium"))  # fmt: skip

    def _people(self, everything: Sequence[Waiting]) -> tuple[Load, ...]:
        """Say what lies with each person; a thing several may do counts at each of them."""
        found: dict[object, tuple[Text | str, list[Waiting]]] = {}
        for card in self._desk.read(active_people):
            actor = Actor(card.number, card.name, card.roles, card.office, "")
            lines = [one for one in everything if _lies_with(one, actor)]
            if lines:
                found[card.number] = (f"{card.name} {card.number}", lines)
        return _loads(found)


HARM: Mapping[Mood, int] = {Mood.STOP: 0, Mood.WARN: 1, Mood.WAIT: 2, Mood.OK: 3, Mood.PLAIN: 4}
"""The order of the cards; the figures of the month, which are no risk, stand last."""
MONTH_WORDS: Mapping[str, Text] = {
    "quoted": t("Premium quoted this month, yuan"),
    "approved": t("Of it approved, yuan"),
    "contracted": t("Premium contracted this month, yuan"),
}


def month_asked(key: CardKey, day: date) -> Asked:
    """Give what the report of a figure is asked for: this month up to today, by state."""
    report = "contracts" if key == "contracted" else "quotes"
    return Asked(report, "state", since=day.replace(day=1), until=day)


def _counting(key: CardKey, words: Text, mood: Mood, lines: Iterable[Waiting]) -> Card:
    held = tuple(lines)
    if not held:
        mood = Mood.OK
    elif any(one.urgency is Urgency.STOP for one in held):
        mood = Mood.STOP
    return Card(key, written_count(len(held)), words, mood, held)


def _steps(everything: Sequence[Waiting]) -> tuple[Load, ...]:
    found: dict[object, tuple[Text | str, list[Waiting]]] = {}
    for one in everything:
        key = (one.step, one.level)
        name = texts.decides(one.level) if one.step is Step.DECIDE else texts.step(one.step)
        found.setdefault(key, (name, []))[1].append(one)
    return _loads(found)


def _lies_with(one: Waiting, actor: Actor) -> bool:
    if one.step in THEIR_OWN:
        return one.by == actor.person
    return (
        one.step is not Step.LETTER
        and one.waits_on(actor)
        and reaches(actor.scope, one.scope, "below")
    )


def _loads(found: Mapping[object, tuple[Text | str, list[Waiting]]]) -> tuple[Load, ...]:
    loads = [
        Load(
            name,
            tuple(lines),
            sum(one.urgency is Urgency.STOP for one in lines),
            min(one.since for one in lines),
            key,
        )
        for key, (name, lines) in found.items()
    ]
    return tuple(sorted(loads, key=lambda one: (-one.late, one.oldest)))
