"""Pages of results of which each benchmark writes a part; by default that of the exchange."""

import os
import platform
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-sync.md"
_LOAD = os.getloadavg()[0]
ON = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {_LOAD:.0f} before the run"
"""What was measured on."""
_TOP = """# Benchmarks of the exchange

Written by `make bench`; each section is of one run, with all sides in turns. Compare the ratios:
they hold on other machines, the seconds do not.
"""


def put_section(title: str, text: str, page: Path = PAGE, top: str = _TOP) -> None:
    """Put a section of a page in place of the one with its title; a new page begins with `top`."""
    before = page.read_text(encoding="utf-8") if page.exists() else top
    head, *sections = before.split("\n## ")
    kept = {section.partition("\n")[0]: section for section in sections}
    kept[title] = f"{title}\n\n{text}\n"
    page.write_text("\n## ".join([head, *kept.values()]), encoding="utf-8")
