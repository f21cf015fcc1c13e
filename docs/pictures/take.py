"""Takes the pictures of the terminal app, through a browser, because Chinese text needs one.

    python -m docs.pictures.take [folder]

Needs chromium and a font with Chinese characters. Each cell is drawn where it belongs, so that
the pictures show what a terminal shows.
"""

import asyncio
import html
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.color import ColorTriplet
from rich.style import Style

from fieldkit.i18n import Lang, width
from fieldkit.tui.app import FieldkitApp
from fieldkit.tui.text.theme import THEMES
from tests.tui.conftest import LARGE, SMALL, Desk, Hand
from tests.tui.screens.test_screens import busy_day

CELL, LINE = 10, 21
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: {background};
  font: 16px/{line}px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }}
div {{ position: relative; height: {line}px; }}
span {{ position: absolute; top: 0; height: {line}px; white-space: pre; overflow: hidden; }}
</style>{lines}"""


def page(app: FieldkitApp) -> str:
    """The screen as HTML: one element a cell, so that no font can move the columns."""
    lines = []
    for strip in app.screen._compositor.render_strips():
        spans, at = [], 0
        for segment in strip:
            look = css(segment.style or Style())
            for letter in segment.text:
                cells = width(letter)
                size = "font-size:19px;" if cells > 1 else ""
                box = f"{size}left:{at * CELL}px;width:{cells * CELL}px;{look}"
                spans.append(f'<span style="{box}">{html.escape(letter)}</span>')
                at += cells
        lines.append(f"<div>{''.join(spans)}</div>")
    background = app.screen.styles.background.hex
    return PAGE.format(background=background, line=LINE, lines="".join(lines))


def css(style: Style) -> str:
    """The look of a segment."""
    front, back = triplet(style.color), triplet(style.bgcolor)
    if style.reverse:
        front, back = back, front
    parts = [f"color:{front.hex}" if front else "", f"background:{back.hex}" if back else ""]
    if style.bold:
        parts.append("font-weight:bold")
    return ";".join(part for part in parts if part)


def triplet(color: object) -> ColorTriplet | None:
    """The red, green and blue of a colour, where it has any."""
    return getattr(color, "triplet", None)


def shoot(hand: Hand, target: Path) -> None:
    """One picture."""
    columns, rows = hand.app.size
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8", delete=False) as file:
        file.write(page(hand.app))
    size = f"--window-size={columns * CELL},{rows * LINE}"
    browser = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", size]
    subprocess.run([*browser, f"--screenshot={target}", f"file://{file.name}"], check=True,
                   capture_output=True)  # fmt: skip
    os.unlink(file.name)


async def take(
    folder: Path, lang: Lang, size: tuple[int, int], theme: str, names: set[str]
) -> None:
    """The named screens of a busy day in one language, size and theme."""
    with tempfile.TemporaryDirectory() as place:
        desk = Desk(Path(place) / "home", lang)
        busy_day(desk, lang)
        desk.open().store.set("theme", theme)
        async with desk.app(size) as hand:
            for name, keys in WALK:
                await hand.press(*keys)
                if name in names:
                    shoot(hand, folder / f"{name}-{lang}-{size[0]}-{theme}.png")
        desk.close()


WALK: list[tuple[str, list[str]]] = [
    ("today", []),
    ("job", ["enter"]),
    ("verdict", ["f3"]),
    ("customer", ["escape", "f5"]),
    ("form", ["escape", "f2"]),
    ("danger", ["escape", "escape", "down", "enter"]),
    ("day_end", ["escape", "f10"]),
]
"""The screens, and the keys that lead from each to the next."""


def main() -> None:
    """All pictures, into the folder that is named, else beside this file."""
    os.environ["COLORTERM"] = "truecolor"  # with 16 colours the app is in high contrast
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    dark, light, contrast = (theme.name for theme in THEMES)
    asyncio.run(take(folder, "en", SMALL, dark, {"today", "job", "verdict", "day_end"}))
    asyncio.run(take(folder, "zh", SMALL, dark, {"today", "job", "danger", "customer"}))
    asyncio.run(take(folder, "en", LARGE, light, {"job"}))
    asyncio.run(take(folder, "zh", SMALL, contrast, {"form"}))


if __name__ == "__main__":
    main()
