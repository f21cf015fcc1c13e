"""Draws the floors and rooms of the program from its folders and imports.

    python -m docs.pictures.rooms

writes `docs/pictures/architecture.svg` and the tables of `docs/architecture.md` anew. A floor is a
folder of `fieldkit`, a room a folder of a floor; what each is for is the first sentence of its
docstring. Whoever imports stands above what is imported.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path
from textwrap import wrap

from tests.test_no_circles import TOP, imported, modules

DOCS = Path(__file__).parents[1]
PICTURE = DOCS / "pictures" / "architecture.svg"
PAGE = DOCS / "architecture.md"
BEGIN, END = "<!-- made by docs/pictures/rooms.py -->", "<!-- end -->"

Graph = dict[str, set[str]]


def folders(name: str = "") -> list[str]:
    """The packages of a folder of the program, by name."""
    return sorted(path.parent.name for path in (TOP / name).glob("*/__init__.py"))


FLOORS = folders()


@cache
def purpose(name: str) -> str:
    """The first sentence of a folder's docstring."""
    text = (TOP / name / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    return re.split(r"(?<=\.)\s", " ".join(text.split()))[0]


def place(module: str) -> str:
    """The room that a module is in, else its floor, else "": it stands beside the floors."""
    parts = modules()[module].relative_to(TOP).parts[:-1]
    return "/".join(parts[:2])


@cache
def imports() -> Graph:
    """Every place, and the other places that it imports."""
    graph: Graph = {}
    for module in modules():
        found = graph.setdefault(place(module), set())
        found |= {place(other) for other in imported(module)} - {place(module), ""}
    return graph


def within(floor: str) -> Graph:
    """The rooms of a floor, and those of them that each imports."""
    rooms = folders(floor)
    return {
        room: {other for other in rooms if f"{floor}/{other}" in imports()[f"{floor}/{room}"]}
        for room in rooms
    }


def between() -> Graph:
    """The floors, and the other floors that each imports."""
    graph: Graph = {floor: set() for floor in FLOORS}
    for name, others in imports().items():
        if name:
            floor = name.partition("/")[0]
            graph[floor] |= {other.partition("/")[0] for other in others} - {floor}
    return graph


def levels(graph: Graph) -> list[list[str]]:
    """What imports nothing of the graph, then what imports only that, and so on."""
    height: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        height[name] = 1 + max((height[below] for below in graph[name]), default=-1)
    rows: list[list[str]] = [[] for _ in range(max(height.values(), default=-1) + 1)]
    for name in sorted(graph):
        rows[height[name]].append(name)
    return rows


def direct(graph: Graph) -> list[tuple[str, str]]:
    """The imports of a graph that do not follow from others."""

    def reached(name: str) -> set[str]:
        return graph[name].union(*(reached(below) for below in graph[name]))

    return [
        (name, below)
        for name in sorted(graph)
        for below in sorted(graph[name])
        if not any(below in reached(other) for other in graph[name])
    ]


# -- the picture ---------------------------------------------------------------------------

WIDTH, EDGE, GAP = 1200, 24, 40
LINE, LETTER, PAD = 15, 6.3, 10
"""Pixels: a line of text, a letter of it at most on average, the room around it."""


@dataclass
class Box:
    """A rectangle of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Drawing:
    """What is drawn so far: lines below, boxes and texts above them."""

    lines: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)

    def box(self, at: Box, kind: str) -> None:
        self.shapes.append(
            f'<rect class="{kind}" x="{at.x:.0f}" y="{at.y:.0f}" width="{at.width:.0f}" '
            f'height="{at.height:.0f}" rx="6"/>'
        )

    def text(self, x: float, y: float, words: str, kind: str) -> None:
        words = words.replace("`", "")
        self.shapes.append(f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>')

    def arrow(self, *points: tuple[float, float]) -> None:
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        self.lines.append(f'<polyline points="{path}" marker-end="url(#head)"/>')


def text_lines(words: str, width: float) -> list[str]:
    """Words broken so that they fit into a box."""
    return wrap(words, int((width - 2 * PAD) / LETTER))


def draw_floor(floor: str, x: float, y: float, width: float, into: Drawing) -> Box:
    """One floor with its rooms, the highest on top."""
    graph = within(floor)
    head = text_lines(purpose(floor), width)
    into.text(x + PAD, y + 22, floor, "floor")
    for number, words in enumerate(head):
        into.text(x + PAD, y + 40 + number * LINE, words, "words")
    top = y + 40 + len(head) * LINE
    boxes: dict[str, Box] = {}
    rows = levels(graph)[::-1]
    across = max(map(len, rows), default=1)
    each = (width - PAD * (across + 1)) / across
    for row in rows:
        left = x + (width - len(row) * (each + PAD) + PAD) / 2
        texts = {room: text_lines(purpose(f"{floor}/{room}"), each) for room in row}
        height = 26 + LINE * max(map(len, texts.values()))
        for number, room in enumerate(row):
            boxes[room] = Box(left + number * (each + PAD), top, each, height)
            into.box(boxes[room], "room")
            into.text(boxes[room].x + PAD, top + 17, room, "name")
            for at, words in enumerate(texts[room]):
                into.text(boxes[room].x + PAD, top + 33 + at * LINE, words, "words")
        top += height + 22
    for room, below in direct(graph):
        join(boxes[room], boxes[below], into)
    return Box(x, y, width, top - y - (22 if rows else LINE) + PAD)


def join(upper: Box, lower: Box, into: Drawing, shift: float = 0) -> None:
    """An arrow from a box to one below it."""
    start = upper.x + upper.width / 2 + shift, upper.y + upper.height
    into.arrow(start, (lower.x + lower.width / 2 + shift, lower.y - 2))


def draw() -> str:
    """The whole picture, as SVG."""
    graph = between()
    rows = levels(graph)[::-1]
    at = {floor: number for number, row in enumerate(rows) for floor in row}
    far = {lower for upper, lower in direct(graph) if at[lower] - at[upper] > 1}
    inside, floors = Drawing(), Drawing()
    boxes: dict[str, Box] = {}
    y: float = EDGE
    for row in rows:
        shares = {floor: max(map(len, levels(within(floor))), default=1) for floor in row}
        free = WIDTH - 2 * EDGE - GAP * (len(row) - 1)
        x: float = EDGE
        for floor in sorted(row, key=lambda floor: (floor in far, floor)):
            width = free * shares[floor] / sum(shares.values())
            boxes[floor] = draw_floor(floor, x, y, width, inside)
            x += width + GAP
        tallest = max(boxes[floor].height for floor in row)
        for floor in row:
            boxes[floor].height = tallest
        y += tallest + GAP
    for box in boxes.values():
        floors.box(box, "panel")
    for upper, lower in direct(graph):
        if at[lower] - at[upper] == 1:
            join(boxes[upper], boxes[lower], floors)
        else:
            around(boxes[upper], boxes[lower], floors)
    return _SVG.format(
        width=WIDTH, height=f"{y:.0f}",
        shapes="\n".join([*floors.shapes, *floors.lines, *inside.lines, *inside.shapes]),
    )  # fmt: skip


def around(upper: Box, lower: Box, into: Drawing) -> None:
    """An arrow past the floors between two, on the right edge."""
    right, side = WIDTH - EDGE / 2, lower.x + lower.width
    start, end = upper.y + upper.height / 2, lower.y + 30
    into.arrow((upper.x + upper.width, start), (right, start), (right, end), (side + 2, end))


_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">
<style>
text {{ fill: #1d2733; }} .floor {{ font-size: 19px; font-weight: bold; }}
.name {{ font-size: 14px; font-weight: bold; }} .words {{ font-size: 12px; fill: #48566a; }}
.panel {{ fill: #eef2f7; stroke: #9fb0c5; }} .room {{ fill: #fff; stroke: #9fb0c5; }}
polyline {{ fill: none; stroke: #4a6a94; stroke-width: 1.5; }}
</style>
<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#4a6a94"/></marker>
<rect width="{width}" height="{height}" fill="#fff"/>
{shapes}
</svg>
"""


# -- the tables ----------------------------------------------------------------------------


def tables() -> str:
    """Every floor and room in one line, with what it imports, the highest floor first."""
    lines: list[str] = []
    for floor in [floor for row in levels(between())[::-1] for floor in row]:
        graph = within(floor)
        lines += [f"### {floor}", "", purpose(floor), ""]
        if graph:
            lines += ["| Room | What it is for | Imports |", "| --- | --- | --- |"]
        for room in [room for row in levels(graph)[::-1] for room in row]:
            name = f"{floor}/{room}"
            lines.append(f"| `fieldkit/{name}` | {purpose(name)} | {told(imports()[name])} |")
        if graph:
            lines.append("")
        if beside := sorted(file.stem for file in (TOP / floor).glob("[a-z]*.py")):
            names = ", ".join(f"`{name}`" for name in beside)
            lines += [
                f"{'Beside the rooms' if graph else 'Modules'}: {names}. "
                f"{'They import' if len(beside) > 1 else 'It imports'} {told(imports()[floor])}.",
                "",
            ]
    return "\n".join(lines)


def told(names: set[str]) -> str:
    """Rooms by floor: `domain (core, job), i18n`."""
    rooms: dict[str, list[str]] = {}
    for name in sorted(names):
        floor, _, room = name.partition("/")
        rooms.setdefault(floor, []).extend([room] if room else [])
    return ", ".join(f"{floor} ({', '.join(found)})" if found else floor
                     for floor, found in rooms.items()) or "nothing"  # fmt: skip


def page(text: str) -> str:
    """The page with its tables made anew."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}{END}{rest.split(END, 1)[1]}"


def main() -> None:
    """Write the picture and the tables."""
    PICTURE.write_text(draw(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
