"""What the simulated people and machines share: time, chance, ids, and the story so far."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

ZONE = timezone(timedelta(hours=8))
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE)
"""When every simulated story begins."""


class Killed(BaseException):
    """The process dies here: nothing of ours may catch it."""


@dataclass
class World:
    """One story. `now` is the true time; clocks of laptops and of the office may lie. `jobs` are
    the ids of those that anybody registered: whoever is hostile has read them somewhere."""

    seed: int
    folder: Path
    now: datetime = MORNING
    story: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    jobs: list[str] = field(default_factory=list)
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def tell(self, what: str, counted: bool = False) -> None:
        """Add a line to the story; it may name only what the seed alone decides."""
        self.story.append(what)
        if counted:
            self.counts[what] += 1

    @property
    def hash(self) -> str:
        """Tells one story from another."""
        return hashlib.sha256("\n".join(self.story).encode()).hexdigest()[:16]

    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.now += timedelta(seconds=seconds)

    def chance(self, of: float) -> bool:
        """True with this probability."""
        return self.random.random() < of

    def ids(self, clock: Callable[[], datetime]) -> Callable[[], str]:
        """Ids like those of `fieldkit.services.home.ids`, by a clock that may be wrong."""

        def new_id() -> str:
            value = int(clock().timestamp() * 1000) << 80
            chance = self.random.getrandbits(74)
            value |= 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & ((1 << 62) - 1)
            return str(uuid.UUID(int=value))

        return new_id
