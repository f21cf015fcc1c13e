"""Marks of files and folders that somebody works with: who died left them without their lock."""

import os
from contextlib import suppress
from pathlib import Path

from fieldkit import systems
from fieldkit.systems import System, take_lock


def hold(handle: int, path: Path) -> bool:
    """Mark a new file or folder as one that somebody works with; see `is_left`. False where
    another one has taken it for a leftover in the moment before.

    On Windows no mark is needed: what is open cannot be removed there.
    """
    if systems.SYSTEM is System.WINDOWS:
        return True
    try:
        locked = take_lock(handle, exclusive=True)
    except OSError:
        return True  # without locks nobody clears leftovers away, either
    with suppress(FileNotFoundError):
        return locked and os.path.samestat(os.fstat(handle), path.stat())
    return False


def is_left(path: Path) -> bool:
    """Whether no process holds this file or folder: the one that made it has died."""
    if systems.SYSTEM is System.WINDOWS:
        return True
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return take_lock(handle, exclusive=True)
    except OSError:
        return False  # nobody knows
    finally:
        os.close(handle)
