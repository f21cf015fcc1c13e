"""The order in which the frames of a log were written, wherever they lie now.

A frame holds a checksum over itself and the checksum of the frame before it. The sum can be
computed backwards, so each frame that is whole names the one that it was written behind. Where
all lie in their order this is it; where some were exchanged, it is found again; and a frame of an
earlier time that lies among newer ones is behind none of them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

_SUMMED = 8
"""How many bytes of a frame's head its checksum covers: the page's number, the commit's size."""
_SALTS, _SUM = slice(8, 16), slice(16, 24)
"""Where they are in the head of a frame; in that of the log both are 8 bytes further on."""
_MASK = 0xFFFFFFFF
_BIG = 0x377F0683
"""What a log begins with whose checksums read the bytes from the big end."""


class Frame(NamedTuple):
    """A frame as it lies in the log: its head, and where its page begins."""

    head: bytes
    offset: int


class Order(NamedTuple):
    """The places of the frames in the order in which they were written, None where one is gone;
    and the places of those that are none of this log, or are there twice."""

    places: list[int | None]
    strays: list[int]


def written_order(
    log_head: bytes, frames: Sequence[Frame], salts: bytes, read: Callable[[int], bytes]
) -> Order:
    """The order of the frames of a log that has these salts. A frame that is damaged, so that
    nothing can be told of it, stays where it lies. `read` gives the page at an offset."""
    first = {frame.head[_SUM]: at for at, frame in reversed(list(enumerate(frames)))}
    again = {at for at, frame in enumerate(frames) if first[frame.head[_SUM]] != at}
    first[log_head[24:32]] = -1
    big = log_head[:4] == _BIG.to_bytes(4, "big")
    before: dict[int, int] = {}
    behind: dict[int, int] = {}
    for at in sorted(set(range(len(frames))) - again):
        found = first.get(_sum_before(frames[at].head, read(frames[at].offset), big))
        if found is not None and found != at and found not in behind:
            before[at], behind[found] = found, at

    def is_stray(run: list[int]) -> bool:
        """Whether these are of an earlier log, or one is there twice or where another has been."""
        if run[0] < 0:
            return False
        if all(frames[at].head[_SALTS] != salts for at in run):
            return True
        elsewhere = behind.get(run[0] - 1, run[0]) != run[0]
        return len(run) == 1 and (run[0] in again or elsewhere)

    runs = [_run(at, behind) for at in range(-1, len(frames)) if at not in before]
    strays = sorted(at for run in runs if is_stray(run) for at in run)
    ours = sorted((run for run in runs if not is_stray(run)), key=median)
    places: list[int | None] = []
    for run in ours:
        if strays and run[0] >= 0:
            places.append(None)  # a stray lies where the frame was that this one is behind
        places += [at for at in run if at >= 0]
    return Order(places, strays)


def _run(start: int, behind: dict[int, int]) -> list[int]:
    """The frames that follow on each other from one on."""
    run = [start]
    while (following := behind.get(run[-1])) is not None and following != start:
        run.append(following)
    return run


def _sum_before(head: bytes, page: bytes, big: bool) -> bytes:
    """The checksum that the frame was written behind, if it is whole."""
    one, two = struct.unpack(">II", head[_SUM])
    pairs = list(struct.iter_unpack(">II" if big else "<II", head[:_SUMMED] + page))
    for first, second in reversed(pairs):
        two = (two - second - one) & _MASK
        one = (one - first - two) & _MASK
    return struct.pack(">II", one, two)
