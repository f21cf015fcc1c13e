"""How a last covered day came about, in words: from which day the clock started and why, a term
that use or refurbishing shortened, days that were added, a guarantee of its own, a holiday.

The plain case, a purchase with its invoice and the whole term, needs no words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fieldkit.domain.core.decision import Text
from fieldkit.domain.core.warranty import term_end
from fieldkit.i18n import Lang, say, say_date, say_value
from fieldkit.rules.deciding.facts import Known, invoice_handed_over, sold_with, term_for
from fieldkit.rules.model.case import Case, CaseLine
from fieldkit.rules.model.pack import Pack, Rule

_ASKS = ("{covered_until}", "{claim_until}", "{days_past_expiry}")
"""A reason with one of these is about the end of cover."""


def cover_chain(case: Case, line: CaseLine, facts: Known, pack: Pack, rules: list[Rule]) -> Text:
    """The sentence that is added to the reasons of a line; empty where nothing is to be said, or
    none of the `rules` that decided is about the end of cover. `facts` are those of job and line,
    `case` has the day of the report."""
    if not any(asked in rule.because.en for rule in rules for asked in _ASKS):
        return Text(en="", zh="")
    return Text(en=_sentence(case, line, facts, pack, "en"),
                zh=_sentence(case, line, facts, pack, "zh"))  # fmt: skip


def _sentence(case: Case, line: CaseLine, facts: Known, pack: Pack, lang: Lang) -> str:
    parts = [*_parts(case, line, facts, pack, lang)]
    return say("cover.chain", lang, parts=say("cover.and", lang).join(parts)) if parts else ""


def _parts(case: Case, line: CaseLine, facts: Known, pack: Pack, lang: Lang) -> Iterator[str]:
    by, until = facts.get("covered_by"), facts.get("covered_until")
    if not isinstance(until, date):
        return
    if by == "term":
        yield from _of_term(case, line, facts, pack, until, lang)
    else:
        yield from _of_promise(line, str(by), pack, lang)
    claim = facts.get("claim_until")
    if isinstance(claim, date) and claim != until and (case.report_date or claim) > until:
        yield say("cover.holiday", lang, day=say_date(claim, lang))


def _of_term(
    case: Case, line: CaseLine, facts: Known, pack: Pack, until: date, lang: Lang
) -> Iterator[str]:
    start = facts["start_date"]
    assert isinstance(start, date)
    if why := _why_this_start(case):
        days = pack.number("no_proof_days")
        yield say(f"cover.start_{why}", lang, day=say_date(start, lang), days=days)
    whole = pack.components[line.component].term
    sold = sold_with(case, whole, pack)
    if sold != whole:
        yield say("cover.refurbished", lang, months=sold.months)
    used = term_for(case.use, sold)
    if used != sold:
        use = say_value(str(case.use), lang, "use")
        yield say("cover.halved", lang, months=sold.months, half=used.months, use=use)
    added = (until - term_end(start, used)).days
    if added:
        yield say("cover.paused", lang, days=added)


def _why_this_start(case: Case) -> str:
    """Why the clock did not start on the day of the invoice; empty where it did."""
    if case.exchanged_on is not None:
        return "exchange"
    if case.proof == "none":
        return "no_proof"
    return "next_owner" if case.second_owner and not invoice_handed_over(case) else ""


def _of_promise(line: CaseLine, by: str, pack: Pack, lang: Lang) -> Iterator[str]:
    """The guarantee of a part or of a repair, where it lasts longer than the warranty."""
    since, days = {
        "part_fitted": (line.part_fitted_free_on, "fitted_part_days"),
        "part_sold": (line.part_sold_on, "sold_part_days"),
        "workmanship": (line.previous_repair_date, "repair_holds_days"),
    }.get(by, (None, ""))
    if since is not None:
        yield say(f"cover.{by}", lang, day=say_date(since, lang), days=pack.number(days))


def guarantee_days(charge: str, line: CaseLine, pack: Pack) -> int | None:
    """For how many days the part that is fitted on a line is guaranteed by itself; None without
    one, and where nothing is decided yet."""
    if line.part is None or charge in ("pending", "needs_supervisor", "not_a_defect"):
        return None
    return pack.number("fitted_part_days" if charge == "free" else "sold_part_days")
