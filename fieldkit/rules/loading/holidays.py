"""The list of statutory holidays: days on which no claim has to be made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fieldkit.rules.loading.node_readers import as_date, as_text, fields
from fieldkit.rules.loading.yaml_tree import parse, read_file
from fieldkit.rules.model.problems import Report


def load_holidays(path: Path) -> frozenset[date]:
    """The holidays of a file whose `days` maps each date to its name. `PackError` when broken."""
    report = Report()
    days: set[date] = set()
    data = read_file(path, path.name, report)
    node = parse(data, path.name, report) if data is not None else None
    if node is not None:
        top = fields(node, report, ("source", "note", "days"), required=("source", "days"))
        listed = top.get("days")
        for key, name in fields(listed, report, None, pairs=True).values() if listed else ():
            day = as_date(key, report)
            if day is not None and as_text(name, report) is not None:
                days.add(day)
    report.raise_if_any()
    return frozenset(days)
