"""The reports there are, each declared once: fields, measures, what they mean.

The rows of each come from `app.reports.queries.sources`, in the order of its fields.
"""

from collections.abc import Mapping

from app.contracts.rules import ARCHIVED, DRAFTED, SEALED, SIGNED
from app.kit.sheets.writing import CellKind
from app.kit.words import Text, t
from app.pricing.quoting import APPROVED, DECLINED, PRICED, PROVISIONAL, RETURNED, SUBMITTED
from app.reports.rules.declared import Field, Fold, Measure, Parameter, ParameterKind, Report

MONTH = Field("month", t("Month"), groups=True)
OFFICE = Field("office", t("Office"), groups=True)
CUSTOMER = Field("customer", t("Customer"))
STATES = {
    PRICED: t("Priced"),
    SUBMITTED: t("Being approved"),
    PROVISIONAL: t("Approved, not confirmed"),
    APPROVED: t("Approved"),
    RETURNED: t("Returned"),
    DECLINED: t("Declined"),
}
CONTRACT_STATES = {
    DRAFTED: t("To sign"),
    SIGNED: t("To seal"),
    SEALED: t("To archive"),
    ARCHIVED: t("Archived"),
}
STAMP_STATES = {
    "intent": t("Begun"),
    "in_doubt": t("In doubt"),
    "done": t("Stamped"),
    "not_done": t("Not stamped"),
    "settled_done": t("Settled: stamped"),
    "settled_not_done": t("Settled: not stamped"),
}
ROUNDS = {"done": t("Even"), "waiting": t("More to come"), "stopped": t("Stopped")}
YES_NO = {"1": t("yes"), "0": t("no")}
PERSON, PRODUCT, STATE = ParameterKind.PERSON, ParameterKind.PRODUCT, ParameterKind.STATE

