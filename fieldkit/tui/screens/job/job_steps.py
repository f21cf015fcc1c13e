"""The steps of a job as the entries of a list."""

from collections.abc import Set

from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import State, StepView, actions, path
from fieldkit.i18n import Lang, say
from fieldkit.tui.text.lines import Line
from fieldkit.tui.text.options import Option
from fieldkit.tui.text.step_lines import about_step, step_line
from fieldkit.tui.widgets.long_list import Entry


class JobSteps:
    """The steps of the job's path, then those that can be done at any time; `drafts` are the keys
    of the steps whose forms have a draft."""

    def __init__(self, job: Job, role: Role, drafts: Set[str]) -> None:
        self._path = path(job, role)
        self._any_time = actions(job, role)
        self._views = {view.step.key: view for view in (*self._path, *self._any_time)}
        self._drafts = drafts

    def entries(self, lang: Lang) -> list[Entry]:
        """The list, with a heading between the two groups."""
        steps = [Entry(view.step.key, view) for view in self._path]
        others = [Entry(view.step.key, view) for view in self._any_time]
        return [*steps, Entry("", say("screen.any_time", lang)), *others]

    def current(self) -> str:
        """The step that comes next, else one that is possible, else the last one done."""
        for wanted in (State.NEXT, State.OPEN):
            if found := [key for key, view in self._views.items() if view.state is wanted]:
                return found[0]
        done = [key for key, view in self._views.items() if view.state is State.DONE]
        return done[-1] if done else ""

    def line(self, entry: Entry, lang: Lang, cells: int) -> Line:
        """An entry in one line."""
        view: StepView = entry.data
        when = f" {view.stamp.at:%H:%M}" if view.stamp and cells >= 42 else ""
        name, draft = say(f"step.{entry.key}", lang), entry.key in self._drafts
        return step_line(name, view.state, lang, cells, draft=draft, when=when)

    def options(self, lang: Lang) -> list[Option]:
        """Every step by name, as an action of the palette."""
        return [
            Option(
                f"do('{key}')", say(f"step.{key}", lang), say(f"screen.state.{view.state}", lang)
            )
            for key, view in self._views.items()
        ]


def about(view: StepView, lang: Lang, cells: int) -> list[Line]:
    """What is to be said about the step under the cursor."""
    hint = "screen.enter_next" if view.state is State.NEXT else "screen.enter_do"
    return about_step(view.why, view.stamp, hint, lang, cells)
