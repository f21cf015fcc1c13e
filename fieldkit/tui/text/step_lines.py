"""The steps of a job or a complaint in words: one line each, and a sentence about one of them."""

from fieldkit.domain.core.errors import Reason
from fieldkit.domain.core.form import Stamp
from fieldkit.domain.job.steps import State
from fieldkit.i18n import Lang, fit, say, say_moment, say_reason, width
from fieldkit.tui.text.lines import Line, paragraph

_KINDS = {State.DONE: "muted", State.NEXT: "accent", State.OPEN: "", State.BLOCKED: "muted"}
_MARKS = {State.DONE: "✓", State.NEXT: ">", State.OPEN: " ", State.BLOCKED: " "}


def step_line(
    name: str, state: State, lang: Lang, cells: int, *, draft: bool = False, when: str = ""
) -> Line:
    """Mark, state and name of a step; `when` stands at the end of the line."""
    words = {key: say(f"screen.state.{key}", lang) for key in (*State, "draft")}
    column = max(map(width, words.values())) + 1
    kind = _KINDS[state]
    return [
        (f"{_MARKS[state]} {fit(words['draft' if draft else state], column)}", kind),
        (fit(name, cells - 2 - column - len(when)), "strong" if state is State.NEXT else kind),
        (when, "muted"),
    ]


def about_step(
    why: Reason | None, stamp: Stamp | None, hint: str, lang: Lang, cells: int
) -> list[Line]:
    """Why a step is blocked, else who did it and when, else what to press (`hint` is a message)."""
    if why is not None:
        return paragraph(say_reason(why, lang), cells, "warn")
    if stamp is not None:
        moment = say_moment(stamp.at, lang)
        return paragraph(say("screen.done_by", lang, moment=moment, who=stamp.by), cells)
    return paragraph(say(hint, lang), cells, "muted")