QUOTES = Report(
    key="quotes",
    title=t("Quotes"),
    about=t("Quotes by the month they were priced, how many were approved, and their premium."),
    action="reports.business",
    dated=t("Priced"),
    group="month",
    across="state",
    shown="quotes",
    chart="stacked",
    parameters=(
        Parameter(PERSON, "priced_by"),
        Parameter(PRODUCT, "tariff"),
        Parameter(STATE, "state"),
    ),
    fields=(
        MONTH,
        OFFICE,
        CUSTOMER,
        Field("state", t("State"), words=STATES, groups=True),
        Field("level", t("Approval level"), groups=True),
        Field("tariff", t("Tariff"), groups=True),
        Field("people", t("People"), CellKind.COUNT),
        Field("premium", t("Premium, yuan"), CellKind.MONEY),
        Field("priced_by", t("Priced by"), groups=True),
        Field("priced_at", t("Priced at"), CellKind.MOMENT),
        Field("approved", t("Approved for good"), CellKind.COUNT, words=YES_NO),
        Field("pending", t("Waits for head office"), CellKind.COUNT, words=YES_NO, groups=True),
    ),
    measures=(
        Measure(
            "quotes",
            t("Quotes"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of quotes in the state they have now; one quote counts once."),
        ),
        Measure(
            "premium",
            t("Premium, yuan"),
            CellKind.MONEY,
            Fold.SUM,
            t("Sum of the priced premium of these quotes, whether or not a contract came of them."),
            "premium",
        ),
        Measure(
            "people",
            t("People"),
            CellKind.COUNT,
            Fold.SUM,
            t("Sum of the people these quotes are for."),
            "people",
        ),
        Measure(
            "mean",
            t("Mean premium, yuan"),
            CellKind.MONEY,
            Fold.MEAN,
            t("Premium of these quotes divided by their number, rounded half up to the fen."),
            "premium",
        ),
        Measure(
            "approved",
            t("Share approved"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Approved quotes out of those approved, returned or declined; others do not count."),
            "approved",
        ),
    ),
)
APPROVALS = Report(
    key="approvals",
    title=t("Approval waiting times"),
    about=t("How long each decision waited for its approver, by level and month."),
    action="reports.business",
    dated=t("Decided"),
    group="level",
    shown="mean",
    worked=True,
    version=2,
    parameters=(Parameter(PERSON, "person"), Parameter(STATE, "choice")),
    fields=(
        MONTH,
        OFFICE,
        Field("subject", t("About")),
        Field(
            "level", t("Level"), words={str(n): t("L{n}", n=n) for n in range(1, 5)}, groups=True
        ),
        Field("person", t("Decided by"), groups=True),
        Field(
            "choice",
            t("Decision"),
            words={
                "approve": t("Approved"),
                "return": t("Returned"),
                "decline": t("Declined"),
            },
            groups=True,
        ),
        Field("began", t("Waited since"), CellKind.MOMENT),
        Field("decided", t("Decided at"), CellKind.MOMENT),
        Field("minutes", t("Waited, minutes"), CellKind.COUNT),
        Field("worked", t("Waited, working minutes"), CellKind.COUNT),
        Field(
            "assumed",
            t("Beyond the published calendar"),
            CellKind.COUNT,
            words=YES_NO,
            groups=True,
        ),
        Field("late", t("After the due time"), CellKind.COUNT, words=YES_NO, groups=True),
    ),
    measures=(
        Measure(
            "decisions",
            t("Decisions"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of decisions given, each level of a case for itself."),
        ),
        Measure(
            "mean",
            t("Mean wait, minutes"),
            CellKind.COUNT,
            Fold.MEAN,
            t(
                "Whole minutes from the decision before, or from the submission, to this one; "
                "nights and holidays count; the mean is rounded half up."
            ),
            "minutes",
        ),
        Measure(
            "most",
            t("Longest wait, minutes"),
            CellKind.COUNT,
            Fold.MOST,
            t("The longest of these waits, in whole minutes."),
            "minutes",
        ),
        Measure(
            "mean_worked",
            t("Mean wait, working minutes"),
            CellKind.COUNT,
            Fold.MEAN,
            t(
                "The same waits, counted within the office hours of working days only: the work"
                " calendar in the head says which; nights, weekends and public holidays do not"
                " count, weekend days worked in exchange do. The mean is rounded half up."
            ),
            "worked",
        ),
        Measure(
            "most_worked",
            t("Longest wait, working minutes"),
            CellKind.COUNT,
            Fold.MOST,
            t("The longest of these waits in working time, in whole minutes."),
            "worked",
        ),
        Measure(
            "assumed",
            t("Waits beyond the calendar"),
            CellKind.COUNT,
            Fold.SUM,
            t(
                "Waits that touch days whose calendar is not published yet: Monday to Friday are"
                " taken for working days there, so that their working time is provisional."
            ),
            "assumed",
        ),
        Measure(
            "late",
            t("Share late"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Decisions given after the due time of their case, out of all decisions."),
            "late",
        ),
    ),
)
CONTRACTS = Report(
    key="contracts",
    title=t("Contracts"),
    about=t("Contracts by the month they were drawn up, how far they are, and their premium."),
    action="reports.business",
    dated=t("Drawn up"),
    group="month",
    across="state",
    shown="contracts",
    chart="stacked",
    version=2,
    parameters=(
        Parameter(PERSON, "drawn_by"),
        Parameter(PRODUCT, "product"),
        Parameter(STATE, "state"),
    ),
    fields=(
        MONTH,
        OFFICE,
        Field("number", t("Contract")),
        Field("product", t("Product"), groups=True),
        CUSTOMER,
        Field("state", t("State"), words=CONTRACT_STATES, groups=True),
        Field("premium", t("Premium, yuan"), CellKind.MONEY),
        Field("cover_from", t("Cover from"), CellKind.DAY),
        Field("cover_to", t("Cover to"), CellKind.DAY),
        Field("drawn_by", t("Drawn up by"), groups=True),
        Field("drawn_at", t("Drawn up at"), CellKind.MOMENT),
        Field("archived", t("Archived"), CellKind.COUNT, words=YES_NO),
    ),
    measures=(
        Measure(
            "contracts",
            t("Contracts"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of numbered contracts in the state they have now."),
        ),
        Measure(
            "premium",
            t("Premium, yuan"),
            CellKind.MONEY,
            Fold.SUM,
            t("Sum of the premium written in these contracts."),
            "premium",
        ),
        Measure(
            "archived",
            t("Share archived"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Contracts whose photograph is checked and archived, out of all of them."),
            "archived",
        ),
    ),
)
SEALS = Report(
    key="seals",
    title=t("Seal register"),
    about=t("Every impression that was begun, by machine, seal, person and outcome."),
    action="reports.seals",
    dated=t("Begun"),
    group="month",
    across="state",
    shown="impressions",
    chart="stacked",
    parameters=(Parameter(PERSON, "operator"), Parameter(STATE, "state")),
    fields=(
        MONTH,
        OFFICE,
        Field("register_no", t("Register no."), CellKind.COUNT),
        Field("document", t("Document")),
        Field("seal", t("Seal"), groups=True),
        Field("machine", t("Machine"), groups=True),
        Field("page", t("Page"), CellKind.COUNT),
        Field("state", t("Outcome"), words=STAMP_STATES, groups=True),
        Field("operator", t("Operator"), groups=True),
        Field("witness", t("Witness"), groups=True),
        Field("counter", t("Counter after"), CellKind.COUNT),
        Field("begun_at", t("Begun at"), CellKind.MOMENT),
        Field("stamped", t("Stamped"), CellKind.COUNT, words=YES_NO),
        Field("photographed", t("Photographed"), CellKind.COUNT, words=YES_NO),
    ),
    measures=(
        Measure(
            "impressions",
            t("Impressions begun"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of impressions whose beginning was recorded, whatever came of them."),
        ),
        Measure(
            "stamped",
            t("Impressions stamped"),
            CellKind.COUNT,
            Fold.SUM,
            t("Impressions the machine reports as done or two persons settled as done."),
            "stamped",
        ),
        Measure(
            "photographed",
            t("Share photographed"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Stamped impressions with a photograph, out of all stamped ones."),
            "photographed",
        ),
    ),
)
CUSTOMERS = Report(
    key="customers",
    title=t("Customers"),
    about=t("The customers on file: who they are, and how many can be reached."),
    action="reports.business",
    dated=t("Registered"),
    group="party",
    shown="customers",
    parameters=(Parameter(STATE, "party"),),
    fields=(
        MONTH,
        OFFICE,
        CUSTOMER,
        Field(
            "party",
            t("Kind"),
            words={"person": t("Private person"), "organisation": t("Organisation")},
            groups=True,
        ),
        Field("region", t("Region"), groups=True),
        Field("industry", t("Industry"), groups=True),
        Field("registered", t("Registered at"), CellKind.MOMENT),
        Field("reachable", t("Can be reached"), CellKind.COUNT, words=YES_NO, groups=True),
        Field("checked", t("Number checked"), CellKind.COUNT, words=YES_NO, groups=True),
    ),
    measures=(
        Measure(
            "customers",
            t("Customers"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of customers; a pair that was registered twice counts twice."),
        ),
        Measure(
            "reachable",
            t("Share with telephone or e-mail"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Customers with a mobile number or an e-mail address of their own or of a contact."),
            "reachable",
        ),
        Measure(
            "checked",
            t("Share with a checked number"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Customers whose identity number or credit code passed its own check digit."),
            "checked",
        ),
    ),
)
QUALITY = Report(
    key="quality",
    title=t("Data quality"),
    about=t("What is missing or doubtful in the customers on file, one line a finding."),
    action="reports.business",
    dated=None,
    group="finding",
    shown="findings",
    parameters=(Parameter(STATE, "finding"),),
    fields=(
        OFFICE,
        CUSTOMER,
        Field(
            "party",
            t("Kind"),
            words={"person": t("Private person"), "organisation": t("Organisation")},
            groups=True,
        ),
        Field(
            "finding",
            t("Finding"),
            words={
                "unreachable": t("Neither telephone nor e-mail"),
                "unchecked": t("Number not checked"),
                "no_contact": t("Organisation without a contact"),
                "double": t("Same number on two customers"),
                "no_address": t("No address"),
            },
            groups=True,
        ),
    ),
    measures=(
        Measure(
            "findings",
            t("Findings"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of findings; one customer may have several."),
        ),
    ),
)
SYNC = Report(
    key="sync",
    title=t("Syncing of this desk"),
    about=t("The rounds this desk had with head office: how many failed, what was carried."),
    action="reports.desk",
    dated=t("Round"),
    group="day",
    across="outcome",
    shown="rounds",
    chart="stacked",
    here=True,
    parameters=(Parameter(STATE, "outcome"),),
    fields=(
        Field("day", t("Day"), CellKind.DAY, groups=True),
        Field("outcome", t("How it ended"), words=ROUNDS, groups=True),
        Field("at", t("Time"), CellKind.MOMENT),
        Field("pushed", t("Sent"), CellKind.COUNT),
        Field("pulled", t("Received"), CellKind.COUNT),
        Field("whole", t("Went through"), CellKind.COUNT, words=YES_NO),
    ),
    measures=(
        Measure(
            "rounds",
            t("Rounds"),
            CellKind.COUNT,
            Fold.COUNT,
            t("Number of rounds that were begun."),
        ),
        Measure(
            "pushed",
            t("Sent"),
            CellKind.COUNT,
            Fold.SUM,
            t("Changes head office answered in these rounds."),
            "pushed",
        ),
        Measure(
            "pulled",
            t("Received"),
            CellKind.COUNT,
            Fold.SUM,
            t("Rows of head office taken over in these rounds."),
            "pulled",
        ),
        Measure(
            "whole",
            t("Share that went through"),
            CellKind.SHARE,
            Fold.SHARE,
            t("Rounds that ended with both sides alike, out of all rounds."),
            "whole",
        ),
    ),
)

REPORTS: Mapping[str, Report] = {
    one.key: one for one in (QUOTES, APPROVALS, CONTRACTS, SEALS, CUSTOMERS, QUALITY, SYNC)
}
"""Every report by its key, in the order a person chooses from."""


def groups_of(report: Report) -> tuple[tuple[str, Text], ...]:
    """Name what a report can be grouped by."""
    return tuple((one.key, one.title) for one in report.fields if one.groups)
