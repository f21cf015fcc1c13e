"""`fieldkit rules impact`: what a new pack would have changed."""

import csv
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldkit.cli.context import day_option, opened, options, print_json, progress_line
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import opened_office
from fieldkit.cli.rules.pack_folder import pack_folder
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import Lang, say, say_money, say_value

if TYPE_CHECKING:
    from fieldkit.rules.impact.impact import Impact, JobImpact
    from fieldkit.rules.model.pack import Pack

_SHOWN = 20  # jobs that are printed one by one: a screen of them; --csv has all
_EVERY = 500  # decisions between two signs of life

Numbers = Callable[[str], str]
"""The number of a job by its id."""


def impact(
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The folder of the new pack.")],
    since: Annotated[
        str, typer.Option(help="From when on: days back, such as 90d, or a day.")
    ] = "90d",
    until: Annotated[date | None, day_option("The last day; else today.")] = None,
    office: Annotated[
        Path | None, typer.Option(help="Judge the decisions in this office's folder.")
    ] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a row for each line.")] = False,
) -> None:
    """Judge stored decisions again by a new pack: what flips, and how much money moves."""
    from zoneinfo import ZoneInfo

    from fieldkit.clock import local_now
    from fieldkit.rules.loading.loader import load_pack

    if as_json and as_csv:
        raise FieldkitError("one_format")
    pack = load_pack(pack_folder(new))
    last = until or local_now().astimezone(ZoneInfo(pack.time_zone)).date()
    first = read_since(since, last)
    lang = options.language()
    with _judged(pack, office, first, last, lang) as (found, numbers):
        if as_json:
            print_json(_data(found, first, last, numbers))
        elif as_csv:
            _print_csv(found, numbers)
        else:
            print("\n".join(_lines(found, first, last, numbers, lang)))


def read_since(text: str, until: date) -> date:
    """The first day of a span that ends with `until`: `90d` has ninety days.

    Raises `FieldkitError` (`bad_since`, `since_after_until`).
    """
    days = re.fullmatch(r"([1-9]\d{0,3})d", text)
    try:
        first = until - timedelta(int(days[1]) - 1) if days else date.fromisoformat(text)
    except ValueError:
        raise FieldkitError("bad_since", text=text) from None
    if first > until:
        raise FieldkitError("since_after_until", since=first, until=until)
    return first


@contextmanager
def _judged(
    pack: "Pack", office: Path | None, first: date, last: date, lang: Lang
) -> Iterator[tuple["Impact", Numbers]]:
    """The impact on the decisions of the office or of this home, which stays open meanwhile."""
    from fieldkit.services.deciding import impact as rules_impact
    from fieldkit.services.home.trade import Trade
    from fieldkit.services.jobs import job_commands

    progress = progress_line("impact.progress", lang, _EVERY)
    if office is None:
        with opened() as session:
            trade, shelf = session.trade, session.decider.shelf
            decisions = rules_impact.home_decisions(session)
            found = rules_impact.impact(trade, shelf, pack, decisions, first, last, progress)
            yield found, lambda job: job_commands.job(session, job).number
        return
    from fieldkit.office.desk.desk import read_record
    from fieldkit.office.desk.history import decided_events
    from fieldkit.office.publishing.packs import shelf as packs_of

    with opened_office(office) as opened_one:
        trade = Trade()
        shelf = packs_of(opened_one, trade.pack_folder)
        decisions = decided_events(opened_one)
        found = rules_impact.impact(trade, shelf, pack, decisions, first, last, progress)
        yield found, lambda job: getattr(read_record(opened_one, "job", job), "number", job)


# -- for people ----------------------------------------------------------------------------


