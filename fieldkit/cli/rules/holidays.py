"""`fieldkit rules holidays`: the announced holidays of a year, into a trade's file of holidays."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import emit, options, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.rules.pack_folder import replace_file
from fieldkit.domain.core.errors import FieldkitError

if TYPE_CHECKING:
    from fieldkit.domain.core.work_calendar import WorkCalendar


def holidays(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A trade's holidays.yaml.")],
    year: Annotated[
        int | None, typer.Option(help="The year; else each announced one from the file's first on.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put China's announced holidays and make-up working days into a file of holidays.

    What the file has for that year gives way; the days of other years stay. The file can be edited
    by hand, too.
    """
    from fieldkit.rules.editing.announced_holidays import announced, announced_years, put_year
    from fieldkit.rules.loading.holidays import load_calendar

    before = load_calendar(file)
    first = min((day.year for day in before.holidays), default=0)
    years = [year] if year else [one for one in announced_years() if one >= first]
    found = [announced(one) for one in years]
    if not all(one.days for one in found):
        raise FieldkitError("holidays_not_announced", year=year)
    text = file.read_text(encoding="utf-8")
    for one in found:
        text = put_year(text, one)
    replace_file(file, text)
    _print(before, load_calendar(file), years, file, as_json)


def _print(
    before: "WorkCalendar", after: "WorkCalendar", years: list[int], path: Path, as_json: bool
) -> None:
    lang = options.language()
    added = sorted((after.holidays - before.holidays) | (after.workdays - before.workdays))
    removed = sorted((before.holidays - after.holidays) | (before.workdays - after.workdays))
    if as_json:
        print_json({"file": str(path), "years": years, "added": added, "removed": removed})
        return
    listed = ", ".join(map(str, years))
    emit("holidays.put", lang, file=path, years=listed, added=len(added), removed=len(removed))
    for sign, days in (("+", added), ("-", removed)):
        for day in days:
            print(f"  {sign} {day}")
