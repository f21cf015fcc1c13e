"""The full explanation: each line, its dates and prices, and the rules with what they saw."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.job.model import Job
from fieldkit.domain.job.preconditions import waits_for_purchase_date
from fieldkit.i18n import say_money
from fieldkit.services.jobs.job_commands import full_decision
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.text.verdict_lines import explained
from fieldkit.tui.widgets.line_view import Page


class VerdictScreen(BaseScreen[None]):
    """Why each line is free or paid, as far down as the conditions of the rules."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "purchase_date", "key.purchase_date", id="verdict.purchase_date"),
    ]

    BEGIN = "#explained"

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def heading(self) -> str:
        """The title bar, left: whose verdict."""
        return f"{self._job.number} › {self.t('screen.part.verdict')}"

    def beside(self) -> str:
        """The title bar, right: what the customer pays."""
        decision = self._job.decision
        return say_money(decision.total_fen, self.lang) if decision else ""

    def body(self) -> ComposeResult:
        """One page."""
        yield Page(id="explained")

    def reload(self) -> None:
        """Read the decision record with its facts."""
        decision = full_decision(self.session, self._job)
        page = self.query_one("#explained", Page)
        if decision is not None:
            catalogue = self.session.catalogue
            page.show(lambda cells: explained(self._job, decision, catalogue, self.lang, cells))

    def shown_keys(self) -> list[Binding]:
        """The day of purchase is asked for where the verdict waits for it."""
        asked = waits_for_purchase_date(self._job)
        shown = super().shown_keys()
        return [one for one in shown if asked or one.action != "purchase_date"]

    def action_purchase_date(self) -> None:
        """Ask for the day of purchase that the verdict waits for."""
        from fieldkit.tui.screens.correct import open_purchase_date

        if self.on_top:
            open_purchase_date(self, self._job)
