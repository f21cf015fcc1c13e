"""How the command line prints jobs and verdicts for people."""

from fieldkit.domain.catalogue import Catalogue
from fieldkit.domain.decision import Decision
from fieldkit.domain.flow import State, path
from fieldkit.domain.job import Job
from fieldkit.i18n import Lang, fit, say, say_date, say_moment, say_money, say_reason
from fieldkit.services.jobs import JobRow


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
    lines += _path_lines(job, lang)
    if job.decision:
        lines += decision_lines(job.decision, lang)
    return lines


def _path_lines(job: Job, lang: Lang) -> list[str]:
    marks = {State.DONE: "[x]", State.NEXT: "[>]", State.OPEN: "[ ]", State.BLOCKED: "[-]"}
    lines = []
    for view in path(job):
        text = f"  {marks[view.state]} {fit(say(f'step.{view.step.key}', lang), 24)}"
        if view.stamp:
            text += f" {say_moment(view.stamp.at, lang)}  {view.stamp.by}"
        elif view.why:
            text += f" {say_reason(view.why, lang)}"
        lines.append(text.rstrip())
    return lines


def decision_lines(decision: Decision, lang: Lang) -> list[str]:
    """The verdict: each line with its reason and rule, then what concerns the whole job."""
    pack = f"{decision.pack.name} r{decision.pack.revision}"
    lines = []
    for line in decision.lines:
        charge = say(f"value.{line.charge}", lang)
        lines.append(f"  {line.line}. {charge}  {say_money(line.customer_pays_fen, lang)}")
        lines.append(f"     {_in(lang, line.because)}  ({line.rule}, {pack})")
        if line.covered_until:
            until = say_date(line.covered_until, lang)
            lines.append(f"     {say('cli.covered_until', lang, day=until)}")
    if decision.record == "job":
        lines.append(f"  {say('cli.call_out', lang)}  {say_money(decision.call_out_fen, lang)}")
        lines.append(f"  {say('cli.total', lang)}  {say_money(decision.total_fen, lang)}")
    lines += [f"  ! {say(f'instruction.{item}', lang)}" for item in decision.instructions]
    for level in decision.escalations:
        due = say(f"due.{level.due}", lang)
        department = say(f"department.{level.department}", lang)
        lines.append(f"  ^ {level.level} {department}, {due}")
    if decision.approval != "none":
        lines.append(f"  {say('cli.approval', lang)}  {say(f'value.{decision.approval}', lang)}")
    if decision.complaint:
        limits = decision.complaint.deadlines.model_dump(exclude_none=True)
        words = ", ".join(say(f"deadline.{name}", lang, n=n) for name, n in limits.items())
        department = say(f"department.{decision.complaint.department}", lang)
        lines.append(f"  {department}, {say(f'value.{decision.complaint.grade}', lang)}: {words}")
    if not decision.agreed:
        lines.append(f"  {say('cli.engines_differ', lang)}")
    return lines


def _in(lang: Lang, text: object) -> str:
    return str(getattr(text, lang))
