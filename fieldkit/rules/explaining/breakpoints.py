"""Where along a line of days or numbers a charge changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from fieldkit.rules.model.pack import Pack

V = TypeVar("V", int, date)
Charge = Callable[[V], str | None]
"""The charge with a value; None where it cannot be recorded."""
_REACH = 4_400  # days, twelve years: longer than any term in use
_STEP = 0.05  # how much wider each step is than the way behind it


@dataclass(frozen=True, slots=True)
class Segment(Generic[V]):
    """Values from `low` to `high` with one charge. None: nothing that can be recorded lies beyond.
    `nearest` is the value in it that is nearest to where the search began, `distance` how far."""

    low: V | None
    high: V | None
    charge: str
    nearest: V
    distance: int

    def holds(self, value: V | None) -> bool:
        """Whether a value lies within."""
        if value is None:
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


# -- days ----------------------------------------------------------------------------------------

_Run = tuple[date, str | None]


def day_segments(start: date, latest: date, charge: Charge[date]) -> list[Segment[date]]:
    """The ranges of days around `start`, none later than `latest`, with their charges.

    Days are tried one by one near the start and in wider steps farther away; between two days
    with different charges the day of the change is found by halving. A range that is shorter
    than a twentieth of its distance may be missed.
    """
    asked: dict[date, str | None] = {}

    def once(day: date) -> str | None:
        if day not in asked:
            asked[day] = charge(day)
        return asked[day]

    back = _walk(start, _steps(start, -1, start - timedelta(days=_REACH)), once)
    ahead = _walk(start, _steps(start, 1, latest), once)
    found = [
        _day_segment(run, way, start)
        for runs, way in ((back, -1), (ahead, 1))
        for run in _bounded(runs[1:], way)
        if run[2] is not None
    ]
    middle = once(start)
    if middle is not None:
        _, low, _ = _bounded(back, -1)[0]
        _, high, _ = _bounded(ahead, 1)[0]
        found.append(Segment(low, high, middle, start, 0))
    return found


def _steps(start: date, way: int, limit: date) -> Iterator[date]:
    """Days from the start to the limit, the limit itself the last."""
    distance, room = 0, (limit - start).days * way
    while distance < room:
        distance = min(room, distance + max(1, int(distance * _STEP)))
        yield start + timedelta(days=way * distance)


def _walk(start: date, days: Iterator[date], charge: Charge[date]) -> list[_Run]:
    """The days at which the charge becomes another one, and which; the start first."""
    runs: list[_Run] = [(start, charge(start))]
    last = start
    for day in days:
        while charge(day) != runs[-1][1]:
            last = _halve(last, day, runs[-1][1], charge)
            runs.append((last, charge(last)))
        last = day
    return runs


def _halve(last: date, day: date, held: str | None, charge: Charge[date]) -> date:
    """The first day after `last` whose charge is not `held`; `day` at the latest."""
    while abs((day - last).days) > 1:
        middle = last + (day - last) // 2
        if charge(middle) == held:
            last = middle
        else:
            day = middle
    return day


def _bounded(runs: Sequence[_Run], way: int) -> list[tuple[date, date | None, str | None]]:
    """Each run with its last day; None where what follows cannot be recorded, or never ends."""
    found: list[tuple[date, date | None, str | None]] = []
    for place, (day, charge) in enumerate(runs):
        following = runs[place + 1] if place + 1 < len(runs) else None
        known = following is not None and following[1] is not None
        end = following[0] - timedelta(days=way) if following and known else None
        found.append((day, end, charge))
    return found


def _day_segment(run: tuple[date, date | None, str | None], way: int, start: date) -> Segment[date]:
    begin, end, charge = run
    low, high = (begin, end) if way > 0 else (end, begin)
    return Segment(low, high, charge or "", begin, abs((begin - start).days))


# -- numbers -------------------------------------------------------------------------------------


def boundaries(pack: Pack, fact: str) -> list[int]:
    """The values of a fact at which some condition can change, one on each side of them, and the
    ends of its range, in order. Empty where no condition asks for a number of it."""
    ends = {
        value
        for table in pack.tables
        for rule in table.rules
        for condition in rule.when
        if condition.fact == fact
        for value in _numbers_in(condition.value)
    }
    if fact == "temperature_c":
        ends.add(pack.number("heat_celsius"))
    declared = pack.facts[fact]
    if not ends or declared.low is None or declared.high is None:
        return []
    near = {end + step for end in ends for step in (-1, 0, 1)}
    within = {value for value in near if declared.low <= value <= declared.high}
    return sorted(within | {declared.low, declared.high})


def _numbers_in(value: object) -> list[int]:
    values = value if isinstance(value, tuple) else (value,)
    return [each for each in values if isinstance(each, int) and not isinstance(each, bool)]


def number_segments(
    values: Sequence[int], held: int | None, charge: Charge[int]
) -> list[Segment[int]]:
    """The ranges of numbers with one charge. `values` are, in order, all those at which it may
    change; `held` is the recorded one."""
    runs: list[tuple[str, list[int]]] = []
    for value in values:
        now = charge(value)
        if now is None:
            continue
        if not runs or runs[-1][0] != now:
            runs.append((now, []))
        runs[-1][1].append(value)
    found = []
    for now, run in runs:
        start = run[0] if held is None else held
        nearest = min(run, key=lambda value: abs(value - start))
        low = None if run[0] == values[0] else run[0]
        high = None if run[-1] == values[-1] else run[-1]
        found.append(Segment(low, high, now, nearest, abs(nearest - start)))
    return found
