"""One seed from its morning to its end."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.checks import check_drained, check_everything, check_trust
from tests.simulation.company import Company, company
from tests.simulation.office import one_thread
from tests.simulation.template import morning, new_folder
from tests.simulation.world import World


@dataclass(frozen=True)
class Outcome:
    """What came of a seed. `hash` tells its story from every other; `counts` are its accidents."""

    seed: int
    hash: str
    events: int
    requests: int
    counts: Counter[str]
    story: list[str]


class Failed(AssertionError):
    """A seed that broke a promise, and how to see it again."""

    def __init__(self, seed: int, why: str, story: list[str]) -> None:
        super().__init__(f"{why}; see it again: python -m tests.simulation {seed} --trace")
        self.story = story


@contextmanager
def begun(seed: int, server: str = "") -> Iterator[Company]:
    """The company of a seed in its morning; its office has SQLite, or a PostgreSQL server."""
    morning(server)
    with new_folder() as folder, one_thread(), company(World(seed, Path(folder)), server) as made:
        yield made


def settle(made: Company) -> None:
    """The storm is over: in the end everybody must have everything, once."""
    check_trust(made)
    made.calm()
    check_drained(made)
    made.correct()


def play(seed: int, server: str = "") -> Outcome:
    """Play a seed. Raises `Failed` when something does not hold."""
    with begun(seed, server) as made:
        world = made.world
        try:
            made.storm(world.random.choice([6, 9, 12, 36]))
            settle(made)
            check_everything(made)
        except Exception as error:
            raise Failed(seed, f"{type(error).__name__}: {error}", world.story) from error
        events = len(made.ids_at_office())
        return Outcome(seed, world.hash, events, made.network.requests, world.counts, world.story)
