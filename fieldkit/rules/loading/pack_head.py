"""`pack.yaml`, the head of a rule pack: the name, revision, days and tables of the pack."""

import re
from pathlib import Path

HEAD_FILE = "pack.yaml"
HEAD_ENTRIES = ("name", "revision", "effective_from", "expires", "time_zone", "tables", "today")
"""In the order in which they are written."""

_REVISION = re.compile(r"^revision:\s*(\d+)", re.MULTILINE)


def is_pack(folder: Path) -> bool:
    """Whether a folder holds a rule pack, good or bad."""
    return (folder / HEAD_FILE).is_file()


def pack_revision(folder: Path) -> int | None:
    """The revision that the pack in `folder` names; None where it cannot be read.

    The status bar asks for it at each start, so no YAML parser is imported.
    """
    try:
        found = _REVISION.search((folder / HEAD_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return int(found[1]) if found else None
