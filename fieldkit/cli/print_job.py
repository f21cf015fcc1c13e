"""How the command line prints jobs and verdicts for people."""

import sys
from typing import NamedTuple

from fieldkit.cli.context import print_json
from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.decision import ComplaintDecision, Decision, Escalation, LineDecision
from fieldkit.domain.core.plain_text import one_line
from fieldkit.domain.job.bill import bill_of
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.must_know import must_know
from fieldkit.domain.job.steps import State, path
from fieldkit.i18n import (
    Lang,
    fit,
    say,
    say_date,
    say_flag,
    say_moment,
    say_money,
    say_reason,
    say_value,
    width,
)
from fieldkit.i18n.corrections import say_corrections
from fieldkit.i18n.money import say_not_fitted
from fieldkit.services.jobs.job_rows import JobRow


class _Marks(NamedTuple):
    """The marks between the pieces of a line: those of Chinese are as wide as its letters."""

    comma: str
    semicolon: str
    colon: str
    opening: str
    closing: str


def _marks(lang: Lang) -> _Marks:
    return (
        _Marks("，", "；", "：", "（", "）") if lang == "zh" else _Marks(", ", "; ", ": ", "(", ")")
    )


def job_line(row: JobRow, lang: Lang) -> str:
    """One job of a list."""
    cells = (
        fit(row.number, 12),
        fit(row.appointment, 16),
        fit(say(f"status.{row.status}", lang), 12),
        fit(row.customer, 12),
        row.product,
    )
    return "  ".join(cells).rstrip()


def job_lines(job: Job, catalogue: Catalogue, lang: Lang) -> list[str]:
    """A job: what it is, the path with what is done and next, the verdict."""
    lines = [
        f"{job.number}  {say(f'value.{job.kind.value}', lang)}  "
        f"{say(f'status.{job.status.value}', lang)}"
    ]
    if job.customer:
        lines.append(f"  {job.customer.name}  {job.customer.phone}  {job.customer.address}")
    if job.product:
        model = catalogue.name("model", job.product.model, lang)
        lines.append(f"  {model}  {job.product.serial}")
    lines += [f"  ! {text}" for text in attention_texts(job, lang)]
    lines += _path_lines(job, lang)
    lines += [
        say("cli.correction", lang, text=text) for text in say_corrections(job, catalogue, lang)
    ]
    if job.decision:
        lines += decision_lines(job.decision, catalogue, lang)
        lines += _money_lines(job, catalogue, lang)
    lines += _others_to_tell(job, catalogue, lang)
    return lines


def _money_lines(job: Job, catalogue: Catalogue, lang: Lang) -> list[str]:
    """What the customer pays where it is not what the verdict says, and what is still owed."""
    lines = [
        f"  {say_not_fitted(line, catalogue, lang)}"
        for line in bill_of(job).lines
        if line.unfitted_fen
    ]
    if job.decision and job.payable_fen != job.decision.total_fen:
        lines.append(f"  {say('cli.payable', lang)}  {say_money(job.payable_fen, lang)}")
    if job.owed_fen and job.signature is not None:
        lines.append(f"  {say('cli.owed', lang)}  {say_money(job.owed_fen, lang)}")
    return lines


def attention_texts(job: Job, lang: Lang) -> list[str]:
    """What of a job needs a person, in words; a flag of a newer program by its key."""
    return [say_flag(mark.key, mark.params, lang) for mark in job.attention]


def warn_of(job: Job, lang: Lang) -> None:
    """Say on stderr what of a job that was just registered needs a person."""
    for text in attention_texts(job, lang):
        print(text, file=sys.stderr)


def print_job(job: Job, as_json: bool, catalogue: Catalogue, lang: Lang) -> None:
    """Print a job: whole as JSON, or its lines."""
    if as_json:
        print_json(job.model_dump(mode="json"))
    else:
        print("\n".join(map(one_line, job_lines(job, catalogue, lang))))


