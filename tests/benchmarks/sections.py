"""The page of the results of the exchange, of which each benchmark writes a part."""

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


def put_section(title: str, text: str) -> None:
    """Put a section of the page in place of the one with its title."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _TOP
    top, *sections = page.split("\n## ")
    kept = {section.partition("\n")[0]: section for section in sections}
    kept[title] = f"{title}\n\n{text}\n"
    PAGE.write_text("\n## ".join([top, *kept.values()]), encoding="utf-8")
