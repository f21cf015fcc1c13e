"""`pack.yaml`, the head of a rule pack: the name, revision, days and tables of the pack."""

import re
from pathlib import Path

HEAD_FILE = "pack.yaml"
HEAD_ENTRIES = (
    "name", "revision", "effective_from", "expires", "time_zone", "calling_hours", "tables",
    "today",
)  # fmt: skip
"""In the order in which they are written."""

MAY_BE_LEFT_OUT = frozenset({"expires", "calling_hours", "today"})

_REVISION = re.compile(r"^revision:\s*(\d+)", re.MULTILINE)
_TIME_ZONE = re.compile(r"""^time_zone:\s*["']?([\w+/-]+)""", re.MULTILINE)


def is_pack(folder: Path) -> bool:
    """Whether a folder holds a rule pack, good or bad."""
    return (folder / HEAD_FILE).is_file()


def pack_revision(folder: Path) -> int | None:
    """The revision that the pack in `folder` names; None where it cannot be read.

    The status bar asks for it at each start, so no YAML parser is imported.
    """
    found = _found(_REVISION, folder)
    return int(found) if found else None


def pack_time_zone(folder: Path) -> str:
    """The time zone that the pack in `folder` names; "UTC" where it names none or cannot be read.

    Every look at the clock needs it, so no YAML parser is imported.
    """
    return _found(_TIME_ZONE, folder) or "UTC"


def _found(entry: re.Pattern[str], folder: Path) -> str | None:
    try:
        found = entry.search((folder / HEAD_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return found[1] if found else None