def _path_lines(job: Job, lang: Lang) -> list[str]:
    marks = {State.DONE: "[x]", State.NEXT: "[>]", State.OPEN: "[ ]", State.BLOCKED: "[-]"}
    lines = []
    views = path(job)
    column = max(width(say(f"step.{view.step.key}", lang)) for view in views)
    for view in views:
        text = f"  {marks[view.state]} {fit(say(f'step.{view.step.key}', lang), column)}"
        if view.stamp:
            text += f" {say_moment(view.stamp.at, lang)}  {view.stamp.by}"
        elif view.why:
            text += f" {say_reason(view.why, lang)}"
        else:
            text += f" {view.step.key}"
        lines.append(text.rstrip())
    return lines


def decision_lines(decision: Decision, catalogue: Catalogue, lang: Lang) -> list[str]:
    """The verdict: each line with its reason and rule, then what concerns the whole job."""
    lines = [text for line in decision.lines for text in _line(line, decision, lang)]
    if decision.record == "job":
        lines.append(f"  {say('cli.call_out', lang)}  {say_money(decision.call_out_fen, lang)}")
        lines.append(f"  {say('cli.total', lang)}  {say_money(decision.total_fen, lang)}")
    if decision.record == "survey":
        lines += [f"  {hit.because.say(lang)}" for hit in decision.hits]
    if decision.remedy_options:
        offered = [catalogue.name("remedy_option", code, lang) for code in decision.remedy_options]
        listed = _marks(lang).comma.join(offered)
        lines.append(f"  {say('cli.remedy_options', lang, options=listed)}")
    for code in decision.instructions:
        lines.append(f"  ! {catalogue.name('instruction', code, lang)}")
    lines += [_escalation(item, catalogue, lang) for item in decision.escalations]
    if decision.approval != "none":
        approver = catalogue.name("approver", decision.approval, lang)
        lines.append(f"  {say('cli.approval', lang, approver=approver)}")
    if decision.complaint:
        lines.append(f"  {_complaint(decision.complaint, catalogue, lang)}")
    if not decision.agreed:
        lines.append(f"  {say('cli.engines_differ', lang)}")
    if decision.engine_missing:
        lines.append(f"  {say('cli.engine_missing', lang)}")
    return lines


def _escalation(item: Escalation, catalogue: Catalogue, lang: Lang) -> str:
    department = catalogue.name("department", item.department, lang)
    due = say(f"cli.due.{item.due}", lang)
    return f"  ^ {item.level} {department}{_marks(lang).colon}{due}"


def _others_to_tell(job: Job, catalogue: Catalogue, lang: Lang) -> list[str]:
    """Who must know by a request for help or the survey card, and not by the verdict."""
    shown = set(job.decision.escalations if job.decision else ())
    items = dict.fromkeys(one.item for one in must_know(job))
    return [_escalation(item, catalogue, lang) for item in items if item not in shown]


def _line(line: LineDecision, decision: Decision, lang: Lang) -> list[str]:
    pack = f"{decision.pack.name} r{decision.pack.revision}"
    charge, pays = say_value(line.charge, lang, "charge"), say_money(line.customer_pays_fen, lang)
    reason = line.because.say(lang)
    lines = [f"  {line.line}. {charge}  {pays}", f"     {reason}"]
    if line.remedy != "none":
        lines.append(
            f"     {say('paper.remedy', lang, remedy=say_value(line.remedy, lang, 'remedy'))}"
        )
    marks = _marks(lang)
    source = marks.comma.join((f"coverage/{line.coverage_rule}", f"charge/{line.rule}", pack))
    if last := decision.told_until(line):
        until = say("cli.covered_until", lang, day=say_date(last, lang))
        source = f"{until}{marks.semicolon}{source}"
    return [*lines, f"     {marks.opening}{source}{marks.closing}"]


def _complaint(found: ComplaintDecision, catalogue: Catalogue, lang: Lang) -> str:
    limits = found.deadlines.model_dump(exclude_none=True)
    marks = _marks(lang)
    words = marks.comma.join(say(f"cli.deadline.{name}", lang, n=n) for name, n in limits.items())
    department = catalogue.name("department", found.department, lang)
    grade = catalogue.name("complaint_grade", found.grade, lang)
    return f"{department}{marks.comma}{grade}{marks.colon}{words}"
