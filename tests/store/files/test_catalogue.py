"""Reading the catalogue folder: what is wrong is named, and the compiled copy is never stale."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.i18n import say_error
from fieldkit.store.files.catalogue import (
    FILES,
    CatalogueError,
    cached_catalogue,
    load_catalogue,
    van_stock,
)

SMALL = {
    "catalogue": "revision: 3\n",
    "parts": """\
- sku: P-1
  name: {en: Fuse, zh: 保险管}
  price: 10.50
  labour_minutes: 10
  component: wearing
  source: chosen
- sku: P-2
  name: {en: Lock, zh: 电门锁}
  price: 35
  labour_minutes: 20
  component: lock
  substitutes: [P-1]
  source: chosen
""",
    "faults": """\
- code: Y1
  symptom: {en: Dead, zh: 整车无电}
  likely_cause: {en: Fuse, zh: 保险烧断}
  fix: {en: Replace it, zh: 更换}
  components: [wearing, lock]
  parts: [P-1]
  danger: safety
  source: chosen
""",
    "models": "- code: M-1\n  name: {en: One, zh: 一号}\n  components: [lock]\n",
    "recalls": """\
- id: R-1
  title: {en: Locks, zh: 电门锁召回}
  serial_prefixes: [M1-2305-]
  component: lock
  since: 2026-03-16
