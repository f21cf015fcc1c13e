"""docs/architecture.md and its picture show the folders and imports that are there."""

import re
from pathlib import Path

from docs.pictures import rooms
from tests.docs.test_paths import ROOT, defined
from tests.test_no_circles import modules

AGAIN = "run: python -m docs.pictures.rooms"
TEXT = rooms.PAGE.read_text(encoding="utf-8")


def test_the_picture_is_that_of_the_code() -> None:
    assert rooms.PICTURE.read_text(encoding="utf-8") == rooms.draw(), AGAIN


def test_the_tables_are_those_of_the_code() -> None:
    assert rooms.page(TEXT) == TEXT, AGAIN


def test_each_floor_and_room_has_its_line() -> None:
    drawn = rooms.draw()
    for floor in rooms.FLOORS:
        assert f"### {floor}\n" in TEXT
        assert f">{floor}</text>" in drawn
        for room in rooms.folders(floor):
            assert f"| `fieldkit/{floor}/{room}` | {rooms.purpose(f'{floor}/{room}')} |" in TEXT
            assert f">{room}</text>" in drawn


def test_the_graph_is_that_of_the_imports() -> None:
    assert "domain/core" in rooms.imports()["store/records"]
    assert rooms.within("domain")["job"] == {"core", "records"}
    assert not rooms.between()["domain"]
    assert rooms.levels({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == [["c"], ["b"], ["a"]]
    assert rooms.direct({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == [("a", "b"), ("b", "c")]


def test_each_function_that_is_named_alone_is_there() -> None:
    flows = TEXT[: TEXT.index("## The rooms")]
    named = set(re.findall(r"`([a-z]\w+)`", flows)) - {"fieldkit"}
    paths = [str(path.relative_to(ROOT)) for path in modules().values()]
    known = {name.rpartition(".")[2] for path in paths for name in defined(path)}
    assert named
    assert named <= known


def test_the_flows_name_enough_to_be_followed() -> None:
    parts = TEXT.split("\n## ")
    for part in parts[1:4]:
        assert len(re.findall(r"`fieldkit/[\w/.]+::[\w.]+`", part)) >= 8


def test_no_picture_is_missing() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert "pictures/architecture.svg" in linked
    assert [name for name in linked if not (Path(rooms.DOCS) / name).exists()] == []
