"""`fieldkit rules to-csv` and `from-csv`: a table as a spreadsheet, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import emit, options
from fieldkit.cli.rules.pack_folder import pack_folder, replace_file
from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.i18n import Lang, say

if TYPE_CHECKING:
    from fieldkit.rules.editing.spreadsheet import CellProblem

PackOption = Annotated[
    Path | None,
    typer.Option(
        "--pack", help="The folder; else rules/ or rules/ebike/ here, else the shipped pack."
    ),
]


def to_csv(
    table: Annotated[str, typer.Argument(help="The name of the table.")],
    file: Annotated[Path, typer.Argument(help="The CSV file to make.")],
    pack: PackOption = None,
) -> None:
    """Write a table as CSV for a spreadsheet: one row a rule, one column a fact."""
    from fieldkit.rules.editing.spreadsheet import write_sheet
    from fieldkit.rules.editing.yaml_document import read_document
    from fieldkit.rules.loading.loader import load_pack
    from fieldkit.rules.model.problems import Report

    lang, folder = options.language(), pack_folder(pack)
    _must_be_known(table, [each.name for each in load_pack(folder).tables])
    document = read_document(_read(folder / f"{table}.yaml"), f"{table}.yaml", Report())
    assert document is not None  # the pack was loaded
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as out:
            out.write(write_sheet(document))
    except FileExistsError:
        raise FieldkitError("csv_exists", file=file.name) from None
    except OSError as error:
        raise Fault("file_unwritable", file=file.name, why=error.strerror) from None
    emit("csv.made", lang, table=table, file=file)


def from_csv(
    file: Annotated[Path, typer.Argument(help="The CSV file of a table.")], pack: PackOption = None
) -> None:
    """Put a table that was edited in a spreadsheet back into the pack.

    The pack is checked with it first: when anything is wrong, each problem is printed with its
    cell and nothing is changed. Comments of rules that are still there stay.
    """
    from fieldkit.cli.rules.print_findings import problem_line
    from fieldkit.rules.editing.spreadsheet import SheetError
    from fieldkit.rules.editing.spreadsheet_merge import put_back

    lang, folder = options.language(), pack_folder(pack)
    files = {path.name: _read(path) for path in sorted(folder.glob("*.yaml"))}
    try:
        name, text = put_back(_read(file), files)
    except SheetError as error:
        for problem in error.problems:
            print(f"{file.name}:{problem.cell}: {_sentence(problem, lang)}")
        for other in error.elsewhere:
            print(problem_line(other, lang))
        emit("csv.refused", lang, count=len(error.problems) + len(error.elsewhere))
        raise typer.Exit(1) from None
    if text.encode() == files[name]:
        emit("csv.same", lang, file=name)
        return
    replace_file(folder / name, text)
    emit("csv.taken", lang, file=name)


def _must_be_known(table: str, names: list[str]) -> None:
    from fieldkit.rules.model.spelling import closest

    if table in names:
        return
    near = closest(table, names)
    if near is None:
        raise FieldkitError("unknown_table", name=table, tables=", ".join(names))
    raise FieldkitError("unknown_table_near", name=table, near=near)


def _read(path: Path) -> bytes:
    if not path.is_file():  # a pipe would be read for ever
        raise FieldkitError("file_unreadable", file=path.name)
    try:
        return path.read_bytes()
    except OSError:
        raise FieldkitError("file_unreadable", file=path.name) from None


def _sentence(problem: "CellProblem", lang: Lang) -> str:
    from fieldkit.i18n.texts.rules.problems import say_pack_problem

    if problem.of_pack:
        return say_pack_problem(problem.key, problem.params, lang)
    text = say(f"sheet.{problem.key}", lang, **problem.params)
    near = problem.params.get("suggestion")
    return say("rules.did_you_mean", lang, text=text, suggestion=near) if near else text
