"""The clock of this machine, for whoever opens a home or an office; all others are given one."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Answers an aware local time."""


def local_now() -> datetime:
    """Now, with the local offset."""
    return datetime.now().astimezone()
