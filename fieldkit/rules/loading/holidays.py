"""The list of holidays: days on which no claim has to be made, and the make-up working days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fieldkit.domain.core.work_calendar import WorkCalendar
from fieldkit.rules.loading.node_readers import as_date, as_int, as_text, fields
from fieldkit.rules.loading.yaml_tree import Node, parse, read_file
from fieldkit.rules.model.problems import Report

HOLIDAYS_FILE = "holidays.yaml"
_ENTRIES = ("source", "note", "announced", "days", "workdays")


def load_holidays(path: Path) -> frozenset[date]:
    """The holidays of a file, as `load_calendar`."""
    return load_calendar(path).holidays


def load_calendar(path: Path) -> WorkCalendar:
    """The days of a file: `days` and `workdays` map each date to its name, `announced` lists the
    years whose days were announced. `PackError` when broken."""
    report = Report()
    found = WorkCalendar()
    data = read_file(path, path.name, report)
    node = parse(data, path.name, report) if data is not None else None
    if node is not None:
        top = fields(node, report, _ENTRIES, required=("source", "days"))
        found = WorkCalendar(
            _named_days(top.get("days"), report),
            _named_days(top.get("workdays"), report),
            _years(top.get("announced"), report),
        )
    report.raise_if_any()
    return found


def _named_days(node: Node | None, report: Report) -> frozenset[date]:
    days: set[date] = set()
    for key, name in fields(node, report, None, pairs=True).values() if node else ():
        day = as_date(key, report)
        if day is not None and as_text(name, report) is not None:
            days.add(day)
    return frozenset(days)


def _years(node: Node | None, report: Report) -> frozenset[int]:
    if node is None:
        return frozenset()
    if not isinstance(node.value, list):
        report.add(node.at, "expected_list")
        return frozenset()
    read = (as_int(item, report, 1900, 9999) for item in node.value)
    return frozenset(year for year in read if year is not None)
