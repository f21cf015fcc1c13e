"""One job: the path of its steps on the left, its details on the right."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.core.errors import Reason
from fieldkit.domain.core.form import form_fields
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.preconditions import waits_for_purchase_date
from fieldkit.domain.job.steps import BY_KEY, blocked, next_step
from fieldkit.i18n import say, say_moment, say_reason
from fieldkit.services.jobs import job_commands, records
from fieldkit.services.jobs.undo import can_undo, last_undoable, undo_into_draft
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.job.job_details import Details
from fieldkit.tui.screens.job.job_steps import JobSteps, about
from fieldkit.tui.text.options import Option
from fieldkit.tui.widgets.line_view import Page
from fieldkit.tui.widgets.long_list import Listing
from fieldkit.tui.widgets.steps_view import StepsView

_ROOM_FOR_ALL = 90
"""The cells that the keys of a job take in both languages."""


class JobScreen(BaseScreen[None]):
    """Enter does the step under the cursor, which stands on the next one; F2 always the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "key.do", show=False, id="job.do"),
        Binding("f2", "next", "key.next", id="job.next"),
        Binding("f3", "verdict", "key.verdict", id="job.verdict"),
        Binding("f4", "papers", "key.papers", id="job.papers"),
        Binding("f5", "show_customer", "key.show_customer", id="job.show_customer"),
        Binding("f6", "undo", "key.undo", id="job.undo"),
        Binding("f10", "history", "key.history", show=False, id="job.history"),
        Binding("ctrl+y", "copy", "key.copy", show=False, id="job.copy"),
        Binding("ctrl+b", "correct", "key.correct", show=False, id="job.correct"),
        Binding("ctrl+r", "purchase_date", "key.purchase_date", id="job.purchase_date"),
        Binding("up", "move(-1)", "key.up", show=False, id="job.up"),
        Binding("down", "move(1)", "key.down", show=False, id="job.down"),
        Binding("home", "move(-999)", "key.first", show=False, id="job.first"),
        Binding("end", "move(999)", "key.last", show=False, id="job.last"),
        Binding("pageup", "scroll(-1)", "key.page_up", show=False, id="job.page_up"),
        Binding("pagedown", "scroll(1)", "key.page_down", show=False, id="job.page_down"),
    ]

    def __init__(self, job_id: str, onward: bool = False) -> None:
        """`onward`: begin at once with the step that comes next."""
        super().__init__()
        self._job_id = job_id
        self._onward = onward
        self.job: Job | None = None
        self._steps: JobSteps | None = None
        self._archived = False
        self._undoable = False

    def heading(self) -> str:
        """The title bar, left: the number and whose job it is."""
        if self.job is None:
            return self.t("screen.job")
        who = self.job.customer.name if self.job.customer else ""
        return f"{self.job.number} · {who}"

    def beside(self) -> str:
        """The title bar, right: how far the job is."""
        status = self.t(f"status.{self.job.status}") if self.job else ""
        return f"{status} · {self.t('screen.read_only')}" if self._archived else status

    def body(self) -> ComposeResult:
        """Steps and details."""
        yield StepsView(
            lambda entry, cells: self._steps.line(entry, self.lang, cells) if self._steps else [],
            lambda entry, cells: about(entry.data, self.lang, cells),
        )

    def reload(self) -> None:
        """Read the job again."""
        session = self.session
        self.job = job_commands.job(session, self._job_id)
        self._archived = job_commands.is_archived(session, self._job_id)
        self._undoable = can_undo(session, self.job)
        steps = JobSteps(self.job, session.role, session.store.drafts.steps(self.job.id))
        self._steps = steps
        what = self.job.product
        known = records.product_of_id(session, what.id) if what else None
        details = Details(self.job, session.catalogue, self.lang, known)
        self.query_one(StepsView).fill(steps.entries(self.lang), steps.current(), details.lines)
        if self._onward:
            self._onward = False
            self.call_later(self.action_next)

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self.action_do(event.entry.key)

    def action_next(self) -> None:
        """Do the step that comes now."""
        if self.job is None:
            return
        step = next_step(self.job, self.session.role)
        if step is not None:
            self.action_do(step.key)
            return
        closed = "screen.nothing_next" if self.job.completion else "screen.nothing_now"
        self.show_message(self.t(closed))

    def action_do(self, key: str) -> None:
        """Open the form of a step, or do it at once where it has no fields."""
        if self.job is None or not self.on_top:
            return
        step, role = BY_KEY[key], self.session.role
        why = Reason("archived") if self._archived else blocked(self.job, step, role)
        if why is not None:
            self.show_message(say_reason(why, self.lang), wrong=True)
        elif key == "attach":
            self._open_files()
        elif not form_fields(step.form):
            self._do_now(key)
        else:
            self._open_form(key)

    def _do_now(self, key: str) -> None:
        with self.showing_errors():
            job_commands.do_step(self.session, self._job_id, key, {})
            self.show_message(self.t("screen.step_saved", step=self.t(f"step.{key}")))
        self.refresh_data()

    def _open_form(self, key: str) -> None:
        from fieldkit.tui.forms.job_step_forms import step_form

        assert self.job is not None
        with self.showing_errors():
            self.open_form(step_form(self.session, self.job, key), self._form_closed)

    def _open_files(self) -> None:
        """Open the files of the job: they are chosen, not typed into a form."""
        from fieldkit.tui.screens.job.attachments import FilesScreen

        self.app.push_screen(FilesScreen(self._job_id), lambda _: self.refresh_data())

    def _form_closed(self, result: Any, onward: bool) -> None:
        """Read the job and its drafts again; go on with the next step where that is wanted."""
        self.refresh_data()
        if onward:
            self.call_later(self.action_next)

    def action_verdict(self) -> None:
        """Open the full explanation of the verdict."""
        from fieldkit.tui.screens.job.full_verdict import VerdictScreen

        if job := self._decided_job():
            self.app.push_screen(VerdictScreen(job))

    def action_papers(self) -> None:
        """Open receipt, report and invoice."""
        from fieldkit.tui.screens.job.papers import PapersScreen

        if self.job is not None:
            self.app.push_screen(PapersScreen(self.job))

    def action_show_customer(self) -> None:
        """Show the verdict to the customer."""
        from fieldkit.tui.screens.job.customer_view import CustomerVerdictScreen

        if job := self._decided_job():
            self.app.push_screen(CustomerVerdictScreen(job))

    def _decided_job(self) -> Job | None:
        """The job if it has a verdict, else None after a message."""
        if self.job is not None and self.job.decision is not None:
            return self.job
        self.show_message(self.t("screen.no_verdict"), wrong=True)
        return None

    def action_copy(self) -> None:
        """Copy the number, the address, the telephone number, or the telephone code."""
        from fieldkit.tui.screens.copy_text import copy_from

        if self.job is not None and self.on_top:
            copy_from(self, self.job)

    def action_correct(self) -> None:
        """Choose what of the job, its customer or its product is put right."""
        from fieldkit.tui.screens.correct import correct_job

        if self.job is None or not self.on_top:
            return
        if self._archived:
            self.show_message(say_reason(Reason("archived"), self.lang), wrong=True)
        else:
            correct_job(self, self.job)

    def action_purchase_date(self) -> None:
        """Ask for the day of purchase that the verdict waits for."""
        from fieldkit.tui.screens.correct import open_purchase_date

        if self.job is not None and self.on_top:
            open_purchase_date(self, self.job)

    def action_history(self) -> None:
        """Open earlier work on this product."""
        serial = self.job.product.serial if self.job and self.job.product else ""
        self.host.open_history(serial)

    def shown_keys(self) -> list[Binding]:
        """All but the sync, which the first screen and the end of the day have. Where the last
        step can be taken back, that key stands in the place of the papers on a narrow screen."""
        absent = {"app.sync"}
        if not (self.job and waits_for_purchase_date(self.job)):
            absent.add("purchase_date")
        if not self._undoable:
            absent.add("undo")
        elif self.size.width < _ROOM_FOR_ALL:
            absent.add("papers")
        return [binding for binding in super().shown_keys() if binding.action not in absent]

    def action_undo(self) -> None:
        """Undo the last step after a question."""
        from fieldkit.tui.screens.confirm import ConfirmScreen

        with self.showing_errors():
            key, at = last_undoable(self.session, self._job_id)
            question = self.t(
                "screen.undo_question", step=self.t(f"step.{key}"), moment=say_moment(at, self.lang)
            )
            self.app.push_screen(
                ConfirmScreen(question, self.t("key.undo"), self.t("key.back")), self._undo
            )

    def _undo(self, agreed: bool | None) -> None:
        if not agreed:
            return
        with self.showing_errors():
            key = undo_into_draft(self.session, self._job_id)
            self.show_message(self.t("screen.undone", step=say(f"step.{key}", self.lang)))
        self.refresh_data()

    def more_actions(self) -> list[Option]:
        """Every step of this job, by name."""
        return self._steps.options(self.lang) if self._steps else []

    def action_scroll(self, pages: int) -> None:
        """Scroll the details."""
        page = self.query_one("#details", Page)
        page.scroll_relative(y=pages * max(page.size.height - 2, 1), animate=False)
