"""Slips in a pack that can be used all the same: ten of each kind are found at their place, and the
shipped pack has none."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from fieldkit.i18n import LANGS
from fieldkit.i18n.texts.rules.problems import say_pack_problem
from fieldkit.rules import Pack
from fieldkit.rules.loading.loader import files_of
from fieldkit.rules.loading.slips import slips
from fieldkit.rules.model.problems import PackProblem
from fieldkit.shipped import shipped_data
from fieldkit.store.files.catalogue import source_codes
from tests.rules.conftest import FOLDER

SEEDS = 10
DAY = date(2026, 11, 22)
SOURCES = source_codes(shipped_data() / "catalogue")
BECAUSE = re.compile(r'( +)because: ?(?:\{|\n +)en: "([^"\n]+)"(, |\n +)zh: "([^"\n]+)"')
Change = Callable[[str, str, random.Random], tuple[str, str] | None]


@pytest.fixture(name="files", scope="module")
def _files(pack: Pack) -> dict[str, bytes]:
    return files_of(FOLDER, pack)


def test_the_shipped_pack_has_none(pack: Pack, files: dict[str, bytes]) -> None:
    assert len(SOURCES) > 15
    assert slips(pack, files, DAY, SOURCES) == []


def _curly(en: str, zh: str, chance: random.Random) -> tuple[str, str]:
    return f"“{en}”", zh


def _other_number(en: str, zh: str, chance: random.Random) -> tuple[str, str]:
    return (
        f"{en} It takes {chance.randrange(2, 90)} days.",
        f"{zh}需要{chance.randrange(91, 99)}天。",
    )


def _one_language(en: str, zh: str, chance: random.Random) -> tuple[str, str] | None:
    found = re.findall(r"\{[^}]+\}", zh)
    return (en, zh.replace(chance.choice(found), "")) if found else None


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("slip_languages_swapped", lambda en, zh, chance: (zh, en)),
        ("slip_not_translated", lambda en, zh, chance: (en, en)),
        ("slip_not_translated", lambda en, zh, chance: (zh, zh)),
        ("slip_unfinished", lambda en, zh, chance: (f"TODO {en}", zh)),
        ("slip_unfinished", lambda en, zh, chance: (en, f"{zh}（待定）")),
        ("slip_curly_quotes", _curly),
        ("slip_other_number", _other_number),
        ("slip_one_language", _one_language),
    ],
)
def test_a_slip_of_a_sentence_is_found_at_its_line(
    pack: Pack, files: dict[str, bytes], key: str, change: Change
) -> None:
    for seed in range(SEEDS):
        chance = random.Random(f"{key}{seed}")
        while True:
            name = f"{chance.choice(pack.tables).name}.yaml"
            text = files[name].decode("utf-8")
            place = chance.choice(list(BECAUSE.finditer(text)))
            if changed := change(place[2], place[4], chance):
                break
        quoted = [part.replace("\\", "\\\\") for part in changed]
        new = place[0].replace(f'"{place[2]}"', f'"{quoted[0]}"', 1)
        new = new[: new.rindex('zh: "')] + f'zh: "{quoted[1]}"'
        changed_text = text[: place.start()] + new + text[place.end() :]
        found = slips(pack, files | {name: changed_text.encode()}, DAY, SOURCES)
        line = text[: place.start()].count("\n") + 1
        assert found, (seed, name, changed)
        assert key in {one.key for one in found}, (seed, found)
        assert all(one.file == name and 0 <= one.line - line <= 2 for one in found)
        _told(found)


def test_a_number_beside_the_param_that_the_rule_compares_is_found(
    pack: Pack, files: dict[str, bytes]
) -> None:
    sentences = (
        ("charge.yaml", "{$goodwill_part_percent} %", "50 %",
         "按{$goodwill_part_percent}%", "按50%"),
        ("entitlement.yaml", "Up to day {$refund_days}", "Up to day 7",
         "{$refund_days}天内可由顾客选择全额退款", "7天内可由顾客选择全额退款"),
        ("approval.yaml", "the {$technician_limit_fen}", "the 10000",
         "技师权限{$technician_limit_fen}", "技师权限10000"),
    )  # fmt: skip
    for name, en, new_en, zh, new_zh in sentences:
        text = files[name].decode("utf-8")
        assert en in text
        changed = text.replace(en, new_en, 1).replace(zh, new_zh, 1)
        found = slips(pack, files | {name: changed.encode()}, DAY, SOURCES)
        assert [one.key for one in found] == ["slip_number_for_param"], name
        _told(found)


def test_a_param_that_the_rule_does_not_work_with_is_found(
    pack: Pack, files: dict[str, bytes]
) -> None:
    text = files["entitlement.yaml"].decode("utf-8")
    for wrong in ("lead_early_days", "exchange_days", "run_in_days", "goodwill_days"):
        changed = text.replace("{$refund_days}", f"{{${wrong}}}")
        found = slips(pack, files | {"entitlement.yaml": changed.encode()}, DAY, SOURCES)
        assert {one.key for one in found} == {"slip_other_param"}, wrong
        _told(found)


def test_free_on_what_is_paid_is_found(pack: Pack, files: dict[str, bytes]) -> None:
    text = files["charge.yaml"].decode("utf-8")
    old = 'en: "Part and labour are charged at the list price."'
    assert old in text
    changed = text.replace(old, 'en: "Part and labour are free of charge."')
    found = slips(pack, files | {"charge.yaml": changed.encode()}, DAY, SOURCES)
    assert [one.key for one in found] == ["slip_free_on_paid"]
    _told(found)


def test_an_unknown_source_an_unused_param_and_a_table_of_no_day_are_found(
    pack: Pack, files: dict[str, bytes]
) -> None:
    for seed in range(SEEDS):
        chance = random.Random(seed)
        name = f"{chance.choice(pack.tables).name}.yaml"
        text = files[name].decode("utf-8")
        place = chance.choice(list(re.finditer(r'source: "[^"]*"', text)))
        code = f"N{chance.randrange(70, 99)}"
        changed = text[: place.start()] + f'source: "{code}, chosen"' + text[place.end() :]
        found = slips(pack, files | {name: changed.encode()}, DAY, SOURCES)
        line = text[: place.start()].count("\n") + 1
        assert [(one.key, one.line) for one in found] == [("slip_unknown_source", line)]
        _told(found)
    unused = files["params.yaml"] + b'\nforgotten:\n  {value: 1, unit: days, source: "chosen"}\n'
    assert [one.key for one in slips(pack, files | {"params.yaml": unused}, DAY)] == [
        "slip_unused_param"
    ]
    for name in sorted(pack.today_tables - {"complaint_grade"}):
        moved = replace(pack, today_tables=pack.today_tables - {name})
        assert [one.key for one in slips(moved, files, DAY, SOURCES)] == ["slip_not_today"], name


def _told(found: list[PackProblem]) -> None:
    """Each is told in both languages, with every value in its place."""
    for one in found:
        for lang in LANGS:
            told = say_pack_problem(one.key, one.params, lang)
            assert "[" not in told
            assert "{name" not in told
