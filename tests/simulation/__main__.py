"""Play seeds: `python -m tests.simulation FIRST [LAST] [--trace]`."""

import argparse
import sys
import time
import traceback
from collections import Counter

from tests.simulation.run import Failed, play


def main() -> int:
    """Play the seeds; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int, nargs="?")
    parser.add_argument("--trace", action="store_true", help="tell the story of each seed")
    chosen = parser.parse_args()
    begun, failed, total = time.process_time(), [], Counter[str]()
    for seed in range(chosen.first, (chosen.last or chosen.first) + 1):
        try:
            outcome = play(seed)
        except Failed as error:
            failed.append(seed)
            if chosen.trace:
                print(*error.story, sep="\n")
                traceback.print_exception(error.__cause__)
            print(f"seed {seed}: {error}", flush=True)
            continue
        total += outcome.counts
        total.update(seeds=1, events=outcome.events, requests=outcome.requests)
        if chosen.trace:
            print(*outcome.story, sep="\n")
        print(f"seed {seed}: {outcome.hash}", flush=True)
    spent = time.process_time() - begun
    print(f"{total['seeds']} passed, {len(failed)} failed {failed}, {spent:.1f} s of CPU")
    for what, count in sorted(total.items()):
        print(f"{count:>9} {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
