"""The long forms of the tests: how long they are, by which seed, and where they go on.

`make soak N=2 SEED=7` runs all of them twice as long as usual by the seed 7. Each test takes its
chances from that seed and its own name, so a part that failed is seen again by the same seed. A
run that was broken off goes on with the same seed where it stopped: the parts that passed are
noted in `.soak` and left out. When all have passed, the next run begins anew.
"""

import json
import random
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".soak"


@dataclass(frozen=True)
class Soak:
    """The soak of one test: `seed` is its own, made of the run's and its name; `times` is N."""

    times: float
    seed: int

    def count(self, usual: int) -> int:
        """How many of something, for as many as are usual."""
        return max(1, round(usual * self.times))

    def seeds(self, usual: int) -> range:
        """Seeds of which no other test has any."""
        return range(self.seed, self.seed + self.count(usual))

    @property
    def chance(self) -> random.Random:
        """Chances by the seed."""
        return random.Random(self.seed)


@dataclass
class Run:
    """One soak, over as many starts as it takes: `done` are the seconds of the parts that passed
    before this start."""

    seed: int
    times: float
    done: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def begin(cls, times: float, seed: int | None) -> "Run":
        """A new one, or the one that was broken off, unless another seed or N is asked for."""
        try:
            run = cls.read()
        except FileNotFoundError:
            run = cls(random.randrange(10**6) if seed is None else seed, times)
        if run.times != times or seed not in (None, run.seed):
            run = cls(random.randrange(10**6) if seed is None else seed, times)
            (FOLDER / "passed").unlink(missing_ok=True)
        FOLDER.mkdir(exist_ok=True)
        if (FOLDER / "passed").exists():
            for line in (FOLDER / "passed").read_text().splitlines():
                part, _, seconds = line.partition("\t")
                run.done[part] = float(seconds)
        kept = {"seed": run.seed, "times": run.times, "done": run.done}
        (FOLDER / "begun.json").write_text(json.dumps(kept, indent=1))
        return run

    @classmethod
    def read(cls) -> "Run":
        """The one that was begun; by this each process of a start leaves out the same parts."""
        return cls(**json.loads((FOLDER / "begun.json").read_text()))

    def of(self, part: str) -> Soak:
        """The soak of a test."""
        own = sha256(f"{self.seed}/{part}".encode()).digest()
        return Soak(self.times, int.from_bytes(own[:5]) * 1_000_000)

    def passed(self, part: str, seconds: float) -> None:
        """Note that a part is done."""
        with (FOLDER / "passed").open("a") as file:
            file.write(f"{part}\t{seconds:.1f}\n")

    def finish(self) -> None:
        """All is done: the next run begins anew."""
        for name in ("begun.json", "passed"):
            (FOLDER / name).unlink(missing_ok=True)
