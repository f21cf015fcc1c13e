"""Try mutants: `python -m tests.mutation [PACKAGE ...] [--seed N] [--mutants N] [--only N ...]`."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.mutation.run import Outcome, try_mutants
from tests.mutation.sample import PACKAGES, sample

TOP = Path(__file__).parents[2]


def main() -> int:
    """Tell of each mutant, then of each package; 1 if a mutant went unnoticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=", ".join(PACKAGES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=40, help="of each package")
    parser.add_argument("--only", type=int, nargs="+", help="numbers in the sample")
    chosen = parser.parse_args()
    unnoticed = 0
    for package in chosen.packages or PACKAGES:
        drawn = sample(TOP, package, chosen.seed, chosen.mutants)
        numbers = chosen.only or range(len(drawn))
        outcomes = Counter[Outcome]()
        tries = try_mutants(TOP, [drawn[number] for number in numbers])
        for number, tried in zip(numbers, tries, strict=True):
            print(f"{package} {number:>3} {tried}", flush=True)
            outcomes[tried.outcome] += 1
            unnoticed += not tried.outcome.noticed
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        print(f"{package}, seed {chosen.seed}: {told}", flush=True)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
