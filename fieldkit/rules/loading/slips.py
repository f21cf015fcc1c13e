"""Slips that leave a pack usable and say something wrong: in sentences, sources and params.

A sentence is read as it was written, with the conditions and outcomes of its rule beside it. Each
slip is a warning at the place where it can be put right. What is no slip for certain is left
alone: the shipped packs have none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.rules.loading.pack_head import HEAD_FILE
from fieldkit.rules.loading.sentences import PLACEHOLDER
from fieldkit.rules.loading.yaml_tree import Node, parse
from fieldkit.rules.model import fact_vocabulary
from fieldkit.rules.model.pack import Pack, Position, Table
from fieldkit.rules.model.problems import PackProblem, Report

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
_UNFINISHED = re.compile(r"\b(?:TODO|TBD|FIXME|XXX)\b|待定|待补|待填")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
"""Marks of unfinished text that a check looks for in the sentences of a pack."""
_CURLY = re.compile(r"[“”‘’].*[“”‘’]", re.DOTALL)
_CODE = re.compile(r"\b[A-Z]+\d+\b")
_PARAM = re.compile(r"\$([a-z][a-z0-9_]*)")
_FREE = re.compile(r"\bfree\b|免费", re.IGNORECASE)
_TODAY = frozenset({"escalate", "follow_up", "open_complaint", "complaint_department"})
"""What is to be done from now on; a table with one of these is judged by the pack of today."""


@dataclass(frozen=True)
class _Said:
    """A sentence of a rule in both languages, with the params that the rule itself works with."""

    en: Node
    zh: Node
    params: frozenset[str]

    @property
    def texts(self) -> tuple[str, str]:
        return self.en.text or "", self.zh.text or ""


def slips(
    pack: Pack, files: Mapping[str, bytes], today: date, sources: Collection[str] = ()
) -> list[PackProblem]:
    """Every slip of a pack that was loaded, in the order of its files. `files` are those of the
    pack by name, `today` is the day where the company is, `sources` are the codes of the list of
    sources, where there is one."""
    found: list[PackProblem] = []
    if pack.expires is not None and pack.expires < today:
        found.append(_slip(Position(HEAD_FILE, 1, 1), "slip_expired", day=pack.expires.isoformat()))
    for table in pack.tables:
        name = f"{table.name}.yaml"
        root = parse(files[name], name, Report()) if name in files else None
        if root is not None:
            found += _of_table(table, root, pack, sources)
    for name in ("params.yaml", "terms.yaml"):
        root = parse(files[name], name, Report()) if name in files else None
        if root is not None:
            found += _of_sources(root, sources)
    found += _unused(pack, files)
    found += _not_today(pack)
    return found


def _slip(at: Position, key: str, **params: object) -> PackProblem:
    return PackProblem(at.file, at.line, at.col, key, params)


# -- a table -----------------------------------------------------------------------------------


def _of_table(
    table: Table, root: Node, pack: Pack, sources: Collection[str]
) -> Iterator[PackProblem]:
    listed = root.items["rules"][1].value if "rules" in root.items else []
    rules = list(listed) if isinstance(listed, list) else []
    if "otherwise" in root.items:
        rules.append(root.items["otherwise"][1])
    for node, rule in zip(rules, table.all_rules, strict=False):
        parts = {name: value for name, (_, value) in node.items.items()}
        said = parts.get("because")
        if said is not None and {"en", "zh"} <= said.items.keys():
            own = frozenset(_params_in(parts.get("when")) | _params_in(parts.get("then")))
            sentence = _Said(said.items["en"][1], said.items["zh"][1], own)
            yield from _of_sentence(sentence, pack)
            if rule.then.get("charge") == "paid":
                yield from _free_on_paid(sentence)
        if "source" in parts:
            yield from _of_source(parts["source"], sources)


def _of_sentence(said: _Said, pack: Pack) -> Iterator[PackProblem]:
    en, zh = said.texts
    bare_en, bare_zh = PLACEHOLDER.sub(" ", en), PLACEHOLDER.sub(" ", zh)
    if _HAN.search(bare_en) and not _HAN.search(bare_zh):
        yield _slip(said.en.at, "slip_languages_swapped")
        return
    if en == zh or (_LATIN_WORD.search(bare_zh) and not _HAN.search(bare_zh)):
        yield _slip(said.zh.at, "slip_not_translated")
        return
    if _HAN.search(bare_en):
        yield _slip(said.en.at, "slip_not_translated")
        return
    for node, text in ((said.en, en), (said.zh, zh)):
        yield from _of_text(node, text)
    yield from _of_placeholders(said, pack)
    if Counter(_NUMBER.findall(bare_en)) != Counter(_NUMBER.findall(bare_zh)):
        yield _slip(said.zh.at, "slip_other_number")
        return
    for name in sorted(said.params):
        value = str(pack.params[name].value) if name in pack.params else ""
        if value in _NUMBER.findall(bare_en):
            yield _slip(said.en.at, "slip_number_for_param", number=value, name=name)


def _of_text(node: Node, text: str) -> Iterator[PackProblem]:
    if unfinished := _UNFINISHED.search(text):
        yield _slip(node.at, "slip_unfinished", text=unfinished.group())
    if _CURLY.fullmatch(text.strip()):
        yield _slip(node.at, "slip_curly_quotes")


def _of_placeholders(said: _Said, pack: Pack) -> Iterator[PackProblem]:
    """What only one language names, and a param of which the rule knows others of its unit."""
    en, zh = (set(PLACEHOLDER.findall(text)) for text in said.texts)
    for name in sorted(en ^ zh):
        at = said.zh.at if name in en else said.en.at
        yield _slip(at, "slip_one_language", name=name)
    units = {pack.params[name].unit for name in said.params if name in pack.params}
    for name in sorted(en & zh):
        param = pack.params.get(name.removeprefix("$")) if name.startswith("$") else None
        if param and param.name not in said.params and param.unit in units:
            yield _slip(said.en.at, "slip_other_param", name=param.name)


def _free_on_paid(said: _Said) -> Iterator[PackProblem]:
    for node, text in zip((said.en, said.zh), said.texts, strict=True):
        if _FREE.search(text):
            yield _slip(node.at, "slip_free_on_paid")


def _params_in(node: Node | None) -> set[str]:
    """The params that a part of a rule names."""
    if node is None:
        return set()
    if isinstance(node.value, dict):
        return {name for _, value in node.value.values() for name in _params_in(value)}
    if isinstance(node.value, list):
        return {name for item in node.value for name in _params_in(item)}
    return set(_PARAM.findall(node.text or ""))


# -- sources, params, days ---------------------------------------------------------------------


def _of_sources(root: Node, sources: Collection[str]) -> Iterator[PackProblem]:
    for name, (_, value) in root.items.items():
        if name == "source":
            yield from _of_source(value, sources)
        elif value.items:
            yield from _of_sources(value, sources)


def _of_source(node: Node, sources: Collection[str]) -> Iterator[PackProblem]:
    text = node.text or ""
    yield from _of_text(node, text)
    if sources:
        for code in dict.fromkeys(_CODE.findall(text)):
            if code not in sources:
                yield _slip(node.at, "slip_unknown_source", name=code)


def _unused(pack: Pack, files: Mapping[str, bytes]) -> Iterator[PackProblem]:
    """Params that no table names and no program reads."""
    known = fact_vocabulary.PARAMS.keys() | fact_vocabulary.SETTINGS.keys()
    named = set(known)
    for table in pack.tables:
        text = files.get(f"{table.name}.yaml", b"").decode("utf-8", "replace")
        named |= set(_PARAM.findall(text))
    root = parse(files.get("params.yaml", b""), "params.yaml", Report())
    for name, (key, _) in (root.items if root else {}).items():
        if name not in named:
            yield _slip(key.at, "slip_unused_param", name=name)


def _not_today(pack: Pack) -> Iterator[PackProblem]:
    """Tables that say what is to be done from now on, and are judged by the day of the report."""
    for table in pack.tables:
        if table.name not in pack.today_tables and _TODAY & table.outputs.keys():
            yield _slip(table.at, "slip_not_today", table=table.name)
