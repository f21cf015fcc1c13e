"""A small pack for tests of the tools: the default one with other tables and params."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.rules.conftest import FOLDER


def copy_of_default(folder: Path, **changes: tuple[str, str]) -> Path:
    """A copy of the default pack and its scenarios; `charge=(old, new)` edits charge.yaml."""
    copy = folder / "pack"
    shutil.copytree(FOLDER, copy)
    for name, (old, new) in changes.items():
        file = copy / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    return copy
