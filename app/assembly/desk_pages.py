"""Which pages a seat has, what its search finds, and how its strip reads.

Imported after the first paint, on a lane: every screen and all they stand on come with it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.assembly.finding import GROUPS, find_records
from app.kit.words import Text, t
from ui.approvals.view import approvals_page
from ui.contracts.view import contracts_page
from ui.customers.view import customers_page
from ui.devices.presenter import DevicesPresenter, DeviceView
from ui.devices.texts import kind, standing
from ui.devices.view import devices_page
from ui.pricing.view import pricing_page
from ui.problems.presenter import ProblemsPresenter
from ui.problems.view import problems_page
from ui.register.view import register_page
from ui.reports.view import reports_page
from ui.seals.view import seals_page
from ui.shell.bridge import Bridge, Job
from ui.shell.lanes import DeskLanes
from ui.shell.page import Found, Page, Person
from ui.shell.palette import Searcher
from ui.shell.ports import Desk, SyncView
from ui.shell.record_reading import page_open_to
from ui.shell.strip import StripItem, device_item, link_item, outbox_item, problems_item
from ui.signing.view import signing_page
from ui.sync.view import sync_page
from ui.theme.tokens import Mood
from ui.workbench.view import workbench_page

if TYPE_CHECKING:
    from app.assembly.demo import DemoSite
    from ui.drill.presenter import DrillPresenter
    from ui.drill.view import Sit

ROLES: Mapping[str, Text] = {
    "clerk": t("Clerk"),
    "reviewer": t("Reviewer"),
    "custodian": t("Seal custodian"),
    "branch_manager": t("Branch manager"),
    "provincial_approver": t("Provincial approver"),
    "head_office_approver": t("Head-office approver"),
    "auditor": t("Auditor"),
    "administrator": t("Administrator"),
}


@dataclass(frozen=True)
class Pulse:
    """What the strip is made from: sync, problems."""

    sync: SyncView
    problems: int


def pages_of(desk: Desk, lanes: DeskLanes) -> tuple[Page, ...]:
    """Give the pages of a seat in the order of the navigation; the first nine have Alt+digit.

    A page of records that none of the person's roles may see anywhere is not among them.
    """
    pages = (
        workbench_page(desk, lanes),
        customers_page(desk, lanes),
        pricing_page(desk, lanes),
        approvals_page(desk, lanes),
        contracts_page(desk, lanes),
        signing_page(desk, lanes),
        seals_page(desk, lanes),
        problems_page(desk, lanes),
        sync_page(desk, lanes),
        devices_page(desk, lanes),
        reports_page(desk, lanes),
        register_page(desk, lanes),
    )
    return tuple(page for page in pages if page_open_to(desk.seeing, page.key))


def drill_of(site: "DemoSite", sit: "Sit") -> Page:
    """Give the drill's page; a desk without a demo neither has it nor loads it."""
    from ui.drill.view import drill_page

    return drill_page(drill_at(site), site.hands, sit)


def drill_at(site: "DemoSite") -> "DrillPresenter":
    """Give the hands at a demo."""
    from app.assembly.drill import DemoDrill
    from ui.drill.presenter import DrillPresenter

    return DrillPresenter(DemoDrill(site, role_words))


def person_of(desk: Desk, *, demo: bool = False) -> Person:
    """Say who sits here, as the top bar has it; a demo says so beside the role."""
    words = role_words(desk.actor.roles)
    return Person(desk.actor.name, t("{role} · Demo", role=words) if demo else words)


def role_words(roles: frozenset[str]) -> Text:
    """Name a person's first role in the order of the house; others say it in their own pages."""
    return next((words for role, words in ROLES.items() if role in roles), t("Guest"))


def searcher(desk: Desk, lanes: DeskLanes, bridge: Bridge) -> Searcher:
    """Make the search of the top bar: records of every kind, by name, pinyin or number."""

    def look(words: str) -> list[Found]:
        answer = find_records(desk, words)
        found = [
            Found(
                line.page,
                line.target,
                line.title,
                line.detail,
                str(GROUPS[line.page]),
                line.marks,
                line.detail_marks,
            )
            for line in answer.lines
        ]
        remark = [] if answer.remark is None else [Found("", None, str(answer.remark), "")]
        return found + remark

    def search(words: str, take: Callable[[Sequence[Found]], object]) -> Job:
        return bridge.run(lanes.desk, look, words, done=take)

    return search


def pulse_of(desk: Desk) -> Pulse:
    """Read what the strip says; blocks for a few milliseconds."""
    return Pulse(desk.sync_state(), len(ProblemsPresenter(desk).problems()))


def devices_of(desk: Desk) -> DevicesPresenter:
    """Give the presenter that asks the devices."""
    return DevicesPresenter(desk)


def strip_items(
    pulse: Pulse, reached: bool | None, devices: Mapping[str, DeviceView], *, demo: bool
) -> tuple[StripItem, ...]:
    """Make the strip; ``reached`` is None while head office has not been asked yet."""
    items = [
        _link(pulse.sync, reached),
        outbox_item(pulse.sync.outbox_left),
        problems_item(pulse.problems),
    ]
    for key, view in devices.items():
        words, mood = standing(view)
        items.append(device_item(key, kind(view), words, mood))
    if demo:
        items.append(StripItem("demo", t("Demo: nothing here is real"), Mood.WARN, "drill"))
    return tuple(items)


def _link(sync: SyncView, reached: bool | None) -> StripItem:
    if sync.offline_since is not None:
        return link_item(False, (sync.at - sync.offline_since).total_seconds())
    if reached is None:
        return StripItem("link", t("Asking head office…"), Mood.WAIT, "sync")
    return link_item(True, 0)
