"""The verdict in words: each line free or paid and why, the total, what must be done at once."""

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.decision import ConditionHit, Decision, LineDecision
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.must_know import must_know
from fieldkit.i18n import Lang, say, say_date, say_money, say_value
from fieldkit.tui.text.lines import Line, apart, cells_of, labelled, listed, paragraph

KIND_OF_CHARGE = {
    "free": "good",
    "goodwill": "good",
    "not_a_defect": "muted",
    "paid": "accent",
    "pending": "warn",
    "needs_supervisor": "warn",
}


def line_name(job: Job, number: int, catalogue: Catalogue, lang: Lang) -> str:
    """What a line is about: the part that it needs, else the component."""
    found = [line for line in job.diagnosis.lines if line.line == number] if job.diagnosis else []
    if not found:
        return str(number)
    line = found[0]
    if line.part:
        return catalogue.name("part", line.part, lang)
    return catalogue.name("component", line.component, lang)


def verdict_lines(job: Job, decision: Decision, catalogue: Catalogue, lang: Lang, cells: int
                  ) -> list[Line]:  # fmt: skip
    """Line by line with the reason, then call-out, total and where it comes from."""
    lines: list[Line] = []
    for verdict in decision.lines:
        lines += _one_line(job, verdict, catalogue, lang, cells)
    lines += _sums(decision, lang, cells)
    if not decision.agreed:
        lines += paragraph(say("screen.engines_differ", lang), cells, "warn")
    if decision.engine_missing:
        lines += paragraph(say("screen.engine_missing", lang), cells, "muted")
    return lines


def _sums(decision: Decision, lang: Lang, cells: int) -> list[Line]:
    call_out, total = decision.call_out_fen, say_money(decision.total_fen, lang)
    lines: list[Line] = []
    if call_out:
        lines.append(apart(say("screen.call_out", lang), say_money(call_out, lang), cells))
    lines.append(apart(say("screen.total", lang), total, cells, "strong"))
    return lines


def _one_line(
    job: Job, verdict: LineDecision, catalogue: Catalogue, lang: Lang, cells: int
) -> list[Line]:
    word = say(f"verdict.{verdict.charge}", lang)
    name = line_name(job, verdict.line, catalogue, lang)
    kind = KIND_OF_CHARGE[verdict.charge]
    amount = say_money(verdict.customer_pays_fen, lang)
    head: Line = [(f"{word}  ", kind)]
    head += apart(name, amount, cells - cells_of(head), "strong")
    because = verdict.because.say(lang)
    return [head, *paragraph(because, cells, "", indent=2)]


def source_lines(decision: Decision, lang: Lang, cells: int) -> list[Line]:
    """By which rules: the small print that makes a charge traceable."""
    rules = ", ".join(dict.fromkeys(line.rule for line in decision.lines))
    text = say("screen.by_rules", lang, revision=decision.pack.revision, rules=rules or "-")
    return paragraph(text, cells, "muted")


def alarm_lines(job: Job, catalogue: Catalogue, lang: Lang, cells: int) -> list[Line]:
    """Hazards, instructions and escalations; empty where nothing is dangerous."""
    hazards = [*(job.request.hazards if job.request else ())]
    hazards += [*(job.diagnosis.hazards if job.diagnosis else ())]
    decision = job.decision
    lines: list[Line] = []
    if hazards:
        names = [catalogue.name("hazard", code, lang) for code in dict.fromkeys(hazards)]
        text = say("screen.hazards", lang, names=listed(names, lang))
        lines += paragraph(f" {text} ", cells, "alarm")
    for code in decision.instructions if decision else ():
        text = catalogue.name("instruction", code, lang)
        lines += paragraph(f"! {text}", cells, "danger")
    for item in dict.fromkeys(one.item for one in must_know(job)):
        who = catalogue.name("department", item.department, lang)
        if item.level != "E":
            who = f"{who} ({item.level})"
        text = say("screen.escalate", lang, who=who, due=say_value(item.due, lang).lower())
        lines += paragraph(f"> {text}", cells, "warn")
    return lines


def explained(job: Job, decision: Decision, catalogue: Catalogue, lang: Lang, cells: int
              ) -> list[Line]:  # fmt: skip
    """Each line with its dates, prices, and the conditions of the rules that hit."""
    lines = alarm_lines(job, catalogue, lang, cells)
    if lines:
        lines.append([])
    for verdict in decision.lines:
        lines += _one_line(job, verdict, catalogue, lang, cells)
        lines += _figures(verdict, lang, cells)
        for hit in decision.hits:
            if hit.line == verdict.line:
                lines += _hit(hit.table, hit.rule, hit.conditions, hit.source, lang, cells)
        lines.append([])
    lines += _sums(decision, lang, cells)
    lines.append([])
    for hit in decision.hits:
        if hit.line is None and hit.conditions:
            because = hit.because.say(lang)
            lines += paragraph(because, cells)
            lines += _hit(hit.table, hit.rule, hit.conditions, hit.source, lang, cells)
    lines += [[], *_pack(decision, lang, cells)]
    return lines


def _figures(verdict: LineDecision, lang: Lang, cells: int) -> list[Line]:
    rows = [
        ("screen.covered_until", verdict.covered_until and say_date(verdict.covered_until, lang)),
        ("screen.claim_until", verdict.claim_until and say_date(verdict.claim_until, lang)),
        ("screen.part_price", _payable(verdict.part_fen, verdict.part_payable_fen, lang)),
        ("screen.labour_price", _payable(verdict.labour_fen, verdict.labour_payable_fen, lang)),
        ("screen.what_is_done", say_value(verdict.remedy, lang, "remedy")),
    ]
    lines: list[Line] = []
    for key, text in rows:
        if text:
            lines += [[("  ", ""), *line] for line in labelled(say(key, lang), text, cells - 2, 22)]
    return lines


def _payable(full: int, payable: int, lang: Lang) -> str:
    return say("screen.payable", lang, full=say_money(full, lang), pays=say_money(payable, lang))


def _hit(
    table: str, rule: str, conditions: tuple[ConditionHit, ...], source: str, lang: Lang, cells: int
) -> list[Line]:
    head = say("screen.rule", lang, table=table, rule=rule)
    lines = paragraph(head, cells, "muted", indent=2)
    for condition in conditions:
        expected = condition.expected
        wanted = ", ".join(map(str, expected)) if isinstance(expected, tuple) else str(expected)
        actual = say_value("none", lang) if condition.actual is None else str(condition.actual)
        text = f"{condition.fact} = {actual}  ({condition.operator} {wanted})"
        lines += paragraph(text, cells, "muted", indent=4)
    if source:
        lines += paragraph(say("screen.source", lang, source=source), cells, "muted", indent=4)
    return lines


def _pack(decision: Decision, lang: Lang, cells: int) -> list[Line]:
    text = say(
        "screen.pack",
        lang,
        name=decision.pack.name,
        revision=decision.pack.revision,
        digest=decision.pack.sha256[:12],
        date=say_date(decision.report_date, lang),
    )
    return paragraph(text, cells, "muted")
