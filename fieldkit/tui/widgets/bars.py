"""The three bars of every screen: title, status, and keys."""

from collections.abc import Callable

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from fieldkit.i18n import Lang, has, say, width
from fieldkit.tui.text.lines import Line

_STYLES = {
    "muted": "$muted", "strong": "bold", "good": "$success", "warn": "$warning",
    "danger": "bold $error", "accent": "bold $accent", "heading": "bold $primary",
    "alarm": "bold reverse $error",
}  # fmt: skip

_KEY_NAMES = {
    "escape": "Esc", "enter": "Enter", "pageup": "PgUp", "pagedown": "PgDn", "delete": "Del",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "space": "Space", "home": "Home",
    "end": "End", "tab": "Tab", "backspace": "Backspace", "insert": "Ins",
}  # fmt: skip


def content(line: Line) -> Content:
    """A line of spans as Textual's own content."""
    return Content.assemble(*((text, _STYLES.get(kind, "")) for text, kind in line))


def key_name(key: str) -> str:
    """How a key is written: `F2`, `^S`, `Esc`."""
    if key.startswith("ctrl+"):
        return "^" + key_name(key.removeprefix("ctrl+"))
    if key.startswith("shift+"):
        return "⇧" + key_name(key.removeprefix("shift+"))
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    return key.upper()


def written_key(key: str) -> str:
    """How a sentence names a key: `F2`, `Ctrl+S`, `Esc`."""
    return key_name(key).replace("^", "Ctrl+").replace("⇧", "Shift+")


class SpanBar(Static):
    """A line of spans, as wide as the screen."""

    def draw(self, build: Callable[[int], Line]) -> None:
        """Show what `build` makes for the cells that there are."""
        cells = (self.size.width or self.app.size.width - 2) - self.gutter.width
        self.update(content(build(max(cells, 20))))


class KeyBar(Static):
    """The keys that do something here. Each is whole: what has no room is left to the help."""

    def show_keys(self, bindings: list[Binding], lang: Lang) -> None:
        """Show these keys, in this order, as far as there is room."""
        room = self.size.width or self.app.size.width
        parts: list[Content] = []
        used = 0
        for binding in bindings:
            key, name = key_name(binding.key), _spoken(binding, lang)
            cells = width(key) + width(name) + 3
            if used + cells > room:
                continue
            used += cells
            parts.append(_key(key, name, binding.action))
        self.update(Content("").join(parts))


def _spoken(binding: Binding, lang: Lang) -> str:
    """The name of a key; the other language is named in that language."""
    if binding.action == "app.language":
        return say("screen.language", "en" if lang == "zh" else "zh")
    return say(binding.description, lang)


def _key(key: str, name: str, action: str) -> Content:
    return Content.from_markup(
        f"[@click={_target(action)}] [b $accent]$key[/] $name [/]", key=key, name=name
    )


def _target(action: str) -> str:
    """The action as a click names it: a plain one is looked for on the screen."""
    name = action if "(" in action else f"{action}()"
    return name if name.startswith(("app.", "screen.")) else f"screen.{name}"


def translated(binding: Binding) -> bool:
    """Whether the binding is one of ours: its description is the key of a message, which has a
    dot. Only such a one is looked up: what is in no message would read all of them."""
    return "." in binding.description and has(binding.description)