""",
    "lists": "component:\n  wearing: {en: Wearing, zh: 易损件}\n  lock: {en: Lock, zh: 电门锁}\n",
    "checklists": "arrival:\n  smile: {en: Smiled, zh: 面带微笑}\n",
    "van": "P-1: 10\n",
}

Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "catalogue"
    made.mkdir()
    for name, text in SMALL.items():
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def change(folder: Path) -> Change:
    def changed(name: str, old: str, new: str) -> None:
        path = folder / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return changed


def test_the_folder_becomes_the_catalogue(folder: Path) -> None:
    catalogue = load_catalogue(folder)
    part = catalogue.part("P-1")
    assert part is not None
    assert (part.price_fen, part.labour_minutes, part.name.zh) == (1050, 10, "保险管")
    assert (catalogue.revision, catalogue.region) == (3, "CN")
    assert catalogue.name("component", "lock", "zh") == "电门锁"
    assert [item.code for item in catalogue.checklists["arrival"]] == ["smile"]
    recall = catalogue.recall_for("M1-2305-00007")
    assert recall is not None
    assert recall.since.isoformat() == "2026-03-16"


def test_a_code_that_looks_like_a_number_or_a_word_of_yaml_stays_a_code(
    folder: Path, change: Change
) -> None:
    change("checklists", "smile", "no")
    change("models", "M-1", "0012")
    catalogue = load_catalogue(folder)
    assert [item.code for item in catalogue.checklists["arrival"]] == ["no"]
    assert [model.code for model in catalogue.models] == ["0012"]


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "names"),
    [
        ("parts", "price: 35", "price: 3x", "wrong", ("parts.yaml", "P-2", "yuan")),
        ("parts", "price: 35", "price: 35.001", "wrong", ("P-2", "yuan")),
        ("parts", "price: 35", "price: -1", "wrong", ("P-2", "yuan")),
        ("parts", "price: 35", "price: 1e999999999", "wrong", ("P-2", "yuan")),
        ("parts", "  price: 35\n", "", "wrong", ("P-2", "price", "needed")),
        ("parts", "sku: P-2", "sku: [P-2]", "wrong", ("#2", "sku")),
        ("parts", "labour_minutes: 20", "labour: 20", "wrong", ("P-2, labour_minutes", "needed")),
        ("parts", "component: lock", "component: clock", "unknown", ("P-2", "clock", "lists.yaml")),
        ("parts", "[P-1]", "[P-9]", "unknown", ("P-2", "P-9")),
        ("parts", "sku: P-2", "sku: P-1", "duplicate", ("parts.yaml", "P-1")),
        ("faults", "[P-1]", "[P-9]", "unknown", ("faults.yaml", "Y1", "P-9", "parts.yaml")),
        ("faults", "[wearing, lock]", "[battery_*]", "unknown", ("Y1", "battery_*")),
        ("faults", "zh: 更换", "zh: ''", "wrong", ("Y1", "zh")),
        ("faults", "danger: safety", "danger: some", "wrong", ("Y1", "danger")),
        ("models", "[lock]", "[clock]", "unknown", ("M-1", "clock")),
        ("recalls", "2026-03-16", "2026-13-16", "wrong", ("R-1", "2026-11-05")),
        ("recalls", "component: lock", "component: clock", "unknown", ("R-1", "clock")),
        ("lists", ", zh: 易损件", "", "wrong", ("lists.yaml", "component.wearing", "zh")),
        ("lists", "  lock:", "  wearing:", "unreadable", ("lists.yaml", "line 3")),
        ("catalogue", "3", "0", "wrong", ("catalogue.yaml", "revision", "1")),
        ("catalogue", "3", "3\nregion: XX", "wrong", ("catalogue.yaml", "region", "XX", "DE")),
        ("catalogue", "3", "3\nregion: cn", "wrong", ("catalogue.yaml", "region", "cn")),
        ("catalogue", "revision: 3", "- 3", "wrong", ("catalogue.yaml",)),
        ("models", SMALL["models"], "M-1", "wrong", ("models.yaml",)),
        (
            "models",
            "[lock]",
            "[lock]\n  serials: ['--']",
            "wrong",
            ("models.yaml:4", "M-1", "serials", "form"),
        ),
        ("models", "[lock]", "[lock]\n  serials: ['M1-####', '#*#']", "wrong", ("models.yaml:4",)),
        ("models", "[lock]", "[lock]\n  serials: ['']", "wrong", ("models.yaml:4", "form")),
        ("models", "[lock]", "[lock]\n  serials: M1-####", "wrong", ("models.yaml:4", "M-1")),
        ("models", "en: One", 'en: "One\\e]0;x\\a"', "wrong", ("models.yaml:2", "control")),
        ("lists", "zh: 易损件", 'zh: "\\u202e易损件"', "wrong", ("lists.yaml:2", "control")),
        ("models", "[lock]", "[lock", "unreadable", ("models.yaml", "line")),
        ("models", "M-1", "M-1: -", "unreadable", ("models.yaml", "line 1, column 12")),
        ("models", "M-1", "M\0", "unreadable", ("models.yaml", "line 1, column 1")),
    ],
)
def test_what_is_wrong_is_named(
    folder: Path, change: Change, name: str, old: str, new: str, key: str, names: tuple[str, ...]
) -> None:
    change(name, old, new)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert caught.value.key == f"catalogue.{key}"
    text = say_error(caught.value, "en")
    assert [each for each in names if each not in text] == []
    assert "目录文件" in say_error(caught.value, "zh")


def test_a_file_that_is_not_utf8_is_named_with_its_line(folder: Path) -> None:
    (folder / "lists.yaml").write_bytes("a: b\nc: 锁\n".encode("gbk"))
    with pytest.raises(CatalogueError, match=r"lists\.yaml.*line=2"):
        load_catalogue(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / f"{name}.yaml").unlink()
    with pytest.raises(CatalogueError, match=f"{name}.yaml") as caught:
        load_catalogue(folder)
    assert caught.value.key == "catalogue.missing"
    assert caught.value.exit_code == 3


def test_a_file_that_cannot_be_opened_is_named(folder: Path) -> None:
    (folder / "lists.yaml").unlink()
    (folder / "lists.yaml").mkdir()
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert caught.value.key == "catalogue.closed"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_however_a_file_is_broken_the_file_is_named(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    text = SMALL[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    junk = data.draw(st.text("-:{}[]&*!|'\"#%@?,~ \n\tab1\0é件", max_size=8))
    path = folder / f"{name}.yaml"
    path.write_text(text[:start] + junk + text[end:], encoding="utf-8")
    try:
        load_catalogue(folder)
    except CatalogueError as error:
        assert ".yaml" in say_error(error, "en")  # noqa: PT017 - it may also be read well
    finally:
        path.write_text(text, encoding="utf-8")


# -- the compiled copy ---------------------------------------------------------------------


def test_the_compiled_copy_equals_the_folder(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "catalogue.cache"
    first = cached_catalogue(folder, cache)
    assert first == load_catalogue(folder)
    assert cached_catalogue(folder, cache) == first
    assert list(tmp_path.glob("*.tmp")) == []


def test_the_compiled_copy_is_what_is_read(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "catalogue.cache"
    cached_catalogue(folder, cache)
    made = cache.stat().st_mtime_ns
    cached_catalogue(folder, cache)
    assert cache.stat().st_mtime_ns == made


def test_a_changed_file_is_seen(folder: Path, tmp_path: Path, change: Change) -> None:
    cache = tmp_path / "catalogue.cache"
    cached_catalogue(folder, cache)
    change("parts", "price: 35", "price: 36")
    part = cached_catalogue(folder, cache).part("P-2")
    assert part is not None
    assert part.price_fen == 3600


def test_a_file_that_broke_is_told_and_not_hidden_by_the_copy(
    folder: Path, tmp_path: Path, change: Change
) -> None:
    cache = tmp_path / "catalogue.cache"
    cached_catalogue(folder, cache)
    change("parts", "price: 35", "price: x")
    with pytest.raises(CatalogueError):
        cached_catalogue(folder, cache)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:-40],
        lambda raw: b"\xff\n" + raw,
        lambda raw: raw.replace(b'"price_fen":3500', b'"price_fen":9500'),
        lambda raw: json.dumps({"revision": 3}).encode(),
    ],
)
def test_a_damaged_copy_is_made_again(
    folder: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    cache = tmp_path / "catalogue.cache"
    good = cached_catalogue(folder, cache)
    raw = cache.read_bytes()
    cache.write_bytes(damage(raw))
    assert cache.read_bytes() != raw
    assert cached_catalogue(folder, cache) == good
    assert cache.read_bytes() == raw


def test_without_a_place_for_the_copy_the_folder_is_read(folder: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "gone" / "catalogue.cache"
    assert cached_catalogue(folder, nowhere) == load_catalogue(folder)


# -- the van -------------------------------------------------------------------------------


def test_the_van(folder: Path) -> None:
    assert van_stock(folder, load_catalogue(folder)) == {"P-1": 10}


@pytest.mark.parametrize("text", ["P-9: 1\n", "P-1: many\n", "P-1: -1\n", "- P-1\n", "P-1: [1]\n"])
def test_a_wrong_van_is_told(folder: Path, text: str) -> None:
    (folder / "van.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"van\.yaml"):
        van_stock(folder, load_catalogue(folder))
