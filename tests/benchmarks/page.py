"""`docs/benchmarks-rules.md`: each benchmark of the rules gives its part of the page."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from tests.benchmarks.sections import put_section

RESULTS = Path(__file__).parents[2] / "docs" / "benchmarks-rules.md"

_TOP = """# Benchmarks of the rules

Written by `make bench` (`tests/benchmarks/bench_rules.py`, `bench_impact.py`, `bench_analysis.py`).
All sides of a part take their turns in one run, and all times are CPU time of one process. Compare
the ratios: they hold on other machines, the figures do not.
"""

_PARTS = {
    "bulk": (
        "One table, many cases",
        """Thirty rules of two or three conditions, the first to hold decides; 2,000 cases, and all
sides give the same answers. **By hand** is a chain of `if` as a person would write it; **compiled**
is what tests, replay and impact run on; **reference** is the definition of what a rule means;
**durable_rules** is the second engine of a live decision, used in the safe pattern.""",
    ),
    "live": (
        "A live decision",
        """A repair with four lines, judged by the whole default pack with both engines and
compared, from what was recorded to the decision record in both languages. The limit is 5 ms.""",
    ),
    "impact": (
        "Impact of a new pack",
        """Stored decisions of generated jobs, judged by a changed default pack, from the texts of
the store to the sum. **By hand** is a loop that knows the one number that changed and reads each
record with `json`. The limit is 10 s for 100,000 jobs.""",
    ),
    "analysis": (
        "Analysis",
        """A pack of 300 made-up rules on top of the default pack: gaps, overlaps, shadowed and
impossible rules and useless conditions, each with a case. The limit is 2 s.""",
    ),
}
"""The title of each part, and what it says above its table."""


class Page:
    """Collects the tables of one run; `write` puts them into the page."""

    def __init__(self) -> None:
        self._parts: dict[str, list[list[str]]] = {}

    def row(self, part: str, columns: list[str], row: list[str]) -> None:
        """Add a row to a part of the page, and print it."""
        lines = self._parts.setdefault(part, [columns, [":---", *["---:"] * (len(columns) - 1)]])
        lines.append(row)
        print(f"\n{part}: " + "; ".join(map(": ".join, zip(columns, row, strict=True))))

    def write(self) -> None:
        """Write the parts that were measured."""
        on = f"Python {platform.python_version()}, {os.cpu_count()} cores."
        for part, lines in self._parts.items():
            title, about = _PARTS[part]
            table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
            put_section(title, f"{about} {on}\n\n{table}", RESULTS, _TOP)
