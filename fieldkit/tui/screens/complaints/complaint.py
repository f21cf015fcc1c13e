"""One complaint: its eight steps on the left, what is known of it on the right."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fieldkit.domain.complaints.model import COMPLAINT, Complaint
from fieldkit.domain.complaints.steps import routing, suggest_complaint
from fieldkit.domain.core.form import form_fields
from fieldkit.domain.due_dates import complaint_duties
from fieldkit.domain.job.steps import State
from fieldkit.i18n import Lang, has, say, say_moment, say_reason
from fieldkit.services.jobs import complaints, records
from fieldkit.services.jobs.complaints import ComplaintStepView, complaint_path, do_complaint_step
from fieldkit.services.jobs.job_commands import find_job
from fieldkit.tui.forms.form_spec import FormSpec
from fieldkit.tui.screens.base import BaseScreen
from fieldkit.tui.screens.complaints.donts import DontsScreen
from fieldkit.tui.text.donts import donts
from fieldkit.tui.text.lines import Line, labelled, paragraph
from fieldkit.tui.text.step_lines import about_step, step_line
from fieldkit.tui.widgets.long_list import Entry, Listing
from fieldkit.tui.widgets.steps_view import StepsView

_LABELS = 12  # cells: the longest label, and some space


class ComplaintScreen(BaseScreen[None]):
    """Enter does the step under the cursor; F2 always the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "key.do", show=False, id="complaint.do"),
        Binding("f2", "next", "key.next", id="complaint.next"),
        Binding("f3", "donts", "key.donts", id="complaint.donts"),
        Binding("f4", "open_job", "key.open_job", id="complaint.job"),
        Binding("up", "move(-1)", "key.up", show=False, id="complaint.up"),
        Binding("down", "move(1)", "key.down", show=False, id="complaint.down"),
    ]

    def __init__(self, record_id: str) -> None:
        super().__init__()
        self._record_id = record_id
        self._complaint: Complaint | None = None

    def heading(self) -> str:
        """The title bar, left: whose complaint."""
        return f"{self.t('record.complaint')} · {self._customer_name()}".removesuffix(" · ")

    def body(self) -> ComposeResult:
        """Steps and details."""
        yield StepsView(self._draw, self._about)

    def reload(self) -> None:
        """Read the complaint again."""
        self._complaint = complaints.complaint(self.session, self._record_id)
        views = complaint_path(self.session, self._complaint)
        entries = [Entry(view.step, view) for view in views]
        following = next((view.step for view in views if view.state is not State.DONE), "")
        self.query_one(StepsView).fill(entries, following, self._details)

    def _draw(self, entry: Entry, cells: int) -> Line:
        name = self.t(f"complaint_step.{entry.key}")
        return step_line(name, entry.data.state, self.lang, cells)

    def _about(self, entry: Entry, cells: int) -> list[Line]:
        view: ComplaintStepView = entry.data
        stamp = view.data.stamp if view.data else None
        return about_step(view.why, stamp, "screen.enter_next", self.lang, cells)

    def _details(self, cells: int) -> list[Line]:
        if self._complaint is None:
            return []
        lines = self._deadlines(cells)
        lines += self._who(cells)
        for view in complaint_path(self.session, self._complaint):
            if view.data is not None:
                lines += self._recorded(view, cells)
        return lines

    def _deadlines(self, cells: int) -> list[Line]:
        assert self._complaint is not None
        now = self.session.clock()
        lines: list[Line] = []
        for duty in complaint_duties(self._complaint, now, self.session.trade.calendar):
            kind = "danger" if duty.overdue(now) else "warn"
            text = say_moment(duty.due.astimezone(now.tzinfo), self.lang)
            lines += labelled(self.t(f"screen.duty.{duty.kind}"), text, cells, _LABELS, kind)
        return lines

    def _who(self, cells: int) -> list[Line]:
        assert self._complaint is not None
        said = routing(self._complaint)
        catalogue, lang = self.session.catalogue, self.lang
        rows = [("customer", self._customer_name()), ("job", self._job_number())]
        if said is not None:
            rows.append(("department", catalogue.name("department", said.department, lang)))
            rows.append(("grade", catalogue.name("complaint_grade", said.grade, lang)))
        lines: list[Line] = []
        for key, text in rows:
            if text:
                lines += labelled(self.t(f"label.{key}"), text, cells, _LABELS)
        return lines

    def _recorded(self, view: ComplaintStepView, cells: int) -> list[Line]:
        """What was recorded at a step, in the words of its form."""
        assert view.data is not None
        lines: list[Line] = [[], [(self.t(f"complaint_step.{view.step}"), "heading")]]
        for field in form_fields(type(view.data)):
            value = getattr(view.data, field.name)
            if value in (None, "", False) and field.name != "founded":
                continue
            if field.ui.source:
                value = self.session.catalogue.name(field.ui.source, str(value), self.lang)
            elif isinstance(value, bool):
                value = self.t("value.yes" if value else "value.no")
            elif field.name == "channel":
                value = self._channel(value)
            label = self.t(f"label.{field.name}")
            lines += paragraph(self.t("field.named", label=label, text=value), cells)
        for name, score in (getattr(view.data, "scores", None) or {}).items():
            label = self.t(f"label.{name}") if has(f"label.{name}") else name
            lines += paragraph(self.t("field.named", label=label, text=f"{score}/5"), cells)
        return lines

    def _channel(self, value: str) -> str:
        """How it came in: in the program's own words where the program wrote it."""
        key = f"value.channel.{value}"
        return self.t(key) if has(key) else value

    def _customer_name(self) -> str:
        recorded = self._complaint.recorded if self._complaint else None
        found = records.find_customer(self.session, recorded.customer) if recorded else None
        return found.name if found else ""

    def _job_number(self) -> str:
        recorded = self._complaint.recorded if self._complaint else None
        found = find_job(self.session, recorded.job) if recorded and recorded.job else None
        return found.number if found else ""

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self._do(event.entry.data)

    def action_next(self) -> None:
        """Do the step that comes now."""
        assert self._complaint is not None
        views = complaint_path(self.session, self._complaint)
        waiting = next((view for view in views if view.state is not State.DONE), None)
        if waiting is None:
            self.show_message(self.t("screen.complaint_finished"))
        else:
            self._do(waiting)

    def _do(self, view: ComplaintStepView) -> None:
        if self._complaint is None or not self.on_top:
            return
        if view.why is not None:
            self.show_message(say_reason(view.why, self.lang), wrong=True)
        elif view.state is State.DONE:
            self.show_message(self.t("why.already_done"), wrong=True)
        else:
            self.open_form(self._form(view.step))

    def _form(self, step: str) -> FormSpec:
        assert self._complaint is not None
        drafts, record_id = self.session.store.drafts, self._record_id

        def submit(values: dict[str, Any]) -> Complaint:
            done = do_complaint_step(self.session, record_id, step, values)
            drafts.drop(record_id, step)
            return done

        return FormSpec(
            title=lambda lang: f"{self.heading()} › {say(f'complaint_step.{step}', lang)}",
            model=COMPLAINT.events[f"complaint.{step}"],
            values=suggest_complaint(self._complaint, step) | drafts.load(record_id, step),
            keep=lambda values: drafts.save(record_id, step, values),
            submit=submit,
            done=lambda lang: say(
                "screen.step_saved", lang, step=say(f"complaint_step.{step}", lang)
            ),
            scope="complaint",
            note=lambda lang, cells: self._reminder(step, lang, cells),
        )

    def _reminder(self, step: str, lang: Lang, cells: int) -> list[Line]:
        """What not to do, where one is about to talk to the customer."""
        return donts(self.session.catalogue, lang, cells) if step == "told" else []

    def action_donts(self) -> None:
        """Open the list of what not to do."""
        self.app.push_screen(DontsScreen())

    def action_open_job(self) -> None:
        """Open the job that the complaint is about."""
        recorded = self._complaint.recorded if self._complaint else None
        if recorded is not None and self._job_number():
            self.host.open_job(recorded.job)
        else:
            self.show_message(self.t("screen.complaint_no_job"), wrong=True)
