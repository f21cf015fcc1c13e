"""Files that only their owner can read, whatever the umask takes away or leaves."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_FLAGS = os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_private(path: Path, flags: int) -> int:
    """Open a file, which is made if it is not there; the handle."""
    handle = os.open(path, flags | _FLAGS, 0o600)
    found = os.fstat(handle)
    if hasattr(os, "fchmod") and not found.st_size and found.st_mode & 0o777 != 0o600:
        with suppress(OSError):  # it was there, and is another one's
            os.fchmod(handle, 0o600)
    return handle
