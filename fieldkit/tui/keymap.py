"""The names of the app's keys, and their overrides in `config.yaml`.

Every binding has a name such as `today.due`: the place, then what is done there. `override_keys`
returns the keys of `config.yaml` that can be used, and an error for each of the others, whose
usual key stays.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Input, TextArea

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.tui import forms, screens, widgets
from fieldkit.tui.app_keys import APP_KEYS
from fieldkit.tui.screens.base import BaseScreen

ANYWHERE = frozenset({"app", "screen", "list", "field"})
"""Places that can be part of any screen, so that their keys must differ from all others."""

_SENT_BY_EVERY_TERMINAL = frozenset(
    [
        *(f"f{number}" for number in range(1, 25)),
        # Ctrl with C, H, I, J or M is an interruption, Backspace, Tab or Enter to a terminal.
        *(f"ctrl+{letter}" for letter in "abdefgklnopqrstuvwxyz"),
        *("escape", "enter", "tab", "shift+tab", "space", "backspace", "delete", "insert"),
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *("ctrl+up", "ctrl+down", "ctrl+home", "ctrl+end", "ctrl+pageup", "ctrl+pagedown"),
    ]
)


@dataclass(frozen=True)
class KeyUse:
    """What a key does somewhere: its name, its usual keys, and the key of its description."""

    name: str
    keys: tuple[str, ...]
    description: str

    @property
    def place(self) -> str:
        """Where: the screen's name, or one of `ANYWHERE`."""
        return self.name.partition(".")[0]


@cache
def key_uses() -> tuple[KeyUse, ...]:
    """All keys of the app, in the order of the places and of their bindings."""
    found: dict[str, KeyUse] = {}
    for binding in bindings():
        if binding.id and binding.id not in found:
            keys = tuple(binding.key.split(","))
            found[binding.id] = KeyUse(binding.id, keys, binding.description)
    return tuple(found.values())


def bindings() -> Iterator[Binding]:
    """Every binding of the app, its screens and its fields that is described; others are text."""
    yield from _described(APP_KEYS)
    yield from _described(vars(BaseScreen)["BINDINGS"])
    for package in (screens, forms, widgets):
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for module in sorted(item.name for item in found):
            loaded = importlib.import_module(module)
            for item in vars(loaded).values():
                if isinstance(item, type) and item.__module__ == module:
                    yield from _described(vars(item).get("BINDINGS", ()))


def _described(found: Iterable[object]) -> Iterator[Binding]:
    yield from (item for item in found if isinstance(item, Binding) and item.description)


def override_keys(overrides: Mapping[str, str]) -> tuple[dict[str, str], list[FieldkitError]]:
    """Return the keymap for Textual and the errors (`keys.name`, `keys.key`, `keys.clash`).

    `overrides` are names with keys, several separated by commas: `{"app.sync": "f11"}`.
    """
    if not overrides:
        return {}, []
    uses = {use.name: use for use in key_uses()}
    taken: dict[str, tuple[str, ...]] = {}
    problems: list[FieldkitError] = []
    for name, text in overrides.items():
        keys = tuple(key.strip().lower() for key in text.split(","))
        if name not in uses:
            problems.append(FieldkitError("keys.name", name=name))
        elif bad := [key for key in keys if not _usable(key, uses[name])]:
            problems.append(FieldkitError("keys.key", name=name, pressed=bad[0]))
        else:
            taken[name] = keys
    while clash := _first_clash(uses, taken):
        name, other, key = clash
        del taken[name]
        problems.append(FieldkitError("keys.clash", name=name, pressed=key, other=other))
    return {name: ",".join(keys) for name, keys in taken.items()}, problems


def _usable(key: str, use: KeyUse) -> bool:
    """Whether the app sees the key: text fields take some keys themselves."""
    return key in use.keys or (key in _SENT_BY_EVERY_TERMINAL and key not in _editing())


@cache
def _editing() -> frozenset[str]:
    """The keys with which text is edited."""
    kinds: tuple[type[DOMNode], ...] = (Input, TextArea)
    made = (one for kind in kinds for one in Binding.make_bindings(kind.BINDINGS))
    return frozenset(one.key for one in made if not one.key.startswith("f")) | {"space"}


def _first_clash(
    uses: Mapping[str, KeyUse], taken: Mapping[str, tuple[str, ...]]
) -> tuple[str, str, str] | None:
    """An overridden name, the other name, and the key that both would have."""
    for one, other in combinations(uses.values(), 2):
        if not _meet(one, other) or set(one.keys) & set(other.keys):
            continue
        keys = [taken.get(use.name, use.keys) for use in (one, other)]
        if same := set(keys[0]) & set(keys[1]):
            pair = (one.name, other.name) if one.name in taken else (other.name, one.name)
            return *pair, min(same)
    return None


def _meet(one: KeyUse, other: KeyUse) -> bool:
    return one.place == other.place or bool({one.place, other.place} & ANYWHERE)
