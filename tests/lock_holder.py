"""A process that takes a lock, tells whether it got it, and holds it until its input ends:
`python -m tests.lock_holder FILE shared|alone linux|windows`."""

import errno
import fcntl
import os
import sys
from types import SimpleNamespace

from fieldkit import systems
from fieldkit.systems import System, take_lock


def lock_like_windows(handle: int, mode: int, count: int) -> None:
    """`msvcrt.locking`: a part of the file from its position on, for one process alone."""
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, count, 0, os.SEEK_CUR)
    except BlockingIOError as error:
        raise PermissionError(errno.EACCES, "Permission denied") from error


def as_on_windows() -> None:
    """Make this process lock as on Windows; for a process of its own."""
    systems.SYSTEM = System.WINDOWS
    sys.modules["msvcrt"] = SimpleNamespace(LK_NBLCK=2, locking=lock_like_windows)  # type: ignore[assignment]


if __name__ == "__main__":
    if sys.argv[3] == "windows":
        as_on_windows()
    handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
    print(take_lock(handle, sys.argv[2] == "alone"), flush=True)
    sys.stdin.read()
