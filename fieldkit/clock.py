"""The clock of this machine, for whoever opens a home or an office; all others are given one."""

from collections.abc import Callable
from datetime import datetime, tzinfo

Clock = Callable[[], datetime]
"""Answers an aware local time."""


def local_now() -> datetime:
    """Now, with the local offset."""
    return datetime.now().astimezone()


def in_zone(clock: Clock, zone: Callable[[datetime], tzinfo]) -> Clock:
    """The same clock, showing the time of a zone, which may be another one at another moment."""

    def shown() -> datetime:
        moment = clock()
        return moment.astimezone(zone(moment))

    return shown
