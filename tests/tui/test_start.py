"""What the first screen loads, and what it leaves for later."""

import subprocess
import sys

LOADED = """
import sys
import fieldkit.cli.start, fieldkit.services.home.session, fieldkit.tui.app
from fieldkit.i18n import messages
messages()
print(*sys.modules)
"""


def test_the_first_screen_needs_neither_models_nor_commands() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "fieldkit.tui.screens.day.today" in told
    heavy = {
        "pydantic",
        "typer",
        "durable",
        "phonenumbers",
        "fieldkit.store.records.ledger",
        "fieldkit.domain.job.model",
    }
    assert not heavy & set(told)
