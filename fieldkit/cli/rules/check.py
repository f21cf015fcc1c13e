"""`fieldkit rules vocabulary`, `check`, `fmt` and `diff`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import emit, options, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.rules.pack_folder import PackArgument, pack_folder, replace_file

if TYPE_CHECKING:
    from fieldkit.rules.model.pack import Pack


def vocabulary(
    pack: PackArgument = None,
    as_json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Print every fact that a rule of a pack may read, the operators, and what is always so."""
    from fieldkit.cli.rules.print_vocabulary import markdown_lines, text_lines, vocabulary_data
    from fieldkit.rules.loading.loader import load_pack

    known = load_pack(pack_folder(pack))

    lang = options.language()
    if as_json:
        print_json(vocabulary_data(known))
    else:
        print("\n".join(markdown_lines(known, lang) if markdown else text_lines(known, lang)))


def check(pack: PackArgument = None, as_json: Json = False) -> None:
    """Print everything that is wrong with a pack, each at its place.

    First what cannot be read or used, in the files of the pack and in its scenarios; when there
    is nothing of that, gaps, overlaps and rules that never decide, each with a case that shows
    it, and slips of sentences, sources and params. Exit code 1 when something must be put right;
    warnings alone are 0.
    """
    from fieldkit.cli.rules import print_findings as saying
    from fieldkit.rules.analysis.findings import analyse
    from fieldkit.rules.loading.loader import files_of, load_pack, unlisted
    from fieldkit.rules.loading.slips import slips
    from fieldkit.rules.model.problems import PackError, PackProblem
    from fieldkit.rules.testing.scenarios import load_suite

    lang, folder = options.language(), pack_folder(pack)
    loaded: Pack | None = None
    problems: tuple[PackProblem, ...] = ()
    try:
        loaded = load_pack(folder)
        load_suite(folder / "tests")
    except PackError as error:
        problems = error.problems
    findings = analyse(loaded) if loaded else []
    slipped: list[PackProblem] = []
    if loaded:
        slipped = slips(loaded, files_of(folder, loaded), _today_of(loaded), _sources())
    unread = unlisted(folder, loaded) if loaded else []
    listed = [problem for problem in problems if problem.key != "more_problems"]
    bad = len(listed) + sum(finding.is_error for finding in findings)
    if as_json:
        print_json(
            {
                "ok": bad == 0,
                "pack": loaded.ref.model_dump(mode="json") if loaded else None,
                "problems": [saying.problem_data(problem, lang) for problem in problems],
                "findings": [saying.finding_data(finding, lang) for finding in findings],
                "slips": [saying.problem_data(slip, lang) for slip in slipped],
                "unlisted": unread,
            }
        )
    else:
        for problem in problems:
            print(saying.problem_line(problem, lang))
        for finding in findings:
            print(saying.finding_line(finding, lang))
        for slip in slipped:
            print(saying.slip_line(slip, lang))
        for file in unread:
            emit("check.unlisted", lang, file=file)
    if bad:
        if not as_json:
            emit("check.bad", lang, count=bad)
        raise typer.Exit(1)
    if loaded and not as_json:
        rules = sum(len(table.rules) for table in loaded.tables)
        count = len(loaded.tables)
        emit("check.good", lang, tables=count, rules=rules, revision=loaded.revision)


def _today_of(pack: "Pack") -> date:
    """The day where the company is."""
    from zoneinfo import ZoneInfo

    from fieldkit.clock import local_now

    return local_now().astimezone(ZoneInfo(pack.time_zone)).date()


def _sources() -> frozenset[str]:
    """The codes of the list of sources: of this home's catalogue, else of the shipped one."""
    from fieldkit.services.home.config import read_config
    from fieldkit.shipped import shipped_data
    from fieldkit.store.files.catalogue import source_codes

    data = read_config(options.where().config).data or shipped_data()
    return source_codes(data / "catalogue")


def fmt(
    pack: PackArgument = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if anything would change.")
    ] = False,
) -> None:
    """Put the files of a pack into the one layout. Comments stay; values stay.

    A file that is not good YAML is left as it is, and its problems are printed.
    """
    from fieldkit.cli.rules.print_findings import problem_line
    from fieldkit.rules.editing.formatter import format_file
    from fieldkit.rules.loading.yaml_tree import read_file
    from fieldkit.rules.model.problems import PackError, Report

    lang, folder = options.language(), pack_folder(pack)
    changed, bad = 0, 0
    paths = sorted(folder.glob("*.yaml"))
    for path in paths:
        report = Report()
        text = data = None
        try:
            data = read_file(path, path.name, report)
            text = format_file(data, path.name, report) if data is not None else None
            report.raise_if_any()
        except PackError as error:
            text = None
            bad += 1
            for problem in error.problems:
                print(problem_line(problem, lang))
        if text is not None and text.encode() != data:
            changed += 1
            emit("fmt.would_change" if only_check else "fmt.changed", lang, file=path.name)
            if not only_check:
                replace_file(path, text)
    if not changed and not bad:
        emit("fmt.unchanged", lang, count=len(paths))
    if bad or (changed and only_check):
        raise typer.Exit(1)


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The folder of the older pack.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The folder of the newer pack.")],
    as_json: Json = False,
) -> None:
    """Print in words what turns one pack into another, and whether any case is decided otherwise.

    Both packs must be good; `fieldkit rules check` lists what is not.
    """
    from fieldkit.cli.rules.print_diff import difference_data, difference_lines
    from fieldkit.rules.analysis.pack_diff import compare
    from fieldkit.rules.loading.loader import load_pack

    lang = options.language()
    difference = compare(load_pack(pack_folder(old)), load_pack(pack_folder(new)))
    if as_json:
        print_json(difference_data(difference, lang))
    else:
        print("\n".join(difference_lines(difference, lang)))
