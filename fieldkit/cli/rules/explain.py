"""`fieldkit rules explain` and `replay`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldkit.cli.context import day_option, emit, opened, options, print_json, read_json_file
from fieldkit.cli.job import Json
from fieldkit.cli.rules.print_findings import plain
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.i18n import say

if TYPE_CHECKING:
    from fieldkit.rules.explaining.counterfactual import Counterfactual
    from fieldkit.rules.model.pack import Values
    from fieldkit.services.jobs.explain import Explained, Replayed

_MOST = 6  # changes printed for a line; of a longer list nobody takes the end in

JobOrFile = Annotated[
    str,
    typer.Argument(metavar="JOB", help="A job's number or id, or a file as for fieldkit decide."),
]


def explain(
    job_or_file: JobOrFile,
    short: Annotated[
        bool, typer.Option("--short", help="Only what the customer's paper says.")
    ] = False,
    on: Annotated[date | None, day_option("Today, for a file.")] = None,
    pack: Annotated[
        Path | None, typer.Option(help="The folder of another rule pack, for a file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print why a verdict is as it is, rule by rule, and what would change it.

    A file is explained by the pack that `fieldkit decide` decides it by.
    """
    from fieldkit.i18n.texts.rules.explaining import say_short
    from fieldkit.rules.explaining.wording import change_lines, explanation_lines

    lang = options.language()
    explained = _explained(job_or_file, on, pack)
    decision = explained.explanation.decision
    if as_json:
        print_json(_data(explained))
    elif short:
        for line in decision.lines:
            print("\n".join(say_short(decision, line, lang)))
    else:
        print("\n".join(explanation_lines(explained.explanation, lang)))
        for number, changes in explained.changes.items():
            print()
            print(
                say("explain.line_only", lang, line=number),
                *change_lines(changes, _MOST, lang, explained.values),
                sep="\n",
            )


def _explained(job_or_file: str, on: date | None, pack: Path | None) -> "Explained":
    from fieldkit.cli.rules.deciding_trade import deciding_trade
    from fieldkit.services.home.company_zone import company_clock
    from fieldkit.services.jobs.explain import explain_document, explain_job

    file = Path(job_or_file)
    if job_or_file == "-" or file.is_file():
        document = read_json_file(file)
        with deciding_trade(pack) as trade:
            return explain_document(trade, document, on, company_clock(trade))
    if file.suffix == ".json":
        raise FieldkitError("file_unreadable", file=file.name)
    with opened() as session:
        return explain_job(session, job_or_file)


def _data(explained: "Explained") -> dict[str, Any]:
    explanation = explained.explanation
    decision = explanation.decision
    return {
        "pack": decision.pack.model_dump(mode="json"),
        "today_pack": decision.today_pack.model_dump(mode="json"),
        "report_date": decision.report_date.isoformat(),
        "today": decision.today.isoformat(),
        "agreed": decision.agreed,
        "engine_missing": bool(decision.engine_missing),
        "whole": explanation.whole,
        "steps": [
            {
                "table": step.table,
                "line": step.line,
                "hits": [hit.model_dump(mode="json") for hit in step.hits],
                "missed": [
                    {"rule": missed.rule, "failed": missed.failed.model_dump(mode="json")}
                    for missed in step.missed
                ],
            }
            for step in explanation.steps
        ],
        "lines": [
            {
                "line": line.line,
                "charge": line.charge,
                "customer_pays_fen": line.customer_pays_fen,
                "because": line.because.model_dump(),
                "changes": [
                    _change(each, explained.values) for each in explained.changes.get(line.line, [])
                ],
            }
            for line in decision.lines
        ],
    }


def _change(change: "Counterfactual", values: "Values | None") -> dict[str, Any]:
    from fieldkit.rules.explaining.wording import say_change

    return {
        "charge": change.charge,
        "edits": [
            {
                "field": edit.input.field,
                "line": edit.input.line,
                "values": list(edit.values),
                "low": plain(edit.low),
                "high": plain(edit.high),
                "added": list(edit.added),
                "removed": list(edit.removed),
            }
            for edit in change.edits
        ],
        "en": say_change(change, "en", values),
        "zh": say_change(change, "zh", values),
    }


# -- replay --------------------------------------------------------------------------------


def replay(
    job_ref: Annotated[
        str | None, typer.Argument(metavar="JOB", help="A job's number or id.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every decision that is stored.")] = False,
    as_json: Json = False,
) -> None:
    """Give stored decisions again, each by its own pack: the answer must be the same.

    Exit code 1 when one differs, or cannot be verified because its pack is not at hand.
    """
    from fieldkit.services.jobs.explain import replay_decisions, stored_decisions

    if (job_ref is None) == (not every):
        raise FieldkitError("replay_what")
    lang = options.language()
    with opened() as session:
        count, bad = 0, []
        for each in replay_decisions(session.trade, stored_decisions(session, job_ref)):
            count += 1
            if each.missing or each.differences:
                bad.append(each)
    if as_json:
        print_json({"replayed": count, "same": count - len(bad), "bad": _bad(bad)})
    else:
        for each in bad:
            for revision in each.missing:
                emit("replay.missing", lang, job=each.job_id, revision=revision)
            for item in each.differences:
                difference = {"what": item.what, "stored": item.stored, "now": item.now}
                emit("replay.differs", lang, job=each.job_id, **difference)
        emit("replay.same", lang, same=count - len(bad), count=count)
    if bad:
        raise typer.Exit(1)


def _bad(bad: list["Replayed"]) -> list[dict[str, Any]]:
    return [
        {
            "job": each.job_id,
            "pack": each.decision.pack.model_dump(mode="json"),
            "missing_revisions": list(each.missing),
            "differences": [
                {"what": item.what, "stored": item.stored, "now": item.now}
                for item in each.differences
            ],
        }
        for each in bad
    ]