def _lines(found: "Impact", first: date, last: date, numbers: Numbers, lang: Lang) -> Iterator[str]:
    if not found.jobs:
        yield say("impact.none", lang, since=first, until=last)
        return
    counts = {"changed": f"{len(found.changed):,}", "jobs": f"{found.jobs:,}"}
    yield say("impact.jobs", lang, **counts, since=first, until=last)
    more, less = found.more_fen, found.less_fen
    sums = {"more": say_money(more, lang), "less": say_money(less, lang)}
    yield say("impact.money", lang, **sums, net=_signed(more - less, lang))
    if found.unknown:
        yield say("impact.unknown", lang, count=found.unknown)
    if found.withheld:
        yield say("impact.withheld", lang, count=found.withheld)
    if found.packs_missing:
        yield say("impact.packs_missing", lang, count=found.packs_missing)
    if found.directions:
        yield say("impact.directions", lang)
    for (before, after), tally in _largest(found.directions):
        charges = {
            "before": say_value(before, lang, "charge"),
            "after": say_value(after, lang, "charge"),
        }
        sums = {"lines": tally.lines, "jobs": tally.jobs, "fen": _signed(tally.fen, lang)}
        yield "  " + say("impact.direction", lang, **charges, **sums)
    if found.by_cause:
        yield say("impact.causes", lang)
    for cause, tally in _largest(found.by_cause):
        name = say("impact.amounts", lang) if cause == "amounts" else cause
        sums = {"jobs": tally.jobs, "fen": _signed(tally.fen, lang)}
        yield "  " + say("impact.cause", lang, cause=name, **sums)
    yield from _job_lines(found, numbers, lang)


def _largest(tallies: dict[Any, Any]) -> list[tuple[Any, Any]]:
    return sorted(tallies.items(), key=lambda each: (-each[1].jobs, str(each[0])))


def _signed(fen: int, lang: Lang) -> str:
    return f"+{say_money(fen, lang)}" if fen > 0 else say_money(fen, lang)


def _job_lines(found: "Impact", numbers: Numbers, lang: Lang) -> Iterator[str]:
    listed = sorted(found.changed, key=lambda job: -abs(job.after_fen - job.before_fen))
    if listed:
        yield say("impact.each", lang)
    for job in listed[:_SHOWN]:
        yield "  " + say(
            "impact.job",
            lang,
            number=numbers(job.job_id),
            day=job.day,
            before=say_money(job.before_fen, lang),
            after=say_money(job.after_fen, lang),
            change=say("tools.comma", lang).join(_changes(job, lang)),
        )
    if len(listed) > _SHOWN:
        yield "  " + say("impact.more", lang, count=len(listed) - _SHOWN)


def _changes(job: "JobImpact", lang: Lang) -> list[str]:
    """Which charges flip; where none does, what else would be otherwise."""
    flips = [
        f"{say_value(line.before, lang, 'charge')} -> {say_value(line.after, lang, 'charge')}"
        for line in job.lines
        if line.before != line.after
    ]
    return list(dict.fromkeys(flips)) or list(job.others) or [say("impact.amounts", lang)]


# -- for programs --------------------------------------------------------------------------


def _data(found: "Impact", first: date, last: date, numbers: Numbers) -> dict[str, Any]:
    return {
        "since": first.isoformat(),
        "until": last.isoformat(),
        "jobs": found.jobs,
        "changed": len(found.changed),
        "withheld": found.withheld,
        "unknown": found.unknown,
        "packs_missing": found.packs_missing,
        "customers_more_fen": found.more_fen,
        "customers_less_fen": found.less_fen,
        "company_net_fen": found.more_fen - found.less_fen,
        "directions": [
            {"before": before, "after": after, **asdict(tally)}
            for (before, after), tally in _largest(found.directions)
        ],
        "causes": [{"cause": cause, **asdict(tally)} for cause, tally in _largest(found.by_cause)],
        "each": [_job_data(job, numbers) for job in found.changed],
    }


def _job_data(job: "JobImpact", numbers: Numbers) -> dict[str, Any]:
    values = asdict(job) | {"number": numbers(job.job_id), "day": job.day.isoformat()}
    return {"job": values.pop("job_id"), **values}


_COLUMNS = (
    "number", "job", "day", "job_before_fen", "job_after_fen", "line", "before", "after",
    "line_before_fen", "line_after_fen", "cause",
)  # fmt: skip


def _print_csv(found: "Impact", numbers: Numbers) -> None:
    """A row for each line that would differ; one without a line where only the job would."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(_COLUMNS)
    for job in found.changed:
        head = [numbers(job.job_id), job.job_id, job.day.isoformat(), job.before_fen, job.after_fen]
        for line in job.lines:
            fen = [line.before_fen, line.after_fen]
            out.writerow([*head, line.line, line.before, line.after, *fen, line.cause])
        if not job.lines:
            out.writerow([*head, "", "", "", "", "", " + ".join(job.causes)])
