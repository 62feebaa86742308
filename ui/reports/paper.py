"""A report on its way to the printer: the very figures that are shown, on the branch's paper."""

from typing_extensions import override

from app.documents.pages import page_count
from app.reports.rules.kept import Ran
from ui.printing.presenter import Printable, PrintPresenter, Sheets
from ui.reports.presenter import ReportsPresenter
from ui.shell.ports import Desk


class ReportSheets(PrintPresenter):
    """The sheets of a report, pressed once when they are asked for; run it on one lane."""

    def __init__(self, desk: Desk, ran: Ran, measure: str) -> None:
        name = f"{ran.report.key}.pdf"
        super().__init__(desk, Printable(ran.report.title, "", "report", name))
        self._presenter = ReportsPresenter(desk)
        self._ran, self._measure = ran, measure

    @override
    def sheets(self) -> Sheets:
        """Press the report; raises BranchError E-DOC-…."""
        pdf = self._presenter.paper("pdf", self._ran, self._measure)
        return Sheets(pdf, page_count(pdf))
