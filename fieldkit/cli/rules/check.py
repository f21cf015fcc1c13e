"""`fieldkit rules vocabulary`, `check`, `fmt` and `diff`."""

from typing import Annotated

import typer

from fieldkit.cli.context import options, print_json, tell
from fieldkit.cli.job import Json
from fieldkit.cli.rules.folder import PackArgument, pack_folder


def vocabulary(
    as_json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Print every fact that a rule may read, the operators, and what is always so."""
    from fieldkit.cli.rules.vocabulary import markdown_lines, text_lines, vocabulary_data

    lang = options.language()
    if as_json:
        print_json(vocabulary_data())
    else:
        print("\n".join(markdown_lines(lang) if markdown else text_lines(lang)))


def check(pack: PackArgument = None, as_json: Json = False) -> None:
    """Print everything that is wrong with a pack, each at its place.

    First what cannot be read or used; when there is nothing of that, gaps, overlaps and rules
    that never decide, each with a case that shows it. Exit code 1 when something must be put
    right; warnings alone are 0.
    """
    from fieldkit.cli.rules import findings as saying
    from fieldkit.rules.analysis import analyse
    from fieldkit.rules.loader import load_pack
    from fieldkit.rules.pack import Pack
    from fieldkit.rules.problems import PackError, Problem

    lang, folder = options.language(), pack_folder(pack)
    loaded: Pack | None = None
    problems: tuple[Problem, ...] = ()
    try:
        loaded = load_pack(folder)
    except PackError as error:
        problems = error.problems
    findings = analyse(loaded) if loaded else []
    bad = len(problems) + sum(finding.is_error for finding in findings)
    if as_json:
        print_json(
            {
                "ok": bad == 0,
                "pack": loaded.ref.model_dump(mode="json") if loaded else None,
                "problems": [saying.problem_data(problem, lang) for problem in problems],
                "findings": [saying.finding_data(finding, lang) for finding in findings],
            }
        )
    else:
        for problem in problems:
            print(saying.problem_line(problem, lang))
        for finding in findings:
            print(saying.finding_line(finding, lang))
    if bad:
        if not as_json:
            tell("check.bad", lang, count=bad)
        raise typer.Exit(1)
    if loaded and not as_json:
        rules = sum(len(table.rules) for table in loaded.tables)
        count = len(loaded.tables)
        tell("check.good", lang, tables=count, rules=rules, revision=loaded.revision)
