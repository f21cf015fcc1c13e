"""From a folder to a checked `Pack`. Every problem is noted with its place; none stops the search
for others, and `PackError` carries them all. A pack that was loaded cannot surprise the engines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from fieldkit.domain.core.local_time import CallingHours
from fieldkit.domain.core.warranty import Term
from fieldkit.rules.loading.durable_limits import check_limits
from fieldkit.rules.loading.node_readers import (
    as_bool,
    as_date,
    as_int,
    as_name,
    as_one_of,
    as_text,
    as_texts,
    fields,
)
from fieldkit.rules.loading.pack_head import HEAD_ENTRIES, HEAD_FILE, MAY_BE_LEFT_OUT
from fieldkit.rules.loading.tables import TableReader
from fieldkit.rules.loading.trade_values import FILE, read_values
from fieldkit.rules.loading.yaml_tree import Node, parse, read_file
from fieldkit.rules.model import fact_vocabulary
from fieldkit.rules.model.pack import Component, FactDef, Pack, Param, Position, Table, Values
from fieldkit.rules.model.problems import Report
from fieldkit.rules.model.signed_pack import PackRefused, pack_files
from fieldkit.rules.model.spelling import closest

_SAFE_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_CALLING_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
_MAX_TABLES = 40  # three times the shipped pack; each is a file to read before any answer
_OTHER_FILES = {"pack", "params", "terms", "values"}


def load_pack(folder: Path) -> Pack:
    """The pack in `folder`. `PackError` lists everything that is wrong with it."""

    def read(name: str, report: Report) -> bytes | None:
        return read_file(folder / name, name, report)

    return _Loader(read, _yaml_in(folder)).load()


def unlisted(folder: Path, pack: Pack) -> list[str]:
    """The files in the folder of a pack that look like its tables and that `pack.yaml` does not
    name, so that nothing reads them."""
    return [name for name in _yaml_in(folder) if name not in pack.files]


def files_of(folder: Path, pack: Pack) -> dict[str, bytes]:
    """The files of a pack as they are in its folder."""
    return {name: (folder / name).read_bytes() for name in pack.files}


def _yaml_in(folder: Path) -> list[str]:
    """Also those that end in `.yml`, which a pack never reads."""
    return sorted(path.name for path in folder.glob("*.y*ml"))


def load_kept(raw: bytes, sha256: str) -> Pack:
    """The pack that was kept under a hash. Raises `PackRefused` (`altered`, `unreadable`) if it
    is no longer what it was, and `PackError` if this version cannot read it."""
    pack = load_files(pack_files(raw))
    if pack.sha256 != sha256:
        raise PackRefused("altered")
    return pack


def load_files(files: Mapping[str, bytes]) -> Pack:
    """The pack whose files are given by name. Raises `PackError` as `load_pack` does."""

    def read(name: str, report: Report) -> bytes | None:
        if name not in files:
            report.add(Position(name, 1, 1), "file_missing")
        return files.get(name)

    return _Loader(read, list(files)).load()


class _Loader:
    def __init__(self, read: Callable[[str, Report], bytes | None], there: Sequence[str]) -> None:
        """`there`: the names of the YAML files that could be read."""
        self._read_file = read
        self._there = there
        self._report = Report()
        self._hash = hashlib.sha256()
        self._files: list[str] = []
        self._unread = False

    def load(self) -> Pack:
        report = self._report
        head = self._read(HEAD_FILE)
        read = self._params(self._read("params.yaml"))
        declared, terms = self._read(FILE), self._read("terms.yaml")
        if head is None or declared is None:
            report.raise_if_any()
        assert head is not None
        assert declared is not None
        values = read_values(declared, fact_vocabulary.FACTS, report)
        facts = fact_vocabulary.facts_of(values)
        components = self._components(terms, values)
        required = [name for name in HEAD_ENTRIES if name not in MAY_BE_LEFT_OUT]
        entries = fields(head, report, HEAD_ENTRIES, required=required)
        names = self._names(entries.get("tables"))
        today = self._names(entries.get("today")) if "today" in entries else []
        for table, at in today:
            if table not in dict(names):
                report.unknown(at, "unknown_table", table, [other for other, _ in names])
        tables = self._tables(self._with_file(names), read, facts)
        effective_from = as_date(entries.get("effective_from"), report)
        expires = as_date(entries["expires"], report) if "expires" in entries else None
        if effective_from and expires and expires < effective_from:
            report.add(entries["expires"].at, "expires_before_effective")
        name = as_name(entries.get("name"), report)
        revision = as_int(entries.get("revision"), report, 1, 1_000_000_000)
        time_zone = self._time_zone(entries.get("time_zone"))
        calling_hours = self._calling_hours(entries.get("calling_hours"))
        check_limits(tables, report)
        report.raise_if_any()
        assert name is not None
        assert revision is not None
        assert effective_from is not None
        return Pack(
            name=name,
            revision=revision,
            effective_from=effective_from,
            expires=expires,
            time_zone=time_zone,
            calling_hours=calling_hours,
            tables=tuple(tables),
            today_tables=frozenset(table for table, _ in today),
            components=components,
            params={name: param for name, param in read.items() if param is not None},
            values=values,
            facts=facts,
            sha256=self._hash.hexdigest(),
            files=tuple(self._files),
        )

    def _read(self, name: str) -> Node | None:
        """The tree of one file of the pack."""
        data = self._read_file(name, self._report)
        if data is None:
            return None
        self._files.append(name)
        self._hash.update(f"{name}\0{len(data)}\0".encode() + data)
        return parse(data, name, self._report)

    def _names(self, node: Node | None) -> list[tuple[str, Position]]:
        """A list of table names; a table is the file of its name, so a name is no path."""
        if node is None:
            return []
        if not isinstance(node.value, list) or not node.value:
            self._report.add(node.at, "expected_list")
            return []
        if len(node.value) > _MAX_TABLES:
            self._report.add(node.at, "too_many_tables", limit=_MAX_TABLES)
            return []
        names: dict[str, Position] = {}
        for item in node.value:
            if item.text is None or not _SAFE_NAME.match(item.text):
                self._report.add(item.at, "bad_table_name", name=item.value)
                self._unread = True
            elif item.text in names:
                self._report.add(item.at, "duplicate_table", name=item.text)
            else:
                names[item.text] = item.at
        return list(names.items())

    def _with_file(self, names: Sequence[tuple[str, Position]]) -> list[str]:
        """The listed tables that have a file; the others are noted where they are listed."""
        spare = {name.removesuffix(".yaml") for name in self._there} - dict(names).keys()
        found = []
        for table, at in names:
            if f"{table}.yaml" in self._there:
                found.append(table)
            else:
                self._report.unknown(at, "missing_table", table, sorted(spare - _OTHER_FILES))
                self._unread = True
        return found

    def _time_zone(self, node: Node | None) -> str:
        name = as_text(node, self._report) if node is not None else None
        if node is None or name is None:
            return "UTC"
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self._report.add(node.at, "unknown_time_zone", name=name)
        return name

    def _calling_hours(self, node: Node | None) -> CallingHours | None:
        """Written as `09:00-20:00`."""
        text = as_text(node, self._report) if node is not None else None
        if node is None or text is None:
            return None
        written = _CALLING_HOURS.fullmatch(text)
        if written is None or written[1] >= written[2]:
            self._report.add(node.at, "bad_calling_hours", text=text)
            return None
        return CallingHours(time.fromisoformat(written[1]), time.fromisoformat(written[2]))

    def _params(self, node: Node | None) -> dict[str, Param | None]:
        """The params by name; None for one that is there but wrong."""
        params: dict[str, Param | None] = {}
        if node is None:
            return params
        report = self._report
        read_by_code = {**fact_vocabulary.PARAMS, **fact_vocabulary.SETTINGS}
        for name, (key, entry) in fields(node, report, None, pairs=True).items():
            as_name(key, report)
            needed = ("value", "unit", "source")
            parts = fields(entry, report, (*needed, "between"), required=needed)
            expected = read_by_code.get(name)
            low, high = (expected.low, expected.high) if expected else (0, 1_000_000_000)
            low, high = self._plausible(parts.get("between"), low, high)
            value = as_int(parts.get("value"), report, low, high)
            unit = as_text(parts.get("unit"), report)
            source = as_text(parts.get("source"), report)
            if unit is not None and unit not in fact_vocabulary.UNITS:
                report.unknown(parts["unit"].at, "unknown_unit", unit, fact_vocabulary.UNITS)
            elif unit is not None and expected is not None and unit != expected.unit:
                report.add(parts["unit"].at, "wrong_unit", unit=unit, expected=expected.unit)
            params[name] = None
            if value is not None and unit in fact_vocabulary.UNITS and source is not None:
                params[name] = Param(name, value, unit, source)
        for name, expected in read_by_code.items():
            if name in node.items:
                continue
            if expected.default is None:
                report.add(node.at, "missing_param", name=name)
            else:
                params[name] = Param(name, expected.default, expected.unit, "")
        return params

    def _plausible(self, node: Node | None, low: int, high: int) -> tuple[int, int]:
        """The range that a param declares for itself, [least, most], within what is possible."""
        if node is None:
            return low, high
        listed = node.value if isinstance(node.value, list) else []
        match [as_int(item, self._report, low, high) for item in listed]:
            case [int() as least, int() as most] if least <= most:
                return least, most
            case ends if None not in ends:
                self._report.add(node.at, "bad_range")
        return low, high

    def _components(self, node: Node | None, values: Values) -> dict[str, Component]:
        components: dict[str, Component] = {}
        if node is None:
            return components
        report = self._report
        top = fields(node, report, ("components",), required=("components",))
        listed = top.get("components")
        if listed is None:
            return components
        names = values.codes("component")
        slips: set[str | None] = set()
        for name, (key, entry) in fields(listed, report, None, pairs=True).items():
            if name not in names:
                report.unknown(key.at, "unknown_component", name, names)
                slips.add(closest(name, names))
                continue
            component = self._component(name, entry, values)
            if component is not None:
                components[name] = component
        for name in names:
            if name not in listed.items and name not in slips:
                report.add(listed.at, "missing_component", name=name)
        return components

    def _component(self, key: str, node: Node, values: Values) -> Component | None:
        report = self._report
        known = ("name", "months", "days", "none", "remedy", "system", "main", "source")
        parts = fields(node, report, known, required=("name", "remedy", "system", "main", "source"))
        name = as_texts(parts.get("name"), report)
        term = self._term(node, parts)
        remedy = as_one_of(parts.get("remedy"), fact_vocabulary.REMEDIES, report)
        system = as_one_of(parts.get("system"), values.codes("system"), report)
        main = as_bool(parts.get("main"), report)
        source = as_text(parts.get("source"), report)
        if name is None or term is None or remedy is None or system is None or source is None:
            return None
        return Component(key, name, term, remedy, system, bool(main), source)

    def _term(self, node: Node, parts: Mapping[str, Node]) -> Term | None:
        given = [unit for unit in ("months", "days", "none") if unit in parts]
        if len(given) != 1:
            self._report.add(node.at, "one_term")
            return None
        unit = given[0]
        if unit == "none":
            if parts[unit].value is not True:
                self._report.add(parts[unit].at, "expected_true")
            return Term()
        number = as_int(parts[unit], self._report, 1, 1_200 if unit == "months" else 3_650)
        if number is None:
            return None
        return Term(months=number) if unit == "months" else Term(days=number)

    def _tables(
        self, names: list[str], params: Mapping[str, Param | None], facts: Mapping[str, FactDef]
    ) -> list[Table]:
        reader = TableReader(params, self._report, facts, guess=self._unread)
        for name in names:
            node = self._read(f"{name}.yaml")
            reader.read(name, node)
        return reader.finish()
